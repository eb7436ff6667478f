/* CSV: records with their place, headers of the programs people leave, rows as cards and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/card.h"
#include "contact/csv/csv.h"
#include "contact/csv/csv_columns.h"
#include "contact/csv/csv_map.h"

static void same(struct str got, const char *want, const char *what)
{
    if (!str_is(got, want))
        fail_msg("'%s': want '%s', got '" STR_FMT "'", what, want, STR_ARG(got));
}

/* Fields joined by '|', records by a line end, for tables. */
static struct str told(struct arena *a, struct csv *c)
{
    struct csv_record r;
    struct str        all = S("");
    while (csv_next(c, a, &r)) {
        struct str line = str_fmt(a, "%zu", r.line);
        for (size_t i = 0; i < r.n; i++)
            line = str_fmt(a, STR_FMT "|" STR_FMT, STR_ARG(line), STR_ARG(r.field[i]));
        all = str_join(a, all, S("\n"), r.fault ? str_fmt(a, STR_FMT "!", STR_ARG(line)) : line);
        assert_true(str_find(c->text, r.raw, 0) != SIZE_MAX);
    }
    return all;
}

static void records_are_read(void **state)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "a,b\r\nc,d\r\n", "1|a|b\n2|c|d" },
        { "a,b\nc", "1|a|b\n2|c" },
        { "\n\n a,b", "3| a|b" },
        { "\"a\"\"b\",\"c\nd\"\ne", "1|a\"b|c\nd\n3|e" },
        { "\"a\r\nb\"\r\nc", "1|a\r\nb\n3|c" },
        { "\"a\"b,c", "1|ab|c!" },
        { "\"a,b\nc,d", "1|\"a|b!\n2|c|d" },
        { "a,", "1|a|" },
        { ",", "1||" },
        { "a\rb\r", "1|a\n2|b" },
        { "\xef\xbb\xbf"
          "a;b;c\n1;2;3",
          "1|a|b|c\n2|1|2|3" },
        { "sep=|\na|b,c", "2|a|b,c" },
        { "\"sep=;\"\r\na;b,c", "2|a|b,c" },
        { "sep=;x\na,b", "1|sep=;x\n2|a|b" },                               /* a name like any other */
        { "a,b\n1;2;3;4,x\n1;2;3;4,y", "1|a|b\n2|1;2;3;4|x\n3|1;2;3;4|y" }, /* lists in cells */
        { "\"a,b,c\";\"d\"\n\"1,2,3\";\"4\"", "1|a,b,c|d\n2|1,2,3|4" },
        { "a|b\n1,5|2,5\n3,5|4,5", "1|a|b\n2|1,5|2,5\n3|3,5|4,5" },
        { "a\tb,c\n1\t2", "1|a|b,c\n2|1|2" },
        { "\"\"", "1|" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv c = csv_open(str_of(cases[i][0]));
        same(told(a, &c), cases[i][1], cases[i][0]);
    }
}

static void what_is_written_is_read(void **state)
{
    static const char *const values[] = { "", "a", "a,b", "\"", "a\nb", "=1+1", "+49", "-x", "@x", "'=x", "\t" };
    auto_free(arena) a = arena_new(4096);
    auto_buf          b = buf_of(4096);
    struct csv_record r;
    (void)state;
    for (size_t i = 0; i < countof(values); i++)
        csv_put(&b, i == 0, str_of(values[i]), true);
    csv_end(&b);
    struct csv c = csv_open(buf_str(&b));
    assert_true(csv_next(&c, a, &r));
    assert_int_equal(r.n, countof(values));
    for (size_t i = 0; i < countof(values); i++) {
        same(csv_plain(r.field[i]), i == 9 ? "=x" : values[i], values[i]); /* a typed apostrophe is the price */
        assert_true(!r.field[i].n || !strchr("=@\t+-", r.field[i].p[0]));
    }
    buf_clear(&b);
    csv_put(&b, true, S("+49 30"), false);
    csv_put(&b, false, S("=1"), false);
    same(buf_str(&b), "+49 30,'=1", "phone");
}

static const char google_new[] = "First Name,Middle Name,Last Name,Organization Name,Organization "
                                 "Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,"
                                 "Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Street,Address 1 - "
                                 "City,Address 1 - Country,Favourite\r\n"
                                 "Ann,B,Smith,ACME,CEO,1990-02-03,hi,* myContacts ::: Friends,* Work,a@b.c ::: "
                                 "d@e.f,Mobile,+49 30 1,Home,Main 1,Berlin,Germany,tea\r\n";
static const char google_old[] = "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value\nAnn "
                                 "Smith,Ann,Smith,* myContacts,Home,a@b.c\n";
static const char outlook[] = "Title,First Name,Last Name,Company,Job Title,Business Street,Business City,E-mail "
                              "Address,Business Phone,Birthday,Web Page\n"
                              "Dr.,Ann,Smith,ACME,CEO,Main 1,Berlin,a@b.c,030 1,2/13/1990,x.org\n";
static const char linkedin[] = "Notes:\n\"When exporting, \"\"some\"\" data, may be missing.\"\n\nFirst Name,Last "
                               "Name,URL,Email Address,Company,Position,Connected On\n"
                               "Ann,Smith,https://www.linkedin.com/in/ann,,ACME,CEO,03 Feb 2020\n";
static const char german[] = "Vorname;Nachname;E-Mail;Handy;PLZ;Ort;Geburtstag;Schuhgröße\nEva;Müller;eva@x.de;0171 "
                             "1;10115;Berlin;3.2.1990;39\n";

static void programs_are_recognised(void **state)
{
    static const struct {
        const char *text, *program;
        size_t      mapped, line;
    } cases[] = { { google_new, "Google", 16, 2 },
                  { google_old, "Google", 6, 2 },
                  { outlook, "Outlook", 11, 2 },
                  { linkedin, "LinkedIn", 6, 5 },
                  { german, "", 7, 2 } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv_map m;
        assert_int_equal(csv_map_read(a, str_of(cases[i].text), NULL, &m, NULL), RC_OK);
        same(m.program, cases[i].program, cases[i].text);
        assert_int_equal(m.mapped, cases[i].mapped);
        assert_int_equal(m.line, cases[i].line);
    }
    auto_free(arena) a = arena_new(4096);
    struct csv_map m;
    assert_int_equal(csv_map_read(a, S(" \n"), NULL, &m, NULL), RC_OK);
    assert_int_equal(csv_map_read(a, S("\n"), NULL, &m, NULL), RC_INVALID);
}

static struct json *first_card(struct arena *a, const char *text, struct csv_map *map)
{
    struct csv_record r;
    struct json      *card = NULL;
    struct err        e = { 0 };
    assert_int_equal(csv_map_read(a, str_of(text), NULL, map, NULL), RC_OK);
    struct csv c = csv_resume(str_from(str_of(text), map->body), map->delimiter, map->line);
    assert_true(csv_next(&c, a, &r));
    if (csv_card(a, map, &r, S("u1"), &card, &e) != RC_OK || card_check(card, &e) != RC_OK)
        fail_msg("%s", e.text);
    return card;
}

static void rows_become_cards(void **state)
{
    static const struct {
        const char *text, *pointer, *value;
    } cases[] = {
        { google_new, "/emails/e1/address", "a@b.c" },
        { google_new, "/emails/e2/address", "d@e.f" },
        { google_new, "/titles/t1/organizationId", "o1" },
        { google_new, "/organizations/o1/name", "ACME" },
        { google_new, "/addresses/a1/countryCode", "DE" },
        { google_new, "/kith.example:csv/Favourite", "tea" },
        { google_new, "/notes/n1/note", "hi" },
        { google_new, "/name/components/0/value", "Ann" },
        { google_old, "/name/full", "Ann Smith" },
        { outlook, "/name/components/0/kind", "title" },
        { outlook, "/links/l1/uri", "x.org" },
        { linkedin, "/onlineServices/s1/service", "LinkedIn" },
        { linkedin, "/kith.example:csv/Connected On", "03 Feb 2020" },
        { german, "/phones/p1/number", "0171 1" },
        { german, "/kith.example:csv/Schuhgröße", "39" },
        { german, "/addresses/a1/components/0/kind", "postcode" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv_map map;
        struct json   *card = first_card(a, cases[i].text, &map);
        same(json_text(json_pointer(card, a, str_of(cases[i].pointer))), cases[i].value, cases[i].pointer);
    }
    auto_free(arena) a = arena_new(4096);
    struct csv_map map;
    struct json   *card = first_card(a, google_new, &map);
    assert_true(json_get_bool(json_pointer(card, a, S("/emails/e1/contexts")), S("work"), false));
    assert_int_equal(json_get_i64(json_pointer(card, a, S("/emails/e1")), S("pref"), 0), 1);
    assert_true(json_get_bool(json_pointer(card, a, S("/phones/p1/features")), S("mobile"), false));
    assert_true(json_get_bool(json_get(card, S("keywords")), S("Friends"), false));
    assert_int_equal(json_get(card, S("keywords"))->n, 1);
    card = first_card(a, outlook, &map);
    assert_int_equal(json_get_i64(json_pointer(card, a, S("/anniversaries/y1/date")), S("month"), 0), 2);
    card = first_card(a, german, &map);
    assert_int_equal(json_get_i64(json_pointer(card, a, S("/anniversaries/y1/date")), S("day"), 0), 3);
}

static void a_card_written_and_read_is_the_same_card(void **state)
{
    static const char *const texts[] = { google_new, google_old, outlook, linkedin, german };
    (void)state;
    for (size_t i = 0; i < countof(texts); i++) {
        auto_free(arena) a = arena_new(4096);
        auto_buf        b = buf_of(1 << 16), once = buf_of(1 << 16), twice = buf_of(1 << 16);
        struct csv_plan plan = { 0 };
        struct csv_map  map;
        struct json    *card = first_card(a, texts[i], &map);
        csv_plan_card(a, &plan, card);
        csv_write_header(&b, &plan);
        csv_write_card(a, &b, &plan, card);
        buf_char(&b, 0);
        struct json *again = first_card(a, b.p, &map);
        json_write(&once, card);
        json_write(&twice, again);
        if (!json_equal(json_get(card, S("emails")), json_get(again, S("emails"))) ||
            !json_equal(json_get(card, S("phones")), json_get(again, S("phones"))) ||
            !json_equal(json_get(card, S("organizations")), json_get(again, S("organizations"))) ||
            !json_equal(json_get(card, S("titles")), json_get(again, S("titles"))) ||
            !json_equal(json_get(card, S("anniversaries")), json_get(again, S("anniversaries"))) ||
            !json_equal(json_get(card, S("keywords")), json_get(again, S("keywords"))) ||
            !json_equal(json_get(card, S("onlineServices")), json_get(again, S("onlineServices"))) ||
            !json_equal(json_get(card, CSV_EXTENSION), json_get(again, CSV_EXTENSION)))
            fail_msg("%s\n" STR_FMT "\n" STR_FMT, b.p, STR_ARG(buf_str(&once)), STR_ARG(buf_str(&twice)));
    }
}

static void a_cell_with_too_many_values_is_kept(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    auto_buf       b = buf_of(1 << 20);
    struct csv_map map;
    (void)state;
    buf_put(&b, S("name,email\nAnn,"));
    for (int i = 0; i < 1500; i++)
        buf_fmt(&b, "%s%d@x.org", i ? " ::: " : "", i);
    buf_char(&b, 0);
    struct json *card = first_card(a, b.p, &map);
    assert_int_equal(json_get(card, S("emails"))->n, CARD_ITEMS_MAX);
    assert_int_equal(json_get_text(json_get(card, CSV_EXTENSION), S("email")).n, b.n - 1 - strlen("name,email\nAnn,"));
}

static void targets_are_checked(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct csv_map map;
    struct str     choice[7] = { S("name/given"), S(""), S("emails:work"), S("nonsense"), S(""), S(""), S("") };
    (void)state;
    for (size_t i = 0; i < csv_targets_n; i++)
        assert_true(csv_map_target_known(str_of(csv_targets[i])));
    for (size_t i = 0; i < csv_known_n; i++)
        if (str_find(str_of(csv_known[i].target), S("##"), 0) == SIZE_MAX &&
            *csv_known[i].target && strcmp(csv_known[i].target, "title") && !strstr(csv_known[i].target, "/line") &&
            !csv_map_target_known(str_of(csv_known[i].target)))
            fail_msg("%s", csv_known[i].target);
    assert_false(csv_map_target_known(S("name/")));
    assert_false(csv_map_target_known(S("name/given given2")));
    struct csv_choice seven = { .target = choice, .n = 7 };
    assert_int_equal(csv_map_read(a, str_of(german), &seven, &map, NULL), RC_INVALID);
    struct str        eight[8] = { S("name/given"), S(""), S("emails:work"), S(""), S(""), S(""), S(""), S("notes") };
    struct csv_choice chosen = { .target = eight, .n = 8 };
    assert_int_equal(csv_map_read(a, str_of(german), &chosen, &map, NULL), RC_OK);
    assert_int_equal(map.mapped, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(programs_are_recognised),
        cmocka_unit_test(rows_become_cards),
        cmocka_unit_test(a_card_written_and_read_is_the_same_card),
        cmocka_unit_test(a_cell_with_too_many_values_is_kept),
        cmocka_unit_test(targets_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
