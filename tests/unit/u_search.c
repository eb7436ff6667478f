#include "contact/fold.h"
#include "io/search/search.h"
#include "store_fixture.h"

static struct str folded(struct arena *a, const char *text)
{
    return str_join(a, fold_text(a, str_of(text)), S(" "), fold_alias(a, str_of(text)));
}

static void put(struct fixture *f, int64_t account, int64_t id, const char *name, const char *company,
                const char *phone)
{
    struct str        facet = S("tag:friends");
    struct search_doc d = { .id = id, .order = id, .facet = &facet, .nfacets = id % 2 ? 1 : 0 };

    for (int i = 0; i < SEARCH_FIELDS; i++)
        d.field[i] = S("");
    d.field[SEARCH_NAME] = folded(f->a, name);
    d.field[SEARCH_COMPANY] = folded(f->a, company);
    d.field[SEARCH_PHONE] = str_of(phone);
    check_ok(sql_begin(f->db, &e));
    check_ok(search_put(f->db, account, &d, 1, &e));
    check_ok(sql_commit(f->db, &e));
}

static size_t ask(struct fixture *f, int64_t account, const char *words, struct search_hit **ret)
{
    struct search_query q = { .words = fold_text(f->a, str_of(words)), .limit = 50 };
    size_t              n = 0, total = 0;

    check_ok(search_query(f->db, f->a, account, &q, ret, &n, &total, &e));
    return n;
}

static int64_t first(struct fixture *f, const char *words)
{
    struct search_hit *hits = NULL;

    return ask(f, f->account, words, &hits) ? hits[0].id : 0;
}

static void fill(struct fixture *f)
{
    put(f, f->account, 1, "Hans Müller", "Siemens AG", "4915112345678");
    put(f, f->account, 2, "Иванов Пётр", "Газпром", "74951234567");
    put(f, f->account, 3, "Anna Smith", "Müller GmbH", "442071838750 15550001111");
    put(f, f->account, 4, "Annabel Lee", "", "");
    put(f, f->account, 5, "Ann O'Brien", "Acme & Sons", "");
}

static void spellings_are_one(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *words;
        int64_t     id;
    } cases[] = {
        { "Müller", 1 },
        { "mueller", 1 },
        { "MULLER", 1 },
        { "muller hans", 1 },
        { "hans mü", 1 },
        { "Ivanov", 2 },
        { "иванов", 2 },
        { "petr ivan", 2 },
        { "siem", 1 },
        { "acme sons", 5 },
        { "01511234567", 0 },
        { "015112345678", 1 },
        { "345678", 1 },
        { "5678", 1 },
        { "+49 151 1234", 1 },
        { "0151 12345678", 1 },
        { "(0207) 183 8750", 3 },
        { "8750", 3 },
        { "183 8750", 3 },
        { "+1 555 000 1111", 3 },
        { "nobody", 0 },
        { "anna smith mull", 3 },
        { "anna lee", 4 },
    };
    fill(f);
    for (size_t i = 0; i < countof(cases); i++)
        if (first(f, cases[i].words) != cases[i].id)
            fail_msg("%s: want %d, got %d", cases[i].words, (int)cases[i].id, (int)first(f, cases[i].words));
}

static void names_come_before_companies_and_whole_words_before_beginnings(void **state)
{
    struct fixture    *f = *state;
    struct search_hit *hits = NULL;

    fill(f);
    assert_int_equal(ask(f, f->account, "müller", &hits), 2);
    assert_int_equal(hits[0].id, 1);
    assert_int_equal(hits[0].field, SEARCH_NAME);
    assert_int_equal(hits[1].field, SEARCH_COMPANY);
    assert_int_equal(ask(f, f->account, "ann", &hits), 3);
    assert_int_equal(hits[0].id, 5);
    assert_int_equal(hits[1].id, 4); /* of two beginnings, the one changed last */
}

static void changed_and_removed_documents_leave_nothing(void **state)
{
    struct fixture    *f = *state;
    struct search_hit *hits = NULL;
    int64_t            gone[] = { 1, 12345 };

    fill(f);
    put(f, f->account, 3, "Berta Smith", "", "");
    assert_int_equal(first(f, "anna smith"), 0);
    assert_int_equal(first(f, "berta"), 3);
    assert_int_equal(first(f, "8750"), 0);
    check_ok(sql_begin(f->db, &e));
    check_ok(search_remove(f->db, f->account, gone, 2, &e));
    check_ok(sql_commit(f->db, &e));
    assert_int_equal(ask(f, f->account, "hans", &hits), 0);
    bool done = false;
    check_ok(search_tidy(f->db, 1000, &done, &e));
    assert_true(done);
    assert_int_equal(first(f, "berta"), 3);
}

static void accounts_see_their_own(void **state)
{
    struct fixture    *f = *state;
    struct search_hit *hits = NULL;
    int64_t            other = fixture_account(f, "bob@example.com");

    fill(f);
    put(f, other, 1, "Hans Schmidt", "", "");
    assert_int_equal(ask(f, other, "hans", &hits), 1);
    assert_int_equal(ask(f, other, "muller", &hits), 0);
    assert_int_equal(ask(f, f->account, "schmidt", &hits), 0);
}

static void facets_are_whole(void **state)
{
    struct fixture     *f = *state;
    struct str          facet = S("tag:friends");
    struct search_query q = { .words = S("anna"), .facet = &facet, .nfacets = 1, .limit = 10 },
                        bare = { .words = S(" \"* "), .limit = 1 };
    struct search_hit *hits = NULL;
    size_t             n = 0, total = 0;

    fill(f);
    check_ok(search_query(f->db, f->a, f->account, &q, &hits, &n, &total, &e));
    assert_int_equal(n, 1);
    assert_int_equal(hits[0].id, 3);
    q.words = S("");
    check_ok(search_query(f->db, f->a, f->account, &q, &hits, &n, &total, &e));
    assert_int_equal(n, 3);
    assert_int_equal(search_query(f->db, f->a, f->account, &bare, &hits, &n, &total, NULL), RC_INVALID);
}

static void hostile_words_are_only_words(void **state)
{
    struct fixture          *f = *state;
    struct search_hit       *hits = NULL;
    static const char *const cases[] = { "\" OR name : \"a",
                                         "a* AND NOT b",
                                         "NEAR(a b)",
                                         "hans') --",
                                         "\xff\xfe hans",
                                         "{name} : x",
                                         "a b c d e f g h i j k l m n o p",
                                         "--",
                                         "''''" };
    fill(f);
    for (size_t i = 0; i < countof(cases); i++) {
        struct search_query q = { .words = str_of(cases[i]), .limit = 10 };
        size_t              n = 0, total = 0;
        enum rc             rc = search_query(f->db, f->a, f->account, &q, &hits, &n, &total, NULL);
        assert_true(rc == RC_OK || rc == RC_INVALID);
    }
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(spellings_are_one),
        WITH_DB(names_come_before_companies_and_whole_words_before_beginnings),
        WITH_DB(changed_and_removed_documents_leave_nothing),
        WITH_DB(accounts_see_their_own),
        WITH_DB(facets_are_whole),
        WITH_DB(hostile_words_are_only_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
