/* Accounts: get, change, hold for writing. */
#include "base/json.h"
#include "store/account/accounts.h"

static const char GET[] = "select account_id, created_ms, name, settings_json from accounts where account_id = $1";
static const char CHANGE[] = "update accounts set name = case when $2 = '' then name else $2 end,"
                             " settings_json = case when $3 = '' then settings_json else $3 end where account_id = $1";
static const char HOLD[] = "select 1 from accounts where account_id = $1 /*postgres: for no key update*/";
static const char SEQ[] = "select journal_seq from accounts where account_id = $1";
static const char NEXT[] = "select account_id from accounts where account_id > $1 order by account_id limit 1";

enum rc accounts_get(struct sql *db, struct arena *a, int64_t account, struct account *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account))));
    if (rows_next(&rows)) {
        *ret = (struct account){ row_i64(&rows, 0), row_i64(&rows, 1), str_copy(a, row_text(&rows, 2)),
                                 str_copy(a, row_text(&rows, 3)) };
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such account");
}

enum rc accounts_region(struct sql *db, struct arena *a, int64_t account, struct str *ret, struct err *e)
{
    struct account row;
    struct json   *settings = NULL;

    TRY(accounts_get(db, a, account, &row, e));
    TRY(json_parse(a, row.settings_json, &settings, e));
    *ret = json_get_text(settings, S("country"));
    return RC_OK;
}

enum rc accounts_change(struct sql *db, int64_t account, struct str name, struct str settings_json, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, CHANGE, SQL_ARGS(I64(account), TEXT(name), TEXT(settings_json)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such account");
}

enum rc accounts_hold(struct sql *db, struct sql_guard *own, int64_t account, struct err *e)
{
    TRY(sql_join(db, own, e));
    return sql_run(db, e, HOLD, SQL_ARGS(I64(account)),
                   NULL); /* within a request's transaction, too: that holds nothing yet */
}

enum rc accounts_seq(struct sql *db, int64_t account, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, SEQ, SQL_ARGS(I64(account)), ret);
}

enum rc accounts_next(struct sql *db, int64_t after, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, NEXT, SQL_ARGS(I64(after)), ret);
}
