/* base/hash.h - two hashes: a stable one for fingerprints that are stored, a secret one for tables in memory.
 *
 * hash64() is wyhash-like: two multiplications per 16 bytes, seedable.  The result is stable across
 * processes and releases (it is stored in keys and fingerprints): changing it needs a migration.  Anybody can make texts that
 * share a hash64(): never place them in a table by it.  Not for secrets: those use libsodium.
 *
 * hash_secret() is SipHash-2-4 (libsodium's shorthash) under a key that the kernel gives each process at its first use: who
 * does not know the key cannot make texts that meet.  The result differs from process to process: never store, send or print
 * it.  A forked child keeps its parent's key, so tables made before the fork stay good. */
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

uint64_t hash_secret(struct str s);
/* Draws the key now: for a process whose children may no longer ask the kernel.  Later calls do nothing. */
void hash_secret_begin(void);
