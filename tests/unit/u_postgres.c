/* What only PostgreSQL does: statements sent ahead, connections that are lost, others who hold locks.  Skipped on SQLite. */
#include <signal.h>
#include <sys/wait.h>
#include "base/clock.h"
#include "store_fixture.h"

static const char MAKE[] = "create table t (a bigint primary key, b text)";
static const char PUT[] = "insert into t (a, b) values ($1, $2)";
static const char COUNT[] = "select count(*) from t";
static const char RAISE[] = "update t set b = b || $2 where a = $1";
static const char LAST[] = "select max(a) from t where b = $1";
static const char SMALL[] = "select 7, null::bigint, -1::int";
static const char KILL[] = "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                           " where datname = current_database() and pid <> pg_backend_pid() and pid = $1";
static const char WHO[] = "select pg_backend_pid()::bigint";

static enum rc put(struct sql *db, int64_t a, struct err *e)
{
    return sql_run(db, e, PUT, SQL_ARGS(I64(a), TEXT(S("x"))), NULL);
}

static int64_t count(struct fixture *f)
{
    int64_t n = -1;
    check_ok(sql_one_i64(f->db, &e, COUNT, SQL_NONE, &n));
    return n;
}

static int64_t who(struct sql *db)
{
    int64_t pid = 0;
    check_ok(sql_one_i64(db, &e, WHO, SQL_NONE, &pid));
    return pid;
}

/* The server ends the fixture's connection. */
static void cut(struct fixture *f, int64_t pid)
{
    auto_free(sql) other = NULL;
    int64_t n = 0;

    check_ok(sql_open(&other, str_of(f->url), &e));
    check_ok(sql_one_i64(other, &e, KILL, SQL_ARGS(I64(pid)), &n));
    assert_int_equal(n, 1);
    usleep(50000);
}

static void an_error_sent_ahead_comes_with_the_next_that_waits(void **state)
{
    struct fixture *f = *state;
    struct err      fault = { 0 };
    int64_t         n;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    for (int way = 0; way < 2; way++) {
        auto_rollback guard = { f->db };
        check_ok(sql_begin(f->db, &e));
        check_ok(put(f->db, 1, &e));
        check_ok(put(f->db, 1, &e));
        check_ok(put(f->db, 2, &e));
        if (way == 0)
            assert_int_equal(sql_one_i64(f->db, &fault, COUNT, SQL_NONE, &n), RC_CONFLICT);
        assert_int_equal(sql_commit(f->db, &fault), RC_CONFLICT);
        assert_non_null(strstr(fault.text, "insert into t"));
        assert_int_equal(put(f->db, 3, &fault), RC_CONFLICT);
        assert_true(sql_in_transaction(f->db));
    }
    assert_int_equal(count(f), 0);
    check_ok(put(f->db, 1, &e));
    assert_int_equal(count(f), 1);
}

static void thousands_may_be_sent_ahead(void **state)
{
    struct fixture *f = *state;
    struct str      text = { arena_get(f->a, 4000), 4000 };

    memset((char *)(uintptr_t)text.p, 'y', text.n);
    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_begin(f->db, &e));
    for (int64_t i = 0; i < 5000; i++)
        check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(i), TEXT(text)), NULL));
    check_ok(sql_commit(f->db, &e));
    assert_int_equal(count(f), 5000);
}

static void a_rollback_is_not_waited_for(void **state)
{
    struct fixture *f = *state;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    for (int i = 0; i < 2000; i++) {
        auto_rollback guard = { f->db };
        check_ok(sql_begin(f->db, &e));
        check_ok(put(f->db, i % 3, &e));
        check_ok(put(f->db, i % 2, &e));
    }
    assert_int_equal(count(f), 0);
}

static void a_connection_that_was_cut_is_made_again(void **state)
{
    struct fixture *f = *state;
    struct err      fault = { 0 };
    int64_t         n;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    cut(f, who(f->db));
    assert_int_equal(count(f), 0); /* nothing is noticed */
    cut(f, who(f->db));
    check_ok(put(f->db, 1, &e));

    check_ok(sql_begin(f->db, &e));
    check_ok(put(f->db, 2, &e));
    cut(f, who(f->db));
    assert_int_equal(sql_one_i64(f->db, &fault, COUNT, SQL_NONE, &n), RC_UNAVAILABLE);
    assert_int_equal(put(f->db, 3, &fault), RC_UNAVAILABLE);
    assert_int_equal(sql_commit(f->db, &fault), RC_UNAVAILABLE);
    assert_true(sql_in_transaction(f->db));
    sql_rollback(f->db);
    check_ok(sql_wait_ready(f->db, 5000, &e));
    assert_int_equal(count(f), 1);
    check_ok(put(f->db, 2, &e));
}

static void a_view_is_one_moment_and_does_not_write(void **state)
{
    struct fixture *f = *state;
    struct err      fault = { 0 };
    auto_free(sql) other = NULL;

    check_ok(sql_open(&other, str_of(f->url), &e));
    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    {
        auto_rollback view = { 0 };
        check_ok(sql_view(f->db, &view, &e));
        assert_int_equal(count(f), 0);
        check_ok(put(other, 1, &e));
        assert_int_equal(count(f), 0);
    }
    assert_int_equal(count(f), 1);
    {
        auto_rollback view = { 0 };
        int64_t       changed;
        check_ok(sql_view(f->db, &view, &e));
        assert_int_equal(sql_run(f->db, &fault, PUT, SQL_ARGS(I64(5), TEXT(S(""))), &changed), RC_INTERNAL);
    }
    check_ok(put(f->db, 5, &e));
}

static enum rc cross(const char *url, int64_t first, int64_t then)
{
    auto_free(sql) db = NULL;
    int64_t changed;

    TRY(sql_open(&db, str_of(url), NULL));
    TRY(sql_begin(db, NULL));
    TRY(sql_run(db, NULL, RAISE, SQL_ARGS(I64(first), TEXT(S("a"))), &changed));
    usleep(300000);
    TRY(sql_run(db, NULL, RAISE, SQL_ARGS(I64(then), TEXT(S("b"))), &changed));
    return sql_commit(db, NULL);
}

static void of_two_that_wait_for_each_other_one_may_try_again(void **state)
{
    struct fixture *f = *state;
    int             status, seen[RC_COUNT] = { 0 };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(put(f->db, 1, &e));
    check_ok(put(f->db, 2, &e));
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            _exit((int)cross(f->url, 1 + i, 2 - i));
    for (int i = 0; i < 2; i++) {
        wait(&status);
        seen[WEXITSTATUS(status)]++;
    }
    assert_int_equal(seen[RC_OK], 1);
    assert_int_equal(seen[RC_UNAVAILABLE], 1);
}

static void many_commits_ring_once(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) other = NULL;

    check_ok(sql_open(&other, str_of(f->url), &e));
    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    sql_ring(f->db);
    usleep(2 * RING_AGAIN_MS * 1000);
    int64_t before = sql_version(other), own = sql_version(f->db), began_us = clock_mono_us();
    for (int i = 0; i < 20; i++) {
        check_ok(put(f->db, i, &e));
        sql_ring(f->db);
    }
    while (sql_ring(f->db))
        usleep(5000);
    usleep(20000);
    int64_t most = 2 + (clock_mono_us() - began_us) / (RING_AGAIN_MS * 1000) + 1;
    assert_in_range(sql_version(other) - before, 1, most);
    assert_in_range(sql_version(f->db) - own, 0, 1); /* what we did ourselves is no news */
}

static void columns_of_other_kinds(void **state)
{
    struct fixture *f = *state;
    auto_rows       rows = { 0 };
    int64_t         n = -1;

    check_ok(sql_rows(f->db, &rows, &e, SMALL, SQL_NONE));
    assert_true(rows_next(&rows));
    assert_int_equal(row_i64(&rows, 0), 7);
    assert_int_equal(row_i64(&rows, 1), 0);
    assert_int_equal(row_i64(&rows, 2), -1);
    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_one_i64(f->db, &e, LAST, SQL_ARGS(TEXT(S(""))), &n));
    assert_int_equal(n, 0);
}

static void what_cannot_be_opened_is_named(void **state)
{
    struct fixture *f = *state;
    struct sql     *db = NULL;
    struct err      fault = { 0 };
    char            url[DATABASE_URL_MAX];

    assert_int_equal(sql_open(&db, S("postgresql://127.0.0.1:1/x"), &fault), RC_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "127.0.0.1"));
    const char *query = strchr(f->url, '?');
    snprintf(url, sizeof url, "postgresql://kith@/nowhere%s", query);
    assert_int_equal(sql_open(&db, str_of(url), &fault), RC_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "does not exist"));
    database_do("create database", f->folder, "ascii", "encoding sql_ascii template template0 locale 'C'");
    snprintf(url, sizeof url, "postgresql://kith@/%s-ascii%s", strrchr(f->folder, '/') + 1, query);
    assert_int_equal(sql_open(&db, str_of(url), &fault), RC_INVALID);
    assert_non_null(strstr(fault.text, "SQL_ASCII"));
    database_do("drop database", f->folder, "ascii", "with (force)");
}

static const char SLEEP[] = "select pg_sleep(5)::text::bigint";
static const char LOCKED[] = "select pg_advisory_xact_lock(7)::text";
enum { SERVING_MS = 400 };

static struct sql *serving(struct fixture *f)
{
    struct sql *db = NULL;

    check_ok(sql_open_serving(&db, str_of(f->url), SERVING_MS, &e));
    check_ok(sql_wait_ready(db, 20000, &e));
    return db;
}

/* The server gives the statement up; the connection stays. */
static void a_loop_does_not_wait_for_a_slow_statement(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) db = serving(f);
    struct err fault = { 0 };
    int64_t    n, pid = who(db);

    assert_int_equal(sql_one_i64(db, &fault, SLEEP, SQL_NONE, &n), RC_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "it took too long"));
    assert_int_equal(who(db), pid);
}

static void a_loop_does_not_wait_for_a_lock(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) db = serving(f);
    struct err    fault = { 0 };
    auto_rollback holds = { f->db };
    int64_t       n, pid = who(db);

    check_ok(sql_begin(f->db, &e));
    auto_rows mine = { 0 };
    check_ok(sql_rows(f->db, &mine, &e, LOCKED, SQL_NONE));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sql_one_i64(db, &fault, LOCKED, SQL_NONE, &n), RC_UNAVAILABLE);
        assert_non_null(strstr(fault.text, "holds a lock"));
    }
    assert_int_equal(who(db), pid);
}

/* A server process that is stopped: the connection is laid aside, another is made, and what the first was doing is not lost sight of. */
static void a_connection_that_falls_silent_is_laid_aside(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) db = serving(f);
    struct err fault = { 0 };
    int64_t    pid;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    for (int64_t i = 0; i < 6; i++) { /* more than may be late at a time */
        pid = who(db);
        check_ok(sql_begin(db, &e));
        check_ok(put(db, i, &e));
        assert_int_equal(kill((pid_t)pid, SIGSTOP), 0);
        assert_int_equal(sql_commit(db, &fault), RC_UNAVAILABLE);
        assert_true(sql_in_doubt(db));
        sql_rollback(db);
        check_ok(sql_wait_ready(db, 20000, &e));
        assert_true(who(db) != pid);
        assert_int_equal(kill((pid_t)pid, SIGCONT), 0);
        while (count(f) != i + 1) /* it was at its commit */
            usleep(1000);
    }
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(an_error_sent_ahead_comes_with_the_next_that_waits),
        WITH_DB(thousands_may_be_sent_ahead),
        WITH_DB(a_rollback_is_not_waited_for),
        WITH_DB(a_connection_that_was_cut_is_made_again),
        WITH_DB(a_view_is_one_moment_and_does_not_write),
        WITH_DB(of_two_that_wait_for_each_other_one_may_try_again),
        WITH_DB(many_commits_ring_once),
        WITH_DB(columns_of_other_kinds),
        WITH_DB(what_cannot_be_opened_is_named),
        WITH_DB(a_loop_does_not_wait_for_a_slow_statement),
        WITH_DB(a_loop_does_not_wait_for_a_lock),
        WITH_DB(a_connection_that_falls_silent_is_laid_aside),
    };
    return database_server() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
