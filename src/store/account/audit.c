/* Rows of table audit: added and counted, paged, swept. */
#include "store/account/audit.h"
#include <assert.h>
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"

static const char HOUR[] =
    "select count(*) from (select 1 from audit where account_id = $1 and id >= $2 limit $3) some_audit";
static const char AGAIN[] =
    "update audit set times = times + 1, last_ms = $7 where account_id = $1 and id ="
    " (select max(id) from audit where account_id = $1 and id >= $2 and what = $3 and user_id = $8"
    " and detail = $4 and device = $5 and address = $6)";
static const char ADD[] =
    "insert into audit (account_id, id, user_id, what, detail, device, address, last_ms, keep_until_ms)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
#define COLUMNS "id, user_id, what, detail, device, address, times, last_ms, account_id"
static const char PAGE[] =
    "select " COLUMNS ", '' from audit where account_id = $1 and id < $2 order by id desc limit $3";
static const char ALL[] =
    "select " COLUMNS
    ", coalesce((select u.email from users u where u.account_id = audit.account_id and u.id = audit.user_id), '')"
    " from audit where id < $1 order by id desc limit $2";
static const char EXPIRE[] = "delete from audit where account_id = $1 and keep_until_ms < $2 and id in"
                             " (select id from audit where account_id = $1 order by id limit $3)";

enum { SWEEP = 20 };

static const char *const names[] = {
    [AUDIT_SIGNED_UP] = "signed_up",
    [AUDIT_LOGIN] = "login",
    [AUDIT_LOGIN_FAILED] = "login_failed",
    [AUDIT_CODE_FAILED] = "code_failed",
    [AUDIT_RECOVERY_USED] = "recovery_code_used",
    [AUDIT_LOGOUT] = "logout",
    [AUDIT_SESSION_ENDED] = "session_ended",
    [AUDIT_PASSWORD_CHANGED] = "password_changed",
    [AUDIT_PASSWORD_RESET] = "password_reset",
    [AUDIT_FACTOR_ON] = "second_factor_on",
    [AUDIT_FACTOR_OFF] = "second_factor_off",
    [AUDIT_CODES_MADE] = "recovery_codes_made",
    [AUDIT_TOKEN_MADE] = "token_made",
    [AUDIT_TOKEN_USED] = "token_used",
    [AUDIT_TOKEN_ENDED] = "token_ended",
    [AUDIT_EXPORT] = "export",
    [AUDIT_IMPORT_UNDONE] = "import_undone",
    [AUDIT_ERASED] = "account_erased",
    [AUDIT_ADMIN_MADE] = "admin_made",
    [AUDIT_ADMIN_ENDED] = "admin_ended",
    [AUDIT_ADMIN_ACT] = "admin_act",
};
_Static_assert(countof(names) == AUDIT_WHATS, "every act has a name");

const char *audit_name(enum audit_what what)
{
    assert(what < AUDIT_WHATS);
    return names[what];
}

bool audit_find(struct str name, enum audit_what *ret)
{
    for (size_t i = 0; i < AUDIT_WHATS; i++)
        if (str_is(name, names[i])) {
            *ret = (enum audit_what)i;
            return true;
        }
    return false;
}

/* ---- adding ---- */

static struct str cut(struct str s)
{
    size_t n = size_min(s.n, AUDIT_TEXT_MAX);

    while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80) /* in the middle of a letter */
        n--;
    return s.n ? str_head(s, n) : S("");
}

static enum rc count_up(struct sql *db, const struct audit *x, int64_t since, int64_t now, int64_t *ret, struct err *e)
{
    return sql_run(db, e, AGAIN,
                   SQL_ARGS(I64(x->account), I64(since), TEXT(str_of(names[x->what])), TEXT(x->detail), TEXT(x->device),
                            TEXT(x->address), I64(now), I64(x->user)),
                   ret);
}

enum rc audit_add(struct sql *db, const struct audit *entry, struct err *e)
{
    auto_rollback own = { 0 };
    struct audit  x = *entry;
    int64_t       now = clock_ms(), since = id_first(now - AUDIT_SAME_MS), rows = 0, counted = 0, swept = 0;

    x.detail = cut(x.detail);
    x.device = cut(x.device);
    x.address = cut(x.address);
    TRY(sql_join(db, &own, e));
    TRY(sql_one_i64(db, e, HOUR, SQL_ARGS(I64(x.account), I64(since), I64(AUDIT_HOUR_MAX)), &rows));
    if (rows >= AUDIT_HOUR_MAX)
        x.detail = x.device = x.address = S("");
    TRY(count_up(db, &x, since, now, &counted, e));
    if (!counted)
        TRY(sql_run(db, e, ADD,
                    SQL_ARGS(I64(x.account), I64(id_new()), I64(x.user), TEXT(str_of(names[x.what])), TEXT(x.detail),
                             TEXT(x.device), TEXT(x.address), I64(now), I64(x.keep_until_ms)),
                    NULL));
    TRY(audit_expire(db, x.account, now, SWEEP, &swept, e)); /* nobody else comes by account 0 */
    return sql_leave(&own, e);
}

/* ---- reading ---- */

static struct audit take_row(struct arena *a, const struct sql_rows *rows)
{
    struct audit x = { .id = row_i64(rows, 0),
                       .user = row_i64(rows, 1),
                       .what = AUDIT_WHATS,
                       .detail = str_copy(a, row_text(rows, 3)),
                       .device = str_copy(a, row_text(rows, 4)),
                       .address = str_copy(a, row_text(rows, 5)),
                       .times = row_i64(rows, 6),
                       .last_ms = row_i64(rows, 7),
                       .account = row_i64(rows, 8),
                       .email = str_copy(a, row_text(rows, 9)) };

    audit_find(row_text(rows, 2), &x.what);
    return x;
}

static enum rc take_rows(struct arena *a, struct sql_rows *rows, struct audit **ret, size_t *ret_n, struct err *e)
{
    VEC(struct audit) list = { 0 };

    while (rows_next(rows))
        *vec_push(a, &list) = take_row(a, rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(rows, e);
}

enum rc audit_page(struct sql *db, struct arena *a, int64_t account, int64_t before, int64_t limit, struct audit **ret,
                   size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    assert(limit > 0 && limit <= AUDIT_PAGE_MAX);
    TRY(sql_rows(db, &rows, e, PAGE, SQL_ARGS(I64(account), I64(before ? before : INT64_MAX), I64(limit))));
    return take_rows(a, &rows, ret, ret_n, e);
}

enum rc audit_all(struct sql *db, struct arena *a, int64_t before, int64_t limit, struct audit **ret, size_t *ret_n,
                  struct err *e)
{
    auto_rows rows = { 0 };

    assert(limit > 0 && limit <= AUDIT_PAGE_MAX);
    TRY(sql_rows(db, &rows, e, ALL, SQL_ARGS(I64(before ? before : INT64_MAX), I64(limit))));
    return take_rows(a, &rows, ret, ret_n, e);
}

enum rc audit_expire(struct sql *db, int64_t account, int64_t now_ms, int most, int64_t *ret_n, struct err *e)
{
    return sql_run(db, e, EXPIRE, SQL_ARGS(I64(account), I64(now_ms), I64(most)), ret_n);
}
