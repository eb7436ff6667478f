/* The two hashes: wyhash-like and stable; SipHash under the key of this process. */
#include "base/hash.h"
#include <sodium/crypto_shorthash.h>
#include "base/rand.h"

static uint64_t read64(const char *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}
static uint64_t read32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

/* 1..8 bytes: overlapping reads, so every byte counts and nothing past the end is touched. */
static uint64_t read_short(const char *p, size_t n)
{
    if (n >= 4)
        return read32(p) << 32 | read32(p + n - 4);
    return n ? (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n >> 1] << 8 | (unsigned char)p[n - 1]
             : 0;
}

uint64_t hash64(struct str s, uint64_t seed)
{
    const char *p = s.p;
    size_t      n = s.n;
    uint64_t    h = seed ^ 0x2d358dccaa6c78a5u;

    for (; n > 16; p += 16, n -= 16)
        h = hash64_mix(read64(p) ^ h, read64(p + 8));
    uint64_t a = n > 8 ? read64(p) : read_short(p, n), b = n > 8 ? read64(p + n - 8) : 0;
    return hash64_mix(hash64_mix(a ^ h, b), s.n ^ 0x8bb84b93962eacc9u);
}

/* Written once, before anything is hashed by it; never after. */
static struct {
    bool          drawn;
    unsigned char bytes[crypto_shorthash_KEYBYTES];
} key;

void hash_secret_begin(void)
{
    if (!key.drawn)
        rand_bytes(key.bytes, sizeof key.bytes);
    key.drawn = true;
}

uint64_t hash_secret(struct str s)
{
    unsigned char sum[crypto_shorthash_BYTES];
    uint64_t      v;

    _Static_assert(sizeof v == sizeof sum, "a hash is 64 bits");
    if (!key.drawn)
        hash_secret_begin();
    crypto_shorthash(sum, (const unsigned char *)(s.n ? s.p : ""), s.n, key.bytes);
    memcpy(&v, sum, sizeof v);
    return v;
}
