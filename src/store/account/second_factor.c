/* Rows of tables second_factors and recovery_codes, and the check of a code against them. */
#include "store/account/second_factor.h"
#include <assert.h>
#include "base/clock.h"
#include "base/rand.h"
#include "io/totp.h"
#include "store/account/sessions.h"

static const char GET[] = "select secret, on_ms, last_step, tries, again_ms from second_factors"
                          " where account_id = $1 and user_id = $2";
static const char BEGIN[] =
    "insert into second_factors (account_id, user_id, secret, made_ms) values ($1, $2, $3, $4)"
    " on conflict (account_id, user_id) do update set secret = excluded.secret,"
    " made_ms = excluded.made_ms, last_step = 0, tries = 0, again_ms = 0 where second_factors.on_ms = 0";
static const char ON[] = "update second_factors set on_ms = $3 where account_id = $1 and user_id = $2 and on_ms = 0";
static const char OFF[] = "delete from second_factors where account_id = $1 and user_id = $2";
/* Of several at once one is looked at: the others find another number of tries. */
static const char TRIED[] = "update second_factors set tries = tries + 1, again_ms = $4"
                            " where account_id = $1 and user_id = $2 and tries = $3";
static const char RIGHT[] = "update second_factors set tries = 0, again_ms = 0, last_step = $3"
                            " where account_id = $1 and user_id = $2 and last_step < $3";
static const char NEW_CODE[] = "insert into recovery_codes (account_id, user_id, code_hash) values ($1, $2, $3)";
static const char USE_CODE[] = "delete from recovery_codes where account_id = $1 and user_id = $2 and code_hash = $3";
static const char NO_CODES[] = "delete from recovery_codes where account_id = $1 and user_id = $2";
static const char CODES[] = "select count(*) from recovery_codes where account_id = $1 and user_id = $2";

enum rc second_factor_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct second_factor *ret,
                          struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(user))));
    bool found = rows_next(&rows);
    if (found)
        *ret = (struct second_factor){ str_copy(a, row_text(&rows, 0)), row_i64(&rows, 1), row_i64(&rows, 2),
                                       row_i64(&rows, 3), row_i64(&rows, 4) };
    TRY(rows_end(&rows, e));
    return found ? RC_OK : err_set(e, RC_NOT_FOUND, "there is no second factor: set one up first");
}

enum rc second_factor_is_on(struct sql *db, struct arena *a, int64_t account, int64_t user, bool *ret, struct err *e)
{
    struct second_factor f = { 0 };
    struct err           none = { 0 };
    enum rc              rc = second_factor_get(db, a, account, user, &f, &none);

    *ret = rc == RC_OK && f.on_ms;
    return rc == RC_NOT_FOUND || rc == RC_OK ? RC_OK : err_set(e, rc, "%s", none.text);
}

enum rc second_factor_begin(struct sql *db, int64_t account, int64_t user, struct str secret, struct err *e)
{
    int64_t changed = 0;

    assert(secret.n == TOTP_SECRET_BYTES);
    TRY(sql_run(db, e, BEGIN, SQL_ARGS(I64(account), I64(user), BLOB(secret), I64(clock_ms())), &changed));
    return changed ? RC_OK : err_set(e, RC_CONFLICT, "the second factor is on already: switch it off first");
}

enum rc second_factor_turn_on(struct sql *db, int64_t account, int64_t user, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, ON, SQL_ARGS(I64(account), I64(user), I64(clock_ms())), &changed));
    return changed ? RC_OK : err_set(e, RC_CONFLICT, "the second factor is on already");
}

enum rc second_factor_off(struct sql *db, int64_t account, int64_t user, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, NO_CODES, SQL_ARGS(I64(account), I64(user)), NULL));
    TRY(sql_run(db, e, OFF, SQL_ARGS(I64(account), I64(user)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "there is no second factor");
}

/* ---- recovery codes ---- */

static enum rc code_hash(struct sql *db, struct arena *a, int64_t user, struct str code, struct str *ret, struct err *e)
{
    return sessions_mac(db, a, str_fmt(a, "recovery %lld " STR_FMT, (long long)user, STR_ARG(code)), ret, e);
}

static struct str with_dashes(struct arena *a, const char *code)
{
    return str_fmt(a, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
}

enum rc second_factor_codes(struct sql *db, struct arena *a, int64_t account, int64_t user,
                            struct str ret[RECOVERY_CODES], struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    TRY(sql_run(db, e, NO_CODES, SQL_ARGS(I64(account), I64(user)), NULL));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        struct str code = str_head(sessions_random(a), RECOVERY_CHARS), hash;
        TRY(code_hash(db, a, user, code, &hash, e));
        TRY(sql_run(db, e, NEW_CODE, SQL_ARGS(I64(account), I64(user), BLOB(hash)), NULL));
        ret[i] = with_dashes(a, code.p);
    }
    return sql_leave(&own, e);
}

enum rc second_factor_codes_left(struct sql *db, int64_t account, int64_t user, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, CODES, SQL_ARGS(I64(account), I64(user)), ret);
}

/* ---- the check ---- */

static enum rc wrong(struct err *e)
{
    return err_set(e, RC_DENIED, "this code is wrong, or was used already: wait for the next one");
}

/* Lower case, without blanks and dashes; "" when too long to be a code. */
static struct str plain_code(struct arena *a, struct str code)
{
    char  *to = arena_get(a, RECOVERY_CHARS + 1);
    size_t n = 0;

    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] == ' ' || code.p[i] == '-')
            continue;
        if (n == RECOVERY_CHARS)
            return S("");
        to[n++] = ascii_lower(code.p[i]);
    }
    return (struct str){ to, n };
}

static int64_t wait_ms(int64_t tries)
{
    int64_t wait_s = tries < FACTOR_FREE_TRIES ? 0 : FACTOR_WAIT_S;

    for (int64_t i = FACTOR_FREE_TRIES; i < tries && wait_s < FACTOR_WAIT_MAX_S; i++)
        wait_s *= 2;
    return i64_min(wait_s, FACTOR_WAIT_MAX_S) * 1000;
}

static enum rc too_early(struct err *e, int64_t wait)
{
    int wait_s = (int)(wait / 1000 + 1);

    if (e)
        e->retry_after_s = wait_s;
    return err_set(e, RC_THROTTLED, "too many wrong codes: try again in %d s, or use a recovery code", wait_s);
}

static enum rc take_try(struct sql *db, int64_t account, int64_t user, const struct second_factor *f, int64_t now,
                        struct err *e)
{
    int64_t changed = 0;

    if (f->again_ms > now)
        return too_early(e, f->again_ms - now);
    TRY(sql_run(db, e, TRIED, SQL_ARGS(I64(account), I64(user), I64(f->tries), I64(now + wait_ms(f->tries + 1))),
                &changed));
    return changed ? RC_OK : too_early(e, 0);
}

static enum rc check_digits(struct sql *db, int64_t account, int64_t user, const struct second_factor *f,
                            struct str code, struct err *e)
{
    int64_t now = clock_ms(), step, changed = 0;

    TRY(take_try(db, account, user, f, now, e));
    TRY(totp_find(f->secret, code, now, f->last_step, &step, e));
    if (step)
        TRY(sql_run(db, e, RIGHT, SQL_ARGS(I64(account), I64(user), I64(step)), &changed));
    return changed ? RC_OK : wrong(e);
}

enum rc second_factor_check(struct sql *db, struct arena *a, int64_t account, int64_t user, struct str code,
                            bool *ret_recovery, struct err *e)
{
    struct second_factor f;
    struct str           plain = plain_code(a, code), hash;
    int64_t              used = 0;

    TRY(second_factor_get(db, a, account, user, &f, e));
    *ret_recovery = plain.n == RECOVERY_CHARS;
    if (!*ret_recovery)
        return check_digits(db, account, user, &f, plain, e);
    TRY(code_hash(db, a, user, plain, &hash, e));
    TRY(sql_run(db, e, USE_CODE, SQL_ARGS(I64(account), I64(user), BLOB(hash)), &used));
    return used ? RC_OK : wrong(e);
}
