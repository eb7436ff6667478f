/* Lists cards page by page, by filters and cursors. */
#include <assert.h>
#include "base/vec.h"
#include "store/cards/cards_cursor.h"
#include "store/cards/cards_int.h"

/* Every combination is a constant text.  $1 account $2 state $3 limit $4 offset $5 book $6 source $7 tag; $8 and $9: the last row
 * seen; $10 country.  "+c.state" keeps SQLite from taking an index of states where the order wants another. */
#define FILTERS                                                                                              \
    " and ($5 = 0 or c.book_id = $5) and ($6 = 0 or exists (select 1 from records r where r.account_id = $1" \
    " and r.card_id = c.id and r.source_id = $6))"                                                           \
    " and ($10 = '' or exists (select 1 from facets f where f.account_id = $1 and f.field = 'country'"       \
    " and f.value = $10 and f.card_id = c.id))"
#define PLAIN " from cards c where c.account_id = $1"
#define TAGGED                                                                                                 \
    " from tags t cross join cards c where t.account_id = $1 and t.tag = $7 and c.account_id = $1 and c.id = " \
    "t.card_id"

#define TEXT_AFTER(column, sign) " and c.state = $2 and (c." column ", c.id) " sign " ($8, $9)"
#define SEQ_AFTER(column, sign)  " and c.state = $2 and c.seq " sign " $9"
#define ID_AFTER(column, sign)   " and +c.state = $2 and c.id " sign " $9"

#define PAGE(from, filters, after, by, way) \
    "select " CARD_COLUMNS_LISTED from after filters " order by " by " limit $3 offset $4"
#define BOTH_WAYS(from, filters, after, column, by, then)                       \
    {                                                                           \
        PAGE(from, filters, after(column, ">"), by then, ""),                   \
            PAGE(from, filters, after(column, "<"), by " desc" then##_DESC, "") \
    }
#define THEN_ID      ", c.id"
#define THEN_ID_DESC ", c.id desc"
#define ALONE        ""
#define ALONE_DESC   ""
#define ALL_SORTS(from, filters)                                                  \
    {                                                                             \
        BOTH_WAYS(from, filters, TEXT_AFTER, "sort_key", "c.sort_key", THEN_ID),  \
            BOTH_WAYS(from, filters, SEQ_AFTER, "seq", "c.seq", ALONE),           \
            BOTH_WAYS(from, filters, ID_AFTER, "id", "c.id", ALONE),              \
            BOTH_WAYS(from, filters, TEXT_AFTER, "company", "c.company", THEN_ID) \
    }

enum which { WHICH_PLAIN, WHICH_FILTERED, WHICH_TAGGED, WHICH_COUNT };
static const char *const pages[WHICH_COUNT][4][2] = {
    ALL_SORTS(PLAIN, ""),
    ALL_SORTS(PLAIN, FILTERS),
    ALL_SORTS(TAGGED, FILTERS),
};
static const char *const counts[WHICH_COUNT] = {
    "select count(*)" PLAIN " and c.state = $2",
    "select count(*)" PLAIN " and c.state = $2" FILTERS,
    "select count(*)" TAGGED " and c.state = $2" FILTERS,
};
#define WHOLE(from, filters) "select " CARD_COLUMNS from ID_AFTER(, ">") filters " order by c.id limit $3"
static const char *const whole[WHICH_COUNT] = {
    WHOLE(PLAIN, ""),
    WHOLE(PLAIN, FILTERS),
    WHOLE(TAGGED, FILTERS),
};
static const char *const ids[WHICH_COUNT] = {
    "select c.id" PLAIN " and +c.state = $2 and c.id > $9 order by c.id limit $3",
    "select c.id" PLAIN " and +c.state = $2 and c.id > $9" FILTERS " order by c.id limit $3",
    "select c.id" TAGGED " and +c.state = $2 and c.id > $9" FILTERS " order by c.id limit $3",
};

static enum which which_of(const struct card_filter *f)
{
    return f->tag.n ? WHICH_TAGGED : f->book || f->source || f->country.n ? WHICH_FILTERED : WHICH_PLAIN;
}

static const char LAST_TEXT[] = "\U0010ffff\U0010ffff";

static enum rc place_of(struct arena *a, const struct card_page *p, struct card_place *ret, struct err *e)
{
    *ret = p->descending ? (struct card_place){ str_of(LAST_TEXT), INT64_MAX } : (struct card_place){ S(""), 0 };
    if (p->cursor.n && !cards_cursor_read(a, p, ret))
        return err_set(e, RC_INVALID, "the cursor belongs to another list");
    return RC_OK;
}

#define FILTER_ARGS(f, limit, offset, text, number)                                                                    \
    SQL_ARGS(I64(account), I64((f)->state), I64(limit), I64(offset), I64((f)->book), I64((f)->source), TEXT((f)->tag), \
             TEXT(text), I64(number), TEXT((f)->country.n ? (f)->country : S("")))

enum rc cards_page(struct sql *db, struct arena *a, int64_t account, const struct card_page *p, struct card_row **ret,
                   size_t *ret_n, struct str *ret_next, struct err *e)
{
    auto_rows         rows = { 0 };
    struct card_place from;
    size_t            left = CARDS_LIST_BYTES;

    assert(p->limit >= 1 && p->limit <= CARDS_PAGE_MAX && p->offset >= 0);
    TRY(place_of(a, p, &from, e));
    TRY(sql_rows(db, &rows, e, pages[which_of(&p->filter)][p->sort][p->descending],
                 FILTER_ARGS(&p->filter, p->limit + 1, p->offset, from.text, from.number)));
    *ret = arena_array(a, struct card_row, (size_t)p->limit + 1);
    *ret_n = 0;
    while (*ret_n <= (size_t)p->limit && rows_next(&rows))
        (*ret)[(*ret_n)++] = cards_take_listed(a, &rows, &left);
    TRY(rows_end(&rows, e));
    *ret_next = S("");
    if (*ret_n > (size_t)p->limit)
        *ret_next = cards_cursor(a, p, &(*ret)[--*ret_n - 1]);
    return RC_OK;
}

enum rc cards_count(struct sql *db, int64_t account, const struct card_filter *f, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, counts[which_of(f)], FILTER_ARGS(f, 0, 0, S(""), 0), ret);
}

enum rc cards_after(struct sql *db, struct arena *a, int64_t account, const struct card_filter *f, int64_t after,
                    int limit, struct card_row **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    size_t    taken = 0;

    *ret = arena_array(a, struct card_row, (size_t)limit);
    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, whole[which_of(f)], FILTER_ARGS(f, limit, 0, S(""), after)));
    while (*ret_n < (size_t)limit && taken < CARDS_AFTER_BYTES && rows_next(&rows)) {
        struct card_row *row = &(*ret)[(*ret_n)++];
        *row = cards_take_row(a, &rows);
        taken += row->json.n;
    }
    return rows_end(&rows, e);
}

enum rc cards_ids_after(struct sql *db, struct arena *a, int64_t account, const struct card_filter *f, int64_t after,
                        int limit, int64_t **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = arena_array(a, int64_t, (size_t)limit);
    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, ids[which_of(f)], FILTER_ARGS(f, limit, 0, S(""), after)));
    while (*ret_n < (size_t)limit && rows_next(&rows))
        (*ret)[(*ret_n)++] = row_i64(&rows, 0);
    return rows_end(&rows, e);
}
