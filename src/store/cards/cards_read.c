/* Reads cards by id, and the family of merged cards. */
#include "base/vec.h"
#include "store/cards/cards_int.h"

static const char GET[] = "select " CARD_COLUMNS " from cards c where c.account_id = $1 and c.id = $2";
static const char GET_LISTED[] = "select " CARD_COLUMNS_LISTED " from cards c where c.account_id = $1 and c.id = $2";
static const char STANDS[] = "select id, seq, state, merged_into from cards where account_id = $1 and id = $2";
static const char WINNER[] = "select state, merged_into from cards where account_id = $1 and id = $2";
static const char LOSERS[] =
    "select id from cards where account_id = $1 and merged_into = $2 and merged_into <> 0 limit 1000";

enum { FAMILY_MAX = 1000, CHAIN_MAX = 1000 };

static struct card_row take_columns(struct arena *a, const struct sql_rows *rows)
{
    struct str keys = row_text(rows, 13);
    int64_t   *own = arena_array(a, int64_t, keys.n / sizeof *own + 1);

    memcpy(own, keys.p, keys.n);
    return (struct card_row){
        .id = row_i64(rows, 0),
        .book = row_i64(rows, 1),
        .seq = row_i64(rows, 2),
        .created_ms = row_i64(rows, 3),
        .updated_ms = row_i64(rows, 4),
        .deleted_ms = row_i64(rows, 5),
        .merged_into = row_i64(rows, 6),
        .state = (enum card_state)row_i64(rows, 7),
        .uid = str_copy(a, row_text(rows, 8)),
        .name = str_copy(a, row_text(rows, 9)),
        .sort_key = str_copy(a, row_text(rows, 10)),
        .company = str_copy(a, row_text(rows, 11)),
        .json = S(""),
        .keys = own,
        .nkeys = keys.n / sizeof *own,
    };
}

struct card_row cards_take_row(struct arena *a, const struct sql_rows *rows)
{
    struct card_row row = take_columns(a, rows);

    row.json = str_copy(a, row_text(rows, 12));
    return row;
}

_Static_assert(CARDS_LIST_TEXT_MAX == 65536, "as CARD_COLUMNS_LISTED says");

struct card_row cards_take_listed(struct arena *a, const struct sql_rows *rows, size_t *left)
{
    struct card_row row = take_columns(a, rows);

    if (*left == 0)
        return row;
    struct str json = row_text(rows, 12);
    *left -= size_min(*left, json.n);
    if (json.n <= CARDS_LIST_TEXT_MAX)
        row.json = str_copy(a, json);
    return row;
}

static enum rc one_row(struct arena *a, struct sql_rows *rows, struct card_row *ret, struct err *e)
{
    if (rows_next(rows)) {
        *ret = cards_take_row(a, rows);
        return RC_OK;
    }
    TRY(rows_end(rows, e));
    return err_set(e, RC_NOT_FOUND, "no such card");
}

enum rc cards_get(struct sql *db, struct arena *a, int64_t account, int64_t id, struct card_row *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(id))));
    return one_row(a, &rows, ret, e);
}

static enum rc rows_by_ids(struct sql *db, struct arena *a, int64_t account, const char *text, const int64_t *ids,
                           size_t n, size_t *left, struct card_row **ret, size_t *ret_n, struct err *e)
{
    auto_rollback    view = { 0 };
    auto_rows        rows = { 0 };
    struct card_row *list = arena_array(a, struct card_row, n ? n : 1);
    struct sql_arg  *each = arena_array(a, struct sql_arg, n ? n : 1);
    size_t           found = 0;

    for (size_t i = 0; i < n; i++)
        each[i] = I64(ids[i]);
    TRY(sql_view(db, &view, e));
    TRY(sql_rows_each(db, &rows, e, text, SQL_ARGS(I64(account)), each, 1, n));
    while (rows_next(&rows))
        list[found++] = left ? cards_take_listed(a, &rows, left) : cards_take_row(a, &rows);
    *ret = list;
    *ret_n = found;
    return rows_end(&rows, e);
}

enum rc cards_by_ids(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                     struct card_row **ret, size_t *ret_n, struct err *e)
{
    return rows_by_ids(db, a, account, GET, ids, n, NULL, ret, ret_n, e);
}

enum rc cards_listed(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                     struct card_row **ret, size_t *ret_n, struct err *e)
{
    size_t left = CARDS_LIST_BYTES;
    return rows_by_ids(db, a, account, GET_LISTED, ids, n, &left, ret, ret_n, e);
}

/* As many at once as a server may answer with the largest cards. */
enum { SOME = 25 };

enum rc cards_some(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n, size_t bytes,
                   struct card_row **ret, size_t *ret_n, size_t *ret_taken, struct err *e)
{
    struct card_row *list = arena_array(a, struct card_row, n + 1);
    size_t           read = 0, found = 0;

    *ret_taken = *ret_n = 0;
    *ret = list;
    while (*ret_taken < n && read < bytes) {
        auto_rows      rows = { 0 };
        struct sql_arg each[SOME];
        size_t         some = size_min(SOME, n - *ret_taken);
        for (size_t i = 0; i < some; i++)
            each[i] = I64(ids[*ret_taken + i]);
        TRY(sql_rows_each(db, &rows, e, GET, SQL_ARGS(I64(account)), each, 1, some));
        while (read < bytes && rows_next(&rows)) {
            list[found] = cards_take_row(a, &rows);
            read += list[found++].json.n;
            if (read >= bytes)
                some = rows_which(&rows) + 1;
        }
        if (read < bytes)
            TRY(rows_end(&rows, e));
        *ret_taken += some;
    }
    *ret_n = found;
    return RC_OK;
}

enum rc cards_stand(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                    struct card_row **ret, struct err *e)
{
    auto_rows       rows = { 0 };
    struct sql_arg *each = arena_array(a, struct sql_arg, n + 1);

    for (size_t i = 0; i < n; i++)
        each[i] = I64(ids[i]);
    *ret = arena_array(a, struct card_row, n + 1);
    TRY(sql_rows_each(db, &rows, e, STANDS, SQL_ARGS(I64(account)), each, 1, n));
    while (rows_next(&rows))
        (*ret)[rows_which(&rows)] = (struct card_row){ .id = row_i64(&rows, 0),
                                                       .seq = row_i64(&rows, 1),
                                                       .state = (enum card_state)row_i64(&rows, 2),
                                                       .merged_into = row_i64(&rows, 3) };
    return rows_end(&rows, e);
}

static enum rc losers_of(struct sql *db, int64_t account, int64_t winner, int64_t *ret, size_t *n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, LOSERS, SQL_ARGS(I64(account), I64(winner))));
    while (*n < FAMILY_MAX && rows_next(&rows))
        ret[(*n)++] = row_i64(&rows, 0);
    return rows_end(&rows, e);
}

enum rc cards_family(struct sql *db, struct arena *a, int64_t account, int64_t id, int64_t **ret, size_t *ret_n,
                     struct err *e)
{
    int64_t *list = arena_array(a, int64_t, FAMILY_MAX);
    size_t   n = 1;

    list[0] = id;
    for (size_t i = 0; i < n; i++)
        TRY(losers_of(db, account, list[i], list, &n, e));
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

static enum rc winner_of(struct sql *db, int64_t account, int64_t id, int64_t *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, WINNER, SQL_ARGS(I64(account), I64(id))));
    if (rows_next(&rows))
        *ret = row_i64(&rows, 0) == CARD_MERGED ? row_i64(&rows, 1) : 0;
    else
        *ret = 0;
    return rows_end(&rows, e);
}

enum rc cards_visible(struct sql *db, int64_t account, int64_t id, int64_t *ret, struct err *e)
{
    *ret = id;
    for (int steps = 0; steps < CHAIN_MAX; steps++) {
        int64_t up = 0;
        TRY(winner_of(db, account, *ret, &up, e));
        if (!up)
            return RC_OK;
        *ret = up;
    }
    return err_set(e, RC_INTERNAL, "cards are merged in a circle");
}
