#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/pack.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "base/schedule.h"
#include "base/vec.h"

static void buffer_stops_at_its_cap(void **state)
{
    auto_buf b = buf_of(8);
    (void)state;
    buf_put(&b, S("12345"));
    buf_put(&b, S("6789"));
    assert_true(buf_full(&b));
    assert_true(str_is(buf_str(&b), "12345"));
    buf_clear(&b);
    buf_i64(&b, INT64_MIN);
    assert_true(buf_full(&b));
}

static void empty_text_into_an_empty_buffer(void **state)
{
    auto_buf b = buf_of(8), none = buf_of(0);
    (void)state;
    assert_non_null(buf_room(&b, 0)); /* memcpy(NULL + 0) is undefined */
    buf_put(&b, S(""));
    assert_int_equal(b.n, 0);
    assert_false(buf_full(&b));
    assert_non_null(buf_room(&none, 0));
    buf_char(&none, 'x');
    assert_true(buf_full(&none));
}

/* Tables made before a fork are read after it. */
static void secret_of_tables_goes_to_children(void **state)
{
    auto_free(arena) a = arena_new(256);
    struct map m = map_of(a);
    uint64_t   here = hash_secret(S("ann"));
    int        status;
    (void)state;

    *map_at(&m, S("ann")) = 7;
    pid_t child = fork();
    if (child == 0) {
        uint64_t *v = map_find(&m, S("ann"));
        _exit(!(v && *v == 7 && hash_secret(S("ann")) == here));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_not_equal(here, hash_secret(S("Ann")));
    assert_int_not_equal(here, hash64(S("ann"), 0));
}

/* What is stored in databases: it may never change. */
static void fingerprints_are_those_of_every_release(void **state)
{
    (void)state;
    assert_true(hash64(S(""), 0) == 0xedc1885324f752au);
    assert_true(hash64(S("ann"), 0) == 0xfd36b243b52d556u);
    assert_true(hash64(S("ann@example.com, ann@example.org"), 7) == 0x7bdf9d12abb0208bu);
}

static void utf8_border_check(void **state)
{
    static const struct {
        const char *text;
        size_t      valid;
    } cases[] = {
        { "plain ascii longer than eight", 29 },
        { "\xc3\xa4", 2 },
        { "\xf0\x9f\x98\x80", 4 },
        { "a\xc0\x80", 1 },
        { "ab\xed\xa0\x80", 2 },
        { "\xf4\x90\x80\x80", 0 },
        { "12345678\xff", 8 },
        { "\xe2\x82", 0 },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(utf8_valid_prefix(str_of(cases[i].text)), cases[i].valid);
    assert_int_equal(utf8_head(S("a\xc3\xa4"), 2).n, 1);
}

static void ids_are_ordered_text(void **state)
{
    auto_free(arena) a = arena_new(256);
    int64_t last = 0, back;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        int64_t    id = id_new();
        struct str text = id_text(a, id);
        assert_true(id > last);
        assert_true(id_parse(text, &back) && back == id);
        last = id;
    }
    assert_false(id_parse(S("0000000000000"), &back));
    assert_false(id_parse(S("zzzzzzzzzzzzz"), &back));
    assert_false(id_parse(S("000000000000u"), &back));
}

static void times_go_round(void **state)
{
    auto_free(arena) a = arena_new(256);
    int64_t ms;
    (void)state;
    assert_true(clock_parse(S("2026-11-23T18:24:10.544+01:00"), &ms));
    assert_true(str_is(clock_rfc3339(a, ms), "2026-11-23T17:24:10.544Z"));
    assert_false(clock_parse(S("2026-13-01T00:00:00Z"), &ms));
    assert_false(clock_parse(S("2026-11-23 18:24"), &ms));
}

static void maps_find_what_was_put(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct map text = map_of(a), number = map_of(a);
    (void)state;
    for (uint64_t i = 0; i < 5000; i++) {
        *map_at(&text, str_fmt(a, "key %d", (int)i)) = i + 1;
        *map_at_u64(&number, i * 7) = i + 1;
    }
    for (uint64_t i = 0; i < 5000; i++) {
        assert_int_equal(*map_find(&text, str_fmt(a, "key %d", (int)i)), i + 1);
        assert_int_equal(*map_find_u64(&number, i * 7), i + 1);
    }
    assert_null(map_find(&text, S("key 5000")));
    assert_null(map_find_u64(&number, 3));
}

static void packed_bytes_never_read_past_the_end(void **state)
{
    auto_buf b = buf_of(256);
    (void)state;
    pack_i64(&b, -5);
    pack_str(&b, S("text"));
    struct unpack u = unpack_of(buf_str(&b));
    assert_int_equal(unpack_i64(&u), -5);
    assert_true(str_is(unpack_str(&u), "text"));
    assert_true(unpack_end(&u));
    u = unpack_of(str_head(buf_str(&b), 11));
    unpack_i64(&u);
    assert_int_equal(unpack_str(&u).n, 0);
    assert_true(u.bad);
}

static void texts(void **state)
{
    int64_t v;
    VEC(struct str) words = { 0 };
    auto_free(arena) a = arena_new(256);
    struct str rest = S("a;;b;"), field;
    (void)state;
    while (str_next(&rest, ';', &field))
        *vec_push(a, &words) = field;
    assert_int_equal(words.n, 4);
    assert_true(str_i64(S("-12"), -20, 20, &v) && v == -12);
    assert_false(str_i64(S("99999999999999999999"), 0, INT64_MAX, &v));
    assert_false(str_i64(S(""), 0, 9, &v));
    assert_true(str_is(str_trim(S(" \ta b\n")), "a b"));
    assert_true(str_cmp(S("a"), S("ab")) < 0);
    assert_int_equal(str_find(S("a-b"), S("-"), 1), 1);
    assert_int_equal(str_find(S("a-b"), S("-"), 2), SIZE_MAX);
    assert_int_equal(str_find(S("a-b"), (struct str){ 0 }, 2), 2);
}

static void schedules(void **state)
{
    static const struct {
        const char         *text;
        enum schedule_every every;
        int                 hour, minute, keep;
    } good[] = {
        { "", SCHEDULE_OFF, 3, 0, 7 },
        { "off", SCHEDULE_OFF, 3, 0, 7 },
        { "hourly, keep 24", SCHEDULE_HOURLY, 3, 0, 24 },
        { "daily, keep 7", SCHEDULE_DAILY, 3, 0, 7 },
        { " daily 4:30 ,keep 1 ", SCHEDULE_DAILY, 4, 30, 1 },
        { "weekly 23:59", SCHEDULE_WEEKLY, 23, 59, 7 },
    };
    static const char *const bad[] = {
        "dayly",  "daily 25:00",  "daily 4:3", "daily, keep 0",         "daily, keep",
        "daily,", "hourly 03:00", "keep 7",    "daily, keep 7, keep 8", "daily 03:00 04:00"
    };
    struct schedule s;

    (void)state;
    for (size_t i = 0; i < countof(good); i++) {
        assert_true(schedule_parse(str_of(good[i].text), &s));
        assert_true(s.every == good[i].every && s.hour == good[i].hour && s.minute == good[i].minute);
        assert_int_equal(s.keep, good[i].keep);
    }
    for (size_t i = 0; i < countof(bad); i++)
        if (schedule_parse(str_of(bad[i]), &s))
            fail_msg("'%s' is a schedule", bad[i]);
}

static void schedules_name_moments(void **state)
{
    const int64_t   hour = 3600000, day = 24 * hour, monday = 1764547200000; /* 2025-12-01, in Berlin an hour before */
    struct schedule s;

    (void)state;
    setenv("TZ", "UTC0", 1);
    tzset();
    assert_true(schedule_parse(S("daily 03:00"), &s));
    assert_int_equal(schedule_last(&s, monday + 3 * hour), monday + 3 * hour);
    assert_int_equal(schedule_last(&s, monday + 3 * hour - 1000), monday - day + 3 * hour);
    assert_true(schedule_parse(S("hourly"), &s));
    assert_int_equal(schedule_last(&s, monday + 5 * hour + 1234567), monday + 5 * hour);
    assert_true(schedule_parse(S("weekly 01:00"), &s));
    assert_int_equal(schedule_last(&s, monday + 6 * day), monday + hour);
    assert_int_equal(schedule_last(&s, monday), monday - 7 * day + hour);
    assert_true(schedule_parse(S("off"), &s));
    assert_int_equal(schedule_last(&s, monday), 0);
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1); /* 26 October 2025: the clock goes back at 3 */
    tzset();
    assert_true(schedule_parse(S("daily 03:00"), &s));
    assert_int_equal(schedule_last(&s, 1761476400000), 1761444000000);
}

static void strangers_words_are_plain(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "plain ünï 年", "plain ünï 年" },
        { "a\nb\rc\td", "a\\nb\\x0dc\\x09d" },
        { "\x1b[2J\x7f", "\\x1b[2J\\x7f" },
        { "\xc2\x9b"
          "31m",
          "\\u009b31m" }, /* the same escape as one C1 control */
        { "\xe2\x80\xae"
          "fdp.exe",
          "\\u202efdp.exe" },
        { "\xff\xc3", "\\xff\\xc3" },
        { "back\\slash", "back\\\\slash" },
    };
    auto_free(arena) a = arena_new(1024);
    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_string_equal(utf8_plain(a, str_of(cases[i].from)).p, cases[i].to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_stops_at_its_cap),
        cmocka_unit_test(empty_text_into_an_empty_buffer),
        cmocka_unit_test(secret_of_tables_goes_to_children),
        cmocka_unit_test(fingerprints_are_those_of_every_release),
        cmocka_unit_test(utf8_border_check),
        cmocka_unit_test(ids_are_ordered_text),
        cmocka_unit_test(times_go_round),
        cmocka_unit_test(maps_find_what_was_put),
        cmocka_unit_test(packed_bytes_never_read_past_the_end),
        cmocka_unit_test(texts),
        cmocka_unit_test(schedules),
        cmocka_unit_test(schedules_name_moments),
        cmocka_unit_test(strangers_words_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
