/* base/hash.h - fast hashes for tables and content fingerprints.  Not for secrets: those use libsodium.
 *
 * hash64() is wyhash-like: two multiplications per 16 bytes, seedable.  The result is stable across
 * processes and releases (it is stored in keys and fingerprints): changing it needs a migration. */
#pragma once
#include "base/str.h"

uint64_t               hash64(struct str s, uint64_t seed);
static inline uint64_t hash64_mix(uint64_t a, uint64_t b)
{
    __uint128_t m = (__uint128_t)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd6e8feb86659fd93u);
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
/* The same, folded to 63 bits: fits a signed SQL integer. */
static inline int64_t hash63(struct str s, uint64_t seed) { return (int64_t)(hash64(s, seed) >> 1); }
