#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "store/facts.h"

static const char PUT[] =
    "insert into facts (account_id, card_id, facts_json, at_ms) values ($1, $2, $3, $4)"
    " on conflict (account_id, card_id) do update set facts_json = excluded.facts_json, at_ms = excluded.at_ms";
static const char DROP[] = "delete from facts where account_id = $1 and card_id = $2";
static const char GET[] = "select at_ms, facts_json from facts where account_id = $1 and card_id = $2";
static const char PROPOSED[] =
    "select f.card_id, f.at_ms, f.facts_json from facts f join cards c on c.account_id = f.account_id and c.id = "
    "f.card_id"
    " where f.account_id = $1 and f.card_id > $2 and f.facts_json like '%\"proposed\"%' and c.state = 0"
    " order by f.card_id limit $3";

static const char STATE[] = "select state from cards where account_id = $1 and id = $2";
static const char FACET_ADD[] = "insert into facets (account_id, field, value, card_id) values ($1, $2, $3, $4)"
                                " on conflict (account_id, field, value, card_id) do nothing";
static const char FACET_DROP[] =
    "delete from facets where account_id = $1 and field = $2 and value = $3 and card_id = $4";

/* Fields with few values: those that are counted. */
static const struct str counted[] = { S("country"), S("region"), S("seniority"), S("function"), S("industry") };

static bool counts(const struct json *fact)
{
    if (str_is(json_get_text(fact, S("state")), "rejected") || json_get_text(fact, S("value")).n == 0)
        return false;
    for (size_t i = 0; i < countof(counted); i++)
        if (str_eq(json_get_text(fact, S("field")), counted[i]))
            return true;
    return false;
}

static enum rc each_facet(struct sql *db, struct arena *a, const char *text, int64_t account, int64_t card,
                          struct str facts_json, struct err *e)
{
    struct json *facts = NULL;

    TRY(json_parse(a, facts_json, &facts, e));
    json_each(fact, facts)
        if (counts(fact))
            TRY(sql_run(db, e, text,
                        SQL_ARGS(I64(account), TEXT(json_get_text(fact, S("field"))),
                                 TEXT(json_get_text(fact, S("value"))), I64(card)),
                        NULL));
    return RC_OK;
}

static enum rc facts_now(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = S("[]");
    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(card))));
    if (rows_next(&rows))
        *ret = str_copy(a, row_text(&rows, 1));
    return rows_end(&rows, e);
}

enum rc facts_follow(struct sql *db, struct arena *a, int64_t account, int64_t card, bool live, struct err *e)
{
    struct str now;

    TRY(facts_now(db, a, account, card, &now, e));
    return each_facet(db, a, live ? FACET_ADD : FACET_DROP, account, card, now, e);
}

static enum rc facets_change(struct sql *db, struct arena *a, int64_t account, const struct facts *f, struct err *e)
{
    struct str before;
    int64_t    state = 0;
    enum rc    rc = sql_one_i64(db, e, STATE, SQL_ARGS(I64(account), I64(f->card)), &state);

    TRY(facts_now(db, a, account, f->card, &before, e));
    if (str_eq(before, f->json))
        return RC_OK;
    TRY(each_facet(db, a, FACET_DROP, account, f->card, before, e));
    if (rc == RC_OK && state == 0)
        return each_facet(db, a, FACET_ADD, account, f->card, f->json, e);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc facts_put(struct sql *db, int64_t account, const struct facts *facts, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(16 << 10);

    for (size_t i = 0; i < n; i++, arena_reset(a)) {
        const struct facts *f = &facts[i];
        TRY(facets_change(db, a, account, f, e));
        if (str_is(f->json, "[]"))
            TRY(sql_run(db, e, DROP, SQL_ARGS(I64(account), I64(f->card)), NULL));
        else
            TRY(sql_run(db, e, PUT,
                        SQL_ARGS(I64(account), I64(f->card), TEXT(f->json), I64(f->at_ms ? f->at_ms : clock_ms())),
                        NULL));
    }
    return RC_OK;
}

enum rc facts_of_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *cards, size_t n,
                       struct facts **ret, struct err *e)
{
    auto_rollback   view = { 0 };
    auto_rows       rows = { 0 };
    struct facts   *list = arena_array(a, struct facts, n ? n : 1);
    struct sql_arg *each = arena_array(a, struct sql_arg, n ? n : 1);

    for (size_t i = 0; i < n; i++) {
        list[i] = (struct facts){ cards[i], 0, S("[]") };
        each[i] = I64(cards[i]);
    }
    TRY(sql_view(db, &view, e));
    TRY(sql_rows_each(db, &rows, e, GET, SQL_ARGS(I64(account)), each, 1, n));
    while (rows_next(&rows)) {
        size_t i = rows_which(&rows);
        list[i] = (struct facts){ cards[i], row_i64(&rows, 0), str_copy(a, row_text(&rows, 1)) };
    }
    *ret = list;
    return rows_end(&rows, e);
}

enum rc facts_proposed(struct sql *db, struct arena *a, int64_t account, int64_t after, int limit, struct facts **ret,
                       size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct facts) list = { 0 };

    TRY(sql_rows(db, &rows, e, PROPOSED, SQL_ARGS(I64(account), I64(after), I64(limit))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct facts){ row_i64(&rows, 0), row_i64(&rows, 1), str_copy(a, row_text(&rows, 2)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}
