/* store/installation/tables.h - reads, writes and compares whole tables, row by row, knowing only their columns: for `kith migrate`, `kith backup`
 * and `kith restore`.
 *
 * The tables are those the source has, not a list here: a new one is moved without anybody thinking of it.  Left out is what belongs
 * to a database itself: the search index (search_copy()), the schema's version, the agents that live on it.
 * A page is read by key, so that no table, however large, is held in memory; under a view all pages are of one moment.
 * A column that may be null is refused: a copy could not tell it from an empty one. */
#pragma once
#include "io/sql/sql.h"

enum {
    TABLE_COLUMNS_MAX = 24,
    TABLE_PAGE = 100,
    TABLE_PAGE_BYTES = 4 << 20
}; /* a page: so many rows, or bytes and a row */

struct table {
    struct str    name;
    struct str    column[TABLE_COLUMNS_MAX];
    enum sql_type type[TABLE_COLUMNS_MAX];
    size_t        ncolumns, nkey;
    size_t        key[TABLE_COLUMNS_MAX];                /* the columns of its primary key */
    const char   *first, *next, *insert, *clear, *count; /* statements */
};
/* In the arena, which must outlive every handle they are run on: statements are known by their addresses. */
enum rc tables_list(struct sql *db, struct arena *a, struct table **ret, size_t *ret_n, struct err *e) must_use;
/* RC_INVALID says in what they differ. */
enum rc tables_same(const struct table *a, size_t na, const struct table *b, size_t nb, struct err *e) must_use;

/* sql_view() for hours: the server does not end it when whoever reads is slow. */
enum rc tables_view(struct sql *db, struct sql_guard *view, struct err *e) must_use;

/* The sum of the hashes of its rows: whatever their order. */
struct table_sum {
    uint64_t hash;
    int64_t  rows;
};

struct table_page {
    struct sql_arg *value; /* rows * ncolumns */
    size_t          rows;
};
/* The page behind the last row of the one before (NULL: the first); its texts are in the arena.  rows == 0: the end. */
enum rc tables_page(struct sql *db, struct arena *a, const struct table *t, const struct table_page *before,
                    struct table_page *ret, struct err *e) must_use;
void    tables_add(struct table_sum *to, const struct table *t, const struct table_page *page);
/* Inside a transaction. */
enum rc tables_put(struct sql *db, const struct table *t, const struct table_page *page, struct err *e) must_use;
enum rc tables_clear(struct sql *db, const struct table *t, struct err *e) must_use;
enum rc tables_count(struct sql *db, const struct table *t, int64_t *ret, struct err *e) must_use;
