/* io/shared/longest.h - the longest of something: its greatest duration in the last minute and since the start.
 *
 * Lives in the shared area (io/shared/metrics.h); one process adds, any process reads.  The minute is kept in slots of ten seconds, as
 * in io/shared/tally.h. */
#pragma once
#include <stdatomic.h>
#include "base/base.h"

enum { LONGEST_SLOTS = 7, LONGEST_SLOT_S = 10 };

struct longest {
    _Atomic int64_t ever_us, epoch[LONGEST_SLOTS], us[LONGEST_SLOTS]; /* epoch: which ten seconds */
};

/* now_us: of the monotonic clock, never back. */
void    longest_add(struct longest *l, int64_t now_us, int64_t us);
int64_t longest_minute_us(struct longest *l, int64_t now_us); /* of the last 60 to 70 s; 0: nothing */
