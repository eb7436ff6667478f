/* Holds contact/phone against libphonenumber: example numbers of all regions in three spellings, and 600 messy spellings of them.
 * What differs stands in phone_differences.txt, line by line; anything else, and any line that no longer holds, fails.
 *     u_phone_oracle --write FILE     writes that file anew */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/rand.h"
#include "contact/phone/phone.h"
#include "oracle_phone.h"

enum { KINDS = 3, MESSY = 600 }; /* fixed line, mobile, toll-free: the order of the library */

static struct buf found;
static size_t     compared, differ;

static void compare(struct arena *a, struct str raw, const char *region)
{
    struct phone p;
    struct str   ours = phone_parse(a, raw, str_of(region), &p, NULL) == RC_OK && !p.service ? p.e164 : S("");
    struct str   theirs = str_of(oracle_e164(str_copy(a, raw).p, region));

    compared++;
    if (str_eq(ours, theirs))
        return;
    differ++;
    buf_fmt(&found, "%s\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\n", region, STR_ARG(raw),
            STR_ARG(ours.n ? ours : S("-")), STR_ARG(theirs.n ? theirs : S("-")));
}

static void examples(void)
{
    for (size_t i = 0; i < oracle_regions(); i++)
        for (int kind = 0; kind < KINDS; kind++) {
            auto_free(arena) a = arena_new(4096);
            const char *region = oracle_region(i);
            struct str  e164 = str_copy(a, str_of(oracle_example(region, kind)));
            if (!e164.n)
                continue;
            compare(a, e164, "ZZ");
            compare(a, str_copy(a, str_of(oracle_international(e164.p))), region);
            compare(a, str_copy(a, str_of(oracle_national(e164.p))), region);
        }
}

/* The digits of s in another script, other signs between them. */
static struct str rewritten(struct arena *a, struct str s, const char *digits, const char *gap)
{
    struct buf b = buf_of(1000);

    for (size_t i = 0; i < s.n; i++) {
        if (ascii_digit(s.p[i]) && digits)
            buf_fmt(&b, "%c%c%c", digits[0], digits[1], digits[2] + (s.p[i] - '0'));
        else if (strchr(" -", s.p[i]))
            buf_put(&b, str_of(gap));
        else
            buf_char(&b, s.p[i]);
    }
    struct str copy = str_copy(a, buf_str(&b));
    buf_done(&b);
    return copy;
}

/* What people make of a number in national (n) or international (i) form. */
static struct str messy(struct arena *a, struct rand_seeded *r, struct str n, struct str i)
{
    struct str code = str_head(i, size_min(str_find(i, S(" "), 0), i.n)), rest = str_from(i, code.n);

    switch (rand_below(r, 16)) {
    case 0: return str_join(a, n, S(" "), S("ext. 42"));
    case 1: return str_join(a, n, S(" "), S("x42"));
    case 2: return str_join(a, S("Tel.: "), S(""), n);
    case 3: return str_join(a, S("tel:"), S(""), rewritten(a, i, NULL, "-"));
    case 4: return rewritten(a, i, NULL, ".");
    case 5: return rewritten(a, n, NULL, "/");
    case 6: return rewritten(a, i, "\xef\xbc\x90", " "); /* full-width */
    case 7: return rewritten(a, n, NULL, "\xc2\xa0");
    case 8: return str_fmt(a, "00" STR_FMT STR_FMT, STR_ARG(str_from(code, 1)), STR_ARG(rest));
    case 9: return str_fmt(a, "(" STR_FMT ")" STR_FMT, STR_ARG(code), STR_ARG(rest));
    case 10: return str_fmt(a, "+ " STR_FMT STR_FMT, STR_ARG(str_from(code, 1)), STR_ARG(rest));
    case 11: return str_fmt(a, "+" STR_FMT STR_FMT, STR_ARG(code), STR_ARG(rest));
    case 12: return str_fmt(a, STR_FMT " (private)", STR_ARG(i));
    case 13: return str_fmt(a, STR_FMT ";ext=7", STR_ARG(rewritten(a, i, NULL, "")));
    case 14: return rewritten(a, n, NULL, " - ");
    default: return str_fmt(a, "  " STR_FMT " mobil ", STR_ARG(n));
    }
}

static void messy_spellings(void)
{
    struct rand_seeded r = { 8 };

    for (size_t done = 0; done < MESSY;) {
        auto_free(arena) a = arena_new(4096);
        const char *region = oracle_region(rand_below(&r, (uint32_t)oracle_regions()));
        struct str  e164 = str_copy(a, str_of(oracle_example(region, (int)rand_below(&r, 2))));
        if (!e164.n)
            continue;
        struct str national = str_copy(a, str_of(oracle_national(e164.p)));
        compare(a, messy(a, &r, national, str_copy(a, str_of(oracle_international(e164.p)))), region);
        done++;
    }
}

static struct str expected(struct arena *a)
{
    char        path[1000];
    const char *source = getenv("KITH_SOURCE");
    char       *text = arena_raw(a, 1 << 20);

    snprintf(path, sizeof path, "%s/tests/unit/phone_differences.txt", source ? source : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, 1 << 20, f);
    fclose(f);
    return (struct str){ text, n };
}

static void differs_only_where_we_know(void **state)
{
    auto_free(arena) a = arena_new(1 << 21);
    struct str known = expected(a), line;
    (void)state;
    assert_true(compared > 2000);
    for (struct str rest = known; str_next(&rest, '\n', &line);)
        if (line.n && line.p[0] != '#' && str_find(buf_str(&found), line, 0) == SIZE_MAX)
            fail_msg("no longer so, take it out: %.*s", STR_ARG(line));
    for (struct str rest = buf_str(&found); str_next(&rest, '\n', &line);)
        if (line.n && str_find(known, line, 0) == SIZE_MAX)
            fail_msg("differs from libphonenumber: %.*s", STR_ARG(line));
}

static int write_anew(const char *path)
{
    FILE *f = fopen(path, "w");

    if (!f)
        return 1;
    fprintf(f, "# region, written, ours, libphonenumber's: %zu of %zu (u_phone_oracle --write)\n%.*s", differ, compared,
            STR_ARG(buf_str(&found)));
    return fclose(f) != 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(differs_only_where_we_know) };

    found = buf_of(1 << 20);
    examples();
    messy_spellings();
    int rc = argc == 3 && str_is(str_of(argv[1]), "--write") ? write_anew(argv[2])
                                                             : cmocka_run_group_tests(tests, NULL, NULL);
    buf_done(&found);
    return rc;
}
