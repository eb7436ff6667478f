/* Services outside: what they allow and what was drawn. */
#include "store/installation/services.h"
#include <stdio.h>
#include "base/utf8.h"

#define COLUMNS                                                                                                 \
    "name, limit_calls, window_ms, window_start_ms, used, next_us, closed_until_ms, hour_start_ms, hour_used, " \
    "span_start_ms, span_used, span_before, price_micro, closed_why, raise_note"

static const char ENSURE[] = "insert into services (name, limit_calls, window_ms, price_micro, raise_note)"
                             " values ($1, $2, $3, $4, $5) on conflict (name) do nothing";
static const char GET[] = "select " COLUMNS " from services where name = $1 /*postgres: for update*/";
static const char LIST[] = "select " COLUMNS " from services order by name limit $1";
static const char DRAWN[] =
    "update services set window_start_ms = $2, used = $3, next_us = $4, hour_start_ms = $5, hour_used = $6,"
    " span_start_ms = $7, span_used = $8, span_before = $9 where name = $1";
static const char SET[] = "update services set limit_calls = $2, window_ms = $3, price_micro = $4, raise_note = $5, "
                          "next_us = 0 where name = $1";
static const char CLOSE[] = "update services set closed_until_ms = $2, closed_why = $3"
                            " where name = $1 and closed_until_ms < $2";
static const char OPEN[] = "update services set closed_until_ms = 0, closed_why = '' where name = $1";

static void take_text(char *to, size_t room, struct str from) { snprintf(to, room, STR_FMT, STR_ARG(from)); }

static void take_row(const struct sql_rows *r, struct service *s)
{
    *s = (struct service){ .limit_calls = row_i64(r, 1),
                           .window_ms = i64_max(row_i64(r, 2), 1),
                           .window_start_ms = row_i64(r, 3),
                           .used = row_i64(r, 4),
                           .next_us = row_i64(r, 5),
                           .closed_until_ms = row_i64(r, 6),
                           .hour_start_ms = row_i64(r, 7),
                           .hour_used = row_i64(r, 8),
                           .span_start_ms = row_i64(r, 9),
                           .span_used = row_i64(r, 10),
                           .span_before = row_i64(r, 11),
                           .price_micro = row_i64(r, 12) };
    take_text(s->name, sizeof s->name, row_text(r, 0));
    take_text(s->closed_why, sizeof s->closed_why, row_text(r, 13));
    take_text(s->raise_note, sizeof s->raise_note, row_text(r, 14));
}

enum rc services_ensure(struct sql *db, const struct service *rows, size_t n, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, ENSURE,
                    SQL_ARGS(TEXT(str_of(rows[i].name)), I64(rows[i].limit_calls), I64(rows[i].window_ms),
                             I64(rows[i].price_micro), TEXT(str_of(rows[i].raise_note))),
                    NULL));
    return sql_leave(&own, e);
}

enum rc services_get(struct sql *db, struct str name, struct service *ret, struct err *e)
{
    auto_rows rows = { 0 };
    bool      found;

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(TEXT(name))));
    found = rows_next(&rows);
    if (found)
        take_row(&rows, ret);
    TRY(rows_end(&rows, e));
    return found ? RC_OK : err_set(e, RC_NOT_FOUND, "no service " STR_FMT, STR_ARG(str_head(name, SERVICE_NAME_MAX)));
}

enum rc services_list(struct sql *db, struct service *ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    size_t    n = 0;

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(SERVICES_MAX))));
    while (n < SERVICES_MAX && rows_next(&rows))
        take_row(&rows, &ret[n++]);
    *ret_n = n;
    return rows_end(&rows, e);
}

enum rc services_drawn(struct sql *db, const struct service *s, struct err *e)
{
    return sql_run(db, e, DRAWN,
                   SQL_ARGS(TEXT(str_of(s->name)), I64(s->window_start_ms), I64(s->used), I64(s->next_us),
                            I64(s->hour_start_ms), I64(s->hour_used), I64(s->span_start_ms), I64(s->span_used),
                            I64(s->span_before)),
                   NULL);
}

enum rc services_set(struct sql *db, const struct service *s, struct err *e)
{
    TRY(services_ensure(db, s, 1, e));
    return sql_run(db, e, SET,
                   SQL_ARGS(TEXT(str_of(s->name)), I64(s->limit_calls), I64(s->window_ms), I64(s->price_micro),
                            TEXT(str_of(s->raise_note))),
                   NULL);
}

enum rc services_close(struct sql *db, struct str name, int64_t until_ms, struct str why, struct err *e)
{
    return sql_run(db, e, CLOSE, SQL_ARGS(TEXT(name), I64(until_ms), TEXT(utf8_head(why, SERVICE_TEXT_MAX))), NULL);
}

enum rc services_open(struct sql *db, struct str name, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, OPEN, SQL_ARGS(TEXT(name)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no service " STR_FMT, STR_ARG(str_head(name, SERVICE_NAME_MAX)));
}
