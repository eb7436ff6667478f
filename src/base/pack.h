/* base/pack.h - the byte form in which processes hand each other units of work.
 *
 * Fixed-width little-endian numbers and length-prefixed bytes, written and read in the same order; no
 * schema, no versions: both ends are the same binary.  The reader never trusts: a read past the end gives zero
 * or an empty text and sets `bad`; check once at the end.  Texts read are borrowed from the input. */
#pragma once
#include "base/buf.h"

static inline void pack_bytes_(struct buf *b, const void *p, size_t n) { buf_put(b, (struct str){ p, n }); }
static inline void pack_i64(struct buf *b, int64_t v) { pack_bytes_(b, &v, sizeof v); }
static inline void pack_u32(struct buf *b, uint32_t v) { pack_bytes_(b, &v, sizeof v); }
static inline void pack_str(struct buf *b, struct str s)
{
    pack_u32(b, (uint32_t)s.n);
    buf_put(b, s);
}

struct unpack {
    struct str left;
    bool       bad;
};
static inline struct unpack unpack_of(struct str s) { return (struct unpack){ s, false }; }
static inline struct str    unpack_bytes_(struct unpack *u, size_t n)
{
    if (u->bad || n > u->left.n) {
        u->bad = true;
        return (struct str){ "", 0 };
    }
    struct str s = { u->left.p, n };
    u->left = str_from(u->left, n);
    return s;
}
static inline int64_t unpack_i64(struct unpack *u)
{
    int64_t    v = 0;
    struct str s = unpack_bytes_(u, sizeof v);
    if (s.n)
        memcpy(&v, s.p, sizeof v);
    return v;
}
static inline uint32_t unpack_u32(struct unpack *u)
{
    uint32_t   v = 0;
    struct str s = unpack_bytes_(u, sizeof v);
    if (s.n)
        memcpy(&v, s.p, sizeof v);
    return v;
}
static inline struct str unpack_str(struct unpack *u) { return unpack_bytes_(u, unpack_u32(u)); }
static inline bool       unpack_end(const struct unpack *u) { return !u->bad && u->left.n == 0; }
