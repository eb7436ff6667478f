/* store/work/stats.h - counts for the overview and facets of one account.  Each is one statement over an index. */
#pragma once
#include "store/work/jobs.h"
#include "store/cards/records.h"

struct stats {
    int64_t        cards, trash, duplicates, imports;
    struct source *sources;
    size_t         nsources;         /* records: cards that show it */
    int64_t        waiting, running; /* jobs */
};
/* Only waiting and running; adds to them.  A small part of the cost of the whole. */
enum rc stats_work(struct sql *db, int64_t account, struct stats *ret, struct err *e) must_use;
enum rc stats_get(struct sql *db, struct arena *a, int64_t account, struct stats *ret, struct err *e) must_use;

struct facet {
    struct str value;
    int64_t    count;
};
/* Most frequent first, at most limit. */
enum rc stats_companies(struct sql *db, struct arena *a, int64_t account, int limit, struct facet **ret, size_t *ret_n,
                        struct err *e) must_use;
/* By a fact that is not rejected, of live cards: field country, region, seniority, function or industry. */
enum rc stats_facts(struct sql *db, struct arena *a, int64_t account, struct str field, int limit, struct facet **ret,
                    size_t *ret_n, struct err *e) must_use;
