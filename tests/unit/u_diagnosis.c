/* Is all well?  What an operator reads first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "api/console/diagnosis.h"

static struct look well(void)
{
    struct look l = { .visits = 312,
                      .requests = 1000,
                      .processes = 2,
                      .processes_wanted = 2,
                      .agents = 1,
                      .disk = 100,
                      .disk_free = 50,
                      .launch_factor = 1,
                      .nkinds = 2 };

    l.kind[0] = (struct look_kind){
        .name = S("enrich"), .slo_ms = 5000, .oldest_ms = 400, .ready = 3, .held_by = S(""), .service = S("")
    };
    l.kind[1] = (struct look_kind){ .name = S("index"), .slo_ms = 5000, .held_by = S(""), .service = S("google") };
    return l;
}

static void says(const struct look *l, enum mood mood, const char *text)
{
    auto_free(arena) a = arena_new(4096);
    struct diagnosis w;

    diagnosis_of(a, l, &w);
    assert_true(w.n >= 1);
    for (size_t i = 1; i < w.n; i++)
        assert_true(w.line[0].mood == MOOD_WELL || w.line[i].mood <= w.line[i - 1].mood);
    for (size_t i = 0; i < w.n; i++)
        if (str_is(w.line[i].text, text)) {
            assert_int_equal(w.line[i].mood, mood);
            return;
        }
    fail_msg("\"%s\" is not said; first: " STR_FMT, text, STR_ARG(w.line[0].text));
}

static void what_is_the_matter_is_said(void **state)
{
    struct look l = well();

    (void)state;
    says(&l, MOOD_WELL, "All is well: 312 visits a minute, oldest job 0.4 s, 2 of 2 processes up");
    l.launch_factor = 10;
    says(&l, MOOD_WELL, "All is well: 312 visits a minute, oldest job 0.4 s, 2 of 2 processes up");
    says(&l, MOOD_NOTE, "Launch: everything may grow 10 times");
    l.kind[1].oldest_ms = 14 * 60000;
    l.kind[1].held_by = S("quota");
    says(&l, MOOD_WARN, "Held by the Google quota, 14 min behind");
    l.kind[1].held_by = S("cpu");
    says(&l, MOOD_WARN, "index is 14 min behind: every core is busy");
    l.kind[1].held_by = S("something new");
    says(&l, MOOD_WARN, "index is 14 min behind");
    l.kind[1].paused = true;
    says(&l, MOOD_NOTE, "index is paused, 0 wait");
    l.kind[1].ready = 9;
    says(&l, MOOD_WARN, "index is paused, 9 wait");
    l.kind[0].dead = 1;
    says(&l, MOOD_NOTE, "1 job of enrich given up");
    l.errors = 5;
    says(&l, MOOD_WARN, "5 of 1000 answers in the last minute were errors");
    l.errors = 50;
    says(&l, MOOD_BAD, "50 of 1000 answers in the last minute were errors");
    l.slow_us = 800000;
    says(&l, MOOD_WARN, "Answers are slow: 1 of 100 takes longer than 0.8 s");
    l.processes = 1;
    says(&l, MOOD_WARN, "1 of 2 processes up");
    l.processes = 0;
    says(&l, MOOD_BAD, "0 of 2 processes up");
    l.disk_free = 4;
    says(&l, MOOD_WARN, "The disk is 96 % full");
    l.disk_full = true;
    says(&l, MOOD_BAD, "The disk is full: nothing new is taken until there is room, looking and deleting go on");
    l.disk_full = false;
    l.agents = 0;
    says(&l, MOOD_BAD, "No agent is at work: what is waiting, waits");
    l.silent_ms = 8200;
    says(&l, MOOD_BAD, "The database does not answer since 8.2 s");
    l.backup_late_ms = 50LL * 3600 * 1000;
    says(&l, MOOD_WARN, "No good backup since 50.0 h: kith doctor says why");
}

static void more_than_there_is_room_for(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct look      l = well();
    struct diagnosis w;

    (void)state;
    l.nkinds = DIAGNOSIS_KINDS;
    for (size_t i = 0; i < DIAGNOSIS_KINDS; i++)
        l.kind[i] = (struct look_kind){
            .name = S("k"), .held_by = S(""), .service = S(""), .slo_ms = 1, .oldest_ms = 99, .dead = 2
        };
    diagnosis_of(a, &l, &w);
    assert_int_equal(w.n, DIAGNOSIS_MAX);
    assert_int_equal(w.line[0].mood, MOOD_WARN);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_the_matter_is_said),
                                        cmocka_unit_test(more_than_there_is_room_for) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
