/* Counts what happens, since the start and over the last minute. */
#include "io/shared/tally.h"
#include "base/clock.h"

enum { LOOK_BACK = 6, MINUTE_US = 60 * 1000 * 1000, SLOT_US = TALLY_SLOT_S * 1000 * 1000 };
_Static_assert(LOOK_BACK + 1 < TALLY_SLOTS, "the slot being emptied is none of those being read");

const char *const tally_name[TALLIES] = { "visits",   "signups", "logins",  "imports",
                                          "contacts", "errors",  "refused", "jobs" };
const char *const tally_class_name[CLASSES] = { "site", "read", "write", "login", "bulk" };

size_t tally_bucket(int64_t us)
{
    if (us < TALLY_FIRST_US)
        return 0;
    unsigned doubling = 63u - (unsigned)__builtin_clzll((uint64_t)us / TALLY_FIRST_US);
    size_t   eighth = (size_t)(us >> (doubling + 3)) & (TALLY_EIGHTHS - 1);
    return size_min(1 + doubling * TALLY_EIGHTHS + eighth, TALLY_BUCKETS - 1);
}

int64_t tally_bucket_end_us(size_t at)
{
    if (at == 0)
        return TALLY_FIRST_US;
    size_t doubling = (at - 1) / TALLY_EIGHTHS, eighth = (at - 1) % TALLY_EIGHTHS;
    return (int64_t)((uint64_t)(TALLY_FIRST_US / TALLY_EIGHTHS) * (TALLY_EIGHTHS + 1 + eighth) << doubling);
}

static void empty(struct tally_slot *s)
{
    for (size_t i = 0; i < TALLIES; i++)
        atomic_store_explicit(&s->n[i], 0, memory_order_relaxed);
    for (size_t c = 0; c < CLASSES; c++)
        for (size_t i = 0; i < TALLY_BUCKETS; i++)
            atomic_store_explicit(&s->time[c][i], 0, memory_order_relaxed);
}

static struct tally_slot *slot_now(struct tallies *t)
{
    int64_t            epoch = clock_mono_us() / SLOT_US;
    struct tally_slot *s = &t->slot[epoch % TALLY_SLOTS];
    int64_t            was = atomic_load(&s->epoch);

    if (was != epoch && atomic_compare_exchange_strong(&s->epoch, &was, epoch))
        empty(s);
    return s;
}

void tally_add(struct tallies *t, enum tally_what what, int64_t n)
{
    atomic_fetch_add_explicit(&t->total[what], n, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot_now(t)->n[what], (uint32_t)n, memory_order_relaxed);
}

void tally_time(struct tallies *t, enum tally_class c, int64_t us)
{
    size_t at = tally_bucket(us);

    if (c >= CLASSES)
        return;
    atomic_fetch_add_explicit(&t->time[c][at], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->time_us[c], us, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot_now(t)->time[c][at], 1, memory_order_relaxed);
}

int64_t tally_requests(const struct tallies *t, enum tally_class c)
{
    int64_t n = 0;

    for (size_t i = 0; i < TALLY_BUCKETS; i++)
        n += atomic_load_explicit(&t->time[c][i], memory_order_relaxed);
    return n;
}

static int64_t percentile(const int64_t *n, int64_t total, int64_t percent)
{
    int64_t wanted = (total * percent + 99) / 100, seen = 0;

    for (size_t i = 0; i < TALLY_BUCKETS; i++)
        if ((seen += n[i]) >= wanted && seen)
            return tally_bucket_end_us(i);
    return 0;
}

static int64_t a_minute(int64_t n, int64_t us) { return (n * MINUTE_US + us / 2) / us; }

/* Six whole slots and the one that runs; the first minute counts as a whole one. */
void tally_minute(struct tallies *t, struct tally_minute *ret)
{
    int64_t now_us = clock_mono_us(), epoch = now_us / SLOT_US, n[CLASSES][TALLY_BUCKETS] = { 0 };
    int64_t span_us = i64_max(MINUTE_US, i64_min(now_us - (epoch - LOOK_BACK) * SLOT_US, now_us - t->started_us));

    *ret = (struct tally_minute){ 0 };
    for (size_t s = 0; s < TALLY_SLOTS; s++) {
        int64_t age = epoch - atomic_load(&t->slot[s].epoch);
        if (age < 0 || age > LOOK_BACK)
            continue;
        for (size_t i = 0; i < TALLIES; i++)
            ret->n[i] += atomic_load_explicit(&t->slot[s].n[i], memory_order_relaxed);
        for (size_t c = 0; c < CLASSES; c++)
            for (size_t i = 0; i < TALLY_BUCKETS; i++)
                n[c][i] += atomic_load_explicit(&t->slot[s].time[c][i], memory_order_relaxed);
    }
    for (size_t i = 0; i < TALLIES; i++)
        ret->n[i] = a_minute(ret->n[i], span_us);
    for (size_t c = 0; c < CLASSES; c++) {
        int64_t all = 0;
        for (size_t i = 0; i < TALLY_BUCKETS; i++)
            all += n[c][i];
        ret->requests[c] = a_minute(all, span_us);
        ret->p50_us[c] = percentile(n[c], all, 50);
        ret->p99_us[c] = percentile(n[c], all, 99);
    }
}
