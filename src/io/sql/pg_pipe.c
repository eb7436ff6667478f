/* Sends statements to PostgreSQL in pipeline mode and reads their results in order. */
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"
#include "io/sql/sql_dialect.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_BYTEAS = 1001, OID_TEXTS = 1009, OID_INT8S = 1016 };

struct pg_statement *pg_statement(struct pg *db, const char *text)
{
    uint64_t *slot = map_at_u64(&db->statements, (uintptr_t)text);

    if (!*slot) {
        struct pg_statement *s = arena_new_of(db->arena, struct pg_statement);
        auto_buf             sql = buf_of(SQL_SCRIPT_MAX);
        sql_dialect(&sql, str_of(text), db->words);
        assert(!buf_full(&sql));
        s->text = text;
        s->sql = (char *)(uintptr_t)str_copy(db->arena, buf_str(&sql)).p;
        *slot = (uintptr_t)s;
    }
    return (struct pg_statement *)(uintptr_t)*slot;
}

/* ---- arguments ---- */

struct bound {
    const char *value[SQL_ARGS_MAX];
    int         length[SQL_ARGS_MAX], format[SQL_ARGS_MAX];
    Oid         type[SQL_ARGS_MAX];
    uint64_t    number[SQL_ARGS_MAX];
    size_t      bytes;
};

static void bind(struct bound *b, const struct sql_arg *args, size_t n)
{
    static const Oid types[] = {
        [SQL_NULL] = 0,
        [SQL_I64] = OID_INT8,
        [SQL_TEXT] = OID_TEXT,
        [SQL_BLOB] = OID_BYTEA,
        [PG_ARRAY_I64] = OID_INT8S,
        [PG_ARRAY_TEXT] = OID_TEXTS,
        [PG_ARRAY_BLOB] = OID_BYTEAS,
    };

    b->bytes = 64;
    for (size_t i = 0; i < n; i++) {
        const struct sql_arg *v = &args[i];
        b->type[i] = types[v->type];
        b->format[i] = 1;
        b->number[i] = __builtin_bswap64((uint64_t)v->i);
        b->value[i] = v->type == SQL_NULL ? NULL : v->type == SQL_I64 ? (char *)&b->number[i] : v->s.p ? v->s.p : "";
        b->length[i] = v->type == SQL_I64 ? 8 : (int)v->s.n;
        b->bytes += (size_t)b->length[i];
    }
}

/* ---- the pipe ---- */

static void remember(struct pg *db, size_t bytes)
{
    if (bytes > db->largest_bytes)
        db->largest_bytes = bytes;
}

static void note(struct pg *db, struct pg_statement *s, size_t bytes)
{
    db->sent[db->nsent++] = s;
    db->sent_bytes += bytes;
    remember(db, bytes);
}

static enum rc broken(struct pg *db, struct err *e)
{
    pg_lost(db);
    return err_set(e, RC_UNAVAILABLE, "database: the connection was lost");
}

static enum rc prepare(struct pg *db, struct pg_statement *s, const struct bound *b, size_t nargs, struct err *e)
{
    snprintf(s->name, sizeof s->name, "s%u", ++db->names);
    if (!PQsendPrepare(db->c, s->name, s->sql, (int)nargs, b->type))
        return broken(db, e);
    s->link = db->link;
    note(db, s, 0);
    return RC_OK;
}

enum rc pg_send(struct pg *db, struct pg_statement *s, const struct sql_arg *args, size_t nargs, struct err *e)
{
    struct bound b;

    assert(nargs <= SQL_ARGS_MAX);
    bind(&b, args, nargs);
    if (db->nsent + 2 > PG_AHEAD_MAX || db->sent_bytes > PG_AHEAD_BYTES)
        TRY(pg_wait(db, NULL, e));
    if (s->link != db->link)
        TRY(prepare(db, s, &b, nargs, e));
    if (!PQsendQueryPrepared(db->c, s->name, (int)nargs, b.value, b.length, b.format, 1))
        return broken(db, e);
    note(db, s, b.bytes);
    return RC_OK;
}

static enum rc sync(struct pg *db, struct err *e)
{
    if (!PQpipelineSync(db->c))
        return broken(db, e);
    db->syncs++;
    return RC_OK;
}

/* What was prepared behind the error may not be there: none of this batch is trusted. */
static void distrust(struct pg *db)
{
    for (size_t i = 0; i < db->nsent; i++)
        if (db->sent[i])
            db->sent[i]->link = 0;
}

static enum rc fail(struct pg *db, const PGresult *r, const char *text, struct err *e)
{
    struct err own = { 0 };

    distrust(db);
    enum rc rc = pg_fault(db, r, text, &own);
    if (db->in_transaction && (!db->failed || !db->c)) {
        db->failed = rc;
        db->why = own;
    }
    if (e)
        *e = own;
    return rc;
}

static enum rc silent(struct pg *db, struct err *e)
{
    pg_lay_aside(db);
    return err_set(e, RC_UNAVAILABLE, "database: no answer for %lld ms", (long long)db->wait_ms);
}

/* Until PQgetResult() has something to say.  A connection that broke is something. */
static enum rc await(struct pg *db, int64_t until_us, struct err *e)
{
    while (PQisBusy(db->c)) {
        int64_t       left_us = until_us - clock_mono_us();
        struct pollfd p = { .fd = PQsocket(db->c), .events = POLLIN };
        if (PQflush(db->c) > 0)
            p.events |= POLLOUT;
        if (left_us <= 0)
            return silent(db, e);
        if (poll(&p, 1, (int)((left_us + 999) / 1000)) > 0 && p.revents & ~POLLOUT && !PQconsumeInput(db->c))
            break;
    }
    return RC_OK;
}

/* The answer that had come before the others did not. */
static void drop(PGresult **given)
{
    if (!given)
        return;
    PQclear(*given);
    *given = NULL;
}

enum rc pg_wait(struct pg *db, PGresult **ret_last, struct err *e)
{
    enum rc    rc = RC_OK;
    size_t     at = 0, last = db->nsent - 1;
    int64_t    until_us = clock_mono_us() + db->wait_ms * 1000;
    PGresult **given = ret_last;

    TRY(sync(db, e));
    while (db->c && db->syncs) {
        if (await(db, until_us, e) != RC_OK) {
            drop(given);
            return RC_UNAVAILABLE;
        }
        PGresult      *r = PQgetResult(db->c);
        ExecStatusType status = PQresultStatus(r);
        if (!r) {
            at++;
            if (PQstatus(db->c) == CONNECTION_BAD || at > db->nsent)
                rc = broken(db, e);
            continue;
        }
        if (status == PGRES_PIPELINE_SYNC)
            db->syncs--;
        else if (status == PGRES_FATAL_ERROR && rc == RC_OK && at < db->nsent && db->sent[at])
            rc = fail(db, r, db->sent[at]->text, e);
        if (ret_last && at == last && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)) {
            *ret_last = r;
            ret_last = NULL;
            remember(db, PQresultMemorySize(r));
        } else {
            PQclear(r);
        }
    }
    db->nsent = db->sent_bytes = 0;
    return rc;
}

void pg_forget(struct pg *db)
{
    distrust(db);
    for (size_t i = 0; i < db->nsent; i++)
        db->sent[i] = NULL;
    enum rc rc = sync(db, NULL);
    (void)rc; /* a lost connection shows at its next use */
}
