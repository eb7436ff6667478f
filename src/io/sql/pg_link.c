/* The connection as it is: is it there, what did the server say by itself, what do its errors mean. */
#include <errno.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"

void pg_unheard(void *to, const PGresult *r)
{
    (void)to;
    (void)r;
}

struct str pg_one_line(const char *text, char to[160])
{
    size_t n = 0;

    for (; text[n] && n < 159; n++)
        to[n] = text[n] == '\n' || text[n] == '\t' ? ' ' : text[n];
    return str_trim((struct str){ to, n });
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

/* While somebody holds a lock for long, whoever wants it waits a little only, and others are served between two attempts. */
static void mind_locks(struct pg *db)
{
    bool hasty = db->pressed_us && clock_mono_us() - db->pressed_us < PG_PRESSED_MS * 1000;

    if (!db->serving || hasty == db->hasty)
        return;
    db->hasty = hasty;
    if (pg_send(db, pg_statement(db, hasty ? db->hasty_text : db->patient_text), SQL_NONE, NULL) == RC_OK)
        pg_forget(db);
}

static enum rc not_there(const struct pg *db, struct err *e)
{
    if (e)
        *e = db->away;
    return RC_UNAVAILABLE;
}

/* The next attempt, when it is time for one. */
static enum rc again(struct pg *db, struct err *e)
{
    int64_t now = clock_mono_us();
    bool    rests = now - db->dial.rested_us < PG_STEP_REST_MS * 1000;

    if (db->nlate == PG_LATE_MAX || (!db->dial.phase && now < db->try_us))
        return not_there(db, e);
    return db->serving ? pg_dial(db, rests ? 0 : PG_STEP_MS, e) : pg_connect(db, e);
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
    if (db->nlate)
        pg_late(db);
    if (!db->c)
        TRY(again(db, e));
    mind_locks(db);
    return db->c ? RC_OK : RC_UNAVAILABLE;
}

/* ---- errors ---- */

static const struct {
    const char *state; /* SQLSTATE, or its class */
    enum rc     rc;
    bool        give_up; /* the connection */
    bool        slow;    /* something is in its way */
    const char *text;
} states[] = {
    { "23505", RC_CONFLICT, false, false, "the key exists" },
    { "42P07", RC_CONFLICT, false, false,
      "it exists" }, /* of two that make the same table at once the later one is told so ... */
    { "42710", RC_CONFLICT, false, false, "it exists" }, /* ... or of its type */
    { "57P01", RC_UNAVAILABLE, true, false, "the server is going down" },
    { "57P02", RC_UNAVAILABLE, true, false, "the server is going down" },
    { "57P03", RC_UNAVAILABLE, true, false, "the server is not ready" },
    { "25006", RC_UNAVAILABLE, true, false, "this server only reads" },
    { "25P03", RC_UNAVAILABLE, true, false, "a transaction was idle for too long" },
    { "25P04", RC_UNAVAILABLE, true, false, "a transaction took too long" },
    { "40001", RC_UNAVAILABLE, false, false, "another transaction was first" },
    { "40P01", RC_UNAVAILABLE, false, false, "another transaction was first" },
    { "55P03", RC_UNAVAILABLE, false, true, "another transaction holds a lock" },
    { "57014", RC_UNAVAILABLE, false, true, "it took too long" },
    { "53100", RC_STORAGE, false, false, "the disk is full" },
    { "53", RC_UNAVAILABLE, false, false, "the server has not enough of something" },
    { "58", RC_UNAVAILABLE, false, false, "its disk failed" },
    { "08", RC_UNAVAILABLE, true, false, "the connection was lost" },
    { "22021", RC_INVALID, false, false, "a text is not UTF-8" },
    { "42501", RC_DENIED, false, false, "this user has no right to do that" },
    { "3F000", RC_DENIED, false, false, "there is no schema in which this user has the right to make tables" },
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
            if (states[i].slow)
                db->pressed_us = clock_mono_us();
            return err_set(e, states[i].rc, "database: %s: " STR_FMT, states[i].text, STR_ARG(head));
        }
    struct str why = pg_one_line(message ? message : "", line);
    return err_set(e, RC_INTERNAL, "database: %s " STR_FMT ": " STR_FMT, state, STR_ARG(why), STR_ARG(head));
}
