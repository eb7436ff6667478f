/* store/installation/server.h - a PostgreSQL server as `kith doctor` looks at it.  What the role may not see is "" or -1.
 * RC_NOT_FOUND from a database that is no server. */
#pragma once
#include "io/sql/sql.h"

struct server {
    int64_t    version;          /* 150018 */
    struct str encoding, folder; /* folder: of its data, on its host */
    struct str synchronous_commit, fsync, full_page_writes, autovacuum, wal_level;
    struct str standbys;                     /* synchronous_standby_names */
    int64_t    standbys_sync, standbys_all;  /* connected now: as synchronous ones; all */
    int64_t    connections, connections_max; /* max: without those kept for superusers */
    int64_t    clock_ms, bytes;
    int64_t    idle_s, old_s;                       /* longest: idle inside a transaction; snapshot held */
    int64_t    ready_live, ready_dead, ready_bytes; /* the hot table of the queue */
    int64_t    invalid_indexes, citus;
};
enum rc server_look(struct sql *db, struct arena *a, struct server *ret, struct err *e) must_use;

/* What Citus is told, from the tables that are there. */
struct server_table {
    struct str name, key; /* first column of its primary key */
    int64_t    strays;    /* unique indexes that begin with another column */
};
enum rc server_tables(struct sql *db, struct arena *a, struct server_table **ret, size_t *ret_n,
                      struct err *e) must_use;
