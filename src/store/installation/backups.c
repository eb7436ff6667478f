/* The record of scheduled backups: claimed, renewed, done or failed, rotated. */
#include "store/installation/backups.h"
#include "base/vec.h"

static const char CLAIM[] =
    "insert into backups (due_ms, host, began_ms, alive_ms, file) values ($1, $2, $3, $3, $4)"
    " on conflict (due_ms) do update set host = excluded.host, began_ms = excluded.began_ms, alive_ms = "
    "excluded.alive_ms,"
    " file = excluded.file where backups.done_ms = 0 and backups.alive_ms <= excluded.alive_ms - 3600000";
_Static_assert(BACKUP_SILENT_MS == 3600000, "stands in the statement");
static const char RENEW[] = "update backups set alive_ms = $2 where due_ms = $1 and done_ms = 0";
static const char DONE[] =
    "update backups set done_ms = $2, alive_ms = $2, bytes = $3, row_count = $4, why = '' where due_ms = $1";
static const char OLD[] = "delete from backups where due_ms < $1 and file = ''";
static const char FAILED[] = "update backups set alive_ms = $2, why = $3 where due_ms = $1 and done_ms = 0";
static const char FILES[] = "select due_ms, began_ms, done_ms, bytes, file, why from backups"
                            " where host = $1 and due_ms < $2 and file <> '' order by due_ms desc";
static const char FORGET[] = "update backups set file = '' where due_ms = $1";
static const char FORGET_ALL[] = "update backups set file = '' where file <> ''";
static const char LAST[] =
    "select due_ms, began_ms, done_ms, bytes, file, why from backups where done_ms > 0 order by due_ms desc limit 1";
static const char FIRST[] = "select due_ms, began_ms, done_ms, bytes, file, why from backups order by due_ms limit 1";
static const char NEWEST[] =
    "select due_ms, began_ms, done_ms, bytes, file, why from backups order by due_ms desc limit 1";

static const int64_t YEAR_MS = (int64_t)366 * 24 * 3600 * 1000;

enum rc backups_claim(struct sql *db, int64_t due_ms, struct str host, struct str file, int64_t now_ms, bool *ret_mine,
                      struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, CLAIM, SQL_ARGS(I64(due_ms), TEXT(host), I64(now_ms), TEXT(file)), &changed));
    *ret_mine = changed > 0;
    return RC_OK;
}

enum rc backups_renew(struct sql *db, int64_t due_ms, int64_t now_ms, struct err *e)
{
    return sql_run(db, e, RENEW, SQL_ARGS(I64(due_ms), I64(now_ms)), NULL);
}

enum rc backups_done(struct sql *db, int64_t due_ms, int64_t now_ms, int64_t bytes, int64_t rows, struct err *e)
{
    TRY(sql_run(db, e, DONE, SQL_ARGS(I64(due_ms), I64(now_ms), I64(bytes), I64(rows)), NULL));
    return sql_run(db, e, OLD, SQL_ARGS(I64(now_ms - YEAR_MS)), NULL);
}

enum rc backups_failed(struct sql *db, int64_t due_ms, int64_t again_ms, struct str why, struct err *e)
{
    return sql_run(db, e, FAILED, SQL_ARGS(I64(due_ms), I64(again_ms - BACKUP_SILENT_MS), TEXT(why)), NULL);
}

static struct backup take_row(struct arena *a, const struct sql_rows *row)
{
    return (struct backup){ .due_ms = row_i64(row, 0),
                            .began_ms = row_i64(row, 1),
                            .done_ms = row_i64(row, 2),
                            .bytes = row_i64(row, 3),
                            .file = str_copy(a, row_text(row, 4)),
                            .why = str_copy(a, row_text(row, 5)) };
}

enum rc backups_files(struct sql *db, struct arena *a, struct str host, int64_t due_ms, struct backup **ret,
                      size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct backup) list = { 0 };

    TRY(sql_rows(db, &rows, e, FILES, SQL_ARGS(TEXT(host), I64(due_ms))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc backups_forget(struct sql *db, int64_t due_ms, struct err *e)
{
    return sql_run(db, e, FORGET, SQL_ARGS(I64(due_ms)), NULL);
}

enum rc backups_forget_all(struct sql *db, struct err *e) { return sql_run(db, e, FORGET_ALL, SQL_NONE, NULL); }

/* Zeroes when there is none. */
static enum rc one(struct sql *db, struct arena *a, const char *text, struct backup *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = (struct backup){ .file = S(""), .why = S("") };
    TRY(sql_rows(db, &rows, e, text, SQL_NONE));
    if (rows_next(&rows))
        *ret = take_row(a, &rows);
    return rows_end(&rows, e);
}

enum rc backups_state(struct sql *db, struct arena *a, struct backups_state *ret, struct err *e)
{
    struct backup last, first, newest;

    TRY(one(db, a, LAST, &last, e));
    TRY(one(db, a, FIRST, &first, e));
    TRY(one(db, a, NEWEST, &newest, e));
    *ret = (struct backups_state){ last.done_ms, last.bytes, first.began_ms, newest.done_ms ? S("") : newest.why };
    return RC_OK;
}

int64_t backups_late_ms(const struct backups_state *s, int64_t now_ms)
{
    int64_t since = s->good_ms ? s->good_ms : s->first_ms;
    return since && now_ms - since > BACKUP_LATE_MS ? now_ms - since : 0;
}
