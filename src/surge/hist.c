/* A histogram of times with a bounded relative error. */
#include "surge/hist.h"
#include <math.h>

enum { SUB = 1 << HIST_SUB_BITS };
static const int64_t LONGEST_US = (int64_t)1 << 32;

/* Up to 2 x SUB a cell a microsecond; above, SUB cells to each doubling. */
static size_t cell_of(int64_t us)
{
    uint64_t v = (uint64_t)i64_max(0, i64_min(us, LONGEST_US - 1));
    if (v < SUB)
        return (size_t)v;
    int shift = 63 - __builtin_clzll(v) - HIST_SUB_BITS;
    return ((size_t)(shift + 1) << HIST_SUB_BITS) + (size_t)(v >> shift) - SUB;
}

static int64_t highest_in(size_t cell)
{
    if (cell < SUB)
        return (int64_t)cell;
    int    shift = (int)(cell >> HIST_SUB_BITS) - 1;
    size_t low = (cell & (SUB - 1)) + SUB;
    return (int64_t)((low + 1) << shift) - 1;
}
_Static_assert(HIST_OCTAVES + HIST_SUB_BITS - 1 == 32, "the last cell ends at 2^32");

void hist_add(struct hist *h, int64_t us)
{
    h->cell[cell_of(us)]++;
    h->n++;
    h->sum_us += us;
    h->max_us = i64_max(h->max_us, us);
}

int64_t hist_at(const struct hist *h, double q)
{
    int64_t want = i64_max(1, (int64_t)ceil(q * (double)h->n)), seen = 0;

    if (!h->n)
        return 0;
    for (size_t i = 0; i < HIST_CELLS; i++)
        if ((seen += h->cell[i]) >= want)
            return i64_min(highest_in(i), h->max_us);
    return h->max_us;
}

void hist_join(struct hist *into, const struct hist *more)
{
    for (size_t i = 0; i < HIST_CELLS; i++)
        into->cell[i] += more->cell[i];
    into->n += more->n;
    into->sum_us += more->sum_us;
    into->max_us = i64_max(into->max_us, more->max_us);
}
