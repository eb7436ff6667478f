/* Estimates how many people came without knowing who (HyperLogLog). */
#include "io/shared/visits.h"
#include <math.h>
#include <sodium.h>
#include "base/rand.h"

enum { DAY_MS = 24 * 3600 * 1000, INDEX_BITS = 11 };
_Static_assert(VISIT_REGISTERS == 1 << INDEX_BITS, "a register for every index");

const char *const visit_page[VISIT_PAGES] = { "/",         "/contacts", "/duplicates", "/import",
                                              "/settings", "/console",  "other" };

static size_t page_of(struct str path)
{
    struct str first;

    (void)str_next(&path, '/', &first); /* what stands before the first slash: nothing */
    if (!str_next(&path, '/', &first))
        first = S("");
    for (size_t i = 0; i + 1 < VISIT_PAGES; i++)
        if (str_is(first, visit_page[i] + 1))
            return i;
    return VISIT_PAGES - 1;
}

static bool is_robot(struct str browser)
{
    static const char *const words[] = { "bot", "crawl", "spider", "slurp", "monitor" };

    for (size_t at = 0; at < browser.n; at++)
        for (size_t i = 0; i < countof(words); i++)
            if (str_ieq(str_head(str_from(browser, at), strlen(words[i])), str_of(words[i])))
                return true;
    return false;
}

/* One process turns the page; another that adds in this very moment may still use yesterday's salt. */
static void turn_day(struct visits *v, int64_t day)
{
    int64_t was = atomic_load(&v->day);

    if (was == day || !atomic_compare_exchange_strong(&v->day, &was, day))
        return;
    for (size_t i = 0; i < countof(v->salt); i++)
        atomic_store(&v->salt[i], rand_u64());
    for (size_t i = 0; i < VISIT_PAGES; i++)
        atomic_store(&v->today[i], 0);
    for (size_t i = 0; i < VISIT_REGISTERS; i++)
        atomic_store_explicit(&v->reg[i], 0, memory_order_relaxed);
}

static uint64_t keyed_hash(struct visits *v, const struct visit *one)
{
    unsigned char key[crypto_shorthash_KEYBYTES], hash[crypto_shorthash_BYTES];
    char          who[512];
    uint64_t      salt[2] = { atomic_load(&v->salt[0]), atomic_load(&v->salt[1]) }, ret;
    size_t        n = size_min(one->address.n, 64), m = size_min(one->browser.n, sizeof who - 64);

    _Static_assert(sizeof salt == sizeof key && sizeof ret == sizeof hash, "as libsodium has them");
    memcpy(key, salt, sizeof key);
    memcpy(who, one->address.n ? one->address.p : "", n);
    memcpy(who + n, one->browser.n ? one->browser.p : "", m);
    crypto_shorthash(hash, (const unsigned char *)who, n + m, key);
    sodium_memzero(who, sizeof who);
    memcpy(&ret, hash, sizeof ret);
    return ret;
}

bool visits_add(struct visits *v, const struct visit *one, int64_t now_ms)
{
    if (is_robot(one->browser) || one->purpose.n)
        return false;
    turn_day(v, now_ms / DAY_MS);
    size_t page = page_of(one->path);
    atomic_fetch_add(&v->today[page], 1);
    atomic_fetch_add(&v->total[page], 1);

    uint64_t         hash = keyed_hash(v, one);
    uint8_t          zeros = (uint8_t)(__builtin_clzll((hash << INDEX_BITS) | 1) + 1);
    _Atomic uint8_t *reg = &v->reg[hash >> (64 - INDEX_BITS)];
    uint8_t          was = atomic_load(reg);
    while (was < zeros && !atomic_compare_exchange_weak(reg, &was, zeros))
        continue;
    return true;
}

int64_t visits_people(const struct visits *v, int64_t now_ms)
{
    const double m = VISIT_REGISTERS;
    double       sum = 0, empty = 0;

    if (atomic_load(&v->day) != now_ms / DAY_MS)
        return 0;
    for (size_t i = 0; i < VISIT_REGISTERS; i++) {
        uint8_t r = atomic_load_explicit(&v->reg[i], memory_order_relaxed);
        sum += ldexp(1, -r);
        empty += r == 0;
    }
    double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    if (estimate <= 2.5 * m && empty > 0)
        estimate = m * log(m / empty);
    return (int64_t)llround(estimate);
}

int64_t visits_today(const struct visits *v, size_t page, int64_t now_ms)
{
    return atomic_load(&v->day) == now_ms / DAY_MS ? atomic_load(&v->today[page]) : 0;
}
