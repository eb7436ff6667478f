/* store/migrate.h - brings the database to the newest schema.  The files of schema/ are compiled in; forward only, each in one
 * transaction; safe when several processes start at once (the second waits, then finds nothing to do). */
#pragma once
#include "io/sql.h"

/* ret_applied (may be NULL): files run now.  RC_INVALID when the database is newer than this program. */
enum rc migrate_up(struct sql *db, int *ret_applied, struct err *e) must_use;
int     migrate_newest(void);
enum rc migrate_version(struct sql *db, int64_t *ret, struct err *e) must_use; /* 0: empty database */
