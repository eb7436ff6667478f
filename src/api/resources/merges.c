/* Merges: make one, list them, take one back. */
#include "api/resources/duplicates.h"
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/rand.h"
#include "store/merges.h"

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

/* {id, name}; the name is empty when the card has gone for ever. */
static void card_member(struct req *r, struct str key, int64_t id)
{
    struct arena_mark mark = arena_mark(r->a);
    struct card_row   row;
    bool              here = cards_get(r->db, r->a, r->account, id, &row, NULL) == RC_OK;

    json_out_open(&r->json, key, '{');
    json_out_id(&r->json, S("id"), id);
    json_out_text(&r->json, S("name"), here ? row.name : S(""));
    json_out_close(&r->json, '}');
    arena_rewind(r->a, mark);
}

enum rc merges_show(struct req *r, struct err *e)
{
    struct json_out  *o = &r->json;
    struct merge_row *merges;
    int64_t           before, limit;
    size_t            n;

    TRY(req_query_id(r, "cursor", &before, e));
    TRY(req_query_i64(r, "limit", 1, LIMIT_MAX, LIMIT_NORMAL, &limit, e));
    TRY(merges_list(r->db, r->a, r->account, before, (int)limit, &merges, &n, e));
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_open(o, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("id"), merges[i].id);
        json_out_time(o, S("at"), merges[i].at_ms);
        json_out_text(o, S("actor"), merges[i].actor);
        card_member(r, S("winner"), merges[i].winner);
        card_member(r, S("loser"), merges[i].loser);
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
