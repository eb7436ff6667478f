/* Merges all pairs that are certain, in slices. */
#include <stdlib.h>
#include "api/http/admission.h"
#include "api/http/execute.h"
#include "api/resources/duplicates.h"
#include "api/http/handlers.h"
#include "api/http/turns.h"
#include "api/resources/view.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "contact/merge.h"
#include "match/score.h"
#include "store/cards/merges.h"

/* All pairs that are certain, merged in slices.  Each is a merge of its own, undone by itself; what a process that ends leaves
 * undone is found again by the next call. */
enum { PAGE = 20 };

struct sweep {
    struct api       *api;
    struct arena     *a;
    struct arena     *page; /* of pairs */
    struct pair      *pairs;
    size_t            n, at;
    struct turn       turn;
    int64_t           account;
    struct str        actor, region, next; /* next: cursor of the page after this one, in the page's arena */
    bool              begun;
    struct loop_timer timer;
    int64_t           done;
    int               failures, gave_way; /* of this slice: the database; to others */
    bool              counted;            /* by api/http/admission.c */
};

static struct str text_of(struct arena *a, const struct json *tree)
{
    auto_buf text = buf_of(CARD_BYTES_MAX * 2);
    json_write(&text, tree);
    return str_copy(a, buf_str(&text));
}

static enum rc join(struct sweep *s, struct arena *a, const struct pair *p, struct err *e)
{
    struct card_row low, high;
    struct json    *x, *y, *merged;
    int64_t         merge;

    TRY(cards_get(s->api->db, a, s->account, p->low, &low, e));
    TRY(cards_get(s->api->db, a, s->account, p->high, &high, e));
    TRY(json_parse(a, low.json, &x, e));
    TRY(json_parse(a, high.json, &y, e));
    TRY(merge_people(a, x, y, NULL, s->region, &merged, e));
    struct merge_ask ask = { .account = s->account,
                             .winner = low.id,
                             .loser = high.id,
                             .winner_seen = low.seq,
                             .loser_seen = high.seq,
                             .merged_json = text_of(a, merged),
                             .choices_json = S("{}"),
                             .actor = s->actor };
    TRY(merges_do(s->api->db, a, &ask, &merge, e));
    s->done++;
    return RC_OK;
}

static enum rc next_page(struct sweep *s, struct err *e)
{
    auto_free(arena) a = arena_new(4096);
    struct str cursor = s->begun ? str_copy(a, s->next) : S("");

    arena_reset(s->page);
    s->at = s->n = 0;
    TRY(pairs_page(s->api->db, s->page, s->account, S("suggested"), MATCH_CERTAIN_POINTS, cursor, PAGE, &s->pairs,
                   &s->n, &s->next, e));
    s->begun = true;
    return RC_OK;
}

/* One pair, or the next page of them. */
static enum rc step(struct sweep *s, bool *ret_done, struct err *e)
{
    auto_free(arena) a = arena_new(65536);

    *ret_done = s->begun && s->at == s->n && !s->next.n;
    if (*ret_done)
        return RC_OK;
    if (s->at == s->n)
        return next_page(s, e);
    enum rc rc = join(s, a, &s->pairs[s->at], e);
    if (rc == RC_UNAVAILABLE)
        return rc;
    s->at++;
    /* Those four: the pair changed under our feet, or is too large for one card. */
    return rc == RC_CONFLICT || rc == RC_NOT_FOUND || rc == RC_INVALID || rc == RC_TOO_LARGE ? RC_OK : rc;
}

static enum rc slice(struct sweep *s, bool *ret_done, struct err *e)
{
    int64_t until_us = clock_mono_us() + SLICE_US;

    do
        TRY(step(s, ret_done, e));
    while (!*ret_done && clock_mono_us() < until_us);
    return RC_OK;
}

static void end(struct sweep *s, enum rc rc, struct err *e)
{
    log_event(rc == RC_OK ? LOG_INFO : LOG_WARN, "merge.all", KID("account", s->account), KI("merged", s->done),
              KZ("why", e->text));
    if (s->counted)
        admission_end(s->api, s->account);
    arena_free(s->page);
    arena_free(s->a);
}

static void turn(void *to);

static void ask(void *to)
{
    struct sweep *s = to;
    turn_ask(s->api->turns, &s->turn, s->account, turn, s);
}

static void ask_after(struct sweep *s, int64_t ms) { loop_after(s->api->loop, &s->timer, ms, ask, s); }

static void turn(void *to)
{
    struct sweep *s = to;
    struct err    e = { 0 };
    bool          done = false;
    int64_t       later_ms = execute_give_way_ms(s->api, &s->gave_way);

    if (later_ms) {
        ask_after(s, later_ms);
        return;
    }
    enum rc rc = slice(s, &done, &e);
    api_wrote(s->api);
    if (rc == RC_UNAVAILABLE && execute_tries_again(&s->failures)) {
        ask_after(s, execute_again_ms(s->api));
        return;
    }
    s->failures = 0;
    if (rc == RC_OK && !done)
        ask(s);
    else
        end(s, rc, &e);
}

enum rc duplicates_merge_all(struct req *r, struct err *e)
{
    int64_t count;

    if (!str_is(json_get_text(r->body, S("certainty")), "certain"))
        return answer_invalid(r, "certainty", e, "only pairs that are certain are merged without asking");
    TRY(pairs_count(r->db, r->account, S("suggested"), MATCH_CERTAIN_POINTS, &count, e));
    struct arena *a = arena_new(4096);
    struct sweep *s = arena_new_of(a, struct sweep);
    *s = (struct sweep){ .api = r->api,
                         .a = a,
                         .account = r->account,
                         .counted = admission_keep(r),
                         .actor = str_copy(a, req_actor(r)),
                         .region = str_copy(a, view_region(r)),
                         .page = arena_new(16384) };
    ask(s);
    r->status = 202;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_raw(&r->json, S("batch"), S("null"));
    json_out_i64(&r->json, S("count"), count);
    json_out_close(&r->json, '}');
    return RC_OK;
}
