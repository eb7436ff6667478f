/* Memory in chunks that is freed at once. */
#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
    struct chunk *below;
    size_t        size, used;
    _Alignas(16) unsigned char data[];
};

struct arena {
    struct chunk *top;
    size_t        chunk_bytes;
};

static struct chunk *push_chunk(struct arena *a, size_t at_least)
{
    size_t        size = at_least > a->chunk_bytes ? at_least : a->chunk_bytes, bytes;
    struct chunk *c = __builtin_add_overflow(size, sizeof *c, &bytes) ? NULL : malloc(bytes);

    if (!c) {
        fprintf(stderr, "arena: out of memory (%zu bytes)\n", size);
        abort();
    }
    *c = (struct chunk){ .below = a->top, .size = size };
    return a->top = c;
}

struct arena *arena_new(size_t chunk_bytes)
{
    struct arena *a = malloc(sizeof *a);
    if (!a)
        abort();
    *a = (struct arena){ .chunk_bytes = chunk_bytes };
    return a;
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->top != mark.chunk) {
        struct chunk *dead = a->top;
        a->top = dead->below;
        free(dead);
    }
    if (a->top)
        a->top->used = mark.used;
}

void arena_reset(struct arena *a)
{
    while (a->top && (a->top->below || a->top->size > a->chunk_bytes)) {
        struct chunk *dead = a->top;
        a->top = dead->below;
        free(dead);
    }
    if (a->top)
        a->top->used = 0;
}

void arena_wipe(struct arena *a)
{
    for (struct chunk *c = a->top; c; c = c->below)
        explicit_bzero(c->data, c->used);
    arena_reset(a);
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_rewind(a, (struct arena_mark){ 0 });
    free(a);
}

void *arena_raw(struct arena *a, size_t bytes)
{
    size_t        need = (bytes + 15) & ~(size_t)15;
    struct chunk *c = a->top;

    if (need < bytes)
        abort();
    if (!c || c->size - c->used < need)
        c = push_chunk(a, need);
    void *p = c->data + c->used;
    c->used += need;
    return p;
}

void *arena_get(struct arena *a, size_t bytes) { return memset(arena_raw(a, bytes), 0, bytes); }

struct arena_mark arena_mark(const struct arena *a) { return (struct arena_mark){ a->top, a->top ? a->top->used : 0 }; }

size_t arena_bytes(const struct arena *a)
{
    size_t sum = 0;
    for (const struct chunk *c = a->top; c; c = c->below)
        sum += c->size;
    return sum;
}
