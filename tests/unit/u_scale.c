/* fleet/law/scale.c: every term of the law, and what must hold whatever comes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/rand.h"
#include "fleet/law/meter.h"
#include "fleet/law/scale.h"

static const struct scale_host wide = { .cores = 1e9, .workers = 1000000, .budget = -1 };

static struct scale_kind a_kind(void)
{
    return (struct scale_kind){
        .set = { .max = 300, .down_s = 60, .weight = 20, .slo_s = 5, .rho = 0.9, .cores = 1 },
        .seen = { .service_s = 0.5 },
    };
}

/* Seconds at a steady rate with nothing waiting; the clock goes on. */
static void live(const struct scale_host *h, struct scale_kind *k, int64_t *now_s, int64_t seconds, double per_s)
{
    for (int64_t i = 0; i < seconds; i++) {
        k->seen.arrived = per_s;
        scale_tick(h, k, 1, ++*now_s);
        k->seen.running = k->target;
    }
}

static void need_is_little_and_a_square_root(void **state)
{
    static const struct {
        double per_s, service_s, rho, need;
    } cases[] = {
        { 0, 0.5, 0.9, 0 },
        { 8, 0.5, 0.8, 5 + 1 },
        { 200, 0.5, 0.8, 125 + 5 },
        { 1, 0.0004, 1, 0.0004 + 0.01 },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_true(fabs(scale_need(cases[i].per_s, cases[i].service_s, cases[i].rho) - cases[i].need) < 1e-9);
}

static void a_step_of_40_is_met_at_once(void **state)
{
    struct scale_kind k = a_kind();
    int64_t           now = 1;
    (void)state;

    live(&wide, &k, &now, 120, 4);
    assert_int_equal(k.target, 3); /* 4*0.5/0.9 + 0.5*sqrt(2) */
    assert_false(k.panic);
    k.seen.arrived = k.seen.depth = 160;
    scale_tick(&wide, &k, 1, ++now);
    assert_true(k.panic);
    assert_in_range(k.target, 40, 60);
    for (int i = 0; i < 8; i++) {
        k.seen.depth = 0;
        live(&wide, &k, &now, 1, 160);
    }
    assert_in_range(k.target, 93, 100); /* need(160) = 88.9 + 4.5 */
}

static void release_is_slow_and_complete(void **state)
{
    struct scale_kind k = a_kind();
    int64_t           now = 1, high;
    (void)state;

    live(&wide, &k, &now, 120, 160);
    high = k.target;
    for (int i = 0; i < 59; i++) {
        live(&wide, &k, &now, 1, 4);
        assert_int_equal(k.target, high);
    }
    live(&wide, &k, &now, 120, 4);
    assert_int_equal(k.target, 3);
    live(&wide, &k, &now, 200, 0);
    assert_int_equal(k.target, 0); /* min is 0 */
    k.set.min = 2;
    live(&wide, &k, &now, 1, 0);
    assert_int_equal(k.target, 2);
}

static void nothing_shrinks_in_panic(void **state)
{
    struct scale_kind k = a_kind();
    int64_t           now = 1, high;
    (void)state;

    k.set.down_s = 0;
    live(&wide, &k, &now, 60, 160);
    high = k.target;
    k.seen.oldest_s = 3; /* slo/2 is 2.5 */
    live(&wide, &k, &now, 90, 0);
    assert_int_equal(k.target, high);
    k.seen.oldest_s = 0;
    live(&wide, &k, &now, 1, 0);
    assert_int_equal(k.target, 0);
}

static void age_is_an_alarm(void **state)
{
    struct scale_kind k = a_kind(), old = k;
    int64_t           now = 1, too = 1;
    (void)state;

    live(&wide, &k, &now, 120, 100);
    live(&wide, &old, &too, 120, 100);
    k.seen.depth = old.seen.depth = 120; /* 20 more than a second brings: 4 workers more, too few for panic by itself */
    old.seen.oldest_s = 2.6;
    live(&wide, &k, &now, 1, 100);
    live(&wide, &old, &too, 1, 100);
    assert_false(k.panic);
    assert_true(old.panic);
    assert_int_equal(old.target, k.target + 4);
}

static void caps_say_which_they_are(void **state)
{
    static const struct {
        struct scale_set  set; /* only what differs */
        struct scale_host host;
        bool              saving_late;
        int64_t           target;
        enum scale_held   held;
    } cases[] = {
        { .target = 94, .held = SCALE_FREE },
        { .set.max = 50, .target = 50, .held = SCALE_HELD_MAX },
        { .set.quota_per_s = 60, .target = 36, .held = SCALE_HELD_QUOTA }, /* ceil(60 * 0.5 * 1.2) */
        { .set.quota_per_s = 0.5, .target = 1, .held = SCALE_HELD_QUOTA },
        { .set.paused = true, .target = 0, .held = SCALE_HELD_PAUSED },
        { .set = { .paused = true, .min = 5 }, .target = 0, .held = SCALE_HELD_PAUSED },
        { .host.cores = 4, .target = 4, .held = SCALE_HELD_CPU },
        { .host.cores = 4, .set.cores = 0.05, .target = 80, .held = SCALE_HELD_CPU },
        { .host.workers = 32, .target = 32, .held = SCALE_HELD_MEMORY },
        { .host = { .budget = 2, .price_per_core = 0.04 }, .target = 50, .held = SCALE_HELD_BUDGET },
        { .host = { .budget = 0.001, .price_per_core = 0.04 }, .target = 1, .held = SCALE_HELD_BUDGET },
        { .saving_late = true, .target = 10, .held = SCALE_HELD_DATABASE },
        { .set = { .quota_per_s = 60, .max = 50 }, .host.cores = 20, .target = 20, .held = SCALE_HELD_CPU },
        { .set = { .min = 3 }, .host.cores = 2, .target = 3, .held = SCALE_HELD_CPU },
    };
    (void)state;

    for (size_t i = 0; i < countof(cases); i++) {
        struct scale_kind k = a_kind();
        struct scale_host h = { .cores = cases[i].host.cores > 0 ? cases[i].host.cores : 1e9,
                                .workers = cases[i].host.workers ? cases[i].host.workers : 1000000,
                                .budget = cases[i].host.budget > 0 ? cases[i].host.budget : -1,
                                .price_per_core = cases[i].host.price_per_core };
        int64_t           now = 1;

        k.set.max = cases[i].set.max ? cases[i].set.max : 300;
        k.set.min = cases[i].set.min;
        k.set.cores = cases[i].set.cores > 0 ? cases[i].set.cores : 1;
        k.set.quota_per_s = cases[i].set.quota_per_s;
        k.set.paused = cases[i].set.paused;
        k.seen.saving_late = cases[i].saving_late;
        for (int s = 0; s < 120; s++) {
            k.seen.arrived = 160;
            k.seen.running = 10;
            scale_tick(&h, &k, 1, ++now);
        }
        if (k.target != cases[i].target || k.held != cases[i].held)
            fail_msg("case %zu: %lld held by '%s'", i, (long long)k.target, scale_held_name[k.held]);
    }
}

static void kinds_share_by_weight(void **state)
{
    struct scale_kind k[3] = { a_kind(), a_kind(), a_kind() };
    struct scale_host h = { .cores = 40, .workers = 1000, .budget = -1 };
    (void)state;

    k[1].set.weight = 60;
    for (int s = 0; s < 120; s++) {
        k[0].seen.arrived = k[1].seen.arrived = 160;
        k[2].seen.arrived = 4;
        scale_tick(&h, k, countof(k), 2 + s);
    }
    assert_int_equal(k[2].target, 3); /* takes less than its part */
    assert_int_equal(k[2].held, SCALE_FREE);
    assert_int_equal(k[0].target, 9); /* 37 for the two, 1 : 3 */
    assert_int_equal(k[1].target, 27);
    assert_int_equal(k[0].held, SCALE_HELD_CPU);
}

static void time_may_jump_and_settings_may_change(void **state)
{
    struct scale_kind k = a_kind();
    int64_t           now = 1;
    (void)state;

    live(&wide, &k, &now, 120, 160);
    int64_t high = k.target;
    for (int i = 0; i < 10; i++) { /* ten ticks in one second are one second */
        k.seen.arrived = 16;
        scale_tick(&wide, &k, 1, now + 1);
    }
    assert_int_equal(k.target, high);
    k.set.down_s = 600;
    now += 300; /* nobody looked for five minutes */
    live(&wide, &k, &now, 1, 0);
    assert_int_equal(k.target, high);
    now += 700;
    live(&wide, &k, &now, 1, 0);
    assert_int_equal(k.target, 0);
}

static void service_time_is_learned(void **state)
{
    (void)state;
    assert_true(scale_service(0, 0, 0) == 0);
    assert_true(fabs(scale_service(0, 3, 6) - 0.5) < 1e-9);
    assert_true(fabs(scale_service(0.5, 10, 10) - 0.6) < 1e-9);
    assert_true(fabs(scale_service(0.5, 0, 0) - 0.5) < 1e-9);
}

static void shares_add_up(void **state)
{
    static const int64_t slots[] = { 2, 16, 1, 8, 64 };
    (void)state;

    for (int64_t total = 0; total < 700; total += 7) {
        int64_t sum = 0, before = 0, all = 91;
        for (size_t i = 0; i < countof(slots); before += slots[i++])
            sum += scale_share(total, before, slots[i], all);
        assert_int_equal(sum, total);
    }
    assert_int_equal(scale_share(9, 0, 0, 0), 9); /* nobody is known yet: all of it */
}

static void units_are_measured(void **state)
{
    struct meter m = { 0 };
    struct task  ten = { .unit.n = 10, .sent_us = 1000000, .cpu_us = 2000 },
                liar = { .unit.n = 10, .sent_us = 1000000, .cpu_us = -5 };
    (void)state;

    assert_true(meter_service_s(&m, true, 500) == 0);
    assert_true(meter_cores(&m, true) == METER_CORES_FIRST && meter_cores(&m, false) == 1);
    meter_sent(&m, &ten);
    assert_true(fabs(meter_service_s(&m, true, 1400000) - 0.04) < 1e-9); /* still at it */
    assert_false(meter_is_long(&m, 1200000));
    assert_true(meter_is_long(&m, 1300000));
    meter_ended(&m, &ten, 1500000);
    assert_false(meter_is_long(&m, 9000000));
    assert_true(fabs(meter_service_s(&m, true, 1500000) - 0.05) < 1e-9);
    assert_true(fabs(meter_service_s(&m, false, 1500000) - 0.0002) < 1e-9);
    assert_true(fabs(meter_cores(&m, true) - 0.004) < 1e-9);
    for (int i = 0; i < 50; i++) { /* a crowd: ten times as long, and no less CPU */
        meter_sent(&m, &ten);
        meter_ended(&m, &ten, 6000000);
        meter_service_s(&m, true, 6000000);
    }
    assert_true(meter_service_s(&m, true, 6000000) > 0.4);
    assert_true(meter_cores(&m, true) > 0.0035);
    meter_sent(&m, &liar);
    meter_ended(&m, &liar, 1500000);
    assert_true(m.cpu_us == 0 && m.units_out == 0 && m.jobs_out == 0 && m.out_since_us == 0);
}

/* ---- properties ---- */

static struct scale_kind some_kind(struct rand_seeded *r, int64_t *now)
{
    struct scale_kind k = a_kind();

    k.set.min = (int64_t)rand_below(r, 4);
    k.set.max = k.set.min + (int64_t)rand_below(r, 400);
    k.set.down_s = (int64_t)rand_below(r, 700);
    k.set.rho = 0.5 + (double)rand_below(r, 50) / 100;
    k.set.quota_per_s = rand_below(r, 3) ? 0 : (double)rand_below(r, 200);
    k.set.paused = rand_below(r, 20) == 0;
    k.seen.service_s = (double)rand_below(r, 2000) / 1000;
    for (uint64_t i = rand_below(r, 200); i; i--) {
        k.seen.arrived = (double)rand_below(r, 400);
        k.seen.depth = rand_below(r, 3) ? 0 : (double)rand_below(r, 10000);
        k.seen.oldest_s = (double)rand_below(r, 8);
        *now += (int64_t)rand_below(r, 3);
        scale_tick(&wide, &k, 1, *now);
    }
    return k;
}

static void more_load_never_means_fewer(void **state)
{
    struct rand_seeded r = { 42 };
    (void)state;

    for (int i = 0; i < 3000; i++) {
        int64_t           now = 100;
        struct scale_kind k = some_kind(&r, &now), more = k;

        more.seen.depth += (double)rand_below(&r, 1000);
        more.seen.oldest_s += (double)rand_below(&r, 10);
        for (int s = 0; s < SCALE_WINDOW_S; s++)
            more.state.arrived.v[s] *= 1 + (double)(i % 7) / 3;
        more.seen.arrived = k.seen.arrived * (1 + (double)(i % 7) / 3);
        scale_tick(&wide, &k, 1, now + 1);
        scale_tick(&wide, &more, 1, now + 1);
        assert_true(more.target >= k.target);
    }
}

static void caps_and_floors_hold(void **state)
{
    struct rand_seeded r = { 7 };
    (void)state;

    for (int i = 0; i < 2000; i++) {
        struct scale_kind k[5];
        size_t            n = 1 + rand_below(&r, countof(k));
        int64_t           now = 100;
        struct scale_host h = { .cores = 1 + (double)rand_below(&r, 64),
                                .workers = 1 + (int64_t)rand_below(&r, 500),
                                .budget = (double)rand_below(&r, 3) - 1,
                                .price_per_core = 0.01 };
        for (size_t j = 0; j < n; j++) {
            k[j] = some_kind(&r, &now);
            k[j].set.weight = 1 + (int64_t)rand_below(&r, 100);
        }
        scale_tick(&h, k, n, now + 1);
        double cores = 0, alive = 0, floors = 0;
        for (size_t j = 0; j < n; j++) {
            if (k[j].set.paused) {
                assert_int_equal(k[j].target, 0);
                continue;
            }
            assert_true(k[j].target >= k[j].set.min);
            assert_true(k[j].target <= i64_max(k[j].set.max, k[j].set.min));
            assert_true(k[j].held != SCALE_FREE || k[j].wanted <= (double)k[j].target);
            cores += fmin((double)k[j].target, ceil(k[j].wanted));
            alive += (double)k[j].target;
            floors += (double)i64_max(k[j].set.min, 1);
        }
        assert_true(cores <= h.cores + floors);
        assert_true(alive <= (double)h.workers + floors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(need_is_little_and_a_square_root),
        cmocka_unit_test(a_step_of_40_is_met_at_once),
        cmocka_unit_test(release_is_slow_and_complete),
        cmocka_unit_test(nothing_shrinks_in_panic),
        cmocka_unit_test(age_is_an_alarm),
        cmocka_unit_test(caps_say_which_they_are),
        cmocka_unit_test(kinds_share_by_weight),
        cmocka_unit_test(time_may_jump_and_settings_may_change),
        cmocka_unit_test(service_time_is_learned),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(units_are_measured),
        cmocka_unit_test(more_load_never_means_fewer),
        cmocka_unit_test(caps_and_floors_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
