/* contact/charset/charset_int.h - one character of a code page, and the words of a line. */
#pragma once
#include "contact/charset/charset.h"

/* The first character of s, which is not empty; code 0: its first byte is broken.  cs: no UTF-16, nor ISO-2022-JP. */
struct charset_char {
    uint32_t code;
    unsigned bytes;
};
struct charset_char charset_char(enum charset cs, struct str s);

/* Appends the words of a line that hold more than ASCII, apart by blanks. */
void charset_put_words(struct buf *to, struct str line);
