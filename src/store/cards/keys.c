/* The inverted index of match keys. */
#include <stdlib.h>
#include "base/vec.h"
#include "store/cards/keys.h"

/* One row more than KEY_CARDS_MAX tells that there are too many. */
static const char CARDS[] =
    "select card_id from keys where account_id = $1 and key_hash = $2 order by card_id limit 51";

static int by_key_and_card(const void *x, const void *y)
{
    const struct key_card *a = x, *b = y;
    int                    by_key = (a->key > b->key) - (a->key < b->key);

    return by_key ? by_key : (a->card > b->card) - (a->card < b->card);
}

enum rc keys_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *keys, size_t n,
                   struct key_card **ret, size_t *ret_n, size_t *ret_common, struct err *e)
{
    struct sql_arg *each = arena_array(a, struct sql_arg, n ? n : 1);
    auto_rollback   view = { 0 };
    auto_rows       rows = { 0 };
    VEC(struct key_card) list = { 0 };
    size_t common = 0, which = SIZE_MAX, found = 0;

    for (size_t i = 0; i < n; i++)
        each[i] = I64(keys[i]);
    TRY(sql_view(db, &view, e));
    TRY(sql_rows_each(db, &rows, e, CARDS, SQL_ARGS(I64(account)), each, 1, n));
    while (rows_next(&rows)) {
        found = rows_which(&rows) == which ? found + 1 : 1;
        which = rows_which(&rows);
        if (found <= KEY_CARDS_MAX) {
            *vec_push(a, &list) = (struct key_card){ keys[which], row_i64(&rows, 0) };
        } else {
            list.n -= KEY_CARDS_MAX;
            common++;
        }
    }
    TRY(rows_end(&rows, e));
    if (list.n)
        qsort(list.v, list.n, sizeof *list.v, by_key_and_card);
    if (ret_common)
        *ret_common = common;
    *ret = list.v;
    *ret_n = list.n;
    return RC_OK;
}
