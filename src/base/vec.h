/* base/vec.h - a growing array in an arena.
 *
 *     VEC(struct str) names = { 0 };
 *     *vec_push(a, &names) = S("Ann");
 *     for (size_t i = 0; i < names.n; i++) use(names.v[i]);
 *
 * Growing copies into fresh arena memory; pointers to elements die then.  Never fails. */
#pragma once
#include <string.h>
#include "base/arena.h"

#define VEC(type)       \
    struct {            \
        type  *v;       \
        size_t n, size; \
    }

/* Pointer to one more, zeroed element. */
#define vec_push(a, vec) \
    ((vec)->v = vec_grow_((a), (vec)->v, (vec)->n, &(vec)->size, sizeof *(vec)->v), &(vec)->v[(vec)->n++])

static inline void *vec_grow_(struct arena *a, void *v, size_t n, size_t *size, size_t each)
{
    if (n < *size)
        return v;
    *size = *size ? arena_product_(*size, 2) : 8;
    void *bigger = arena_get(a, arena_product_(*size, each));
    if (n)
        memcpy(bigger, v, n * each);
    return bigger;
}
