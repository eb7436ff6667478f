/* Brings the database to this program's schema while others work on it. */
#include "store/installation/schema_steps.h"
#include <stdlib.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "io/search/search.h"
#include "store/account/accounts.h"
#include "store/installation/embedded.h"
#include "store/work/jobs.h"

static const char TABLE[] = "create table if not exists schema_version"
                            " (version bigint primary key, name text not null, at_ms bigint not null)";
/* Row 0 is there to be locked: of processes that migrate at once, one works and the others find its work done. */
static const char LATCH[] =
    "insert into schema_version (version, name, at_ms) values (0, 'latch', 0) on conflict do nothing";
static const char LOCK[] = "update schema_version set at_ms = at_ms where version = 0";
static const char VERSION[] = "select coalesce(max(version), 0) from schema_version";
static const char VERSIONS[] = "select version, name from schema_version where version > 0 order by version";
static const char HAS[] = "select count(*) from schema_version where version = $1";
static const char APPLIED[] = "insert into schema_version (version, name, at_ms) values ($1, $2, $3)";

/* Of the session, so that an index can be made outside a transaction; asked for again and again, because who waits for it in the
 * server would be waited for by the index. */
static const char MINE[] = "select /*sqlite: 1*/ /*postgres: pg_try_advisory_lock(5276946110)::int::bigint*/";
static const char YOURS[] = "select /*sqlite: 1*/ /*postgres: pg_advisory_unlock(5276946110)::int::bigint*/";
static const char BRISK[] = "/*postgres: set lock_timeout = '2s'; set statement_timeout = 0;*/";
static const char AS_EVER[] = "/*postgres: set lock_timeout = '15s'; set statement_timeout = '60s';*/";
static const char PATIENT[] = "/*postgres: set lock_timeout = 0;*/";
/* 1 it is there, 0 half of it is */
static const char INDEX[] =
    "/*sqlite: select 1 from sqlite_schema where type = 'index' and name = $1*/"
    "/*postgres: select indisvalid::int::bigint from pg_index where indexrelid = to_regclass($1)*/";

enum { TRIES_MAX = 60, PAUSE_MS = 1000, WAIT_MS = 100, WAIT_MOST_MS = 600 * 1000, SCRIPT_MAX = 4096 };

static int number_of(const struct embedded *file) { return atoi(file->name); }

static bool is_contract(struct str name) { return str_ends(name, S(".contract.sql")); }

int migrate_newest(void)
{
    int newest = 0;

    for (size_t i = 0; i < schema_files_n; i++)
        if (!is_contract(str_of(schema_files[i].name)))
            newest = number_of(&schema_files[i]);
    return newest;
}

/* ---- what is there ---- */

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

static const struct embedded *file_of(int64_t version)
{
    for (size_t i = 0; i < schema_files_n; i++)
        if (number_of(&schema_files[i]) == version)
            return &schema_files[i];
    return NULL;
}

struct state {
    int64_t version;            /* the highest */
    int     expands, contracts; /* of this program's, run */
    int     unknown;            /* others, and whether one of them takes away */
    bool    gone;
};

static enum rc state_of(struct sql *db, struct state *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = (struct state){ 0 };
    TRY(sql_rows(db, &rows, e, VERSIONS, SQL_NONE));
    while (rows_next(&rows)) {
        bool contract = is_contract(row_text(&rows, 1));
        ret->version = row_i64(&rows, 0);
        if (!file_of(ret->version)) {
            ret->unknown++;
            ret->gone |= contract;
        } else if (contract)
            ret->contracts++;
        else
            ret->expands++;
    }
    return rows_end(&rows, e);
}

static int files(bool contract)
{
    int n = 0;

    for (size_t i = 0; i < schema_files_n; i++)
        n += is_contract(str_of(schema_files[i].name)) == contract;
    return n;
}

static enum rc bears(const struct state *s, struct err *e)
{
    if (s->unknown > 1 || s->gone)
        return err_set(e, RC_INVALID, "database: schema %lld is newer than this program (%d)%s", (long long)s->version,
                       migrate_newest(), s->gone ? ", and what it needs was taken away" : "");
    return RC_OK;
}

enum rc migrate_fits(struct sql *db, struct err *e)
{
    struct state s;

    TRY(state_of(db, &s, e));
    TRY(bears(&s, e));
    if (s.expands < files(false))
        return err_set(e, RC_NOT_FOUND, "database: schema %lld is older than this program (%d)", (long long)s.version,
                       migrate_newest());
    return RC_OK;
}

enum rc migrate_waits(struct sql *db, int *ret, struct err *e)
{
    struct state s;

    TRY(state_of(db, &s, e));
    *ret = files(true) - s.contracts;
    return RC_OK;
}

/* ---- files ---- */

static enum rc apply(struct sql *db, const struct embedded *file, struct err *e)
{
    enum rc rc = sql_script(db, e, str_of(file->text));

    if (rc != RC_OK)
        return err_in(e, rc, "schema %s", file->name);
    return sql_run(db, e, APPLIED, SQL_ARGS(I64(number_of(file)), TEXT(str_of(file->name)), I64(clock_ms())), NULL);
}

/* Whether it was run is read inside the transaction: a process that waited for another finds its work done. */
static enum rc step(struct sql *db, const struct embedded *file, bool *ret_applied, struct err *e)
{
    auto_rollback guard = { db };
    int64_t       there = 0;

    TRY(sql_begin(db, e));
    TRY(sql_run(db, e, LOCK, SQL_NONE, NULL));
    TRY(sql_one_i64(db, e, HAS, SQL_ARGS(I64(number_of(file))), &there));
    *ret_applied = !there;
    if (!there)
        TRY(apply(db, file, e));
    return sql_commit(db, e);
}

/* Somebody holds a lock, or the server comes up again: this may be repeated as it is. */
static enum rc step_patiently(struct sql *db, const struct embedded *file, bool *ret_applied, struct err *e)
{
    struct rand_seeded r = { rand_u64() };
    enum rc            rc = step(db, file, ret_applied, e);

    for (int tries = 1; rc == RC_UNAVAILABLE && tries < TRIES_MAX; tries++) {
        usleep((useconds_t)(1000 * (PAUSE_MS / 4 + rand_below(&r, PAUSE_MS))));
        if (sql_wait_ready(db, PAUSE_MS, e) == RC_OK && sql_script(db, e, str_of(BRISK)) == RC_OK)
            rc = step(db, file, ret_applied, e);
    }
    return rc;
}

static enum rc run_files(struct sql *db, bool contract, int *applied, struct err *e)
{
    for (size_t i = 0; i < schema_files_n; i++) {
        bool now = false;
        if (is_contract(str_of(schema_files[i].name)) != contract)
            continue;
        TRY(step_patiently(db, &schema_files[i], &now, e));
        *applied += now;
    }
    return RC_OK;
}

/* ---- the schema of a backup ---- */

enum rc migrate_files(struct sql *db, struct arena *a, struct str **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct str) list = { 0 };

    TRY(sql_rows(db, &rows, e, VERSIONS, SQL_NONE));
    while (rows_next(&rows))
        *vec_push(a, &list) = str_copy(a, row_text(&rows, 1));
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

static bool among(const struct str *file, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(file[i], name))
            return true;
    return false;
}

static enum rc knows_all(const struct str *file, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t f = 0; f < schema_files_n; f++)
            known |= str_is(file[i], schema_files[f].name);
        if (!known)
            return err_set(e, RC_INVALID, "it was made by a newer Kith: this one does not know schema " STR_FMT,
                           STR_ARG(file[i]));
    }
    return RC_OK;
}

static enum rc has_just(struct sql *db, const struct str *file, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    struct str *there;
    size_t      nthere;

    TRY(migrate_files(db, a, &there, &nthere, e));
    bool same = nthere == n;
    for (size_t i = 0; same && i < n; i++)
        same = str_eq(there[i], file[i]);
    return same ? RC_OK
                : err_set(e, RC_CONFLICT, "the database has a schema of another time already: give an empty one");
}

enum rc migrate_as(struct sql *db, const struct str *file, size_t n, struct err *e)
{
    TRY(knows_all(file, n, e));
    TRY(ensure_table(db, e));
    TRY(sql_run(db, e, LATCH, SQL_NONE, NULL));
    for (int contract = 0; contract <= 1; contract++)
        for (size_t i = 0; i < schema_files_n; i++) {
            bool applied, last = is_contract(str_of(schema_files[i].name));
            if (last == contract && among(file, n, schema_files[i].name))
                TRY(step_patiently(db, &schema_files[i], &applied, e));
        }
    return has_just(db, file, n, e);
}

/* ---- indexes ---- */

static enum rc index_script(struct sql *db, struct err *e, const char *how, struct str what)
{
    auto_buf b = buf_of(SCRIPT_MAX);

    buf_fmt(&b, "%s" STR_FMT, how, STR_ARG(what));
    return sql_script(db, e, buf_str(&b));
}

static enum rc make_index(struct sql *db, struct str index, struct err *e)
{
    struct str name = str_head(index, str_find(index, S(" "), 0));
    int64_t    valid = 0;
    enum rc    rc = sql_one_i64(db, e, INDEX, SQL_ARGS(TEXT(name)), &valid);

    if (rc != RC_NOT_FOUND && (rc != RC_OK || valid))
        return rc;
    if (rc == RC_OK)
        TRY(index_script(db, e, "drop index /*postgres: concurrently*/ if exists ", name));
    return index_script(db, e, "create index /*postgres: concurrently*/ if not exists ", index);
}

/* Making one waits for old transactions, but nobody waits for it. */
static enum rc make_indexes(struct sql *db, struct err *e)
{
    auto_rollback guard = { 0 };

    TRY(sql_script(db, e, str_of(PATIENT)));
    for (size_t i = 0; i < schema_files_n; i++)
        if (schema_files[i].index)
            TRY(make_index(db, str_of(schema_files[i].index), e));
    TRY(sql_join(db, &guard, e));
    TRY(sql_run(db, e, LOCK, SQL_NONE, NULL));
    TRY(search_setup(db, e));
    return sql_leave(&guard, e);
}

/* ---- backfills ---- */

/* Until a later contract has come: what it reads may be gone then. */
static bool is_due(const struct embedded *file, const struct state *s)
{
    int later = 0;

    for (size_t i = 0; i < schema_files_n; i++)
        later += is_contract(str_of(schema_files[i].name)) && number_of(&schema_files[i]) > number_of(file);
    return file->backfill && (later == 0 || files(true) - s->contracts >= later);
}

enum rc migrate_backfill(struct sql *db, int64_t account, int64_t *ret_changed, struct err *e)
{
    struct state s = { 0 };

    *ret_changed = 0;
    for (size_t i = 0; i < schema_files_n; i++) {
        int64_t changed = 0;
        if (schema_files[i].backfill && s.version == 0)
            TRY(state_of(db, &s, e));
        if (is_due(&schema_files[i], &s))
            TRY(sql_run(db, e, schema_files[i].backfill, SQL_ARGS(I64(account)), &changed));
        *ret_changed += changed;
    }
    return RC_OK;
}

static bool has_backfills(void)
{
    for (size_t i = 0; i < schema_files_n; i++)
        if (schema_files[i].backfill)
            return true;
    return false;
}

/* Everyone's turn has come. */
static enum rc enqueue_all(struct sql *db, struct err *e)
{
    int64_t account = 0;
    enum rc rc;

    while ((rc = accounts_next(db, account, &account, e)) == RC_OK)
        TRY(jobs_add(db, account, KIND_EXPIRE, JOB_PRIO_BULK, &account, 1, e));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc backfill_account(struct sql *db, int64_t account, struct err *e)
{
    int64_t changed = 1;

    while (changed) {
        auto_rollback guard = { db };
        TRY(sql_begin(db, e));
        TRY(migrate_backfill(db, account, &changed, e));
        TRY(sql_commit(db, e));
    }
    return RC_OK;
}

static enum rc backfill_all(struct sql *db, struct err *e)
{
    int64_t account = 0;
    enum rc rc;

    while ((rc = accounts_next(db, account, &account, e)) == RC_OK)
        TRY(backfill_account(db, account, e));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- all of it, one process at a time ---- */

static enum rc wait_for_turn(struct sql *db, struct err *e)
{
    int64_t mine = 0;

    for (int64_t until = clock_ms() + WAIT_MOST_MS; clock_ms() < until; usleep(WAIT_MS * 1000)) {
        TRY(sql_one_i64(db, e, MINE, SQL_NONE, &mine));
        if (mine)
            return sql_script(db, e, str_of(BRISK));
    }
    return err_set(e, RC_UNAVAILABLE, "database: another process is changing the schema");
}

static enum rc end_turn(struct sql *db, enum rc rc, struct err *e)
{
    struct err other = { 0 };
    int64_t    was;
    enum rc    end = sql_script(db, &other, str_of(AS_EVER));

    if (end == RC_OK)
        end = sql_one_i64(db, &other, YOURS, SQL_NONE, &was);
    if (rc == RC_OK && end != RC_OK)
        *e = other;
    return rc == RC_OK ? end : rc;
}

static enum rc up(struct sql *db, int *applied, struct err *e)
{
    struct state s;

    TRY(state_of(db, &s, e));
    TRY(bears(&s, e));
    TRY(sql_run(db, e, LATCH, SQL_NONE, NULL));
    if (s.expands < files(false))
        TRY(run_files(db, false, applied, e));
    if (s.version == 0)
        TRY(run_files(db, true, applied, e));
    TRY(make_indexes(db, e));
    return *applied && s.version && has_backfills() ? enqueue_all(db, e) : RC_OK;
}

enum rc migrate_up(struct sql *db, int *ret_applied, struct err *e)
{
    int applied = 0;

    TRY(ensure_table(db, e));
    TRY(wait_for_turn(db, e));
    TRY(end_turn(db, up(db, &applied, e), e));
    if (ret_applied)
        *ret_applied = applied;
    return RC_OK;
}

static enum rc contract(struct sql *db, int *applied, struct err *e)
{
    TRY(migrate_fits(db, e));
    TRY(backfill_all(db, e));
    return run_files(db, true, applied, e);
}

enum rc migrate_contract(struct sql *db, int *ret_applied, struct err *e)
{
    *ret_applied = 0;
    TRY(wait_for_turn(db, e));
    return end_turn(db, contract(db, ret_applied, e), e);
}
