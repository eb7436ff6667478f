/* What programs write that no RFC knows, or that was broken on its way: what of the card each becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/json.h"
#include "contact/card.h"
#include "contact/vcard/vcard_card.h"

/* path: into the card, "emails/e1/address", "vCardProps" ...; json: what stands there, "" nothing at all. */
struct wild {
    const char *lines, *path, *json;
};

static struct json *read_card(struct arena *a, const char *version, const char *lines, struct vcard_report *report)
{
    struct str          text = str_fmt(a, "BEGIN:VCARD\r\nVERSION:%s\r\n%s\r\nEND:VCARD\r\n", version, lines);
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;

    assert_true(vcard_next(&r, a, &v, report));
    return vcard_to_card(a, &v, S("u"), report);
}

static struct str at(struct arena *a, const struct json *card, struct str path)
{
    auto_buf   b = buf_of(1 << 16);
    struct str key;

    while (card && path.p && str_next(&path, '/', &key))
        card = json_get(card, key);
    if (card)
        json_write(&b, card);
    return str_copy(a, buf_str(&b));
}

static void check(const char *version, const struct wild *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct vcard_report report;
        struct str          got = at(a, read_card(a, version, cases[i].lines, &report), str_of(cases[i].path));
        if (!str_is(got, cases[i].json))
            fail_msg("%s\n%s: want %s, got " STR_FMT, cases[i].lines, cases[i].path, cases[i].json, STR_ARG(got));
    }
}
#define CHECK(version, cases) check(version, cases, countof(cases))

#define DAY "anniversaries/y1/date"
static void dates_in_other_orders(void **state)
{
    static const struct wild cases[] = {
        { "BDAY:03.11.1962", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:3. November 1962", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:November 3\\, 1962", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:3 de noviembre de 1962", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:1962年11月3日", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:1962/11/3", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:25/11/1962", DAY, "{\"year\":1962,\"month\":11,\"day\":25}" },
        { "BDAY:11/25/1962", DAY, "{\"year\":1962,\"month\":11,\"day\":25}" },
        { "BDAY:1962-11-03T17:30:00", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:1962-11-03T23:30:00+09:00", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:1962-11-03 00:00:00.0", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:19621103T000000", DAY, "{\"year\":1962,\"month\":11,\"day\":3}" },
        { "BDAY:1604-11-03", DAY, "{\"month\":11,\"day\":3}" },
        { "BDAY;X-APPLE-OMIT-YEAR=1900:1900-11-03", DAY, "{\"month\":11,\"day\":3}" },
        { "BDAY;X-APPLE-OMMIT-YEAR=1604:16041103", DAY, "{\"month\":11,\"day\":3}" },
        { "BDAY:0000-11-03", DAY, "{\"month\":11,\"day\":3}" },
        { "BDAY:2000-02-29", DAY, "{\"year\":2000,\"month\":2,\"day\":29}" },
        { "DEATHDATE:16041103", DAY, "{\"year\":1604,\"month\":11,\"day\":3}" },
    };
    (void)state;
    CHECK("3.0", cases);
}

static void dates_that_are_none_stay_as_they_are(void **state)
{
    static const char *const lines[] = {
        "BDAY:1962-11-31", "BDAY:1900-02-29", "BDAY:19621303", "BDAY:03/11/1962", "BDAY:in autumn",
    };
    (void)state;
    for (size_t i = 0; i < countof(lines); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct vcard_report report;
        struct json        *card = read_card(a, "3.0", lines[i], &report);
        struct str          want = str_fmt(a, "[[\"bday\",{},\"unknown\",\"%s\"]]", lines[i] + 5);
        if (json_get(card, S("anniversaries")) || !str_eq(at(a, card, S("vCardProps")), want) || report.total != 1)
            fail_msg("%s: " STR_FMT ", %zu problems", lines[i], STR_ARG(at(a, card, S("vCardProps"))), report.total);
    }
}

static void pictures_however_they_are_written(void **state)
{
#define PIXEL  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
#define AS_PNG "\"data:image/png;base64," PIXEL "\""
    static const struct wild cases[] = {
        { "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO;ENCODING=b:data:image/png;base64," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO;ENCODING=BASE64:data:image/png;base64\\," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:data:image/png;base64\\," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:data:image/png\\;base64\\," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:DATA:;BASE64, " PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:data:image/png;base64,data:image/png;base64," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:" PIXEL, "media/m1/uri", AS_PNG },
        { "X-MS-CARDPICTURE;TYPE=PNG;ENCODING=BASE64:" PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO:image/png;base64," PIXEL, "media/m1/uri", AS_PNG },
        { "PHOTO;VALUE=uri:https://x.example/a.png", "media/m1/uri", "\"https://x.example/a.png\"" },
        { "PHOTO;ENCODING=b;TYPE=JPEG:", "media", "" },
        { "PHOTO;VALUE=uri:data:image/jpeg;base64,", "media", "" },
        { "PHOTO:data:image/svg+xml;utf8,<svg/>", "media/m1/uri", "\"data:image/svg+xml;utf8,<svg/>\"" },
    };
    static const struct wild old[] = { { "PHOTO;PNG;B:\r\n " PIXEL, "media/m1/uri", AS_PNG },
                                       { "PHOTO;BASE64;PNG:" PIXEL, "media/m1/uri", AS_PNG } };
    (void)state;
    CHECK("3.0", cases);
    CHECK("2.1", old);
}

static void broken_lines_hurt_themselves_only(void **state)
{
    static const struct wild cases[] = {
        { "ADR;TYPE=WORK:;;Hafen 3;Kiel;;24103;\r\nLABEL,TYPE=WORK:Hafen 3\r\n24103 Kiel\r\nTEL:1",
          "addresses/a1/components",
          "[{\"kind\":\"name\",\"value\":\"Hafen "
          "3\"},{\"kind\":\"locality\",\"value\":\"Kiel\"},{\"kind\":\"postcode\",\"value\":\"24103\"}]" },
        { "TEL ;TYPE=CELL:0431 5", "phones/p1", "{\"number\":\"0431 5\",\"features\":{\"mobile\":true}}" },
        { "TEL;TYPE=CELL:0431 5\r\nTEL , CELL:0431 6", "phones/p2",
          "{\"number\":\"0431 6\",\"features\":{\"mobile\":true}}" },
        { "TEL:0431 5\r\nTEL;CELL 0431 6", "phones", "{\"p1\":{\"number\":\"0431 5\"}}" },
        { "TEL=CELL:0431 5", "phones/p1", "{\"number\":\"0431 5\",\"features\":{\"mobile\":true}}" },
        { "EMAIL\t:kim@x.example", "emails/e1/address", "\"kim@x.example\"" },
        { "NOTE:see\r\nTel : 0431 5", "notes/n1/note", "\"see\\nTel : 0431 5\"" },
        { "NOTE:Dear\r\nSmith, John: no", "notes/n1/note", "\"Dear\\nSmith, John: no\"" },
        { "ITEM1.CATEGORIES:Sailing\r\nITEM1.EMAIL:k@x.example", "keywords", "{\"Sailing\":true}" },
        { "GEO:geo:54.3\\,10.1", "addresses/a1/coordinates", "\"geo:54.3,10.1\"" },
    };
    (void)state;
    CHECK("3.0", cases);
}

static void cards_that_were_pasted_into_a_mail(void **state)
{
    static const struct {
        const char *text, *note;
    } cases[] = {
        { "Hello,\r\n    BEGIN:VCARD\r\n    VERSION:3.0\r\n    FN:Kim Lee\r\n    NOTE:goes\r\n      on\r\n    "
          "END:VCARD\r\nbye",
          "goes on" },
        { "\xc2\xa0 BEGIN:VCARD\n\xc2\xa0 VERSION:3.0\n\xc2\xa0 FN:Kim Lee\n\xc2\xa0 NOTE:here\n\xc2\xa0 END:VCARD\n",
          "here" },
        { "> BEGIN:VCARD\n> VERSION:3.0\n> FN:Kim Lee\n> NOTE:goes \n>  on\n> END:VCARD\n", "goes on" },
        { "\tBEGIN:VCARD\n\tVERSION:3.0\n\tFN:Kim Lee\n\tNOTE:short\n\tEND:VCARD\nBEGIN:VCARD\nFN:Next\nEND:VCARD\n",
          "short" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        auto_buf            b = buf_of(1 << 16);
        struct vcard_reader r = vcard_reader_of(str_of(cases[i].text), 1);
        struct vcard        v;
        struct vcard_report report;
        assert_true(vcard_next(&r, a, &v, &report));
        struct json *card = vcard_to_card(a, &v, S("u"), &report);
        assert_true(v.closed);
        assert_true(str_is(json_get_text(json_get(card, S("name")), S("full")), "Kim Lee"));
        assert_true(str_is(json_get_text(json_get(json_get(card, S("notes")), S("n1")), S("note")), cases[i].note));
        vcard_write(&b, a, card, VCARD_3_0, v.text); /* untouched: as it came, and as a phone can read it */
        assert_true(str_starts(buf_str(&b), S("BEGIN:VCARD")));
        assert_true(str_find(buf_str(&b), S("\nFN:Kim Lee"), 0) != SIZE_MAX);
    }
}

static void soft_breaks_that_are_folded_too(void **state)
{
    static const struct wild cases[] = {
        { "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D0=\r\n =B5=D1=82=\r\n =D1=8C=D0=BA=D0=B0",
          "notes/n1/note", "\"Петька\"" },
        { "NOTE;ENCODING=QUOTED-PRINTABLE:one=\r\n two=\r\nthree", "notes/n1/note", "\"one twothree\"" },
        { "PHOTO;ENCODING=BASE64;PNG:iVBORw0KGgo=\r\n\r\nNOTE;ENCODING=QUOTED-PRINTABLE:=41=\r\n =42=\r\n =43",
          "notes/n1/note", "\"ABC\"" },
    };
    (void)state;
    CHECK("2.1", cases);
}

static void blanks_and_addresses_with_names(void **state)
{
    static const struct wild cases[] = {
        { "FN:  Kim Lee\t", "name/full", "\"Kim Lee\"" },
        { "N:Lee ; Kim;;; ", "name/components",
          "[{\"kind\":\"given\",\"value\":\"Kim\"},{\"kind\":\"surname\",\"value\":\"Lee\"}]" },
        { "TEL: 0431 5 ", "phones/p1/number", "\"0431 5\"" },
        { "ORG: Werft ; Dock 2 ", "organizations/o1", "{\"name\":\"Werft\",\"units\":[{\"name\":\"Dock 2\"}]}" },
        { "EMAIL:MAILTO:kim@x.example", "emails/e1", "{\"address\":\"kim@x.example\"}" },
        { "EMAIL:\"Kim Lee\" <kim@x.example>", "emails/e1", "{\"address\":\"kim@x.example\",\"label\":\"Kim Lee\"}" },
        { "EMAIL:mailto:kim@x.example?subject=hi", "emails/e1", "{\"address\":\"kim@x.example\"}" },
        { "TEL:tel:+49-431-5", "phones/p1/number", "\"+49-431-5\"" },
        { "EMAIL:<mailto:kim@x.example>", "emails/e1", "{\"address\":\"kim@x.example\"}" },
        { "NOTE:  list:\\n  - a", "notes/n1/note", "\"  list:\\n  - a\"" },
    };
    (void)state;
    CHECK("3.0", cases);
}

static void labels_in_the_type(void **state)
{
    static const struct wild cases[] = {
        { "TEL;X-Boot:5", "phones/p1", "{\"number\":\"5\",\"label\":\"Boot\"}" },
        { "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E8=88=B9):5", "phones/p1",
          "{\"number\":\"5\",\"label\":\"船\"}" },
        { "EMAIL;X-CUSTOM(Boat):k@x.example", "emails/e1", "{\"address\":\"k@x.example\",\"label\":\"Boat\"}" },
        { "TEL;CELL;X-Auf See:5", "phones/p1",
          "{\"number\":\"5\",\"features\":{\"mobile\":true},\"label\":\"Auf See\"}" },
        { "TEL;X-EVOLUTION-CALLBACK:5", "phones/p1",
          "{\"number\":\"5\",\"vCardParams\":{\"type\":\"X-EVOLUTION-CALLBACK\"}}" },
    };
    (void)state;
    CHECK("2.1", cases);
}

static void people_around(void **state)
{
    static const struct wild cases[] = {
        { "X-MS-SPOUSE;X:Kai", "relatedTo", "" },
        { "X-MS-SPOUSE:Kai", "relatedTo", "{\"Kai\":{\"relation\":{\"spouse\":true}}}" },
        { "X-KADDRESSBOOK-X-SpouseName:Kai", "relatedTo", "{\"Kai\":{\"relation\":{\"spouse\":true}}}" },
        { "X-KADDRESSBOOK-X-AssistantsName:Kai", "relatedTo", "{\"Kai\":{\"relation\":{},\"label\":\"Assistant\"}}" },
        { "X-EVOLUTION-MANAGER:Kai", "relatedTo", "{\"Kai\":{\"relation\":{},\"label\":\"Manager\"}}" },
        { "X-CHILDREN:Kai, Uwe", "relatedTo",
          "{\"Kai\":{\"relation\":{\"child\":true}},\"Uwe\":{\"relation\":{\"child\":true}}}" },
        { "X-MS-CHILD:Kai", "relatedTo", "{\"Kai\":{\"relation\":{\"child\":true}}}" },
        { "item1.X-ABRELATEDNAMES:Kai\r\nitem1.X-ABLabel:_$!<Mother>!$_", "relatedTo",
          "{\"Kai\":{\"relation\":{\"parent\":true},\"label\":\"Mother\"}}" },
        { "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Kai;7;;;;;;;;;;;;;", "relatedTo",
          "{\"Kai\":{\"relation\":{},\"label\":\"Manager\"}}" },
        { "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Kai;0;Neffe;;;;;;;;;;;;", "relatedTo",
          "{\"Kai\":{\"relation\":{},\"label\":\"Neffe\"}}" },
        { "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;--11-03;0;Taufe;;;;", "anniversaries/y1",
          "{\"kind\":\"other\",\"date\":{\"month\":11,\"day\":3},\"label\":\"Taufe\"}" },
        { "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Kalle;1;;;;", "nicknames/k1/name", "\"Kalle\"" },
        { "X-MS-ANNIVERSARY:20010203", "anniversaries/y1/kind", "\"wedding\"" },
        { "N:山田;花子;;;\r\nSOUND;X-IRMC-N:ヤマダ;ハナコ;;;", "name/components",
          "[{\"kind\":\"given\",\"value\":\"花子\",\"phonetic\":\"ハナコ\"},{\"kind\":\"surname\",\"value\":\"山田\","
          "\"phonetic\":\"ヤマダ\"}]" },
        { "N:Lee;Kim;;;\r\nSOUND;X-IRMC-N:Lee;Kim;;;", "media", "" },
    };
    (void)state;
    CHECK("2.1", cases);
}

static void addresses_of_google(void **state)
{
    static const struct wild cases[] = {
        { "ADR:;;Hafen 3;Kiel;;24103;DE;Hafen 3\\n24103 Kiel\\nDE", "addresses/a1/full",
          "\"Hafen 3\\n24103 Kiel\\nDE\"" },
        { "ADR:;;Hafen 3;Kiel;;;;Hafen 3\\nKiel", "addresses/a1/components",
          "[{\"kind\":\"name\",\"value\":\"Hafen 3\"},{\"kind\":\"locality\",\"value\":\"Kiel\"}]" },
        { "ADR:;;;;;;;Hafen 3\\nKiel", "addresses/a1", "{\"full\":\"Hafen 3\\nKiel\"}" },
        { "ADR:;;Hafen 3;Kiel;;;;12;;;3;Hafen;;;;;;", "addresses/a1/components",
          "[{\"kind\":\"locality\",\"value\":\"Kiel\"},{\"kind\":\"room\",\"value\":\"12\"},{\"kind\":\"number\","
          "\"value\":\"3\"},"
          "{\"kind\":\"name\",\"value\":\"Hafen\"}]" },
    };
    (void)state;
    CHECK("3.0", cases);
}

static void names_of_east_asia(void **state)
{
    static const struct {
        const char *n, *shown;
    } cases[] = {
        { "N:王;小明;;;", "王小明" },
        { "N:김;철수;;;", "김철수" },
        { "N:さとう;けんいち;;;", "さとうけんいち" },
        { "N:Wang;小明;;;", "小明 Wang" },
        { "N:佐藤;健一;;;様", "佐藤健一 様" },
        { "N:Lee;Kim;;;", "Kim Lee" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct vcard_report report;
        struct str          got = card_display_name(a, read_card(a, "3.0", cases[i].n, &report));
        if (!str_is(got, cases[i].shown))
            fail_msg("%s: got " STR_FMT, cases[i].n, STR_ARG(got));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_in_other_orders),
        cmocka_unit_test(dates_that_are_none_stay_as_they_are),
        cmocka_unit_test(pictures_however_they_are_written),
        cmocka_unit_test(broken_lines_hurt_themselves_only),
        cmocka_unit_test(cards_that_were_pasted_into_a_mail),
        cmocka_unit_test(soft_breaks_that_are_folded_too),
        cmocka_unit_test(blanks_and_addresses_with_names),
        cmocka_unit_test(labels_in_the_type),
        cmocka_unit_test(people_around),
        cmocka_unit_test(addresses_of_google),
        cmocka_unit_test(names_of_east_asia),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
