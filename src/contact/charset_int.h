/* contact/charset_int.h - one character of a code page. */
#pragma once
#include "contact/charset.h"

/* The first character of s, which is not empty; code 0: its first byte is broken.  cs: no UTF, nor ISO-2022-JP. */
struct charset_char {
    uint32_t code;
    unsigned bytes;
};
struct charset_char charset_char(enum charset cs, struct str s);
