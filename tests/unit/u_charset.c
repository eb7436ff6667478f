#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/charset/charset.h"

#define BYTES(lit)           \
    {                        \
        lit, sizeof(lit) - 1 \
    }

static void charsets_are_guessed_and_read(void **state)
{
    static const struct {
        struct str   in;
        enum charset cs;
        size_t       bom;
        const char  *out;
    } cases[] = {
        { BYTES("plain"), CHARSET_UTF8, 0, "plain" },
        { BYTES("\xef\xbb\xbfx\xc3\xa4"), CHARSET_UTF8, 3, "x\xc3\xa4" },
        { BYTES("\xff\xfe"
                "B\0\xe4\0=\xd8\x00\xde"),
          CHARSET_UTF16LE, 2, "B\xc3\xa4\xf0\x9f\x98\x80" },
        { BYTES("\xfe\xff\0B\0\xe4"), CHARSET_UTF16BE, 2, "B\xc3\xa4" },
        { BYTES("B\0E\0G\0I\0N\0"), CHARSET_UTF16LE, 0, "BEGIN" },
        { BYTES("\0B\0E\0G\0I\0N"), CHARSET_UTF16BE, 0, "BEGIN" },
        { BYTES("\x0b\x4e,\0"
                "1\0\r\0\n\0\x0b\x4e\x0b\x4e"),
          CHARSET_UTF16LE, 0, "\u4e0b,1\r\n\u4e0b\u4e0b" },
        { BYTES("\x1b$B;3ED\x1b(B 1\x1b(I51\x1b(B"), CHARSET_ISO_2022_JP, 0, "\u5c71\u7530 1\uff75\uff71" },
        { BYTES("\xff\xfe\x00\xd8x\0"), CHARSET_UTF16LE, 2, "\xef\xbf\xbdx" },
        { BYTES("caf\xe9 \x80 \x81"), CHARSET_WINDOWS_1252, 0, "caf\xc3\xa9 \xe2\x82\xac \xef\xbf\xbd" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1024);
        size_t       bom;
        enum charset cs = charset_guess(cases[i].in, &bom);
        struct str   out = charset_to_utf8(a, cs, str_from(cases[i].in, bom));
        if (cs != cases[i].cs || bom != cases[i].bom || !str_is(out, cases[i].out))
            fail_msg("case %zu: %s, bom %zu, %.*s", i, charset_name(cs), bom, STR_ARG(out));
    }
}

/* Characters of four, three and two bytes, and what breaks them: one U+FFFD a byte, the next byte is read anew. */
static void wide_pages_are_read(void **state)
{
    static const struct {
        struct str   in;
        enum charset cs;
        const char  *out;
    } cases[] = {
        { BYTES("\x81\x39\xee\x39\x95\x32\x82\x36\x80"), CHARSET_GB18030, "\u3400\U00020000\u20ac" },
        { BYTES("\xcd\xf5\xd0\xff\xa1"), CHARSET_GB18030, "\u738b\ufffd\ufffd\ufffd" },
        { BYTES("\x84\x31\xa5\x30\xfe\x39\xfe\x39"), CHARSET_GB18030, "\ufffd\ufffd" },
        { BYTES("\xa4\xfd\xa4"), CHARSET_BIG5, "\u738b\ufffd" },
        { BYTES("\xb1\xe8\xc2"), CHARSET_EUC_KR, "\uae40\ufffd" },
        { BYTES("\x8eR\x93"
                "c\xb1\x80"),
          CHARSET_SHIFT_JIS, "\u5c71\u7530\uff71\ufffd" },
        { BYTES("\xbb\xb3\x8e\xb1\x8f\xb0\xa1\x8f"), CHARSET_EUC_JP, "\u5c71\uff71\u4e02\ufffd" },
        { BYTES("\x1b$(D0!\x1b$B;3\n;3"), CHARSET_ISO_2022_JP, "\u4e02\u5c71\n;3" },
        { BYTES("\xf0\xf2\xe9"), CHARSET_KOI8_R, "\u041f\u0420\u0418" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1024);
        struct str out = charset_to_utf8(a, cases[i].cs, cases[i].in);
        if (!str_is(out, cases[i].out))
            fail_msg("case %zu: %s: " STR_FMT, i, charset_name(cases[i].cs), STR_ARG(out));
    }
}

static void labels_are_known(void **state)
{
    (void)state;
    assert_int_equal(charset_by_name(S("utf-8")), CHARSET_UTF8);
    assert_int_equal(charset_by_name(S("ISO-8859-1")), CHARSET_ISO_8859_1);
    assert_int_equal(charset_by_name(S(" Windows-1251 ")), CHARSET_WINDOWS_1251);
    assert_int_equal(charset_by_name(S("Shift_JIS")), CHARSET_SHIFT_JIS);
    static const struct {
        const char  *label;
        enum charset cs;
    } odd[] = {
        { "x-sjis", CHARSET_SHIFT_JIS },
        { "Windows-31J", CHARSET_SHIFT_JIS },
        { "GB_2312-80", CHARSET_GB18030 },
        { "gbk", CHARSET_GB18030 },
        { "KS_C_5601-1987", CHARSET_EUC_KR },
        { "x-windows-949", CHARSET_EUC_KR },
        { "BIG5-HKSCS", CHARSET_BIG5 },
        { "ISO2022JP", CHARSET_ISO_2022_JP },
        { "windows 1251", CHARSET_WINDOWS_1251 },
        { "WIN1251", CHARSET_WINDOWS_1251 },
        { "iso8859-2", CHARSET_ISO_8859_2 },
        { "ISO_8859-15", CHARSET_ISO_8859_15 },
        { "UTF8", CHARSET_UTF8 },
        { "", CHARSET_UNKNOWN },
        { "-", CHARSET_UNKNOWN },
        { "125", CHARSET_UNKNOWN },
    };
    for (size_t i = 0; i < countof(odd); i++)
        assert_int_equal(charset_by_name(str_of(odd[i].label)), odd[i].cs);
    for (enum charset cs = CHARSET_UTF8; cs < CHARSET_UNKNOWN; cs++)
        assert_int_equal(charset_by_name(str_of(charset_name(cs))), cs);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(charsets_are_guessed_and_read),
                                        cmocka_unit_test(wide_pages_are_read), cmocka_unit_test(labels_are_known) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
