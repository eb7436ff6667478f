/* What enrichment proposes: list, accept, reject, one or many. */
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/rand.h"
#include "store/account/accounts.h"
#include "store/cards/facts.h"
#include "store/work/jobs.h"

enum { LIMIT_NORMAL = 50, LIMIT_MAX = 200, ROW_BYTES_MAX = 1 << 20 };

enum rc facts_show(struct req *r, struct err *e)
{
    struct str    state = req_query(r, "state");
    struct facts *rows;
    int64_t       after, limit;
    size_t        n;

    if (state.n && !str_is(state, "proposed"))
        return err_set(e, RC_MALFORMED, "only state=proposed can be listed");
    TRY(req_query_id(r, "cursor", &after, e));
    TRY(req_query_i64(r, "limit", 1, LIMIT_MAX, LIMIT_NORMAL, &limit, e));
    TRY(facts_proposed(r->db, r->a, r->account, after, (int)limit, &rows, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++)
        view_facts(r, rows[i].card, rows[i].json, S("proposed"));
    json_out_close(&r->json, ']');
    if (n == (size_t)limit)
        json_out_id(&r->json, S("next"), rows[n - 1].card);
    else
        json_out_raw(&r->json, S("next"), S("null"));
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* "CARDID.field.n" */
struct fact_id {
    int64_t    card, n;
    struct str field;
};

static bool fact_id_parse(struct str text, struct fact_id *ret)
{
    struct str card, field;

    return str_next(&text, '.', &card) && id_parse(card, &ret->card) && str_next(&text, '.', &field) && text.p &&
           str_i64(text, 0, 1000, &ret->n) && ((ret->field = field), true);
}

/* In a transaction: the state of one fact.  The card's own text is never touched: an accepted fact is shown and found
 * beside it. */
static enum rc set_state(struct req *r, const struct fact_id *id, const char *state, struct err *e)
{
    struct facts *row;
    int64_t       visible;
    struct json  *list;
    auto_buf      text = buf_of(ROW_BYTES_MAX);

    TRY(cards_visible(r->db, r->account, id->card, &visible, e)); /* it is there */
    TRY(facts_of_cards(r->db, r->a, r->account, &id->card, 1, &row, e));
    TRY(json_parse(r->a, row[0].json, &list, e));
    struct json *fact = json_at(list, (size_t)id->n);
    if (!fact || (id->field.n && !str_eq(json_get_text(fact, S("field")), id->field)))
        return err_set(e, RC_NOT_FOUND, "there is no such fact (any more)");
    json_set_text(r->a, fact, S("state"), str_of(state));
    json_write(&text, list);
    row[0].json = buf_str(&text);
    TRY(facts_put(r->db, r->account, row, 1, e));
    return jobs_add(r->db, r->account, KIND_INDEX, JOB_PRIO_NOW, &id->card, 1, e);
}

static enum rc set_states(struct req *r, const struct fact_id *ids, size_t n, const char *state, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(accounts_hold(r->db, &own, r->account, e));
    for (size_t i = 0; i < n; i++)
        TRY(set_state(r, &ids[i], state, e));
    TRY(sql_leave(&own, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_i64(&r->json, S("changed"), (int64_t)n);
    json_out_text(&r->json, S("state"), str_of(state));
    json_out_close(&r->json, '}');
    return RC_OK;
}

static enum rc decide_many(struct req *r, const char *state, struct err *e)
{
    const struct json *list = json_get(r->body, S("ids"));
    struct fact_id    *ids;
    size_t             n = 0;

    if (!list || list->type != JSON_ARRAY || !list->n || list->n > API_IDS_MAX)
        return answer_invalid(r, "ids", e, "ids must be an array of 1 to %d facts", API_IDS_MAX);
    ids = arena_array(r->a, struct fact_id, list->n);
    json_each(item, list)
        if (!fact_id_parse(json_text(item), &ids[n++]))
            return answer_invalid(r, "ids", e, "ids holds something that is no fact's id");
    return set_states(r, ids, n, state, e);
}

static enum rc decide_one(struct req *r, const char *state, struct err *e)
{
    struct fact_id id = { 0 };

    TRY(req_id(r, 0, &id.card, e));
    if (!str_i64(r->part[1], 0, 1000, &id.n))
        return err_set(e, RC_NOT_FOUND, "there is no such fact");
    return set_states(r, &id, 1, state, e);
}

enum rc facts_accept(struct req *r, struct err *e) { return decide_many(r, "accepted", e); }
enum rc facts_reject(struct req *r, struct err *e) { return decide_many(r, "rejected", e); }
enum rc facts_accept_one(struct req *r, struct err *e) { return decide_one(r, "accepted", e); }
enum rc facts_reject_one(struct req *r, struct err *e) { return decide_one(r, "rejected", e); }
