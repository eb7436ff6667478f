/* JSON trees: looking, building, comparing, writing. */
#include "base/json.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"

/* ---- looking ---- */

struct json *json_get(const struct json *object, struct str key)
{
    if (!object || object->type != JSON_OBJECT)
        return NULL;
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

/* ---- building ---- */

struct json *json_new(struct arena *a, enum json_type type)
{
    struct json *v = arena_raw(a, sizeof *v);
    *v = (struct json){ .type = type };
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
    v->next = NULL;
    if (parent->last)
        parent->last->next = v;
    else
        parent->first = v;
    parent->last = v;
    parent->n++;
    return v;
}

struct json *json_add(struct json *object, struct str key, struct json *v)
{
    v->key = key;
    return json_push(object, v);
}

struct json *json_set(struct json *object, struct str key, struct json *v)
{
    struct json *before = NULL;

    for (struct json *m = object->first; m; before = m, m = m->next) {
        if (!str_eq(m->key, key))
            continue;
        v->key = key;
        v->next = m->next;
        *(before ? &before->next : &object->first) = v;
        if (object->last == m)
            object->last = v;
        return v;
    }
    return json_add(object, key, v);
}

struct json *json_set_text(struct arena *a, struct json *object, struct str key, struct str s)
{
    return json_set(object, key, json_new_text(a, s));
}

bool json_remove(struct json *object, struct str key)
{
    struct json *before = NULL;

    if (!object || object->type != JSON_OBJECT)
        return false;
    for (struct json *m = object->first; m; before = m, m = m->next) {
        if (!str_eq(m->key, key))
            continue;
        *(before ? &before->next : &object->first) = m->next;
        if (object->last == m)
            object->last = before;
        object->n--;
        return true;
    }
    return false;
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
    struct json *copy = arena_new_of(a, struct json);
    *copy = *v;
    copy->next = NULL;
    if (v->type < JSON_ARRAY)
        return copy;
    copy->first = copy->last = NULL;
    copy->n = 0;
    json_each(item, v)
        json_push(copy, json_copy(a, item));
    return copy;
}

/* ---- writing ---- */

static bool is_plain(unsigned char c) { return c >= ' ' && c != '"' && c != '\\' && c < 0x80; }

/* Sets the top bit of every byte that is not plain (and perhaps of bytes after such a one). */
static uint64_t not_plain(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, quote = v ^ (ones * '"'), slash = v ^ (ones * '\\');

    return (v | (v - ones * ' ') | (quote - ones) | (slash - ones)) & (ones * 0x80);
}

/* Bytes at the start that are written as they are. */
static size_t plain_bytes(struct str s)
{
    size_t   n = 0;
    uint64_t v;

    for (; s.n - n >= 8; n += 8) {
        memcpy(&v, s.p + n, 8);
        if (not_plain(v))
            break;
    }
    if (s.n >= 8 && s.n - n < 8) {
        memcpy(&v, s.p + s.n - 8, 8); /* the rest, with some of what was seen already */
        if (!not_plain(v))
            return s.n;
    } else if (s.n >= 4 && s.n < 8) {
        uint32_t head, tail;
        memcpy(&head, s.p, 4);
        memcpy(&tail, s.p + s.n - 4, 4);
        if (!not_plain((uint64_t)head << 32 | tail))
            return s.n;
    }
    while (n < s.n && is_plain((unsigned char)s.p[n]))
        n++;
    return n;
}

static void put_special(struct buf *b, struct str *s)
{
    static const char from[] = "\"\\\b\f\n\r\t", into[] = "\"\\bfnrt";
    char              c = s->p[0];
    const char       *at = c ? strchr(from, c) : NULL;

    if (at) {
        buf_char(b, '\\');
        buf_char(b, into[at - from]);
    } else if ((unsigned char)c < ' ') {
        buf_fmt(b, "\\u%04x", c);
    } else {
        uint32_t   code_point;
        struct str rest = *s;
        utf8_next(&rest, &code_point);
        utf8_put(b, code_point);
        *s = rest;
        return;
    }
    *s = str_from(*s, 1);
}

void json_write_text(struct buf *b, struct str s)
{
    size_t n = plain_bytes(s);
    char  *to = n == s.n ? buf_room(b, n + 2) : NULL;

    if (to) { /* nearly every text */
        to[0] = '"';
        if (n)
            memcpy(to + 1, s.p, n);
        to[n + 1] = '"';
        b->n += n + 2;
        return;
    }
    buf_char(b, '"');
    for (; s.n; n = plain_bytes(s)) {
        buf_put(b, str_head(s, n));
        s = str_from(s, n);
        if (s.n)
            put_special(b, &s);
    }
    buf_char(b, '"');
}

void json_write(struct buf *b, const struct json *v)
{
    static const struct str word[] = { { "null", 4 }, { "false", 5 }, { "true", 4 } };

    if (!v || v->type <= JSON_TRUE) {
        buf_put(b, word[v ? v->type : JSON_NULL]);
    } else if (v->type == JSON_NUMBER) {
        buf_put(b, v->text);
    } else if (v->type == JSON_STRING) {
        json_write_text(b, v->text);
    } else {
        buf_char(b, v->type == JSON_OBJECT ? '{' : '[');
        json_each(item, v) {
            if (item != v->first)
                buf_char(b, ',');
            if (v->type == JSON_OBJECT) {
                json_write_text(b, item->key);
                buf_char(b, ':');
            }
            json_write(b, item);
        }
        buf_char(b, v->type == JSON_OBJECT ? '}' : ']');
    }
}

static void out_key(struct json_out *o, struct str key)
{
    if (o->comma & 1)
        buf_char(o->b, ',');
    o->comma |= 1;
    if (key.p) {
        json_write_text(o->b, key);
        buf_char(o->b, ':');
    }
}

void json_out_open(struct json_out *o, struct str key, char bracket)
{
    out_key(o, key);
    buf_char(o->b, bracket);
    o->comma <<= 1;
}

void json_out_close(struct json_out *o, char bracket)
{
    buf_char(o->b, bracket);
    o->comma >>= 1;
}

void json_out_text(struct json_out *o, struct str key, struct str s)
{
    out_key(o, key);
    json_write_text(o->b, s);
}
void json_out_i64(struct json_out *o, struct str key, int64_t v)
{
    out_key(o, key);
    buf_i64(o->b, v);
}
void json_out_bool(struct json_out *o, struct str key, bool v)
{
    out_key(o, key);
    buf_put(o->b, v ? S("true") : S("false"));
}
void json_out_raw(struct json_out *o, struct str key, struct str s)
{
    out_key(o, key);
    buf_put(o->b, s);
}
void json_out_tree(struct json_out *o, struct str key, const struct json *v)
{
    out_key(o, key);
    json_write(o->b, v);
}

void json_out_real(struct json_out *o, struct str key, double v)
{
    out_key(o, key);
    if (v != v || v > 1e15 || v < -1e15)
        buf_put(o->b, S("null"));
    else
        buf_fmt(o->b, "%.3f", v);
}

void json_out_id(struct json_out *o, struct str key, int64_t id)
{
    char text[ID_CHARS + 2];

    out_key(o, key);
    text[0] = text[ID_CHARS + 1] = '"';
    id_print(id, text + 1);
    buf_put(o->b, (struct str){ text, sizeof text });
}

void json_out_time(struct json_out *o, struct str key, int64_t ms)
{
    auto_free(arena) a = arena_new(256);
    if (ms)
        json_out_text(o, key, clock_rfc3339(a, ms));
    else
        json_out_raw(o, key, S("null"));
}
