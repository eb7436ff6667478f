/* api/limits.h - how often: token buckets by key, in the memory of one http process.
 *
 * A bucket holds a minute's worth and refills evenly.  Each process counts by itself, so an account whose connections are
 * spread over n http processes gets up to n times the limit: the limit protects the machine from a loop in somebody's script,
 * it is no quota.  2,048 x 4 buckets; of a full set the one unused longest makes room. */
#pragma once
#include "base/base.h"

struct limits;
struct limits *limits_new(void);
void           limits_free(struct limits *l);
DEFINE_AUTO_FREE(limits)

/* remaining: whole tokens left; reset_s: until the bucket is full; retry_s: until this call would be let through. */
struct limit_state {
    int64_t limit, remaining, reset_s, retry_s;
};
/* Takes cost from the bucket of key; false when there is not enough (then nothing is taken). */
bool limits_take(struct limits *l, uint64_t key, int64_t per_minute, int64_t cost, int64_t now_us,
                 struct limit_state *ret);
