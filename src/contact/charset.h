/* contact/charset.h - which bytes a file of contacts is written in, and the way to UTF-8.
 *
 * Programs export UTF-8, UTF-8 with BOM, UTF-16 (Windows) and whatever code page they were born with.  A text without BOM that is
 * no valid UTF-8 is Windows-1252, the superset of Latin-1 that nearly all of them mean; a guess, so callers report it.
 * Pure; broken units become U+FFFD.  Code page tables: unicode.org/Public/MAPPINGS. */
#pragma once
#include "base/buf.h"

enum charset {
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_WINDOWS_1250,
    CHARSET_WINDOWS_1251,
    CHARSET_WINDOWS_1252,
    CHARSET_WINDOWS_1253,
    CHARSET_WINDOWS_1254,
    CHARSET_WINDOWS_1257,
    CHARSET_ISO_8859_1,
    CHARSET_ISO_8859_2,
    CHARSET_ISO_8859_5,
    CHARSET_ISO_8859_7,
    CHARSET_ISO_8859_9,
    CHARSET_ISO_8859_15,
    CHARSET_KOI8_R,
    CHARSET_UNKNOWN
};

/* The charset of a whole text; ret_bom: bytes of BOM to skip.  UTF-16 without BOM is seen by its NULs.
 * At most the first CHARSET_LOOK bytes are looked at (a character cut there is no fault). */
enum { CHARSET_LOOK = 1 << 20 };
enum charset charset_guess(struct str text, size_t *ret_bom);

/* For a text that is no valid UTF-8: is it UTF-8 all the same, with a few bytes broken or a character cut? */
bool charset_is_broken_utf8(struct str text);

/* By a label as written ("UTF-8", "utf8", "ISO-8859-1", "latin1", "cp1252" ...); CHARSET_UNKNOWN when we have no table. */
enum charset charset_by_name(struct str label);
const char  *charset_name(enum charset cs); /* "windows-1252" */

/* Appends s as UTF-8; s is without BOM.  CHARSET_UNKNOWN is read as Windows-1252. */
void charset_put(struct buf *to, enum charset cs, struct str s);
/* The same into the arena; borrows s when it is valid UTF-8 already. */
struct str charset_to_utf8(struct arena *a, enum charset cs, struct str s);
