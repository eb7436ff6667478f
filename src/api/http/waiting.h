/* api/http/waiting.h - requests that wait for PostgreSQL, and in which order they ask again.
 *
 * An attempt that fails keeps the loop from everybody for as long as the database was waited for: some ms, at worst the setting db-wait.
 * For as long again nobody asks, so that half of the time at least is left for what needs no database.  Then those go first that were only put
 * off, the oldest before the others; after them those that have tried and failed, in turn: what one table's lock holds up does not
 * stand before what others want.  SQLite's file is busy for ms only: there each request has its own timer (execute.c). */
#pragma once
#include "api/http/api.h"

struct waiting *waiting_new(struct api *api);
void            waiting_free(struct waiting *w);

/* Calls r->again(r) when it is its turn, or when until_us (monotonic) has come.  failed: it has asked, in vain. */
void waiting_add(struct req *r, bool failed, int64_t until_us);
void waiting_leave(struct req *r); /* whether it stands there or not */

/* Nobody asks until now_us + took_us; and has that time come? */
void waiting_close(struct waiting *w, int64_t now_us, int64_t took_us);
bool waiting_is_open(const struct waiting *w, int64_t now_us);
