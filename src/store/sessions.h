/* store/sessions.h - browser sessions and API tokens.
 *
 * The text given out is "kith_" + account id + secret (32 random bytes, base 32); stored is only its keyed BLAKE2b, so a
 * stolen database opens no door.  The key is made once and kept in table settings.  Looking one up reads one row of one
 * account, in microseconds. */
#pragma once
#include "io/sql/sql.h"

enum session_kind { SESSION_BROWSER, SESSION_TOKEN };
enum { SESSION_BROWSER_DAYS = 30, SESSION_SECRET_CHARS = 70, SESSION_MAC_BYTES = 32 };

struct session {
    int64_t           account, user, id; /* id: names the row in lists, opens nothing */
    enum session_kind kind;
    struct str        name, csrf;                      /* csrf: browser sessions only */
    int64_t           created_ms, seen_ms, expires_ms; /* expires 0: never */
};

/* ret_secret: the only time it can be seen. */
enum rc sessions_create(struct sql *db, struct arena *a, int64_t account, int64_t user, enum session_kind kind,
                        struct str name, int64_t expires_ms, struct session *ret, struct str *ret_secret,
                        struct err *e) must_use;
/* RC_UNAUTHENTICATED when the text is no secret of ours or has expired.  Reads only; seen_ms moves with sessions_seen(). */
enum rc sessions_find(struct sql *db, struct arena *a, struct str secret, struct session *ret, struct err *e) must_use;
/* Writes the time at most once an hour per session: a read request must not become a write. */
enum rc sessions_seen(struct sql *db, const struct session *s, struct err *e) must_use;
enum rc sessions_list(struct sql *db, struct arena *a, int64_t account, enum session_kind kind, struct session **ret,
                      size_t *ret_n, struct err *e) must_use;
enum rc sessions_delete(struct sql *db, int64_t account, int64_t id, struct err *e) must_use; /* RC_NOT_FOUND */
/* All of one user, but the one kept (0 = none): after a new password. */
enum rc sessions_delete_others(struct sql *db, int64_t account, int64_t user, int64_t keep, struct err *e) must_use;
enum rc sessions_expire(struct sql *db, int64_t account, struct err *e) must_use;

/* Keyed BLAKE2b of a text under the installation's key, SESSION_MAC_BYTES: what is signed or stored here and nowhere else.  Texts of
 * different uses begin with different words. */
enum rc sessions_mac(struct sql *db, struct arena *a, struct str text, struct str *ret, struct err *e) must_use;
/* 32 random bytes in base 32. */
struct str sessions_random(struct arena *a);
