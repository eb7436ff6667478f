#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/charset.h"

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

static void labels_are_known(void **state)
{
    (void)state;
    assert_int_equal(charset_by_name(S("utf-8")), CHARSET_UTF8);
    assert_int_equal(charset_by_name(S("ISO-8859-1")), CHARSET_ISO_8859_1);
    assert_int_equal(charset_by_name(S(" Windows-1251 ")), CHARSET_WINDOWS_1251);
    assert_int_equal(charset_by_name(S("Shift_JIS")), CHARSET_SHIFT_JIS);
    assert_string_equal(charset_name(CHARSET_KOI8_R), "koi8-r");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(charsets_are_guessed_and_read),
                                        cmocka_unit_test(labels_are_known) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
