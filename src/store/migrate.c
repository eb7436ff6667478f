#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "io/search.h"
#include "store/embedded.h"
#include "store/migrate.h"

static const char TABLE[] = "create table if not exists schema_version"
                            " (version bigint primary key, name text not null, at_ms bigint not null)";
/* Row 0 is there to be locked: of processes that migrate at once, one works and the others find its work done. */
static const char LATCH[] =
    "insert into schema_version (version, name, at_ms) values (0, 'latch', 0) on conflict do nothing";
static const char LOCK[] = "update schema_version set at_ms = at_ms where version = 0";
static const char VERSION[] = "select coalesce(max(version), 0) from schema_version";
static const char APPLIED[] = "insert into schema_version (version, name, at_ms) values ($1, $2, $3)";

enum { TRIES_MAX = 15, PAUSE_US = 500 * 1000 };

static int number_of(const struct embedded *file) { return atoi(file->name); }

int migrate_newest(void) { return number_of(&schema_files[schema_files_n - 1]); }

/* Two that make it at once may meet in PostgreSQL's catalogue. */
static enum rc ensure_table(struct sql *db, struct err *e)
{
    enum rc rc = sql_run(db, e, TABLE, SQL_NONE, NULL);

    return rc == RC_CONFLICT ? sql_run(db, e, TABLE, SQL_NONE, NULL) : rc;
}

enum rc migrate_version(struct sql *db, int64_t *ret, struct err *e)
{
    TRY(ensure_table(db, e));
    return sql_one_i64(db, e, VERSION, SQL_NONE, ret);
}

static enum rc apply(struct sql *db, const struct embedded *file, struct err *e)
{
    enum rc rc = sql_script(db, e, str_of(file->text));

    if (rc != RC_OK)
        return err_in(e, rc, "schema %s", file->name);
    return sql_run(db, e, APPLIED, SQL_ARGS(I64(number_of(file)), TEXT(str_of(file->name)), I64(clock_ms())), NULL);
}

/* The version is read inside the transaction: a process that waited for another finds its work done. */
static enum rc step(struct sql *db, const struct embedded *file, bool *ret_applied, struct err *e)
{
    auto_rollback guard = { db };
    int64_t       version = 0;

    TRY(sql_begin(db, e));
    TRY(sql_run(db, e, LOCK, SQL_NONE, NULL));
    TRY(sql_one_i64(db, e, VERSION, SQL_NONE, &version));
    *ret_applied = version < number_of(file);
    if (*ret_applied)
        TRY(apply(db, file, e));
    return sql_commit(db, e);
}

static enum rc make_index(struct sql *db, struct err *e)
{
    auto_rollback guard = { db };

    TRY(sql_begin(db, e));
    TRY(sql_run(db, e, LOCK, SQL_NONE, NULL));
    TRY(search_setup(db, e));
    return sql_commit(db, e);
}

/* Somebody holds a lock, or the server comes up again: this may be repeated as it is. */
static enum rc step_patiently(struct sql *db, const struct embedded *file, bool *ret_applied, struct err *e)
{
    enum rc rc = step(db, file, ret_applied, e);

    for (int tries = 1; rc == RC_UNAVAILABLE && tries < TRIES_MAX; tries++) {
        usleep(PAUSE_US);
        rc = step(db, file, ret_applied, e);
    }
    return rc;
}

enum rc migrate_up(struct sql *db, int *ret_applied, struct err *e)
{
    int64_t version = 0;
    int     applied = 0;

    TRY(migrate_version(db, &version, e));
    if (version > migrate_newest())
        return err_set(e, RC_INVALID, "database: schema %lld is newer than this program (%d)", (long long)version,
                       migrate_newest());
    TRY(sql_run(db, e, LATCH, SQL_NONE, NULL));
    for (size_t i = 0; i < schema_files_n; i++) {
        bool now = false;
        if (number_of(&schema_files[i]) > version)
            TRY(step_patiently(db, &schema_files[i], &now, e));
        applied += now;
    }
    if (ret_applied)
        *ret_applied = applied;
    return make_index(db, e);
}
