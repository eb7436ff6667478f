/* contact/charset/charset.h - which bytes a file of contacts is written in, and the way to UTF-8.
 *
 * Programs export UTF-8, UTF-8 with BOM, UTF-16 (Windows) and whatever code page they were born with.  What says its charset is
 * read by it (charset_by_name()); what says none and is no UTF-8 is guessed from its letters (charset_guess(), charset_words()):
 * a guess, so callers report it.  Of 276 cards of three words in 48 pairs of language and page it is right 275 times, in 30 us
 * (uchardet 173, ICU 78: they want more text); docs/charsets.md has the rest, and why neither iconv nor ICU decodes.
 * Pure; broken units become U+FFFD, one a byte.  Tables: charset_tables.h.  WHATWG Encoding; RFC 1468. */
#pragma once
#include "base/buf.h"

enum charset {
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_WINDOWS_874,
    CHARSET_WINDOWS_1250,
    CHARSET_WINDOWS_1251,
    CHARSET_WINDOWS_1252,
    CHARSET_WINDOWS_1253,
    CHARSET_WINDOWS_1254,
    CHARSET_WINDOWS_1255,
    CHARSET_WINDOWS_1256,
    CHARSET_WINDOWS_1257,
    CHARSET_WINDOWS_1258,
    CHARSET_ISO_8859_1,
    CHARSET_ISO_8859_2,
    CHARSET_ISO_8859_3,
    CHARSET_ISO_8859_4,
    CHARSET_ISO_8859_5,
    CHARSET_ISO_8859_6,
    CHARSET_ISO_8859_7,
    CHARSET_ISO_8859_8,
    CHARSET_ISO_8859_9,
    CHARSET_ISO_8859_10,
    CHARSET_ISO_8859_13,
    CHARSET_ISO_8859_14,
    CHARSET_ISO_8859_15,
    CHARSET_ISO_8859_16,
    CHARSET_KOI8_R,
    CHARSET_KOI8_U,
    CHARSET_IBM_437,
    CHARSET_IBM_850,
    CHARSET_IBM_852,
    CHARSET_IBM_866,
    CHARSET_MACINTOSH,
    CHARSET_MAC_CENTRAL_EUROPE,
    CHARSET_MAC_CYRILLIC,
    CHARSET_MAC_GREEK,
    CHARSET_MAC_TURKISH,
    CHARSET_GB18030, /* and GBK, GB2312, which it holds */
    CHARSET_BIG5,
    CHARSET_EUC_KR,
    CHARSET_SHIFT_JIS,
    CHARSET_EUC_JP,
    CHARSET_ISO_2022_JP,
    CHARSET_UNKNOWN
};

/* The charset of a whole text; ret_bom: bytes of BOM to skip.  In this order: a BOM; UTF-16 by its NULs; UTF-8; ISO-2022-JP by its
 * escapes; the code page of its words.  At most the first CHARSET_LOOK bytes are looked at (a character cut there is no fault). */
enum { CHARSET_LOOK = 1 << 20 };
enum charset charset_guess(struct str text, size_t *ret_bom);

/* Seven bits with escapes to kanji: UTF-8 as well, as bytes go. */
bool charset_is_iso2022(struct str text);

/* For a text that is no valid UTF-8: is it UTF-8 all the same, with a few bytes broken or a character cut? */
bool charset_is_broken_utf8(struct str text);

/* By a label as people and programs write it ("UTF-8", "utf8", "ISO-8859-1", "latin1", "cp1252", "x-sjis", "ks_c_5601-1987"; case,
 * blanks, '-' and '_' do not matter); CHARSET_UNKNOWN when we have no table. */
enum charset charset_by_name(struct str label);
const char  *charset_name(enum charset cs); /* "windows-1252" */

/* Appends s as UTF-8; s is without BOM.  CHARSET_UNKNOWN is read as Windows-1252. */
void charset_put(struct buf *to, enum charset cs, struct str s);
/* The same into the arena; borrows s when it is valid UTF-8 already. */
struct str charset_to_utf8(struct arena *a, enum charset cs, struct str s);

/* ---- code pages that nobody named ---- */

/* Appends the words of text that are no UTF-8, cut at CHARSET_WORD_MAX bytes and apart by blanks; folds and quoted-printable undone.
 * Lines that are UTF-8 say nothing.  Until to is full: CHARSET_WORDS_MAX is what charset_words() looks at. */
enum { CHARSET_WORDS_MAX = 4096, CHARSET_WORD_MAX = 128 };
void charset_collect(struct buf *to, struct str text);
/* The code page that reads words best: each is read in 27 pages, and the reading whose letters follow one another as in names of the page's
 * languages wins (charset_letters.h).  near: what the rest of the file is in, which weighs as CHARSET_NEAR quarter bits; CHARSET_UNKNOWN. */
enum { CHARSET_NEAR = 60 };
enum charset charset_words(struct str words, enum charset near);
/* For a text that is UTF-8, but says it is in cs: is the reading in cs likelier by far?  Two bytes of any East Asian page may be both. */
bool charset_beats_utf8(enum charset cs, struct str text);
bool charset_fits(enum charset cs, struct str words); /* every byte of them means something there */
