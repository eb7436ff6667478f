#include "base/clock.h"
#include "base/rand.h"
#include "store/books.h"
#include "store/users.h"

static const char NEW_ACCOUNT[] =
    "insert into accounts (account_id, name, created_ms, settings_json) values ($1, $2, $3, $4)";
static const char NEW_USER[] = "insert into users (account_id, id, email, name, password_hash, role, created_ms) "
                               "values ($1, $2, $3, $4, $5, 'owner', $6)";
static const char NEW_LOGIN[] = "insert into logins (email_key, account_id, user_id) values ($1, $2, $3)";
static const char LOGIN[] = "select account_id, user_id from logins where email_key = $1";
static const char GET[] =
    "select account_id, id, email, name, role, password_hash from users where account_id = $1 and id = $2";
static const char SET_PASSWORD[] = "update users set password_hash = $3 where account_id = $1 and id = $2";

static enum rc insert(struct sql *db, const struct signup *s, int64_t account, int64_t user, struct err *e)
{
    int64_t book = 0, now = clock_ms();
    enum rc rc = sql_run(db, e, NEW_LOGIN, SQL_ARGS(TEXT(s->email_key), I64(account), I64(user)), NULL);

    if (rc == RC_CONFLICT)
        return err_set(e, RC_CONFLICT, "this e-mail address has an account already");
    TRY(rc);
    TRY(sql_run(db, e, NEW_ACCOUNT, SQL_ARGS(I64(account), TEXT(s->account_name), I64(now), TEXT(s->settings_json)),
                NULL));
    TRY(sql_run(db, e, NEW_USER,
                SQL_ARGS(I64(account), I64(user), TEXT(s->email), TEXT(s->name), TEXT(s->password_hash), I64(now)),
                NULL));
    return books_create(db, account, S("Contacts"), &book, e);
}

enum rc users_sign_up(struct sql *db, struct arena *a, const struct signup *s, struct user *ret, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       account = id_new(), user = id_new();
    struct signup filled = *s;

    if (filled.settings_json.n == 0)
        filled.settings_json = S("{}");
    TRY(sql_join(db, &own, e));
    TRY(insert(db, &filled, account, user, e));
    TRY(users_get(db, a, account, user, ret, e));
    return sql_leave(&own, e);
}

enum rc users_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct user *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(user))));
    if (rows_next(&rows)) {
        *ret = (struct user){ row_i64(&rows, 0),
                              row_i64(&rows, 1),
                              str_copy(a, row_text(&rows, 2)),
                              str_copy(a, row_text(&rows, 3)),
                              str_copy(a, row_text(&rows, 4)),
                              str_copy(a, row_text(&rows, 5)) };
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such user");
}

static enum rc login_of(struct sql *db, struct str email_key, int64_t *ret_account, int64_t *ret_user, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, LOGIN, SQL_ARGS(TEXT(email_key))));
    if (rows_next(&rows)) {
        *ret_account = row_i64(&rows, 0);
        *ret_user = row_i64(&rows, 1);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such login");
}

enum rc users_by_login(struct sql *db, struct arena *a, struct str email_key, struct user *ret, struct err *e)
{
    int64_t account = 0, user = 0;

    TRY(login_of(db, email_key, &account, &user, e));
    return users_get(db, a, account, user, ret, e);
}

enum rc users_set_password(struct sql *db, int64_t account, int64_t user, struct str password_hash, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, SET_PASSWORD, SQL_ARGS(I64(account), I64(user), TEXT(password_hash)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such user");
}
