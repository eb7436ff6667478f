/* JSON trees: looking things up, comparing, building. */
#include "base/json.h"
#include "base/hash.h"
#include "base/json_int.h"

/* ---- looking ---- */

struct json *json_get(const struct json *object, struct str key)
{
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    if (object->index)
        return json_find(object, key).member;
    json_each(m, object)
        if (str_eq(m->key, key))
            return m;
    return NULL;
}

struct json *json_at(const struct json *array, size_t i)
{
    if (!array || array->type != JSON_ARRAY || i >= array->n)
        return NULL;
    struct json *v = array->first;
    while (i--)
        v = v->next;
    return v;
}

struct str json_text(const struct json *v) { return v && v->type == JSON_STRING ? v->text : (struct str){ "", 0 }; }
struct str json_get_text(const struct json *object, struct str key) { return json_text(json_get(object, key)); }

bool json_i64(const struct json *v, int64_t *ret)
{
    return v && v->type == JSON_NUMBER && str_i64(v->text, INT64_MIN, INT64_MAX, ret);
}

int64_t json_get_i64(const struct json *object, struct str key, int64_t otherwise)
{
    int64_t v;
    return json_i64(json_get(object, key), &v) ? v : otherwise;
}

bool json_get_bool(const struct json *object, struct str key, bool otherwise)
{
    const struct json *v = json_get(object, key);
    return v && (v->type == JSON_TRUE || v->type == JSON_FALSE) ? v->type == JSON_TRUE : otherwise;
}

/* "~1" is '/', "~0" is '~' (RFC 6901 section 4). */
static struct str pointer_token(struct arena *a, struct str s)
{
    if (str_find(s, S("~"), 0) == SIZE_MAX)
        return s;
    char  *p = arena_get(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '~' && i + 1 < s.n && (s.p[i + 1] == '0' || s.p[i + 1] == '1');
        p[n++] = !escape ? s.p[i] : s.p[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    return (struct str){ p, n };
}

struct json *json_pointer(const struct json *root, struct arena *a, struct str pointer)
{
    struct json *v = (struct json *)root; /* the caller's constness goes with the root */
    struct str   token;

    if (pointer.n == 0)
        return v;
    if (pointer.p[0] != '/')
        return NULL;
    pointer = str_from(pointer, 1);
    while (v && str_next(&pointer, '/', &token)) {
        int64_t i;
        if (v->type == JSON_ARRAY)
            v = str_i64(token, 0, UINT32_MAX, &i) ? json_at(v, (size_t)i) : NULL;
        else
            v = json_get(v, pointer_token(a, token));
    }
    return v;
}

void json_pointer_put(struct buf *b, struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '~' || name.p[i] == '/')
            buf_put(b, name.p[i] == '~' ? S("~0") : S("~1"));
        else
            buf_char(b, name.p[i]);
    }
}

bool json_equal(const struct json *x, const struct json *y)
{
    if (x == y)
        return true;
    if (!x || !y || x->type != y->type)
        return false;
    if (x->type == JSON_STRING || x->type == JSON_NUMBER)
        return str_eq(x->text, y->text);
    if (x->type < JSON_ARRAY)
        return true;
    if (x->n != y->n)
        return false;
    const struct json *other = y->first;
    json_each(item, x) {
        /* objects mostly come in the same order: try the neighbour before searching */
        const struct json *twin =
            x->type == JSON_ARRAY || str_eq(other->key, item->key) ? other : json_get(y, item->key);
        if (!twin || !json_equal(item, twin))
            return false;
        other = other->next;
    }
    return true;
}

/* Members count whatever their order: they are added up. */
uint64_t json_hash(const struct json *v)
{
    uint64_t sum = v ? v->type + 1 : 0;

    if (v && (v->type == JSON_STRING || v->type == JSON_NUMBER))
        return hash64_mix(sum, hash_secret(v->text));
    json_each(item, v) {
        uint64_t child = json_hash(item);
        sum = v->type == JSON_OBJECT ? sum + hash64_mix(hash_secret(item->key), child) : hash64_mix(sum, child);
    }
    return v && v->type >= JSON_ARRAY ? hash64_mix(sum, v->n) : sum;
}

/* ---- building ---- */

struct json *json_new(struct arena *a, enum json_type type)
{
    struct json *v = arena_raw(a, sizeof *v);
    *v = (struct json){ .type = type, .a = a };
    return v;
}

struct json *json_new_text(struct arena *a, struct str s)
{
    struct json *v = json_new(a, JSON_STRING);
    v->text = s;
    return v;
}

struct json *json_new_i64(struct arena *a, int64_t n)
{
    struct json *v = json_new(a, JSON_NUMBER);
    char        *end = (char *)arena_raw(a, 24) + 24, *p = end;
    uint64_t     u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        *--p = '-';
    v->text = (struct str){ p, (size_t)(end - p) };
    return v;
}

struct json *json_new_bool(struct arena *a, bool v) { return json_new(a, v ? JSON_TRUE : JSON_FALSE); }

struct json *json_push(struct json *parent, struct json *v)
{
    struct json *before = parent->last;

    json_append(parent, v);
    if (parent->index || (parent->type == JSON_OBJECT && parent->n > JSON_INDEX_FROM))
        json_index_added(parent, v, before);
    return v;
}

struct json *json_add(struct json *object, struct str key, struct json *v)
{
    v->key = key;
    return json_push(object, v);
}

struct json *json_set(struct json *object, struct str key, struct json *v)
{
    struct json_place at = json_find(object, key);

    if (!at.member)
        return json_add(object, key, v);
    v->key = key;
    v->next = at.member->next;
    *(at.before ? &at.before->next : &object->first) = v;
    if (object->last == at.member)
        object->last = v;
    if (object->index)
        json_index_replaced(object, at.member, v);
    return v;
}

struct json *json_set_text(struct arena *a, struct json *object, struct str key, struct str s)
{
    return json_set(object, key, json_new_text(a, s));
}

bool json_remove(struct json *object, struct str key)
{
    struct json_place at = { 0 };

    if (object && object->type == JSON_OBJECT)
        at = json_find(object, key);
    if (!at.member)
        return false;
    if (object->index)
        json_index_removed(object, at);
    *(at.before ? &at.before->next : &object->first) = at.member->next;
    if (object->last == at.member)
        object->last = at.before;
    object->n--;
    return true;
}

struct json *json_child(struct arena *a, struct json *object, struct str key)
{
    struct json *v = json_get(object, key);
    return v && v->type == JSON_OBJECT ? v : json_set(object, key, json_new(a, JSON_OBJECT));
}

struct json *json_copy(struct arena *a, const struct json *v)
{
    if (!v)
        return NULL;
    struct json *copy = arena_raw(a, sizeof *copy);
    *copy = *v;
    copy->next = NULL;
    if (v->type < JSON_ARRAY)
        return copy;
    copy->first = copy->last = NULL;
    copy->n = 0;
    copy->a = a;
    copy->index = NULL;
    json_each(item, v)
        json_append(copy, json_copy(a, item));
    if (copy->type == JSON_OBJECT && copy->n > JSON_INDEX_FROM)
        json_index_build(copy);
    return copy;
}
