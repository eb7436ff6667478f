/* io/search/search_rank.h - the words of a query, and what its candidates are worth; pure.  For search*.c only. */
#pragma once
#include "io/search/search_driver.h"

struct search_ranking {
    const struct search_ask *ask;
    struct ranked           *v; /* SEARCH_CANDIDATES_MAX of them */
    size_t                   n;
};

/* Words of q->words in ask; "0151 123 456" was typed as one number. */
void search_take_words(struct arena *a, const struct search_query *q, struct search_ask *ret);

struct search_ranking search_ranking_of(struct arena *a, const struct search_ask *ask);
/* Best first, at most limit. */
void search_best(struct arena *a, struct search_ranking *r, size_t limit, struct search_hit **ret, size_t *ret_n);
