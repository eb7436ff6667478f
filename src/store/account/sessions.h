/* store/account/sessions.h - browser sessions and API tokens.
 *
 * The text given out is "kith_" + account id + secret (32 random bytes, base 32); stored is only its keyed BLAKE2b, so a
 * stolen database opens no door.  The key is made once and kept in table settings.  Looking one up reads one row of one
 * account, in microseconds. */
#pragma once
#include "io/sql/sql.h"

enum session_kind { SESSION_BROWSER, SESSION_TOKEN };
enum {
    SESSION_BROWSER_DAYS = 30,
    SESSION_SECRET_CHARS = 70,
    SESSION_MAC_BYTES = 32,
    SESSIONS_LIST_MAX = 1000,
    SESSIONS_MAX = 100
};

/* What a token may do; a browser session may do all its person may. */
enum session_scope { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_IMPORT = 4, SCOPE_OPERATOR = 8, SCOPE_ALL = 15 };

struct session {
    int64_t           account, user, id; /* id: names the row in lists, opens nothing */
    enum session_kind kind;
    int64_t           scope;                           /* enum session_scope, added up */
    struct str        name, csrf;                      /* csrf: browser sessions only */
    struct str        device, address;                 /* of its last use: "Firefox on Linux", as limits see it */
    int64_t           created_ms, seen_ms, expires_ms; /* seen 0: a token never used; expires 0: never */
    int64_t           idle_until_ms;                   /* ends then unless it is used before; 0: does not */
};

/* account, user, kind, scope, name, device, address, expires_ms and idle_until_ms are the caller's, the rest is made.  ret_secret: the
 * only time it can be seen. */
enum rc sessions_create(struct sql *db, struct arena *a, const struct session *want, struct session *ret,
                        struct str *ret_secret, struct err *e) must_use;
/* RC_UNAUTHENTICATED when the text is no secret of ours, has expired or was not used for too long.  Reads only; seen_ms moves with
 * sessions_seen(). */
enum rc sessions_find(struct sql *db, struct arena *a, struct str secret, struct session *ret, struct err *e) must_use;
/* Time and place of this use, and the next idle end; written at most every SESSION_SEEN_MS, because a request that reads must not
 * become a write.  ret_first: a token's first use. */
enum { SESSION_SEEN_MS = 5 * 60 * 1000 };
enum rc sessions_seen(struct sql *db, const struct session *s, const struct session *now_at, bool *ret_first,
                      struct err *e) must_use;
/* Those of a user that have not ended, the newest first, SESSIONS_LIST_MAX at most. */
enum rc sessions_list(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                      struct session **ret, size_t *ret_n, struct err *e) must_use;
/* What its maker called it; RC_NOT_FOUND as with sessions_delete(). */
enum rc sessions_name(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                      int64_t id, struct str *ret, struct err *e) must_use;
/* RC_NOT_FOUND, also when it is of the other kind or another user's. */
enum rc sessions_delete(struct sql *db, int64_t account, int64_t user, enum session_kind kind, int64_t id,
                        struct err *e) must_use;
/* All of one user and kind, but the one kept (0 = none); ret_n may be NULL. */
enum rc sessions_delete_others(struct sql *db, int64_t account, int64_t user, enum session_kind kind, int64_t keep,
                               int64_t *ret_n, struct err *e) must_use;
/* Ends the oldest browser sessions of a user beyond SESSIONS_MAX. */
enum rc sessions_trim(struct sql *db, int64_t account, int64_t user, struct err *e) must_use;
enum rc sessions_expire(struct sql *db, int64_t account, struct err *e) must_use;

/* Keyed BLAKE2b of a text under the installation's key, SESSION_MAC_BYTES: what is signed or stored here and nowhere else.  Texts of
 * different uses begin with different words. */
enum rc sessions_mac(struct sql *db, struct arena *a, struct str text, struct str *ret, struct err *e) must_use;
/* 32 random bytes in base 32. */
struct str sessions_random(struct arena *a);
