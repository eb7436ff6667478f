/* tests/patch.h - the patch between two cards, for the law that diff_apply() leads from any card to any other (contact/diff.h).
 * {} when they are equal; null members at the top are none. */
#pragma once
#include "contact/diff.h"

static inline struct str patch_key(struct arena *a, struct str above, struct str name)
{
    auto_buf b = buf_of(above.n + 2 * name.n + 2);

    if (above.p)
        buf_fmt(&b, STR_FMT "/", STR_ARG(above));
    json_pointer_put(&b, name);
    return str_copy(a, buf_str(&b));
}

/* In a patch null removes, so an object that gained a null member can only be replaced as a whole. */
static inline bool patch_gained_null(const struct json *from, const struct json *to)
{
    json_each(m, to) {
        const struct json *old = json_get(from, m->key);
        if (m->type == JSON_NULL && (!old || old->type != JSON_NULL))
            return true;
    }
    return false;
}

static inline void patch_walk(struct arena *a, struct json *patch, struct str above, const struct json *from,
                              const struct json *to)
{
    json_each(m, to) {
        const struct json *old = json_get(from, m->key);
        if (!above.p && m->type == JSON_NULL)
            continue;
        if (old && old->type == JSON_OBJECT && m->type == JSON_OBJECT && !patch_gained_null(old, m))
            patch_walk(a, patch, patch_key(a, above, m->key), old, m);
        else if (!json_equal(old, m))
            json_add(patch, patch_key(a, above, m->key), json_copy(a, m));
    }
    json_each(m, from)
        if (!json_get(to, m->key))
            json_add(patch, patch_key(a, above, m->key), json_new(a, JSON_NULL));
}

static inline struct json *patch_between(struct arena *a, const struct json *from, const struct json *to)
{
    struct json *patch = json_new(a, JSON_OBJECT);

    patch_walk(a, patch, (struct str){ 0 }, from, to);
    return patch;
}
