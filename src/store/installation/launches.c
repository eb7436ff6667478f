/* Launches: times for which all limits are raised. */
#include "store/installation/launches.h"
#include "base/rand.h"
#include "base/vec.h"

static const char BEGIN[] =
    "insert into launches (id, factor, starts_ms, ends_ms, actor, plan_json) values ($1, $2, $3, $4, $5, $6)";
static const char LAND[] = "update launches set ended_ms = $1 where ended_ms = 0 and ends_ms > $1";
static const char OPEN[] = "select id, factor, starts_ms, ends_ms, ended_ms, actor from launches"
                           " where ended_ms = 0 and ends_ms > $1 order by starts_ms limit 50";
_Static_assert(LAUNCHES_LISTED == 50, "the limit stands in the statement");

enum rc launches_begin(struct sql *db, const struct launch *l, struct err *e)
{
    return sql_run(
        db, e, BEGIN,
        SQL_ARGS(I64(id_new()), I64(l->factor), I64(l->starts_ms), I64(l->ends_ms), TEXT(l->actor), TEXT(l->plan_json)),
        NULL);
}

enum rc launches_land(struct sql *db, int64_t now_ms, int64_t *ret_n, struct err *e)
{
    return sql_run(db, e, LAND, SQL_ARGS(I64(now_ms)), ret_n);
}

enum rc launches_open(struct sql *db, struct arena *a, int64_t now_ms, struct launch **ret, size_t *ret_n,
                      struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct launch) list = { 0 };

    TRY(sql_rows(db, &rows, e, OPEN, SQL_ARGS(I64(now_ms))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct launch){ .id = row_i64(&rows, 0),
                                               .factor = row_i64(&rows, 1),
                                               .starts_ms = row_i64(&rows, 2),
                                               .ends_ms = row_i64(&rows, 3),
                                               .ended_ms = row_i64(&rows, 4),
                                               .actor = str_copy(a, row_text(&rows, 5)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

int64_t launches_factor(const struct launch *l, size_t n, int64_t now_ms)
{
    int64_t factor = 1;

    for (size_t i = 0; i < n; i++)
        if (!l[i].ended_ms && l[i].starts_ms <= now_ms && now_ms < l[i].ends_ms)
            factor = i64_max(factor, l[i].factor);
    return factor;
}
