/* The history: what one sample says, what two become, what is thinned, what survives. */
#include "store/installation/samples.h"
#include "store_fixture.h"

enum { HOUR_MS = 3600 * 1000 };
static const int64_t NOW = INT64_C(1800000000000) / HOUR_MS * HOUR_MS;

static struct sample made(const char *host, int64_t visits, int64_t p99_us, int64_t cpu)
{
    struct sample s = { .at_ms = NOW, .span_s = 60, .cores = 2, .cpu_permille = cpu };

    snprintf(s.host, sizeof s.host, "%s", host);
    s.n[TALLY_VISITS] = visits;
    s.class[CLASS_READ] = (struct sample_class){ visits, p99_us / 2, p99_us };
    s.kind[KIND_ENRICH] = (struct sample_kind){ .ready = visits, .workers = 3, .target = 4, .done = 10 };
    return s;
}

static void what_is_written_is_read(void **state)
{
    struct fixture *f = *state;
    struct sample   s = made("a", 7, 900, 250), back = { .at_ms = s.at_ms };
    auto_buf        b = buf_of(SAMPLE_JSON_MAX);
    struct json_out o = json_out_of(&b);
    struct json    *v = NULL;

    snprintf(back.host, sizeof back.host, "a");
    sample_write(&o, JSON_ELEMENT, &s);
    check_ok(json_parse(f->a, buf_str(&b), &v, &e));
    sample_read(v, &back);
    assert_memory_equal(&s, &back, sizeof s);
    memset(&s.span_s, 0x7f,
           sizeof s - offsetof(struct sample, span_s)); /* the largest that can be: every number full */
    buf_clear(&b);
    o = json_out_of(&b);
    sample_write(&o, JSON_ELEMENT, &s);
    assert_false(buf_full(&b));
}

static void two_become_one(void **state)
{
    struct sample s = made("a", 10, 900, 200), later = made("a", 30, 500, 400), other = made("b", 5, 100, 800);

    (void)state;
    later.span_s = 180;
    sample_after(&s, &later);
    assert_int_equal(s.span_s, 240);
    assert_int_equal(s.n[TALLY_VISITS], 40);
    assert_int_equal(s.class[CLASS_READ].p99_us, 900);
    assert_int_equal(s.class[CLASS_READ].p50_us, (450 * 10 + 250 * 30) / 40);
    assert_int_equal(s.cpu_permille, 350);
    assert_int_equal(s.kind[KIND_ENRICH].ready, 30);
    assert_int_equal(s.kind[KIND_ENRICH].workers, 3);
    sample_beside(&s, &other);
    assert_int_equal(s.span_s, 240);
    assert_int_equal(s.n[TALLY_VISITS], 45);
    assert_int_equal(s.cores, 4);
    assert_int_equal(s.cpu_permille, 575);
    assert_int_equal(s.kind[KIND_ENRICH].ready, 30);
    assert_int_equal(s.kind[KIND_ENRICH].workers, 6);
    assert_int_equal(s.kind[KIND_ENRICH].done, 30);
}

static void a_span_counts_once(void **state)
{
    struct metrics *m = metrics_new();
    struct sample   s;

    (void)state;
    tally_add(&m->tally, TALLY_SIGNUPS, 3);
    tally_time(&m->tally, CLASS_SITE, 100);
    metrics_add(&m->jobs_done[KIND_INDEX], 50);
    sample_since(m, S("/"), &s);
    assert_int_equal(s.n[TALLY_SIGNUPS], 3);
    assert_int_equal(s.class[CLASS_SITE].n, 1);
    assert_int_equal(s.kind[KIND_INDEX].done, 50);
    assert_true(s.cores > 0 && s.memory > s.memory_used && s.disk > 0);
    sample_since(m, S("/"), &s);
    assert_int_equal(s.n[TALLY_SIGNUPS], 0);
    assert_int_equal(s.class[CLASS_SITE].n, 0);
    assert_int_equal(s.kind[KIND_INDEX].done, 0);
    tally_add(&m->tally, TALLY_SIGNUPS, 1);
    sample_now(m, S("/"), &s);
    assert_int_equal(s.n[TALLY_SIGNUPS], 4); /* of the last minute, whatever was kept of it */
}

static void put(struct fixture *f, const char *host, int64_t at_ms, int64_t visits)
{
    static const char RAW[] = "insert into samples (at_ms, host, sample_json) values ($1, $2, $3)";
    struct sample     s = made(host, visits, 1000, 100);
    auto_buf          b = buf_of(SAMPLE_JSON_MAX);
    struct json_out   o = json_out_of(&b);

    sample_write(&o, JSON_ELEMENT, &s);
    check_ok(sql_run(f->db, &e, RAW, SQL_ARGS(I64(at_ms), TEXT(str_of(host)), TEXT(buf_str(&b))), NULL));
}

static int64_t rows(struct fixture *f)
{
    static const char ROWS[] = "select count(*) from samples";
    int64_t           n = 0;

    check_ok(sql_one_i64(f->db, &e, ROWS, SQL_NONE, &n));
    return n;
}

static void minutes_become_hours(void **state)
{
    struct fixture *f = *state;
    struct sample  *list;
    size_t          n;

    for (int64_t h = 0; h < 3; h++) /* of 27 hours ago, 28, and of now */
        for (int64_t minute = 0; minute < 60; minute++) {
            int64_t at = NOW - (h == 2 ? 1 : 27 + h) * HOUR_MS + minute * 60000 + 1;
            put(f, "a", at, 1);
            put(f, "b", at + 1, 2);
        }
    put(f, "a", NOW - INT64_C(31) * 24 * HOUR_MS, 1000);
    assert_int_equal(rows(f), 361);
    check_ok(samples_thin(f->db, NOW, &e));
    assert_int_equal(rows(f), 2 * 2 + 120);
    check_ok(samples_thin(f->db, NOW, &e));
    assert_int_equal(rows(f), 2 * 2 + 120);
    check_ok(
        samples_list(f->db, f->a, NOW - INT64_C(40) * 24 * HOUR_MS, NOW, INT64_C(40) * 24 * HOUR_MS, &list, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].n[TALLY_VISITS], 540);
    check_ok(samples_list(f->db, f->a, NOW - INT64_C(30) * HOUR_MS, NOW, HOUR_MS, &list, &n, &e));
    assert_int_equal(n, 3);
    assert_int_equal(list[0].at_ms, NOW - 28 * HOUR_MS);
    assert_int_equal(list[0].n[TALLY_VISITS], 180);
    assert_int_equal(list[0].span_s, 3600);
    check_ok(samples_list(f->db, f->a, NOW - HOUR_MS, NOW, 60000, &list, &n, &e));
    assert_int_equal(n, 60);
    struct err e = { 0 };
    assert_int_equal(samples_list(f->db, f->a, 0, NOW, 1000, &list, &n, &e), RC_INVALID);
    assert_int_equal(samples_list(f->db, f->a, NOW, NOW, 1000, &list, &n, &e), RC_INVALID);
}

static void it_is_kept(void **state)
{
    struct fixture *f = *state;
    struct metrics *m = metrics_new();
    struct sample   host[4];
    size_t          n;

    tally_add(&m->tally, TALLY_VISITS, 5);
    check_ok(samples_keep(f->db, m, S("/"), &e));
    usleep(2000);
    tally_add(&m->tally, TALLY_VISITS, 2);
    check_ok(samples_keep(f->db, m, S("/"), &e));
    assert_int_equal(rows(f), 2);
    check_ok(samples_hosts(f->db, 0, host, countof(host), &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(host[0].n[TALLY_VISITS], 2);
    assert_true(host[0].db_bytes > 0 && host[0].db_connections > 0);
    assert_in_range(host[0].db_ping_us, 0, 10000000); /* SQLite may answer within a microsecond */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, fixture_open, fixture_close),
        cmocka_unit_test(two_become_one),
        cmocka_unit_test(a_span_counts_once),
        cmocka_unit_test_setup_teardown(minutes_become_hours, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(it_is_kept, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
