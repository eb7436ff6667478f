/* Text that grows up to a cap. */
#include "base/buf.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_done(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ .cap = b->cap };
}

void buf_grow(struct buf *b, size_t more)
{
    if (b->full || more > b->cap || b->n > b->cap - more) {
        b->full = true;
        return;
    }
    size_t want = b->n + more, size = b->size ? b->size : 256;
    if (b->p && want <= b->size)
        return;
    while (size < want)
        size *= 2;
    if (size > b->cap)
        size = b->cap;
    char *p = realloc(b->p, size);
    if (!p) {
        fprintf(stderr, "buf: out of memory (%zu bytes)\n", size);
        abort();
    }
    b->p = p;
    b->size = size;
}

void buf_join(struct buf *b, struct str sep, struct str s)
{
    if (!s.n)
        return;
    if (b->n)
        buf_put(b, sep);
    buf_put(b, s);
}

void buf_i64(struct buf *b, int64_t v)
{
    char     digits[24];
    size_t   at = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        digits[--at] = '-';
    buf_put(b, (struct str){ digits + at, sizeof digits - at });
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = n < 0 ? NULL : buf_room(b, (size_t)n + 1); /* vsnprintf wants room for its NUL */
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}
