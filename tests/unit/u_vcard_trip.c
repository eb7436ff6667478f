/* Card -> vCard -> card: how a phone gets it back, and what any card keeps on its way. */
#include "vcard_ways.h"

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
    { "TEL;X-Other:1\r\n", "item1.TEL:1\r\nitem1.X-ABLabel:Other\r\n", "item1.TEL:1\r\nitem1.X-ABLabel:Other\r\n" },
    /* types */
    { "TEL;type=MAIN:1\r\n", "TEL;TYPE=MAIN:1\r\n", "TEL;TYPE=main:1\r\n" },
    { "TEL;type=main-number:1\r\n", "TEL;TYPE=MAIN:1\r\n", "TEL;TYPE=main:1\r\n" },
    { "TEL;type=CELL;type=VOICE;type=pref:1\r\nTEL;type=HOME:2\r\n",
      "TEL;TYPE=CELL,VOICE,PREF:1\r\nTEL;TYPE=HOME:2\r\n", "TEL;TYPE=cell,voice;PREF=1:1\r\nTEL;TYPE=home:2\r\n" },
    { "TEL;TYPE=IPHONE,CELL:1\r\n", "TEL;TYPE=CELL,IPHONE:1\r\n", "TEL;TYPE=cell,IPHONE:1\r\n" },
    { "TITLE;TYPE=pref:Boss\r\n", "TITLE;TYPE=PREF:Boss\r\n", "TITLE;PREF=1:Boss\r\n" },
    { "TEL;VALUE=uri:tel:+49-170-1\r\n", "TEL:+49-170-1\r\n", "TEL:+49-170-1\r\n" },
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
    { "a.TITLE:Boss\r\na.ORG:Werk\r\nb.ORG:Chor\r\nb.ROLE:Alt\r\n",
      "item1.ORG:Werk\r\nitem2.ORG:Chor\r\nitem1.TITLE:Boss\r\nitem2.ROLE:Alt\r\n",
      "item1.ORG:Werk\r\nitem2.ORG:Chor\r\nitem1.TITLE:Boss\r\nitem2.ROLE:Alt\r\n" },
    { "a.ORG:Werk\r\nb.ORG:Chor\r\na.TITLE:Boss\r\na.X-OWN:1\r\n", NULL, NULL },
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

/* ---- property by property: what a program reads that passes over JSPROP lines, as phones do ---- */

/* three, four: what 3.0 and 4.0 have no property for; NULL: it comes back as it was.  docs/formats.md shows it. */
static const struct {
    const char *property, *json, *three, *four;
} rows[] = {
    { "name",
      "\"name\":{\"components\":[{\"kind\":\"title\",\"value\":\"Dr.\"},{\"kind\":\"given\",\"value\":\"Ida\"},"
      "{\"kind\":\"given2\",\"value\":\"M.\"},{\"kind\":\"surname\",\"value\":\"Wolf\"},"
      "{\"kind\":\"credential\",\"value\":\"PhD\"}],\"full\":\"Dr. Ida M. Wolf, PhD\"}",
      NULL, NULL },
    { "second surname",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Eva\"},{\"kind\":\"surname\",\"value\":\"Gil\"},"
      "{\"kind\":\"surname2\",\"value\":\"Paz\"}]}",
      "it comes back as one more surname", NULL },
    { "generation",
      "\"name\":{\"components\":[{\"kind\":\"surname\",\"value\":\"Wolf\"},{\"kind\":\"generation\",\"value\":\"Jr.\"}]"
      "}",
      "it comes back as a credential", NULL },
    { "order of the parts of a name",
      "\"name\":{\"isOrdered\":true,\"defaultSeparator\":\" "
      "\",\"components\":[{\"kind\":\"surname\",\"value\":\"Kiss\"},{\"kind\":\"given\",\"value\":\"Pál\"}]}",
      NULL, NULL },
    { "phonetic names",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"花子\",\"phonetic\":\"はなこ\"},{\"kind\":\"surname\","
      "\"value\":\"山田\",\"phonetic\":\"やまだ\"}],"
      "\"phoneticScript\":\"Hira\"}",
      NULL, NULL },
    { "system of phonetic names",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"小明\",\"phonetic\":\"xiǎo "
      "míng\"}],\"phoneticSystem\":\"piny\"}",
      "all but the letters", "all but the letters" },
    { "sorted as",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Jan\"},{\"kind\":\"surname\",\"value\":\"van "
      "Eyck\"}],\"sortAs\":{\"surname\":\"Eyck\"}}",
      NULL, NULL },
    { "nicknames",
      "\"nicknames\":{\"k1\":{\"name\":\"Idi, "
      "die\",\"contexts\":{\"work\":true}},\"k2\":{\"name\":\"Wolfi\",\"pref\":1}}",
      NULL, NULL },
    { "organisations",
      "\"organizations\":{\"o1\":{\"name\":\"Werk; "
      "AG\",\"units\":[{\"name\":\"IT\"},{\"name\":\"Netz\"}],\"contexts\":{\"work\":true}},\"o2\":{\"name\":\"Chor\","
      "\"sortAs\":\"chor\"}}",
      NULL, NULL },
    { "unit without an organisation", "\"organizations\":{\"o1\":{\"units\":[{\"name\":\"IT\"}]}}", NULL, NULL },
    { "units sorted as",
      "\"organizations\":{\"o1\":{\"name\":\"Werk\",\"units\":[{\"name\":\"IT\",\"sortAs\":\"it\"}]}}", "the order",
      "the order" },
    { "titles and roles",
      "\"titles\":{\"t1\":{\"name\":\"Chefin\"},\"t2\":{\"kind\":\"role\",\"name\":\"Kassiererin\"}}", NULL, NULL },
    { "organisation of a title, of several",
      "\"organizations\":{\"o1\":{\"name\":\"Werk\"},\"o2\":{\"name\":\"Chor\"}},\"titles\":{\"t1\":{\"name\":"
      "\"Chefin\",\"organizationId\":\"o1\"},"
      "\"t2\":{\"kind\":\"role\",\"name\":\"Alt\",\"organizationId\":\"o2\"},\"t3\":{\"name\":\"Gast\"}}",
      NULL, NULL },
    { "organisation of a title, the only one",
      "\"organizations\":{\"o1\":{\"name\":\"Werk\"}},\"titles\":{\"t1\":{\"name\":\"Chefin\",\"organizationId\":"
      "\"o1\"}}",
      "the link", "the link" },
    { "e-mail addresses",
      "\"emails\":{\"e1\":{\"address\":\"a@x.org\",\"contexts\":{\"work\":true},\"pref\":1},\"e2\":{\"address\":\"b@x."
      "org\",\"label\":\"Laden\"},"
      "\"e3\":{\"address\":\"c@x.org\",\"contexts\":{\"private\":true},\"label\":\"School\"}}",
      NULL, NULL },
    { "preferences",
      "\"emails\":{\"e1\":{\"address\":\"a@x.org\",\"pref\":7},\"e2\":{\"address\":\"b@x.org\",\"pref\":100}}", NULL,
      NULL },
    { "phone numbers",
      "\"phones\":{\"p1\":{\"number\":\"+49 30 "
      "1\",\"features\":{\"mobile\":true,\"voice\":true,\"text\":true},\"pref\":1},\"p2\":{\"number\":\"2\","
      "\"features\":{\"fax\":true},\"contexts\":{\"work\":true,\"private\":true}},\"p3\":{\"number\":\"+49 301 "
      "x2\",\"features\":{\"pager\":true,"
      "\"video\":true,\"textphone\":true,\"main-number\":true},\"label\":\"Boot\"}}",
      NULL, NULL },
    { "numbers as links", "\"phones\":{\"p1\":{\"number\":\"tel:+49301;ext=2\"}}", "they come back as numbers", NULL },
    { "two numbers in one", "\"phones\":{\"p1\":{\"number\":\"0711 111111 / 0170 2222222\"}}", NULL, NULL },
    { "addresses",
      "\"addresses\":{\"a1\":{\"contexts\":{\"private\":true,\"billing\":true,\"delivery\":true},\"pref\":1,\"label\":"
      "\"Haus\",\"components\":["
      "{\"kind\":\"postOfficeBox\",\"value\":\"P "
      "1\"},{\"kind\":\"apartment\",\"value\":\"3b\"},{\"kind\":\"name\",\"value\":\"Weg 1, Hof\"},"
      "{\"kind\":\"locality\",\"value\":\"Bonn\"},{\"kind\":\"region\",\"value\":\"NRW\"},{\"kind\":\"postcode\","
      "\"value\":\"53111\"},"
      "{\"kind\":\"country\",\"value\":\"DE\"}]}}",
      NULL, NULL },
    { "formatted addresses, places, time zones, country codes",
      "\"addresses\":{\"a1\":{\"full\":\"Weg 1\\n53111 "
      "Bonn\",\"countryCode\":\"DE\",\"coordinates\":\"geo:50.7,7.1\",\"timeZone\":\"Europe/Berlin\"},"
      "\"a2\":{\"full\":\"Tal \\\"2\\\"^; x\",\"contexts\":{\"work\":true}}}",
      NULL, NULL },
    { "parts of streets",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"room\",\"value\":\"3\"},{\"kind\":\"floor\",\"value\":\"1\"},"
      "{\"kind\":\"number\",\"value\":\"54\"},"
      "{\"kind\":\"name\",\"value\":\"Oak "
      "St\"},{\"kind\":\"building\",\"value\":\"B\"},{\"kind\":\"block\",\"value\":\"4\"},{\"kind\":\"direction\","
      "\"value\":\"N\"},"
      "{\"kind\":\"subdistrict\",\"value\":\"s\"},{\"kind\":\"district\",\"value\":\"d\"},{\"kind\":\"landmark\","
      "\"value\":\"l\"},{\"kind\":\"locality\",\"value\":\"R\"}],"
      "\"isOrdered\":true}}",
      "they come back as a street and a flat", NULL },
    { "online services",
      "\"onlineServices\":{\"s1\":{\"service\":\"Mastodon\",\"user\":\"@ida\",\"uri\":\"https://x.org/"
      "@ida\",\"contexts\":{\"private\":true}},"
      "\"s2\":{\"uri\":\"xmpp:a@b\",\"vCardName\":\"impp\",\"service\":\"Jabber\",\"pref\":1},\"s3\":{\"service\":"
      "\"Skype\",\"user\":\"ida\",\"vCardName\":\"x-skype\"},"
      "\"s4\":{\"service\":\"Chess\",\"user\":\"ida\",\"label\":\"Club\"}}",
      NULL, NULL },
    { "links",
      "\"links\":{\"l1\":{\"uri\":\"https://x.org/"
      "a;b,c\",\"contexts\":{\"work\":true},\"label\":\"HomePage\"},\"l2\":{\"kind\":\"contact\",\"uri\":\"mailto:a@x."
      "org\",\"mediaType\":\"text/html\",\"pref\":2}}",
      NULL, NULL },
    { "pictures, logos, sounds",
      "\"media\":{\"m1\":{\"kind\":\"photo\",\"uri\":\"data:image/jpeg;base64,/9j/"
      "\"},\"m2\":{\"kind\":\"logo\",\"uri\":\"https://x.org/l\",\"mediaType\":\"image/png\",\"pref\":1},"
      "\"m3\":{\"kind\":\"sound\",\"uri\":\"data:audio/"
      "ogg;base64,T2dn\",\"label\":\"Ruf\"},\"m4\":{\"kind\":\"photo\",\"uri\":\"data:image/"
      "svg+xml;base64,PHN2Zy8+\"}}",
      NULL, NULL },
    { "keys",
      "\"cryptoKeys\":{\"c1\":{\"uri\":\"data:application/pgp-keys;base64,mQ==\"},\"c2\":{\"uri\":\"https://x.org/"
      "k\",\"mediaType\":\"application/pgp-keys\",\"pref\":1}}",
      NULL, NULL },
    { "calendars, free and busy times, scheduling",
      "\"calendars\":{\"u1\":{\"kind\":\"calendar\",\"uri\":\"https://x.org/"
      "c\",\"pref\":1},\"u2\":{\"kind\":\"freeBusy\",\"uri\":\"https://x.org/f\",\"mediaType\":\"text/calendar\"}},"
      "\"schedulingAddresses\":{\"h1\":{\"uri\":\"mailto:a@x.org\",\"contexts\":{\"work\":true},\"pref\":3}}",
      NULL, NULL },
    { "directories",
      "\"directories\":{\"d1\":{\"kind\":\"entry\",\"uri\":\"https://x.org/"
      "e\"},\"d2\":{\"kind\":\"directory\",\"uri\":\"ldap://x.org/o\",\"listAs\":2,\"label\":\"Amt\"}}",
      NULL, NULL },
    { "birthdays and other dates",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":7,\"day\":14},\"place\":{"
      "\"full\":\"Rom, IT\"}},"
      "\"y2\":{\"kind\":\"wedding\",\"date\":{\"month\":6,\"day\":5}},\"y3\":{\"kind\":\"death\",\"date\":{\"year\":"
      "2050},\"place\":{\"coordinates\":\"geo:1,2\"}},"
      "\"y4\":{\"kind\":\"other\",\"label\":\"Einzug\",\"date\":{\"year\":2001,\"month\":2}}}",
      NULL, NULL },
    { "moments",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"Timestamp\",\"utc\":\"1985-04-12T10:20:"
      "30Z\"}}}",
      NULL, NULL },
    { "other calendars",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":5740,\"month\":3,\"day\":2,\"calendarScale\":"
      "\"hebrew\"}}}",
      NULL, NULL },
    { "labels of weddings",
      "\"anniversaries\":{\"y1\":{\"kind\":\"wedding\",\"label\":\"Standesamt\",\"date\":{\"year\":2001,\"month\":2,"
      "\"day\":3}}}",
      NULL, NULL },
    { "keywords", "\"keywords\":{\"Friends\":true,\"a, b;c\":true}", NULL, NULL },
    { "notes",
      "\"notes\":{\"n1\":{\"note\":\"one\\nline; \\\\ , "
      "\\\"x\\\"\",\"created\":\"2020-01-02T03:04:05Z\",\"author\":{\"name\":\"Uwe: "
      "\\\"U\\\"\",\"uri\":\"mailto:u@x.org\"}},\"n2\":{\"note\":\"two\"}}",
      NULL, NULL },
    { "hobbies, interests, expertise",
      "\"personalInfo\":{\"i1\":{\"kind\":\"hobby\",\"value\":\"Chor, "
      "Alt\",\"level\":\"high\",\"listAs\":1},\"i2\":{\"kind\":\"interest\",\"value\":\"x\",\"label\":\"y\"},"
      "\"i3\":{\"kind\":\"expertise\",\"value\":\"C\",\"level\":\"medium\"}}",
      NULL, NULL },
    { "languages",
      "\"language\":\"de-AT\",\"preferredLanguages\":{\"g1\":{\"language\":\"de\",\"pref\":1,\"contexts\":{\"work\":"
      "true}},\"g2\":{\"language\":\"fr\"}}",
      NULL, NULL },
    { "how to speak of somebody",
      "\"speakToAs\":{\"grammaticalGender\":\"feminine\",\"pronouns\":{\"k1\":{\"pronouns\":\"she/"
      "her\",\"pref\":1},\"k2\":{\"pronouns\":\"they/them\",\"contexts\":{\"work\":true}}}}",
      NULL, NULL },
    { "related people",
      "\"relatedTo\":{\"Uwe, "
      "Wolf\":{\"relation\":{\"spouse\":true}},\"Jan\":{\"relation\":{\"parent\":true},\"label\":\"Father\"},\"Eva\":{"
      "\"relation\":{\"kin\":true}},"
      "\"Pia\":{\"relation\":{\"friend\":true,\"neighbor\":true}},\"Bo\":{\"relation\":{},\"label\":\"Trauzeuge\"},"
      "\"urn:uuid:7\":{\"relation\":{\"child\":true}}}",
      NULL, NULL },
    { "groups and their members", "\"kind\":\"group\",\"members\":{\"urn:uuid:1\":true,\"mailto:a@x.org\":true}", NULL,
      NULL },
    { "companies", "\"kind\":\"org\",\"organizations\":{\"o1\":{\"name\":\"Werk\"}}", NULL, NULL },
    { "times and maker of the card",
      "\"created\":\"2019-01-02T03:04:05Z\",\"updated\":\"2020-01-02T03:04:05.5Z\",\"prodId\":\"-//x//y; z\"", NULL,
      NULL },
    { "ids of entries", "\"emails\":{\"abc\":{\"address\":\"a@x.org\"}},\"phones\":{\"X-1_2\":{\"number\":\"1\"}}",
      NULL, NULL },
    { "unknown properties and parameters",
      "\"vCardProps\":[[\"x-y\",{\"group\":\"g7\",\"type\":[\"a\",\"b\"]},\"unknown\",\"z;\\\\n\"]],\"emails\":{\"e1\":"
      "{\"address\":\"a@x.org\",\"vCardParams\":{\"x-p\":[\"1\",\"2 3\"],\"group\":\"item4\"}}}",
      NULL, NULL },
    { "texts in other languages", "\"localizations\":{\"de\":{\"name/full\":\"Anna\"}}", "all of it", "all of it" },
    { "members of other programs", "\"x.org:shoe\":{\"size\":[39,null]}", "all of it", "all of it" },
    { "contexts and features of other programs",
      "\"phones\":{\"p1\":{\"number\":\"1\",\"contexts\":{\"x.org:c\":true},\"features\":{\"x.org:f\":true}}}", "those",
      "those" },
};

static bool comes_back(struct arena *a, const char *members, enum vcard_version version)
{
    struct json *card = card_of(a, str_of(members));
    struct str   text = written(a, card, version);

    if (!json_equal(card, read_card(a, text)))
        fail_msg("%s\n" STR_FMT, members, STR_ARG(text));
    return json_equal(card, read_card(a, without_jsprop(a, text)));
}

static void only_what_the_table_names_needs_jsprop(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        auto_free(arena) a = arena_new(1 << 16);
        const char *three = rows[i].three ? rows[i].three : "nothing", *four = rows[i].four ? rows[i].four : "nothing";
        print_message("| %s | %s | %s |\n", rows[i].property, three, four);
        for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
            bool lost = to == VCARD_3_0 ? rows[i].three : rows[i].four;
            if (comes_back(a, rows[i].json, to) == lost) {
                struct str text = written(a, card_of(a, str_of(rows[i].json)), to);
                fail_msg("%s: %s\n" STR_FMT "%s\n", rows[i].property, rows[i].json, STR_ARG(text),
                         show(a, read_card(a, without_jsprop(a, text))));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_utf8),
        cmocka_unit_test(only_what_the_table_names_needs_jsprop),
        cmocka_unit_test(a_phone_gets_what_it_knows),
        cmocka_unit_test(three_says_it_in_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
