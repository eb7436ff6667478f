/* Bulk edits: slices of one transaction each, sized by the bytes of the last one. */
#include "api/http/bulk_slices.h"
#include <stdlib.h>
#include "api/http/admission.h"
#include "api/http/execute.h"
#include "api/http/turns.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/account/accounts.h"

struct job {
    struct api       *api;
    struct req       *r; /* NULL when its client has gone */
    struct arena     *a, *scratch;
    struct slices     s;
    struct str        actor;
    int64_t           account, batch, last, changed, slice_changed;
    size_t            at, size; /* size: cards of the next slice */
    size_t            slice_bytes;
    int               failures, gave_way; /* of this slice: the database; to others */
    bool              counted;            /* by api/http/admission.c, after its client has gone */
    struct turn       turn;
    struct loop_timer timer;
};

static void forget_request(struct req *r)
{
    struct job *j = r->own;
    if (!j)
        return;
    j->r = NULL;
    j->counted = admission_keep(r);
}

static enum rc next_ids(struct job *j, const int64_t **ret, size_t *ret_n, struct err *e)
{
    int64_t *found;

    if (j->s.ids) {
        *ret = j->s.ids + j->at;
        *ret_n = size_min(j->size, j->s.nids - j->at);
        j->at += *ret_n;
        return RC_OK;
    }
    TRY(cards_ids_after(j->api->db, j->scratch, j->account, &j->s.filter, j->last, (int)j->size, &found, ret_n, e));
    if (*ret_n)
        j->last = found[*ret_n - 1];
    *ret = found;
    return RC_OK;
}

static struct str retagged(struct arena *a, const struct slices *s, struct str json)
{
    struct json *card;
    struct buf   text = buf_of(CARD_BYTES_MAX * 2);

    if (json_parse(a, json, &card, NULL) != RC_OK)
        return S("");
    struct json *tags = json_get(card, S("keywords"));
    if (s->action == SLICE_TAG)
        json_set(json_child(a, card, S("keywords")), s->tag, json_new_bool(a, true));
    else if (!json_remove(tags, s->tag))
        return S("");
    else if (!tags->n)
        json_remove(card, S("keywords"));
    json_write(&text, card);
    struct str copy = str_copy(a, buf_str(&text));
    buf_done(&text);
    return copy;
}

/* false: nothing is to be done to this card. */
static bool change_of(struct job *j, const struct card_row *row, struct card_change *ret)
{
    enum card_state from = j->s.action == SLICE_RESTORE ? CARD_TRASH : CARD_LIVE;

    if (row->state != from)
        return false;
    *ret = (struct card_change){ .id = row->id, .seq = row->seq, .state = row->state };
    switch (j->s.action) {
    case SLICE_DELETE: ret->state = CARD_TRASH; return true;
    case SLICE_RESTORE: ret->state = CARD_LIVE; return true;
    case SLICE_MOVE: ret->book = j->s.book; return row->book != j->s.book;
    case SLICE_TAG:
    case SLICE_UNTAG: ret->json = retagged(j->scratch, &j->s, row->json); return ret->json.n > 0;
    }
    return false;
}

static enum rc change_cards(struct job *j, const int64_t *ids, size_t n, struct err *e)
{
    struct card_batch   batch = { .account = j->account, .actor = j->actor, .batch = j->batch };
    struct card_row    *rows;
    struct card_change *changes;
    size_t              nrows, k = 0;

    TRY(cards_by_ids(j->api->db, j->scratch, j->account, ids, n, &rows, &nrows, e));
    changes = arena_array(j->scratch, struct card_change, nrows + 1);
    for (size_t i = 0; i < nrows; i++) {
        k += change_of(j, &rows[i], &changes[k]);
        j->slice_bytes += rows[i].json.n;
    }
    if (k)
        TRY(cards_save(j->api->db, j->scratch, &batch, changes, k, NULL, e));
    for (size_t i = 0; i < k; i++)
        j->slice_changed += changes[i].changed;
    return RC_OK;
}

static enum rc slice(struct job *j, bool *ret_done, struct err *e)
{
    auto_rollback  own = { 0 };
    const int64_t *ids;
    size_t         n;

    arena_reset(j->scratch);
    j->slice_changed = 0;
    j->slice_bytes = 0;
    TRY(accounts_hold(j->api->db, &own, j->account, e));
    TRY(next_ids(j, &ids, &n, e));
    *ret_done = n == 0;
    if (n)
        TRY(change_cards(j, ids, n, e));
    else if (j->s.after)
        TRY(j->s.after(j->api->db, j->account, j->s.after_book, e));
    return sql_leave(&own, e);
}

static void result_members(struct req *r)
{
    const struct job *j = r->own;

    json_out_i64(&r->json, S("changed"), j->changed);
    json_out_id(&r->json, S("batch"), j->batch);
}

static void answer(struct req *r, enum rc rc, struct err *e)
{
    r->problem_members = result_members;
    if (rc == RC_OK) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        result_members(r);
        json_out_close(&r->json, '}');
    }
    answer_later(r, rc, e);
    r->own = NULL;
}

static void end(struct job *j, enum rc rc, struct err *e)
{
    api_wrote(j->api);
    if (j->r)
        answer(j->r, rc, e);
    else if (rc != RC_OK)
        log_event(LOG_WARN, "slices.failed", KZ("rc", rc_name(rc)), KZ("why", e->text), KID("account", j->account));
    if (j->counted)
        admission_end(j->api, j->account);
    arena_free(j->scratch);
    arena_free(j->a);
}

static void turn(void *to);

static void ask(void *to)
{
    struct job *j = to;
    turn_ask(j->api->turns, &j->turn, j->account, turn, j);
}

static void ask_after(struct job *j, int64_t ms) { loop_after(j->api->loop, &j->timer, ms, ask, j); }

/* By the bytes of the last slice, not by its time: that is mostly the disk's, and the same for one card as for many. */
static size_t next_size(size_t size, size_t bytes)
{
    size_t half = size > 1 ? size / 2 : 1;
    return bytes > SLICE_BYTES ? half : bytes < SLICE_BYTES / 2 ? size_min(2 * size, SLICE_CARDS) : size;
}

static void turn(void *to)
{
    struct job *j = to;
    struct err  e = { 0 };
    bool        done = false;
    size_t      at = j->at;
    int64_t     last = j->last, later_ms = execute_give_way_ms(j->api, &j->gave_way);

    if (later_ms) {
        ask_after(j, later_ms);
        return;
    }
    enum rc rc = slice(j, &done, &e);
    /* A slice that was committed after all changes nothing now. */
    if (rc == RC_UNAVAILABLE && execute_tries_again(&j->failures)) {
        j->at = at;
        j->last = last;
        ask_after(j, execute_again_ms(j->api));
        return;
    }
    j->failures = 0;
    j->changed += rc == RC_OK ? j->slice_changed : 0;
    j->size = next_size(j->size, j->slice_bytes);
    if (rc == RC_OK && !done)
        ask(j);
    else
        end(j, rc, &e);
}

enum rc bulk_slices_start(struct req *r, const struct slices *s, struct err *e)
{
    struct arena *a = arena_new(16384);
    struct job   *j = arena_new_of(a, struct job);

    (void)e;
    *j = (struct job){ .api = r->api,
                       .r = r,
                       .a = a,
                       .scratch = arena_new(65536),
                       .s = *s,
                       .account = r->account,
                       .batch = id_new(),
                       .size = SLICE_CARDS_FIRST,
                       .actor = str_copy(a, req_actor(r)) };
    j->s.tag = str_copy(a, s->tag);
    j->s.filter.tag = str_copy(a, s->filter.tag);
    if (s->ids) {
        int64_t *ids = arena_array(a, int64_t, s->nids + 1);
        memcpy(ids, s->ids, s->nids * sizeof *ids);
        j->s.ids = ids;
    }
    r->own = j;
    r->own_done = forget_request;
    r->answered = true;
    ask(j);
    return RC_OK;
}
