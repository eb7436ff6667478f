/* Two or three JSON texts, a line each.  Between any two objects a patch leads there; a text taken for a patch is applied or refused
 * and never harms; three-way merges keep their laws. */
#include <stdlib.h>
#include "contact/diff.h"
#include "contact/merge.h"
#include "tests/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* Null members at the top are none (contact/diff.h). */
static struct json *object(struct arena *a, struct str text)
{
    struct json *v;

    if (json_parse(a, text, &v, NULL) != RC_OK || v->type != JSON_OBJECT)
        return NULL;
    for (struct json *m = v->first, *next; m; m = next) {
        next = m->next;
        if (m->type == JSON_NULL)
            json_remove(v, m->key);
    }
    return v;
}

static void merges(struct arena *a, const struct json *b, const struct json *x, const struct json *y)
{
    struct merge m;

    merge_three(a, b, x, b, &m);
    must(json_equal(m.card, x) && !m.nconflicts);
    merge_three(a, b, b, x, &m);
    must(json_equal(m.card, x) && !m.nconflicts);
    merge_three(a, b, x, x, &m);
    must(json_equal(m.card, x) && !m.nconflicts);
    merge_three(a, b, x, y, &m);
    must(m.card != NULL);
}

/* A key of any length: each key of a text over and over.  It is applied or refused by its number of parts, before anything is done
 * with it. */
static void long_keys(struct arena *a, const struct json *card, const struct json *patch)
{
    enum { LONG = 1 << 16, AT_MOST = 8 };
    size_t tried = 0;

    json_each(m, patch) {
        auto_buf     b = buf_of(LONG + (1 << 20));
        struct json *one = json_new(a, JSON_OBJECT), *got;
        size_t       parts = 1;
        if (!m->key.n || tried++ == AT_MOST)
            continue;
        while (b.n < LONG)
            buf_put(&b, m->key);
        for (size_t i = 0; i < b.n; i++)
            parts += b.p[i] == '/';
        json_add(one, str_copy(a, buf_str(&b)), json_new_bool(a, true));
        must(diff_apply(a, card, one, &got, NULL) != RC_OK || parts <= DIFF_PARTS_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str   rest = { (const char *)data, n }, line = S("");
    struct json *v[3] = { 0 }, *got;

    for (size_t i = 0; i < countof(v) && str_next(&rest, '\n', &line); i++)
        v[i] = object(a, line);
    if (!v[0] || !v[1])
        return 0;
    must(diff_apply(a, v[0], patch_between(a, v[0], v[1]), &got, NULL) == RC_OK && json_equal(got, v[1]));
    auto_buf before = buf_of(1 << 24), after = buf_of(1 << 24);
    json_write(&before, v[0]);
    if (diff_apply(a, v[0], v[1], &got, NULL) == RC_OK)
        must(got->type == JSON_OBJECT);
    json_write(&after, v[0]);
    must(str_eq(buf_str(&before), buf_str(&after)));
    long_keys(a, v[0], v[1]);
    merges(a, v[0], v[1], v[2] ? v[2] : v[1]);
    return 0;
}
