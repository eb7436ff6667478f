/* Values of the whole installation by name. */
#include "store/installation/settings.h"

static const char GET[] = "select value from settings where name = $1";
static const char SET[] =
    "insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
static const char ADD[] = "insert into settings (name, value) values ($1, $2) on conflict (name) do nothing";

enum rc settings_get(struct sql *db, struct arena *a, struct str name, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(TEXT(name))));
    if (rows_next(&rows)) {
        *ret = str_copy(a, row_text(&rows, 0));
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no setting " STR_FMT, STR_ARG(name));
}

enum rc settings_set(struct sql *db, struct str name, struct str value, struct err *e)
{
    return sql_run(db, e, SET, SQL_ARGS(TEXT(name), TEXT(value)), NULL);
}

enum rc settings_ensure(struct sql *db, struct arena *a, struct str name, struct str value, struct str *ret,
                        struct err *e)
{
    TRY(sql_run(db, e, ADD, SQL_ARGS(TEXT(name), TEXT(value)), NULL));
    return settings_get(db, a, name, ret, e);
}
