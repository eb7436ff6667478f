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
#include "base/options.h"

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

static void long_values_go_on_and_long_lines_are_refused(void **state)
{
    auto_free(arena) a = arena_new(8192);
    struct place p;
    struct conf  c;
    struct err   e = { 0 };
    char         text[600] =
        "listen = 127.0.0.1:2\ntrusted-proxies = 10.0.0.1,\n    10.0.0.2,\n\t10.0.0.3\n# a remark\nworkers-max = 5\n";
    (void)state;
    write_file(&p, text);
    char *argv[] = { "up", "--data", p.dir, NULL };
    int   argc = 3;
    assert_int_equal(conf_load(&c, a, &argc, argv, &e), RC_OK);
    assert_true(str_is(c.trusted_proxies, "10.0.0.1,10.0.0.2,10.0.0.3"));
    assert_int_equal(c.workers_max, 5);
    remove_file(&p);
    snprintf(text, sizeof text, "workers-max = 5\ndb = postgresql://host/%0*d\nlisten = 127.0.0.1:2\n", 300, 7);
    write_file(&p, text);
    argc = 3;
    argv[1] = "--data";
    argv[2] = p.dir;
    assert_int_equal(conf_load(&c, a, &argc, argv, &e), RC_INVALID);
    assert_non_null(strstr(e.text, "kith.conf:2: the line is longer than 198 bytes"));
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

/* ---- options of a command line ---- */

static const struct option_row ROWS[] = { { "format", "F", NULL, "" },
                                          { "json", NULL, NULL, "" },
                                          { "account", "A", OPTION_MUST, "" } };
static const struct options    OPTIONS = { ROWS, 3, true, 1, 2, "FILE" };

/* The words as they are left, with spaces between them, or what is wrong. */
static const char *checked(struct arena *a, const char *line)
{
    char      *argv[40] = { 0 };
    int        argc = 0;
    struct str rest = str_of(line), word, left = S("");
    struct err e;

    while (str_next(&rest, ' ', &word))
        argv[argc++] = (char *)(uintptr_t)str_copy(a, word).p;
    if (options_check(&OPTIONS, 1, &argc, argv, a, &e) != RC_OK)
        return str_copy(a, str_of(e.text)).p;
    assert_null(argv[argc]);
    for (int i = 1; i < argc; i++)
        left = str_join(a, left, S(" "), str_of(argv[i]));
    return left.p;
}

static void options_are_checked(void **state)
{
    static const struct {
        const char *line, *want;
    } cases[] = {
        { "x --account=a@b one", "--account a@b one" },
        { "x one --account a --format=zip --json two", "one --account a --format zip --json two" },
        { "x --account a one --demo --listen :80", "--account a one --demo --listen :80" },
        { "x --account a --demo no one", "--account a --demo no one" },
        { "x --account= one - -5", "'-5' is one word too many" },
        { "x one", "--account A is missing" },
        { "x --account a", "FILE is missing" },
        { "x one --account", "--account wants a value: A" },
        { "x one --account --json", "--account wants a value: A" },
        { "x one --account a --json=1", "--json takes no value" },
        { "x one --account a --account b", "--account is given twice" },
        { "x one --account a --fromat zip", "there is no option --fromat; did you mean --format?" },
        { "x one --account a --lsiten zip", "there is no option --lsiten; did you mean --listen?" },
        { "x one --account a --qqqqqq zip", "there is no option --qqqqqq" },
        { "x one --account a -json", "options begin with two dashes: --json" },
    };
    auto_free(arena) a = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_string_equal(checked(a, cases[i].line), cases[i].want);
}

static void the_nearest_name_is_near(void **state)
{
    static const char *const names[] = { "import", "export", "scale" };

    (void)state;
    assert_string_equal(option_nearest(S("exprot"), names, 3), "export");
    assert_string_equal(option_nearest(S("scal"), names, 3), "scale");
    assert_string_equal(option_nearest(S("mport"), names, 3), "import");
    assert_null(option_nearest(S("zebra"), names, 3));
    assert_null(option_nearest(S(""), names, 3));
    assert_null(option_nearest(S("a word that is far longer than any name of an option ever was"), names, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(the_nearest_name_is_near),
        cmocka_unit_test(a_word_is_one_of_several),
        cmocka_unit_test(later_sources_win),
        cmocka_unit_test(long_values_go_on_and_long_lines_are_refused),
        cmocka_unit_test(bad_values_are_explained),
        cmocka_unit_test(a_flag_wants_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
