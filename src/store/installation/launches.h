/* store/installation/launches.h - "a launch: ten times the usual, for twelve hours".
 *
 * While a launch lasts every limit of table kinds counts that many times over.  It is over when its time is over: nothing has to
 * run for that.  Several at once: the largest factor counts, they do not multiply. */
#pragma once
#include "io/sql/sql.h"

enum { LAUNCH_FACTOR_MAX = 1000, LAUNCH_DAYS_MAX = 30, LAUNCHES_LISTED = 50 };

struct launch {
    int64_t    id, factor, starts_ms, ends_ms, ended_ms; /* ended_ms: landed by hand, 0 = not */
    struct str actor, plan_json;
};
/* plan_json: what was checked and promised.  The id is made here. */
enum rc launches_begin(struct sql *db, const struct launch *l, struct err *e) must_use;
/* Ends all that are running or still to come; ret_n: how many. */
enum rc launches_land(struct sql *db, int64_t now_ms, int64_t *ret_n, struct err *e) must_use;
/* Those not over yet, at most LAUNCHES_LISTED; without plan_json, actor in a. */
enum rc launches_open(struct sql *db, struct arena *a, int64_t now_ms, struct launch **ret, size_t *ret_n,
                      struct err *e) must_use;
/* What counts at this moment; 1 when none of them does. */
int64_t launches_factor(const struct launch *l, size_t n, int64_t now_ms);
