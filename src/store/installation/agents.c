/* The agents of all hosts: join, renew, leave, take over from the dead. */
#include "base/clock.h"
#include "store/work/jobs.h"

static const char JOIN[] = "insert into agents (id, host, pid, lease_until_ms) values ($1, $2, $3, $4)"
                           " on conflict (id) do update set lease_until_ms = excluded.lease_until_ms";
static const char RENEW[] = "update agents set lease_until_ms = $2 where id = $1 and lease_until_ms >= $3";
static const char LEAVE[] = "delete from agents where id = $1";
static const char COUNT[] = "select count(*) from agents where lease_until_ms >= $1 and slots > 0";
static const char NEXT_END[] = "select lease_until_ms from agents where id <> $1 order by lease_until_ms limit 1";
static const char EXPIRE[] = "delete from agents where lease_until_ms < $1";
static const char TIDY[] = "delete from agent_kinds where agent not in (select id from agents)";

/* Claims of agents without a valid lease, whether their row is still there or not. */
static const char LOST[] =
    "select account_id, kind, subject, agent from job_ready j where state = 1"
    " and not exists (select 1 from agents g where g.id = j.agent and g.lease_until_ms >= $1) limit 500";
static const char CLAIMS[] =
    "select account_id, kind, subject, agent from job_ready where agent = $1 and state = 1 limit 500";
static const char FREE[] = "update job_ready set state = 0, agent = 0"
                           " where account_id = $1 and kind = $2 and subject = $3 and agent = $4 and state = 1";

enum { FREE_MAX = 500 };

enum rc agents_join(struct sql *db, int64_t agent, struct str host, int64_t pid, int64_t lease_until_ms, struct err *e)
{
    return sql_run(db, e, JOIN, SQL_ARGS(I64(agent), TEXT(host), I64(pid), I64(lease_until_ms)), NULL);
}

enum rc agents_count(struct sql *db, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, COUNT, SQL_ARGS(I64(clock_ms())), ret);
}

enum rc agents_renew(struct sql *db, int64_t agent, int64_t lease_until_ms, struct err *e)
{
    int64_t changed = 0;

    sql_quiet(db, true);
    enum rc rc = sql_run(db, e, RENEW, SQL_ARGS(I64(agent), I64(lease_until_ms), I64(clock_ms())), &changed);
    sql_quiet(db, false);
    TRY(rc);
    return changed ? RC_OK : err_set(e, RC_GONE, "agent: the lease has ended");
}

static enum rc free_claims(struct sql *db, const char *which, int64_t arg, size_t *ret_freed, struct err *e)
{
    struct {
        int64_t account, kind, subject, agent;
    } claims[FREE_MAX];
    auto_rows rows = { 0 };
    size_t    n = 0;

    TRY(sql_rows(db, &rows, e, which, SQL_ARGS(I64(arg))));
    for (; n < FREE_MAX && rows_next(&rows); n++) {
        claims[n].account = row_i64(&rows, 0);
        claims[n].kind = row_i64(&rows, 1);
        claims[n].subject = row_i64(&rows, 2);
        claims[n].agent = row_i64(&rows, 3);
    }
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, FREE,
                    SQL_ARGS(I64(claims[i].account), I64(claims[i].kind), I64(claims[i].subject), I64(claims[i].agent)),
                    NULL));
    *ret_freed = n;
    return RC_OK;
}

enum rc agents_next_end(struct sql *db, int64_t agent, int64_t *ret_ms, struct err *e)
{
    enum rc rc = sql_one_i64(db, e, NEXT_END, SQL_ARGS(I64(agent)), ret_ms);

    if (rc == RC_NOT_FOUND)
        *ret_ms = INT64_MAX;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc agents_bury(struct sql *db, int64_t now_ms, size_t *ret_freed, struct err *e)
{
    auto_rollback guard = { db };

    TRY(sql_begin(db, e));
    TRY(free_claims(db, LOST, now_ms, ret_freed, e));
    TRY(sql_run(db, e, EXPIRE, SQL_ARGS(I64(now_ms)), NULL));
    TRY(sql_run(db, e, TIDY, SQL_NONE, NULL));
    return sql_commit(db, e);
}

enum rc agents_leave(struct sql *db, int64_t agent, size_t *ret_freed, struct err *e)
{
    auto_rollback guard = { db };

    TRY(sql_begin(db, e));
    TRY(free_claims(db, CLAIMS, agent, ret_freed, e));
    TRY(sql_run(db, e, LEAVE, SQL_ARGS(I64(agent)), NULL));
    TRY(sql_run(db, e, TIDY, SQL_NONE, NULL));
    return sql_commit(db, e);
}
