/* ops/local.h - what a command does on the data folder itself, with or without a running `kith up`.
 *
 * The database is shared safely between processes; whoever finds the house running leaves the work to it, else does it here, one
 * unit after the other in this process. */
#pragma once
#include "base/conf.h"
#include "io/sql.h"

/* The database of conf.db, or DATA/kith.db; as it is, not migrated.  Texts in a. */
enum rc local_open_db(const struct conf *conf, struct arena *a, struct sql **ret, struct err *e) must_use;

/* The same, with the folder made and the schema up to date. */
enum rc local_open(const struct conf *conf, struct arena *a, struct sql **ret, struct err *e) must_use;

/* The account of this e-mail address; RC_NOT_FOUND says how to make one. */
enum rc local_account(struct sql *db, struct arena *a, struct str email, int64_t *ret, struct err *e) must_use;

/* Works until this account has no job left (but for those waiting for a time); each(to) is called after every unit.
 * Returns RC_UNAVAILABLE at once when `kith up` holds the data folder: it does the work. */
enum rc local_work(const struct conf *conf, struct sql *db, int64_t account, void (*each)(void *to), void *to, struct err *e) must_use;
