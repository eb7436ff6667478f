/* api/http/turns: one slice a turn of the loop, accounts round robin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "api/http/turns.h"
#include "io/loop.h"

struct work {
    struct turns *ts;
    struct turn   turn;
    int64_t       account;
    char          name;
    int           left; /* slices */
    char         *said;
};

static void slice(void *to)
{
    struct work *w = to;
    size_t       n = strlen(w->said);

    w->said[n] = w->name;
    w->said[n + 1] = '\0';
    if (--w->left)
        turn_ask(w->ts, &w->turn, w->account, slice, w);
}

static void run(struct loop *l, const char *said, size_t n)
{
    for (int i = 0; i < 10000 && strlen(said) < n; i++)
        loop_turn(l, 10);
}

static void begin(struct work *w) { turn_ask(w->ts, &w->turn, w->account, slice, w); }

static void accounts_are_served_in_turn(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    struct turns *ts = turns_new(l);
    char          said[32] = "";
    struct work   a = { .ts = ts, .account = 1, .name = 'a', .left = 3, .said = said };
    struct work   b = { .ts = ts, .account = 1, .name = 'b', .left = 3, .said = said };
    struct work   c = { .ts = ts, .account = 1, .name = 'c', .left = 3, .said = said };
    struct work   x = { .ts = ts, .account = 2, .name = 'x', .left = 4, .said = said };

    begin(&a);
    begin(&b);
    begin(&c);
    begin(&x); /* the last that came, of an account that had nothing yet */
    assert_string_equal(said, "");
    run(l, said, 13);
    assert_string_equal(said, "axbxcxaxbcabc");
    turns_free(ts);
}

static void one_slice_a_turn_of_the_loop(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    struct turns *ts = turns_new(l);
    char          said[32] = "";
    struct work   a = { .ts = ts, .account = 1, .name = 'a', .left = 5, .said = said };

    begin(&a);
    begin(&a); /* twice is once */
    for (size_t n = 0; n < 5;) {
        loop_turn(l, 10);
        assert_true(strlen(said) - n <= 1);
        n = strlen(said);
    }
    turns_free(ts);
}

static void who_leaves_is_not_called(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    struct turns *ts = turns_new(l);
    char          said[32] = "";
    struct work   a = { .ts = ts, .account = 1, .name = 'a', .left = 1, .said = said };
    struct work   b = { .ts = ts, .account = 1, .name = 'b', .left = 1, .said = said };

    begin(&a);
    begin(&b);
    turn_cancel(&a.turn);
    turn_cancel(&a.turn);
    run(l, said, 1);
    loop_turn(l, 1);
    assert_string_equal(said, "b");
    begin(&a);
    turns_free(ts); /* what waits is dropped */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_served_in_turn),
        cmocka_unit_test(one_slice_a_turn_of_the_loop),
        cmocka_unit_test(who_leaves_is_not_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
