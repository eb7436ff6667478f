/* base/arena.h - memory with one lifetime: a request, a job, a page of contacts.
 *
 * Allocation never fails (the process stops on exhaustion; jobs are redelivered).
 * Memory is zeroed and aligned to 16.  Free everything at once, or rewind to a mark.
 * A rewind to an empty arena keeps the first chunk, so a loop over units allocates once.
 * Not thread-safe: one arena belongs to one thread. */
#pragma once
#include <stdlib.h>
#include "base/base.h"

struct arena;
struct arena_mark {
    void  *chunk;
    size_t used;
};

struct arena *arena_new(size_t chunk_bytes);
void          arena_free(struct arena *a); /* NULL is fine */
void         *arena_get(struct arena *a, size_t bytes) __attribute__((malloc, returns_nonnull, alloc_size(2)));
/* The same without zeroing, for bytes that are written at once. */
void             *arena_raw(struct arena *a, size_t bytes) __attribute__((malloc, returns_nonnull, alloc_size(2)));
struct arena_mark arena_mark(const struct arena *a);
void              arena_rewind(struct arena *a, struct arena_mark mark);
void              arena_reset(struct arena *a);       /* empty, but keeps one chunk */
void              arena_wipe(struct arena *a);        /* the same, and what was in it is overwritten */
size_t            arena_bytes(const struct arena *a); /* held now, for metrics */

/* Bytes of n things; the process stops when that is no number of bytes, as when there are none left. */
static inline size_t arena_product_(size_t each, size_t n)
{
    size_t bytes;
    if (__builtin_mul_overflow(each, n, &bytes))
        abort();
    return bytes;
}

#define arena_new_of(a, type)   ((type *)arena_get((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_get((a), arena_product_(sizeof(type), (n))))
DEFINE_AUTO_FREE(arena)
