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
        if (str_find(str_of(csv_known[i].target), S("##"), 0) == SIZE_MAX && *csv_known[i].target &&
            strcmp(csv_known[i].target, "title") && strcmp(csv_known[i].target, "name/any") &&
            !strstr(csv_known[i].target, "/line") && !csv_map_target_known(str_of(csv_known[i].target)))
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

/* ---- headers of many languages, by their words ---- */

static void headers_are_understood(void **state)
{
    static const struct {
        const char *header, *targets;
    } cases[] = {
        { "Vorname,Nachname,Primäre E-Mail-Adresse,Tel. dienstlich,Mobil-Tel.-Nr.,Privat: Adresse,Privat: Adresse "
          "2,Privat: PLZ",
          "name/given name/surname emails phones:work phones:mobile addresses:private/street addresses:private/street "
          "addresses:private/postcode" },
        { "Straße geschäftlich,Ort geschäftlich,Telefon (privat 2),Fax geschäftlich,E-Mail 2: Adresse,Handy-Nr.,geb. "
          "am",
          "addresses:work/street addresses:work/locality phones:private phones:work,fax emails phones:mobile "
          "birthday" },
        { "Titre,Prénom,Nom,Suffixe,Société,Profession,Rue (bureau),Ville (domicile),Adresse de messagerie 2,Page "
          "Web,Anniversaire",
          "name/title name/given name/surname name/generation organization/name organization/title "
          "addresses:work/street "
          "addresses:private/locality emails links birthday" },
        { "Nome,Cognome,Tel. (uff.),Cellulare,CAP (ab.),Indirizzo posta elettronica,Qualifica,Compleanno",
          "name/given name/surname phones:work phones:mobile addresses:private/postcode emails organization/title "
          "birthday" },
        { "Nombre,Apellidos,Teléfono móvil,Calle del trabajo,Dirección de correo electrónico "
          "2,Puesto,Aniversario,Cumpleaños",
          "name/given name/surname phones:mobile addresses:work/street emails organization/title anniversary "
          "birthday" },
        { "Nome,Sobrenome,Telefone comercial,Rua residencial,Endereço de email,Aniversário,Anotações",
          "name/given name/surname phones:work addresses:private/street emails birthday notes" },
        { "Voornaam,Achternaam,E-mailadres,Telefoon thuis,Mobiele telefoon,Woonplaats,Verjaardag",
          "name/given name/surname emails phones:private phones:mobile addresses/locality birthday" },
        { "Imię,Nazwisko,Adres e-mail,Telefon komórkowy,Kod pocztowy (biuro),Ulica (dom),Stanowisko,Urodziny",
          "name/given name/surname emails phones:mobile addresses:work/postcode addresses:private/street "
          "organization/title birthday" },
        { "Имя,Фамилия,Адрес электронной почты,Рабочий телефон,Номер сотового телефона,Город (раб.),Год рождения,Месяц "
          "рождения,День рождения",
          "name/given name/surname emails phones:work phones:mobile addresses:work/locality birthday/year "
          "birthday/month birthday/day" },
        { "Όνομα,Επώνυμο,Κινητό τηλέφωνο,Διεύθυνση ηλεκτρονικού ταχυδρομείου,Εταιρεία,Γενέθλια",
          "name/given name/surname phones:mobile emails organization/name birthday" },
        { "Adı,Soyadı,Cep Telefonu,E-posta Adresi,İş Posta Kodu,Doğum Günü",
          "name/given name/surname phones:mobile emails addresses:work/postcode birthday" },
        { "姓名,手机,电子邮件,公司,住宅地址 邮政编码,生日",
          "name/full phones:mobile emails organization/name addresses:private/postcode birthday" },
        { "姓,名,携帯電話,電子メール アドレス,郵便番号 (会社),自宅の市区町村,誕生日",
          "name/surname name/given phones:mobile emails addresses:work/postcode addresses:private/locality birthday" },
        { "Name,Vorname,Schuhgröße,PLZ", "name/surname name/given - addresses/postcode" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv_map map;
        struct str     told = S("");
        assert_int_equal(csv_map_read(a, str_of(cases[i].header), NULL, &map, NULL), RC_OK);
        for (size_t c = 0; c < map.n; c++)
            told = str_join(a, told, S(" "), map.column[c].target.n ? map.column[c].target : S("-"));
        same(told, cases[i].targets, cases[i].header);
    }
}

/* The first card's date, or what of it was kept. */
static void dates_are_of_one_order(void **state)
{
    static const struct {
        const char     *cells, *date;
        const char     *region;
        enum date_order dates;
    } cases[] = {
        { "05/04/1980\n13/04/1980", "1980-4-5", "", 0 },
        { "05/04/1980\n04/13/1980", "1980-5-4", "", 0 },
        { "05/04/1980\n", "", "", 0 },
        { "05/04/1980\n", "1980-4-5", "DE", 0 },
        { "05/04/1980\n", "1980-5-4", "US", 0 },
        { "05/04/1980\n", "1980-4-5", "", DATE_ORDER_DMY },
        { "05/04/1980\n13/04/1980\n04/13/1980", "", "US", 0 },
        { "1980-07-14", "1980-7-14", "", 0 },
        { "14 July 1980", "1980-7-14", "", 0 },
        { "\"July 14, 1980\"", "1980-7-14", "", 0 },
        { "14. Juli 1980", "1980-7-14", "", 0 },
        { "14 de julio de 1980", "1980-7-14", "", 0 },
        { "14 juillet 1980", "1980-7-14", "", 0 },
        { "14 lipca 1980", "1980-7-14", "", 0 },
        { "14 июля 1980", "1980-7-14", "", 0 },
        { "1980年7月14日", "1980-7-14", "", 0 },
        { "19800714", "1980-7-14", "", 0 },
        { "07-14", "0-7-14", "", 0 },
        { "--07-14", "0-7-14", "", 0 },
        { "29.2.", "0-2-29", "", 0 },
        { "14.7.80", "1980-7-14", "", 0 },
        { "1980-07-14T00:00:00", "1980-7-14", "", 0 },
        { "14/07/1980 00:00", "1980-7-14", "", 0 },
        { "31.2.1980", "", "", 0 },
        { "around 1800", "", "", 0 },
        { "1604-07-14", "0-7-14", "", 0 },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str        text, lines = S("Name,Birthday");
        struct csv_choice choice = { .region = str_of(cases[i].region), .dates = cases[i].dates };
        struct csv_map    map;
        struct csv_record r;
        struct json      *card;
        for (struct str rest = str_of(cases[i].cells), one; str_next(&rest, '\n', &one);)
            lines = str_fmt(a, STR_FMT "\nA," STR_FMT, STR_ARG(lines), STR_ARG(one));
        text = lines;
        assert_int_equal(csv_map_read(a, text, &choice, &map, NULL), RC_OK);
        struct csv c = csv_resume(str_from(text, map.body), map.delimiter, map.line);
        assert_true(csv_next(&c, a, &r));
        assert_int_equal(csv_card(a, &map, &r, S("u"), &card, NULL), RC_OK);
        const struct json *d = json_pointer(card, a, S("/anniversaries/y1/date"));
        struct str         got = d ? str_fmt(a, "%d-%d-%d", (int)json_get_i64(d, S("year"), 0),
                                             (int)json_get_i64(d, S("month"), 0), (int)json_get_i64(d, S("day"), 0))
                                   : S("");
        same(got, cases[i].date, cases[i].cells);
        if (!d)
            assert_true(json_get_text(json_get(card, CSV_EXTENSION), S("Birthday")).n > 0);
    }
}

static void cells_tell_what_no_header_says(void **state)
{
    static const struct {
        const char *text, *targets;
        bool        header;
    } cases[] = {
        { "anna@example.org\nuwe@example.org\n", "emails", false },
        { "Anna Berg,anna@example.org,+49 30 1234567\n", "name/full emails phones", false },
        { "Anna,Berg,anna@example.org\nUwe,Ast,uwe@example.org\n", "name/given name/surname emails", false },
        { "Név,Postafiók,Szám\nKiss Éva,eva@example.hu,06 1 2345678\n", "name/full emails phones", true },
        { "Id,E-Mail\n1000234567,a@example.org\n", "- emails", true },
        { "Bla,Blub\nx1,y2\n", "- -", true },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv_map map;
        struct str     told = S("");
        size_t         unknown, kept = 0;
        assert_int_equal(csv_map_read(a, str_of(cases[i].text), NULL, &map, NULL), RC_OK);
        for (size_t c = 0; c < map.n; c++) {
            told = str_join(a, told, S(" "), map.column[c].target.n ? map.column[c].target : S("-"));
            kept += !map.column[c].target.n;
        }
        same(told, cases[i].targets, cases[i].text);
        assert_int_equal(map.header, cases[i].header);
        (void)csv_map_unknown(a, &map, &unknown);
        assert_int_equal(unknown, kept);
        assert_int_equal(csv_map_names_cards(&map), i + 1 < countof(cases));
    }
}

static void a_cell_holds_several_values(void **state)
{
    static const struct {
        const char *text, *pointer, *value;
    } cases[] = {
        { "Name,Phones\nA,0711 1111111; 0170 2222222", "/phones/p2/number", "0170 2222222" },
        { "Name,Phones\nA,\"=\"\"0170 5\"\"\"", "/phones/p1/number", "0170 5" },
        { "Name,Phone\nA,\"0711 1, ext 2\"", "/phones/p1/number", "0711 1, ext 2" },
        { "Name,Emails\nA,\"a@x.org, b@x.org\"", "/emails/e2/address", "b@x.org" },
        { "Email\nAnna Berg <a@x.org>", "/name/full", "Anna Berg" },
        { "First Name,Labels,Address 1 - Street,Address 1 - City\nKai,,Weg 1 ::: Gasse 2,Bonn ::: Ulm",
          "/addresses/a2/components/1/value", "Ulm" },
        { "Name,Notes\nA,one ::: two", "/notes/n2/note", "two" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct csv_map map;
        struct json   *card = first_card(a, cases[i].text, &map);
        same(json_text(json_pointer(card, a, str_of(cases[i].pointer))), cases[i].value, cases[i].text);
    }
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
        cmocka_unit_test(headers_are_understood),
        cmocka_unit_test(dates_are_of_one_order),
        cmocka_unit_test(cells_tell_what_no_header_says),
        cmocka_unit_test(a_cell_holds_several_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
