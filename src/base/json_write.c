/* JSON writers: a tree, or values one after the other. */
#include "base/clock.h"
#include "base/json.h"
#include "base/rand.h"
#include "base/utf8.h"

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
