/* base/str.h - a borrowed run of UTF-8 bytes.  Owns nothing, may lack a NUL. */
#pragma once
#include <string.h>
#include "base/arena.h"

struct str {
    const char *p;
    size_t      n;
};

#define S(lit)     ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *z) { return (struct str){ z, z ? strlen(z) : 0 }; }
static inline bool str_eq(struct str a, struct str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline bool str_is(struct str a, const char *z) { return str_eq(a, str_of(z)); }
static inline bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
static inline bool str_ends(struct str s, struct str tail)
{
    return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}
/* s without its first `from` bytes (all of them when it is shorter). */
static inline struct str str_from(struct str s, size_t from)
{
    size_t n = from < s.n ? from : s.n;
    return n ? (struct str){ s.p + n, s.n - n } : s; /* NULL + 0 is no address in C17 */
}
static inline struct str str_head(struct str s, size_t n) { return (struct str){ s.p, n < s.n ? n : s.n }; }

/* ASCII only: tables of keywords, header names, property names. */
static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static inline char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }
static inline bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alpha(char c) { return (unsigned)((c | 32) - 'a') < 26; }
bool               str_ieq(struct str a, struct str b); /* equal but for ASCII case */
int                str_cmp(struct str a, struct str b); /* byte order, as memcmp */

struct str str_trim(struct str s); /* without ASCII white space at both ends */
/* First place of needle in s at or after `from` (an empty one is there at once); SIZE_MAX when there is none. */
size_t str_find(struct str s, struct str needle, size_t from);

/* Copies into the arena; every copy is NUL-terminated. */
struct str str_copy(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s); /* ASCII */
struct str str_fmt(struct arena *a, const char *fmt, ...) printf_like(2, 3);
/* sep only between non-empty.  For two parts; a loop appends to a struct buf (buf_join()). */
struct str str_join(struct arena *a, struct str left, struct str sep, struct str right);

/* Split at sep:  for (struct str f; str_next(&rest, ';', &f); ) ... */
bool str_next(struct str *rest, char sep, struct str *field);
/* The next word of a list parted by blanks, tabs or commas; false at its end. */
bool str_next_word(struct str *rest, struct str *word);

/* Whole text is a decimal number within min..max. */
bool str_i64(struct str s, int64_t min, int64_t max, int64_t *ret);
