#include "base/clock.h"
#include "store/installation/queue.h"
#include "store/installation/services.h"
#include "store_fixture.h"

static size_t claim(struct fixture *f, int64_t account, size_t n, int64_t agent, struct job *ret)
{
    size_t got = 0;

    check_ok(jobs_claim(f->db, account, KIND_ENRICH, JOB_LANE_BULK, n, agent, ret, &got, &e));
    return got;
}

static void add(struct fixture *f, int64_t account, int64_t subject)
{
    check_ok(jobs_add(f->db, account, KIND_ENRICH, JOB_PRIO_NORMAL, &subject, 1, &e));
}

static struct job_counts counts(struct fixture *f)
{
    struct job_counts c[KINDS_END];

    check_ok(jobs_counts(f->db, 0, c, &e));
    return c[KIND_ENRICH];
}

static void equal_work_waits_once(void **state)
{
    struct fixture *f = *state;
    struct job      jobs[10];

    add(f, f->account, 1);
    add(f, f->account, 1);
    add(f, f->account, 2);
    assert_int_equal(counts(f).ready, 2);
    assert_true(llabs(counts(f).oldest_ms - clock_ms()) < 10000);
    assert_int_equal(claim(f, f->account, 10, 77, jobs), 2);
    assert_int_equal(jobs[0].attempt, 1);
    assert_int_equal(claim(f, f->account, 10, 77, jobs + 2), 0);
    assert_int_equal(counts(f).claimed, 2);
}

static void change_during_work_makes_it_ready_anew(void **state)
{
    struct fixture *f = *state;
    struct job      job, again;

    add(f, f->account, 1);
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    add(f, f->account, 1);
    check_ok(jobs_done(f->db, f->account, KIND_ENRICH, &job, 1, &e));
    assert_int_equal(claim(f, f->account, 1, 77, &again), 1);
    assert_int_not_equal(again.id, job.id);
    assert_int_equal(again.attempt, 1);
    check_ok(jobs_done(f->db, f->account, KIND_ENRICH, &again, 1, &e));
    assert_int_equal(counts(f).ready + counts(f).claimed, 0);
}

/* What failed is of yesterday: the change may have cured it. */
static void change_during_failing_work_makes_it_ready_anew(void **state)
{
    struct fixture *f = *state;
    struct job      job;

    add(f, f->account, 1);
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    add(f, f->account, 1);
    check_ok(jobs_bury(f->db, f->account, KIND_ENRICH, &job, S("bad"), &e));
    assert_int_equal(counts(f).dead, 0);
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    assert_int_equal(job.attempt, 1);
    add(f, f->account, 1);
    check_ok(jobs_retry(f->db, f->account, KIND_ENRICH, &job, clock_ms() + 60000, S("not now"), &e));
    assert_int_equal(counts(f).later, 0);
    assert_int_equal(counts(f).ready, 1);
}

static void what_somebody_waits_for_stays_urgent_when_it_fails(void **state)
{
    struct fixture *f = *state;
    struct job      job;
    int64_t         subject = 1, account = 0;
    size_t          n = 0;

    check_ok(jobs_add(f->db, f->account, KIND_ENRICH, JOB_PRIO_NOW, &subject, 1, &e));
    check_ok(jobs_claim(f->db, f->account, KIND_ENRICH, JOB_LANE_URGENT, 1, 77, &job, &n, &e));
    assert_int_equal(n, 1);
    check_ok(jobs_retry(f->db, f->account, KIND_ENRICH, &job, clock_ms() - 1, S("not now"), &e));
    check_ok(jobs_due(f->db, clock_ms(), &n, &e));
    assert_int_equal(n, 1);
    check_ok(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_URGENT, 0, &account, &e));
    assert_int_equal(account, f->account);
    check_ok(jobs_claim(f->db, f->account, KIND_ENRICH, JOB_LANE_URGENT, 1, 77, &job, &n, &e));
    assert_int_equal(job.attempt, 2);
}

static void lost_claim_is_fenced(void **state)
{
    struct fixture *f = *state;
    struct job      late, now;
    bool            held = true;
    size_t          freed = 0;

    add(f, f->account, 1);
    check_ok(agents_join(f->db, 77, S("host"), 1, clock_ms() - 1000, &e));
    assert_int_equal(claim(f, f->account, 1, 77, &late), 1);
    assert_int_equal(agents_renew(f->db, 77, clock_ms() + 1000, NULL), RC_GONE);
    check_ok(agents_bury(f->db, clock_ms(), &freed, &e));
    assert_int_equal(freed, 1);
    assert_int_equal(claim(f, f->account, 1, 78, &now), 1);
    assert_int_equal(now.attempt, 2);
    check_ok(jobs_held(f->db, f->account, KIND_ENRICH, &late, 1, &held, &e));
    assert_false(held);
    check_ok(jobs_done(f->db, f->account, KIND_ENRICH, &late, 1, &e));
    check_ok(jobs_bury(f->db, f->account, KIND_ENRICH, &late, S("late"), &e));
    check_ok(jobs_retry(f->db, f->account, KIND_ENRICH, &late, 0, S("late"), &e));
    check_ok(jobs_held(f->db, f->account, KIND_ENRICH, &now, 1, &held, &e));
    assert_true(held);
    check_ok(jobs_done(f->db, f->account, KIND_ENRICH, &now, 1, &e));
    assert_int_equal(counts(f).ready + counts(f).claimed + counts(f).later + counts(f).dead, 0);
}

static void living_agent_keeps_its_claims(void **state)
{
    struct fixture *f = *state;
    struct job      job;
    size_t          freed = 9;

    add(f, f->account, 1);
    check_ok(agents_join(f->db, 77, S("host"), 1, clock_ms() + 60000, &e));
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    check_ok(agents_renew(f->db, 77, clock_ms() + 90000, &e));
    check_ok(agents_bury(f->db, clock_ms(), &freed, &e));
    assert_int_equal(freed, 0);
    check_ok(agents_leave(f->db, 77, &freed, &e));
    assert_int_equal(freed, 1);
    assert_int_equal(counts(f).ready, 1);
}

static void accounts_take_turns(void **state)
{
    struct fixture *f = *state;
    int64_t         other = fixture_account(f, "bob@example.com"), next = 0;
    int64_t         low = i64_min(f->account, other), high = i64_max(f->account, other);

    assert_int_equal(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_BULK, 0, &next, NULL), RC_NOT_FOUND);
    for (int64_t i = 1; i <= 50; i++)
        add(f, low, i);
    add(f, high, 1);
    check_ok(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_BULK, 0, &next, &e));
    assert_int_equal(next, low);
    check_ok(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_BULK, low, &next, &e));
    assert_int_equal(next, high);
    check_ok(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_BULK, high, &next, &e));
    assert_int_equal(next, low);
    assert_int_equal(jobs_next_account(f->db, KIND_INDEX, JOB_LANE_BULK, 0, &next, NULL), RC_NOT_FOUND);
}

/* Jobs need no row of their account: these accounts are numbers only. */
static void slices_part_the_accounts_among_agents(void **state)
{
    struct fixture *f = *state;
    int64_t         next = 0, one = 1;

    for (int64_t account = 100; account < 130; account++)
        check_ok(jobs_add(f->db, account, KIND_ENRICH, JOB_PRIO_NORMAL, &one, 1, &e));
    for (int64_t all = 1; all <= 4; all++)
        for (int64_t mine = 0, seen = 0; mine < all; mine++, seen = 0) {
            struct job_slice s = { mine, all };
            next = 0;
            do {
                int64_t before = next;
                check_ok(jobs_next_of_slice(f->db, KIND_ENRICH, &s, before, &next, &e));
                assert_int_equal(next % all, mine);
                seen += next > before;
                if (next <= before)
                    break;
            } while (seen < 100);
            assert_int_equal(seen, (30 + all - 1 - (mine + all - 100 % all) % all) / all);
        }
    assert_int_equal(jobs_next_of_slice(f->db, KIND_ENRICH, &(struct job_slice){ 7, 500 }, 0, &next, NULL),
                     RC_NOT_FOUND);
    assert_int_equal(jobs_next_of_slice(f->db, KIND_INDEX, &(struct job_slice){ 0, 1 }, 0, &next, NULL), RC_NOT_FOUND);
}

/* What somebody waits for has a lane of its own; it is found whatever waits beside it, and never twice. */
static void urgent_work_has_its_own_lane(void **state)
{
    struct fixture *f = *state;
    struct job      job[20];
    int64_t         urgent = 99, next = 0;
    size_t          n = 0;

    for (int64_t i = 1; i <= 20; i++)
        add(f, f->account, i);
    add(f, f->account, urgent);
    check_ok(jobs_add(f->db, f->account, KIND_ENRICH, JOB_PRIO_NOW, &urgent, 1, &e));
    assert_int_equal(claim(f, f->account, 20, 77, job), 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(job[i].subject, i + 1);
    assert_int_equal(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_BULK, 0, &next, NULL), RC_NOT_FOUND);
    check_ok(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_URGENT, 0, &next, &e));
    assert_int_equal(next, f->account);
    check_ok(jobs_claim(f->db, f->account, KIND_ENRICH, JOB_LANE_URGENT, 20, 77, job, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(job[0].subject, urgent);
    assert_int_equal(jobs_next_account(f->db, KIND_ENRICH, JOB_LANE_URGENT, 0, &next, NULL), RC_NOT_FOUND);
}

static void failed_work_waits_and_is_buried(void **state)
{
    struct fixture *f = *state;
    struct job      job;
    size_t          n = 0;
    int64_t         due = 0;

    add(f, f->account, 1);
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    check_ok(jobs_retry(f->db, f->account, KIND_ENRICH, &job, clock_ms() + 5000, S("busy"), &e));
    check_ok(jobs_due(f->db, clock_ms(), &n, &e));
    assert_int_equal(n, 0);
    check_ok(jobs_next_due(f->db, &due, &e));
    assert_true(due > clock_ms());
    check_ok(jobs_due(f->db, due, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    assert_int_equal(job.attempt, 2);
    check_ok(jobs_give_back(f->db, f->account, KIND_ENRICH, &job, 1, &e));
    assert_int_equal(claim(f, f->account, 1, 77, &job), 1);
    assert_int_equal(job.attempt, 2);
    check_ok(jobs_bury(f->db, f->account, KIND_ENRICH, &job, S("no use"), &e));
    assert_int_equal(counts(f).dead, 1);
    struct dead_job *dead = NULL;
    check_ok(jobs_dead(f->db, f->a, f->account, 0, 10, &dead, &n, &e));
    assert_int_equal(n, 1);
    assert_true(str_eq(dead->why, S("no use")));
    check_ok(jobs_redrive(f->db, f->account, 0, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(counts(f).ready, 1);
    check_ok(jobs_next_due(f->db, &due, &e));
    assert_true(due == INT64_MAX);
}

static void an_account_is_held_back(void **state)
{
    struct fixture       *f = *state;
    struct account_pause *p = NULL;
    int64_t               other = fixture_account(f, "bob@example.com");
    size_t                n = 0;

    check_ok(queue_pause(f->db, f->account, KIND_ENRICH, &e));
    check_ok(queue_pause(f->db, f->account, KIND_ENRICH, &e));
    check_ok(queue_pause(f->db, other, 0, &e));
    check_ok(queue_pauses(f->db, f->a, &p, &n, &e));
    assert_int_equal(n, 2);
    assert_true(queue_is_paused(p, n, f->account, KIND_ENRICH));
    assert_false(queue_is_paused(p, n, f->account, KIND_INDEX));
    assert_true(queue_is_paused(p, n, other, KIND_INDEX));
    assert_false(queue_is_paused(p, n, f->account + 1, KIND_ENRICH));
    assert_false(queue_is_paused(NULL, 0, other, KIND_INDEX));
    check_ok(queue_resume(f->db, other, KIND_INDEX, &e)); /* it was all kinds that were held */
    check_ok(queue_resume(f->db, f->account, 0, &e));
    check_ok(queue_pauses(f->db, f->a, &p, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(p->account, other);
}

static void who_has_most_is_known(void **state)
{
    struct fixture   *f = *state;
    struct queue_top *top = NULL;
    struct job        job;
    int64_t           other = fixture_account(f, "bob@example.com"), dead = 0;
    size_t            n = 0;

    for (int64_t i = 1; i <= 3; i++)
        add(f, other, i);
    add(f, f->account, 1);
    check_ok(queue_top(f->db, f->a, KIND_ENRICH, 5, &top, &n, &e));
    assert_int_equal(n, 2);
    assert_int_equal(top[0].account, other);
    assert_int_equal(top[0].ready, 3);
    assert_true(llabs(top[0].oldest_ms - clock_ms()) < 10000);
    assert_int_equal(queue_next_dead(f->db, 0, &dead, NULL), RC_NOT_FOUND);
    assert_int_equal(claim(f, other, 1, 77, &job), 1);
    check_ok(jobs_bury(f->db, other, KIND_ENRICH, &job, S("no use"), &e));
    check_ok(queue_next_dead(f->db, 0, &dead, &e));
    assert_int_equal(dead, other);
    assert_int_equal(queue_next_dead(f->db, other, &dead, NULL), RC_NOT_FOUND);
}

static void a_service_is_closed_and_opened(void **state)
{
    struct fixture *f = *state;
    struct service s = { .name = "x", .limit_calls = 5, .window_ms = 1000, .price_micro = 3, .raise_note = "ask" }, got;
    size_t         n = 0;
    struct service all[SERVICES_MAX];

    check_ok(services_ensure(f->db, &s, 1, &e));
    s.limit_calls = 9;
    check_ok(services_ensure(f->db, &s, 1, &e)); /* what is there stays */
    check_ok(services_get(f->db, S("x"), &got, &e));
    assert_int_equal(got.limit_calls, 5);
    check_ok(services_set(f->db, &s, &e));
    check_ok(services_close(f->db, S("x"), 5000, S("429"), &e));
    check_ok(services_close(f->db, S("x"), 4000, S("sooner"), &e)); /* the longer one counts */
    check_ok(services_list(f->db, all, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(all[0].limit_calls, 9);
    assert_int_equal(all[0].closed_until_ms, 5000);
    assert_string_equal(all[0].closed_why, "429");
    assert_string_equal(all[0].raise_note, "ask");
    check_ok(services_open(f->db, S("x"), &e));
    check_ok(services_get(f->db, S("x"), &got, &e));
    assert_int_equal(got.closed_until_ms, 0);
    assert_int_equal(services_open(f->db, S("y"), NULL), RC_NOT_FOUND);
    assert_int_equal(services_get(f->db, S("y"), &got, NULL), RC_NOT_FOUND);
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(equal_work_waits_once),
        WITH_DB(change_during_work_makes_it_ready_anew),
        WITH_DB(change_during_failing_work_makes_it_ready_anew),
        WITH_DB(what_somebody_waits_for_stays_urgent_when_it_fails),
        WITH_DB(lost_claim_is_fenced),
        WITH_DB(living_agent_keeps_its_claims),
        WITH_DB(accounts_take_turns),
        WITH_DB(slices_part_the_accounts_among_agents),
        WITH_DB(urgent_work_has_its_own_lane),
        WITH_DB(failed_work_waits_and_is_buried),
        WITH_DB(an_account_is_held_back),
        WITH_DB(who_has_most_is_known),
        WITH_DB(a_service_is_closed_and_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
