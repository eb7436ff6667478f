/* store/installation/kinds.c and launches.c: live settings, what agents tell of themselves, launches that end by themselves. */
#include "store/installation/backups.h"
#include "store/installation/kinds.h"
#include "store/installation/launches.h"
#include "store_fixture.h"

static void kinds_keep_what_was_set(void **state)
{
    struct fixture *f = *state;
    struct kind_row first = kind_first(KIND_ENRICH, S("enrich"), 1, 4), set = first, *rows = NULL;
    size_t          n = 0;

    set.max_workers = 9;
    set.paused = true;
    set.slo_ms = 1500;
    set.rho_pct = 80;
    set.down_s = 30;
    set.weight = 5;
    set.service = S("mapbox");
    check_ok(kinds_ensure(f->db, &first, 1, &e));
    check_ok(kinds_set(f->db, &set, &e));
    check_ok(kinds_ensure(f->db, &first, 1, &e));
    check_ok(kinds_list(f->db, f->a, &rows, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].min_workers, 1);
    assert_int_equal(rows[0].max_workers, 9);
    assert_true(rows[0].paused);
    assert_int_equal(rows[0].slo_ms, 1500);
    assert_int_equal(rows[0].rho_pct, 80);
    assert_int_equal(rows[0].down_s, 30);
    assert_int_equal(rows[0].weight, 5);
    assert_true(str_eq(rows[0].service, S("mapbox")));
    set.kind = KIND_INDEX;
    assert_int_equal(kinds_set(f->db, &set, NULL), RC_NOT_FOUND);
}

static void the_dead_do_not_count(void **state)
{
    struct fixture     *f = *state;
    struct agent_kind   row = { 7, KIND_ENRICH, 3, 2, 1, 100, 500, 12, S("cpu"), 1000, 5 }, *rows = NULL;
    struct agent_slots *slots = NULL;
    int64_t             wanted = 0;
    size_t              n = 0;

    check_ok(agents_join(f->db, 7, S("a"), 1, 2000, &e));
    check_ok(agents_join(f->db, 8, S("b"), 2, 5000, &e));
    check_ok(agents_set_slots(f->db, 8, 16, &e));
    check_ok(agent_kinds_put(f->db, &row, 1, &e));
    row.target = 4;
    check_ok(agent_kinds_put(f->db, &row, 1, &e));
    check_ok(agent_kinds_list(f->db, f->a, 1500, &rows, &n, &e));
    assert_int_equal(n, 1);
    check_ok(agent_kinds_wanted(f->db, 1500, &wanted, &e));
    assert_int_equal(wanted, 5);
    check_ok(agent_kinds_wanted(f->db, 2500, &wanted, &e));
    assert_int_equal(wanted, 0);
    assert_int_equal(rows[0].target, 4);
    assert_int_equal(rows[0].service_us, 500);
    assert_true(str_eq(rows[0].held_by, S("cpu")));
    check_ok(agents_slots(f->db, f->a, 1500, &slots, &n, &e));
    assert_int_equal(n, 2);
    assert_int_equal(slots[0].slots, 1);
    assert_int_equal(slots[1].slots, 16);
    check_ok(agents_slots(f->db, f->a, 3000, &slots, &n, &e));
    assert_int_equal(n, 1);
    check_ok(agents_bury(f->db, 3000, &n, &e));
    check_ok(agent_kinds_list(f->db, f->a, 0, &rows, &n, &e));
    assert_int_equal(n, 0);
}

static void a_launch_ends_by_itself(void **state)
{
    struct fixture *f = *state;
    struct launch   ten = { .factor = 10, .starts_ms = 1000, .ends_ms = 5000, .actor = S("ann"), .plan_json = S("{}") },
                  three = { .factor = 3, .starts_ms = 2000, .ends_ms = 9000, .actor = S("bob"), .plan_json = S("{}") },
                  *open = NULL;
    size_t  n = 0;
    int64_t landed = 0;

    check_ok(launches_begin(f->db, &ten, &e));
    check_ok(launches_begin(f->db, &three, &e));
    check_ok(launches_open(f->db, f->a, 500, &open, &n, &e));
    assert_int_equal(n, 2);
    static const struct {
        int64_t at_ms, factor;
    } moments[] = { { 999, 1 }, { 1000, 10 }, { 2000, 10 }, { 4999, 10 }, { 5000, 3 }, { 8999, 3 }, { 9000, 1 } };
    for (size_t i = 0; i < countof(moments); i++)
        assert_int_equal(launches_factor(open, n, moments[i].at_ms), moments[i].factor);
    check_ok(launches_land(f->db, 6000, &landed, &e));
    assert_int_equal(landed, 1); /* the other was over */
    check_ok(launches_open(f->db, f->a, 6000, &open, &n, &e));
    assert_int_equal(n, 0);
}

static void one_agent_makes_a_backup(void **state)
{
    struct fixture      *f = *state;
    struct backups_state s;
    struct backup       *list;
    size_t               n = 0;
    bool                 mine = false;
    const int64_t        due = 1000, now = 1000000, hour = BACKUP_SILENT_MS;

    check_ok(backups_state(f->db, f->a, &s, &e));
    assert_true(s.good_ms == 0 && s.first_ms == 0 && backups_late_ms(&s, INT64_MAX) == 0);
    check_ok(backups_claim(f->db, due, S("a"), S("/b/1"), now, &mine, &e));
    assert_true(mine);
    check_ok(backups_claim(f->db, due, S("b"), S("/b/1"), now + hour - 1, &mine, &e));
    assert_false(mine);
    check_ok(backups_renew(f->db, due, now + hour, &e));
    check_ok(backups_claim(f->db, due, S("b"), S("/b/1"), now + hour, &mine, &e));
    assert_false(mine);
    check_ok(backups_failed(f->db, due, now + hour + 50, S("no room"), &e));
    check_ok(backups_state(f->db, f->a, &s, &e));
    assert_true(s.good_ms == 0 && str_is(s.why, "no room"));
    assert_true(backups_late_ms(&s, now + BACKUP_LATE_MS) == 0 && backups_late_ms(&s, now + BACKUP_LATE_MS + 1) > 0);
    check_ok(backups_claim(f->db, due, S("b"), S("/b/1"), now + hour + 49, &mine, &e));
    assert_false(mine);
    check_ok(backups_claim(f->db, due, S("b"), S("/b/2"), now + hour + 50, &mine, &e));
    assert_true(mine);
    check_ok(backups_done(f->db, due, now + 2 * hour, 77, 5, &e));
    check_ok(backups_claim(f->db, due, S("c"), S("/b/3"), now + 9 * hour, &mine, &e));
    assert_false(mine);
    check_ok(backups_state(f->db, f->a, &s, &e));
    assert_true(s.good_ms == now + 2 * hour && s.good_bytes == 77 && s.why.n == 0);
    check_ok(backups_files(f->db, f->a, S("a"), due + 1, &list, &n, &e));
    assert_int_equal(n, 0);
    check_ok(backups_files(f->db, f->a, S("b"), due + 1, &list, &n, &e));
    assert_true(n == 1 && str_is(list[0].file, "/b/2") && list[0].done_ms);
    check_ok(backups_forget(f->db, due, &e));
    check_ok(backups_files(f->db, f->a, S("b"), due + 1, &list, &n, &e));
    assert_int_equal(n, 0);
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(kinds_keep_what_was_set),
        WITH_DB(the_dead_do_not_count),
        WITH_DB(a_launch_ends_by_itself),
        WITH_DB(one_agent_makes_a_backup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
