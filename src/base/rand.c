/* Random bytes from the kernel, and ids. */
#include "base/rand.h"
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>
#include "base/clock.h"

void rand_bytes(void *to, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r = getrandom((char *)to + got, n - got, 0);
        if (r < 0)
            abort(); /* a kernel without getrandom: nothing here is safe */
        got += (size_t)r;
    }
}

uint64_t rand_u64(void)
{
    uint64_t v;
    rand_bytes(&v, sizeof v);
    return v;
}

uint64_t rand_next(struct rand_seeded *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t rand_below(struct rand_seeded *r, uint64_t n) { return (uint64_t)((__uint128_t)rand_next(r) * n >> 64); }

enum { COUNT_BITS = 22, COUNT_MASK = (1 << COUNT_BITS) - 1 };
static const int64_t EPOCH_MS = 1704067200000; /* 2024-01-01 */

int64_t id_new(void)
{
    /* What the last id of this process was; a forked child must not go on counting where its
     * parent stood, so it begins with random bits of its own. */
    static int64_t last_ms, count;
    static pid_t   owner;
    int64_t        now = clock_ms() - EPOCH_MS;
    pid_t          self = getpid();

    if (now > last_ms || self != owner) {
        owner = self;
        last_ms = now;
        count = (int64_t)(rand_u64() & COUNT_MASK >> 1);
    } else if (++count > COUNT_MASK) {
        last_ms++;
        count = 0;
    }
    return last_ms << COUNT_BITS | count;
}

int64_t id_ms(int64_t id) { return (id >> COUNT_BITS) + EPOCH_MS; }
int64_t id_first(int64_t ms) { return ms <= EPOCH_MS ? 0 : (ms - EPOCH_MS) << COUNT_BITS; }

static const char DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_print(int64_t id, char to[ID_CHARS])
{
    uint64_t v = (uint64_t)id;
    for (int i = ID_CHARS - 1; i >= 0; i--, v >>= 5)
        to[i] = DIGITS[v & 31];
}

struct str id_text(struct arena *a, int64_t id)
{
    char *p = arena_get(a, ID_CHARS + 1);
    id_print(id, p);
    return (struct str){ p, ID_CHARS };
}

bool id_parse(struct str s, int64_t *ret)
{
    uint64_t v = 0;

    if (s.n != ID_CHARS)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] ? strchr(DIGITS, s.p[i]) : NULL;
        if (!at || v >> 58)
            return false;
        v = v << 5 | (uint64_t)(at - DIGITS);
    }
    if (v == 0 || v > INT64_MAX)
        return false;
    *ret = (int64_t)v;
    return true;
}
