/* How the database is, for the console and metrics. */
#include "store/installation/database.h"
#include "base/clock.h"

static const char PING[] = "select 1";
/* kind, bytes, connections, and how many there may be */
static const char ITSELF[] =
    "/*sqlite: select 'sqlite', page_count * page_size, 1, 0 from pragma_page_count(), pragma_page_size() */"
    "/*postgres: select 'postgresql', pg_database_size(current_database()),"
    " (select count(*) from pg_stat_activity where datname = current_database()),"
    " current_setting('max_connections')::bigint */";
static const char REPLICAS[] =
    "/*sqlite: select '', '', 0 where 0 */"
    "/*postgres: select coalesce(application_name, ''), coalesce(sync_state, ''),"
    " coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::bigint from pg_stat_replication limit 8 */";

static enum rc replicas(struct sql *db, struct arena *a, struct database *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, REPLICAS, SQL_NONE));
    while (ret->nreplicas < DATABASE_REPLICAS && rows_next(&rows))
        ret->replica[ret->nreplicas++] =
            (struct replica){ str_copy(a, row_text(&rows, 0)), str_copy(a, row_text(&rows, 1)), row_i64(&rows, 2) };
    return rows_end(&rows, e);
}

enum rc database_look(struct sql *db, struct arena *a, struct database *ret, struct err *e)
{
    auto_rows rows = { 0 };
    int64_t   one, began_us = clock_mono_us();

    *ret = (struct database){ 0 };
    TRY(sql_one_i64(db, e, PING, SQL_NONE, &one));
    ret->ping_us = clock_mono_us() - began_us;
    TRY(sql_rows(db, &rows, e, ITSELF, SQL_NONE));
    if (rows_next(&rows)) {
        ret->kind = str_copy(a, row_text(&rows, 0));
        ret->bytes = row_i64(&rows, 1);
        ret->connections = row_i64(&rows, 2);
        ret->connections_max = row_i64(&rows, 3);
    }
    TRY(rows_end(&rows, e));
    return replicas(db, a, ret, e);
}
