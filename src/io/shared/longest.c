/* Keeps the greatest duration of the last minute in slots of ten seconds. */
#include "io/shared/longest.h"

static int64_t epoch_of(int64_t now_us) { return now_us / (LONGEST_SLOT_S * 1000000LL) + 1; }

void longest_add(struct longest *l, int64_t now_us, int64_t us)
{
    int64_t epoch = epoch_of(now_us);
    size_t  at = (size_t)(epoch % LONGEST_SLOTS);

    if (l->epoch[at] != epoch)
        l->us[at] = 0;
    l->epoch[at] = epoch;
    l->us[at] = i64_max(l->us[at], us);
    l->ever_us = i64_max(l->ever_us, us);
}

int64_t longest_minute_us(struct longest *l, int64_t now_us)
{
    int64_t most = 0;

    for (size_t i = 0; i < LONGEST_SLOTS; i++)
        if (l->epoch[i] > epoch_of(now_us) - LONGEST_SLOTS)
            most = i64_max(most, l->us[i]);
    return most;
}
