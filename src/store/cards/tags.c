/* Tags of live cards. */
#include "base/vec.h"
#include "store/cards/tags.h"

static const char LIST[] = "select tag, count(*) from tags where account_id = $1 group by tag order by tag limit 1000";

enum rc tags_list(struct sql *db, struct arena *a, int64_t account, struct tag_count **ret, size_t *ret_n,
                  struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct tag_count) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct tag_count){ str_copy(a, row_text(&rows, 0)), row_i64(&rows, 1) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}
