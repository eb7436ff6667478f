#include <stdlib.h>
#include "base/vec.h"
#include "store/keys.h"

/* One row more than KEY_CARDS_MAX tells that there are too many. */
static const char CARDS[] =
    "select card_id from keys where account_id = $1 and key_hash = $2 order by card_id limit 51";
static const char COUNT[] =
    "select count(*) from (select 1 from keys where account_id = $1 and key_hash = $2 limit 51) as some_cards";

static int by_key_and_card(const void *x, const void *y)
{
    const struct key_card *a = x, *b = y;
    int                    by_key = (a->key > b->key) - (a->key < b->key);

    return by_key ? by_key : (a->card > b->card) - (a->card < b->card);
}

static enum rc cards_of_key(struct sql *db, int64_t account, int64_t key, int64_t ret[KEY_CARDS_MAX + 1], size_t *ret_n,
                            struct err *e)
{
    auto_rows rows = { 0 };

    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, CARDS, SQL_ARGS(I64(account), I64(key))));
    while (*ret_n <= KEY_CARDS_MAX && rows_next(&rows))
        ret[(*ret_n)++] = row_i64(&rows, 0);
    return rows_end(&rows, e);
}

enum rc keys_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *keys, size_t n,
                   struct key_card **ret, size_t *ret_n, size_t *ret_common, struct err *e)
{
    auto_rollback view = { 0 };
    VEC(struct key_card) list = { 0 };
    size_t common = 0;

    TRY(sql_view(db, &view, e));
    for (size_t i = 0; i < n; i++) {
        int64_t cards[KEY_CARDS_MAX + 1];
        size_t  found = 0;
        TRY(cards_of_key(db, account, keys[i], cards, &found, e));
        common += found > KEY_CARDS_MAX;
        for (size_t k = 0; found <= KEY_CARDS_MAX && k < found; k++)
            *vec_push(a, &list) = (struct key_card){ keys[i], cards[k] };
    }
    if (list.n)
        qsort(list.v, list.n, sizeof *list.v, by_key_and_card);
    if (ret_common)
        *ret_common = common;
    *ret = list.v;
    *ret_n = list.n;
    return RC_OK;
}

enum rc keys_counts(struct sql *db, int64_t account, const int64_t *keys, size_t n, int64_t *ret, struct err *e)
{
    auto_rollback view = { 0 };

    TRY(sql_view(db, &view, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_one_i64(db, e, COUNT, SQL_ARGS(I64(account), I64(keys[i])), &ret[i]));
    return RC_OK;
}
