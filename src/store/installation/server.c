/* Looks at a PostgreSQL server for kith doctor. */
#include "store/installation/server.h"
#include "base/vec.h"

#define SETTING(name) "coalesce((select setting from pg_settings where name = '" name "'), '')"
/* clang-format takes a name between texts for a call, and indents by three hundred columns. */
/* clang-format off */
static const char LOOK[] =
    "/*sqlite: select '' where false */"
    "/*postgres: select " SETTING("server_version_num") "::bigint, pg_encoding_to_char(encoding)::text, " SETTING("data_directory") ", "
    SETTING("synchronous_commit") ", " SETTING("fsync") ", " SETTING("full_page_writes") ", " SETTING("autovacuum") ", "
    SETTING("wal_level") ", " SETTING("synchronous_standby_names") ","
    " (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')),"
    " (select count(*) from pg_stat_replication),"
    " (select count(*) from pg_stat_activity where backend_type = 'client backend'),"
    " (" SETTING("max_connections") "::bigint - " SETTING("superuser_reserved_connections") "::bigint),"
    " (extract(epoch from clock_timestamp()) * 1000)::bigint, pg_database_size(current_database()),"
    " (select coalesce(max(extract(epoch from clock_timestamp() - state_change)), 0)::bigint from pg_stat_activity"
    " where datname = current_database() and state like 'idle in transaction%'),"
    " (select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::bigint from pg_stat_activity"
    " where datname = current_database() and backend_xmin is not null),"
    " coalesce((select n_live_tup from pg_stat_user_tables where relname = 'job_ready'), 0),"
    " coalesce((select n_dead_tup from pg_stat_user_tables where relname = 'job_ready'), 0),"
    " coalesce(pg_table_size(to_regclass('job_ready')), 0),"
    " (select count(*) from pg_index i join pg_class c on c.oid = i.indrelid"
    " where not i.indisvalid and c.relnamespace = current_schema()::regnamespace),"
    " (select count(*) from pg_extension where extname = 'citus')"
    " from pg_database where datname = current_database() */";
/* clang-format on */

static const char TABLES[] =
    "/*sqlite: select '', '', 0 where false */"
    "/*postgres: select c.relname::text, a.attname::text, (select count(*) from pg_index u join pg_attribute f"
    " on f.attrelid = c.oid and f.attnum = u.indkey[0] where u.indrelid = c.oid and u.indisunique and f.attname <> "
    "a.attname)"
    " from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary"
    " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]"
    " where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace order by c.relname collate "
    "\"C\" */";

static void take(struct arena *a, const struct sql_rows *row, struct server *ret)
{
    struct str *const texts[] = { &ret->encoding,         &ret->folder,     &ret->synchronous_commit, &ret->fsync,
                                  &ret->full_page_writes, &ret->autovacuum, &ret->wal_level,          &ret->standbys };
    int64_t *const    numbers[] = { &ret->standbys_sync, &ret->standbys_all, &ret->connections, &ret->connections_max,
                                    &ret->clock_ms,      &ret->bytes,        &ret->idle_s,      &ret->old_s,
                                    &ret->ready_live,    &ret->ready_dead,   &ret->ready_bytes, &ret->invalid_indexes,
                                    &ret->citus };
    int               at = 0;

    ret->version = row_i64(row, at++);
    for (size_t i = 0; i < countof(texts); i++)
        *texts[i] = str_copy(a, row_text(row, at++));
    for (size_t i = 0; i < countof(numbers); i++)
        *numbers[i] = row_i64(row, at++);
}

enum rc server_look(struct sql *db, struct arena *a, struct server *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, LOOK, SQL_NONE));
    if (rows_next(&rows)) {
        take(a, &rows, ret);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "the database is a file");
}

enum rc server_tables(struct sql *db, struct arena *a, struct server_table **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct server_table) list = { 0 };

    TRY(sql_rows(db, &rows, e, TABLES, SQL_NONE));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct server_table){ str_copy(a, row_text(&rows, 0)), str_copy(a, row_text(&rows, 1)),
                                                     row_i64(&rows, 2) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}
