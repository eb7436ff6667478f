/* What enrichment found about a card, and what people decided of it. */
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "store/cards/facts.h"

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

/* Rows of facets: field, value, card. */
enum { FACET_WIDTH = 3 };
struct facets {
    VEC(struct sql_arg) list;
};

static enum rc collect(struct arena *a, struct facets *to, int64_t card, struct str facts_json, struct err *e)
{
    struct json *facts = NULL;

    TRY(json_parse(a, facts_json, &facts, e));
    json_each(fact, facts)
        if (counts(fact)) {
            *vec_push(a, &to->list) = TEXT(json_get_text(fact, S("field")));
            *vec_push(a, &to->list) = TEXT(json_get_text(fact, S("value")));
            *vec_push(a, &to->list) = I64(card);
        }
    return RC_OK;
}

static enum rc write_facets(struct sql *db, const char *text, int64_t account, const struct facets *f, struct err *e)
{
    return sql_run_each(db, e, text, SQL_ARGS(I64(account)), f->list.v, FACET_WIDTH, f->list.n / FACET_WIDTH, NULL);
}

enum rc facts_follow(struct sql *db, struct arena *a, int64_t account, int64_t card, bool live, struct err *e)
{
    struct facts *now;
    struct facets all = { 0 };

    TRY(facts_of_cards(db, a, account, &card, 1, &now, e));
    TRY(collect(a, &all, card, now->json, e));
    return write_facets(db, live ? FACET_ADD : FACET_DROP, account, &all, e);
}

static enum rc live_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *cards, size_t n, bool *ret,
                          struct err *e)
{
    struct sql_arg *each = arena_array(a, struct sql_arg, n + 1);
    auto_rows       rows = { 0 };

    for (size_t i = 0; i < n; i++) {
        each[i] = I64(cards[i]);
        ret[i] = false;
    }
    TRY(sql_rows_each(db, &rows, e, STATE, SQL_ARGS(I64(account)), each, 1, n));
    while (rows_next(&rows))
        ret[rows_which(&rows)] = row_i64(&rows, 0) == 0;
    return rows_end(&rows, e);
}

static enum rc facets_change(struct sql *db, struct arena *a, int64_t account, const struct facts *facts, size_t n,
                             struct err *e)
{
    int64_t      *cards = arena_array(a, int64_t, n + 1);
    bool         *live = arena_array(a, bool, n + 1);
    struct facts *before;
    struct facets drop = { 0 }, add = { 0 };

    for (size_t i = 0; i < n; i++)
        cards[i] = facts[i].card;
    TRY(facts_of_cards(db, a, account, cards, n, &before, e));
    TRY(live_cards(db, a, account, cards, n, live, e));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(before[i].json, facts[i].json))
            continue;
        TRY(collect(a, &drop, cards[i], before[i].json, e));
        if (live[i])
            TRY(collect(a, &add, cards[i], facts[i].json, e));
    }
    TRY(write_facets(db, FACET_DROP, account, &drop, e));
    return write_facets(db, FACET_ADD, account, &add, e);
}

enum rc facts_put(struct sql *db, int64_t account, const struct facts *facts, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct sql_arg *put = arena_array(a, struct sql_arg, 3 * n + 1), *drop = arena_array(a, struct sql_arg, n + 1);
    size_t          nput = 0, ndrop = 0;
    int64_t         now = clock_ms();

    TRY(facets_change(db, a, account, facts, n, e));
    for (size_t i = 0; i < n; i++) {
        const struct facts *f = &facts[i];
        if (str_is(f->json, "[]")) {
            drop[ndrop++] = I64(f->card);
        } else {
            put[3 * nput] = I64(f->card);
            put[3 * nput + 1] = TEXT(f->json);
            put[3 * nput++ + 2] = I64(f->at_ms ? f->at_ms : now);
        }
    }
    TRY(sql_run_each(db, e, DROP, SQL_ARGS(I64(account)), drop, 1, ndrop, NULL));
    return sql_run_each(db, e, PUT, SQL_ARGS(I64(account)), put, 3, nput, NULL);
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
