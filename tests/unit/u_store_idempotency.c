/* The mark that tells whether a commit in doubt was done. */
#include "store/account/idempotency.h"
#include "store_fixture.h"

static int64_t marked(struct fixture *f, int64_t process)
{
    int64_t newest = -1;
    check_ok(idem_marked(f->db, f->account, process, &newest, &e));
    return newest;
}

/* In a transaction of its own. */
static enum rc mark(struct fixture *f, int64_t process, int64_t number)
{
    auto_rollback guard = { f->db };

    TRY(sql_begin(f->db, NULL));
    TRY(idem_mark(f->db, f->account, process, number, NULL));
    return sql_commit(f->db, NULL);
}

static void the_newest_is_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mark(f, 7, 1), RC_OK);
    assert_int_equal(mark(f, 7, 2), RC_OK);
    assert_int_equal(mark(f, 8, 5), RC_OK);
    assert_int_equal(marked(f, 7), 2);
    assert_int_equal(marked(f, 8), 5);
    assert_int_equal(marked(f, 9), 0);
}

/* A transaction the server still held when somebody asked for its mark cannot be committed afterwards: it may have been done anew. */
static void who_has_asked_closes_the_row(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mark(f, 7, 1), RC_OK);
    assert_int_equal(marked(f, 7), 1);
    assert_int_not_equal(mark(f, 7, 2), RC_OK);
    assert_int_equal(marked(f, 7), 1);
    assert_int_equal(marked(f, 9), 0);
    assert_int_not_equal(mark(f, 9, 1), RC_OK);
    assert_int_equal(marked(f, 9), 0);
    assert_int_equal(mark(f, 10, 3), RC_OK); /* under another name it goes on */
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(the_newest_is_told),
        WITH_DB(who_has_asked_closes_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
