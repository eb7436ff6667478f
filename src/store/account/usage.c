/* What an account holds: one row of differences per account, read for quotas and settings. */
#include "store/account/usage.h"
#include "base/clock.h"
#include "base/rand.h"

static const char OF[] = "select coalesce(u.cards, 0), coalesce(u.card_bytes, 0), coalesce(u.history_bytes, 0), "
                         "coalesce(u.original_bytes, 0),"
                         " coalesce(u.photo_bytes, 0), coalesce(u.upload_bytes, 0),"
                         " (select count(*) from sessions s where s.account_id = $1 and s.kind = 1),"
                         " (select count(*) from imports i where i.account_id = $1 and i.id >= $2)"
                         " from accounts a left join usage u on u.account_id = a.account_id where a.account_id = $1";
static const char ADD[] =
    "insert into usage (account_id, cards, card_bytes, history_bytes, original_bytes, photo_bytes, upload_bytes)"
    " values ($1, $2, $3, $4, $5, $6, $7) on conflict (account_id) do update set cards = usage.cards + excluded.cards,"
    " card_bytes = usage.card_bytes + excluded.card_bytes, history_bytes = usage.history_bytes + "
    "excluded.history_bytes,"
    " original_bytes = usage.original_bytes + excluded.original_bytes,"
    " photo_bytes = usage.photo_bytes + excluded.photo_bytes, upload_bytes = usage.upload_bytes + "
    "excluded.upload_bytes";
static const char COUNTED_MS[] = "select coalesce(u.counted_ms, 0) from accounts a"
                                 " left join usage u on u.account_id = a.account_id where a.account_id = $1";
static const char COUNTED[] = "update usage set counted_ms = $2 where account_id = $1";

#define SUM_OF(what, table) ", (select cast(coalesce(sum(" what "), 0) as bigint) from " table " where account_id = $1)"
static const char COUNT[] =
    "select (select count(*) from cards where account_id = $1)" SUM_OF(TEXT_BYTES("card_json"), "cards")
        SUM_OF(TEXT_BYTES("prev_json"), "journal") SUM_OF(RECORD_BYTES(""), "records") SUM_OF("length(bytes)", "blobs")
            SUM_OF("bytes", "imports") SUM_OF(RECORD_BYTES(""), "records_before");

static const int64_t DAY_MS = 24 * 3600 * 1000;

static struct usage take_row(const struct sql_rows *rows)
{
    return (struct usage){ .cards = row_i64(rows, 0),
                           .card_bytes = row_i64(rows, 1),
                           .history_bytes = row_i64(rows, 2),
                           .original_bytes = row_i64(rows, 3),
                           .photo_bytes = row_i64(rows, 4),
                           .upload_bytes = row_i64(rows, 5) };
}

enum rc usage_of(struct sql *db, int64_t account, struct usage *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, OF, SQL_ARGS(I64(account), I64(id_first(clock_ms() - DAY_MS)))));
    if (rows_next(&rows)) {
        *ret = take_row(&rows);
        ret->tokens = row_i64(&rows, 6);
        ret->imports_today = row_i64(&rows, 7);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such account");
}

enum rc usage_add(struct sql *db, int64_t account, const struct usage *d, struct err *e)
{
    if (!d->cards && !d->card_bytes && !d->history_bytes && !d->original_bytes && !d->photo_bytes && !d->upload_bytes)
        return RC_OK;
    return sql_run(db, e, ADD,
                   SQL_ARGS(I64(account), I64(d->cards), I64(d->card_bytes), I64(d->history_bytes),
                            I64(d->original_bytes), I64(d->photo_bytes), I64(d->upload_bytes)),
                   NULL);
}

static enum rc is_due(struct sql *db, int64_t account, bool *ret, struct err *e)
{
    int64_t counted_ms = 0;
    enum rc rc = sql_one_i64(db, e, COUNTED_MS, SQL_ARGS(I64(account)), &counted_ms);

    *ret = rc == RC_OK && counted_ms == 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc usage_count(struct sql *db, int64_t account, bool *ret_due, struct usage *ret_wrong_by, struct err *e)
{
    auto_rollback view = { 0 };
    auto_rows     rows = { 0 };
    struct usage  was, is = { 0 };

    *ret_wrong_by = (struct usage){ 0 };
    TRY(sql_view(db, &view, e));
    TRY(is_due(db, account, ret_due, e));
    if (!*ret_due)
        return RC_OK;
    TRY(usage_of(db, account, &was, e));
    TRY(sql_rows(db, &rows, e, COUNT, SQL_ARGS(I64(account))));
    if (rows_next(&rows)) {
        is = take_row(&rows);
        is.original_bytes += row_i64(&rows, 6);
    }
    TRY(rows_end(&rows, e));
    *ret_wrong_by = (struct usage){ .cards = is.cards - was.cards,
                                    .card_bytes = is.card_bytes - was.card_bytes,
                                    .history_bytes = is.history_bytes - was.history_bytes,
                                    .original_bytes = is.original_bytes - was.original_bytes,
                                    .photo_bytes = is.photo_bytes - was.photo_bytes,
                                    .upload_bytes = is.upload_bytes - was.upload_bytes };
    return RC_OK;
}

enum rc usage_counted(struct sql *db, int64_t account, const struct usage *wrong_by, struct err *e)
{
    TRY(usage_add(db, account, wrong_by, e));
    return sql_run(db, e, COUNTED, SQL_ARGS(I64(account), I64(clock_ms())), NULL);
}
