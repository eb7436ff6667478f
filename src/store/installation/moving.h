/* store/installation/moving.h - the sign that this installation is being moved to another database (ops/cmd_migrate.c): it may be read, not written.
 *
 * It is a lease: whoever moves renews it every second; when he dies, work goes on here as if nothing had been.  Every process looks
 * within a second: http refuses writes, agents claim nothing, commands that write stop. */
#pragma once
#include "io/sql/sql.h"

enum { MOVING_LEASE_MS = 10000 };

struct moving {
    int64_t done_pct, left_s;
};
enum rc moving_set(struct sql *db, const struct moving *m, int64_t until_ms, struct err *e) must_use;
/* It is somewhere else now: not to be written any more, by anybody who missed it, and not to be started on. */
enum rc moving_gone(struct sql *db, struct err *e) must_use;
enum rc moving_is_gone(struct sql *db, bool *ret, struct err *e) must_use;
enum rc moving_end(struct sql *db, struct err *e) must_use;
/* *ret_on: somebody moves it now; then ret says how far he is. */
enum rc moving_get(struct sql *db, struct moving *ret, bool *ret_on, struct err *e) must_use;
/* RC_UNAVAILABLE, with the time to wait, while it is moved. */
enum rc moving_refuse(struct sql *db, struct err *e) must_use;

/* ---- at the other end: a database that is being filled, and is no installation before the last row has come ---- */
enum rc arriving_begin(struct sql *db, struct err *e) must_use; /* RC_CONFLICT: there is an installation in it */
enum rc arriving_there(struct sql *db, bool *ret, struct err *e) must_use;
/* Inside a transaction; the sign that came along is taken away.  Claims that came along are taken back by the first agent. */
enum rc arriving_end(struct sql *db, struct err *e) must_use;
