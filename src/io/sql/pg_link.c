/* Connects to PostgreSQL, and connects again after a loss. */
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"
#include "io/sql/sql_dialect.h"

/* Every statement of the product finds its rows through an index, for each row it joins too.  Plans are made once, often while the
 * tables are still empty: the planner must not think that reading and keeping all there is would be cheaper. */
static const char SETTINGS[] = "set client_min_messages = warning; set standard_conforming_strings = on; set jit = off;"
                               "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;"
                               "set enable_material = off; set lock_timeout = '15s'; set statement_timeout = '60s';"
                               "set idle_in_transaction_session_timeout = '60s'; listen kith;"
                               "select 1 from pg_extension where extname = 'citus'";

/* libpq's texts end in a newline and may have several lines. */
static struct str one_line(const char *text, char to[160])
{
    size_t n = 0;

    for (; text[n] && n < 159; n++)
        to[n] = text[n] == '\n' || text[n] == '\t' ? ' ' : text[n];
    return str_trim((struct str){ to, n });
}

/* libpq would print what the server remarks. */
static void unheard(void *to, const PGresult *r)
{
    (void)to;
    (void)r;
}

static PGconn *dial(const char *url)
{
    char title[17] = "", seconds[12];
    prctl(PR_GET_NAME, title);
    snprintf(seconds, sizeof seconds, "%d", PG_CONNECT_S);
    /* What the url says comes last and wins. */
    const char *const names[] = { "connect_timeout",
                                  "application_name",
                                  "client_encoding",
                                  "keepalives_idle",
                                  "keepalives_interval",
                                  "keepalives_count",
                                  "tcp_user_timeout",
                                  "gssencmode",
                                  "target_session_attrs",
                                  "dbname",
                                  NULL };
    const char *const values[] = {
        seconds, title, "UTF8", "10", "5", "3", "20000", "disable", "read-write", url, NULL
    };
    return PQconnectdbParams(names, values, 1);
}

static enum rc check(struct pg *db, PGconn *c, struct err *e)
{
    const char *encoding = PQparameterStatus(c, "server_encoding");
    int         version = PQserverVersion(c);

    if (version < PG_VERSION_LEAST)
        return err_set(e, RC_INVALID, "database: PostgreSQL %d is too old, 14 or newer is needed", version / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_set(e, RC_INVALID, "database: its encoding is %s, it must be UTF8", encoding ? encoding : "unknown");
    PGresult *r = PQexec(c, SETTINGS);
    bool      ok = PQresultStatus(r) == PGRES_TUPLES_OK;
    char      line[160];
    if (!ok) {
        struct str why = one_line(PQerrorMessage(c), line);
        err_set(e, RC_UNAVAILABLE, "database: " STR_FMT, STR_ARG(why));
    }
    db->words = PQntuples(r) > 0 ? &sql_dialect_citus_statement : &sql_dialect_postgres_statement;
    PQclear(r);
    return ok && PQenterPipelineMode(c) ? RC_OK : RC_UNAVAILABLE;
}

static void backoff(struct pg *db)
{
    int64_t most = (int64_t)PG_BACKOFF_MS << (db->tries < 8 ? db->tries : 8);

    db->tries++;
    db->try_us = clock_mono_us() + (int64_t)rand_below(&db->jitter, (uint64_t)i64_min(most, PG_BACKOFF_MAX_MS) * 1000);
}

enum rc pg_connect(struct pg *db, struct err *e)
{
    char    line[160];
    PGconn *c = dial(db->url);
    enum rc rc = RC_OK;

    if (PQstatus(c) != CONNECTION_OK) {
        struct str why = one_line(PQerrorMessage(c), line);
        rc = err_set(e, RC_UNAVAILABLE, "database: " STR_FMT, STR_ARG(why));
    } else {
        rc = check(db, c, e);
    }
    if (rc != RC_OK) {
        PQfinish(c);
        backoff(db);
        return rc;
    }
    PQsetNoticeReceiver(c, unheard, NULL);
    db->c = c;
    db->link++;
    db->largest_bytes = 0;
    db->tries = 0;
    db->heard++; /* what was said meanwhile was not heard */
    return RC_OK;
}

void pg_close(struct pg *db)
{
    if (db->c)
        PQfinish(db->c);
    db->c = NULL;
    db->nsent = db->sent_bytes = 0;
    db->syncs = 0;
}

void pg_lost(struct pg *db)
{
    pg_close(db);
    if (db->in_transaction && !db->failed)
        db->failed = err_set(&db->why, RC_UNAVAILABLE, "database: the connection was lost");
}

void pg_hear(struct pg *db)
{
    char byte;

    for (int looks = 0; db->c && looks < 1000; looks++) {
        ssize_t n = recv(PQsocket(db->c), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            break;
        if (n <= 0 || !PQconsumeInput(db->c))
            pg_lost(db);
    }
    for (PGnotify *note; db->c && (note = PQnotifies(db->c)); PQfreemem(note))
        db->heard += note->be_pid != PQbackendPID(db->c);
}

enum rc pg_ready(struct pg *db, struct err *e)
{
    if (db->in_transaction) {
        if (db->failed && e)
            *e = db->why;
        return db->failed;
    }
    if (db->c && db->nsent == 0)
        pg_hear(db);
    if (db->c)
        return RC_OK;
    if (clock_mono_us() < db->try_us)
        return err_set(e, RC_UNAVAILABLE, "database: not reachable");
    return pg_connect(db, e);
}

/* ---- errors ---- */

static const struct {
    const char *state; /* SQLSTATE, or its class */
    enum rc     rc;
    bool        give_up; /* the connection */
    const char *text;
} states[] = {
    { "23505", RC_CONFLICT, false, "the key exists" },
    { "42P07", RC_CONFLICT, false,
      "it exists" }, /* of two that make the same table at once the later one is told so ... */
    { "42710", RC_CONFLICT, false, "it exists" }, /* ... or of its type */
    { "57P01", RC_UNAVAILABLE, true, "the server is going down" },
    { "57P02", RC_UNAVAILABLE, true, "the server is going down" },
    { "57P03", RC_UNAVAILABLE, true, "the server is not ready" },
    { "25006", RC_UNAVAILABLE, true, "this server only reads" },
    { "25P03", RC_UNAVAILABLE, true, "a transaction was idle for too long" },
    { "25P04", RC_UNAVAILABLE, true, "a transaction took too long" },
    { "40001", RC_UNAVAILABLE, false, "another transaction was first" },
    { "40P01", RC_UNAVAILABLE, false, "another transaction was first" },
    { "55P03", RC_UNAVAILABLE, false, "another transaction holds a lock" },
    { "57014", RC_UNAVAILABLE, false, "it took too long" },
    { "53100", RC_UNAVAILABLE, false, "the disk is full" },
    { "53", RC_UNAVAILABLE, false, "the server has not enough of something" },
    { "08", RC_UNAVAILABLE, true, "the connection was lost" },
    { "22021", RC_INVALID, false, "a text is not UTF-8" },
    { "42501", RC_DENIED, false, "this user has no right to do that" },
    { "3F000", RC_DENIED, false, "there is no schema in which this user has the right to make tables" },
};

enum rc pg_fault(struct pg *db, const PGresult *r, const char *text, struct err *e)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE),
               *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    struct str head = str_head(str_of(text), 40);
    char       line[160];

    if (PQstatus(db->c) == CONNECTION_BAD || !state) {
        pg_lost(db);
        return err_set(e, RC_UNAVAILABLE, "database: the connection was lost: " STR_FMT, STR_ARG(head));
    }
    if (str_is(str_of(state), "25006") && db->view)
        return err_set(e, RC_INTERNAL, "database: a view does not write: " STR_FMT, STR_ARG(head));
    for (size_t i = 0; i < countof(states); i++)
        if (str_starts(str_of(state), str_of(states[i].state))) {
            if (states[i].give_up)
                pg_lost(db);
            return err_set(e, states[i].rc, "database: %s: " STR_FMT, states[i].text, STR_ARG(head));
        }
    struct str why = one_line(message ? message : "", line);
    return err_set(e, RC_INTERNAL, "database: %s " STR_FMT ": " STR_FMT, state, STR_ARG(why), STR_ARG(head));
}
