/* base/buf.h - text or bytes that grow, up to a cap given at the start.
 *
 * A write past the cap is dropped and remembered: check buf_full() once at the end instead of at
 * every call.  Memory is malloc'ed and kept by buf_clear(), so one buffer serves many units.
 * Growing never fails (the process stops on exhaustion).  Belongs to one thread. */
#pragma once
#include "base/str.h"

struct buf {
    char  *p;
    size_t n, size, cap;
    bool   full;
};

#define auto_buf __attribute__((cleanup(buf_done))) struct buf

static inline struct buf buf_of(size_t cap_bytes) { return (struct buf){ .cap = cap_bytes }; }
void                     buf_done(struct buf *b);              /* frees; b may be used again */
void                     buf_grow(struct buf *b, size_t more); /* slow path of buf_room() */

static inline void buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
}
static inline bool       buf_full(const struct buf *b) { return b->full; }
static inline struct str buf_str(const struct buf *b) { return (struct str){ b->p ? b->p : "", b->n }; }

/* Room for `more` bytes at the end, or NULL when that would pass the cap; then advance b->n. */
static inline char *buf_room(struct buf *b, size_t more)
{
    if (b->size - b->n <= more) /* not <: a first room of 0 bytes is an address, too; NULL + 0 is none in C17 */
        buf_grow(b, more);
    return b->full ? NULL : b->p + b->n;
}
static inline void buf_put(struct buf *b, struct str s)
{
    char *to = s.n ? buf_room(b, s.n) : NULL;
    if (to) {
        memcpy(to, s.p, s.n);
        b->n += s.n;
    }
}
static inline void buf_char(struct buf *b, char c)
{
    char *to = buf_room(b, 1);
    if (to) {
        *to = c;
        b->n++;
    }
}
/* sep before s when both sides have text: what a loop over parts appends with.  (str_join() in a loop copies all of it each time.) */
void buf_join(struct buf *b, struct str sep, struct str s);
void buf_i64(struct buf *b, int64_t v); /* decimal */
void buf_fmt(struct buf *b, const char *fmt, ...) printf_like(2, 3);
