/* What an account holds: exact after every kind of write, also when it began before the table was there. */
#include <string.h>
#include "base/clock.h"
#include "store/account/accounts.h"
#include "store/cards/blobs.h"
#include "store/work/imports.h"
#include "store/account/sessions.h"
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
    bool               more;

    fixture_save(f, id, fixture_card(f->a, "a", "Anna", ""), 0);
    check_ok(cards_save(f->db, f->a, &b, &c, 1, NULL, &e));
    assert_true(now(f).history_bytes > 0);
    check_ok(cards_expire(f->db, f->a, f->account, clock_ms() + (TRASH_DAYS + 1) * 86400000LL, 10, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_int_equal(now(f).cards, 0);
    assert_int_equal(now(f).card_bytes, 0);
    assert_int_equal(now(f).history_bytes, 0);
}

static int64_t with_photo(struct fixture *f, const char *uid)
{
    char base64[4001];

    memset(base64, 'Q', sizeof base64 - 1);
    base64[sizeof base64 - 1] = 0;
    return fixture_save(f, 0,
                        fixture_card(f->a, uid, "Ann",
                                     str_fmt(f->a,
                                             ",\"media\":{\"m1\":{\"kind\":\"photo\","
                                             "\"uri\":\"data:image/png;base64,%s\"}}",
                                             base64)
                                         .p),
                        0);
}

static void expire(struct fixture *f, int64_t card)
{
    struct card_change c = { .id = card, .state = CARD_TRASH };
    struct card_batch  b = fixture_batch(f, 0);
    size_t             n = 0;
    bool               more = true;

    check_ok(cards_save(f->db, f->a, &b, &c, 1, NULL, &e));
    for (int i = 0; i < 1000 && more; i++)
        check_ok(cards_expire(f->db, f->a, f->account, clock_ms() + (TRASH_DAYS + 1) * 86400000LL, 10, &n, &more, &e));
    assert_false(more);
}

/* Two cards show it, one of them only in its history. */
static void a_picture_goes_with_the_last_card_that_shows_it(void **state)
{
    struct fixture *f = *state;
    int64_t         one = with_photo(f, "a"), two = with_photo(f, "b"), bytes = now(f).photo_bytes;

    assert_in_range(bytes, 1, 3000);
    fixture_save(f, two, fixture_card(f->a, "b", "Ben", ""), 0);
    expire(f, one);
    assert_int_equal(now(f).photo_bytes, bytes);
    expire(f, two);
    assert_int_equal(now(f).photo_bytes, 0);
    assert_int_equal(now(f).cards + now(f).card_bytes + now(f).history_bytes, 0);
}

/* How often a word stands in the files of an SQLite database. */
static int found_in_files(struct fixture *f, const char *word)
{
    static const char *const ends[] = { "", "-wal" };
    int                      found = 0;

    for (size_t i = 0; i < countof(ends); i++) {
        FILE  *file = fopen(str_fmt(f->a, "%s/kith.db%s", f->folder, ends[i]).p, "rb");
        char  *bytes = malloc(16 << 20);
        size_t n = file ? fread(bytes, 1, 16 << 20, file) : 0;
        for (const char *at = bytes; (at = memmem(at, n - (size_t)(at - bytes), word, strlen(word))); at++)
            found++;
        free(bytes);
        if (file)
            fclose(file);
    }
    return found;
}

static void what_is_erased_is_not_in_the_file(void **state)
{
    struct fixture *f = *state;
    int64_t         left = 0, id = fixture_save(f, 0, fixture_card(f->a, "a", "Rumpelstilzchen", ""), 0);
    bool            done = false;

    if (database_server())
        skip();
    fixture_save(f, id, fixture_card(f->a, "a", "Ann", ""), 0);
    for (int i = 0; i < 50; i++)
        fixture_save(f, 0, fixture_card(f->a, str_fmt(f->a, "c%d", i).p, "Rumpelstilzchen", ""), 0);
    assert_true(found_in_files(f, "Rumpelstilzchen") > 50);
    for (int i = 0; i < 1000 && !done; i++)
        check_ok(accounts_erase(f->db, f->account, 10, &done, &e));
    check_ok(sql_checkpoint(f->db, &left, &e));
    assert_int_equal(left, 0);
    assert_int_equal(found_in_files(f, "Rumpelstilzchen"), 0);
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
        T(what_is_erased_is_not_in_the_file),
        T(a_picture_goes_with_the_last_card_that_shows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
