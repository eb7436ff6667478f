/* Browser sessions and API tokens. */
#include <sodium.h>
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/sessions.h"
#include "store/installation/settings.h"

static const char CREATE[] =
    "insert into sessions (account_id, secret_hash, id, user_id, kind, name, csrf, created_ms, seen_ms, expires_ms)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)";
#define COLUMNS "id, user_id, kind, name, csrf, created_ms, seen_ms, expires_ms"
static const char FIND[] = "select " COLUMNS " from sessions where account_id = $1 and secret_hash = $2";
static const char LIST[] =
    "select " COLUMNS " from sessions where account_id = $1 and kind = $2 order by id desc limit 1000";
static const char SEEN[] = "update sessions set seen_ms = $3 where account_id = $1 and id = $2";
static const char DELETE[] = "delete from sessions where account_id = $1 and id = $2";
static const char DELETE_OTHERS[] =
    "delete from sessions where account_id = $1 and user_id = $2 and kind = 0 and id <> $3";
static const char EXPIRE[] = "delete from sessions where account_id = $1 and expires_ms > 0 and expires_ms < $2";

enum { SECRET_BYTES = 32, SECRET_CHARS = 52, KEY_HEX = 2 * crypto_generichash_KEYBYTES };
static const int64_t SEEN_EVERY_MS = 3600 * 1000;

static const struct str PREFIX = { "kith_", 5 };
static const char       DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct str base32(struct arena *a, const unsigned char *bytes, size_t n)
{
    char    *to = arena_raw(a, n * 8 / 5 + 1);
    size_t   out = 0;
    unsigned have = 0, bits = 0;

    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 5; have -= 5)
            to[out++] = DIGITS[bits >> (have - 5) & 31];
    }
    if (have)
        to[out++] = DIGITS[bits << (5 - have) & 31];
    return (struct str){ to, out };
}

/* The installation's key, made by whoever needs it first. */
static enum rc key_of(struct sql *db, struct arena *a, bool make, struct str *ret, struct err *e)
{
    unsigned char bytes[crypto_generichash_KEYBYTES];
    char         *hex = arena_raw(a, KEY_HEX + 1);
    enum rc       rc = settings_get(db, a, S("session_key"), ret, e);

    if (rc != RC_NOT_FOUND || !make)
        return rc;
    rand_bytes(bytes, sizeof bytes);
    sodium_bin2hex(hex, KEY_HEX + 1, bytes, sizeof bytes);
    return settings_ensure(db, a, S("session_key"), (struct str){ hex, KEY_HEX }, ret, e);
}

static struct str hash_of(struct arena *a, struct str key, struct str secret)
{
    unsigned char *hash = arena_raw(a, SESSION_MAC_BYTES);

    crypto_generichash(hash, SESSION_MAC_BYTES, (const unsigned char *)secret.p, secret.n, (const unsigned char *)key.p,
                       size_min(key.n, crypto_generichash_KEYBYTES_MAX));
    return (struct str){ (const char *)hash, SESSION_MAC_BYTES };
}

static struct session take_row(struct arena *a, int64_t account, const struct sql_rows *rows)
{
    return (struct session){
        .account = account,
        .id = row_i64(rows, 0),
        .user = row_i64(rows, 1),
        .kind = (enum session_kind)row_i64(rows, 2),
        .name = str_copy(a, row_text(rows, 3)),
        .csrf = str_copy(a, row_text(rows, 4)),
        .created_ms = row_i64(rows, 5),
        .seen_ms = row_i64(rows, 6),
        .expires_ms = row_i64(rows, 7),
    };
}

struct str sessions_random(struct arena *a)
{
    unsigned char bytes[SECRET_BYTES];

    rand_bytes(bytes, sizeof bytes);
    return base32(a, bytes, sizeof bytes);
}

enum rc sessions_mac(struct sql *db, struct arena *a, struct str text, struct str *ret, struct err *e)
{
    struct str key;

    TRY(key_of(db, a, true, &key, e));
    *ret = hash_of(a, key, text);
    return RC_OK;
}

enum rc sessions_create(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                        struct str name, int64_t expires_ms, struct session *ret, struct str *ret_secret, struct err *e)
{
    struct str key, secret = str_join(a, str_join(a, PREFIX, S(""), id_text(a, account)), S(""), sessions_random(a));
    int64_t    now = clock_ms();

    *ret = (struct session){
        account, user, id_new(),  kind, str_copy(a, name), kind == SESSION_BROWSER ? sessions_random(a) : S(""),
        now,     now,  expires_ms
    };
    TRY(key_of(db, a, true, &key, e));
    TRY(sql_run(db, e, CREATE,
                SQL_ARGS(I64(account), BLOB(hash_of(a, key, secret)), I64(ret->id), I64(user), I64(kind), TEXT(name),
                         TEXT(ret->csrf), I64(now), I64(expires_ms)),
                NULL));
    *ret_secret = secret;
    return RC_OK;
}

static enum rc refuse(struct err *e) { return err_set(e, RC_UNAUTHENTICATED, "not logged in"); }

enum rc sessions_find(struct sql *db, struct arena *a, struct str secret, struct session *ret, struct err *e)
{
    auto_rows  rows = { 0 };
    struct str key;
    int64_t    account = 0;

    if (secret.n != SESSION_SECRET_CHARS || !str_starts(secret, PREFIX) ||
        !id_parse((struct str){ secret.p + PREFIX.n, ID_CHARS }, &account))
        return refuse(e);
    enum rc rc = key_of(db, a, false, &key, e);
    if (rc == RC_NOT_FOUND)
        return refuse(e);
    TRY(rc);
    TRY(sql_rows(db, &rows, e, FIND, SQL_ARGS(I64(account), BLOB(hash_of(a, key, secret)))));
    bool found = rows_next(&rows);
    if (found)
        *ret = take_row(a, account, &rows);
    TRY(rows_end(&rows, e));
    return found && (ret->expires_ms == 0 || ret->expires_ms > clock_ms()) ? RC_OK : refuse(e);
}

enum rc sessions_seen(struct sql *db, const struct session *s, struct err *e)
{
    int64_t now = clock_ms();

    if (now - s->seen_ms < SEEN_EVERY_MS)
        return RC_OK;
    return sql_run(db, e, SEEN, SQL_ARGS(I64(s->account), I64(s->id), I64(now)), NULL);
}

enum rc sessions_list(struct sql *db, struct arena *a, int64_t account, enum session_kind kind, struct session **ret,
                      size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct session) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account), I64(kind))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, account, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc sessions_delete(struct sql *db, int64_t account, int64_t id, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, DELETE, SQL_ARGS(I64(account), I64(id)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such session");
}

enum rc sessions_delete_others(struct sql *db, int64_t account, int64_t user, int64_t keep, struct err *e)
{
    return sql_run(db, e, DELETE_OTHERS, SQL_ARGS(I64(account), I64(user), I64(keep)), NULL);
}

enum rc sessions_expire(struct sql *db, int64_t account, struct err *e)
{
    return sql_run(db, e, EXPIRE, SQL_ARGS(I64(account), I64(clock_ms())), NULL);
}
