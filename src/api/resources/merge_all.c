/* Merges all pairs that are certain, in slices. */
#include <stdlib.h>
#include "api/http/admission.h"
#include "api/http/execute.h"
#include "api/resources/duplicates.h"
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/log.h"
#include "base/rand.h"
#include "contact/merge.h"
#include "match/score.h"
#include "store/merges.h"

/* All pairs that are certain, a few a turn of the loop.  Each is a merge of its own, undone by itself; what a process that
 * ends leaves undone is found again by the next call. */
enum { SLICE = 10, COUNT_MAX = 100000, PAGE = 500 };

struct sweep {
    struct api       *api;
    struct arena     *a;
    int64_t           account;
    struct str        actor, region, cursor;
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

static enum rc slice(struct sweep *s, struct arena *a, bool *ret_done, struct err *e)
{
    struct pair *pairs;
    struct str   next;
    size_t       n;

    TRY(pairs_page(s->api->db, a, s->account, S("suggested"), 0, s->cursor, SLICE, &pairs, &n, &next, e));
    for (size_t i = 0; i < n; i++) {
        if (certainty_of(pairs[i].score) != MATCH_CERTAIN)
            continue;
        enum rc rc = join(s, a, &pairs[i], e);
        if (rc != RC_OK && rc != RC_CONFLICT && rc != RC_NOT_FOUND && rc != RC_INVALID)
            return rc; /* those three: the pair changed under our feet */
    }
    s->cursor = str_copy(s->a, next);
    *ret_done = next.n == 0;
    return RC_OK;
}

static void turn(void *to)
{
    struct sweep *s = to;
    struct err    e = { 0 };
    bool          done = false;
    int64_t       later_ms = execute_give_way_ms(s->api, &s->gave_way);

    if (later_ms) {
        loop_after(s->api->loop, &s->timer, later_ms, turn, s);
        return;
    }
    auto_free(arena) a = arena_new(65536);
    enum rc rc = slice(s, a, &done, &e);

    api_wrote(s->api);
    if (rc == RC_UNAVAILABLE && execute_tries_again(&s->failures)) {
        loop_after(s->api->loop, &s->timer, execute_again_ms(s->api), turn, s);
        return;
    }
    s->failures = 0;
    if (rc == RC_OK && !done) {
        loop_after(s->api->loop, &s->timer, 0, turn, s);
        return;
    }
    log_event(rc == RC_OK ? LOG_INFO : LOG_WARN, "merge.all", KID("account", s->account), KI("merged", s->done),
              KZ("why", e.text));
    if (s->counted)
        admission_end(s->api);
    arena_free(s->a);
}

static enum rc count_certain(struct req *r, int64_t *ret, struct err *e)
{
    struct str   cursor = S("");
    struct pair *pairs;
    size_t       n;

    *ret = 0;
    for (int64_t seen = 0; seen < COUNT_MAX; seen += PAGE) {
        TRY(pairs_page(r->db, r->a, r->account, S("suggested"), 0, cursor, PAGE, &pairs, &n, &cursor, e));
        for (size_t i = 0; i < n; i++)
            *ret += certainty_of(pairs[i].score) == MATCH_CERTAIN;
        if (!cursor.n)
            break;
    }
    return RC_OK;
}

enum rc duplicates_merge_all(struct req *r, struct err *e)
{
    int64_t count;

    if (!str_is(json_get_text(r->body, S("certainty")), "certain"))
        return answer_invalid(r, "certainty", e, "only pairs that are certain are merged without asking");
    TRY(count_certain(r, &count, e));
    struct arena *a = arena_new(4096);
    struct sweep *s = arena_new_of(a, struct sweep);
    *s = (struct sweep){ .api = r->api,
                         .a = a,
                         .account = r->account,
                         .counted = admission_keep(r),
                         .actor = str_copy(a, req_actor(r)),
                         .region = str_copy(a, view_region(r)),
                         .cursor = S("") };
    loop_after(r->api->loop, &s->timer, 0, turn, s);
    r->status = 202;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_raw(&r->json, S("batch"), S("null"));
    json_out_i64(&r->json, S("count"), count);
    json_out_close(&r->json, '}');
    return RC_OK;
}
