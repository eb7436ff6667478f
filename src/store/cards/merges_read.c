/* Reads merges back: one, those of a card, the latest. */
#include "base/vec.h"
#include "store/cards/merges_read.h"

#define COLUMNS "id, winner_id, loser_id, winner_seq, at_ms, undone_ms, choices_json, actor"
static const char GET[] = "select " COLUMNS " from merges where account_id = $1 and id = $2";
static const char LIST[] = "select " COLUMNS " from merges where account_id = $1 and id < $2 order by id desc limit $3";
static const char OF_CARD[] =
    "select " COLUMNS " from merges where account_id = $1 and winner_id = $2 and undone_ms = 0 union all"
    " select " COLUMNS " from merges where account_id = $1 and loser_id = $2 and undone_ms = 0"
    " order by id desc limit 1000";

static const char EVER_OF_CARD[] = "select " COLUMNS " from merges where account_id = $1 and winner_id = $2 union all"
                                   " select " COLUMNS " from merges where account_id = $1 and loser_id = $2"
                                   " order by id limit 10000";

static struct merge_row take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct merge_row){ row_i64(rows, 0),
                               row_i64(rows, 1),
                               row_i64(rows, 2),
                               row_i64(rows, 3),
                               row_i64(rows, 4),
                               row_i64(rows, 5),
                               str_copy(a, row_text(rows, 6)),
                               str_copy(a, row_text(rows, 7)) };
}

static enum rc take_one(struct arena *a, struct sql_rows *rows, struct merge_row *ret, struct err *e)
{
    if (rows_next(rows)) {
        *ret = take_row(a, rows);
        return RC_OK;
    }
    TRY(rows_end(rows, e));
    return err_set(e, RC_NOT_FOUND, "no such merge");
}

static enum rc take_all(struct arena *a, struct sql_rows *rows, struct merge_row **ret, size_t *ret_n, struct err *e)
{
    VEC(struct merge_row) list = { 0 };

    while (rows_next(rows))
        *vec_push(a, &list) = take_row(a, rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(rows, e);
}

enum rc merges_get(struct sql *db, struct arena *a, int64_t account, int64_t merge, struct merge_row *ret,
                   struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(merge))));
    return take_one(a, &rows, ret, e);
}

enum rc merges_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct merge_row **ret,
                       size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, OF_CARD, SQL_ARGS(I64(account), I64(card))));
    return take_all(a, &rows, ret, ret_n, e);
}

enum rc merges_ever_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct merge_row **ret,
                            size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, EVER_OF_CARD, SQL_ARGS(I64(account), I64(card))));
    return take_all(a, &rows, ret, ret_n, e);
}

enum rc merges_list(struct sql *db, struct arena *a, int64_t account, int64_t before, int limit, struct merge_row **ret,
                    size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account), I64(before ? before : INT64_MAX), I64(limit))));
    return take_all(a, &rows, ret, ret_n, e);
}
