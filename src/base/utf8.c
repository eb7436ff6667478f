/* Strict UTF-8: check, decode, encode. */
#include "base/utf8.h"

/* Bytes of the sequence at p (1..4), or 0 when it is broken. */
static size_t sequence(const unsigned char *p, size_t left, uint32_t *ret)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t   n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));

    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *ret = c;
    return n;
}

size_t utf8_valid_prefix(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t               i = 0;
    uint32_t             c;

    while (i < s.n) {
        uint64_t eight;
        while (s.n - i >= 8 && (memcpy(&eight, p + i, 8), (eight & 0x8080808080808080u) == 0))
            i += 8;
        if (i == s.n)
            break;
        size_t n = sequence(p + i, s.n - i, &c);
        if (!n)
            return i;
        i += n;
    }
    return s.n;
}

bool utf8_valid(struct str s) { return utf8_valid_prefix(s) == s.n; }

bool utf8_next(struct str *s, uint32_t *ret)
{
    if (!s->n)
        return false;
    size_t n = sequence((const unsigned char *)s->p, s->n, ret);
    if (!n) {
        *ret = 0xfffd;
        n = 1;
    }
    *s = str_from(*s, n);
    return true;
}

void utf8_put(struct buf *b, uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    char  *to = buf_room(b, n);

    if (!to)
        return;
    static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(lead[n] | c);
    b->n += n;
}

static bool is_plain(uint32_t c)
{
    bool turns = (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return c >= ' ' && c != '\\' && (c < 0x7f || c > 0x9f) && !turns && c != 0xfeff;
}

void utf8_put_plain(struct buf *b, struct str s)
{
    while (s.n) {
        uint32_t c = (unsigned char)s.p[0];
        size_t   n = sequence((const unsigned char *)s.p, s.n, &c);
        if (n && is_plain(c))
            buf_put(b, str_head(s, n));
        else if (c == '\n' || c == '\\')
            buf_put(b, c == '\n' ? S("\\n") : S("\\\\"));
        else
            buf_fmt(b, n > 1 ? "\\u%04x" : "\\x%02x", c);
        s = str_from(s, n ? n : 1);
    }
}

struct str utf8_plain(struct arena *a, struct str s)
{
    auto_buf b = buf_of(UTF8_PLAIN_MAX * s.n + 1);
    utf8_put_plain(&b, s);
    return str_copy(a, buf_str(&b));
}

struct str utf8_first(struct str s)
{
    struct str rest = s;
    uint32_t   c;

    return utf8_next(&rest, &c) ? str_head(s, s.n - rest.n) : s;
}

struct str utf8_head(struct str s, size_t n)
{
    if (n >= s.n)
        return s;
    while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return (struct str){ s.p, n };
}
