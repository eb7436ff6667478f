/* store/installation/database.h - how the database is, in its own words: what the console, the history and /metrics show of it. */
#pragma once
#include "io/sql/sql.h"

enum { DATABASE_REPLICAS = 8 };
struct replica {
    struct str name, state; /* state: sync, async, potential, quorum */
    int64_t    lag_bytes;
};
struct database {
    struct str kind;                                         /* sqlite, postgresql */
    int64_t    ping_us, bytes, connections, connections_max; /* max: of the whole server; 0 = it has no such limit */
    struct replica replica[DATABASE_REPLICAS];
    size_t         nreplicas;
};
/* A round trip, then its size.  RC_UNAVAILABLE when it does not answer.  SQLite: one connection is this one, no replicas. */
enum rc database_look(struct sql *db, struct arena *a, struct database *ret, struct err *e) must_use;
