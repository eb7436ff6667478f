/* The index of large JSON objects: an open-addressed hash table from name to member. */
#include <assert.h>
#include "base/hash.h"
#include "base/json_int.h"

struct slot {
    uint64_t     hash;
    struct json *member, *before; /* member NULL: free */
};
struct json_index {
    size_t      mask, used;
    struct slot slot[];
};

/* Full at three quarters. */
static size_t room_of(size_t size) { return size / 4 * 3; }

static struct json_index *new_index(struct arena *a, size_t members)
{
    size_t size = 2 * JSON_INDEX_FROM;

    while (room_of(size) < members)
        size *= 2;
    struct json_index *x = arena_get(a, sizeof *x + size * sizeof x->slot[0]);
    x->mask = size - 1;
    return x;
}

static size_t next_of(const struct json_index *x, size_t i) { return (i + 1) & x->mask; }

/* The slot of that name, or the free one where it belongs. */
static struct slot *slot_of(struct json_index *x, uint64_t hash, struct str key)
{
    size_t i = hash & x->mask;

    while (x->slot[i].member && !(x->slot[i].hash == hash && str_eq(x->slot[i].member->key, key)))
        i = next_of(x, i);
    return &x->slot[i];
}

/* False when the name is there already. */
static bool place(struct json_index *x, struct json *v, struct json *before)
{
    uint64_t     hash = hash_secret(v->key);
    struct slot *s = slot_of(x, hash, v->key);

    if (s->member)
        return false;
    *s = (struct slot){ hash, v, before };
    x->used++;
    assert(x->used <= x->mask); /* a probe ends at a free slot */
    return true;
}

bool json_index_build(struct json *object)
{
    struct json *before = NULL;
    bool         distinct = true;

    object->index = new_index(object->a, object->n);
    for (struct json *v = object->first; v; before = v, v = v->next)
        distinct &= place(object->index, v, before);
    return distinct;
}

void json_index_added(struct json *object, struct json *v, struct json *before)
{
    struct json_index *x = object->index;

    if (x && object->n <= room_of(x->mask + 1))
        place(x, v, before);
    else if (object->a)
        json_index_build(object);
}

static struct json_place walk(const struct json *object, struct str key)
{
    struct json *before = NULL;

    for (struct json *v = object->first; v; before = v, v = v->next)
        if (str_eq(v->key, key))
            return (struct json_place){ v, before };
    return (struct json_place){ 0 };
}

struct json_place json_find(const struct json *object, struct str key)
{
    if (!object->index)
        return walk(object, key);
    const struct slot *s = slot_of(object->index, hash_secret(key), key);
    return (struct json_place){ s->member, s->before };
}

/* The one behind v has another before it now. */
static void follow(struct json_index *x, const struct json *v, struct json *before)
{
    struct slot *s = v ? slot_of(x, hash_secret(v->key), v->key) : NULL;

    if (s && s->member == v)
        s->before = before;
}

void json_index_replaced(struct json *object, const struct json *old, struct json *v)
{
    struct slot *s = slot_of(object->index, hash_secret(v->key), v->key);

    assert(s->member == old);
    s->member = v;
    follow(object->index, v->next, v);
}

/* Those behind a slot that becomes free move up, as far as their own place allows: no probe may stop too early. */
static void close_gap(struct json_index *x, size_t gap)
{
    for (size_t i = next_of(x, gap); x->slot[i].member; i = next_of(x, i)) {
        size_t home = x->slot[i].hash & x->mask;
        if (((i - home) & x->mask) < ((i - gap) & x->mask))
            continue;
        x->slot[gap] = x->slot[i];
        gap = i;
    }
    x->slot[gap] = (struct slot){ 0 };
}

void json_index_removed(struct json *object, struct json_place at)
{
    struct json_index *x = object->index;

    follow(x, at.member->next, at.before);
    close_gap(x, (size_t)(slot_of(x, hash_secret(at.member->key), at.member->key) - x->slot));
    x->used--;
}
