/* What an operator does to the queue: pause, resume, bury, dig up. */
#include "store/installation/queue.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"

static const char PAUSE_KIND[] = "update kinds set paused = $2 where kind = $1";
static const char PAUSE[] = "insert into account_pauses (account_id, kind, at_ms) values ($1, $2, $3)"
                            " on conflict (account_id, kind) do nothing";
static const char RESUME[] = "delete from account_pauses where account_id = $1 and ($2 = 0 or kind = $2)";
static const char PAUSES[] = "select account_id, kind, at_ms from account_pauses order by account_id, kind limit $1";
static const char TOP[] = "select account_id, count(*), min(id) from job_ready where kind = $1 and state = 0"
                          " group by account_id order by count(*) desc, account_id limit $2";
static const char NEXT_DEAD[] = "select account_id from job_dead where account_id > $1 order by account_id limit 1";

enum rc queue_pause_kind(struct sql *db, enum job_kind kind, bool paused, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, PAUSE_KIND, SQL_ARGS(I64(kind), I64(paused)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no kind %d", (int)kind);
}

enum rc queue_pause(struct sql *db, int64_t account, int64_t kind, struct err *e)
{
    return sql_run(db, e, PAUSE, SQL_ARGS(I64(account), I64(kind), I64(clock_ms())), NULL);
}

enum rc queue_resume(struct sql *db, int64_t account, int64_t kind, struct err *e)
{
    return sql_run(db, e, RESUME, SQL_ARGS(I64(account), I64(kind)), NULL);
}

enum rc queue_pauses(struct sql *db, struct arena *a, struct account_pause **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct account_pause) list = { 0 };

    TRY(sql_rows(db, &rows, e, PAUSES, SQL_ARGS(I64(QUEUE_PAUSES_MAX))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct account_pause){ row_i64(&rows, 0), row_i64(&rows, 1), row_i64(&rows, 2) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

bool queue_is_paused(const struct account_pause *list, size_t n, int64_t account, int64_t kind)
{
    size_t from = 0;

    for (size_t to = n; from < to;) { /* the first of this account */
        size_t middle = from + (to - from) / 2;
        if (list[middle].account < account)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < n && list[from].account == account; from++)
        if (list[from].kind == 0 || list[from].kind == kind)
            return true;
    return false;
}

enum rc queue_top(struct sql *db, struct arena *a, enum job_kind kind, int limit, struct queue_top **ret, size_t *ret_n,
                  struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct queue_top) list = { 0 };

    TRY(sql_rows(db, &rows, e, TOP, SQL_ARGS(I64(kind), I64(limit))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct queue_top){ row_i64(&rows, 0), row_i64(&rows, 1), id_ms(row_i64(&rows, 2)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc queue_next_dead(struct sql *db, int64_t after, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, NEXT_DEAD, SQL_ARGS(I64(after)), ret);
}
