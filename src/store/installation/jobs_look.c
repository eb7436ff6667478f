/* Counts of the queue, and the jobs that were given up. */
#include "base/rand.h"
#include "base/vec.h"
#include "store/work/jobs.h"

const char *const job_kind_name[KINDS_END] = { [0] = "",
                                               [KIND_IMPORT] = "import",
                                               [KIND_ENRICH] = "enrich",
                                               [KIND_DEDUPE] = "dedupe",
                                               [KIND_INDEX] = "index",
                                               [KIND_UNDO] = "undo",
                                               [KIND_PASSWORD] = "password",
                                               [KIND_EXPIRE] = "expire" };

/* Each counts one table; over all accounts, or over one. */
static const char READY_ALL[] = "select kind, count(*), min(id) from job_ready where state = 0 group by kind";
static const char URGENT_ALL[] =
    "select kind, count(*), min(id) from job_ready where state = 0 and prio < 5 group by kind";
static const char CLAIMED_ALL[] = "select kind, count(*) from job_ready where state = 1 group by kind";
static const char LATER_ALL[] = "select kind, count(*) from job_later group by kind";
static const char DEAD_ALL[] = "select kind, count(*) from job_dead group by kind";
/* "+": the account's rows by their key; in the index of ready rows an account is in as many places as there are kinds. */
static const char READY[] =
    "select kind, count(*), min(id) from job_ready where account_id = $1 and /*postgres: +*/ state = 0 group by kind";
static const char URGENT[] =
    "select kind, count(*), min(id) from job_ready where account_id = $1 and state = 0 and prio < 5 group by kind";
static const char CLAIMED[] = "select kind, count(*) from job_ready where account_id = $1 and state = 1 group by kind";
static const char LATER[] = "select kind, count(*) from job_later where account_id = $1 group by kind";
static const char DEAD[] = "select kind, count(*) from job_dead where account_id = $1 group by kind";

static const struct {
    const char *all, *one;
    size_t      at, oldest_at; /* 0: it has no age */
} tables[] = {
    { READY_ALL, READY, offsetof(struct job_counts, ready), offsetof(struct job_counts, oldest_ms) },
    { URGENT_ALL, URGENT, offsetof(struct job_counts, urgent), offsetof(struct job_counts, urgent_oldest_ms) },
    { CLAIMED_ALL, CLAIMED, offsetof(struct job_counts, claimed), 0 },
    { LATER_ALL, LATER, offsetof(struct job_counts, later), 0 },
    { DEAD_ALL, DEAD, offsetof(struct job_counts, dead), 0 },
};

static const char SOME[] = "select count(*), min(id) from (select id from job_ready where kind = $1 and state = 0"
                           " order by account_id limit 10000) as some_jobs";
_Static_assert(JOBS_SEEN_MAX == 10000, "the limit stands in the statement");
static const char DEAD_LIST[] = "select kind, subject, attempt, at_ms, why from job_dead"
                                " where account_id = $1 and ($3 = 0 or kind = $3) order by at_ms desc limit $2";

enum rc jobs_counts(struct sql *db, int64_t account, struct job_counts ret[KINDS_END], struct err *e)
{
    memset(ret, 0, sizeof *ret * KINDS_END);
    for (size_t i = 0; i < countof(tables); i++) {
        auto_rows      rows = { 0 };
        struct sql_arg arg = I64(account);
        TRY(sql_rows(db, &rows, e, account ? tables[i].one : tables[i].all, &arg, account ? 1 : 0));
        while (rows_next(&rows)) {
            int64_t kind = row_i64(&rows, 0);
            if (kind <= 0 || kind >= KINDS_END)
                continue;
            *(int64_t *)((char *)&ret[kind] + tables[i].at) = row_i64(&rows, 1);
            if (tables[i].oldest_at)
                *(int64_t *)((char *)&ret[kind] + tables[i].oldest_at) = id_ms(row_i64(&rows, 2));
        }
        TRY(rows_end(&rows, e));
    }
    return RC_OK;
}

enum rc jobs_ready_some(struct sql *db, enum job_kind kind, int64_t *ret_n, int64_t *ret_oldest_id, struct err *e)
{
    auto_rows rows = { 0 };

    *ret_n = *ret_oldest_id = 0;
    TRY(sql_rows(db, &rows, e, SOME, SQL_ARGS(I64(kind))));
    if (rows_next(&rows)) {
        *ret_n = row_i64(&rows, 0);
        *ret_oldest_id = row_i64(&rows, 1);
    }
    return rows_end(&rows, e);
}

enum rc jobs_dead(struct sql *db, struct arena *a, int64_t account, int64_t kind, int limit, struct dead_job **ret,
                  size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct dead_job) list = { 0 };

    TRY(sql_rows(db, &rows, e, DEAD_LIST, SQL_ARGS(I64(account), I64(limit), I64(kind))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct dead_job){ (enum job_kind)row_i64(&rows, 0), row_i64(&rows, 1), row_i64(&rows, 2),
                                                 row_i64(&rows, 3), str_copy(a, row_text(&rows, 4)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}
