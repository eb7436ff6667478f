#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/card.h"
#include "contact/name.h"
#include "base/rand.h"
#include "match/score.h"
#include "match/similar.h"

/* name | e-mail | mobile | landline | birthday | company */
static struct json *person(struct arena *a, const char *spec)
{
    struct json *card = card_new(a, S("urn:uuid:x"));
    struct str   rest = str_of(spec), part;
    for (int i = 0; str_next(&rest, '|', &part); i++) {
        struct json *entry = json_new(a, JSON_OBJECT);
        if (!part.n)
            continue;
        if (i == 0)
            json_set(card, S("name"), name_object(a, part));
        else if (i == 1)
            json_set_text(a, json_child(a, json_child(a, card, S("emails")), S("e1")), S("address"), part);
        else if (i == 2 || i == 3) {
            json_set_text(a, entry, S("number"), part);
            json_add(json_child(a, entry, i == 2 ? S("features") : S("contexts")), i == 2 ? S("mobile") : S("private"),
                     json_new_bool(a, true));
            json_add(json_child(a, card, S("phones")), i == 2 ? S("p1") : S("p2"), entry);
        } else if (i == 4) {
            struct json *date = json_child(a, entry, S("date"));
            int64_t      y = 0, m = 0, d = 0;
            json_set_text(a, entry, S("kind"), S("birth"));
            assert_true(str_i64(str_head(part, 4), 1, 9999, &y) && str_i64((struct str){ part.p + 5, 2 }, 1, 12, &m) &&
                        str_i64((struct str){ part.p + 8, 2 }, 1, 31, &d));
            json_add(date, S("year"), json_new_i64(a, y));
            json_add(date, S("month"), json_new_i64(a, m));
            json_add(date, S("day"), json_new_i64(a, d));
            json_add(json_child(a, card, S("anniversaries")), S("b"), entry);
        } else
            json_set_text(a, json_child(a, json_child(a, card, S("organizations")), S("o1")), S("name"), part);
    }
    return card;
}

static void score(struct arena *a, const char *x, const char *y, struct match *ret)
{
    struct match_card *cards[2] = { match_card(a, person(a, x), S("DE")), match_card(a, person(a, y), S("DE")) };
    struct match       back;
    match_score(a, cards[0], cards[1], match_ctx(a, cards, 2), ret);
    match_score(a, cards[1], cards[0], NULL, &back);
    int sum = 0;
    for (size_t i = 0; i < ret->n; i++)
        sum += ret->evidence[i].points;
    assert_int_equal(sum, ret->score);
    assert_int_equal(ret->score, back.score);
}

/* The first seven are the cases another address book was measured with. */
static void cases_come_out_right(void **state)
{
    static const struct {
        const char    *x, *y;
        enum certainty least, most;
    } cases[] = {
        { "Bob Smith||+1 212 555 0100", "Robert Smith||(212) 555-0100|", MATCH_POSSIBLE, MATCH_LIKELY },
        { "Smith John", "John Smith", MATCH_POSSIBLE, MATCH_LIKELY },
        { "Γιάννης Παπαδόπουλος", "Yannis Papadopoulos", MATCH_POSSIBLE, MATCH_LIKELY },
        { "José García", "Jose Garcia Marquez", MATCH_POSSIBLE, MATCH_LIKELY },
        { "Anna Nilsson|info@firm.se", "Per Berg|info@firm.se", MATCH_NO, MATCH_NO },
        { "Maria Rossi", "Maria Rossi", MATCH_POSSIBLE, MATCH_CERTAIN },
        { "Maria Rossi|maria.rossi@gmail.com", "Maria Rossi|mrossi72@libero.it", MATCH_NO, MATCH_NO },
        { "Ann Smith|ann@smith.net", "Ann Smith|ANN@smith.net", MATCH_CERTAIN, MATCH_CERTAIN },
        { "Ann Smith||+49 170 1234567", "Ann Smith||0170 1234567", MATCH_CERTAIN, MATCH_CERTAIN },
        { "Dr. Ann Smith||+49 170 1234567", "Smith, Ann||0170 1234567", MATCH_CERTAIN, MATCH_CERTAIN },
        { "Bob Smith|bob@smith.net|+49 170 1234567", "Robert Smith|bob@smith.net|+491701234567", MATCH_CERTAIN,
          MATCH_CERTAIN },
        { "Ann Smith|info@firm.de", "Ann Smith|info@firm.de", MATCH_POSSIBLE, MATCH_CERTAIN },
        { "Peter Klein|||030 123456", "Paula Klein|||030 123456", MATCH_NO, MATCH_NO },
        { "Peter Klein|klein@web.de|0170 1234567", "Paula Klein|klein@web.de|0170 1234567", MATCH_NO, MATCH_POSSIBLE },
        { "Daniel Weber|||030 123456", "Daniela Weber|||030 123456", MATCH_NO, MATCH_NO },
        { "John Smith Jr.||0170 1234567", "John Smith Sr.||0170 1234567", MATCH_NO, MATCH_POSSIBLE },
        { "Ann Smith|ann@smith.net|||1990-01-02", "Ann Smith|ann@smith.net|||1961-05-07", MATCH_NO, MATCH_POSSIBLE },
        { "Acme GmbH|info@acme.de||||Acme GmbH", "Ann Smith|info@acme.de||||Acme GmbH", MATCH_NO, MATCH_NO },
        { "Jürgen Müller|jm@web.de", "Juergen Mueller|jm@web.de", MATCH_CERTAIN, MATCH_CERTAIN },
        { "田中 花子||+81 90 1234 5678", "Hanako Tanaka||+819012345678", MATCH_POSSIBLE, MATCH_LIKELY },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct match m;
        score(a, cases[i].x, cases[i].y, &m);
        if (m.certainty < cases[i].least || m.certainty > cases[i].most) {
            for (size_t k = 0; k < m.n; k++)
                print_message("  %+5d %.*s\n", m.evidence[k].points, STR_ARG(m.evidence[k].text));
            fail_msg("%s / %s: %d %s", cases[i].x, cases[i].y, m.score, certainty_name(m.certainty));
        }
    }
}

/* Every pair shares a personal mailbox and a mobile, and still nobody may be merged unasked. */
static void nobody_is_merged_into_another(void **state)
{
    static const char *const pairs[][2] = {
        { "Hans-Peter Vogt", "Hans-Jürgen Vogt" },
        { "Vogt, Hans Peter", "Vogt, Hans Jürgen" },
        { "Hans-Peter Vogt", "Hans Vogt" },
        { "Anna Maria Rossi", "Anna Rossi" },
        { "Anna Maria Rossi", "Anna Marta Rossi" },
        { "Nina Berg", "Mina Berg" },
        { "John B. Smith", "John Q. Smith" },
        { "Maria José Gil", "Maria Luisa Gil" },
        { "Anna und Otto Berg", "Anna Berg" },
        { "Anna und Otto Berg", "Anna und Otto Berg" },
        { "Anna & Otto Berg", "Anna und Otto Berg" },
        { "Mr & Mrs Smith", "Mr Smith" },
        { "Familie Berg", "Berg" },
        { "Buchhaltung", "Buchhaltung" },
        { "Sales Team", "Sales Team" },
        { "Praxis Dr. Berg", "Dr. Berg" },
        { "太郎と花子", "太郎" },
    };
    (void)state;
    for (size_t i = 0; i < countof(pairs); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct match m;
        score(a, str_fmt(a, "%s|berg@web.de|0170 1234567", pairs[i][0]).p,
              str_fmt(a, "%s|berg@web.de|0170 1234567", pairs[i][1]).p, &m);
        if (m.certainty == MATCH_CERTAIN)
            fail_msg("%s / %s: %d", pairs[i][0], pairs[i][1], m.score);
    }
}

/* One person in two spellings of all first names. */
static void spellings_are_merged(void **state)
{
    static const char *const pairs[][2] = {
        { "Hans-Jürgen Vogt", "Hans Juergen Vogt" },        { "Hanspeter Vogt", "Hans-Peter Vogt" },
        { "John Quincy Smith", "John Q. Smith" },           { "John Q. Smith", "John Smith" },
        { "José Ortega y Gasset", "Jose Ortega y Gasset" }, { "John Sales", "Sales, John" },
        { "João Santos e Silva", "Joao Santos e Silva" },
    };
    (void)state;
    for (size_t i = 0; i < countof(pairs); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct match m;
        score(a, str_fmt(a, "%s|berg@web.de|0170 1234567", pairs[i][0]).p,
              str_fmt(a, "%s|berg@web.de|0170 1234567", pairs[i][1]).p, &m);
        if (m.certainty != MATCH_CERTAIN)
            fail_msg("%s / %s: %d", pairs[i][0], pairs[i][1], m.score);
    }
}

static void a_mailbox_of_many_proves_little(void **state)
{
    static const char *const specs[] = { "Ann Smith|team@x.de", "Bob Jones|team@x.de", "Cid Moore|team@x.de",
                                         "Dan Blake|team@x.de", "Ann Smith|team@x.de|0170 1" };
    auto_free(arena) a = arena_new(1 << 16);
    struct match_card *cards[countof(specs)];
    struct match       m;
    (void)state;
    for (size_t i = 0; i < countof(specs); i++)
        cards[i] = match_card(a, person(a, specs[i]), S("DE"));
    match_score(a, cards[0], cards[4], match_ctx(a, cards, countof(cards)), &m);
    assert_in_range(m.certainty, MATCH_POSSIBLE, MATCH_LIKELY);
    match_score(a, cards[0], cards[1], match_ctx(a, cards, countof(cards)), &m);
    assert_int_equal(m.certainty, MATCH_NO);
}

static int textbook_jw(struct str x, struct str y)
{
    bool     ux[64] = { 0 }, uy[64] = { 0 };
    size_t   longest = x.n > y.n ? x.n : y.n, reach = longest / 2 ? longest / 2 - 1 : 0;
    unsigned m = 0, t = 0, prefix = 0;
    for (size_t i = 0; i < x.n; i++)
        for (size_t k = i > reach ? i - reach : 0; k < size_min(y.n, i + reach + 1); k++)
            if (!uy[k] && x.p[i] == y.p[k]) {
                ux[i] = uy[k] = true;
                m++;
                break;
            }
    if (!m)
        return 0;
    for (size_t i = 0, k = 0; i < x.n; i++) {
        if (!ux[i])
            continue;
        while (!uy[k])
            k++;
        t += x.p[i] != y.p[k++];
    }
    unsigned jaro = (m * 1000 / (unsigned)x.n + m * 1000 / (unsigned)y.n + (m * 1000 - t / 2 * 1000) / m) / 3;
    while (prefix < 4 && prefix < x.n && prefix < y.n && x.p[prefix] == y.p[prefix])
        prefix++;
    return (int)(jaro > 700 ? jaro + prefix * (1000 - jaro) / 10 : jaro);
}

static void bits_equal_the_textbook(void **state)
{
    struct rand_seeded r = { 5 };
    (void)state;
    assert_int_equal(similar_jw(S("martha"), S("marhta")), 960);
    for (int i = 0; i < 20000; i++) {
        char       x[64], y[64];
        struct str s = { x, 1 + rand_below(&r, 20) }, t = { y, 1 + rand_below(&r, 20) };
        for (size_t k = 0; k < 64; k++) {
            x[k] = (char)('a' + rand_below(&r, 4));
            y[k] = rand_below(&r, 3) ? x[k] : (char)('a' + rand_below(&r, 4));
        }
        if (!str_eq(s, t))
            assert_int_equal(similar_jw(s, t), textbook_jw(s, t));
    }
}

static void edits_and_nicknames(void **state)
{
    (void)state;
    assert_true(similar_one_edit(S("mueller"), S("muller")) && similar_one_edit(S("ab"), S("ba")) &&
                similar_one_edit(S("abc"), S("abd")));
    assert_false(similar_one_edit(S("abc"), S("bca")) || similar_one_edit(S("a"), S("abc")));
    assert_true(similar_nickname(S("bob"), S("robert")) && similar_nickname(S("sasha"), S("aleksandr")) &&
                similar_nickname(S("giannis"), S("yannis")));
    assert_false(similar_nickname(S("alexander"), S("alexandra")) || similar_nickname(S("peter"), S("paul")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_come_out_right),    cmocka_unit_test(nobody_is_merged_into_another),
        cmocka_unit_test(spellings_are_merged),    cmocka_unit_test(a_mailbox_of_many_proves_little),
        cmocka_unit_test(bits_equal_the_textbook), cmocka_unit_test(edits_and_nicknames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
