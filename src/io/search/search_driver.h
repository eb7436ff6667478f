/* io/search/search_driver.h - what a search index behind io/search/search.h gives.  Only search*.c and sql_*.c include it.
 *
 * Each database driver names its index (struct sql_driver, search).  The words of a query are made and the candidates are ranked
 * in one place for all (search.c, search_rank.c): an index only writes documents and finds candidates. */
#pragma once
#include "io/search/search.h"

struct search_ask {
    int64_t    account;
    struct str word[SEARCH_WORDS_MAX]; /* each a prefix; one of digits alone (3 or more) may also end a phone number */
    size_t     n;
    const struct str *facet; /* every one must be there; with n == 0 they alone decide */
    size_t            nfacets;
};

struct search_ranking; /* search_rank.h */
/* Once for each candidate; more than SEARCH_CANDIDATES_MAX are not looked at.  body: as search_put_body() wrote it (search_terms.h),
 * borrowed for the call. */
void search_candidate(struct search_ranking *r, int64_t id, int64_t changed_ms, struct str body);

struct search_driver {
    /* As in io/search/search.h.  put, clear and remove: a transaction is open. */
    enum rc (*setup)(struct sql *db, struct err *e);
    enum rc (*put)(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e);
    enum rc (*clear)(struct sql *db, struct err *e);
    enum rc (*remove)(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e);
    /* Documents in which every word and every facet is found; a view is open.  When there are more than SEARCH_CANDIDATES_MAX: first
     * those with all words whole in the name, then those with all words in the name, then the others, the newest first each time.  (Of
     * a beginning of up to three letters that a large part of an account has, those among the newest are enough.) */
    enum rc (*find)(struct sql *db, const struct search_ask *ask, struct search_ranking *to, struct err *e);
    enum rc (*tidy)(struct sql *db, int64_t ms, bool *ret_done, struct err *e);
    enum rc (*rewrite)(struct sql *db, struct err *e);
};

extern const struct search_driver search_fts5, search_postgres;
