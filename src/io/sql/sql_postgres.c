/* The PostgreSQL driver. */
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"
#include "io/search/search_driver.h"
#include "io/sql/sql_dialect.h"

enum { IDLE_S = 60, IDLE_BULK_S = 10, IDLE_SERVING_S = 5, LOOK_ANYWAY_MS = 10000 };

static const char BEGIN[] = "begin";
static const char LIGHT[] = "set local synchronous_commit = off";
static const char VIEW[] = "begin isolation level repeatable read read only";
static const char COMMIT[] = "commit";
static const char ROLLBACK[] = "rollback";
static const char NOTIFY[] = "notify kith";

/* ---- statements ---- */

static bool only_reads(const char *text) { return str_starts(str_of(text), S("select ")); }

static enum rc ask(struct pg *db, struct pg_statement *s, const struct sql_arg *args, size_t nargs, PGresult **ret,
                   struct err *e)
{
    TRY(pg_ready(db, e));
    TRY(pg_send(db, s, args, nargs, e));
    return pg_wait(db, ret, e);
}

/* Outside a transaction nothing is lost when a read is asked again on a new connection. */
static enum rc answer(struct pg *db, struct pg_statement *s, const struct sql_arg *args, size_t nargs, PGresult **ret,
                      struct err *e)
{
    enum rc rc = ask(db, s, args, nargs, ret, e);

    bool again = db->nlate == 0; /* else it has been waited for long enough */
    if (rc == RC_UNAVAILABLE && !db->c && again && !db->in_transaction && only_reads(s->text))
        rc = ask(db, s, args, nargs, ret, e);
    db->to_ring |= rc == RC_OK && !db->in_transaction && !only_reads(s->text) && !db->sql.quiet;
    return rc;
}

/* A statement's words are those of the server, which is asked what it is. */
static enum rc know_words(struct pg *db, struct err *e) { return db->words ? RC_OK : pg_ready(db, e); }

static enum rc start(struct sql *sql, void **ret, const char *text, const struct sql_arg *args, size_t nargs,
                     struct err *e)
{
    TRY(know_words(pg_self(sql), e));
    struct pg_statement *s = pg_statement(pg_self(sql), text);

    assert(!s->rows);
    s->row = -1;
    *ret = s;
    return answer(pg_self(sql), s, args, nargs, &s->rows, e);
}

static int64_t column_i64(void *statement, int column)
{
    const struct pg_statement *s = statement;
    const char                *p = PQgetvalue(s->rows, s->row, column);
    uint64_t                   eight;
    uint32_t                   four;

    switch (PQgetlength(s->rows, s->row, column)) {
    case 0: return 0;
    case 4: memcpy(&four, p, 4); return (int32_t)be32toh(four);
    case 8: memcpy(&eight, p, 8); return (int64_t)be64toh(eight);
    }
    assert(false && "a column that is no bigint: cast it");
    return 0;
}

static enum rc start_each(struct sql *sql, void **ret, const char *text, const struct sql_each *each, struct err *e)
{
    struct pg     *db = pg_self(sql);
    struct sql_arg args[SQL_ARGS_MAX];
    auto_buf       arrays = buf_of(PG_ARRAYS_MAX);

    TRY(know_words(db, e));
    struct pg_statement *s = pg_statement_each(db, text, each);
    assert(!s->rows);
    TRY(pg_arrays(&arrays, each, args, e));
    s->row = -1;
    *ret = s;
    return answer(db, s, args, each->nargs + each->width, &s->rows, e);
}

static size_t which(void *statement)
{
    const struct pg_statement *s = statement;
    return (size_t)column_i64(statement, PQnfields(s->rows) - 1) - 1;
}

static enum rc step(struct sql *sql, void *statement, bool *ret_row, const char *text, struct err *e)
{
    struct pg_statement *s = statement;

    (void)sql;
    (void)text;
    (void)e;
    *ret_row = ++s->row < PQntuples(s->rows);
    return RC_OK;
}

static void finish(struct sql *sql, void *statement)
{
    struct pg_statement *s = statement;

    (void)sql;
    PQclear(s->rows);
    s->rows = NULL;
}

static enum rc run_statement(struct pg *db, struct pg_statement *s, const struct sql_arg *args, size_t nargs,
                             int64_t *ret_changed, struct err *e)
{
    PGresult *r = NULL;

    if (db->in_transaction && !ret_changed) {
        TRY(pg_ready(db, e));
        return pg_send(db, s, args, nargs, e);
    }
    enum rc rc = answer(db, s, args, nargs, &r, e);
    if (rc == RC_OK && ret_changed)
        *ret_changed = atoll(PQcmdTuples(r));
    PQclear(r);
    return rc;
}

static enum rc run(struct sql *sql, const char *text, const struct sql_arg *args, size_t nargs, int64_t *ret_changed,
                   struct err *e)
{
    TRY(know_words(pg_self(sql), e));
    return run_statement(pg_self(sql), pg_statement(pg_self(sql), text), args, nargs, ret_changed, e);
}

static enum rc run_each(struct sql *sql, const char *text, const struct sql_each *each, int64_t *ret_changed,
                        struct err *e)
{
    struct pg     *db = pg_self(sql);
    struct sql_arg args[SQL_ARGS_MAX];
    auto_buf       arrays = buf_of(PG_ARRAYS_MAX);

    TRY(know_words(db, e));
    TRY(pg_arrays(&arrays, each, args, e));
    return run_statement(db, pg_statement_each(db, text, each), args, each->nargs + each->width, ret_changed, e);
}

static struct str column_text(void *statement, int column)
{
    const struct pg_statement *s = statement;
    return (struct str){ PQgetvalue(s->rows, s->row, column), (size_t)PQgetlength(s->rows, s->row, column) };
}

/* ---- transactions ---- */

static enum rc begin(struct sql *sql, enum sql_transaction what, struct err *e)
{
    struct pg *db = pg_self(sql);

    TRY(pg_ready(db, e));
    TRY(pg_send(db, pg_statement(db, what == SQL_VIEW ? VIEW : BEGIN), SQL_NONE, e));
    db->in_transaction = true;
    db->view = what == SQL_VIEW;
    db->failed = RC_OK;
    return what == SQL_LIGHT ? pg_send(db, pg_statement(db, LIGHT), SQL_NONE, e) : RC_OK;
}

static enum rc commit(struct sql *sql, struct err *e)
{
    struct pg *db = pg_self(sql);

    TRY(pg_ready(db, e));
    enum rc rc = pg_send(db, pg_statement(db, COMMIT), SQL_NONE, e);
    if (rc == RC_OK)
        rc = pg_wait(db, NULL, e);
    sql->in_doubt = rc != RC_OK && !db->c && !db->view;
    TRY(rc);
    db->to_ring |= !db->view && !sql->quiet;
    db->in_transaction = db->view = false;
    return RC_OK;
}

/* Not waited for: nobody wants to know. */
static void rollback(struct sql *sql)
{
    struct pg *db = pg_self(sql);

    db->in_transaction = db->view = false;
    db->failed = RC_OK;
    if (db->c && db->nsent)
        pg_forget(db);
    if (db->c && pg_send(db, pg_statement(db, ROLLBACK), SQL_NONE, NULL) == RC_OK)
        pg_forget(db);
}

static bool in_transaction(const struct sql *sql) { return pg_self(sql)->in_transaction; }

/* ---- scripts ---- */

static enum rc run_text(struct pg *db, const char *text, struct err *e)
{
    TRY(pg_ready(db, e));
    TRY(pg_wait(db, NULL, e));
    if (!PQexitPipelineMode(db->c))
        return err_set(e, RC_INTERNAL, "database: %s", PQerrorMessage(db->c));
    PGresult *r = PQexec(db->c, text);
    enum rc   rc = PQresultStatus(r) == PGRES_FATAL_ERROR ? pg_fault(db, r, text, e) : RC_OK;
    if (db->c)
        PQenterPipelineMode(db->c);
    if (rc != RC_OK && db->in_transaction)
        db->failed = rc;
    PQclear(r);
    return rc;
}

/* A change of the schema takes as long as it takes, but nobody waits behind it while it waits for a lock. */
static enum rc script(struct sql *sql, struct str text, struct err *e)
{
    auto_buf own = buf_of(SQL_SCRIPT_MAX);

    if (in_transaction(sql))
        buf_put(&own, S("set local lock_timeout = '2s'; set local statement_timeout = 0;"));
    sql_dialect(&own, text, &sql_dialect_postgres);
    buf_char(&own, 0);
    if (buf_full(&own))
        return err_set(e, RC_TOO_LARGE, "database: script over %d bytes", SQL_SCRIPT_MAX);
    return run_text(pg_self(sql), own.p, e);
}

/* ---- what others did ---- */

static int64_t version(struct sql *sql)
{
    struct pg *db = pg_self(sql);

    if (pg_ready(db, NULL) == RC_OK)
        pg_hear(db);
    return db->heard + clock_mono_us() / (LOOK_ANYWAY_MS * 1000);
}

static bool ring(struct sql *sql)
{
    struct pg *db = pg_self(sql);
    int64_t    now = clock_mono_us();

    if (!db->to_ring || db->in_transaction || !db->c)
        return false;
    if (now - db->ring_us < RING_AGAIN_MS * 1000)
        return true;
    db->ring_us = now;
    db->to_ring = false;
    if (pg_send(db, pg_statement(db, NOTIFY), SQL_NONE, NULL) == RC_OK)
        pg_forget(db);
    return false;
}

/* ---- opening and the driver's own duties ---- */

static void free_rows(const struct map *statements)
{
    for (size_t i = 0; i < statements->size; i++)
        if (statements->slots[i].value)
            PQclear(((struct pg_statement *)(uintptr_t)statements->slots[i].value)->rows);
}

static void close_all(struct sql *sql)
{
    struct pg *db = pg_self(sql);

    db->ring_us = 0;
    if (db->to_ring && !ring(sql) && db->c && pg_wait(db, NULL, NULL) != RC_OK)
        pg_lost(db);
    pg_close(db);
    pg_dial_end(db);
    pg_late_end(db);
    free_rows(&db->statements);
    free_rows(&db->each);
    arena_free(db->arena);
    free(db->url);
    free(db);
}

static enum rc open_url(struct sql **ret, struct str rest, int64_t serving_ms, struct err *e)
{
    struct pg *db = calloc(1, sizeof *db);

    if (!db || asprintf(&db->url, "postgresql:" STR_FMT, STR_ARG(rest)) < 0)
        abort();
    db->sql.driver = &sql_postgres;
    db->arena = arena_new(16 << 10);
    db->statements = map_of(db->arena);
    db->each = map_of(db->arena);
    db->jitter.state = rand_u64();
    db->serving = serving_ms > 0;
    db->idle_s = serving_ms ? IDLE_SERVING_S : IDLE_S;
    db->wait_ms = serving_ms ? serving_ms : PG_WAIT_MS;
    snprintf(db->patient_text, sizeof db->patient_text, "set lock_timeout = '%lldms'", (long long)db->wait_ms / 4);
    snprintf(db->hasty_text, sizeof db->hasty_text, "set lock_timeout = '%lldms'", (long long)db->wait_ms / 10);
    enum rc rc = pg_hosts(db, e);
    if (rc == RC_OK && !db->serving)
        rc = pg_connect(db, e);
    if (rc != RC_OK)
        close_all(&db->sql);
    else
        *ret = &db->sql;
    return rc;
}

static enum rc wait_ready(struct sql *sql, int64_t ms, struct err *e)
{
    struct pg *db = pg_self(sql);
    int64_t    until = clock_mono_us() + ms * 1000, now;
    enum rc    rc;

    while ((rc = pg_ready(db, e)) == RC_UNAVAILABLE && !db->in_transaction && (now = clock_mono_us()) < until)
        usleep((useconds_t)i64_max(1000, i64_min(db->dial.phase ? now : db->try_us, until) - now));
    return rc;
}

static enum rc checkpoint(struct sql *sql, int64_t *ret_left, struct err *e)
{
    (void)sql;
    (void)e;
    *ret_left = 0;
    return RC_OK;
}

static enum rc nothing(struct sql *sql, struct err *e)
{
    (void)sql;
    (void)e;
    return RC_OK;
}

/* What the agent holds of people's rows does not outlive for long the way to its server. */
static enum rc bulk(struct sql *sql, struct err *e)
{
    static const char IDLE[] = "set idle_in_transaction_session_timeout = '10s'";

    _Static_assert(IDLE_BULK_S == 10, "as the text says");
    pg_self(sql)->idle_s = IDLE_BULK_S;
    return run(sql, IDLE, SQL_NONE, NULL, e);
}

/* A new connection has small buffers again, here and there. */
static void release_memory(struct sql *sql)
{
    struct pg *db = pg_self(sql);

    if (!db->c || db->in_transaction || db->largest_bytes < PG_ROOM_BYTES)
        return;
    pg_close(db);
    enum rc rc = pg_ready(db, NULL);
    (void)rc; /* else at its next use */
}

const struct sql_driver sql_postgres = {
    .search = &search_postgres,
    .open = open_url,
    .close = close_all,
    .start = start,
    .start_each = start_each,
    .which = which,
    .run_each = run_each,
    .step = step,
    .finish = finish,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .column_i64 = column_i64,
    .column_text = column_text,
    .version = version,
    .ring = ring,
    .wait_ready = wait_ready,
    .script = script,
    .checkpoint = checkpoint,
    .integrity = nothing,
    .bulk = bulk,
    .release_memory = release_memory,
};
