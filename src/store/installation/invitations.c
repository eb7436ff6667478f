/* Keeps who was invited to sign up, and the hash of the code that proves it. */
#include "store/installation/invitations.h"
#include <sodium.h>
#include "base/clock.h"
#include "store/account/sessions.h"

static const char CREATE[] =
    "insert into invitations (email_key, code_hash, created_ms, expires_ms) values ($1, $2, $3, $4)"
    " on conflict (email_key) do update set code_hash = excluded.code_hash,"
    " created_ms = excluded.created_ms, expires_ms = excluded.expires_ms";
static const char FIND[] = "select code_hash from invitations where email_key = $1 and expires_ms > $2";
static const char LIST[] = "select email_key, created_ms, expires_ms from invitations where expires_ms > $1"
                           " order by created_ms desc, email_key limit 200";
static const char END[] = "delete from invitations where email_key = $1";
static const char EXPIRE[] = "delete from invitations where expires_ms <= $1";

static const int64_t DAY_MS = 24LL * 3600 * 1000;

static enum rc hash_of(struct sql *db, struct arena *a, struct str code, struct str *ret, struct err *e)
{
    return sessions_mac(db, a, str_join(a, S("invitation"), S(" "), code), ret, e);
}

_Static_assert(INVITATIONS_SHOWN == 200, "the limit is a literal in the statement");

enum rc invitations_create(struct sql *db, struct arena *a, struct str email_key, struct invitation *ret, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       now = clock_ms();
    struct str    hash;

    *ret = (struct invitation){ sessions_random(a), now + INVITATION_DAYS * DAY_MS };
    TRY(sql_join(db, &own, e));
    TRY(hash_of(db, a, ret->code, &hash, e));
    TRY(sql_run(db, e, EXPIRE, SQL_ARGS(I64(now)), NULL));
    TRY(sql_run(db, e, CREATE, SQL_ARGS(TEXT(email_key), BLOB(hash), I64(now), I64(ret->expires_ms)), NULL));
    return sql_leave(&own, e);
}

enum rc invitations_check(struct sql *db, struct arena *a, struct str email_key, struct str code, struct err *e)
{
    auto_rows  rows = { 0 };
    struct str hash, kept = S("");

    TRY(hash_of(db, a, code, &hash, e));
    TRY(sql_rows(db, &rows, e, FIND, SQL_ARGS(TEXT(email_key), I64(clock_ms()))));
    if (rows_next(&rows))
        kept = str_copy(a, row_text(&rows, 0));
    TRY(rows_end(&rows, e));
    if (kept.n == hash.n && sodium_memcmp(kept.p, hash.p, hash.n) == 0)
        return RC_OK;
    return err_set(
        e, RC_DENIED,
        "signing up here needs an invitation for this e-mail address: open the link you were sent, or ask the "
        "operator for one");
}

enum rc invitations_list(struct sql *db, struct arena *a, struct invited **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = arena_array(a, struct invited, INVITATIONS_SHOWN);
    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(clock_ms()))));
    while (*ret_n < INVITATIONS_SHOWN && rows_next(&rows))
        (*ret)[(*ret_n)++] = (struct invited){ str_copy(a, row_text(&rows, 0)), row_i64(&rows, 1), row_i64(&rows, 2) };
    return rows_end(&rows, e);
}

enum rc invitations_end(struct sql *db, struct str email_key, struct err *e)
{
    return sql_run(db, e, END, SQL_ARGS(TEXT(email_key)), NULL);
}
