/* What is counted: buckets and percentiles, the last minute, visitors without names, the ring of warnings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "io/shared/metrics.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static void buckets_meet(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < TALLY_BUCKETS; i++) {
        int64_t end = tally_bucket_end_us(i);
        assert_int_equal(tally_bucket(end - 1), i);
        assert_int_equal(tally_bucket(end), i + 1);
    }
    assert_int_equal(tally_bucket(INT64_MAX), TALLY_BUCKETS - 1);
    assert_int_equal(tally_bucket(0), 0);
}

static void a_minute_has_percentiles(void **state)
{
    struct metrics     *m = metrics_new();
    struct tally_minute now;

    (void)state;
    for (int i = 1; i <= 1000; i++)
        tally_time(&m->tally, CLASS_READ, i * 100);
    tally_time(&m->tally, CLASS_NONE, 5);
    tally_add(&m->tally, TALLY_CONTACTS, 70);
    tally_minute(&m->tally, &now);
    assert_int_equal(now.requests[CLASS_READ], 1000);
    assert_int_equal(now.n[TALLY_CONTACTS], 70);
    assert_in_range(now.p50_us[CLASS_READ], 50000, 55000);
    assert_in_range(now.p99_us[CLASS_READ], 99000, 108000);
    assert_int_equal(now.p99_us[CLASS_SITE], 0);
    assert_int_equal(atomic_load(&m->tally.total[TALLY_CONTACTS]), 70);
}

static bool visit(struct visits *v, const char *path, const char *address, const char *browser, int64_t at_ms)
{
    struct visit one = { str_of(path), str_of(address), str_of(browser), S("") };
    return visits_add(v, &one, at_ms);
}

static void visitors_are_estimated(void **state)
{
    struct metrics *m = metrics_new();
    char            address[32];

    (void)state;
    for (int people = 1, n = 0; people <= 100000; people *= 10) {
        for (; n < people; n++) {
            snprintf(address, sizeof address, "10.%d.%d.%d", n >> 16, n >> 8 & 255, n & 255);
            assert_true(visit(&m->visits, "/", address, "Browser 1", DAY_MS));
            assert_true(visit(&m->visits, "/contacts/abc", address, "Browser 1", DAY_MS + 5));
        }
        assert_in_range(visits_people(&m->visits, DAY_MS), people - people / 10, people + people / 10);
    }
    assert_int_equal(visits_today(&m->visits, 0, DAY_MS), 100000);
    assert_int_equal(visits_today(&m->visits, 1, DAY_MS), 100000);
    assert_int_equal(visits_people(&m->visits, 2 * DAY_MS), 0);
    assert_false(visit(&m->visits, "/", "10.0.0.1", "Googlebot/2.1", DAY_MS));
}

/* The same people are others on the next day: nothing connects the two. */
static void a_new_day_has_a_new_salt(void **state)
{
    struct metrics *m = metrics_new();
    uint64_t        salt;
    uint8_t         reg[VISIT_REGISTERS];

    (void)state;
    visit(&m->visits, "/", "10.0.0.1", "b", 0);
    visit(&m->visits, "/somewhere", "10.0.0.1", "b", DAY_MS - 1);
    assert_int_equal(visits_people(&m->visits, 1), 1);
    salt = m->visits.salt[0];
    memcpy(reg, (void *)m->visits.reg, sizeof reg);
    visit(&m->visits, "/", "10.0.0.1", "b", DAY_MS);
    assert_int_equal(visits_people(&m->visits, DAY_MS), 1);
    assert_int_equal(visits_today(&m->visits, VISIT_PAGES - 1, DAY_MS), 0);
    assert_true(salt != m->visits.salt[0]);
    assert_memory_not_equal(reg, (void *)m->visits.reg, sizeof reg);
    assert_int_equal(atomic_load(&m->visits.total[0]), 2);
}

static void warnings_are_kept(void **state)
{
    struct metrics *m = metrics_new();
    uint64_t        at = 0;
    char            text[LOG_KEPT_BYTES], long_text[3000];

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    log_keep(&m->log);
    assert_false(log_kept_next(&m->log, &at, text));
    log_event(LOG_INFO, "not.kept", KI("n", 1));
    log_event(LOG_WARN, "kept", KI("n", 2));
    log_event(LOG_ERROR, "long", KZ("why", long_text));
    assert_true(log_kept_next(&m->log, &at, text));
    assert_non_null(strstr(text, " warn kept proc=kith n=2"));
    assert_true(log_kept_next(&m->log, &at, text));
    assert_non_null(strstr(text, "error long"));
    assert_in_range(strlen(text), LOG_KEPT_BYTES - 16, LOG_KEPT_BYTES - 1);
    assert_false(log_kept_next(&m->log, &at, text));
    for (int i = 0; i < 3 * LOG_KEPT; i++)
        log_event(LOG_WARN, "many", KI("n", i));
    log_keep(NULL);
    int n = 0;
    while (log_kept_next(&m->log, &at, text))
        n++;
    assert_int_equal(n, LOG_KEPT);
    assert_non_null(strstr(text, "n=599"));
}

static void all_of_it_prints(void **state)
{
    static const char *const wanted[] = { "kith_visits_total{page=\"/\"} 1\n", "kith_visitors_today",
                                          "kith_class_seconds_bucket{class=\"read\",le=\"+Inf\"} 1\n",
                                          "kith_last_minute_seconds{class=\"read\",quantile=\"0.99\"} 0.0",
                                          "kith_last_minute{what=\"signups\"} 0\n" };
    struct metrics          *m = metrics_new();
    auto_buf                 b = buf_of(1 << 20);

    (void)state;
    visit(&m->visits, "/", "10.0.0.1", "b", 0);
    tally_time(&m->tally, CLASS_READ, 1000);
    metrics_print_people(m, &b);
    for (size_t i = 0; i < countof(wanted); i++)
        if (str_find(buf_str(&b), str_of(wanted[i]), 0) == SIZE_MAX)
            fail_msg("%s is not in:\n" STR_FMT, wanted[i], STR_ARG(buf_str(&b)));
}

static void the_longest_of_a_minute_is_kept(void **state)
{
    struct longest l = { 0 };
    const int64_t  s = 1000000;

    (void)state;
    assert_int_equal(longest_minute_us(&l, 0), 0);
    longest_add(&l, 1 * s, 900);
    longest_add(&l, 2 * s, 300);
    assert_int_equal(longest_minute_us(&l, 3 * s), 900);
    longest_add(&l, 45 * s, 500);
    assert_int_equal(longest_minute_us(&l, 60 * s), 900);
    assert_int_equal(longest_minute_us(&l, 75 * s), 500);
    longest_add(&l, 75 * s, 10); /* in the slot that held the first */
    assert_int_equal(longest_minute_us(&l, 75 * s), 500);
    assert_int_equal(longest_minute_us(&l, 200 * s), 0);
    assert_int_equal(l.ever_us, 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_of_a_minute_is_kept),
        cmocka_unit_test(buckets_meet),
        cmocka_unit_test(a_minute_has_percentiles),
        cmocka_unit_test(visitors_are_estimated),
        cmocka_unit_test(a_new_day_has_a_new_salt),
        cmocka_unit_test(warnings_are_kept),
        cmocka_unit_test(all_of_it_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
