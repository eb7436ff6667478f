/* base/utf8.h - the border check for text: strict UTF-8 (RFC 3629), decode, encode.
 * No surrogates, no overlong forms, nothing past U+10FFFF.  Case folding and marks: contact/fold.h. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

bool   utf8_valid(struct str s);
size_t utf8_valid_prefix(struct str s); /* bytes before the first fault; s.n when none */
/* Next code point; false at the end.  A broken byte gives U+FFFD and moves on by one byte. */
bool utf8_next(struct str *s, uint32_t *ret);
void utf8_put(struct buf *b, uint32_t code_point); /* U+FFFD for what is no scalar value */
/* For a terminal or a log, on one line: controls (C0, DEL, C1), line separators, marks that turn the direction of writing, backslashes and
 * what is not UTF-8 are written as \\n, \\x1b, \\u202e; everything else as it is. */
enum { UTF8_PLAIN_MAX = 6 }; /* bytes that stand for one byte, at most */
void       utf8_put_plain(struct buf *b, struct str s);
struct str utf8_plain(struct arena *a, struct str s);
/* The first character; empty when s is. */
struct str utf8_first(struct str s);
/* Longest head of at most n bytes that does not cut a character. */
struct str utf8_head(struct str s, size_t n);
