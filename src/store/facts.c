#include "base/clock.h"
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

enum rc facts_put(struct sql *db, int64_t account, const struct facts *facts, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct facts *f = &facts[i];
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
    auto_rollback view = { 0 };
    struct facts *list = arena_array(a, struct facts, n ? n : 1);

    TRY(sql_view(db, &view, e));
    for (size_t i = 0; i < n; i++) {
        auto_rows rows = { 0 };
        list[i] = (struct facts){ cards[i], 0, S("[]") };
        TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(cards[i]))));
        if (rows_next(&rows))
            list[i] = (struct facts){ cards[i], row_i64(&rows, 0), str_copy(a, row_text(&rows, 1)) };
        TRY(rows_end(&rows, e));
    }
    *ret = list;
    return RC_OK;
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
