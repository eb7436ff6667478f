/* Token buckets in memory that all http processes of a host share. */
#include "io/shared/limits.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SETS = 2048, WAYS = 4 };
static const int64_t SECOND_NS = 1000000000;

struct bucket {
    _Atomic uint64_t key;
    _Atomic int64_t  full_ns; /* when it will be full again */
};
struct limits {
    struct bucket set[SETS][WAYS];
};

struct limits *limits_new(void)
{
    void *p = mmap(NULL, sizeof(struct limits), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("limits: mmap");
        abort();
    }
    return p;
}

void limits_free(struct limits *l)
{
    if (l)
        munmap(l, sizeof *l);
}

static struct bucket *bucket_of(struct limits *l, uint64_t key, int64_t now_ns)
{
    struct bucket *set = l->set[key % SETS];

    for (;;) {
        struct bucket *fullest = set;
        for (int i = 0; i < WAYS; i++) {
            if (atomic_load(&set[i].key) == key)
                return &set[i];
            if (atomic_load(&set[i].full_ns) < atomic_load(&fullest->full_ns))
                fullest = &set[i];
        }
        uint64_t before = atomic_load(&fullest->key);
        if (before != key && atomic_compare_exchange_strong(&fullest->key, &before, key)) {
            atomic_store(&fullest->full_ns, now_ns);
            return fullest;
        }
    }
}

static int64_t seconds_up(int64_t ns) { return ns <= 0 ? 0 : (ns + SECOND_NS - 1) / SECOND_NS; }

bool limits_take(struct limits *l, uint64_t key, struct limit per, int64_t cost, int64_t now_us,
                 struct limit_state *ret)
{
    int64_t        now_ns = now_us * 1000, window_ns = per.window_s * SECOND_NS, token_ns = window_ns / per.n, after_ns;
    struct bucket *b = bucket_of(l, key, now_ns);
    int64_t        before_ns = atomic_load(&b->full_ns);
    bool           fits;

    do {
        after_ns = i64_max(before_ns, now_ns) + cost * token_ns;
        fits = after_ns - now_ns <= window_ns;
    } while (fits && !atomic_compare_exchange_weak(&b->full_ns, &before_ns, after_ns));
    int64_t lacks_ns = i64_max(0, (fits ? after_ns : before_ns) - now_ns);
    *ret = (struct limit_state){ .limit = per.n,
                                 .remaining = i64_max(0, window_ns - lacks_ns) / token_ns,
                                 .reset_s = seconds_up(lacks_ns),
                                 .retry_s = fits ? 0 : seconds_up(after_ns - now_ns - window_ns) };
    return fits;
}

void limits_give(struct limits *l, uint64_t key, struct limit per, int64_t cost, int64_t now_us)
{
    atomic_fetch_sub(&bucket_of(l, key, now_us * 1000)->full_ns, cost * (per.window_s * SECOND_NS / per.n));
}
