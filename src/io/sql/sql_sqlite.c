/* The SQLite driver. */
#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "io/search/search_driver.h"
#include "io/sql/sql_dialect.h"
#include "io/sql/sql_driver.h"

/* The log is moved into the file after so many pages: by the bulk writer, to which a page that changed in many transactions costs one
 * write; by others only when that one is not there. */
enum { BULK_PAGES = 12000, CHECKPOINT_PAGES = 16000, LOG_KEEP_BYTES = 80 << 20 };
enum { BUSY_MAX_MS = 15000, CACHE_KB = 2048, BULK_CACHE_KB = 49152 };

struct statement {
    sqlite3_stmt *h;
    uint8_t       index[SQL_ARGS_MAX + 1]; /* of $n: SQLite numbers parameters in the order they appear */
};

struct sqlite {
    struct sql         sql;
    sqlite3           *h;
    struct arena      *arena;      /* statements, as long as the connection */
    struct map         statements; /* by address of the text */
    struct rand_seeded jitter;
    int64_t            busy_since_us, patience_us;
    bool               hasty; /* commits do not wait for the disk */
};

static struct sqlite *self(const struct sql *db) { return (struct sqlite *)db; }

/* What a statement does is in its first words; its values never are. */
static enum rc fault(struct sqlite *db, int code, const char *text, struct err *e)
{
    struct str head = str_head(str_of(text), 40);
    int        system = sqlite3_system_errno(db->h);

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, RC_UNAVAILABLE, "database: busy for %d ms: " STR_FMT, (int)(db->patience_us / 1000),
                       STR_ARG(head));
    case SQLITE_CONSTRAINT:
        code = sqlite3_extended_errcode(db->h);
        if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE)
            return err_set(e, RC_CONFLICT, "database: the key exists: " STR_FMT, STR_ARG(head));
        break;
    case SQLITE_FULL: return err_set(e, RC_STORAGE, "database: the disk is full: " STR_FMT, STR_ARG(head));
    case SQLITE_IOERR:
        if (system == ENOSPC || system == EDQUOT)
            return err_set(e, RC_STORAGE, "database: the disk is full: " STR_FMT, STR_ARG(head));
        if (system == EROFS)
            return err_set(e, RC_STORAGE, "database: the disk is read-only: " STR_FMT, STR_ARG(head));
        return err_set(e, RC_UNAVAILABLE, "database: the disk failed (%s): " STR_FMT,
                       system ? strerror(system) : "no reason",
                       STR_ARG(head)); /* it may have been a moment: what is asked again is not lost */
    case SQLITE_READONLY:
    case SQLITE_PERM: return err_set(e, RC_STORAGE, "database: the file is read-only");
    case SQLITE_CANTOPEN:
        return err_set(e, RC_UNAVAILABLE, "database: cannot open the file: %s",
                       system ? strerror(system) : "not a file");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(e, RC_INTERNAL,
                       "database: the file is damaged or no database: `kith doctor` looks, docs/backup.md restores");
    }
    return err_set(e, RC_INTERNAL, "database: %s: " STR_FMT, sqlite3_errmsg(db->h), STR_ARG(head));
}

/* The longer a writer has waited the more often it looks, so the one that came first is the likeliest to be next and nobody
 * starves; jitter keeps two from looking in step for ever. */
static int on_busy(void *to, int count)
{
    struct sqlite *db = to;
    int64_t        now = clock_mono_us();

    if (count == 0)
        db->busy_since_us = now;
    int64_t waited_us = now - db->busy_since_us;
    if (waited_us > db->patience_us)
        return 0;
    uint64_t least = waited_us < 5000 ? 150 : waited_us < 50000 ? 80 : 30;
    usleep((useconds_t)(least + rand_below(&db->jitter, least)));
    return 1;
}

static void sqlite_patience(struct sql *sql, int64_t ms) { self(sql)->patience_us = ms * 1000; }

static enum rc run_text(struct sqlite *db, const char *text, struct err *e)
{
    int code = sqlite3_exec(db->h, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : fault(db, code, text, e);
}

/* While another process makes the log of a new database, SQLite answers busy without asking the handler. */
static enum rc use_log(struct sqlite *db, struct err *e)
{
    static const char WAL[] = "pragma journal_mode = wal";

    for (int tries = 0; tries < 500; tries++) {
        enum rc rc = run_text(db, WAL, e);
        if (rc != RC_UNAVAILABLE || sqlite3_errcode(db->h) != SQLITE_BUSY)
            return rc;
        usleep(2000 + (useconds_t)rand_below(&db->jitter, 4000));
    }
    return err_set(e, RC_UNAVAILABLE, "database: busy");
}

static enum rc settings(struct sqlite *db, int64_t cache_kb, struct err *e)
{
    char pragmas[512];

    snprintf(
        pragmas, sizeof pragmas,
        "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = fast; pragma temp_store = memory;"
        "pragma trusted_schema = off; pragma mmap_size = 0; pragma cache_size = -%lld;"
        "pragma wal_autocheckpoint = %d; pragma journal_size_limit = %d",
        (long long)cache_kb, CHECKPOINT_PAGES, LOG_KEEP_BYTES);
    return run_text(db, pragmas, e);
}

static void sqlite_close(struct sql *sql)
{
    struct sqlite *db = self(sql);

    for (size_t i = 0; i < db->statements.size; i++)
        if (db->statements.slots[i].value)
            sqlite3_finalize(((struct statement *)(uintptr_t)db->statements.slots[i].value)->h);
    sqlite3_close(db->h);
    arena_free(db->arena);
    free(db);
}

/* A file that is shorter than its first page says (sqlite.org/fileformat2.html, 1.3), with no log that has the rest: it was cut by a copy, or by
 * a disk that was full.  SQLite itself would not say so before it comes to the missing pages.  Read through its own descriptor: to close
 * another one would drop its locks. */
static enum rc must_be_whole(struct sqlite *db, const char *path, struct err *e)
{
    unsigned char head[100] = { 0 };
    char          log[4096];
    struct stat   wal;
    sqlite3_file *f = NULL;
    sqlite3_int64 bytes = 0;

    snprintf(log, sizeof log, "%s-wal", path);
    if (sqlite3_file_control(db->h, "main", SQLITE_FCNTL_FILE_POINTER, &f) != SQLITE_OK || !f || !f->pMethods ||
        f->pMethods->xFileSize(f, &bytes) != SQLITE_OK || bytes < (int)sizeof head ||
        f->pMethods->xRead(f, head, sizeof head, 0) != SQLITE_OK || (stat(log, &wal) == 0 && wal.st_size > 0))
        return RC_OK;
    int64_t page = head[16] << 8 | head[17],
            pages = (int64_t)head[28] << 24 | head[29] << 16 | head[30] << 8 | head[31];
    int64_t want = pages * (page == 1 ? 65536 : page);
    if (memcmp(head, "SQLite format 3", 16) != 0 || memcmp(head + 24, head + 92, 4) != 0 || bytes >= want)
        return RC_OK;
    return err_set(e, RC_INTERNAL,
                   "database: the file was cut, %lld of %lld bytes are there: keep a copy of it and restore a backup "
                   "(docs/backup.md)",
                   (long long)bytes, (long long)want);
}

/* The patience of a loop is sql_patience(): it differs from call to call. */
static enum rc sqlite_open(struct sql **ret, struct str rest, int64_t serving_ms, struct err *e)
{
    struct str path, query = rest;
    int64_t    cache_kb = CACHE_KB;

    (void)serving_ms;
    if (!str_next(&query, '?', &path) || path.n == 0)
        return err_set(e, RC_INVALID, "database: the url names no file");
    if (query.p && str_starts(query, S("cache_kb=")) && !str_i64(str_from(query, 9), 64, 1 << 20, &cache_kb))
        return err_set(e, RC_INVALID, "database: cache_kb must be 64 to 1048576");
    struct sqlite *db = calloc(1, sizeof *db);
    if (!db)
        abort();
    db->sql.driver = &sql_sqlite;
    db->arena = arena_new(32 << 10);
    db->statements = map_of(db->arena);
    db->jitter.state = rand_u64();
    auto_free(sql) closes = &db->sql;
    int code = sqlite3_open_v2(str_copy(db->arena, path).p, &db->h,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return fault(db, code, "open", e);
    sqlite3_extended_result_codes(db->h, 0);
    TRY(must_be_whole(db, str_copy(db->arena, path).p, e));
    db->patience_us = BUSY_MAX_MS * 1000;
    sqlite3_busy_handler(db->h, on_busy, db);
    TRY(use_log(db, e));
    TRY(settings(db, cache_kb, e));
    *ret = closes;
    closes = NULL;
    return RC_OK;
}

static void take_indexes(struct statement *s)
{
    int n = sqlite3_bind_parameter_count(s->h);

    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(s->h, i);
        int         number = name ? atoi(name + 1) : 0;
        assert(number >= 1 && number <= SQL_ARGS_MAX);
        s->index[number] = (uint8_t)i;
    }
}

static enum rc prepared(struct sqlite *db, struct statement **ret, const char *text, struct err *e)
{
    uint64_t *slot = map_at_u64(&db->statements, (uintptr_t)text);

    if (!*slot) {
        struct statement *s = arena_new_of(db->arena, struct statement);
        auto_buf          own = buf_of(SQL_SCRIPT_MAX);
        sql_dialect(&own, str_of(text), &sql_dialect_sqlite_statement);
        int code = sqlite3_prepare_v3(db->h, buf_str(&own).p, (int)own.n, SQLITE_PREPARE_PERSISTENT, &s->h, NULL);
        if (code != SQLITE_OK)
            return fault(db, code, text, e);
        take_indexes(s);
        *slot = (uintptr_t)s;
    }
    *ret = (struct statement *)(uintptr_t)*slot;
    return RC_OK;
}

static int bind(sqlite3_stmt *h, int index, const struct sql_arg *v)
{
    switch (v->type) {
    case SQL_I64: return sqlite3_bind_int64(h, index, v->i);
    case SQL_TEXT: return sqlite3_bind_text64(h, index, v->s.p ? v->s.p : "", v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case SQL_BLOB: return sqlite3_bind_blob64(h, index, v->s.p ? v->s.p : "", v->s.n, SQLITE_STATIC);
    case SQL_NULL: break;
    }
    return sqlite3_bind_null(h, index);
}

static enum rc sqlite_start(struct sql *sql, void **ret, const char *text, const struct sql_arg *args, size_t nargs,
                            struct err *e)
{
    struct sqlite    *db = self(sql);
    struct statement *s = NULL;

    assert(nargs <= SQL_ARGS_MAX);
    TRY(prepared(db, &s, text, e));
    assert(!sqlite3_stmt_busy(s->h));
    for (size_t i = 0; i < nargs; i++) {
        int code = s->index[i + 1] ? bind(s->h, s->index[i + 1], &args[i]) : SQLITE_OK;
        if (code != SQLITE_OK)
            return fault(db, code, text, e);
    }
    *ret = s->h;
    return RC_OK;
}

static enum rc sqlite_step(struct sql *sql, void *statement, bool *ret_row, const char *text, struct err *e)
{
    int code = sqlite3_step(statement);

    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return RC_OK;
    enum rc rc = code == SQLITE_DONE ? RC_OK : fault(self(sql), code, text, e);
    sqlite3_reset(statement);
    return rc;
}

static void sqlite_finish(struct sql *sql, void *statement)
{
    (void)sql;
    sqlite3_reset(statement);
}

static enum rc sqlite_run(struct sql *sql, const char *text, const struct sql_arg *args, size_t nargs,
                          int64_t *ret_changed, struct err *e)
{
    void *statement;
    bool  row = true;

    TRY(sqlite_start(sql, &statement, text, args, nargs, e));
    while (row)
        TRY(sqlite_step(sql, statement, &row, text, e));
    if (ret_changed)
        *ret_changed = sqlite3_changes64(self(sql)->h);
    return RC_OK;
}

/* Whether a commit waits for the disk. */
static enum rc be_careful(struct sqlite *db, bool careful, struct err *e)
{
    static const char FULL[] = "pragma synchronous = full", NORMAL[] = "pragma synchronous = normal";

    if (db->hasty == !careful)
        return RC_OK;
    TRY(sqlite_run(&db->sql, careful ? FULL : NORMAL, SQL_NONE, NULL, e));
    db->hasty = !careful;
    return RC_OK;
}

/* What was committed is committed.  If this fails the next transaction does not begin before it has worked. */
static void careful_again(struct sqlite *db)
{
    enum rc rc = be_careful(db, true, NULL);
    assert(rc == RC_OK || db->hasty);
}

static enum rc sqlite_begin(struct sql *sql, enum sql_transaction what, struct err *e)
{
    static const char WRITING[] = "begin immediate", READING[] = "begin";

    TRY(be_careful(self(sql), what != SQL_LIGHT, e));
    return sqlite_run(sql, what == SQL_VIEW ? READING : WRITING, SQL_NONE, NULL, e);
}

static enum rc sqlite_commit(struct sql *sql, struct err *e)
{
    static const char COMMIT[] = "commit";

    TRY(sqlite_run(sql, COMMIT, SQL_NONE, NULL, e));
    careful_again(self(sql));
    return RC_OK;
}

static void sqlite_rollback(struct sql *sql)
{
    static const char ROLLBACK[] = "rollback";
    enum rc           rc = sqlite_run(sql, ROLLBACK, SQL_NONE, NULL, NULL);
    assert(rc == RC_OK || !sql_in_transaction(sql));
    careful_again(self(sql));
}

static bool sqlite_in_transaction(const struct sql *sql) { return !sqlite3_get_autocommit(self(sql)->h); }

static int64_t sqlite_i64(void *statement, int column) { return sqlite3_column_int64(statement, column); }

static struct str sqlite_text(void *statement, int column)
{
    const char *p = sqlite3_column_blob(statement, column);
    return (struct str){ p ? p : "", p ? (size_t)sqlite3_column_bytes(statement, column) : 0 };
}

static int64_t sqlite_version(struct sql *sql)
{
    static const char VERSION[] = "pragma data_version";
    int64_t           version = 0;

    return sql_one_i64(sql, NULL, VERSION, SQL_NONE, &version) == RC_OK ? version : -1;
}

/* The file itself tells the others. */
static bool sqlite_ring(struct sql *sql)
{
    (void)sql;
    return false;
}

static enum rc sqlite_wait_ready(struct sql *sql, int64_t ms, struct err *e)
{
    (void)sql;
    (void)ms;
    (void)e;
    return RC_OK;
}

static enum rc sqlite_script(struct sql *sql, struct str script, struct err *e)
{
    auto_buf text = buf_of(SQL_SCRIPT_MAX);

    sql_dialect(&text, script, &sql_dialect_sqlite);
    buf_char(&text, 0);
    if (buf_full(&text))
        return err_set(e, RC_TOO_LARGE, "database: script over %d bytes", SQL_SCRIPT_MAX);
    return run_text(self(sql), text.p, e);
}

/* All of the log is in the file: cut it off, when nobody reads it just now, so that what was erased is not left in it. */
static void empty_log(struct sqlite *db)
{
    sqlite3_busy_handler(db->h, NULL, NULL);
    (void)sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_handler(db->h, on_busy, db);
}

static enum rc sqlite_checkpoint(struct sql *sql, int64_t *ret_left, struct err *e)
{
    struct sqlite *db = self(sql);
    int            in_log = 0, moved = 0;
    int            code = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);

    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return fault(db, code, "checkpoint", e);
    *ret_left = in_log - moved;
    if (*ret_left == 0)
        empty_log(db);
    return RC_OK;
}

static enum rc sqlite_integrity(struct sql *sql, struct err *e)
{
    static const char CHECK[] = "pragma integrity_check(1)";
    auto_rows         rows = { 0 };

    TRY(sql_rows(sql, &rows, e, CHECK, SQL_NONE));
    while (rows_next(&rows))
        if (!str_eq(row_text(&rows, 0), S("ok")))
            return err_set(e, RC_INTERNAL, "database: damaged: " STR_FMT, STR_ARG(row_text(&rows, 0)));
    return rows_end(&rows, e);
}

static enum rc sqlite_bulk(struct sql *sql, struct err *e)
{
    char pragmas[128];

    snprintf(pragmas, sizeof pragmas, "pragma cache_size = -%d; pragma wal_autocheckpoint = %d", BULK_CACHE_KB,
             BULK_PAGES);
    return run_text(self(sql), pragmas, e);
}

static void sqlite_release_memory(struct sql *sql) { sqlite3_db_release_memory(self(sql)->h); }

const struct sql_driver sql_sqlite = {
    .search = &search_fts5,
    .open = sqlite_open,
    .close = sqlite_close,
    .start = sqlite_start,
    .step = sqlite_step,
    .finish = sqlite_finish,
    .run = sqlite_run,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .column_i64 = sqlite_i64,
    .column_text = sqlite_text,
    .bulk = sqlite_bulk,
    .version = sqlite_version,
    .ring = sqlite_ring,
    .patience = sqlite_patience,
    .wait_ready = sqlite_wait_ready,
    .script = sqlite_script,
    .checkpoint = sqlite_checkpoint,
    .integrity = sqlite_integrity,
    .release_memory = sqlite_release_memory,
};
