/* Connections whose server did not answer in time: they stay open until it has, and are closed then. */
#include <assert.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"

enum { ANSWERS_MAX = 4096 };

/* A server that has not even read what it was asked is doing nothing of it. */
void pg_lay_aside(struct pg *db)
{
    assert(db->nlate < PG_LATE_MAX);
    if (PQflush(db->c) == 0)
        db->late[db->nlate++] = (struct pg_late){ db->c, db->syncs, clock_mono_us() };
    else
        PQfinish(db->c);
    db->c = NULL;
    err_set(&db->away, RC_UNAVAILABLE, "database: the server does not answer");
    pg_lost(db);
}

/* Has it answered all it was asked, or will it never? */
static bool is_over(struct pg_late *l)
{
    if (!PQconsumeInput(l->c) || clock_mono_us() - l->since_us > (int64_t)PG_LATE_S * 1000000)
        return true;
    for (int i = 0; i < ANSWERS_MAX && l->syncs && !PQisBusy(l->c); i++) {
        PGresult *r = PQgetResult(l->c);
        l->syncs -= PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        PQclear(r);
        if (PQstatus(l->c) == CONNECTION_BAD)
            return true;
    }
    return l->syncs == 0;
}

void pg_late(struct pg *db)
{
    for (size_t i = db->nlate; i-- > 0;)
        if (is_over(&db->late[i])) {
            PQfinish(db->late[i].c);
            db->late[i] = db->late[--db->nlate];
        }
}

void pg_late_end(struct pg *db)
{
    while (db->nlate)
        PQfinish(db->late[--db->nlate].c);
}
