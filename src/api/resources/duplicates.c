/* Pairs that may be one person: list, merge, tell apart. */
#include "api/resources/duplicates.h"
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/rand.h"
#include "contact/merge.h"
#include "match/score.h"
#include "store/work/jobs.h"
#include "store/cards/merges.h"

enum {
    LIMIT_NORMAL = 20,
    LIMIT_MAX = 100,
    PAIRS_BYTES = 1 << 20,
    MERGE_SHOWN_BYTES = 512 << 10,
    ID_PAIR = ID_CHARS * 2 + 1
};

/* As match/score.h stores it: a list. */
static struct json *evidence_of(struct req *r, const struct pair *p)
{
    struct json *list;
    return json_parse(r->a, p->evidence_json, &list, NULL) == RC_OK && list->type == JSON_ARRAY
               ? list
               : json_new(r->a, JSON_ARRAY);
}

static enum rc pair_write(struct req *r, const struct pair *p, struct str region, struct err *e)
{
    struct json_out *o = &r->json;
    struct card_row  a, b;
    struct json     *merged = NULL;

    if (cards_get(r->db, r->a, r->account, p->low, &a, NULL) != RC_OK ||
        cards_get(r->db, r->a, r->account, p->high, &b, NULL) != RC_OK)
        return RC_OK;
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("id"), duplicates_pair_text(r->a, p));
    json_out_text(o, S("state"), p->state);
    json_out_i64(o, S("score"), p->score);
    json_out_text(o, S("certainty"), str_of(certainty_name(certainty_of(p->score))));
    json_out_tree(o, S("evidence"), evidence_of(r, p));
    struct json *low = view_tree(r, &a), *high = view_tree(r, &b);
    TRY(view_detail_of(r, S("a"), &a, low, e));
    TRY(view_detail_of(r, S("b"), &b, high, e));
    if (a.json.n + b.json.n > MERGE_SHOWN_BYTES || merge_people(r->a, low, high, NULL, region, &merged, NULL) != RC_OK)
        merged = NULL;
    json_out_tree(o, S("suggested"), merged);
    json_out_close(o, '}');
    return RC_OK;
}

enum rc duplicates_write(struct req *r, const struct pair *pairs, size_t n, size_t *ret_n, struct err *e)
{
    struct str region = view_region(r);

    for (*ret_n = 0; *ret_n < n && r->out.n < PAIRS_BYTES; ++*ret_n) {
        struct arena_mark mark = arena_mark(r->a);
        TRY(pair_write(r, &pairs[*ret_n], region, e));
        arena_rewind(r->a, mark);
    }
    return RC_OK;
}

enum rc duplicates_list(struct req *r, struct err *e)
{
    struct str   state = req_query(r, "state"), next;
    struct pair *pairs;
    int64_t      limit, total;
    size_t       n, written;

    if (!state.n)
        state = S("suggested");
    if (!str_is(state, "suggested") && !str_is(state, "merged") && !str_is(state, "different"))
        return err_set(e, RC_MALFORMED, "state must be suggested, merged or different");
    TRY(req_query_i64(r, "limit", 1, LIMIT_MAX, LIMIT_NORMAL, &limit, e));
    TRY(pairs_page(r->db, r->a, r->account, state, 0, req_query(r, "cursor"), (int)limit, &pairs, &n, &next, e));
    TRY(pairs_count(r->db, r->account, state, 0, &total, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    TRY(duplicates_write(r, pairs, n, &written, e));
    if (written < n)
        next = pairs_cursor(r->a, &pairs[written - 1]);
    json_out_close(&r->json, ']');
    answer_next(r, next);
    json_out_i64(&r->json, S("total"), total);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- deciding ---- */

bool duplicates_pair_id(struct str id, int64_t *ret_low, int64_t *ret_high)
{
    return id.n == ID_PAIR && id.p[ID_CHARS] == '-' && id_parse(str_head(id, ID_CHARS), ret_low) &&
           id_parse(str_from(id, ID_CHARS + 1), ret_high) && *ret_low < *ret_high;
}

struct str duplicates_pair_text(struct arena *a, const struct pair *p)
{
    return str_fmt(a, STR_FMT "-" STR_FMT, STR_ARG(id_text(a, p->low)), STR_ARG(id_text(a, p->high)));
}

static enum rc pair_id(struct req *r, int64_t *ret_low, int64_t *ret_high, struct err *e)
{
    return duplicates_pair_id(r->part[0], ret_low, ret_high)
               ? RC_OK
               : err_set(e, RC_NOT_FOUND, "there is no pair with this id");
}

/* The API's "a" is the lower id; contact/merge.h calls the winner "a". */
static const struct json *choices_for(struct req *r, bool swap)
{
    const struct json *asked = json_get(r->body, S("choices"));

    if (!asked || asked->type != JSON_OBJECT || !swap)
        return asked && asked->type == JSON_OBJECT ? asked : NULL;
    struct json *turned = json_new(r->a, JSON_OBJECT);
    json_each(choice, asked) {
        struct str side = json_text(choice);
        json_set_text(r->a, turned, choice->key, str_is(side, "a") ? S("b") : str_is(side, "b") ? S("a") : side);
    }
    return turned;
}

static struct str text_of(struct req *r, const struct json *tree)
{
    struct buf text = buf_of(CARD_BYTES_MAX * 2);

    json_write(&text, tree);
    struct str copy = str_copy(r->a, buf_str(&text));
    buf_done(&text);
    return copy;
}

enum rc duplicates_join(struct req *r, int64_t low, int64_t high, struct err *e)
{
    struct card_row w, l;
    struct json    *merged;
    int64_t         winner, merge;

    TRY(req_body_id(r, "winner", &winner, e));
    if (winner && winner != low && winner != high)
        return answer_invalid(r, "winner", e, "winner must be one of the two cards");
    winner = winner ? winner : low;
    TRY(cards_get(r->db, r->a, r->account, winner, &w, e));
    TRY(cards_get(r->db, r->a, r->account, winner == low ? high : low, &l, e));
    const struct json *choices = choices_for(r, winner == high);
    TRY(merge_people(r->a, view_tree(r, &w), view_tree(r, &l), choices, view_region(r), &merged, e));
    struct merge_ask ask = { .account = r->account,
                             .winner = w.id,
                             .loser = l.id,
                             .winner_seen = w.seq,
                             .loser_seen = l.seq,
                             .merged_json = text_of(r, merged),
                             .choices_json = choices ? text_of(r, choices) : S("{}"),
                             .actor = req_actor(r),
                             .prio = 1 };
    TRY(merges_do(r->db, r->a, &ask, &merge, e));
    TRY(cards_get(r->db, r->a, r->account, w.id, &w, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("merge"), merge);
    json_out_id(&r->json, S("batch"), merge);
    TRY(view_detail(r, S("card"), &w, e));
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc duplicates_merge(struct req *r, struct err *e)
{
    struct pair pair;
    int64_t     low, high;

    TRY(pair_id(r, &low, &high, e));
    TRY(pairs_get(r->db, r->a, r->account, low, high, &pair, e));
    return duplicates_join(r, low, high, e);
}

static enum rc decide(struct req *r, struct str state, struct err *e)
{
    struct pair pair;
    int64_t     low, high;

    TRY(pair_id(r, &low, &high, e));
    TRY(pairs_get(r->db, r->a, r->account, low, high, &pair, e));
    if (str_is(pair.state, "merged"))
        return err_set(e, RC_CONFLICT, "these cards are merged: undo the merge first");
    TRY(pairs_decide(r->db, r->account, low, high, state, req_actor(r), e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_text(&r->json, S("id"), r->part[0]);
    json_out_text(&r->json, S("state"), state);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc duplicates_different(struct req *r, struct err *e) { return decide(r, S("different"), e); }

/* Compared again: a unit of work that saw the pair settled may be about to withdraw it. */
enum rc duplicates_reopen(struct req *r, struct err *e)
{
    int64_t low, high;

    TRY(decide(r, S("suggested"), e));
    TRY(pair_id(r, &low, &high, e));
    return jobs_add(r->db, r->account, KIND_DEDUPE, JOB_PRIO_NOW, (int64_t[]){ low, high }, 2, e);
}
