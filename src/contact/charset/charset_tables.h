/* contact/charset/charset_tables.h - the code pages as code points; 0: nothing there.  Made at build time by tools/charset_tables.py,
 * as Python's codecs have them (unicode.org/Public/MAPPINGS; for East Asia Microsoft's pages 932, 936, 949, 950 with HKSCS).
 * Constant: processes share the pages of the binary, and who reads no such file never touches them. */
#pragma once
#include "contact/charset/charset.h"

extern const uint16_t charset_upper[CHARSET_UNKNOWN][128]; /* 0x80..0xff of a page of one byte */

/* Pages of two bytes, row by row of the first: of 0x81.. by 190 (0x40.. without 0x7f) GBK, by 157 (0x40..0x7e, 0xa1..) Big5, by 190 (0x41..)
 * EUC-KR; JIS rows of 94, two a first byte of Shift_JIS. */
extern const uint16_t charset_gbk[126 * 190], charset_big5[126 * 157], charset_euc_kr[126 * 190];
extern const uint16_t charset_jis0208[120 * 94], charset_jis0212[94 * 94];

/* GB18030's characters of four bytes: from this pointer on one code point a pointer, up to the next range. */
struct charset_range {
    uint16_t pointer, code;
};
extern const struct charset_range charset_gb18030[];
extern const size_t               charset_gb18030_n;
