/* store/cards/shred.h: what was erased is in no file any more, neither as words of the index nor in free pages. */
#include "io/search/search.h"
#include "store/account/accounts.h"
#include "store/cards/shred.h"
#include "store_fixture.h"

enum { DOCS = 1500, DOCS_AT_ONCE = 50 };

/* Documents with two words of their own each: "zwetschge<id>" for the account that goes, "kirsche<id>" for the one that stays. */
static void put_docs(struct fixture *f, int64_t account, const char *word)
{
    for (int64_t id = 1; id <= DOCS; id += DOCS_AT_ONCE) {
        struct search_doc d[DOCS_AT_ONCE];
        for (int64_t i = 0; i < DOCS_AT_ONCE; i++) {
            d[i] = (struct search_doc){ .id = id + i, .order = id + i };
            for (int field = 0; field < SEARCH_FIELDS; field++)
                d[i].field[field] = S("");
            d[i].field[SEARCH_NAME] = str_fmt(f->a, "%s%lld", word, (long long)(id + i));
        }
        check_ok(sql_begin(f->db, &e));
        check_ok(search_put(f->db, account, d, DOCS_AT_ONCE, &e));
        check_ok(sql_commit(f->db, &e));
    }
}

static void save_cards(struct fixture *f, int64_t account, const char *word)
{
    for (int i = 0; i < 200; i++) {
        struct str         uid = str_fmt(f->a, "u%d", i), name = str_fmt(f->a, "%s %d", word, i);
        struct card_change c = { .json = fixture_card(f->a, uid.p, name.p, "") };
        struct card_batch  b = { .account = account, .actor = S("user:test"), .batch = i + 1 };
        check_ok(cards_save(f->db, f->a, &b, &c, 1, NULL, &e));
    }
}

static size_t in_files(const struct fixture *f, const char *word)
{
    static const char *const tails[] = { "", "-wal" };
    size_t                   n = 0;

    for (size_t i = 0; i < countof(tails); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/kith.db%s", f->folder, tails[i]);
        FILE *in = fopen(path, "rb");
        if (!in)
            continue;
        auto_buf all = buf_of(64 << 20);
        char     some[1 << 16];
        for (size_t got; (got = fread(some, 1, sizeof some, in)) > 0;)
            buf_put(&all, (struct str){ some, got });
        fclose(in);
        for (size_t at = 0; (at = str_find(buf_str(&all), str_of(word), at)) != SIZE_MAX; at++)
            n++;
    }
    return n;
}

static int64_t in_index(const struct fixture *f, const char *word)
{
    static const char BLOCKS[] =
        "/*sqlite: select count(*) from search_index_data where instr(block, cast($1 as blob)) > 0*/"
        " /*postgres: select 0::bigint where $1::text is not null*/";
    int64_t n = -1;

    check_ok(sql_one_i64(f->db, &e, BLOCKS, SQL_ARGS(TEXT(str_of(word))), &n));
    return n;
}

static void shred_all(struct fixture *f)
{
    bool    done = false;
    int64_t left;

    for (int i = 0; !done; i++) {
        assert_true(i < 10000);
        check_ok(shred_some(f->db, 1, &done, &e));
    }
    check_ok(sql_checkpoint(f->db, &left, &e));
    check_ok(shred_some(f->db, 1, &done, &e));
    assert_true(done);
}

static size_t hits(struct fixture *f, int64_t account, const char *word)
{
    struct search_query q = { .words = str_of(word), .limit = 10 };
    struct search_hit  *hit = NULL;
    size_t              n = 0, total = 0;

    check_ok(search_query(f->db, f->a, account, &q, &hit, &n, &total, &e));
    return n;
}

static void words_of_an_erased_account_are_gone(void **state)
{
    struct fixture *f = *state;
    int64_t         gone = fixture_account(f, "gone@example.com");
    bool            done = false;

    save_cards(f, gone, "zwetschge");
    put_docs(f, gone, "zwetschge");
    put_docs(f, f->account, "kirsche");
    if (!database_server())
        assert_true(in_files(f, "zwetschge") > DOCS);
    if (!database_server())
        assert_true(in_index(f, "zwetschge") > 0);
    while (!done)
        check_ok(accounts_erase(f->db, gone, 100, &done, &e));
    int64_t ids[DOCS];
    for (int64_t i = 0; i < DOCS; i++)
        ids[i] = i + 1;
    check_ok(sql_begin(f->db, &e));
    check_ok(search_remove(f->db, gone, ids, DOCS, &e)); /* of cards that this test never saved */
    check_ok(sql_commit(f->db, &e));
    shred_all(f);
    assert_int_equal(in_index(f, "zwetschge"), 0);
    assert_true(in_files(f, "zwetschge") < DOCS / 100); /* gaps of pages that are in use: store/cards/shred.h */
    assert_int_equal(hits(f, f->account, "kirsche77"), 10);
    assert_int_equal(hits(f, gone, "zwetschge"), 0);
    if (!database_server())
        assert_true(in_files(f, "kirsche") > DOCS);
}

static void who_asks_meanwhile_gets_a_pass_of_their_own(void **state)
{
    struct fixture *f = *state;
    int64_t         one[] = { 7 };
    bool            done = false;

    put_docs(f, f->account, "kirsche");
    check_ok(shred_ask(f->db, &e));
    check_ok(shred_some(f->db, 0, &done, &e));
    assert_false(done);
    check_ok(sql_begin(f->db, &e));
    check_ok(search_remove(f->db, f->account, one, 1, &e));
    check_ok(shred_ask(f->db, &e));
    check_ok(sql_commit(f->db, &e));
    shred_all(f);
    assert_int_equal(hits(f, f->account, "kirsche8"), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_of_an_erased_account_are_gone, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(who_asks_meanwhile_gets_a_pass_of_their_own, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
