/* ops/scale/trace.c, simulate.c: traces are read or refused by line; the replay of a step day gives each policy its due. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "ops/scale/scale_chart.h"
#include "ops/scale/simulate.h"

static void traces_are_read(void **state)
{
    static const struct {
        const char *text;
        size_t      n;
        double      sum, peak;
    } cases[] = {
        { "t_s,lambda_per_s,arrivals\n0,3.5,1\n1,4.5,2\n", 2, 3, 4.5 },
        { "0,5\n1,4\n7,2\n7,3\n", 8, 14, 14 / 8.0 }, /* seconds without a line, a second twice */
        { "100,2.5,3\r\n101,2.5,0\r\n", 2, 3, 2.5 },
        { "# a remark\n\narrivals,t_s\n3,0\n", 1, 3, 3 },
        { "0,1", 1, 1, 1 },
    };
    auto_free(arena) a = arena_new(8192);
    (void)state;

    for (size_t i = 0; i < countof(cases); i++) {
        struct trace t;
        struct err   e = { 0 };
        if (trace_parse(a, str_of(cases[i].text), &t, &e) != RC_OK)
            fail_msg("case %zu: %s", i, e.text);
        assert_int_equal(t.n, cases[i].n);
        assert_true(fabs(t.sum - cases[i].sum) < 1e-9);
        assert_true(fabs(t.peak - cases[i].peak) < 1e-9);
    }
}

static void broken_lines_are_named(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "0,1\n1,x\n", "line 2: 'x' is no number of arrivals" },
        { "0,1\n1,-2\n", "line 2: '-2' is no number of arrivals" },
        { "0,1\n1,1e300\n", "line 2: '1e300' is no number of arrivals" },
        { "0,1\n0.5,1\n", "line 2: '0.5' is no whole second" },
        { "0,1\n5,2\n4,1\n", "line 3: time goes back, from 5 to 4" },
        { "0,1\n1\n", "line 2: 1 columns, too few" },
        { "0,1\n999999999,2\n", "line 2: more than 1209600 seconds after the first" },
        { "a,b\n1,2\n", "line 1: want columns t_s and arrivals" },
        { "t_s,lambda_per_s,arrivals\n0,,3\n", "line 2: '' is no rate" },
        { "", "no second in it" },
        { "t_s,arrivals\n", "no second in it" },
    };
    auto_free(arena) a = arena_new(8192);
    (void)state;

    for (size_t i = 0; i < countof(cases); i++) {
        struct trace t;
        struct err   e = { 0 };
        assert_int_not_equal(trace_parse(a, str_of(cases[i].text), &t, &e), RC_OK);
        assert_string_equal(e.text, cases[i].said);
    }
}

/* Four hours at 4/s, then an hour at 160/s, then three at 4/s. */
static struct trace step_day(struct arena *a)
{
    struct trace t = { .n = 8 * 3600, .peak = 160 };

    t.arrived = arena_array(a, double, t.n);
    for (size_t i = 0; i < t.n; i++)
        t.sum += t.arrived[i] = i >= 4 * 3600 && i < 5 * 3600 ? 160 : 4;
    return t;
}

static struct sim_options usual(void)
{
    return (struct sim_options){ .set = { .max = 300, .down_s = 60, .weight = 1, .slo_s = 5, .rho = 0.9, .cores = 1 },
                                 .host = { .cores = 1e6, .workers = 1000000, .budget = -1 },
                                 .service_s = 0.5,
                                 .kinds = 1 };
}

static void each_policy_gets_its_due(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    struct trace       t = step_day(a);
    struct sim_options o = usual();
    struct sim_run     run[SIM_POLICIES];
    (void)state;

    for (size_t i = 0; i < SIM_POLICIES; i++)
        sim_run(a, &t, &o, (enum sim_policy)i, &run[i]);
    double pure = sim_pure_work_s(&t, &o);
    assert_true(fabs(pure - t.sum / 2) < 1e-6);
    assert_true(run[SIM_STATIC_PEAK].max_s == 0 && run[SIM_STATIC_PEAK].peak == 100);
    assert_true(run[SIM_STATIC_MEAN].p99_s > 3600);
    assert_true(run[SIM_LAW].p99_s < 2 && run[SIM_LAW].max_s <= 2 && run[SIM_LAW].left < 1);
    assert_true(run[SIM_LAW].worker_s < 1.3 * pure);
    assert_true(run[SIM_LAW].worker_s < 0.4 * run[SIM_STATIC_PEAK].worker_s);
    for (size_t i = SIM_DEPTH; i <= SIM_TRACKING; i++)
        assert_true(run[i].max_s > 30 && run[i].worker_s > run[SIM_LAW].worker_s);
}

static void waiting_for_hosts_and_for_others_shows(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    struct trace       t = step_day(a);
    struct sim_options slow = usual(), quota = usual(), three = usual();
    struct sim_run     run, of_one;
    (void)state;

    slow.boot_s = 30;
    sim_run(a, &t, &slow, SIM_LAW, &run);
    assert_in_range((int)run.max_s, 28, 40);
    quota.set.quota_per_s = 60;
    sim_run(a, &t, &quota, SIM_LAW, &run);
    assert_int_equal(run.peak, 36); /* the quota and a fifth: more would only wait */
    assert_true(run.max_s > 600);
    three.kinds = 3;
    sim_run(a, &t, &three, SIM_LAW, &run);
    three.kinds = 1;
    sim_run(a, &t, &three, SIM_LAW, &of_one);
    assert_true(fabs(run.worker_s - 3 * of_one.worker_s) < 1e-6);
}

static void the_chart_is_whole(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    struct trace       t = step_day(a);
    struct sim_options o = usual();
    struct sim_run     run[SIM_POLICIES];
    auto_buf           b = buf_of(4 << 20);
    (void)state;

    for (size_t i = 0; i < SIM_POLICIES; i++)
        sim_run(a, &t, &o, (enum sim_policy)i, &run[i]);
    scale_chart(&b, &t, run);
    assert_false(buf_full(&b));
    assert_true(str_ends(buf_str(&b), S("</svg></html>\n")));
    assert_true(str_find(buf_str(&b), S("nan"), 0) == SIZE_MAX && str_find(buf_str(&b), S("http"), 0) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_are_read),          cmocka_unit_test(broken_lines_are_named),
        cmocka_unit_test(each_policy_gets_its_due), cmocka_unit_test(waiting_for_hosts_and_for_others_shows),
        cmocka_unit_test(the_chart_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
