/* People who may log in. */
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/vec.h"
#include "contact/email.h"
#include "store/account/accounts.h"
#include "store/cards/books.h"
#include "store/installation/settings.h"
#include "store/account/users.h"

static const char NEW_ACCOUNT[] =
    "insert into accounts (account_id, name, created_ms, settings_json) values ($1, $2, $3, $4)";
static const char NEW_USER[] =
    "insert into users (account_id, id, email, name, password_hash, role, created_ms, admin) "
    "values ($1, $2, $3, $4, $5, 'owner', $6, $7)";
static const char NEW_LOGIN[] =
    "insert into logins (email_key, account_id, user_id) values ($1, $2, $3) on conflict (email_key) do nothing";
static const char LOGIN[] = "select account_id, user_id from logins where email_key = $1";
static const char GET[] =
    "select account_id, id, email, name, role, password_hash, admin from users where account_id = $1 and id = $2";
static const char LIST[] = "select account_id, id, email, name, role, password_hash, admin from users"
                           " where account_id > $1 order by account_id, id limit $2";
static const char SET_ADMIN[] = "update users set admin = $3 where account_id = $1 and id = $2";
static const char SET_PASSWORD[] = "update users set password_hash = $3 where account_id = $1 and id = $2";

/* Nobody is here yet but the demo: asked once, remembered. */
static enum rc is_first(struct sql *db, struct arena *a, bool *ret, struct err *e)
{
    struct str  value, login;
    int64_t     other = 0;
    struct user demo = { 0 };

    *ret = false;
    enum rc rc = settings_get(db, a, S("operator"), &value, e);
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = settings_get(db, a, S("demo_login"), &login, e);
    if (rc == RC_OK)
        rc = users_by_login(db, a, login, &demo, e);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    rc = accounts_next(db, 0, &other, e);
    if (rc == RC_OK && other == demo.account)
        rc = accounts_next(db, other, &other, e);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *ret = rc == RC_NOT_FOUND;
    return RC_OK;
}

/* Of several who sign up first at once, one becomes the operator. */
static enum rc admin_of(struct sql *db, struct arena *a, const struct signup *s, int64_t user, enum user_admin *ret,
                        struct err *e)
{
    struct str mine = str_fmt(a, "%lld", (long long)user), whose = { 0 };
    bool       first = false;

    *ret = s->demo ? ADMIN_LOCAL : ADMIN_NO;
    if (s->demo)
        return RC_OK;
    TRY(is_first(db, a, &first, e));
    if (first && s->by_strangers_name)
        log_event(
            LOG_WARN, "signup.no_operator",
            KZ("why",
               "the first to sign up came by an unknown name: set url, and make an operator with kith account admin"));
    if (!first || s->by_strangers_name)
        return RC_OK;
    TRY(settings_ensure(db, a, S("operator"), mine, &whose, e));
    if (str_eq(whose, mine))
        *ret = ADMIN_YES;
    return RC_OK;
}

static enum rc insert(struct sql *db, const struct signup *s, int64_t account, int64_t user, enum user_admin admin,
                      struct err *e)
{
    int64_t book = 0, now = clock_ms(), first = 0;

    TRY(sql_run(db, e, NEW_LOGIN, SQL_ARGS(TEXT(s->email_key), I64(account), I64(user)), &first));
    if (!first)
        return err_set(e, RC_CONFLICT, "this e-mail address has an account already");
    TRY(sql_run(db, e, NEW_ACCOUNT, SQL_ARGS(I64(account), TEXT(s->account_name), I64(now), TEXT(s->settings_json)),
                NULL));
    TRY(sql_run(
        db, e, NEW_USER,
        SQL_ARGS(I64(account), I64(user), TEXT(s->email), TEXT(s->name), TEXT(s->password_hash), I64(now), I64(admin)),
        NULL));
    return books_create(db, account, S("Contacts"), &book, e);
}

enum rc users_sign_up(struct sql *db, struct arena *a, const struct signup *s, struct user *ret, struct err *e)
{
    auto_rollback   own = { 0 };
    int64_t         account = id_new(), user = id_new();
    struct signup   filled = *s;
    enum user_admin admin;

    if (filled.settings_json.n == 0)
        filled.settings_json = S("{}");
    TRY(sql_join(db, &own, e));
    TRY(admin_of(db, a, s, user, &admin, e));
    TRY(insert(db, &filled, account, user, admin, e));
    TRY(users_get(db, a, account, user, ret, e));
    return sql_leave(&own, e);
}

static struct user take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct user){ row_i64(rows, 0),
                          row_i64(rows, 1),
                          str_copy(a, row_text(rows, 2)),
                          str_copy(a, row_text(rows, 3)),
                          str_copy(a, row_text(rows, 4)),
                          str_copy(a, row_text(rows, 5)),
                          (enum user_admin)row_i64(rows, 6) };
}

enum rc users_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct user *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(user))));
    if (rows_next(&rows)) {
        *ret = take_row(a, &rows);
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
    enum rc rc = login_of(db, email_key, &account, &user, e);

    if (rc == RC_NOT_FOUND &&
        !str_eq(email_ascii(a, email_key), email_key)) /* signed up when xn-- stayed as it was written */
        rc = login_of(db, email_ascii(a, email_key), &account, &user, e);
    TRY(rc);
    return users_get(db, a, account, user, ret, e);
}

enum rc users_list(struct sql *db, struct arena *a, int64_t after, int limit, struct user **ret, size_t *ret_n,
                   struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct user) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(after), I64(limit))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc users_set_admin(struct sql *db, int64_t account, int64_t user, enum user_admin admin, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, SET_ADMIN, SQL_ARGS(I64(account), I64(user), I64(admin)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such user");
}

enum rc users_set_password(struct sql *db, int64_t account, int64_t user, struct str password_hash, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, SET_PASSWORD, SQL_ARGS(I64(account), I64(user), TEXT(password_hash)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such user");
}
