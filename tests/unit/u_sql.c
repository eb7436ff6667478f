#include <sys/stat.h>
#include <sys/wait.h>
#include "base/clock.h"
#include "io/sql/sql_dialect.h"
#include "store_fixture.h"

static const char MAKE[] = "create table t (a bigint primary key, b text, c bytea)";
static const char PUT[] = "insert into t (b, c, a) values ($2, $3, $1)";
static const char GET[] = "select a, b, c from t where a >= $1 order by a";
static const char COUNT[] = "select count(*) from t";
static const char RAISE[] = "update t set a = a + 1";

static void one_text_becomes_either_dialect(void **state)
{
    static const struct {
        const char *from, *sqlite, *postgres;
    } cases[] = {
        { "a bigint, b BYTEA", "a integer, b blob", "a bigint, b BYTEA" },
        { "a text, texts", "a text, texts", "a text collate \"C\", texts" },
        { "bigints 'bigint' \"bigint\"", "bigints 'bigint' \"bigint\"", "bigints 'bigint' \"bigint\"" },
        { "x-- bigint\nbigint", "x\ninteger", "x\nbigint" },
        { ") /*sqlite: strict */;", ")  strict ;", ")  ;" },
        { "/* text */x/*postgres: y*/", " x ", " x y" },
        { "/*sqlite: in (*/ /*postgres: = any (*/ z)", " in (   z)", "   = any ( z)" },
        { "'it''s' bigint", "'it''s' integer", "'it''s' bigint" },
        { "/*sqlite: bigint", " integer", " " },
        { "", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_buf sqlite = buf_of(1000), postgres = buf_of(1000);
        sql_dialect(&sqlite, str_of(cases[i].from), &sql_dialect_sqlite);
        sql_dialect(&postgres, str_of(cases[i].from), &sql_dialect_postgres);
        if (!str_is(buf_str(&sqlite), cases[i].sqlite) || !str_is(buf_str(&postgres), cases[i].postgres))
            fail_msg("'%s' became '" STR_FMT "' and '" STR_FMT "'", cases[i].from, STR_ARG(buf_str(&sqlite)),
                     STR_ARG(buf_str(&postgres)));
    }
}

static void citus_opens_its_own_comments_and_postgresqls(void **state)
{
    static const char text[] = "w /*citus: a and*/ /*postgres: b*/ /*sqlite: c*/ /* d */";
    auto_buf          plain = buf_of(1000), spread = buf_of(1000);

    (void)state;
    sql_dialect(&plain, str_of(text), &sql_dialect_postgres_statement);
    sql_dialect(&spread, str_of(text), &sql_dialect_citus_statement);
    assert_true(str_is(buf_str(&plain), "w    b    "));
    assert_true(str_is(buf_str(&spread), "w  a and  b    "));
}

static void values_come_back(void **state)
{
    struct fixture *f = *state;
    char            bytes[] = { 0, 1, 2, 0 };
    auto_rows       rows = { 0 };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_run(f->db, &e, PUT,
                     SQL_ARGS(I64(7), TEXT(((struct str){ NULL, 0 })), BLOB(((struct str){ bytes, 4 }))), NULL));
    check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(INT64_MAX), TEXT(S("Zoë")), BLOB(S(""))), NULL));
    check_ok(sql_rows(f->db, &rows, &e, GET, SQL_ARGS(I64(0))));
    assert_true(rows_next(&rows));
    assert_int_equal(row_i64(&rows, 0), 7);
    assert_int_equal(row_text(&rows, 1).n, 0);
    assert_memory_equal(row_text(&rows, 2).p, bytes, 4);
    assert_true(rows_next(&rows));
    assert_int_equal(row_i64(&rows, 0), INT64_MAX);
    assert_true(str_eq(row_text(&rows, 1), S("Zoë")));
    assert_false(rows_next(&rows));
    check_ok(rows_end(&rows, &e));
}

static void many_keys_are_answered_in_their_order(void **state)
{
    static const char PAIRS[] = "select b, a from t where a > $1 and b = $2 and a <> $3 order by a";
    struct fixture   *f = *state;
    auto_rows         rows = { 0 };
    struct sql_arg    key[] = {
           TEXT(S("y")), I64(0), TEXT(S("nobody")), I64(0), TEXT(S("x")), I64(3), TEXT(S("y")), I64(2)
    };
    static const int64_t wanted[][2] = { { 0, 2 }, { 0, 4 }, { 2, 5 }, { 3, 4 } };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    for (int64_t i = 1; i <= 5; i++)
        check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(i), TEXT(i % 2 ? S("x") : S("y")), BLOB(S(""))), NULL));
    check_ok(sql_rows_each(f->db, &rows, &e, PAIRS, SQL_ARGS(I64(1)), NULL, 2, 0));
    assert_false(rows_next(&rows));
    check_ok(rows_end(&rows, &e));
    check_ok(sql_rows_each(f->db, &rows, &e, PAIRS, SQL_ARGS(I64(1)), key, 2, countof(key) / 2));
    for (size_t i = 0; i < countof(wanted); i++) {
        assert_true(rows_next(&rows));
        assert_int_equal(rows_which(&rows), wanted[i][0]);
        assert_int_equal(row_i64(&rows, 1), wanted[i][1]);
    }
    assert_false(rows_next(&rows));
    check_ok(rows_end(&rows, &e));
}

static void many_keys_are_written_at_once(void **state)
{
    static const char INSERT[] =
        "insert into t (b, a) values ($1, $2) on conflict (a) do update set b = t.b || excluded.b";
    static const char UPDATE[] = "update t set b = b || $1 || $3 where a = $2 and a < 4";
    static const char DELETE[] = "delete from t where b <> $1 and a = $2";
    static const char ALL[] = "select a, b from t order by a";
    struct fixture   *f = *state;
    auto_rows         rows = { 0 };
    int64_t           changed = 0;
    struct sql_arg    number[] = { I64(1), I64(2), I64(3), I64(4) };
    struct sql_arg    word[] = { I64(1), TEXT(S("a")), I64(3), TEXT(S("c")), I64(4), TEXT(S("d")) };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_run_each(f->db, &e, INSERT, SQL_ARGS(TEXT(S("x"))), NULL, 1, 0, &changed));
    assert_int_equal(changed, 0);
    check_ok(sql_run_each(f->db, &e, INSERT, SQL_ARGS(TEXT(S("x"))), number + 1, 1, 3, &changed));
    assert_int_equal(changed, 3);
    check_ok(sql_begin(f->db, &e));
    check_ok(sql_run_each(f->db, &e, INSERT, SQL_ARGS(TEXT(S("y"))), number, 1, 4, NULL));
    check_ok(sql_run_each(f->db, &e, UPDATE, SQL_ARGS(TEXT(S("-"))), word, 2, 3, &changed));
    assert_int_equal(changed, 2);
    check_ok(sql_commit(f->db, &e));
    check_ok(sql_run_each(f->db, &e, DELETE, SQL_ARGS(TEXT(S("y-a"))), number, 1, 2, &changed));
    assert_int_equal(changed, 1);
    check_ok(sql_rows(f->db, &rows, &e, ALL, SQL_NONE));
    static const char *const wanted[] = { "y-a", "xy-c", "xy" };
    for (size_t i = 0; i < countof(wanted); i++) {
        assert_true(rows_next(&rows));
        assert_true(str_is(row_text(&rows, 1), wanted[i]));
    }
    assert_false(rows_next(&rows));
}

static void same_key_is_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct err      fault = { 0 };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(1), TEXT(S("secret")), BLOB(S(""))), NULL));
    assert_int_equal(sql_run(f->db, &fault, PUT, SQL_ARGS(I64(1), TEXT(S("secret")), BLOB(S(""))), NULL), RC_CONFLICT);
    assert_null(strstr(fault.text, "secret"));
}

static void scope_left_rolls_back(void **state)
{
    struct fixture *f = *state;
    int64_t         n = -1;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    {
        auto_rollback guard = { f->db };
        check_ok(sql_begin(f->db, &e));
        check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(1), TEXT(S("")), BLOB(S(""))), NULL));
    }
    assert_false(sql_in_transaction(f->db));
    check_ok(sql_one_i64(f->db, &e, COUNT, SQL_NONE, &n));
    assert_int_equal(n, 0);
}

static void joined_transaction_is_the_callers(void **state)
{
    struct fixture *f = *state;
    auto_rollback   outer = { 0 }, inner = { 0 };

    check_ok(sql_join(f->db, &outer, &e));
    check_ok(sql_join(f->db, &inner, &e));
    check_ok(sql_leave(&inner, &e));
    assert_true(sql_in_transaction(f->db));
    check_ok(sql_leave(&outer, &e));
    assert_false(sql_in_transaction(f->db));
}

static void a_light_transaction_is_one(void **state)
{
    struct fixture *f = *state;
    int64_t         n = -1;

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    for (int i = 0; i < 2; i++) {
        auto_rollback own = { 0 };
        check_ok(sql_join_light(f->db, &own, &e));
        check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(i), TEXT(S("")), BLOB(S(""))), NULL));
        assert_true(sql_in_transaction(f->db));
        if (i)
            check_ok(sql_leave(&own, &e));
    }
    check_ok(sql_one_i64(f->db, &e, COUNT, SQL_NONE, &n));
    assert_int_equal(n, 1);
}

static void commits_of_others_change_the_version(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) other = NULL;
    int64_t before = sql_version(f->db);

    check_ok(sql_open(&other, str_of(f->url), &e));
    check_ok(sql_run(other, &e, MAKE, SQL_NONE, NULL));
    sql_ring(other);
    for (int waits = 0; sql_version(f->db) == before && waits < 100; waits++)
        usleep(10000);
    assert_int_not_equal(sql_version(f->db), before);
}

static void read_only_and_damaged_files_are_named(void **state)
{
    struct fixture *f = *state;
    auto_free(sql) db = NULL;
    struct err fault = { 0 };
    char       path[128], url[160];

    assert_int_equal(sql_open(&db, S("oracle:x"), &fault), RC_INVALID);
    if (database_server())
        return;
    snprintf(path, sizeof path, "%s/other", f->folder);
    snprintf(url, sizeof url, "sqlite:%s", path);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database", file);
    fclose(file);
    assert_int_equal(sql_open(&db, str_of(url), &fault), RC_INTERNAL);
    assert_non_null(strstr(fault.text, "damaged"));
    unlink(path);
    assert_int_equal(sql_open(&db, S("sqlite:/nowhere/at/all/kith.db"), &fault), RC_UNAVAILABLE);
    assert_int_equal(sql_open(&db, S("sqlite:x?cache_kb=-5"), &fault), RC_INVALID);
    check_ok(sql_integrity(f->db, &e));
}

enum { WRITERS = 6, TURNS = 150 };

/* Each takes the one write lock again and again; the parent sees the longest wait. */
static int64_t write_in_turns(const char *url)
{
    auto_free(sql) db = NULL;
    int64_t longest_us = 0;

    if (sql_open(&db, str_of(url), NULL) != RC_OK)
        return -1;
    for (int i = 0; i < TURNS; i++) {
        int64_t since = clock_mono_us();
        if (sql_begin(db, NULL) != RC_OK || sql_run(db, NULL, RAISE, SQL_NONE, NULL) != RC_OK)
            return -1;
        longest_us = i64_max(longest_us, clock_mono_us() - since);
        if (sql_commit(db, NULL) != RC_OK)
            return -1;
    }
    return longest_us;
}

static void writers_wait_their_turn(void **state)
{
    struct fixture *f = *state;
    int             pipes[2];
    int64_t         total = 0, longest = 0;
    auto_rows       rows = { 0 };

    check_ok(sql_run(f->db, &e, MAKE, SQL_NONE, NULL));
    check_ok(sql_run(f->db, &e, PUT, SQL_ARGS(I64(0), TEXT(S("")), BLOB(S(""))), NULL));
    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0) {
            int64_t us = write_in_turns(f->url);
            _exit(write(pipes[1], &us, sizeof us) != sizeof us);
        }
    for (int i = 0; i < WRITERS; i++) {
        int64_t us = 0;
        assert_int_equal(read(pipes[0], &us, sizeof us), sizeof us);
        assert_true(us >= 0);
        longest = i64_max(longest, us);
        wait(NULL);
    }
    close(pipes[0]);
    close(pipes[1]);
    check_ok(sql_rows(f->db, &rows, &e, GET, SQL_ARGS(I64(0))));
    assert_true(rows_next(&rows));
    total = row_i64(&rows, 0);
    assert_int_equal(total, WRITERS * TURNS);
    print_message("longest wait of %d writers: %.1f ms\n", WRITERS, (double)longest / 1000);
}

static void two_processes_may_migrate_at_once(void **state)
{
    struct fixture *f = *state;
    char            url[DATABASE_URL_MAX];
    int             status, bad = 0;
    int64_t         version = 0;
    auto_free(sql) db = NULL;

    database_make(f->folder, "fresh", url);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            struct sql *own = NULL;
            struct err  e = { 0 };
            bool        ok = sql_open(&own, str_of(url), &e) == RC_OK && migrate_up(own, NULL, &e) == RC_OK;
            if (!ok)
                fprintf(stderr, "migrate: %s\n", e.text);
            _exit(!ok);
        }
    for (int i = 0; i < 4; i++) {
        wait(&status);
        bad += status != 0;
    }
    assert_int_equal(bad, 0);
    check_ok(sql_open(&db, str_of(url), &e));
    check_ok(migrate_version(db, &version, &e));
    assert_int_equal(version, migrate_newest());
    database_drop(f->folder, "fresh");
}

static void log_can_be_moved_into_the_file(void **state)
{
    struct fixture *f = *state;
    int64_t         left = -1;

    check_ok(sql_checkpoint(f->db, &left, &e));
    assert_int_equal(left, 0);
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_text_becomes_either_dialect),
        cmocka_unit_test(citus_opens_its_own_comments_and_postgresqls),
        WITH_DB(values_come_back),
        WITH_DB(many_keys_are_answered_in_their_order),
        WITH_DB(many_keys_are_written_at_once),
        WITH_DB(same_key_is_a_conflict),
        WITH_DB(scope_left_rolls_back),
        WITH_DB(joined_transaction_is_the_callers),
        WITH_DB(a_light_transaction_is_one),
        WITH_DB(commits_of_others_change_the_version),
        WITH_DB(read_only_and_damaged_files_are_named),
        WITH_DB(writers_wait_their_turn),
        WITH_DB(two_processes_may_migrate_at_once),
        WITH_DB(log_can_be_moved_into_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
