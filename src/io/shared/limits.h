/* io/shared/limits.h - how often: token buckets by key, one memory for all http processes of a host.
 *
 * The master makes the area before it forks (io/shared/shared.h); it outlives any process but the master.  A bucket holds a window's worth
 * and refills evenly.  What is guaranteed:
 *   one host       the limit holds whichever process a connection meets.  A bucket is one number, the time at which it will be full
 *                  again, moved by compare-and-swap: no lock, nothing to clean up after a kill
 *   several hosts  each counts by itself, so a client that reaches all n gets up to n times the limit: it protects machines from a loop
 *                  in somebody's script, it is no quota
 * 2,048 x 4 buckets; of a full set the one that is fullest makes room.  A call that meets a bucket in the moment it changes
 * hands may be judged by the one before. */
#pragma once
#include "base/base.h"

struct limits;
struct limits *limits_new(void); /* stops the process when there is no memory */
void           limits_free(struct limits *l);
DEFINE_AUTO_FREE(limits)

/* So many in a window; one key is always used with the same. */
struct limit {
    int64_t n, window_s;
};
/* remaining: whole tokens left; reset_s: until the bucket is full; retry_s: until this call would be let through. */
struct limit_state {
    int64_t limit, remaining, reset_s, retry_s;
};
/* Takes cost from the bucket of key; false when there is not enough (then nothing is taken).  now_us: the monotonic clock. */
bool limits_take(struct limits *l, uint64_t key, struct limit per, int64_t cost, int64_t now_us,
                 struct limit_state *ret);
/* Puts back what was taken. */
void limits_give(struct limits *l, uint64_t key, struct limit per, int64_t cost, int64_t now_us);
