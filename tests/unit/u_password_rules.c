/* Which passwords are refused, and that a sensible one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/password_rules.h"

static void what_is_tried_first_is_refused(void **state)
{
    static const struct {
        const char *password, *why;
    } cases[] = {
        { "", "short" },
        { "short", "short" },
        { "          ", "again and again" },
        { "aaaaaaaaaaaaaaaa", "again and again" },
        { "abababababab", "again and again" },
        { "123412341234", "again and again" },
        { "1234567890", "run" },
        { "0987654321098", "run" },
        { "ABCDEFGHIJKLM", "run" },
        { "zyxwvutsrqponm", "run" },
        { "qwertyuiopas", "run" },
        { "Qwertzuiop", "run" },
        { "poiuytrewq", "run" },
        { "asdfghjkl123", "run" },
        { "passwordpassword", "most common" },
        { "Password2024!", "most common" },
        { "p4$$w0rd123", "most common" },
        { "!!dragon1990", "most common" },
        { "1q2w3e4r5t", "most common" },
        { "ann.smith@example.org", "e-mail" },
        { "ANN.Smith@Example.org", "e-mail" },
        { "ann.smith2024", "e-mail" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        const char *fault = password_fault(str_of(cases[i].password), S("ann.smith@example.org"));
        if (!fault || !strstr(fault, cases[i].why))
            fail_msg("'%s': %s", cases[i].password, fault ? fault : "was taken");
    }
    char long_one[PASSWORD_BYTES_MAX + 1];
    memset(long_one, 'x', sizeof long_one);
    assert_non_null(strstr(password_fault((struct str){ long_one, sizeof long_one }, S("")), "too long"));
}

static void others_are_taken(void **state)
{
    static const char *const good[] = { "correct horse battery", "xkcd-936-is-right",
                                        "Ihre Mutter 17 Enten",  "p\xc3\xa4\xc3\x9fw\xc3\xb6rd-\xc3\xbcn\xc3\xafk",
                                        "7Hs9-ksQ2-ppLw",        "monkey 8429017364 tree",
                                        "ab19283746xx",          "8301746592",
                                        "annalena kocht gern" };
    (void)state;
    for (size_t i = 0; i < countof(good); i++)
        if (password_fault(str_of(good[i]), S("ann@example.org")))
            fail_msg("'%s': %s", good[i], password_fault(str_of(good[i]), S("ann@example.org")));
    assert_null(password_fault(S("x\0y and something"), S("")));
}

static void the_table_is_sorted_and_whole(void **state)
{
    (void)state;
    assert_true(common_passwords_n > 10000);
    for (size_t i = 1; i < common_passwords_n; i++)
        assert_true(common_passwords[i - 1] < common_passwords[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_tried_first_is_refused),
        cmocka_unit_test(others_are_taken),
        cmocka_unit_test(the_table_is_sorted_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
