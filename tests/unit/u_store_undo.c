#include "base/clock.h"
#include "contact/merge.h"
#include "store/account/accounts.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/cards/journal.h"
#include "store/cards/merges.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"
#include "store/cards/undo.h"
#include "store_fixture.h"

static int64_t card_with(struct fixture *f, const char *uid, const char *name, const char *mail, int64_t batch)
{
    return fixture_save(
        f, 0, fixture_card(f->a, uid, name, str_fmt(f->a, ",\"emails\":{\"e1\":{\"address\":\"%s\"}}", mail).p), batch);
}

static struct str merged_text(struct fixture *f, int64_t winner, int64_t loser)
{
    struct json *x = NULL, *y = NULL, *z = NULL;
    struct buf   b = buf_of(1 << 20);

    check_ok(json_parse(f->a, fixture_get(f, winner).json, &x, &e));
    check_ok(json_parse(f->a, fixture_get(f, loser).json, &y, &e));
    check_ok(merge_people(f->a, x, y, NULL, S(""), &z, &e));
    json_write(&b, z);
    struct str text = str_copy(f->a, buf_str(&b));
    buf_done(&b);
    return text;
}

static int64_t merge(struct fixture *f, int64_t winner, int64_t loser)
{
    struct merge_ask ask = { .account = f->account,
                             .winner = winner,
                             .loser = loser,
                             .merged_json = merged_text(f, winner, loser),
                             .choices_json = S("{}"),
                             .actor = S("user:test") };
    int64_t          id = 0;

    check_ok(merges_do(f->db, f->a, &ask, &id, &e));
    return id;
}

static enum rc unmerge(struct fixture *f, int64_t id, struct err *e)
{
    int64_t *cards = NULL;
    size_t   n = 0;

    return merges_undo(f->db, f->a, f->account, id, S("user:test"), &cards, &n, e);
}

static int64_t record_of(struct fixture *f, int64_t source, const char *key)
{
    struct str     k = str_of(key);
    struct record *r = NULL;

    check_ok(records_find(f->db, f->a, f->account, source, &k, 1, &r, &e));
    return r[0].card;
}

static void put_record(struct fixture *f, int64_t source, const char *key, int64_t card, int64_t batch,
                       const char *original)
{
    struct record r = { .source = source,
                        .card = card,
                        .home = card,
                        .remote_key = str_of(key),
                        .format = S("vcard"),
                        .base_json = S(""),
                        .original = str_of(original),
                        .fingerprint = (int64_t)strlen(original) };
    check_ok(records_put(f->db, f->account, batch, &r, 1, &e));
}

static void run_undo(struct fixture *f, int64_t undo, int slice)
{
    bool done = false;

    for (int i = 0; i < 1000 && !done; i++)
        check_ok(undo_slice(f->db, f->a, f->account, undo, slice, &done, &e));
    assert_true(done);
}

static void undo_of(struct fixture *f, int64_t batch, int slice)
{
    struct undo u;

    check_ok(undo_batch(f->db, f->a, f->account, batch, S("user:test"), &u, &e));
    run_undo(f, u.id, slice);
}

static bool has(struct fixture *f, int64_t card, const char *text)
{
    return str_find(fixture_get(f, card).json, str_of(text), 0) != SIZE_MAX;
}

static void merge_is_undone_byte_for_byte(void **state)
{
    struct fixture *f = *state;
    int64_t         a = card_with(f, "a", "Ann Lee", "ann@x.org", 0), b = card_with(f, "b", "Ann Lee", "lee@y.org", 0),
            source = 0;
    struct str  before_a = fixture_get(f, a).json, before_b = fixture_get(f, b).json;
    struct pair p;

    check_ok(sources_ensure(f->db, f->account, S("file"), S("x"), &source, &e));
    put_record(f, source, "b", b, 0, "B");
    int64_t m = merge(f, a, b);
    assert_true(has(f, a, "lee@y.org"));
    assert_int_equal(fixture_get(f, b).state, CARD_MERGED);
    assert_int_equal(record_of(f, source, "b"), a);
    check_ok(pairs_get(f->db, f->a, f->account, i64_min(a, b), i64_max(a, b), &p, &e));
    assert_true(str_eq(p.state, S("merged")));
    check_ok(unmerge(f, m, &e));
    assert_true(str_eq(fixture_get(f, a).json, before_a) && str_eq(fixture_get(f, b).json, before_b));
    assert_int_equal(fixture_get(f, b).state, CARD_LIVE);
    assert_int_equal(record_of(f, source, "b"), b);
    check_ok(pairs_get(f->db, f->a, f->account, i64_min(a, b), i64_max(a, b), &p, &e));
    assert_true(str_eq(p.state, S("different")));
    assert_int_equal(unmerge(f, m, NULL), RC_CONFLICT);
}

/* Six merges of a large card are more than is played again: then what followed the one that is undone is one edit. */
static void a_merge_of_a_long_history_is_undone(void **state)
{
    enum { MERGES = 6, LARGE = 400000 };
    struct fixture *f = *state;
    char           *note = malloc(LARGE + 1);
    int64_t         merges[MERGES];

    memset(note, 'x', LARGE);
    note[LARGE] = 0;
    int64_t winner = fixture_save(
        f, 0, fixture_card(f->a, "w", "Ann Lee", str_fmt(f->a, ",\"notes\":{\"n1\":{\"note\":\"%s\"}}", note).p), 0);
    for (int i = 0; i < MERGES; i++) {
        int64_t loser = card_with(f, str_fmt(f->a, "l%d", i).p, "Ann Lee", str_fmt(f->a, "a%d@x.org", i).p, 0);
        merges[i] = merge(f, winner, loser);
    }
    check_ok(unmerge(f, merges[2], &e));
    for (int i = 0; i < MERGES; i++)
        assert_int_equal(has(f, winner, str_fmt(f->a, "a%d@x.org", i).p), i != 2);
    check_ok(unmerge(f, merges[5], &e));
    check_ok(unmerge(f, merges[0], &e));
    for (int i = 0; i < MERGES; i++)
        assert_int_equal(has(f, winner, str_fmt(f->a, "a%d@x.org", i).p), i != 2 && i != 5 && i != 0);
    free(note);
}

static void edits_after_a_merge_stay(void **state)
{
    struct fixture *f = *state;
    int64_t         a = card_with(f, "a", "Ann Lee", "ann@x.org", 0), b = card_with(f, "b", "Ann Lee", "lee@y.org", 0);
    int64_t         m = merge(f, a, b);
    struct json    *t = NULL;
    auto_buf        text = buf_of(1 << 20);

    check_ok(json_parse(f->a, fixture_get(f, a).json, &t, &e));
    json_set_text(f->a, t, S("language"), S("de"));
    json_write(&text, t);
    fixture_save(f, a, buf_str(&text), 0);
    check_ok(unmerge(f, m, &e));
    assert_true(has(f, a, "\"language\":\"de\"") && has(f, a, "ann@x.org") && !has(f, a, "lee@y.org"));
}

static void what_two_losers_share_stays_with_the_other(void **state)
{
    struct fixture *f = *state;
    int64_t         a = card_with(f, "a", "Ann Lee", "ann@x.org", 0);
    int64_t    b = card_with(f, "b", "Ann Lee", "shared@y.org", 0), c = card_with(f, "c", "Ann Lee", "shared@y.org", 0);
    struct str before = fixture_get(f, a).json;
    int64_t    first = merge(f, a, b), second = merge(f, a, c);

    check_ok(unmerge(f, first, &e));
    assert_true(has(f, a, "shared@y.org"));
    check_ok(unmerge(f, second, &e));
    assert_true(str_eq(fixture_get(f, a).json, before));
}

static void chain_lets_go_in_the_middle(void **state)
{
    struct fixture *f = *state;
    int64_t         a = card_with(f, "a", "Ann Lee", "ann@x.org", 0), b = card_with(f, "b", "Ann Lee", "lee@y.org", 0);
    int64_t         c = card_with(f, "c", "Ann Lee", "c@z.org", 0), source = 0;
    struct str      before[] = { fixture_get(f, a).json, fixture_get(f, b).json, fixture_get(f, c).json };

    check_ok(sources_ensure(f->db, f->account, S("file"), S("x"), &source, &e));
    put_record(f, source, "a", a, 0, "A");
    int64_t m1 = merge(f, b, a), m2 = merge(f, c, b);
    assert_int_equal(record_of(f, source, "a"), c);
    assert_true(has(f, c, "ann@x.org") && has(f, c, "lee@y.org"));
    check_ok(unmerge(f, m1, &e));
    assert_true(!has(f, c, "ann@x.org") && has(f, c, "lee@y.org"));
    assert_int_equal(record_of(f, source, "a"), a);
    assert_int_equal(fixture_get(f, b).state, CARD_MERGED);
    check_ok(unmerge(f, m2, &e));
    assert_true(str_eq(fixture_get(f, a).json, before[0]) && str_eq(fixture_get(f, b).json, before[1]) &&
                str_eq(fixture_get(f, c).json, before[2]));
}

enum { PEOPLE = 12, ROUNDS = 60, RUNS = 15 };

/* Any order of merging and undoing ends, when all is undone, in the cards there were. */
static void any_order_of_merges_and_undos_comes_back(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct rand_seeded r = { seed };
        int64_t            ids[PEOPLE], done[ROUNDS];
        struct str         before[PEOPLE];
        size_t             n = 0;

        for (size_t i = 0; i < PEOPLE; i++) {
            ids[i] = card_with(f, str_fmt(f->a, "u%d-%d", (int)seed, (int)i).p,
                               str_fmt(f->a, "Ann %d", (int)rand_below(&r, 3)).p,
                               str_fmt(f->a, "m%d@x.org", (int)rand_below(&r, 5)).p, 0);
            before[i] = fixture_get(f, ids[i]).json;
        }
        for (int i = 0; i < ROUNDS; i++) {
            int64_t x = ids[rand_below(&r, PEOPLE)], y = ids[rand_below(&r, PEOPLE)];
            if (rand_below(&r, 3) == 0 && n) {
                size_t at = rand_below(&r, n);
                check_ok(unmerge(f, done[at], &e));
                done[at] = done[--n];
            } else if (x != y && fixture_get(f, x).state == CARD_LIVE && fixture_get(f, y).state == CARD_LIVE) {
                done[n++] = merge(f, x, y);
            }
        }
        while (n) {
            size_t at = rand_below(&r, n);
            check_ok(unmerge(f, done[at], &e));
            done[at] = done[--n];
        }
        for (size_t i = 0; i < PEOPLE; i++)
            if (!str_eq(fixture_get(f, ids[i]).json, before[i]) || fixture_get(f, ids[i]).state != CARD_LIVE)
                fail_msg("seed %d card %d:\n" STR_FMT "\n" STR_FMT, (int)seed, (int)i, STR_ARG(before[i]),
                         STR_ARG(fixture_get(f, ids[i]).json));
    }
}

static int64_t new_import(struct fixture *f)
{
    int64_t             id = 0;
    struct import_chunk c = { .bytes = 10 }, *chunks = NULL;
    size_t              n = 0;

    check_ok(imports_create(f->db, f->account, S("a.vcf"), S("k"), 10, S(""), &id, &e));
    check_ok(imports_state(f->db, f->account, id, S("uploaded"), S("scanning"), &e));
    check_ok(imports_scanned(f->db, f->account, id, S(""), S("{}"), &c, 1, &e));
    check_ok(imports_start(f->db, f->a, f->account, id, &e));
    check_ok(imports_chunks(f->db, f->a, f->account, id, &chunks, &n, &e));
    assert_int_equal(n, 1);
    for (int i = 0; i < 2; i++)
        check_ok(imports_chunk_saved(f->db, f->account, &chunks[0], &(struct import_counts){ .created = 3 }, S("[]"),
                                     S(""), &e));
    return id;
}

static struct import import_now(struct fixture *f, int64_t id)
{
    struct import i = { 0 };

    check_ok(imports_get(f->db, f->a, f->account, id, &i, &e));
    return i;
}

static void import_is_undone_as_one_step_and_edits_stay(void **state)
{
    struct fixture *f = *state;
    int64_t         import = new_import(f), source = 0, ids[5];
    int64_t         old = card_with(f, "old", "Old One", "old@x.org", 0);
    struct str      before = fixture_get(f, old).json;

    assert_true(str_eq(import_now(f, import).state, S("done")));
    assert_int_equal(import_now(f, import).created, 3);
    check_ok(sources_ensure(f->db, f->account, S("file"), S("x"), &source, &e));
    put_record(f, source, "old", old, 0, "ONE");
    for (int i = 0; i < 5; i++)
        ids[i] = card_with(f, str_fmt(f->a, "i%d", i).p, str_fmt(f->a, "New %d", i).p, "new@x.org", import);
    fixture_save(
        f, old,
        fixture_card(f->a, "old", "Old One",
                     ",\"emails\":{\"e1\":{\"address\":\"old@x.org\"},\"e2\":{\"address\":\"imported@x.org\"}}"),
        import);
    put_record(f, source, "old", old, import, "ONE AND TWO");
    fixture_save(f, ids[0], fixture_card(f->a, "i0", "Edited By Hand", ""), 0);
    int64_t m = merge(f, old, ids[1]);

    undo_of(f, import, 2);
    assert_true(str_eq(import_now(f, import).state, S("undone")));
    assert_int_equal(fixture_get(f, ids[0]).state, CARD_LIVE);
    for (int i = 1; i < 5; i++)
        assert_int_equal(fixture_get(f, ids[i]).state, CARD_TRASH);
    assert_true(str_eq(fixture_get(f, old).json, before));
    struct merge_row row;
    check_ok(merges_get(f->db, f->a, f->account, m, &row, &e));
    assert_true(row.undone_ms > 0);
    struct record *r = NULL;
    size_t         n = 0;
    int64_t        next = -1;
    check_ok(records_of_card(f->db, f->a, f->account, old, 0, &r, &n, &next, &e));
    assert_int_equal(n, 1);
    assert_int_equal(next, 0);
    assert_true(str_eq(r[0].original, S("ONE")));
}

static void undo_of_an_undo_brings_it_back(void **state)
{
    struct fixture *f = *state;
    int64_t         import = new_import(f), ids[5];
    struct str      texts[5];
    struct undo     u;

    for (int i = 0; i < 5; i++) {
        ids[i] = card_with(f, str_fmt(f->a, "i%d", i).p, str_fmt(f->a, "New %d", i).p, "new@x.org", import);
        texts[i] = fixture_get(f, ids[i]).json;
    }
    check_ok(undo_batch(f->db, f->a, f->account, import, S("user:test"), &u, &e));
    assert_int_equal(u.total, 5);
    struct undo twice;
    assert_int_equal(undo_batch(f->db, f->a, f->account, import, S("user:test"), &twice, NULL), RC_CONFLICT);
    run_undo(f, u.id, 2);
    assert_int_equal(fixture_get(f, ids[0]).state, CARD_TRASH);
    undo_of(f, u.id, 3);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fixture_get(f, ids[i]).state, CARD_LIVE);
        assert_true(str_eq(fixture_get(f, ids[i]).json, texts[i]));
    }
    assert_true(str_eq(import_now(f, import).state, S("done")));
    assert_int_equal(undo_batch(f->db, f->a, f->account, 4711, S("user:test"), &u, NULL), RC_NOT_FOUND);
}

/* Whatever happened after a moment, the book comes back as it was. */
static void book_comes_back_as_it_was(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct rand_seeded r = { seed };
        int64_t            ids[PEOPLE + ROUNDS], moment = 0;
        size_t             n = 0, then = 0;
        struct card_row    before[PEOPLE + ROUNDS];

        for (int i = 0; i < 2 * ROUNDS; i++) {
            if (i == ROUNDS) {
                usleep(2000);
                moment = clock_ms();
                usleep(2000);
                for (then = 0; then < n; then++)
                    before[then] = fixture_get(f, ids[then]);
            }
            int64_t x = n ? ids[rand_below(&r, n)] : 0, y = n ? ids[rand_below(&r, n)] : 0;
            bool    live = n && fixture_get(f, x).state == CARD_LIVE;
            switch (n < 4 ? 0 : rand_below(&r, 4)) {
            case 0:
                if (n < PEOPLE + ROUNDS)
                    ids[n++] = card_with(f, str_fmt(f->a, "s%d-%d", (int)seed, i).p, "Ann",
                                         str_fmt(f->a, "m%d@x.org", i % 7).p, 0);
                break;
            case 1:
                if (live)
                    fixture_save(f, x, fixture_card(f->a, str_fmt(f->a, "e%d-%d", (int)seed, i).p, "Changed", ""), 0);
                break;
            case 2:
                if (live && x != y && fixture_get(f, y).state == CARD_LIVE)
                    merge(f, x, y);
                break;
            default:
                if (live) {
                    struct card_change gone = { .id = x, .state = CARD_TRASH };
                    struct card_batch  b = fixture_batch(f, 0);
                    check_ok(cards_save(f->db, f->a, &b, &gone, 1, NULL, &e));
                }
            }
        }
        struct undo u;
        int64_t     count = 0;
        check_ok(undo_moment_count(f->db, f->account, moment, &count, &e));
        check_ok(undo_to_moment(f->db, f->a, f->account, moment, S("user:test"), &u, &e));
        assert_int_equal(u.total, count);
        run_undo(f, u.id, 7);
        for (size_t i = 0; i < n; i++) {
            struct card_row now = fixture_get(f, ids[i]);
            if (i >= then)
                assert_int_equal(now.state, CARD_TRASH);
            else if (!str_eq(now.json, before[i].json) || now.state != before[i].state ||
                     now.merged_into != before[i].merged_into)
                fail_msg("seed %d card %d is not as it was", (int)seed, (int)i);
        }
    }
}

static void one_card_goes_back_to_a_number(void **state)
{
    struct fixture *f = *state;
    int64_t         id = card_with(f, "a", "Ann Lee", "ann@x.org", 0);
    struct card_row first = fixture_get(f, id), back;

    fixture_save(f, id, fixture_card(f->a, "a", "Other", ""), 0);
    check_ok(undo_card(f->db, f->a, f->account, id, first.seq, S("user:test"), &back, &e));
    assert_true(str_eq(back.json, first.json));
    assert_int_equal(undo_card(f->db, f->a, f->account, id, first.seq - 1, S("user:test"), &back, NULL), RC_NOT_FOUND);
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(merge_is_undone_byte_for_byte),
        WITH_DB(a_merge_of_a_long_history_is_undone),
        WITH_DB(edits_after_a_merge_stay),
        WITH_DB(what_two_losers_share_stays_with_the_other),
        WITH_DB(chain_lets_go_in_the_middle),
        WITH_DB(any_order_of_merges_and_undos_comes_back),
        WITH_DB(import_is_undone_as_one_step_and_edits_stay),
        WITH_DB(undo_of_an_undo_brings_it_back),
        WITH_DB(book_comes_back_as_it_was),
        WITH_DB(one_card_goes_back_to_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
