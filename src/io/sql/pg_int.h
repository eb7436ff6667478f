/* io/sql/pg_int.h - a connection to PostgreSQL, always in pipeline mode; for sql_postgres.c and its helpers pg_*.c.
 *
 * What is sent is answered in order.  pg_send() only puts a statement into the pipe; pg_wait() closes the batch with a sync and
 * reads every answer up to it.  The first error of a batch is the batch's: the server skips what came after it.
 * Statements are prepared once per connection, under names that are never used twice: whether one that stood behind an error was
 * prepared or skipped need not be known.
 *
 * A connection that was lost is made again at the next use outside a transaction; inside one, everything fails until the rollback.
 * After a failed attempt the next is made after a random part of a time that doubles: before it, statements fail at once.
 *
 * Nothing waits without end.  The socket does not block; pg_wait() polls it, and when the answers of a batch have not all come in
 * wait_ms the connection is laid aside (pg_lay_aside): it stays open until the server has answered what it was asked, so that a server
 * whose answers hang keeps PG_LATE_MAX connections of a process busy and no more.  A connection is made by steps (pg_dial): in a
 * process whose loop serves others (serving) a call does PG_STEP_MS of it and fails; elsewhere it waits for it.  Each host of the
 * url has PG_CONNECT_S; its name is looked up by a process of its own (pg_resolve.c), because the resolver cannot be hurried. */
#pragma once
#include <libpq-fe.h>
#include "base/buf.h"
#include "base/map.h"
#include "base/rand.h"
#include "io/sql/sql_driver.h"

/* Beside enum sql_type, for arguments made by pg_each.c: an array in the server's binary form. */
enum { PG_ARRAY_I64 = SQL_BLOB + 1, PG_ARRAY_TEXT, PG_ARRAY_BLOB };

enum {
    PG_AHEAD_MAX = 512,         /* statements in the pipe nobody waits for */
    PG_AHEAD_BYTES = 256 << 10, /* and their arguments */
    PG_ARRAYS_MAX = 64 << 20,
    PG_ROOM_BYTES = 128 << 10, /* that an idle connection may keep */
    PG_VERSION_LEAST = 140000,
    PG_CONNECT_S = 3,
    PG_WAIT_MS = 65000, /* the server itself ends a statement after 60 s */
    PG_STEP_MS = 10,
    PG_STEP_REST_MS = 20, /* between two steps that waited */
    PG_LATE_MAX = 4,
    PG_LATE_S = 600,
    PG_HOSTS_MAX = 16,
    PG_PRESSED_MS = 2000, /* since a lock was not to be had: little patience with the next */
    PG_BACKOFF_MS = 50,
    PG_BACKOFF_MAX_MS = 2000
};

struct sql_dialect;

struct pg_statement {
    const char *text;
    char       *sql; /* in PostgreSQL's words */
    char        name[16];
    uint32_t    link; /* the connection it is prepared on; 0 = none */
    PGresult   *rows;
    int         row;
};

/* A connection that is being made. */
struct pg_dial {
    enum { DIAL_NONE, DIAL_NAME, DIAL_CONNECT, DIAL_SETTINGS } phase;
    PGconn *c;
    int     events; /* of its socket, that are waited for */
    int64_t until_us, rested_us;
    size_t  host;        /* whose turn it is */
    int     resolver_fd; /* DIAL_NAME */
    int32_t resolver_pid;
};

struct pg {
    struct sql sql;
    char      *url;
    struct pg_host {
        struct str host, address, port; /* empty: as libpq thinks */
    } hosts[PG_HOSTS_MAX];
    size_t                    nhosts;
    int64_t                   connect_s, wait_ms, idle_s; /* idle_s: after which the server ends a transaction */
    bool                      serving;                    /* this process's loop serves others meanwhile */
    struct pg_dial            dial;
    const struct sql_dialect *words;            /* of statements; NULL: there was no connection yet */
    struct arena             *arena;            /* statements, as long as the handle */
    struct map                statements, each; /* by address of their text: as it is, and for many keys */
    PGconn                   *c;                /* NULL: lost, or not made yet */
    uint32_t                  link;             /* counts connections */
    uint32_t                  names;            /* of prepared statements, on all connections */
    struct pg_late {
        PGconn *c;
        int     syncs;
        int64_t since_us;
    } late[PG_LATE_MAX];
    size_t             nlate;
    struct err         away;       /* why there is no connection */
    int64_t            pressed_us; /* when a lock was not to be had */
    bool               hasty;      /* lock_timeout is the short one */
    char               patient_text[48], hasty_text[48];
    int                tries;  /* to connect, since the last that worked */
    int64_t            try_us; /* the next one, monotonic */
    struct rand_seeded jitter;

    struct pg_statement *sent[2 * PG_AHEAD_MAX + 16]; /* without an answer yet; NULL: its error matters to nobody */
    size_t               nsent, sent_bytes;
    int                  syncs;         /* without an answer yet */
    size_t               largest_bytes; /* message on this connection: libpq keeps room for it */

    bool       in_transaction, view;
    enum rc    failed; /* of the transaction: its first error */
    struct err why;
    int64_t    heard, ring_us;
    bool       to_ring;
};

static inline struct pg *pg_self(const struct sql *db) { return (struct pg *)db; }

/* ---- pg_dial.c ---- */
/* Reads the hosts and connect_timeout of the url.  Once. */
enum rc pg_hosts(struct pg *db, struct err *e) must_use;
/* Goes on with the connection that is being made, or begins one, for wait_ms at most.  RC_OK: db->c.  RC_UNAVAILABLE: not yet
 * (dial.phase), or the attempt has failed and the next one is another host's; RC_INVALID: it never will. */
enum rc pg_dial(struct pg *db, int64_t wait_ms, struct err *e) must_use;
/* All hosts, one after the other, to the end. */
enum rc pg_connect(struct pg *db, struct err *e) must_use;
void    pg_dial_end(struct pg *db);

/* ---- pg_resolve.c ---- */
/* A child process that looks a name up; its answer, numeric addresses parted by commas, comes on ret_fd, which does not block.
 * false: there can be no such process now. */
bool pg_resolve_start(const char *name, int *ret_fd, int32_t *ret_pid);
void pg_resolve_end(int fd, int32_t pid);

/* ---- pg_late.c ---- */
/* The server did not answer in time: the connection waits for its answer by itself. */
void pg_lay_aside(struct pg *db);
/* Ends those whose answers have come, without waiting. */
void pg_late(struct pg *db);
void pg_late_end(struct pg *db);

/* ---- pg_link.c ---- */
/* A notice receiver: libpq would print what the server remarks. */
void pg_unheard(void *to, const PGresult *r);
/* libpq's texts end in a newline and may have several lines. */
struct str pg_one_line(const char *text, char to[160]);
/* A connection that works, as far as can be known without asking; outside a transaction it is made again when it was lost. */
enum rc pg_ready(struct pg *db, struct err *e) must_use;
void    pg_lost(struct pg *db);
void    pg_close(struct pg *db);
/* Takes in what the server said by itself: notifications, its farewell. */
void pg_hear(struct pg *db);
/* What an error of a statement means; text is its own.  A connection that is of no use any more is given up. */
enum rc pg_fault(struct pg *db, const PGresult *r, const char *text, struct err *e);

/* ---- pg_pipe.c ---- */
struct pg_statement *pg_statement(struct pg *db, const char *text);
/* Another that does the same for arrays of keys: see sql_rows_each() and sql_run_each(). */
struct pg_statement *pg_statement_each(struct pg *db, const char *text, const struct sql_each *each);
enum rc              pg_send(struct pg *db, struct pg_statement *s, const struct sql_arg *args, size_t nargs,
                             struct err *e) must_use;
/* ret_last: the answer to the statement sent last, NULL when nobody wants it. */
enum rc pg_wait(struct pg *db, PGresult **ret_last, struct err *e) must_use;
/* The arguments of such a statement: keys as arrays, one a column, that live in bytes. */
enum rc pg_arrays(struct buf *bytes, const struct sql_each *each, struct sql_arg *args, struct err *e) must_use;
/* Closes the batch; its errors, and those of what else is in the pipe, matter to nobody. */
void pg_forget(struct pg *db);
