/* store/installation/schema_steps.h - brings the database to the schema this program knows, while others work on it.
 *
 * The files of schema/ are compiled in; forward only, each in one transaction.  A change goes in steps that old and new programs can
 * both live with:
 *   expand    NNNN_name.sql           adds tables and columns (not null, with a default); what the program before does stays right
 *   backfill  "-- backfill: STATEMENT" a line of such a file: fills what was added, for one account ($1), some 500 rows a call, until it
 *                                     changes nothing.  Enqueued for every account at once, and run in everyone's hourly turn (KIND_EXPIRE)
 *   index     "-- index: NAME on TABLE (COLUMNS)", made outside a transaction, concurrently; one left half made is made again
 *   contract  NNNN_name.contract.sql  takes away what no program still running needs: only on demand (migrate_contract), or in an empty
 *                                     database.  Until then it waits, and the program works without it
 * So a program works on its own schema, on one that is a single expand step newer, and refuses others.
 *
 * Several processes may start at once: one works, the others find its work done.  PostgreSQL: a lock that cannot be had within 2 s is
 * let go and tried again, so that nobody queues up behind it. */
#pragma once
#include "io/sql/sql.h"

/* ret_applied (may be NULL): files run now.  RC_INVALID when the database is newer than this program bears. */
enum rc migrate_up(struct sql *db, int *ret_applied, struct err *e) must_use;
/* May this program work on it?  RC_NOT_FOUND: not before migrate_up(); RC_INVALID: it is too new.  Reads only. */
enum rc migrate_fits(struct sql *db, struct err *e) must_use;
/* Backfills to their end, then the contract files that wait.  Only when every host runs this program. */
enum rc migrate_contract(struct sql *db, int *ret_applied, struct err *e) must_use;
/* Names of the files that were run, in order; in the arena. */
enum rc migrate_files(struct sql *db, struct arena *a, struct str **ret, size_t *ret_n, struct err *e) must_use;
/* Gives a new database the schema of a backup: these files and no others, without their indexes made later (migrate_up() makes them).
 * RC_INVALID names one that this program does not know; RC_CONFLICT: the database has others already. */
enum rc migrate_as(struct sql *db, const struct str *file, size_t n, struct err *e) must_use;
/* Some rows of one account, of every backfill whose contract has not come; inside a transaction. */
enum rc migrate_backfill(struct sql *db, int64_t account, int64_t *ret_changed, struct err *e) must_use;

int migrate_newest(
    void); /* the last that is no contract, as long as those wait: what a database has after migrate_up() or more */
enum rc migrate_version(struct sql *db, int64_t *ret, struct err *e) must_use; /* 0: empty database */
enum rc migrate_waits(struct sql *db, int *ret, struct err *e) must_use;       /* contract files not run */
