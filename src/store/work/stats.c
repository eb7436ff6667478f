/* Counts and facets of one account. */
#include "base/vec.h"
#include "store/cards/cards.h"
#include "store/cards/pairs.h"
#include "store/work/stats.h"

static const char IMPORTS[] = "select count(*) from imports where account_id = $1";
static const char COMPANIES[] =
    "select company, count(*) from cards where account_id = $1 and state = 0 and company <> ''"
    " group by company order by count(*) desc, company limit $2";
static const char FACTS[] = "select value, count(*) from facets where account_id = $1 and field = $2"
                            " group by value order by count(*) desc, value limit $3";

enum rc stats_work(struct sql *db, int64_t account, struct stats *ret, struct err *e)
{
    struct job_counts counts[KINDS_END];

    TRY(jobs_counts(db, account, counts, e));
    for (int i = 1; i < KINDS_END; i++) {
        ret->waiting += counts[i].ready + counts[i].later;
        ret->running += counts[i].claimed;
    }
    return RC_OK;
}

enum rc stats_get(struct sql *db, struct arena *a, int64_t account, struct stats *ret, struct err *e)
{
    auto_rollback view = { 0 };

    TRY(sql_view(db, &view, e));
    *ret = (struct stats){ 0 };
    TRY(cards_count(db, account, &(struct card_filter){ .state = CARD_LIVE, .tag = S("") }, &ret->cards, e));
    TRY(cards_count(db, account, &(struct card_filter){ .state = CARD_TRASH, .tag = S("") }, &ret->trash, e));
    TRY(pairs_count(db, account, S("suggested"), 0, &ret->duplicates, e));
    TRY(sql_one_i64(db, e, IMPORTS, SQL_ARGS(I64(account)), &ret->imports));
    TRY(sources_list(db, a, account, &ret->sources, &ret->nsources, e));
    return stats_work(db, account, ret, e);
}

static enum rc take_facets(struct arena *a, struct sql_rows *rows, struct facet **ret, size_t *ret_n, struct err *e)
{
    VEC(struct facet) list = { 0 };

    while (rows_next(rows))
        *vec_push(a, &list) = (struct facet){ str_copy(a, row_text(rows, 0)), row_i64(rows, 1) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(rows, e);
}

enum rc stats_companies(struct sql *db, struct arena *a, int64_t account, int limit, struct facet **ret, size_t *ret_n,
                        struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, COMPANIES, SQL_ARGS(I64(account), I64(limit))));
    return take_facets(a, &rows, ret, ret_n, e);
}

enum rc stats_facts(struct sql *db, struct arena *a, int64_t account, struct str field, int limit, struct facet **ret,
                    size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, FACTS, SQL_ARGS(I64(account), TEXT(field), I64(limit))));
    return take_facets(a, &rows, ret, ret_n, e);
}
