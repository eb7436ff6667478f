/* base/rand.h - randomness and ids.
 *
 * rand_bytes() is the kernel's (getrandom): good for secrets.  rand_seeded is splitmix64 for
 * generators and tests: the same seed gives the same numbers everywhere.
 *
 * Ids are 63 bits, made by the application, ordered by time: 41 bits of milliseconds since
 * 2024-01-01, then 22 bits that start at random each millisecond and count up.  They are printed as 13 characters of
 * Crockford's base 32 in lower case, which sort like the numbers. */
#pragma once
#include "base/str.h"

void     rand_bytes(void *to, size_t n);
uint64_t rand_u64(void);

struct rand_seeded {
    uint64_t state;
};
uint64_t rand_next(struct rand_seeded *r);
uint64_t rand_below(struct rand_seeded *r, uint64_t n); /* 0..n-1; n > 0 */

enum { ID_CHARS = 13 };
int64_t    id_new(void);         /* > 0 */
int64_t    id_ms(int64_t id);    /* Unix time it was made at */
int64_t    id_first(int64_t ms); /* the smallest id of that time: >= it finds what was made since */
struct str id_text(struct arena *a, int64_t id);
void       id_print(int64_t id, char to[ID_CHARS]); /* no NUL */
bool       id_parse(struct str s, int64_t *ret);    /* false unless exactly an id */
