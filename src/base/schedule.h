/* base/schedule.h - reads a schedule as people write it, "daily 03:00, keep 7", and tells the last moment it names.
 *
 * "off" (or "") | hourly | daily [HH:MM] | weekly [HH:MM], each with ", keep N" (1 to 1000; 7 when it is not said).  Times are those of this
 * machine's zone (03:00 when not said); a week begins on Monday.  Pure but for the zone. */
#pragma once
#include "base/str.h"

enum schedule_every { SCHEDULE_OFF, SCHEDULE_HOURLY, SCHEDULE_DAILY, SCHEDULE_WEEKLY };
struct schedule {
    enum schedule_every every;
    int64_t             hour, minute, keep;
};
bool schedule_parse(struct str text, struct schedule *ret);
/* The last moment at or before now_ms; 0 when it is off. */
int64_t schedule_last(const struct schedule *s, int64_t now_ms);
