/* The JSON reader: one pass, one node of the arena for each value, limits judged before what they forbid is read. */
#include <stdio.h>
#include "base/json_int.h"
#include "base/utf8.h"

struct reader {
    struct arena      *a;
    const char        *start, *p, *end;
    struct json_limits limits;
    size_t             nodes;
    struct err        *e;
};

enum { TEXT_MAX = 64 << 20 };

static enum rc fail_as(const struct reader *r, enum rc rc, const char *what)
{
    size_t line = 1, column = 1;

    for (const char *c = r->start; c < r->p && c < r->end; c++) {
        if (*c == '\n')
            line++, column = 1;
        else
            column++;
    }
    return err_set(r->e, rc, "json: line %zu column %zu: %s", line, column, what);
}

static enum rc fail(const struct reader *r, const char *what) { return fail_as(r, RC_MALFORMED, what); }

static enum rc too_much(const struct reader *r, const char *what, size_t most)
{
    char text[100];

    snprintf(text, sizeof text, "%s, at most %zu", what, most);
    return fail_as(r, RC_TOO_LARGE, text);
}

static void skip_space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool hex4(const char *p, uint32_t *ret)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = ascii_lower(p[i]);
        if (!ascii_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
        v = v << 4 | (uint32_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    *ret = v;
    return true;
}

/* \uXXXX, with its second half when it is a surrogate pair. */
static bool unicode_escape(struct reader *r, struct buf *to)
{
    uint32_t c, low;

    if (r->end - r->p < 4 || !hex4(r->p, &c) || c == 0)
        return false;
    r->p += 4;
    if (c >= 0xd800 && c <= 0xdfff) {
        if (c >= 0xdc00 || r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u' || !hex4(r->p + 2, &low) ||
            low < 0xdc00 || low > 0xdfff)
            return false;
        r->p += 6;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    utf8_put(to, c);
    return true;
}

static bool one_escape(struct reader *r, struct buf *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char              c = r->p < r->end ? *r->p++ : 0;

    if (c == 'u')
        return unicode_escape(r, to);
    const char *at = c ? strchr(from, c) : NULL;
    if (at)
        buf_char(to, into[at - from]);
    return at != NULL;
}

/* Bytes up to the closing quote, a backslash, a control character or the end. */
static const char *plain_end(const char *p, const char *end)
{
    while (end - p >= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        uint64_t quote = v ^ 0x2222222222222222u, slash = v ^ 0x5c5c5c5c5c5c5c5cu;
        uint64_t hit = ((quote - 0x0101010101010101u) & ~quote) | ((slash - 0x0101010101010101u) & ~slash) |
                       ((v - 0x2020202020202020u) & ~v);
        if (hit & 0x8080808080808080u)
            break;
        p += 8;
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ')
        p++;
    return p;
}

static enum rc escaped_text(struct reader *r, const char *from, struct str *ret)
{
    auto_buf b = buf_of(TEXT_MAX);

    buf_put(&b, (struct str){ from, (size_t)(r->p - from) });
    while (r->p < r->end && *r->p == '\\') {
        r->p++;
        if (!one_escape(r, &b))
            return fail(r, "broken escape");
        const char *more = plain_end(r->p, r->end);
        buf_put(&b, (struct str){ r->p, (size_t)(more - r->p) });
        r->p = more;
    }
    if (r->p >= r->end || *r->p != '"')
        return fail(r, r->p < r->end ? "control character in a text" : "text without its end");
    r->p++;
    *ret = str_copy(r->a, buf_str(&b));
    return RC_OK;
}

static enum rc read_text(struct reader *r, struct str *ret)
{
    const char *from = ++r->p;

    r->p = plain_end(from, r->end);
    if (r->p < r->end && *r->p == '"') {
        *ret = (struct str){ from, (size_t)(r->p - from) };
        r->p++;
        return RC_OK;
    }
    return escaped_text(r, from, ret);
}

static size_t digits(struct reader *r)
{
    const char *from = r->p;
    while (r->p < r->end && ascii_digit(*r->p))
        r->p++;
    return (size_t)(r->p - from);
}

static enum rc read_number(struct reader *r, struct json *v)
{
    const char *from = r->p;

    v->type = JSON_NUMBER;
    if (*r->p == '-')
        r->p++;
    bool   zero = r->p < r->end && *r->p == '0';
    size_t n = digits(r);
    if (n == 0 || (zero && n > 1))
        return fail(r, "broken number");
    if (r->p < r->end && *r->p == '.' && (r->p++, digits(r) == 0))
        return fail(r, "broken number");
    if (r->p < r->end && (*r->p | 32) == 'e') {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (digits(r) == 0)
            return fail(r, "broken number");
    }
    v->text = (struct str){ from, (size_t)(r->p - from) };
    return RC_OK;
}

static enum rc read_word(struct reader *r, struct json *v)
{
    static const struct {
        struct str     word;
        enum json_type type;
    } words[] = { { { "null", 4 }, JSON_NULL }, { { "false", 5 }, JSON_FALSE }, { { "true", 4 }, JSON_TRUE } };
    struct str left = { r->p, (size_t)(r->end - r->p) };

    for (size_t i = 0; i < countof(words); i++) {
        if (str_starts(left, words[i].word)) {
            v->type = words[i].type;
            r->p += words[i].word.n;
            return RC_OK;
        }
    }
    return fail(r, left.n ? "unexpected character" : "unexpected end");
}

static enum rc read_value(struct reader *r, struct json *v, unsigned depth);

static enum rc no_duplicates(const struct reader *r, struct json *object)
{
    if (object->n > JSON_INDEX_FROM)
        return json_index_build(object) ? RC_OK : fail(r, "duplicate member");
    for (const struct json *x = object->first; x; x = x->next)
        for (const struct json *y = x->next; y; y = y->next)
            if (str_eq(x->key, y->key))
                return fail(r, "duplicate member");
    return RC_OK;
}

static enum rc read_member_name(struct reader *r, struct str *ret)
{
    skip_space(r);
    if (r->p >= r->end || *r->p != '"')
        return fail(r, "member name expected");
    TRY(read_text(r, ret));
    skip_space(r);
    if (r->p >= r->end || *r->p != ':')
        return fail(r, "':' expected");
    r->p++;
    return RC_OK;
}

static enum rc read_items(struct reader *r, struct json *v, unsigned depth, char close)
{
    bool object = v->type == JSON_OBJECT;

    for (;;) {
        if (object && v->n == r->limits.members)
            return too_much(r, "too many members in one object", r->limits.members);
        if (++r->nodes > r->limits.nodes)
            return too_much(r, "too many values", r->limits.nodes);
        struct json *item = arena_new_of(r->a, struct json);
        if (object)
            TRY(read_member_name(r, &item->key));
        TRY(read_value(r, item, depth + 1));
        json_append(v, item);
        skip_space(r);
        if (r->p >= r->end || (*r->p != ',' && *r->p != close))
            return fail(r, object ? "',' or '}' expected" : "',' or ']' expected");
        if (*r->p++ == close)
            return object ? no_duplicates(r, v) : RC_OK;
    }
}

static enum rc read_container(struct reader *r, struct json *v, unsigned depth)
{
    char close = *r->p++ == '{' ? '}' : ']';

    v->type = close == '}' ? JSON_OBJECT : JSON_ARRAY;
    v->a = r->a;
    if (depth >= r->limits.depth)
        return too_much(r, "nested too deep", r->limits.depth);
    skip_space(r);
    if (r->p < r->end && *r->p == close) {
        r->p++;
        return RC_OK;
    }
    return read_items(r, v, depth, close);
}

static enum rc read_value(struct reader *r, struct json *v, unsigned depth)
{
    skip_space(r);
    char c = r->p < r->end ? *r->p : 0;
    if (c == '"') {
        v->type = JSON_STRING;
        return read_text(r, &v->text);
    }
    if (c == '{' || c == '[')
        return read_container(r, v, depth);
    return c == '-' || ascii_digit(c) ? read_number(r, v) : read_word(r, v);
}

static size_t within(size_t wanted, size_t most) { return wanted && wanted < most ? wanted : most; }

static struct json_limits limits_of(const struct json_limits *wanted)
{
    return (struct json_limits){ .bytes = within(wanted->bytes, TEXT_MAX),
                                 .depth = (unsigned)within(wanted->depth, JSON_DEPTH_MAX),
                                 .members = within(wanted->members, SIZE_MAX),
                                 .nodes = within(wanted->nodes, JSON_NODES_MAX) };
}

enum rc json_parse_within(struct arena *a, struct str text, const struct json_limits *limits, struct json **ret,
                          struct err *e)
{
    const char   *p = text.p ? text.p : ""; /* NULL + 0 is no address in C17 */
    struct reader r = { .a = a, .start = p, .p = p, .end = p + text.n, .limits = limits_of(limits), .e = e };

    if (text.n > r.limits.bytes)
        return err_set(e, RC_TOO_LARGE, "json: %zu bytes, at most %zu", text.n, r.limits.bytes);
    size_t valid = utf8_valid_prefix(text);
    if (valid < text.n) {
        r.p = p + valid;
        return fail(&r, "not UTF-8");
    }
    struct json *v = arena_new_of(a, struct json);
    TRY(read_value(&r, v, 0));
    skip_space(&r);
    if (r.p < r.end)
        return fail(&r, "text after the value");
    *ret = v;
    return RC_OK;
}

enum rc json_parse(struct arena *a, struct str text, struct json **ret, struct err *e)
{
    return json_parse_within(a, text, &(struct json_limits){ 0 }, ret, e);
}
