/* Addresses, networks and names of hosts as proxies and settings write them: what is read, and above all what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/address.h"

static void what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "",          " ",         "unknown",   "_hidden",     "kith.example",  "1.2.3",
        "1.2.3.4.5", "01.2.3.4",  "1.2.3.4:",  "1.2.3.4:x",   "1.2.3.4:70000", "1.2.3.4 5.6.7.8",
        "[::1",      "[1.2.3.4]", "::1]",      "[::1]x",      "[::1]:",        "[]",
        ":",         "::1:80:x",  "1.2.3.4/8", "\"1.2.3.4\"", "256.1.1.1"
    };
    struct address a = { { 7 } };
    (void)state;
    for (size_t i = 0; i < countof(bad); i++)
        if (address_parse(str_of(bad[i]), &a))
            fail_msg("'%s' was taken for an address", bad[i]);
    assert_false(address_parse(((struct str){ "1.2.3.4\0x", 9 }), &a));
    assert_int_equal(a.byte[0], 7);
}

static void one_address_has_one_text(void **state)
{
    static const struct {
        const char *in, *out, *site;
    } cases[] = {
        { "1.2.3.4", "1.2.3.4", "1.2.3.4" },
        { " 1.2.3.4:5678 ", "1.2.3.4", "1.2.3.4" },
        { "::ffff:1.2.3.4", "1.2.3.4", "1.2.3.4" },
        { "[::ffff:102:304]:80", "1.2.3.4", "1.2.3.4" },
        { "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
        { "[2001:db8:1:2::9]:443", "2001:db8:1:2::9", "2001:db8:1:2::" },
        { "fe80::1%eth0", "fe80::1", "fe80::" },
        { "[::1]", "::1", "::" },
    };
    auto_free(arena) mem = arena_new(4096);
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct address a, site;
        assert_true(address_parse(str_of(cases[i].in), &a));
        site = address_site(&a);
        assert_string_equal(address_text(mem, &a).p, cases[i].out);
        assert_string_equal(address_text(mem, &site).p, cases[i].site);
    }
}

static void who_is_here_and_who_is_near(void **state)
{
    static const struct {
        const char *text;
        bool        loopback, is_private;
    } cases[] = {
        { "127.0.0.1", true, false },        { "127.255.0.9", true, false }, { "::1", true, false },
        { "::ffff:127.0.0.1", true, false }, { "10.9.8.7", false, true },    { "172.31.255.255", false, true },
        { "172.32.0.1", false, false },      { "192.168.1.1", false, true }, { "100.64.0.1", false, true },
        { "100.128.0.1", false, false },     { "169.254.1.1", false, true }, { "fd00::1", false, true },
        { "fe80::1", false, true },          { "fec0::1", false, false },    { "8.8.8.8", false, false },
        { "2001:db8::1", false, false },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct address a;
        assert_true(address_parse(str_of(cases[i].text), &a));
        assert_int_equal(address_is_loopback(&a), cases[i].loopback);
        assert_int_equal(address_is_private(&a), cases[i].is_private);
    }
}

static bool lists(const char *list, const char *address)
{
    struct networks l;
    struct address  a;
    struct str      bad;
    assert_true(networks_parse(str_of(list), &l, &bad));
    assert_true(address_parse(str_of(address), &a));
    return networks_have(&l, &a);
}

static void networks_are_read_and_held(void **state)
{
    static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/", "::/129",     "kith.example",
                                       "10.0.0.1:80", "[::1]",     "10.0.0.0/-1" };
    struct networks          l;
    struct str               word;
    char                     many[NETWORKS_MAX * 8 + 9] = "";
    (void)state;
    assert_true(lists("10.0.0.0/8, 2001:db8::/33\t::1", "10.255.1.2"));
    assert_true(lists("10.0.0.0/8, 2001:db8::/33\t::1", "2001:db8:7fff::1"));
    assert_false(lists("10.0.0.0/8, 2001:db8::/33\t::1", "2001:db8:8000::1"));
    assert_true(lists("10.0.0.0/8 ::1", "::1"));
    assert_false(lists("10.0.0.0/8 ::1", "11.0.0.1"));
    assert_true(lists("10.1.2.3", "::ffff:10.1.2.3"));
    assert_false(lists("10.1.2.3", "10.1.2.4"));
    assert_true(lists("0.0.0.0/0", "9.9.9.9"));
    assert_false(lists("0.0.0.0/0", "2001:db8::1"));
    assert_false(lists("", "127.0.0.1"));
    for (size_t i = 0; i < countof(bad); i++)
        assert_false(networks_parse(str_of(bad[i]), &l, &word));
    for (size_t i = 0; i <= NETWORKS_MAX; i++)
        strcat(many, "1.1.1.1 ");
    assert_false(networks_parse(str_of(many), &l, &word));
}

static void a_host_is_read_without_its_port(void **state)
{
    static const struct {
        const char *in, *out;
        bool        is_local;
    } cases[] = {
        { "Kith.Example.ORG:8080", "kith.example.org", false },
        { "kith.example.org.", "kith.example.org", false },
        { "localhost:80", "localhost", true },
        { "nas", "nas", true },
        { "nas.local:8080", "nas.local", true },
        { "notlocal.example", "notlocal.example", false },
        { "kith.home.arpa", "kith.home.arpa", true },
        { "[::1]:8080", "::1", false },
        { "127.0.0.1:8080", "127.0.0.1", false },
        { "a@b", "", false },
        { "a b", "", false },
        { "a/b", "", false },
        { "a:80:90", "", false },
        { "[::1", "", false },
        { "", "", false },
        { ":80", "", false },
        { "kith.example:", "kith.example", false },
    };
    auto_free(arena) mem = arena_new(4096);
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str host = host_name(mem, str_of(cases[i].in));
        if (!str_is(host, cases[i].out))
            fail_msg("'%s' was read as '" STR_FMT "'", cases[i].in, STR_ARG(host));
        assert_int_equal(host_is_local_name(host), cases[i].is_local);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_address_is_refused),   cmocka_unit_test(one_address_has_one_text),
        cmocka_unit_test(who_is_here_and_who_is_near),     cmocka_unit_test(networks_are_read_and_held),
        cmocka_unit_test(a_host_is_read_without_its_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
