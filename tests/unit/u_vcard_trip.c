/* Card -> vCard -> card: how a phone gets it back, and what any card keeps on its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/vcard/vcard_card.h"

#define WHO "FN:A B\r\nN:B;A;;;\r\n"

/* ---- what stands in the lines ---- */

/* Lines of a 3.0 card, the lines that are made of its card in 3.0 and in 4.0; NULL: the lines that came. */
static const struct {
    const char *lines, *three, *four;
} ways[] = {
    /* Apple's labels */
    { "item1.TEL:1\r\nitem1.X-ABLabel:_$!<AssistantPhone>!$_\r\n", NULL, NULL },
    { "item1.TEL:1\r\nitem1.X-ABLabel:_$!<SomeNewWord>!$_\r\n", NULL, NULL },
    { "item1.TEL:1\r\nitem1.X-ABLabel:Other\r\nitem2.TEL:2\r\nitem2.X-ABLabel:_$!<Other>!$_\r\n", NULL, NULL },
    { "item1.EMAIL;TYPE=INTERNET:a@x.org\r\nitem1.X-ABLabel:school\r\n", NULL,
      "item1.EMAIL:a@x.org\r\nitem1.X-ABLabel:school\r\n" },
    /* types */
    { "TEL;type=MAIN:1\r\n", "TEL;TYPE=MAIN:1\r\n", "TEL;TYPE=main:1\r\n" },
    { "TEL;type=main-number:1\r\n", "TEL;TYPE=MAIN:1\r\n", "TEL;TYPE=main:1\r\n" },
    { "TEL;type=CELL;type=VOICE;type=pref:1\r\nTEL;type=HOME:2\r\n",
      "TEL;TYPE=CELL,VOICE,PREF:1\r\nTEL;TYPE=HOME:2\r\n", "TEL;TYPE=cell,voice;PREF=1:1\r\nTEL;TYPE=home:2\r\n" },
    { "TEL;TYPE=IPHONE,CELL:1\r\n", "TEL;TYPE=CELL,IPHONE:1\r\n", "TEL;TYPE=cell,IPHONE:1\r\n" },
    { "TITLE;TYPE=pref:Boss\r\n", "TITLE;TYPE=PREF:Boss\r\n", "TITLE;PREF=1:Boss\r\n" },
    /* two numbers in one field */
    { "TEL;TYPE=WORK:0711 111111 (Büro) / 0170 2222222\r\n",
      "item1.TEL;TYPE=WORK:0711 111111\r\nitem1.X-ABLabel:Büro\r\nTEL;TYPE=WORK:0170 2222222\r\n",
      "item1.TEL;TYPE=work:0711 111111\r\nitem1.X-ABLabel:Büro\r\nTEL;TYPE=work:0170 2222222\r\n" },
    { "item1.TEL:0711 111111; mobil 0170 2222222\r\nitem1.X-ABLabel:Laden\r\n",
      "item1.TEL:0711 111111\r\nitem1.X-ABLabel:Laden\r\nitem2.TEL:0170 2222222\r\nitem2.X-ABLabel:Laden\\, mobil\r\n",
      "item1.TEL:0711 111111\r\nitem1.X-ABLabel:Laden\r\nitem2.TEL:0170 2222222\r\nitem2.X-ABLabel:Laden\\, "
      "mobil\r\n" },
    { "TEL;PROP-ID=p1:0711 111111 / 0170 2222222\r\n", NULL, NULL },
    /* addresses */
    { "ADR;TYPE=HOME:;;Weg 1;Ulm;;89073;DE\r\nLABEL;TYPE=HOME:Weg 1\\n89073 Ulm\r\n",
      "item1.ADR;TYPE=HOME:;;Weg 1;Ulm;;89073;DE\r\nitem1.LABEL;TYPE=HOME:Weg 1\\n89073 Ulm\r\n",
      "ADR;TYPE=home;LABEL=\"Weg 1^n89073 Ulm\":;;Weg 1;Ulm;;89073;DE\r\n" },
    { "ADR;TYPE=WORK,dom:;;Weg 1;Ulm;;;\r\nLABEL;TYPE=WORK,dom:Weg 1\r\nADR;TYPE=HOME:;;Tal 2;Ulm;;;\r\n",
      "item1.ADR;TYPE=WORK,dom:;;Weg 1;Ulm;;;\r\nitem1.LABEL;TYPE=WORK,dom:Weg 1\r\nADR;TYPE=HOME:;;Tal 2;Ulm;;;\r\n",
      "ADR;TYPE=work,dom;LABEL=\"Weg 1\":;;Weg 1;Ulm;;;\r\nADR;TYPE=home:;;Tal 2;Ulm;;;\r\n" },
    { "item1.ADR;TYPE=HOME:;;Weg 1,Hof;Ulm;;;\r\nitem1.X-ABADR:de\r\n", NULL,
      "ADR;TYPE=home;CC=DE:;;Weg 1,Hof;Ulm;;;\r\n" },
    /* people */
    { "item1.X-ABRELATEDNAMES;type=pref:Uta\r\nitem1.X-ABLabel:_$!<Spouse>!$_\r\n",
      "item1.X-ABRELATEDNAMES;TYPE=PREF:Uta\r\nitem1.X-ABLabel:_$!<Spouse>!$_\r\n",
      "RELATED;TYPE=spouse;VALUE=text;PREF=1:Uta\r\n" },
    { "item1.X-ABRELATEDNAMES:Jan\r\nitem1.X-ABLabel:_$!<Father>!$_\r\n", NULL,
      "item1.RELATED;TYPE=parent;VALUE=text:Jan\r\nitem1.X-ABLabel:_$!<Father>!$_\r\n" },
    { "item1.X-ABRELATEDNAMES:Jan\r\nitem1.X-ABLabel:Trauzeuge\r\n", NULL,
      "item1.RELATED;VALUE=text:Jan\r\nitem1.X-ABLabel:Trauzeuge\r\n" },
    { "item1.X-ABRELATEDNAMES:Jan\r\nitem1.X-ABLabel:neighbor\r\n", NULL, "RELATED;TYPE=neighbor;VALUE=text:Jan\r\n" },
    { "X-ABRELATEDNAMES:Jan\r\n", NULL, "RELATED;VALUE=text:Jan\r\n" },
    { "RELATED;TYPE=spouse;VALUE=text:Uta\r\n", "item1.X-ABRELATEDNAMES:Uta\r\nitem1.X-ABLabel:_$!<Spouse>!$_\r\n",
      "RELATED;TYPE=spouse;VALUE=text:Uta\r\n" },
    { "RELATED;TYPE=child:urn:uuid:7\r\n", NULL, NULL },
    { "item1.ORG:Werk\r\nitem1.TITLE:Boss\r\nitem1.X-ABLabel:_$!<Other>!$_\r\n", NULL, NULL },
    /* dates */
    { "BDAY:1980-07-04\r\n", NULL, "BDAY:19800704\r\n" },
    { "BDAY;X-APPLE-OMIT-YEAR=1604:1604-07-04\r\n", NULL, "BDAY:--0704\r\n" },
    { "BDAY:--07-04\r\n", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-07-04\r\n", "BDAY:--0704\r\n" },
    { "item1.X-ABDATE;type=pref:2001-09-09\r\nitem1.X-ABLabel:_$!<Anniversary>!$_\r\n",
      "item1.X-ABDATE;TYPE=PREF:2001-09-09\r\nitem1.X-ABLabel:_$!<Anniversary>!$_\r\n",
      "ANNIVERSARY;PREF=1:20010909\r\n" },
    { "ANNIVERSARY:20010909\r\n", "item1.X-ABDATE:2001-09-09\r\nitem1.X-ABLabel:_$!<Anniversary>!$_\r\n",
      "ANNIVERSARY:20010909\r\n" },
    /* kinds, services, RFC 9554 */
    { "X-ADDRESSBOOKSERVER-KIND:group\r\n", NULL, "KIND:group\r\n" },
    { "X-ABShowAs:COMPANY\r\n", NULL, "KIND:org\r\n" },
    { "X-SOCIALPROFILE;TYPE=twitter;X-USER=ann:https://x.org/ann\r\n", NULL,
      "SOCIALPROFILE;SERVICE-TYPE=twitter;USERNAME=ann:https://x.org/ann\r\n" },
    { "GRAMGENDER:feminine\r\nPRONOUNS;TYPE=PREF:she/her\r\nLANGUAGE:de\r\n", NULL,
      "GRAMGENDER:feminine\r\nPRONOUNS;PREF=1:she/her\r\nLANGUAGE:de\r\n" },
    /* a group that is taken is not given again */
    { "item1.TEL:1\r\nitem1.X-OWN:x\r\nEMAIL;TYPE=INTERNET:a@x.org\r\nitem3.URL:u\r\nitem3.X-ABLabel:Laden\r\n",
      "EMAIL;TYPE=INTERNET:a@x.org\r\nitem1.TEL:1\r\nitem2.URL:u\r\nitem2.X-ABLabel:Laden\r\nitem1.X-OWN:x\r\n",
      "EMAIL:a@x.org\r\nitem1.TEL:1\r\nitem2.URL:u\r\nitem2.X-ABLabel:Laden\r\nitem1.X-OWN:x\r\n" },
};

static struct json *read_card(struct arena *a, struct str text)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;

    assert_true(vcard_next(&r, a, &v, &report));
    return vcard_to_card(a, &v, S("U"), &report);
}

static struct str written(struct arena *a, const struct json *card, enum vcard_version version)
{
    auto_buf b = buf_of(1 << 24);

    vcard_write(&b, a, card, version, S(""));
    return str_copy(a, buf_str(&b));
}

/* The lines but FN, N and UID, which the table leaves out. */
static struct str own_lines(struct arena *a, struct str text)
{
    auto_buf   b = buf_of(1 << 20);
    struct str line;

    while (str_next(&text, '\n', &line) && !str_starts(line, S("END:")))
        if (!str_starts(line, S("BEGIN:")) && !str_starts(line, S("VERSION:")) && !str_starts(line, S("UID:")) &&
            !str_starts(line, S("FN:")) && !str_starts(line, S("N:"))) {
            buf_put(&b, line);
            buf_char(&b, '\n');
        }
    return str_copy(a, buf_str(&b));
}

static void a_phone_gets_what_it_knows(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(ways); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct json *card =
            read_card(a, str_fmt(a, "BEGIN:VCARD\r\nVERSION:3.0\r\n" WHO "%sEND:VCARD\r\n", ways[i].lines));
        for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
            const char *want = to == VCARD_3_0 ? ways[i].three : ways[i].four;
            struct str  got = own_lines(a, written(a, card, to));
            if (!str_eq(got, str_of(want ? want : ways[i].lines)))
                fail_msg("%s to %d:\n" STR_FMT, ways[i].lines, (int)to, STR_ARG(got));
        }
    }
}

/* What 4.0 or the app say and 3.0 has other words for: the lines of the card in 3.0, but FN and JSPROP. */
static void three_says_it_in_its_own_way(void **state)
{
    static const struct {
        const char *json, *lines;
    } cases[] = {
        { "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Ida\"},{\"kind\":\"surname\",\"value\":\"Wolf\"},"
          "{\"kind\":\"generation\",\"value\":\"Jr.\"},{\"kind\":\"credential\",\"value\":\"PhD\"}]}",
          "N:Wolf;Ida;;;PhD,Jr." },
        { "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Ida\"},{\"kind\":\"surname\",\"value\":\"Gil\"},"
          "{\"kind\":\"surname2\",\"value\":\"Paz\"}]}",
          "N:Gil,Paz;Ida;;;" },
        { "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"number\",\"value\":\"12\"},{\"kind\":\"name\",\"value\":"
          "\"Oak St\"},{\"kind\":\"floor\",\"value\":\"3\"},{\"kind\":\"locality\",\"value\":\"Reston\"}]}}",
          "ADR:;3;12 Oak St;Reston;;;" },
        { "\"phones\":{\"p1\":{\"number\":\"1\",\"pref\":7},\"p2\":{\"number\":\"2\",\"pref\":3}}",
          "TEL;PREF=7:1\r\nTEL;TYPE=PREF;PREF=3:2" },
        { "\"relatedTo\":{\"Uta\":{\"relation\":{\"friend\":true,\"co-worker\":true}}}",
          "item1.X-ABRELATEDNAMES;TYPE=co-worker:Uta\r\nitem1.X-ABLabel:_$!<Friend>!$_" },
        { "\"name\":{\"full\":\"A\",\"vCardParams\":{\"group\":\"item1\"}},\"phones\":{\"p1\":{\"number\":\"1\","
          "\"label\":\"Boot\"}}",
          "item2.TEL:1\r\nitem2.X-ABLabel:Boot" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        struct json *card;
        struct str   json = str_fmt(a, "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"U\",%s}", cases[i].json);
        assert_int_equal(json_parse(a, json, &card, NULL), RC_OK);
        struct str text = written(a, card, VCARD_3_0), want = str_fmt(a, "\r\n%s\r\n", cases[i].lines);
        if (str_find(text, want, 0) == SIZE_MAX)
            fail_msg("%s:\n" STR_FMT, cases[i].json, STR_ARG(text));
        if (!json_equal(card, read_card(a, text)))
            fail_msg("%s does not come back:\n" STR_FMT, cases[i].json, STR_ARG(text));
    }
}

/* An original of another charset cannot stand as it is in a file of UTF-8: its lines are written anew, the others stay. */
static void what_is_written_is_utf8(void **state)
{
#define HEAD "BEGIN:VCARD\nVERSION:3.0\nUID:U\n"
    static const struct {
        const char *original, *written;
    } cases[] = {
        { HEAD "FN:\xcd\xf5\xd0\xa1\xc3\xf7\nNOTE:\xb5\xe7\xbb\xb0\xba\xc5\xc2\xeb\nX-A;b=1:c\n d\nEND:VCARD\n",
          HEAD "FN:王小明\nN:;;;;\nNOTE:电话号码\nX-A;b=1:c\n d\nEND:VCARD\n" },
        { HEAD "FN;CHARSET=windows-1252:M\xfcller\ntel;type=pref:1\nEND:VCARD\n",
          HEAD "FN:Müller\nN:;;;;\ntel;type=pref:1\nEND:VCARD\n" },
        { HEAD "FN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:=CD=F5\nX-B:\nEND:VCARD\n",
          HEAD "FN:王\nN:;;;;\nX-B:\nEND:VCARD\n" },
        { HEAD "FN;CHARSET=utf8:Müller\nEND:VCARD\n", HEAD "FN;CHARSET=utf8:Müller\nEND:VCARD\n" },
        { HEAD "FN;CHARSET=latin1:Miller\nEND:VCARD\n", HEAD "FN;CHARSET=latin1:Miller\nEND:VCARD\n" },
        { HEAD "TEL:0711 111111 / 0170 2222222\nEND:VCARD\n", HEAD "TEL:0711 111111 / 0170 2222222\nEND:VCARD\n" },
        { HEAD "FN:A\nX-OWN:M\xfcller\nEND:VCARD\n", HEAD "FN:A\nX-OWN:Müller\nEND:VCARD\n" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        auto_buf   b = buf_of(1 << 16);
        struct str original = str_of(cases[i].original);
        vcard_write(&b, a, read_card(a, original), VCARD_3_0, original);
        if (!str_eq(buf_str(&b), str_of(cases[i].written)))
            fail_msg("%zu:\n" STR_FMT, i, STR_ARG(buf_str(&b)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_utf8),
        cmocka_unit_test(a_phone_gets_what_it_knows),
        cmocka_unit_test(three_says_it_in_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
