/* The hash map: open addressing with linear steps, places under the secret of this process. */
#include "base/map.h"
#include <assert.h>

/* hash 0 marks a free slot */
static uint64_t   text_hash(struct str key) { return hash_secret(key) | 1; }
static uint64_t   number_hash(uint64_t key) { return hash_secret((struct str){ (const char *)&key, sizeof key }) | 1; }
static struct str number_key(uint64_t key) { return (struct str){ NULL, (size_t)key }; }

static bool same(const struct map_slot *s, uint64_t hash, struct str key, bool text)
{
    return s->hash == hash && (text ? str_eq(s->key, key) : s->key.n == key.n);
}

static struct map_slot *probe(const struct map *m, uint64_t hash, struct str key, bool text)
{
    size_t i = (hash >> 7) & (m->size - 1);
    while (m->slots[i].hash && !same(&m->slots[i], hash, key, text))
        i = (i + 1) & (m->size - 1);
    return &m->slots[i];
}

static void grow(struct map *m)
{
    struct map bigger = { .a = m->a, .size = m->size ? m->size * 2 : 16, .n = m->n };

    bigger.slots = arena_array(m->a, struct map_slot, bigger.size);
    for (size_t i = 0; i < m->size; i++) {
        if (!m->slots[i].hash)
            continue;
        size_t at = (m->slots[i].hash >> 7) & (bigger.size - 1);
        while (bigger.slots[at].hash)
            at = (at + 1) & (bigger.size - 1);
        bigger.slots[at] = m->slots[i];
    }
    *m = bigger;
}

static uint64_t *at(struct map *m, uint64_t hash, struct str key, bool text)
{
    if (m->n * 4 >= m->size * 3)
        grow(m);
    assert(m->n < m->size); /* a probe ends at a free slot */
    struct map_slot *s = probe(m, hash, key, text);
    if (!s->hash) {
        *s = (struct map_slot){ .hash = hash, .key = key };
        m->n++;
    }
    return &s->value;
}

static uint64_t *find(const struct map *m, uint64_t hash, struct str key, bool text)
{
    struct map_slot *s = m->size ? probe(m, hash, key, text) : NULL;
    return s && s->hash ? &s->value : NULL;
}

uint64_t *map_at(struct map *m, struct str key) { return at(m, text_hash(key), key, true); }
uint64_t *map_find(const struct map *m, struct str key) { return find(m, text_hash(key), key, true); }
uint64_t *map_at_u64(struct map *m, uint64_t key) { return at(m, number_hash(key), number_key(key), false); }
uint64_t *map_find_u64(const struct map *m, uint64_t key) { return find(m, number_hash(key), number_key(key), false); }
