#include "api/limits.h"
#include <stdlib.h>

enum { SETS = 2048, WAYS = 4, MILLI = 1000 };
static const int64_t MINUTE_US = 60000000;

struct bucket {
    uint64_t key;
    int64_t  milli, at_us;
}; /* at_us 0: free */
struct limits {
    struct bucket set[SETS][WAYS];
};

struct limits *limits_new(void)
{
    struct limits *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    return l;
}

void limits_free(struct limits *l) { free(l); }

static struct bucket *bucket_of(struct limits *l, uint64_t key, int64_t full, int64_t now_us)
{
    struct bucket *set = l->set[key % SETS], *oldest = set;

    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key && set[i].at_us)
            return &set[i];
        if (set[i].at_us < oldest->at_us)
            oldest = &set[i];
    }
    *oldest = (struct bucket){ key, full, now_us };
    return oldest;
}

bool limits_take(struct limits *l, uint64_t key, int64_t per_minute, int64_t cost, int64_t now_us,
                 struct limit_state *ret)
{
    int64_t        full = per_minute * MILLI, need = cost * MILLI;
    struct bucket *b = bucket_of(l, key, full, now_us);
    int64_t        gone_us = i64_min(now_us - b->at_us, MINUTE_US);

    b->milli = i64_min(full, b->milli + gone_us * full / MINUTE_US);
    b->at_us = now_us;
    bool fits = b->milli >= need;
    if (fits)
        b->milli -= need;
    int64_t milli_per_s = i64_max(1, full / 60);
    *ret = (struct limit_state){ .limit = per_minute,
                                 .remaining = b->milli / MILLI,
                                 .reset_s = (full - b->milli + milli_per_s - 1) / milli_per_s,
                                 .retry_s = fits ? 0 : (need - b->milli + milli_per_s - 1) / milli_per_s };
    return fits;
}
