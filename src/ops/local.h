/* ops/local.h - what a command does on the data folder itself, with or without a running `kith up`.
 *
 * The database is shared safely between processes.  Queued work is done by the house: the one that runs on this folder, else
 * one started for as long as the command lasts, so that there is one way in which work is done. */
#pragma once
#include <sys/types.h>
#include "base/conf.h"
#include "io/blob/blob.h"
#include "io/sql/sql.h"

/* The database as it is, not migrated; RC_NOT_FOUND when there is none. */
enum rc local_database(const struct conf *conf, struct arena *a, struct sql **ret, struct err *e) must_use;

/* A house works on this folder: found, or started (its log goes to DATA/kith.log) and stopped by local_house_close().  Either
 * way the schema is up to date when this returns. */
struct local_house {
    pid_t child;
};
#define auto_house __attribute__((cleanup(local_house_close))) struct local_house
enum rc local_house_open(const struct conf *conf, struct arena *a, struct local_house *ret, struct err *e) must_use;
/* Only waits: the house is being started by somebody else. */
enum rc local_house_wait(const struct conf *conf, struct arena *a, struct local_house *ret, struct err *e) must_use;
void    local_house_close(struct local_house *h);
bool    local_house_runs(const struct conf *conf, struct arena *a);

/* The account of this e-mail address; RC_NOT_FOUND says how to make one. */
enum rc local_account(struct sql *db, struct arena *a, struct str email, int64_t *ret, struct err *e) must_use;

/* The same by address or by id; *ret = 0 when what is NULL. */
enum rc local_account_of(struct sql *db, struct arena *a, const char *what, int64_t *ret, struct err *e) must_use;
/* Who it is, for the person at the terminal: the address of its first user, "" when it has none any more. */
struct str local_account_email(struct sql *db, struct arena *a, int64_t account);
