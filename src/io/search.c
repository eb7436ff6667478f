#include <assert.h>
#include "io/search_rank.h"
#include "io/sql_driver.h"

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
