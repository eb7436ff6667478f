/* Answers kept for a day by Idempotency-Key, and marks of commits. */
#include <stdio.h>
#include "base/clock.h"
#include "store/account/idempotency.h"

static const char ADD[] = "insert into idempotency (account_id, idem_key, request_hash, status, body, created_ms) "
                          "values ($1, $2, $3, 0, '', $4)"
                          " on conflict (account_id, idem_key) do nothing";
static const char GET[] = "select request_hash, status, body from idempotency where account_id = $1 and idem_key = $2";
static const char FINISH[] = "update idempotency set status = $3, body = $4 where account_id = $1 and idem_key = $2";
static const char FORGET[] = "delete from idempotency where account_id = $1 and idem_key = $2";
static const char EXPIRE[] = "delete from idempotency where account_id = $1 and created_ms < $2";

static const char MARK[] = "insert into idempotency (account_id, idem_key, request_hash, status, body, created_ms)"
                           " values ($1, $2, $3, 0, '', $4) on conflict (account_id, idem_key)"
                           " do update set created_ms = excluded.created_ms,"
                           " request_hash = case when idempotency.status = 0 then excluded.request_hash end";
/* An update, so that it waits for the row as a select would not.  Status 1 closes the row: a transaction that the server still holds, and
 * that comes to its mark only now, fails there (null is not allowed). */
static const char MARKED[] = "insert into idempotency (account_id, idem_key, request_hash, status, body, created_ms)"
                             " values ($1, $2, 0, 1, '', $3) on conflict (account_id, idem_key)"
                             " do update set created_ms = excluded.created_ms, status = 1 returning request_hash";

enum rc idem_begin(struct sql *db, struct arena *a, int64_t account, struct str key, int64_t request_hash,
                   struct idem_answer *ret, struct err *e)
{
    auto_rows rows = { 0 };
    int64_t   added = 0;

    TRY(sql_run(db, e, ADD, SQL_ARGS(I64(account), TEXT(key), I64(request_hash), I64(clock_ms())), &added));
    if (added)
        return RC_OK;
    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), TEXT(key))));
    if (rows_next(&rows))
        *ret = (struct idem_answer){ row_i64(&rows, 0), row_i64(&rows, 1), str_copy(a, row_text(&rows, 2)) };
    TRY(rows_end(&rows, e));
    return err_set(e, RC_CONFLICT, "this Idempotency-Key was used before");
}

enum rc idem_finish(struct sql *db, int64_t account, struct str key, int64_t status, struct str body, struct err *e)
{
    return sql_run(db, e, FINISH, SQL_ARGS(I64(account), TEXT(key), I64(status), TEXT(body)), NULL);
}

enum rc idem_forget(struct sql *db, int64_t account, struct str key, struct err *e)
{
    return sql_run(db, e, FORGET, SQL_ARGS(I64(account), TEXT(key)), NULL);
}

enum rc idem_expire(struct sql *db, int64_t account, int64_t before_ms, struct err *e)
{
    return sql_run(db, e, EXPIRE, SQL_ARGS(I64(account), I64(before_ms)), NULL);
}

enum { MARK_KEY = 24 };

/* No header can carry the first byte: a client's key is never one of these. */
static struct str mark_key(char to[MARK_KEY], int64_t process)
{
    int n = snprintf(to, MARK_KEY, "\001%lld", (long long)process);
    return (struct str){ to, (size_t)n };
}

enum rc idem_mark(struct sql *db, int64_t account, int64_t process, int64_t number, struct err *e)
{
    char key[MARK_KEY];
    return sql_run(db, e, MARK, SQL_ARGS(I64(account), TEXT(mark_key(key, process)), I64(number), I64(clock_ms())),
                   NULL);
}

enum rc idem_marked(struct sql *db, int64_t account, int64_t process, int64_t *ret, struct err *e)
{
    char key[MARK_KEY];
    return sql_one_i64(db, e, MARKED, SQL_ARGS(I64(account), TEXT(mark_key(key, process)), I64(clock_ms())), ret);
}
