/* The search index: the calls common to both drivers. */
#include <assert.h>
#include "io/search/search_rank.h"
#include "io/search/search_terms.h"
#include "io/sql/sql_driver.h"

static const struct search_driver *index_of(const struct sql *db) { return db->driver->search; }

enum rc search_setup(struct sql *db, struct err *e) { return index_of(db)->setup(db, e); }

enum rc search_put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e)
{
    assert(sql_in_transaction(db));
    return index_of(db)->put(db, account, docs, n, e);
}

enum rc search_remove(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e)
{
    assert(sql_in_transaction(db));
    return index_of(db)->remove(db, account, ids, n, e);
}

enum rc search_clear(struct sql *db, struct err *e)
{
    assert(sql_in_transaction(db));
    return index_of(db)->clear(db, e);
}

enum rc search_query(struct sql *db, struct arena *a, int64_t account, const struct search_query *q,
                     struct search_hit **ret, size_t *ret_n, size_t *ret_total, struct err *e)
{
    struct search_ask     ask = { .account = account, .facet = q->facet, .nfacets = q->nfacets };
    struct search_ranking ranking = search_ranking_of(a, &ask);
    auto_rollback         view = { 0 };

    search_take_words(a, q, &ask);
    if (ask.n == 0 && ask.nfacets == 0)
        return err_set(e, RC_INVALID, "there is no word to look for");
    TRY(sql_view(db, &view, e));
    TRY(index_of(db)->find(db, &ask, &ranking, e));
    *ret_total = ranking.n;
    search_best(a, &ranking, q->limit, ret, ret_n);
    return RC_OK;
}

enum rc search_tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
{
    return index_of(db)->tidy(db, ms, ret_done, e);
}

enum rc search_rewrite(struct sql *db, struct err *e) { return index_of(db)->rewrite(db, e); }

/* ---- from one database into another: each index has its documents' bodies in a table of the same name ---- */

static const char COPY[] = "select account_id, card_id, changed_ms, body from search_docs"
                           " where (account_id, card_id) > ($1, $2) order by account_id, card_id limit 250";
static const char COUNT[] = "select count(*) from search_docs";
_Static_assert(SEARCH_COPY_PAGE == 250, "the limit is a literal in the statement");

/* The document its body was made of. */
static enum rc put_again(struct sql *to, int64_t account, int64_t id, int64_t changed_ms, struct str text,
                         struct err *e)
{
    struct search_body b = search_body_of(text);
    struct str         facet[SEARCH_FACETS_MAX];
    struct search_doc  d = { .id = id, .order = changed_ms, .facet = facet };

    for (int i = 0; i < SEARCH_FIELDS; i++)
        d.field[i] = b.field[i];
    while (d.nfacets < SEARCH_FACETS_MAX && b.facets.n && str_next(&b.facets, '\t', &facet[d.nfacets]))
        d.nfacets++;
    return search_put(to, account, &d, 1, e);
}

enum rc search_copy(struct sql *from, struct sql *to, int64_t *account, int64_t *id, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    *ret_n = 0;
    TRY(sql_rows(from, &rows, e, COPY, SQL_ARGS(I64(*account), I64(*id))));
    for (; rows_next(&rows); ++*ret_n) {
        *account = row_i64(&rows, 0);
        *id = row_i64(&rows, 1);
        TRY(put_again(to, *account, *id, row_i64(&rows, 2), row_text(&rows, 3), e));
    }
    return rows_end(&rows, e);
}

enum rc search_count(struct sql *db, int64_t *ret, struct err *e) { return sql_one_i64(db, e, COUNT, SQL_NONE, ret); }
