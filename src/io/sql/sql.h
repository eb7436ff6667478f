/* io/sql/sql.h - one connection to the database: SQLite or PostgreSQL behind the same calls.
 *
 * Statements are constant texts with $1..$n; a driver prepares each once per connection and finds it again by the
 * address of the text, so pass string constants, never built texts.  Nothing outside store/ and io/search_* holds SQL.
 * A connection belongs to one process and one thread, and must be opened after fork.
 *
 * rc: UNAVAILABLE busy, lost connection, a disk that failed (safe to repeat), STORAGE the disk is full or only reads, CONFLICT unique key exists,
 * NOT_FOUND where said, DENIED no right to do that, INTERNAL anything else (a bug, a damaged file).  Texts of errors name the statement's first
 * words, never values. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct sql;

enum sql_type { SQL_NULL, SQL_I64, SQL_TEXT, SQL_BLOB };
struct sql_arg {
    enum sql_type type;
    int64_t       i;
    struct str    s;
};
#define I64(v)        ((struct sql_arg){ .type = SQL_I64, .i = (v) })
#define TEXT(v)       ((struct sql_arg){ .type = SQL_TEXT, .s = (v) })
#define BLOB(v)       ((struct sql_arg){ .type = SQL_BLOB, .s = (v) })
#define SQL_ARGS(...) (const struct sql_arg[]){ __VA_ARGS__ }, countof(((const struct sql_arg[]){ __VA_ARGS__ }))
#define SQL_NONE      NULL, 0

enum { SQL_ARGS_MAX = 32 };

/* url: "sqlite:/path/kith.db" or "sqlite::memory:"; "?cache_kb=N" sets the page cache of this connection (2,048 when not said:
 * right for an http process; the one writer of imports wants 16,384 or more).  WAL and synchronous=FULL are set here.
 * Or "postgresql://user@host1,host2/name", all that libpq reads: the host that takes writes is looked for.  14 or newer, UTF8.
 * A connection that is lost later is made again at its next use outside a transaction; between attempts, and until a transaction
 * that it broke is rolled back, everything answers RC_UNAVAILABLE at once.  A lone select is repeated without being asked. */
enum rc sql_open(struct sql **ret, struct str url, struct err *e) must_use;
/* The same for a process whose loop serves others meanwhile.  PostgreSQL: no call waits longer than wait_ms for the server, nor longer than
 * a quarter of it for a lock; then RC_UNAVAILABLE, and a commit is in doubt (sql_in_doubt).  It is not connected yet, and each connection is
 * made a few ms at a time, by the calls that ask for it, which answer RC_UNAVAILABLE until there is one: sql_wait_ready(). */
enum rc sql_open_serving(struct sql **ret, struct str url, int64_t wait_ms, struct err *e) must_use;
void    sql_free(struct sql *db);
DEFINE_AUTO_FREE(sql)

/* A statement without rows; ret_changed may be NULL.
 * Inside a transaction one without ret_changed may be sent ahead, without waiting for its end: what it did is seen by every later
 * statement, but its error comes with the next one that waits (rows, ret_changed), at latest with sql_commit().  Who wants to act on
 * an RC_CONFLICT asks for ret_changed.  After any error a transaction can only be rolled back: on PostgreSQL everything else in it
 * fails with that same error. */
enum rc sql_run(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                int64_t *ret_changed) must_use;

/* Rows:   auto_rows rows = { 0 };
 *         TRY(sql_rows(db, &rows, e, BY_ID, SQL_ARGS(I64(account), I64(id))));
 *         while (rows_next(&rows)) use(row_i64(&rows, 0));
 *         TRY(rows_end(&rows, e));
 * Texts are borrowed until the next rows_next(); texts in args must live until the end.  Finish or leave scope before
 * running the same text again (assert). */
struct sql_rows {
    struct sql *db;
    void       *statement;
    const char *text;
    enum rc     rc;
    bool        done;
    struct err  err;
    struct sql_each {
        const struct sql_arg *args, *key;
        size_t                nargs, width, n, at;
    } each; /* sql_rows_each */
};
#define auto_rows __attribute__((cleanup(rows_close))) struct sql_rows
enum rc    sql_rows(struct sql *db, struct sql_rows *ret, struct err *e, const char *text, const struct sql_arg *args,
                    size_t nargs) must_use;
bool       rows_next(struct sql_rows *r);
enum rc    rows_end(struct sql_rows *r, struct err *e) must_use;
void       rows_close(struct sql_rows *r);
int64_t    row_i64(const struct sql_rows *r, int column);
struct str row_text(const struct sql_rows *r, int column); /* TEXT or BLOB */

/* One select asked for many keys: a key is the last `width` arguments ($nargs+1 ...), key[i * width ...] is the i-th of n.  Answers come
 * in the order of the keys, rows_which() says whose the present row is; a key nobody answers to has none.  However many keys, a
 * server is asked once.  A column has one type, texts and arrays must live until the end; key == NULL only when n is 0. */
enum rc sql_rows_each(struct sql *db, struct sql_rows *ret, struct err *e, const char *text, const struct sql_arg *args,
                      size_t nargs, const struct sql_arg *key, size_t width, size_t n) must_use;
size_t  rows_which(const struct sql_rows *r);
/* The same for a statement that writes: insert ... values (...), update ... where, delete ... where.  No two keys may touch the same
 * row; a conflict clause works as ever.  ret_changed: rows in all; NULL inside a transaction: sent ahead as with sql_run(). */
enum rc sql_run_each(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                     const struct sql_arg *key, size_t width, size_t n, int64_t *ret_changed) must_use;

/* One row's first column; RC_NOT_FOUND when there is no row. */
enum rc sql_one_i64(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                    int64_t *ret) must_use;

/* A transaction that will write.  Nested begins are refused (assert): one function owns a transaction.
 * On failure of anything between, roll back; auto_rollback does it when the scope is left without commit. */
enum rc sql_begin(struct sql *db, struct err *e) must_use;
enum rc sql_commit(struct sql *db, struct err *e) must_use;
/* After a commit that failed: was the connection lost before its answer came?  Then it may have been done all the same, and only a
 * look at what it would have written can tell (store/account/idempotency.h: idem_mark).  Never with SQLite. */
bool sql_in_doubt(const struct sql *db);
void sql_rollback(struct sql *db);
bool sql_in_transaction(const struct sql *db);
struct sql_guard {
    struct sql *db;
};
#define auto_rollback __attribute__((cleanup(sql_guard_done), unused)) struct sql_guard
void sql_guard_done(struct sql_guard *g);
/* For functions that are called with a transaction open and without:
 *         auto_rollback own = { 0 };
 *         TRY(sql_join(db, &own, e));   ...   return sql_leave(&own, e);
 * join begins one only when none is open, leave commits only what its join began. */
enum rc sql_join(struct sql *db, struct sql_guard *own, struct err *e) must_use;
enum rc sql_leave(struct sql_guard *own, struct err *e) must_use;
/* The same, but its commit does not wait for the disk: for what may be undone by a power failure without harm, as a claim.  Everything
 * committed after it in the usual way makes it last as well. */
enum rc sql_join_light(struct sql *db, struct sql_guard *own, struct err *e) must_use;

/* One view for several reads, the state of one moment; far cheaper than a view for each.  Nothing may be written under it.
 * Ends with the scope; inside a transaction it does nothing:
 *         auto_rollback view = { 0 };
 *         TRY(sql_view(db, &view, e)); */
enum rc sql_view(struct sql *db, struct sql_guard *view, struct err *e) must_use;

/* A number that changes when another connection commits: cheap enough to ask ten times a second.  PostgreSQL: when another process
 * rang, and every ten seconds in case one died before it could. */
int64_t sql_version(struct sql *db);
/* Lets the others know what was committed here since the last call; outside a transaction.  PostgreSQL: one notification for all of
 * it, 20 a second at most; true: it is too early, call again in RING_AGAIN_MS.  SQLite: nothing to do, the file tells. */
enum { RING_AGAIN_MS = 50 };
bool sql_ring(struct sql *db);
/* While it is on, what is committed here is nothing the others are told of: a lease renewed, a piece of a file that is not there yet.
 * Off again before anything else is committed. */
void sql_quiet(struct sql *db, bool on);
/* After an RC_UNAVAILABLE: waits, at most ms, until there is a connection again.  Blocks; 0 only looks.  SQLite: always ready. */
enum rc sql_wait_ready(struct sql *db, int64_t ms, struct err *e) must_use;
/* SQLite: how long a statement waits while another process writes (10 s unless said); after it RC_UNAVAILABLE.  Little where the process
 * has others to serve meanwhile and tries again. */
void sql_patience(struct sql *db, int64_t ms);
/* How often this connection has answered RC_UNAVAILABLE or RC_STORAGE: whether it was the database that failed something. */
int64_t sql_troubles(const struct sql *db);

/* Runs a whole script (schema files), translated to the driver's dialect (io/sql/sql_dialect.h): types become its own, comments that
 * begin with its name, as in sqlite: strict, are opened.  Comments of statements are opened in the same way. */
enum rc sql_script(struct sql *db, struct err *e, struct str script) must_use;

/* ---- the driver's own duties, for fleet and doctor ---- */
/* Moves what the write-ahead log holds into the database file, without waiting for anyone; when all of it could be moved
 * the log starts again from its beginning, and is cut off if nobody reads it just now.  ret_left: pages still only in the log.  PostgreSQL does this itself: 0. */
enum rc sql_checkpoint(struct sql *db, int64_t *ret_left, struct err *e) must_use;
/* Reads the whole database: RC_INTERNAL with the first fault.  PostgreSQL: nothing; it has pg_amcheck for that. */
enum rc sql_integrity(struct sql *db, struct err *e) must_use;
/* This connection writes in bulk (the agent): a large cache, and the duty to move the log into the file. */
enum rc sql_bulk(struct sql *db, struct err *e) must_use;
/* Gives memory of caches back; for processes that become idle. */
void sql_release_memory(struct sql *db);
