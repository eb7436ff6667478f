/* Borrowed texts: compare, search, trim, copy, format. */
#include "base/str.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int    c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

struct str str_trim(struct str s)
{
    while (s.n && (unsigned char)s.p[0] <= ' ')
        s.p++, s.n--;
    while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
        s.n--;
    return s;
}

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.n || !s.p)
        return SIZE_MAX;
    if (!needle.n)
        return from;
    const char *at = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

struct str str_copy(struct arena *a, struct str s)
{
    char *p = arena_get(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

struct str str_lower(struct arena *a, struct str s)
{
    char *p = arena_get(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_lower(s.p[i]);
    return (struct str){ p, s.n };
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort(); /* a format string of ours is broken */
    char *p = arena_get(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){ p, (size_t)n };
}

struct str str_join(struct arena *a, struct str left, struct str sep, struct str right)
{
    if (!left.n || !right.n)
        return left.n ? left : right;
    return str_fmt(a, STR_FMT STR_FMT STR_FMT, STR_ARG(left), STR_ARG(sep), STR_ARG(right));
}

static bool parts_words(char c) { return c == ' ' || c == '\t' || c == ','; }

bool str_next_word(struct str *rest, struct str *word)
{
    size_t n = 0;

    while (rest->n && parts_words(rest->p[0]))
        *rest = str_from(*rest, 1);
    while (n < rest->n && !parts_words(rest->p[n]))
        n++;
    *word = str_head(*rest, n);
    *rest = str_from(*rest, n);
    return n > 0;
}

bool str_next(struct str *rest, char sep, struct str *field)
{
    if (!rest->p)
        return false;
    const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;

    if (!at) {
        *field = *rest;
        *rest = (struct str){ 0 };
        return true;
    }
    *field = (struct str){ rest->p, (size_t)(at - rest->p) };
    rest->n -= field->n + 1;
    rest->p = at + 1;
    return true;
}

bool str_i64(struct str s, int64_t min, int64_t max, int64_t *ret)
{
    bool    negative = s.n && s.p[0] == '-';
    size_t  i = negative;
    int64_t v = 0;

    if (s.n == i || s.n - i > 19)
        return false;
    for (; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, s.p[i] - '0', &v))
            return false;
    }
    if (negative)
        v = -v;
    if (v < min || v > max)
        return false;
    *ret = v;
    return true;
}
