/* surge/hist.h - a histogram of times with a bounded relative error.
 *
 * 64 cells to each doubling (as HdrHistogram with two digits): an answer is at most 1.6 % above the true one, whatever the range.  Times
 * are microseconds from 0 to 2^32 (71 min; longer counts as that).  A value: zeroed is empty; 7 KiB; nothing allocates. */
#pragma once
#include "base/base.h"

enum { HIST_SUB_BITS = 6, HIST_OCTAVES = 27, HIST_CELLS = HIST_OCTAVES << HIST_SUB_BITS };

struct hist {
    uint32_t cell[HIST_CELLS];
    int64_t  n, sum_us, max_us;
};

void hist_add(struct hist *h, int64_t us);
/* The least time that q (0 .. 1) of all are not above; 0 when empty. */
int64_t hist_at(const struct hist *h, double q);
void    hist_join(struct hist *into, const struct hist *more);
