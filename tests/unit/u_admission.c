/* How long the queue will take, from what was seen of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/http/admission.h"

enum { SECOND = 1000000 };

static void see(struct backlog *b, int64_t done, int64_t ready, int64_t at_s)
{
    int64_t d[BACKLOG_KINDS] = { [2] = done }, r[BACKLOG_KINDS] = { [2] = ready };
    backlog_see(b, d, r, at_s * SECOND);
}

static void measured_rate_decides(void **state)
{
    struct backlog b = { 0 };
    (void)state;
    see(&b, 0, 10000, 1);
    assert_int_equal(backlog_s(&b), 0); /* nothing is known yet: nobody is refused */
    see(&b, 500, 9500, 6);
    assert_int_equal(backlog_s(&b), 95); /* 100 a second */
    see(&b, 500 + 9 * 400, 5900, 15);
    assert_int_equal(backlog_s(&b), 31); /* 400 a second: believed by nine thirtieths */
}

static void idle_and_restarted_agents_teach_nothing(void **state)
{
    struct backlog b = { 0 };
    (void)state;
    see(&b, 1000, 5000, 1);
    see(&b, 1900, 4000, 10);
    assert_int_equal(backlog_s(&b), 40);
    see(&b, 10, 3000, 12); /* an agent left, its count with it */
    assert_int_equal(backlog_s(&b), 30);
    see(&b, 20, 0, 13);
    assert_int_equal(backlog_s(&b), 0);
    see(&b, 21, 1000, 22); /* it had nothing to do before: one job in nine seconds is no rate */
    assert_int_equal(backlog_s(&b), 10);
}

static void it_is_not_asked_all_the_time(void **state)
{
    struct backlog b = { 0 };
    (void)state;
    assert_true(backlog_is_old(&b, 5 * SECOND));
    see(&b, 0, 0, 5);
    assert_false(backlog_is_old(&b, 5 * SECOND + 1));
    assert_true(backlog_is_old(&b, 6 * SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measured_rate_decides),
        cmocka_unit_test(idle_and_restarted_agents_teach_nothing),
        cmocka_unit_test(it_is_not_asked_all_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
