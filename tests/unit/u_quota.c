/* fleet/quota: however two agents draw, the service never sees more than its limit, and nearly all of it is used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/rand.h"
#include "fleet/agent/quota.h"

enum { CALLS_MAX = 20000 };
static const int64_t T0 = 1800000000000000; /* a full second, in us */

static struct service service(int64_t limit, int64_t window_ms)
{
    return (struct service){ .name = "fake", .limit_calls = limit, .window_ms = window_ms };
}

static int earlier(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Most calls in any window, however it is laid. */
static int64_t worst_window(int64_t *at, size_t n, int64_t window_us)
{
    int64_t most = 0;
    qsort(at, n, sizeof *at, earlier);
    for (size_t i = 0, from = 0; i < n; i++) {
        while (at[i] - at[from] >= window_us)
            from++;
        most = i64_max(most, (int64_t)(i - from + 1));
    }
    return most;
}

/* Agents that look every 1 to 10 ms and have always something to do; what one does not use in time lapses. */
static size_t two_agents(struct service *s, int64_t seconds, int64_t *at, size_t *by)
{
    struct rand_seeded r = { 5 };
    struct quota_lease hand[2] = { 0 };
    int64_t            unused[2] = { 0 }, next[2] = { 0 }, late = s->window_ms * 10 * QUOTA_LATE_PCT;
    size_t             n = 0;

    for (int64_t now = T0; now < T0 + seconds * 1000000; now += 1000)
        for (size_t i = 0; i < 2; i++) {
            if (now < next[i])
                continue;
            next[i] = now + 1000 + (int64_t)rand_below(&r, 10) * 1000;
            if (!hand[i].n) {
                quota_draw(s, now, QUOTA_LEASE_MOST, unused[i], &hand[i]);
                unused[i] = 0;
            }
            for (; hand[i].n && hand[i].first_us <= now; hand[i].n--, hand[i].first_us += hand[i].step_us) {
                if (hand[i].first_us + late < now)
                    unused[i]++;
                else if (n < CALLS_MAX)
                    at[n++] = now, by[i]++;
            }
        }
    return n;
}

static void a_short_window_is_never_overdrawn_and_well_used(void **state)
{
    static const struct {
        int64_t limit, window_ms;
    } cases[] = { { 50, 1000 }, { 90, 60000 }, { 7, 1000 }, { 600, 60000 }, { 1000, 1000 } };
    int64_t *at = malloc(CALLS_MAX * sizeof *at);
    (void)state;

    for (size_t i = 0; i < countof(cases); i++) {
        struct service s = service(cases[i].limit, cases[i].window_ms);
        int64_t        seconds = i64_max(10, 3 * s.window_ms / 1000);
        size_t         by[2] = { 0 }, n = two_agents(&s, seconds, at, by);
        assert_true(worst_window(at, n, s.window_ms * 1000) <= s.limit_calls);
        assert_true(by[0] > n / 4 && by[1] > n / 4);
        assert_true((double)n >= 0.95 * (double)(s.limit_calls * seconds * 1000 / s.window_ms) - 2);
    }
    free(at);
}

static void a_long_window_is_counted(void **state)
{
    struct service     s = service(1000, 86400000);
    struct quota_lease l;
    (void)state;

    quota_draw(&s, T0, 600, 0, &l);
    assert_int_equal(l.n, 600);
    quota_draw(&s, T0, 600, 0, &l);
    assert_int_equal(l.n, 400);
    quota_draw(&s, T0, 600, 0, &l);
    assert_int_equal(l.n, 0);
    assert_int_equal(l.again_us % 86400000000, 0);
    assert_true(l.again_us > T0);
    quota_draw(&s, T0, 600, 5, &l); /* five come back */
    assert_int_equal(l.n, 5);
    quota_draw(&s, T0, 600, -3, &l); /* three more were made than drawn */
    assert_int_equal(l.n, 0);
    assert_int_equal(quota_used(&s, T0 / 1000), 1003);
    assert_true(quota_rate_milli(&s, T0 / 1000) > 0);
    quota_draw(&s, T0 + 86400000000, 600, 0, &l);
    assert_int_equal(l.n, 600);
    assert_int_equal(quota_used(&s, T0 / 1000 + 86400000), 600);
}

static void what_is_closed_gives_nothing(void **state)
{
    struct service     s = service(0, 1000);
    struct quota_lease l;
    (void)state;

    quota_draw(&s, T0, 60, 0, &l);
    assert_int_equal(l.n, 60);
    s.closed_until_ms = T0 / 1000 + 5000;
    quota_draw(&s, T0, 60, 0, &l);
    assert_int_equal(l.n, 0);
    assert_int_equal(l.again_us, T0 + 5000000);
    quota_draw(&s, T0 + 5000000, 60, 0, &l);
    assert_int_equal(l.n, 60);
    assert_int_equal(quota_hour_calls(&s, T0 / 1000 + 5000), 120);
}

/* A clock that was years ahead does not close a service for years. */
static void a_clock_set_back_is_survived(void **state)
{
    struct service     s = service(50, 1000);
    struct quota_lease l;
    (void)state;

    quota_draw(&s, T0 + 86400000000, 10, 0, &l);
    quota_draw(&s, T0, 10, 0, &l);
    assert_int_equal(l.n, 10);
    assert_int_equal(l.first_us, T0);
}

static void a_table_says_when_it_ends(void **state)
{
    struct service     s = service(1000, 3600000);
    struct quota_lease l;
    int64_t            now_ms = T0 / 1000;
    (void)state;

    assert_int_equal(quota_runs_out_ms(&s, now_ms), 0);
    for (int i = 0; i < 20; i++)
        quota_draw(&s, T0 + i * 1000000, 1, 0, &l);
    assert_in_range(quota_rate_milli(&s, now_ms + 19999), 950, 1050);
    int64_t out = quota_runs_out_ms(&s, now_ms + 20000);
    assert_in_range(out - now_ms, 900000, 1100000);
    assert_int_equal(quota_behind_ms(&s, 1000, now_ms), 3600000);
    assert_int_equal(quota_behind_ms(&s, 0, now_ms), 0);
    s.closed_until_ms = now_ms + 7000;
    assert_int_equal(quota_behind_ms(&s, 1000, now_ms), 3607000);
}

/* postfix's feedback: N good ones allow one more, a bad one takes one away, one is always left. */
static void what_goes_wrong_narrows_it(void **state)
{
    struct quota q;
    (void)state;

    quota_init(&q, S("fake"));
    for (int i = 0; i < 6; i++)
        quota_end(&q, RC_OK);
    assert_in_range(q.out_milli, 6000, 6300);
    quota_end(&q, RC_THROTTLED);
    assert_in_range(q.out_milli, 5000, 5300);
    assert_false(quota_seems_dead(&q));
    for (int i = 0; i < 20; i++)
        quota_end(&q, RC_UNAVAILABLE);
    assert_int_equal(q.out_milli, 1000);
    assert_true(quota_seems_dead(&q));
    q.out = 0;
    assert_true(quota_may(&q, T0));
    q.out = 1;
    assert_false(quota_may(&q, T0));
    quota_end(&q, RC_INVALID); /* its own fault, not the service's */
    assert_false(quota_seems_dead(&q));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_window_is_never_overdrawn_and_well_used),
        cmocka_unit_test(a_long_window_is_counted),
        cmocka_unit_test(what_is_closed_gives_nothing),
        cmocka_unit_test(a_clock_set_back_is_survived),
        cmocka_unit_test(a_table_says_when_it_ends),
        cmocka_unit_test(what_goes_wrong_narrows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
