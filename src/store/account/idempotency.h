/* store/account/idempotency.h - answers kept for a day, so that a POST repeated with its Idempotency-Key is answered, not done again. */
#pragma once
#include "io/sql/sql.h"

struct idem_answer {
    int64_t    request_hash, status;
    struct str body;
}; /* status 0: still being answered */

/* RC_OK: the key is new and now ours; do the work, then idem_finish() in its transaction or after it.
 * RC_CONFLICT: seen before; ret holds what was answered.  The caller compares request_hash. */
enum rc idem_begin(struct sql *db, struct arena *a, int64_t account, struct str key, int64_t request_hash,
                   struct idem_answer *ret, struct err *e) must_use;
enum rc idem_finish(struct sql *db, int64_t account, struct str key, int64_t status, struct str body,
                    struct err *e) must_use;
/* Gives the key back when the work failed and may be tried again. */
enum rc idem_forget(struct sql *db, int64_t account, struct str key, struct err *e) must_use;
enum rc idem_expire(struct sql *db, int64_t account, int64_t before_ms, struct err *e) must_use;

/* ---- was it committed?  For a connection lost during commit ---- */
/* In the transaction: it is number `number` of this process; one row for each account and process.  The last word before the commit. */
enum rc idem_mark(struct sql *db, int64_t account, int64_t process, int64_t number, struct err *e) must_use;
/* The number of the newest that was committed, 0 = none; no later one of this process and account can be.  Waits for the one in doubt when
 * the server is at its commit; when it has not come so far its mark will fail.  The process takes another name for what it does next. */
enum rc idem_marked(struct sql *db, int64_t account, int64_t process, int64_t *ret, struct err *e) must_use;
