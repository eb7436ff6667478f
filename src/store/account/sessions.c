/* Browser sessions and API tokens: made, found by the hash of their secret, listed, ended. */
#include <sodium.h>
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/account/sessions.h"
#include "store/installation/settings.h"

static const char CREATE[] =
    "insert into sessions (account_id, secret_hash, id, user_id, kind, name, csrf, created_ms, seen_ms, expires_ms,"
    " scope, device, address, idle_until_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
#define COLUMNS "id, user_id, kind, name, csrf, created_ms, seen_ms, expires_ms, scope, device, address, idle_until_ms"
#define ENDED   "((expires_ms > 0 and expires_ms < $2) or (idle_until_ms > 0 and idle_until_ms < $2))"
static const char FIND[] = "select " COLUMNS " from sessions where account_id = $1 and secret_hash = $2";
static const char LIST[] = "select " COLUMNS " from sessions where account_id = $1 and not " ENDED
                           " and user_id = $3 and kind = $4 order by id desc limit 1000";
static const char SEEN[] = "update sessions set seen_ms = $4, device = $5, address = $6, idle_until_ms = $7"
                           " where account_id = $1 and id = $2 and seen_ms = $3";
static const char NAME[] = "select name from sessions where account_id = $1 and id = $2 and user_id = $3 and kind = $4";
static const char DELETE[] = "delete from sessions where account_id = $1 and id = $2 and user_id = $3 and kind = $4";
static const char DELETE_OTHERS[] =
    "delete from sessions where account_id = $1 and user_id = $2 and kind = $3 and id <> $4";
static const char TRIM[] = "delete from sessions where account_id = $1 and user_id = $2 and kind = 0 and id <="
                           " (select id from sessions where account_id = $1 and user_id = $2 and kind = 0"
                           " order by id desc limit 1 offset 100)";
static const char EXPIRE[] = "delete from sessions where account_id = $1 and " ENDED;

enum { SECRET_BYTES = 32, SECRET_CHARS = 52, KEY_HEX = 2 * crypto_generichash_KEYBYTES };

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
        .scope = row_i64(rows, 8),
        .device = str_copy(a, row_text(rows, 9)),
        .address = str_copy(a, row_text(rows, 10)),
        .idle_until_ms = row_i64(rows, 11),
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

enum rc sessions_create(struct sql *db, struct arena *a, const struct session *want, struct session *ret,
                        struct str *ret_secret, struct err *e)
{
    struct str secret = str_join(a, str_join(a, PREFIX, S(""), id_text(a, want->account)), S(""), sessions_random(a));
    struct str hash;
    struct session s = *want;

    s.id = id_new();
    s.created_ms = clock_ms();
    s.seen_ms = s.kind == SESSION_BROWSER ? s.created_ms : 0;
    s.csrf = s.kind == SESSION_BROWSER ? sessions_random(a) : S("");
    TRY(sessions_mac(db, a, secret, &hash, e));
    TRY(sql_run(db, e, CREATE,
                SQL_ARGS(I64(s.account), BLOB(hash), I64(s.id), I64(s.user), I64(s.kind), TEXT(s.name), TEXT(s.csrf),
                         I64(s.created_ms), I64(s.seen_ms), I64(s.expires_ms), I64(s.scope), TEXT(s.device),
                         TEXT(s.address), I64(s.idle_until_ms)),
                NULL));
    *ret = s;
    *ret_secret = secret;
    return RC_OK;
}

static bool has_ended(const struct session *s, int64_t now)
{
    return (s->expires_ms && s->expires_ms <= now) || (s->idle_until_ms && s->idle_until_ms <= now);
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
    return found && !has_ended(ret, clock_ms()) ? RC_OK : refuse(e);
}

/* Of several requests at once one writes. */
enum rc sessions_seen(struct sql *db, const struct session *s, const struct session *now_at, bool *ret_first,
                      struct err *e)
{
    int64_t now = clock_ms(), changed = 0;

    *ret_first = false;
    if (now - s->seen_ms < SESSION_SEEN_MS)
        return RC_OK;
    TRY(sql_run(db, e, SEEN,
                SQL_ARGS(I64(s->account), I64(s->id), I64(s->seen_ms), I64(now), TEXT(now_at->device),
                         TEXT(now_at->address), I64(now_at->idle_until_ms)),
                &changed));
    *ret_first = changed && s->seen_ms == 0;
    return RC_OK;
}

enum rc sessions_list(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                      struct session **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct session) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account), I64(clock_ms()), I64(user), I64(kind))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, account, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

static enum rc not_there(enum session_kind kind, struct err *e)
{
    return err_set(e, RC_NOT_FOUND, "there is no %s with this id", kind == SESSION_TOKEN ? "token" : "session");
}

enum rc sessions_name(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                      int64_t id, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, NAME, SQL_ARGS(I64(account), I64(id), I64(user), I64(kind))));
    bool found = rows_next(&rows);
    if (found)
        *ret = str_copy(a, row_text(&rows, 0));
    TRY(rows_end(&rows, e));
    return found ? RC_OK : not_there(kind, e);
}

enum rc sessions_delete(struct sql *db, int64_t account, int64_t user, enum session_kind kind, int64_t id,
                        struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, DELETE, SQL_ARGS(I64(account), I64(id), I64(user), I64(kind)), &changed));
    return changed ? RC_OK : not_there(kind, e);
}

enum rc sessions_delete_others(struct sql *db, int64_t account, int64_t user, enum session_kind kind, int64_t keep,
                               int64_t *ret_n, struct err *e)
{
    return sql_run(db, e, DELETE_OTHERS, SQL_ARGS(I64(account), I64(user), I64(kind), I64(keep)), ret_n);
}

enum rc sessions_trim(struct sql *db, int64_t account, int64_t user, struct err *e)
{
    _Static_assert(SESSIONS_MAX == 100, "the offset of the statement");
    return sql_run(db, e, TRIM, SQL_ARGS(I64(account), I64(user)), NULL);
}

enum rc sessions_expire(struct sql *db, int64_t account, struct err *e)
{
    return sql_run(db, e, EXPIRE, SQL_ARGS(I64(account), I64(clock_ms())), NULL);
}
