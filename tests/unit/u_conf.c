#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/conf.h"

struct place {
    char dir[64], file[96];
};

static void write_file(struct place *p, const char *text)
{
    snprintf(p->dir, sizeof p->dir, "/tmp/kith-conf-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->file, sizeof p->file, "%s/kith.conf", p->dir);
    FILE *f = fopen(p->file, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_file(const struct place *p)
{
    unlink(p->file);
    rmdir(p->dir);
}

static void later_sources_win(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct place p;
    struct conf  c;
    struct err   e = { 0 };
    (void)state;
    write_file(&p, "listen = 0.0.0.0:1\nupload-max-mb = 7\nworkers-max = 5\n");
    char *argv[] = { "up", "--data", p.dir, "--workers-max=9", "--demo", "rest", "--demo", "no", NULL };
    int   argc = 8;
    setenv("KITH_UPLOAD_MAX_MB", "8", 1);
    assert_int_equal(conf_load(&c, a, &argc, argv, &e), RC_OK);
    assert_true(str_is(c.listen, "0.0.0.0:1"));
    assert_int_equal(c.upload_max_mb, 8);
    assert_int_equal(c.workers_max, 9);
    assert_int_equal(c.demo, 0);
    assert_int_equal(c.drain_s, 20);
    assert_int_equal(argc, 2);
    assert_string_equal(argv[1], "rest");
    unsetenv("KITH_UPLOAD_MAX_MB");
    remove_file(&p);
}

static void bad_values_are_explained(void **state)
{
    static const struct {
        const char *file, *why;
    } cases[] = {
        { "upload-max-mb = 0\n", "kith.conf:1: upload-max-mb: want 1 to 4096 MiB, got '0'" },
        { "\nnope = 1\n", "kith.conf:2: unknown setting 'nope'" },
        { "demo = maybe\n", "want yes or no" },
        { "url = kith.example.org\n", "url: want an address without a path" },
        { "url = https://kith.example.org/app\n", "such as https://kith.example.org, got" },
        { "url = https://\n", "url: want" },
        { "allowed-hosts = kith.lan http://x\n", "allowed-hosts: want names of hosts" },
        { "trusted-proxies = 10.0.0.0/8 proxy\n", "trusted-proxies: want addresses and networks" },
        { "security-contact = me@example.org\n", "security-contact: want a mailto: or https: address" },
        { "sign-up = never\n", "want one of: open invitation closed" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct place p;
        struct conf  c;
        struct err   e = { 0 };
        write_file(&p, cases[i].file);
        char *argv[] = { "up", "--data", p.dir, NULL };
        int   argc = 3;
        assert_true(conf_load(&c, a, &argc, argv, &e) != RC_OK);
        if (!strstr(e.text, cases[i].why))
            fail_msg("want %s, got %s", cases[i].why, e.text);
        remove_file(&p);
    }
}

static void a_flag_wants_its_value(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct conf c;
    struct err  e = { 0 };
    char       *argv[] = { "up", "--listen", NULL };
    int         argc = 2;
    (void)state;
    assert_int_equal(conf_load(&c, a, &argc, argv, &e), RC_INVALID);
    assert_string_equal(e.text, "--listen wants a value");
}

static void a_word_is_one_of_several(void **state)
{
    auto_free(arena) a = arena_new(1024);
    struct conf c;
    struct err  e = { 0 };
    (void)state;
    conf_defaults(&c);
    assert_int_equal(c.role, CONF_ROLE_ALL);
    assert_int_equal(conf_set(&c, a, S("role"), S("agent"), CONF_FLAG, &e), RC_OK);
    assert_int_equal(c.role, CONF_ROLE_AGENT);
    assert_int_equal(conf_set(&c, a, S("role"), S("all http"), CONF_FLAG, &e), RC_INVALID);
    assert_non_null(strstr(e.text, "all http agent"));
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++)
        if (k->at == offsetof(struct conf, role))
            assert_true(str_is(conf_text(&c, a, k), "agent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_one_of_several),
        cmocka_unit_test(later_sources_win),
        cmocka_unit_test(bad_values_are_explained),
        cmocka_unit_test(a_flag_wants_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
