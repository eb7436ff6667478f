#include "base/clock.h"
#include "store/idempotency.h"

static const char ADD[] = "insert into idempotency (account_id, idem_key, request_hash, status, body, created_ms) "
                          "values ($1, $2, $3, 0, '', $4)"
                          " on conflict (account_id, idem_key) do nothing";
static const char GET[] = "select request_hash, status, body from idempotency where account_id = $1 and idem_key = $2";
static const char FINISH[] = "update idempotency set status = $3, body = $4 where account_id = $1 and idem_key = $2";
static const char FORGET[] = "delete from idempotency where account_id = $1 and idem_key = $2";
static const char EXPIRE[] = "delete from idempotency where account_id = $1 and created_ms < $2";

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
