#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/cards.h"
#include "store/pairs.h"
#include "store/stats.h"
#include <stdlib.h>

static const char IMPORTS[] = "select count(*) from imports where account_id = $1";
static const char COMPANIES[] =
    "select company, count(*) from cards where account_id = $1 and state = 0 and company <> ''"
    " group by company order by count(*) desc, company limit $2";
static const char FACTS[] =
    "select f.facts_json from facts f join cards c on c.account_id = f.account_id and c.id = f.card_id and c.state = 0"
    " where f.account_id = $1";

static enum rc jobs(struct sql *db, int64_t account, struct stats *ret, struct err *e)
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
    TRY(pairs_count(db, account, S("suggested"), &ret->duplicates, e));
    TRY(sql_one_i64(db, e, IMPORTS, SQL_ARGS(I64(account)), &ret->imports));
    TRY(sources_list(db, a, account, &ret->sources, &ret->nsources, e));
    return jobs(db, account, ret, e);
}

enum rc stats_companies(struct sql *db, struct arena *a, int64_t account, int limit, struct facet **ret, size_t *ret_n,
                        struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct facet) list = { 0 };

    TRY(sql_rows(db, &rows, e, COMPANIES, SQL_ARGS(I64(account), I64(limit))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct facet){ str_copy(a, row_text(&rows, 0)), row_i64(&rows, 1) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

static int most_first(const void *x, const void *y)
{
    const struct facet *a = x, *b = y;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return str_cmp(a->value, b->value);
}

struct tally {
    struct arena *a, *scratch;
    struct map    at;
    VEC(struct facet) list;
};

/* Each value once a card. */
static enum rc count_card(struct tally *t, struct str facts_json, struct str field, struct err *e)
{
    struct json *facts = NULL;
    struct map   here = map_of(t->scratch);

    TRY(json_parse(t->scratch, facts_json, &facts, e));
    json_each(fact, facts) {
        struct str value = json_get_text(fact, S("value"));
        if (!str_eq(json_get_text(fact, S("field")), field) || str_is(json_get_text(fact, S("state")), "rejected") ||
            !value.n || (*map_at(&here, value))++)
            continue;
        uint64_t *at = map_find(&t->at, value);
        if (!at) {
            struct facet *fresh = vec_push(t->a, &t->list);
            *fresh = (struct facet){ str_copy(t->a, value), 0 };
            at = map_at(&t->at, fresh->value);
            *at = t->list.n - 1;
        }
        t->list.v[*at].count++;
    }
    return RC_OK;
}

enum rc stats_facts(struct sql *db, struct arena *a, int64_t account, struct str field, int limit, struct facet **ret,
                    size_t *ret_n, struct err *e)
{
    auto_free(arena) scratch = arena_new(16 << 10);
    auto_rows    rows = { 0 };
    struct tally t = { .a = a, .scratch = scratch, .at = map_of(a) };

    TRY(sql_rows(db, &rows, e, FACTS, SQL_ARGS(I64(account))));
    for (; rows_next(&rows); arena_reset(scratch))
        TRY(count_card(&t, row_text(&rows, 0), field, e));
    TRY(rows_end(&rows, e));
    if (t.list.n)
        qsort(t.list.v, t.list.n, sizeof *t.list.v, most_first);
    *ret = t.list.v;
    *ret_n = size_min(t.list.n, (size_t)limit);
    return RC_OK;
}
