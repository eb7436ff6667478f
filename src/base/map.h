/* base/map.h - a hash map from text or number to a pointer-sized value, in an arena.
 *
 * Open addressing, grows at 3/4.  Slots are chosen by hash_secret(): nobody outside can make keys that share them, so n
 * entries cost n steps whoever chose the keys; the same keys lie elsewhere in every process.  Keys are borrowed: they must live as long as the map.
 * There is no delete: a map lives for one request or unit of work.  Never fails. */
#pragma once
#include "base/hash.h"

struct map_slot {
    uint64_t   hash;
    struct str key;
    uint64_t   value;
};
struct map {
    struct arena    *a;
    struct map_slot *slots;
    size_t           n, size;
};

static inline struct map map_of(struct arena *a) { return (struct map){ .a = a }; }

/* The value's place; added as 0 when the key is new.  Dies at the next map_at(). */
uint64_t *map_at(struct map *m, struct str key);
/* NULL when the key is not there. */
uint64_t *map_find(const struct map *m, struct str key);

/* The same with numbers as keys.  Do not mix both kinds in one map. */
uint64_t *map_at_u64(struct map *m, uint64_t key);
uint64_t *map_find_u64(const struct map *m, uint64_t key);
