#include "base/clock.h"
#include "contact/keys.h"
#include "store/account/accounts.h"
#include "store/cards/blobs.h"
#include "store/cards/books.h"
#include "store/work/jobs.h"
#include "store/cards/facts.h"
#include "store/cards/journal.h"
#include "store/cards/keys.h"
#include "store/cards/records.h"
#include "store/work/stats.h"
#include "store/cards/tags.h"
#include "store_fixture.h"

static enum rc save(struct fixture *f, struct card_change *c, struct err *e)
{
    struct card_batch b = fixture_batch(f, 0);

    return cards_save(f->db, f->a, &b, c, 1, NULL, e);
}

static struct job_counts waiting(struct fixture *f, enum job_kind kind)
{
    struct job_counts c[KINDS_END];

    check_ok(jobs_counts(f->db, f->account, c, &e));
    return c[kind];
}

static size_t cards_with_key(struct fixture *f, int64_t key)
{
    struct key_card *list = NULL;
    size_t           n = 0;

    check_ok(keys_cards(f->db, f->a, f->account, &key, 1, &list, &n, NULL, &e));
    return n;
}

static void card_is_created_changed_deleted_and_restored(void **state)
{
    struct fixture     *f = *state;
    struct str          one = fixture_card(f->a, "u1", "Ann Lee", ",\"keywords\":{\"friends\":true}");
    struct str          two = fixture_card(f->a, "u1", "Ann Smith", "");
    struct card_change  c = { .json = one };
    struct tag_count   *tags = NULL;
    struct journal_row *rows = NULL;
    size_t              n = 0;
    int64_t             next = 0;

    check_ok(save(f, &c, &e));
    assert_true(c.changed && c.id && c.seq == 1);
    assert_true(str_eq(fixture_get(f, c.id).name, S("Ann Lee")));
    check_ok(tags_list(f->db, f->a, f->account, &tags, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(waiting(f, KIND_ENRICH).ready, 1);

    struct card_change same = { .id = c.id, .seq = c.seq, .json = one };
    check_ok(save(f, &same, &e));
    assert_false(same.changed);
    assert_int_equal(same.seq, 1);

    struct card_change edit = { .id = c.id, .seq = 1, .json = two }, stale = { .id = c.id, .seq = 1, .json = one };
    check_ok(save(f, &edit, &e));
    assert_int_equal(edit.seq, 2);
    assert_int_equal(save(f, &stale, NULL), RC_CONFLICT);
    check_ok(tags_list(f->db, f->a, f->account, &tags, &n, &e));
    assert_int_equal(n, 0);

    struct card_change gone = { .id = c.id, .state = CARD_TRASH }, back = { .id = c.id };
    check_ok(save(f, &gone, &e));
    assert_true(fixture_get(f, c.id).deleted_ms > 0);
    check_ok(save(f, &back, &e));
    assert_int_equal(fixture_get(f, c.id).deleted_ms, 0);
    assert_true(str_eq(fixture_get(f, c.id).json, two));

    check_ok(journal_of_card(f->db, f->a, f->account, c.id, 0, 3, &rows, &n, &next, &e));
    static const char *const ops[] = { "restore", "delete", "update" };
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++)
        assert_true(str_is(rows[i].op, ops[i]));
    assert_true(str_eq(rows[2].prev_json, one) && str_eq(rows[2].next_json, two));
    check_ok(journal_of_card(f->db, f->a, f->account, c.id, next, 3, &rows, &n, &next, &e));
    assert_int_equal(n, 1);
    assert_int_equal(next, 0);
    struct card_row then;
    check_ok(journal_card_at(f->db, f->a, f->account, c.id, 1, &then, &e));
    assert_true(str_eq(then.json, one) && str_eq(then.name, S("Ann Lee")));
}

static void keys_follow_the_card(void **state)
{
    struct fixture *f = *state;
    int64_t         old = key_make(KEY_EMAIL, S("ann@example.com")), fresh = key_make(KEY_EMAIL, S("ann@example.org"));
    int64_t         id = fixture_save(
                f, 0, fixture_card(f->a, "u1", "Ann", ",\"emails\":{\"e1\":{\"address\":\"Ann@example.com\"}}"), 0);

    assert_int_equal(cards_with_key(f, old), 1);
    fixture_save(f, id, fixture_card(f->a, "u1", "Ann", ",\"emails\":{\"e1\":{\"address\":\"ann@example.org\"}}"), 0);
    assert_int_equal(cards_with_key(f, old), 0);
    assert_int_equal(cards_with_key(f, fresh), 1);
    struct card_change gone = { .id = id, .state = CARD_TRASH }, back = { .id = id };
    check_ok(save(f, &gone, &e));
    assert_int_equal(cards_with_key(f, fresh), 0);
    check_ok(save(f, &back, &e));
    assert_int_equal(cards_with_key(f, fresh), 1);
}

static void batch_is_all_or_nothing(void **state)
{
    struct fixture    *f = *state;
    struct card_batch  b = fixture_batch(f, 0);
    size_t             stale = 99;
    int64_t            n = 0, one = fixture_save(f, 0, fixture_card(f->a, "u1", "Ann", ""), 0);
    struct card_change changes[] = {
        { .json = fixture_card(f->a, "u2", "Bob", "") },
        { .id = one, .seq = 12345, .json = fixture_card(f->a, "u1", "Anna", "") },
    };
    assert_int_equal(cards_save(f->db, f->a, &b, changes, 2, &stale, NULL), RC_CONFLICT);
    assert_int_equal(stale, 1);
    check_ok(cards_count(f->db, f->account, &(struct card_filter){ .tag = S("") }, &n, &e));
    assert_int_equal(n, 1);
    changes[1].seq = 0;
    changes[0].id = one;
    assert_int_equal(cards_save(f->db, f->a, &b, changes, 2, NULL, NULL), RC_INVALID);
    struct card_change nothing = { .id = 4711 }, broken = { .json = S("{\"uid\":") };
    assert_int_equal(save(f, &nothing, NULL), RC_NOT_FOUND);
    assert_int_equal(save(f, &broken, NULL), RC_MALFORMED);
}

static void pictures_leave_the_card_and_come_back(void **state)
{
    struct fixture *f = *state;
    auto_buf        b = buf_of(1 << 20);
    struct json    *card = NULL;

    buf_put(&b, S("{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"p\",\"name\":{\"full\":\"Ann\"},\"media\":{\"m1\":"
                  "{\"kind\":\"photo\","
                  "\"uri\":\"data:image/jpeg;base64,"));
    for (int i = 0; i < 3000; i++)
        buf_put(&b, S("QUJD"));
    buf_put(&b,
            S("\",\"mediaType\":\"image/jpeg\"},\"m2\":{\"kind\":\"photo\",\"uri\":\"data:image/png;base64,QUI=\"}}}"));
    int64_t         id = fixture_save(f, 0, buf_str(&b), 0);
    struct card_row row = fixture_get(f, id);
    assert_true(row.json.n < 1000);
    check_ok(json_parse(f->a, row.json, &card, &e));
    assert_int_equal(blobs_photo(card).n, BLOB_ID_CHARS);
    struct blob blob;
    check_ok(blobs_get(f->db, f->a, f->account, blobs_photo(card), &blob, &e));
    assert_int_equal(blob.bytes.n, 9000);
    check_ok(blobs_inline(f->db, f->a, f->account, card, &e));
    auto_buf again = buf_of(1 << 20);
    json_write(&again, card);
    assert_true(str_eq(buf_str(&again), buf_str(&b)));
}

static size_t walk(struct fixture *f, struct card_page p, int64_t *ret, size_t cap)
{
    struct card_row *rows = NULL;
    size_t           n = 0, total = 0;

    for (p.cursor = S("");;) {
        struct str next;
        check_ok(cards_page(f->db, f->a, f->account, &p, &rows, &n, &next, &e));
        for (size_t i = 0; i < n && total < cap; i++)
            ret[total++] = rows[i].id;
        if (next.n == 0)
            return total;
        p.cursor = next;
    }
}

enum { BOOK_CARDS = 57 };

static void every_sort_pages_through_all(void **state)
{
    struct fixture    *f = *state;
    int64_t            up[100], down[100], offset[100];
    struct rand_seeded r = { 7 };

    for (int i = 0; i < BOOK_CARDS; i++)
        fixture_save(f, 0,
                     fixture_card(f->a, str_fmt(f->a, "u%d", i).p, str_fmt(f->a, "N%d", (int)rand_below(&r, 9)).p,
                                  str_fmt(f->a, ",\"organizations\":{\"o\":{\"name\":\"C%d\"}}%s",
                                          (int)rand_below(&r, 4), i % 3 ? "" : ",\"keywords\":{\"k\":true}")
                                      .p),
                     0);
    for (enum card_sort sort = CARDS_BY_NAME; sort <= CARDS_BY_COMPANY; sort++) {
        struct card_page p = { .filter = { .tag = S("") }, .sort = sort, .limit = 10, .cursor = S("") };
        assert_int_equal(walk(f, p, up, 100), BOOK_CARDS);
        p.descending = true;
        assert_int_equal(walk(f, p, down, 100), BOOK_CARDS);
        for (int i = 0; i < BOOK_CARDS; i++)
            assert_int_equal(up[i], down[BOOK_CARDS - 1 - i]);
        p.descending = false;
        p.limit = 50;
        p.offset = 20;
        struct card_row *rows = NULL;
        size_t           n = 0;
        struct str       next;
        check_ok(cards_page(f->db, f->a, f->account, &p, &rows, &n, &next, &e));
        for (size_t i = 0; i < n; i++)
            assert_int_equal(rows[i].id, up[20 + i]);
        assert_int_equal(n, BOOK_CARDS - 20);
        p.offset = 0;
        p.limit = 7;
        p.filter.tag = S("k");
        assert_int_equal(walk(f, p, offset, 100), BOOK_CARDS / 3);
        p.cursor = S("xx");
        assert_int_equal(cards_page(f->db, f->a, f->account, &p, &rows, &n, &next, NULL), RC_INVALID);
    }
}

static void filters_count_and_list(void **state)
{
    struct fixture *f = *state;
    int64_t         book = 0, source = 0, n = 0, *ids = NULL;
    size_t          nids = 0;
    int64_t         a = fixture_save(f, 0, fixture_card(f->a, "a", "A", ""), 0),
            b = fixture_save(f, 0, fixture_card(f->a, "b", "B", ""), 0);

    check_ok(books_create(f->db, f->account, S("Work"), &book, &e));
    struct card_change move = { .id = a, .book = book };
    check_ok(save(f, &move, &e));
    check_ok(sources_ensure(f->db, f->account, S("file"), S("iPhone"), &source, &e));
    int64_t same = 0;
    check_ok(sources_ensure(f->db, f->account, S("file"), S("iPhone"), &same, &e));
    assert_int_equal(same, source);
    struct record r = { .source = source,
                        .card = b,
                        .home = b,
                        .remote_key = S("b"),
                        .format = S("vcard"),
                        .original = S("BEGIN"),
                        .base_json = S("") };
    check_ok(records_put(f->db, f->account, 0, &r, 1, &e));
    struct card_filter in_book = { .book = book, .tag = S("") }, in_source = { .source = source, .tag = S("") };
    check_ok(cards_count(f->db, f->account, &in_book, &n, &e));
    assert_int_equal(n, 1);
    check_ok(cards_ids_after(f->db, f->a, f->account, &in_source, 0, 10, &ids, &nids, &e));
    assert_int_equal(nids, 1);
    assert_int_equal(ids[0], b);
    assert_int_equal(books_delete(f->db, f->account, book, NULL), RC_CONFLICT);
    struct book *books = NULL;
    check_ok(books_list(f->db, f->a, f->account, &books, &nids, &e));
    assert_int_equal(nids, 2);
    assert_true(books[0].is_default && books[0].cards == 1 && books[1].cards == 1);
}

static void trash_ends_after_its_days(void **state)
{
    struct fixture    *f = *state;
    int64_t            id = fixture_save(f, 0, fixture_card(f->a, "a", "A", ""), 0), now = clock_ms();
    struct card_change gone = { .id = id, .state = CARD_TRASH };
    size_t             n = 0;
    bool               more = true;
    struct card_row    row;

    check_ok(save(f, &gone, &e));
    check_ok(cards_expire(f->db, f->a, f->account, now, 100, &n, &more, &e));
    assert_int_equal(n, 0);
    check_ok(cards_expire(f->db, f->a, f->account, now + (TRASH_DAYS + 1) * 86400000LL, 100, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_int_equal(cards_get(f->db, f->a, f->account, id, &row, NULL), RC_NOT_FOUND);
}

static void accounts_do_not_see_each_other_and_can_be_erased(void **state)
{
    struct fixture *f = *state;
    int64_t         other = fixture_account(f, "bob@example.com"), seq = 0;
    int64_t         id = fixture_save(f, 0, fixture_card(f->a, "a", "A", ""), 0);
    struct card_row row;
    struct user     user;
    bool            done = false;

    assert_int_equal(cards_get(f->db, f->a, other, id, &row, NULL), RC_NOT_FOUND);
    for (int i = 0; i < 100 && !done; i++)
        check_ok(accounts_erase(f->db, f->account, 2, &done, &e));
    assert_true(done);
    assert_int_equal(cards_get(f->db, f->a, f->account, id, &row, NULL), RC_NOT_FOUND);
    assert_int_equal(accounts_seq(f->db, f->account, &seq, NULL), RC_NOT_FOUND);
    assert_int_equal(users_by_login(f->db, f->a, S("ann@example.com"), &user, NULL), RC_NOT_FOUND);
    check_ok(users_by_login(f->db, f->a, S("bob@example.com"), &user, &e));
    fixture_account(f, "ann@example.com");
}

static int64_t counted(struct fixture *f, const char *value)
{
    struct facet *facets = NULL;
    size_t        n = 0;

    check_ok(stats_facts(f->db, f->a, f->account, S("country"), 50, &facets, &n, &e));
    for (size_t i = 0; i < n; i++)
        if (str_is(facets[i].value, value))
            return facets[i].count;
    return 0;
}

static void facts_of_live_cards_are_counted(void **state)
{
    struct fixture    *f = *state;
    int64_t            id = fixture_save(f, 0, fixture_card(f->a, "a", "A", ""), 0);
    struct facts       germany = { .card = id,
                                   .json = S("[{\"field\":\"country\",\"value\":\"DE\",\"state\":\"proposed\"}]") };
    struct facts       refused = { .card = id,
                                   .json = S("[{\"field\":\"country\",\"value\":\"DE\",\"state\":\"rejected\"},"
                                                   "{\"field\":\"country\",\"value\":\"FR\",\"state\":\"accepted\"}]") };
    struct card_change gone = { .id = id, .state = CARD_TRASH }, back = { .id = id };

    check_ok(facts_put(f->db, f->account, &germany, 1, &e));
    assert_int_equal(counted(f, "DE"), 1);
    check_ok(facts_put(f->db, f->account, &refused, 1, &e));
    assert_int_equal(counted(f, "DE"), 0);
    assert_int_equal(counted(f, "FR"), 1);
    check_ok(save(f, &gone, &e));
    assert_int_equal(counted(f, "FR"), 0);
    check_ok(save(f, &back, &e));
    assert_int_equal(counted(f, "FR"), 1);
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(card_is_created_changed_deleted_and_restored),
        WITH_DB(keys_follow_the_card),
        WITH_DB(batch_is_all_or_nothing),
        WITH_DB(pictures_leave_the_card_and_come_back),
        WITH_DB(every_sort_pages_through_all),
        WITH_DB(filters_count_and_list),
        WITH_DB(facts_of_live_cards_are_counted),
        WITH_DB(trash_ends_after_its_days),
        WITH_DB(accounts_do_not_see_each_other_and_can_be_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
