/* The queue: add, claim, fence, complete, retry. */
#include <assert.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/rand.h"
#include "store/account/accounts.h"
#include "store/work/jobs.h"

static const char ADD[] =
    "insert into job_ready (account_id, kind, prio, attempt, subject, id) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (account_id, kind, subject) do update"
    " set again = job_ready.state, prio = case when excluded.prio < job_ready.prio then excluded.prio else "
    "job_ready.prio end"
    " where job_ready.state = 1 or excluded.prio < job_ready.prio";
static const char ADD_LATER[] =
    "insert into job_later (account_id, kind, subject, run_at_ms, prio, attempt, why) values ($1, $2, $3, $4, $5, $6, "
    "$7)"
    " on conflict (account_id, kind, subject) do update"
    " set run_at_ms = excluded.run_at_ms, prio = excluded.prio, attempt = excluded.attempt, why = excluded.why";
/* The urgent lane has an index of its own (job_ready_urgent): it is nearly empty, whatever waits beside it. */
#define URGENT " and prio < 5"
#define BULK   " and prio >= 5"
_Static_assert(JOB_PRIO_NOW < 5 && JOB_PRIO_NORMAL == 5, "the lanes are divided in the statements and in an index");

#define NEXT_ACCOUNT(lane)                                                                    \
    "select account_id from job_ready where kind = $1 and state = 0 and account_id > $2" lane \
    " order by account_id limit 1"
static const char *const next_account[] = {
    [JOB_LANE_URGENT] = NEXT_ACCOUNT(URGENT),
    [JOB_LANE_BULK] = NEXT_ACCOUNT(BULK),
};

/* From account to account, each found by the index, until one is of the slice. */
#define FOLLOWING(after)                                                                           \
    "(select account_id from job_ready where kind = $1 and state = 0 and account_id > " after BULK \
    " order by account_id limit 1)"
#define FIRST_HOP "select " FOLLOWING("$2") ", 1"
#define NEXT_HOP                                        \
    "select " FOLLOWING("ring.account_id") ", hops + 1" \
                                           " from ring where ring.account_id is not null and hops < 256"
static const char NEXT_OF_SLICE[] =
    "select account_id from (with recursive ring (account_id, hops) as (" FIRST_HOP " union all " NEXT_HOP ")"
    " select account_id from ring) as around where account_id % $4 = $3 limit 1";
_Static_assert(SLICE_LOOK == 256, "it is a literal");

/* The limit is a literal: with a parameter there PostgreSQL plans for a tenth of the table.  The rows are named by their place,
 * locked as they are: by any key, a planner who saw the table small would read all jobs of the account. */
#define CLAIM(lane, limit)                                                                                     \
    "update job_ready set state = 1, attempt = attempt + 1, agent = $3 where"                                  \
    " /*sqlite: account_id = $1 and kind = $2 and +state = 0 and subject in (select subject*/"                 \
    " /*citus: account_id = $1 and*/ /*postgres: ctid = any (array(select ctid*/"                              \
    " from job_ready where account_id = $1 and kind = $2 and state = 0" lane " order by prio, id limit " limit \
    " /*sqlite: )*/ /*postgres: for update skip locked))*/ returning subject, id, attempt"
#define CLAIMS(limit)                            \
    {                                            \
        CLAIM(URGENT, limit), CLAIM(BULK, limit) \
    }
static const struct {
    size_t      n;
    const char *text[JOB_LANES];
} claims[] = {
    { 100, CLAIMS("100") }, { 50, CLAIMS("50") }, { 20, CLAIMS("20") },
    { 10, CLAIMS("10") },   { 5, CLAIMS("5") },   { 1, CLAIMS("1") },
};

/* "+state": by the key; the index of claimed rows would do as well for a planner who never saw more than a few. */
#define FENCE " where account_id = $1 and kind = $2 and subject = $3 and id = $4 and attempt = $5 and +state = 1"
static const char HELD[] = "select 1 from job_ready" FENCE " /*postgres: for update*/";
static const char DONE[] = "delete from job_ready" FENCE " and again = 0";
static const char LEAVES[] = "delete from job_ready" FENCE " and again = 0 returning prio";
static const char AGAIN[] = "update job_ready set state = 0, again = 0, attempt = 0, agent = 0, id = $6" FENCE;
static const char GIVE_BACK[] = "update job_ready set state = 0, agent = 0, attempt = attempt - 1" FENCE;
static const char BURY[] =
    "insert into job_dead (account_id, kind, subject, attempt, why, at_ms) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (account_id, kind, subject) do update"
    " set attempt = excluded.attempt, why = excluded.why, at_ms = excluded.at_ms";

static const char DUE[] =
    "select account_id, kind, subject, prio, attempt, run_at_ms from job_later where run_at_ms <= $1"
    " order by run_at_ms limit 500";
static const char DUE_TAKE[] =
    "delete from job_later where account_id = $1 and kind = $2 and subject = $3 and run_at_ms = $4";
static const char NEXT_DUE[] = "select run_at_ms from job_later order by run_at_ms limit 1";

static const char DEAD_KIND[] =
    "select kind, subject from job_dead where account_id = $1 and ($2 = 0 or kind = $2) limit 500";
static const char DEAD_TAKE[] = "delete from job_dead where account_id = $1 and kind = $2 and subject = $3";

enum { DUE_MAX = 500, ADD_MAX = 200 };

static enum rc add(struct sql *db, int64_t account, int64_t kind, int64_t subject, int64_t prio, int64_t attempt,
                   struct err *e)
{
    return sql_run(db, e, ADD, SQL_ARGS(I64(account), I64(kind), I64(prio), I64(attempt), I64(subject), I64(id_new())),
                   NULL);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* No subject twice in one statement. */
static enum rc add_some(struct sql *db, int64_t account, enum job_kind kind, int prio, const int64_t *subjects,
                        size_t n, struct err *e)
{
    struct sql_arg each[2 * ADD_MAX];
    int64_t        sorted[ADD_MAX];
    size_t         some = 0;

    memcpy(sorted, subjects, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1]) {
            each[2 * some] = I64(sorted[i]);
            each[2 * some++ + 1] = I64(id_new());
        }
    return sql_run_each(db, e, ADD, SQL_ARGS(I64(account), I64(kind), I64(prio), I64(0)), each, 2, some, NULL);
}

enum rc jobs_add(struct sql *db, int64_t account, enum job_kind kind, int prio, const int64_t *subjects, size_t n,
                 struct err *e)
{
    auto_rollback own = { 0 };

    if (n == 0)
        return RC_OK;
    TRY(accounts_hold(db, &own, account, e));
    for (size_t i = 0; i < n; i += ADD_MAX)
        TRY(add_some(db, account, kind, prio, subjects + i, size_min(n - i, ADD_MAX), e));
    return sql_leave(&own, e);
}

enum rc jobs_add_later(struct sql *db, int64_t account, enum job_kind kind, int64_t subject, int64_t run_at_ms,
                       int prio, struct err *e)
{
    return sql_run(db, e, ADD_LATER,
                   SQL_ARGS(I64(account), I64(kind), I64(subject), I64(run_at_ms), I64(prio), I64(0), TEXT(S(""))),
                   NULL);
}

enum rc jobs_next_account(struct sql *db, enum job_kind kind, enum job_lane lane, int64_t after, int64_t *ret,
                          struct err *e)
{
    const char *text = next_account[lane];
    enum rc     rc = sql_one_i64(db, e, text, SQL_ARGS(I64(kind), I64(after)), ret);

    return rc == RC_NOT_FOUND && after > 0 ? sql_one_i64(db, e, text, SQL_ARGS(I64(kind), I64(0)), ret) : rc;
}

enum rc jobs_next_of_slice(struct sql *db, enum job_kind kind, const struct job_slice *s, int64_t after, int64_t *ret,
                           struct err *e)
{
    enum rc rc = sql_one_i64(db, e, NEXT_OF_SLICE, SQL_ARGS(I64(kind), I64(after), I64(s->mine), I64(s->all)), ret);

    return rc == RC_NOT_FOUND && after > 0
               ? sql_one_i64(db, e, NEXT_OF_SLICE, SQL_ARGS(I64(kind), I64(0), I64(s->mine), I64(s->all)), ret)
               : rc;
}

enum rc jobs_claim(struct sql *db, int64_t account, enum job_kind kind, enum job_lane lane, size_t n, int64_t agent,
                   struct job *ret, size_t *ret_n, struct err *e)
{
    auto_rollback own = { 0 };
    auto_rows     rows = { 0 };
    size_t        tier = 0, got = 0;

    assert(n >= 1 && n <= JOBS_CLAIM_MAX);
    while (claims[tier].n > n)
        tier++;
    TRY(sql_join_light(db, &own, e));
    TRY(sql_rows(db, &rows, e, claims[tier].text[lane], SQL_ARGS(I64(account), I64(kind), I64(agent))));
    while (rows_next(&rows)) {
        assert(got < n);
        ret[got++] = (struct job){ row_i64(&rows, 0), row_i64(&rows, 1), row_i64(&rows, 2) };
    }
    TRY(rows_end(&rows, e));
    *ret_n = got;
    return sql_leave(&own, e);
}

#define FENCED(job) I64(account), I64(kind), I64((job)->subject), I64((job)->id), I64((job)->attempt)

enum { FENCE_WIDTH = 3 };

static void fence(const struct job *jobs, size_t n, size_t width, struct sql_arg *each)
{
    assert(n <= JOBS_CLAIM_MAX);
    for (size_t i = 0; i < n; i++, each += width) {
        each[0] = I64(jobs[i].subject);
        each[1] = I64(jobs[i].id);
        each[2] = I64(jobs[i].attempt);
    }
}

enum rc jobs_held(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n, bool *ret_held,
                  struct err *e)
{
    struct sql_arg each[FENCE_WIDTH * JOBS_CLAIM_MAX];
    auto_rows      rows = { 0 };

    for (size_t i = 0; i < n; i++)
        ret_held[i] = false;
    fence(jobs, n, FENCE_WIDTH, each);
    TRY(sql_rows_each(db, &rows, e, HELD, SQL_ARGS(I64(account), I64(kind)), each, FENCE_WIDTH, n));
    while (rows_next(&rows))
        ret_held[rows_which(&rows)] = true;
    return rows_end(&rows, e);
}

/* Takes a held job out of the hot table; ret_prio: 0 unless it was held and nothing changed meanwhile.  When its subject did change,
 * what failed is of yesterday: it is ready anew. */
static enum rc leave(struct sql *db, int64_t account, int64_t kind, const struct job *job, int64_t *ret_prio,
                     struct err *e)
{
    enum rc rc = sql_one_i64(db, e, LEAVES, SQL_ARGS(FENCED(job)), ret_prio);

    if (rc != RC_NOT_FOUND)
        return rc;
    *ret_prio = 0;
    return sql_run(db, e, AGAIN, SQL_ARGS(FENCED(job), I64(id_new())), NULL);
}

static enum rc make_ready_anew(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n,
                               struct err *e)
{
    struct sql_arg each[(FENCE_WIDTH + 1) * JOBS_CLAIM_MAX];

    fence(jobs, n, FENCE_WIDTH + 1, each);
    for (size_t i = 0; i < n; i++)
        each[i * (FENCE_WIDTH + 1) + FENCE_WIDTH] = I64(id_new());
    return sql_run_each(db, e, AGAIN, SQL_ARGS(I64(account), I64(kind)), each, FENCE_WIDTH + 1, n, NULL);
}

enum rc jobs_done(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n, struct err *e)
{
    struct sql_arg each[FENCE_WIDTH * JOBS_CLAIM_MAX];
    auto_rollback  own = { 0 };
    int64_t        gone = 0;

    TRY(accounts_hold(db, &own, account, e));
    fence(jobs, n, FENCE_WIDTH, each);
    TRY(sql_run_each(db, e, DONE, SQL_ARGS(I64(account), I64(kind)), each, FENCE_WIDTH, n, &gone));
    if (gone < (int64_t)n)
        TRY(make_ready_anew(db, account, kind, jobs, n, e));
    return sql_leave(&own, e);
}

enum rc jobs_retry(struct sql *db, int64_t account, enum job_kind kind, const struct job *job, int64_t run_at_ms,
                   struct str why, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       prio = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(leave(db, account, kind, job, &prio, e));
    if (prio)
        TRY(sql_run(db, e, ADD_LATER,
                    SQL_ARGS(I64(account), I64(kind), I64(job->subject), I64(run_at_ms), I64(prio), I64(job->attempt),
                             TEXT(why)),
                    NULL));
    return sql_leave(&own, e);
}

enum rc jobs_bury(struct sql *db, int64_t account, enum job_kind kind, const struct job *job, struct str why,
                  struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       prio = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(leave(db, account, kind, job, &prio, e));
    if (prio)
        TRY(sql_run(db, e, BURY,
                    SQL_ARGS(I64(account), I64(kind), I64(job->subject), I64(job->attempt), TEXT(why), I64(clock_ms())),
                    NULL));
    return sql_leave(&own, e);
}

enum rc jobs_give_back(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n,
                       struct err *e)
{
    struct sql_arg each[FENCE_WIDTH * JOBS_CLAIM_MAX];
    auto_rollback  own = { 0 };

    TRY(accounts_hold(db, &own, account, e));
    fence(jobs, n, FENCE_WIDTH, each);
    TRY(sql_run_each(db, e, GIVE_BACK, SQL_ARGS(I64(account), I64(kind)), each, FENCE_WIDTH, n, NULL));
    return sql_leave(&own, e);
}

struct due {
    int64_t account, kind, subject, prio, attempt, run_at_ms;
};

/* One account's, in one transaction; whoever deletes the row moves it. */
static enum rc move_due(struct sql *db, const struct due *due, size_t n, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(accounts_hold(db, &own, due->account, e));
    for (size_t i = 0; i < n; i++) {
        const struct due *d = &due[i];
        int64_t           mine = 0;
        TRY(sql_run(db, e, DUE_TAKE, SQL_ARGS(I64(d->account), I64(d->kind), I64(d->subject), I64(d->run_at_ms)),
                    &mine));
        if (mine)
            TRY(add(db, d->account, d->kind, d->subject, d->prio, d->attempt, e));
    }
    return sql_leave(&own, e);
}

static enum rc list_due(struct sql *db, int64_t now_ms, struct due *ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, DUE, SQL_ARGS(I64(now_ms))));
    while (rows_next(&rows) && *ret_n < DUE_MAX)
        ret[(*ret_n)++] = (struct due){ row_i64(&rows, 0), row_i64(&rows, 1), row_i64(&rows, 2),
                                        row_i64(&rows, 3), row_i64(&rows, 4), row_i64(&rows, 5) };
    return rows_end(&rows, e);
}

enum rc jobs_due(struct sql *db, int64_t now_ms, size_t *ret_n, struct err *e)
{
    struct due due[DUE_MAX];
    size_t     n = 0;

    TRY(list_due(db, now_ms, due, &n, e));
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && due[end].account == due[i].account; end++)
            ;
        TRY(move_due(db, due + i, end - i, e));
    }
    *ret_n = n;
    return RC_OK;
}

enum rc jobs_next_due(struct sql *db, int64_t *ret_ms, struct err *e)
{
    enum rc rc = sql_one_i64(db, e, NEXT_DUE, SQL_NONE, ret_ms);

    if (rc != RC_NOT_FOUND)
        return rc;
    *ret_ms = INT64_MAX;
    return RC_OK;
}

enum rc jobs_redrive(struct sql *db, int64_t account, int64_t kind, size_t *ret_n, struct err *e)
{
    struct due    dead[DUE_MAX];
    auto_rollback own = { 0 };
    auto_rows     rows = { 0 };
    size_t        n = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(sql_rows(db, &rows, e, DEAD_KIND, SQL_ARGS(I64(account), I64(kind))));
    while (rows_next(&rows) && n < DUE_MAX)
        dead[n++] = (struct due){ .kind = row_i64(&rows, 0), .subject = row_i64(&rows, 1) };
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < n; i++) {
        TRY(sql_run(db, e, DEAD_TAKE, SQL_ARGS(I64(account), I64(dead[i].kind), I64(dead[i].subject)), NULL));
        TRY(add(db, account, dead[i].kind, dead[i].subject, JOB_PRIO_NORMAL, 0, e));
    }
    *ret_n = n;
    return sql_leave(&own, e);
}
