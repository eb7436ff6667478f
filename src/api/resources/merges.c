/* Merges: make one, list them, take one back. */
#include "api/resources/duplicates.h"
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/rand.h"
#include "store/cards/merges.h"

enum { LIMIT_NORMAL = 50, LIMIT_MAX = 500 };

enum rc merge_run(struct req *r, struct err *e)
{
    int64_t *ids;
    size_t   n;

    TRY(req_ids(r, "ids", &ids, &n, e));
    if (n != 2 || ids[0] == ids[1])
        return answer_invalid(r, "ids", e, "ids must be two different cards");
    return duplicates_join(r, i64_min(ids[0], ids[1]), i64_max(ids[0], ids[1]), e);
}

/* The cards of all merges as rows, in their order; those that have gone for ever are left out. */
static enum rc cards_of(struct req *r, const struct merge_row *merges, size_t n, struct card_row **ret, size_t *ret_n,
                        struct err *e)
{
    int64_t *ids = arena_array(r->a, int64_t, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        ids[2 * i] = merges[i].winner;
        ids[2 * i + 1] = merges[i].loser;
    }
    return cards_listed(r->db, r->a, r->account, ids, 2 * n, ret, ret_n, e);
}

/* {id, name}; the name is empty when the card has gone for ever.  Takes its row, when that is the next. */
static void card_member(struct req *r, struct str key, int64_t id, struct card_row **row, const struct card_row *end)
{
    bool here = *row < end && (*row)->id == id;

    json_out_open(&r->json, key, '{');
    json_out_id(&r->json, S("id"), id);
    json_out_text(&r->json, S("name"), here ? (*row)->name : S(""));
    json_out_close(&r->json, '}');
    *row += here;
}

enum rc merges_show(struct req *r, struct err *e)
{
    struct json_out  *o = &r->json;
    struct merge_row *merges;
    struct card_row  *row;
    int64_t           before, limit;
    size_t            n, nrows;

    TRY(req_query_id(r, "cursor", &before, e));
    TRY(req_query_i64(r, "limit", 1, LIMIT_MAX, LIMIT_NORMAL, &limit, e));
    TRY(merges_list(r->db, r->a, r->account, before, (int)limit, &merges, &n, e));
    TRY(cards_of(r, merges, n, &row, &nrows, e));
    const struct card_row *end = row + nrows;
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_open(o, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("id"), merges[i].id);
        json_out_time(o, S("at"), merges[i].at_ms);
        json_out_text(o, S("actor"), merges[i].actor);
        card_member(r, S("winner"), merges[i].winner, &row, end);
        card_member(r, S("loser"), merges[i].loser, &row, end);
        json_out_time(o, S("undone"), merges[i].undone_ms);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    if (n == (size_t)limit)
        json_out_id(o, S("next"), merges[n - 1].id);
    else
        json_out_raw(o, S("next"), S("null"));
    json_out_close(o, '}');
    return RC_OK;
}

enum rc merge_take_back(struct req *r, struct err *e)
{
    struct card_row row;
    int64_t         id, *cards;
    size_t          n;

    TRY(req_id(r, 0, &id, e));
    TRY(merges_undo(r->db, r->a, r->account, id, req_actor(r), &cards, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("cards"), '[');
    for (size_t i = 0; i < n; i++) {
        TRY(cards_get(r->db, r->a, r->account, cards[i], &row, e));
        TRY(view_detail(r, JSON_ELEMENT, &row, e));
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}
