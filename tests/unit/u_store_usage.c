/* What an account holds: exact after every kind of write, also when it began before the table was there. */
#include "base/clock.h"
#include "store/accounts.h"
#include "store/blobs.h"
#include "store/imports.h"
#include "store/sessions.h"
#include "store_fixture.h"

static struct usage now(struct fixture *f)
{
    struct usage u = { 0 };

    check_ok(usage_of(f->db, f->account, &u, &e));
    return u;
}

static void cards_and_their_history_count(void **state)
{
    struct fixture *f = *state;
    struct str      first = fixture_card(f->a, "a", "Ann", ""), second = fixture_card(f->a, "a", "Ännchen", "");
    int64_t         id = fixture_save(f, 0, first, 0);

    assert_int_equal(now(f).cards, 1);
    assert_int_equal(now(f).card_bytes, first.n);
    assert_int_equal(now(f).history_bytes, 0);
    fixture_save(f, id, second, 0);
    fixture_save(f, id, second, 0); /* changes nothing */
    assert_int_equal(now(f).cards, 1);
    assert_int_equal(now(f).card_bytes, second.n);
    assert_int_equal(now(f).history_bytes, first.n);
    assert_int_equal(usage_bytes(&(struct usage){ 7, 1, 2, 3, 4, 5, 9, 9 }), 15);
}

static void a_picture_counts_once(void **state)
{
    struct fixture *f = *state;
    struct blob     b = { S(""), S("image/png"), S("twelve bytes") };

    b.id = blobs_id(f->a, b.media_type, b.bytes);
    check_ok(blobs_put(f->db, f->account, &b, 1, &e));
    check_ok(blobs_put(f->db, f->account, &b, 1, &e));
    assert_int_equal(now(f).photo_bytes, 12);
}

static void uploads_and_tokens_count_while_they_are_there(void **state)
{
    struct fixture *f = *state;
    int64_t         one = 0, two = 0;
    struct session  s;
    struct str      secret;

    check_ok(imports_create(f->db, f->account, S("a.vcf"), S("k1"), 100, S(""), &one, &e));
    check_ok(imports_create(f->db, f->account, S("b.vcf"), S("k2"), 30, S(""), &two, &e));
    s = (struct session){ .account = f->account, .user = 1, .kind = SESSION_TOKEN, .name = S("t") };
    check_ok(sessions_create(f->db, f->a, &s, &s, &secret, &e));
    s = (struct session){ .account = f->account, .user = 1, .kind = SESSION_BROWSER };
    check_ok(sessions_create(f->db, f->a, &s, &s, &secret, &e));
    assert_int_equal(now(f).upload_bytes, 130);
    assert_int_equal(now(f).imports_today, 2);
    assert_int_equal(now(f).tokens, 1);
    check_ok(imports_delete(f->db, f->account, one, &e));
    assert_int_equal(imports_delete(f->db, f->account, one, NULL), RC_CONFLICT);
    assert_int_equal(now(f).upload_bytes, 30);
    assert_int_equal(now(f).imports_today, 1);
}

/* A house from before the table: the row is not there, or misses what was there; people write between counting and telling. */
static void what_was_there_before_is_counted_once(void **state)
{
    struct fixture *f = *state;
    struct str      card = fixture_card(f->a, "a", "Ann", "");
    struct usage    wrong_by;
    bool            due = false;

    fixture_save(f, 0, card, 0);
    check_ok(sql_run(f->db, &e, "delete from usage where account_id = $1", SQL_ARGS(I64(f->account)), NULL));
    assert_int_equal(now(f).cards, 0);
    check_ok(usage_count(f->db, f->account, &due, &wrong_by, &e));
    assert_true(due);
    fixture_save(f, 0, fixture_card(f->a, "b", "Ben", ""), 0);
    check_ok(usage_counted(f->db, f->account, &wrong_by, &e));
    assert_int_equal(now(f).cards, 2);
    assert_int_equal(now(f).card_bytes, 2 * card.n);
    check_ok(usage_count(f->db, f->account, &due, &wrong_by, &e));
    assert_false(due); /* once */
}

static void what_expires_is_taken_off(void **state)
{
    struct fixture    *f = *state;
    int64_t            id = fixture_save(f, 0, fixture_card(f->a, "a", "Ann", ""), 0);
    struct card_change c = { .id = id, .state = CARD_TRASH };
    struct card_batch  b = fixture_batch(f, 0);
    size_t             n = 0;

    fixture_save(f, id, fixture_card(f->a, "a", "Anna", ""), 0);
    check_ok(cards_save(f->db, f->a, &b, &c, 1, NULL, &e));
    assert_true(now(f).history_bytes > 0);
    check_ok(cards_expire(f->db, f->a, f->account, clock_ms() + (TRASH_DAYS + 1) * 86400000LL, 10, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(now(f).cards, 0);
    assert_int_equal(now(f).card_bytes, 0);
    assert_int_equal(now(f).history_bytes, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        T(cards_and_their_history_count),
        T(a_picture_counts_once),
        T(uploads_and_tokens_count_while_they_are_there),
        T(what_was_there_before_is_counted_once),
        T(what_expires_is_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
