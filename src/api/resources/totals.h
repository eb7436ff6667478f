/* api/resources/totals.h - totals of filtered lists, kept for the pages that follow: a count reads every row that the filter finds.
 *
 * A total is kept as long as the account's journal has not moved, TOTALS_KEEP_MS at most (facts and the end of the trash leave no mark
 * there).  The newest few of a process: a place that another list takes is counted anew, nothing worse. */
#pragma once
#include "api/http/api.h"
#include "store/cards/cards.h"

enum { TOTALS_KEEP_MS = 5000 };

struct totals;
struct totals *totals_new(void);
void           totals_free(struct totals *t);
enum rc        totals_of(struct req *r, const struct card_filter *f, int64_t *ret, struct err *e) must_use;
