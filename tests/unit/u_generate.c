#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "fiction/export_as.h"
#include "fiction/generate.h"

static struct str slurp(struct arena *a, struct str dir, const char *name)
{
    struct str path = str_fmt(a, STR_FMT "/%s", STR_ARG(dir), name);
    FILE      *f = fopen(path.p, "rb");
    char      *to = arena_raw(a, 1 << 20);
    assert_non_null(f);
    size_t n = fread(to, 1, 1 << 20, f);
    fclose(f);
    unlink(path.p);
    return (struct str){ to, n };
}

static int64_t count(struct str text, struct str needle)
{
    int64_t n = 0;
    for (size_t at = 0; (at = str_find(text, needle, at)) != SIZE_MAX; at += needle.n)
        n++;
    return n;
}

static void equal_options_give_equal_files(void **state)
{
    const struct generate_options o = { .cards = 600, .duplicates = 250, .seed = 7, .sources = programs_n };
    auto_free(arena) a = arena_new(1 << 20);
    struct str once[8], dir[2];
    int64_t    cards = 0;
    (void)state;
    for (int i = 0; i < 2; i++) {
        char             name[] = "/tmp/kith-generate-XXXXXX";
        struct generated made;
        dir[i] = str_copy(a, str_of(mkdtemp(name)));
        assert_int_equal(generate_files(&o, dir[i], &made, NULL), RC_OK);
        assert_in_range(made.people, 400, 500);
        assert_true(made.true_pairs >= o.cards - made.people);
        for (size_t k = 0; k < programs_n; k++) {
            struct str text = slurp(a, dir[i], programs[k].file);
            assert_true(i == 0 || str_eq(text, once[k]));
            once[k] = text;
            cards += i ? count(text, S("END:VCARD\r\n")) : 0;
        }
        struct str truth = slurp(a, dir[i], "truth.csv");
        assert_int_equal(count(truth, S("\n")), o.cards + 1);
        if (i)
            assert_int_equal(cards + count(truth, S("google.csv")), o.cards);
        rmdir(dir[i].p);
    }
}

static void options_have_bounds(void **state)
{
    struct generated made;
    (void)state;
    const struct generate_options none = { .cards = 0, .sources = 1 },
                                  all = { .cards = 10, .duplicates = 900, .sources = 1 };
    assert_int_equal(generate_files(&none, S("/nonexistent"), &made, NULL), RC_INVALID);
    assert_int_equal(generate_files(&all, S("/nonexistent"), &made, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_options_give_equal_files),
        cmocka_unit_test(options_have_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
