#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "contact/vcard/vcard_card.h"

static struct json *read_card(struct arena *a, struct str text, enum vcard_version *ret_version)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;

    assert_true(vcard_next(&r, a, &v, &report));
    *ret_version = v.version;
    return vcard_to_card(a, &v, S("U"), &report);
}

static struct str wrapped(struct arena *a, const char *version, const char *lines)
{
    return str_fmt(a, "BEGIN:VCARD\r\nVERSION:%s\r\n%s\r\nEND:VCARD\r\n", version, lines);
}

/* Everything but "@type", "version" and "uid", as JSON text without its braces. */
static struct str members(struct arena *a, struct json *card)
{
    auto_buf b = buf_of(1 << 20);
    json_remove(card, S("@type"));
    json_remove(card, S("version"));
    if (str_is(card_uid(card), "U"))
        json_remove(card, S("uid"));
    json_write(&b, card);
    return str_copy(a, (struct str){ b.p + 1, b.n - 2 });
}

static const struct {
    const char *version, *lines, *json;
} properties[] = {
    { "3.0", "N:Vogt;Ann;B,C;Dr.;PhD\r\nFN:Dr. Ann",
      "\"name\":{\"components\":[{\"kind\":\"title\",\"value\":\"Dr.\"},{\"kind\":\"given\",\"value\":\"Ann\"},{"
      "\"kind\":\"given2\","
      "\"value\":\"B\"},{\"kind\":\"given2\",\"value\":\"C\"},{\"kind\":\"surname\",\"value\":\"Vogt\"},{\"kind\":"
      "\"credential\","
      "\"value\":\"PhD\"}],\"full\":\"Dr. Ann\"}" },
    { "4.0", "FN;DERIVED=TRUE:x\r\nN:G,D;A;;;Jr.;D;Jr.",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"A\"},{\"kind\":\"surname\",\"value\":\"G\"},{\"kind\":"
      "\"surname2\","
      "\"value\":\"D\"},{\"kind\":\"generation\",\"value\":\"Jr.\"}]}" },
    { "4.0", "N;JSCOMPS=\";1;2;2,1;0;6;4,1\":Stevenson;John;Philip,Paul;;Jr.,M.D.;;Jr.",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"John\"},{\"kind\":\"given2\",\"value\":\"Philip\"},"
      "{\"kind\":\"given2\",\"value\":\"Paul\"},{\"kind\":\"surname\",\"value\":\"Stevenson\"},{\"kind\":"
      "\"generation\","
      "\"value\":\"Jr.\"},{\"kind\":\"credential\",\"value\":\"M.D.\"}],\"isOrdered\":true}" },
    { "4.0", "ADR;JSCOMPS=\"s,\\, ;10;s, ;11;3\":;;54321 Oak St;Reston;;;;;;;54321;Oak St;;;;;;",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"number\",\"value\":\"54321\"},{\"kind\":\"separator\","
      "\"value\":\" \"},"
      "{\"kind\":\"name\",\"value\":\"Oak St\"},{\"kind\":\"locality\",\"value\":\"Reston\"}],\"isOrdered\":true,"
      "\"defaultSeparator\":\", \"}}" },
    { "4.0", "N;JSCOMPS=\";1\":A;B",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"B\"},{\"kind\":\"surname\",\"value\":\"A\"}],"
      "\"vCardParams\":{\"jscomps\":\";1\"}}" },
    { "4.0", "N;SORT-AS=\"Harten,Rene\":van der Harten;Rene",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Rene\"},{\"kind\":\"surname\",\"value\":\"van der "
      "Harten\"}],"
      "\"sortAs\":{\"surname\":\"Harten\",\"given\":\"Rene\"}}" },
    { "3.0", "X-PHONETIC-FIRST-NAME:\xe3\x83\xa6\r\nN:A;B",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"B\",\"phonetic\":\"\xe3\x83\xa6\"},{\"kind\":"
      "\"surname\",\"value\":\"A\"}],"
      "\"phoneticScript\":\"Kana\"}" },
    { "3.0", "NICKNAME:Bob,Bobby", "\"nicknames\":{\"k1\":{\"name\":\"Bob\"},\"k2\":{\"name\":\"Bobby\"}}" },
    { "2.1", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Bob;1;;;",
      "\"nicknames\":{\"k1\":{\"name\":\"Bob\"}}" },
    { "3.0", "EMAIL;TYPE=INTERNET,HOME,PREF:a@b.c",
      "\"emails\":{\"e1\":{\"address\":\"a@b.c\",\"contexts\":{\"private\":true},\"pref\":1}}" },
    { "4.0", "EMAIL;PREF=3;X-FOO=a;X-FOO=b;PROP-ID=xy:a@b.c",
      "\"emails\":{\"xy\":{\"address\":\"a@b.c\",\"pref\":3,\"vCardParams\":{\"x-foo\":[\"a\",\"b\"]}}}" },
    { "2.1", "TEL;CELL;WORK;VOICE:1",
      "\"phones\":{\"p1\":{\"number\":\"1\",\"features\":{\"mobile\":true,\"voice\":true},\"contexts\":{\"work\":true}}"
      "}" },
    { "3.0", "item1.TEL:1\r\nitem1.X-ABLabel:_$!<Mobile>!$_",
      "\"phones\":{\"p1\":{\"number\":\"1\",\"label\":\"Mobile\"}}" },
    { "3.0", "item1.X-ABLabel:Boat\r\nitem1.TEL:1", "\"phones\":{\"p1\":{\"number\":\"1\",\"label\":\"Boat\"}}" },
    { "3.0", "g.TEL:1\r\ng.X-FOO:2",
      "\"phones\":{\"p1\":{\"number\":\"1\",\"vCardParams\":{\"group\":\"g\"}}},\"vCardProps\":[[\"x-foo\",{\"group\":"
      "\"g\"},"
      "\"unknown\",\"2\"]]" },
    { "3.0", "item1.ADR;TYPE=home:;;Street 1;Town;;123;Land\r\nitem1.X-ABADR:de",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"name\",\"value\":\"Street "
      "1\"},{\"kind\":\"locality\",\"value\":\"Town\"},"
      "{\"kind\":\"postcode\",\"value\":\"123\"},{\"kind\":\"country\",\"value\":\"Land\"}],\"contexts\":{\"private\":"
      "true},"
      "\"countryCode\":\"DE\"}}" },
    { "3.0", "GEO:37.38;-122.08\r\nTZ:-05:00\r\nADR:;;X;;;;",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"name\",\"value\":\"X\"}],\"coordinates\":\"geo:37.38,-122."
      "08\","
      "\"timeZone\":\"Etc/GMT+5\"}}" },
    { "4.0", "ADR;LABEL=\"A^nB\";GEO=\"geo:1,2\";CC=DE:;;Oak 5;Town;;;;;;;5;Oak;;;;;;",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"locality\",\"value\":\"Town\"},{\"kind\":\"number\","
      "\"value\":\"5\"},"
      "{\"kind\":\"name\",\"value\":\"Oak\"}],\"full\":\"A\\nB\",\"coordinates\":\"geo:1,2\",\"countryCode\":\"DE\"}"
      "}" },
    { "2.1", "ADR;WORK:;;X\r\nADR;HOME:;;Y\r\nLABEL;HOME:y",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"name\",\"value\":\"X\"}],\"contexts\":{\"work\":true}},"
      "\"a2\":{\"components\":"
      "[{\"kind\":\"name\",\"value\":\"Y\"}],\"contexts\":{\"private\":true},\"full\":\"y\"}}" },
    { "3.0", "ORG:Big\\; Co;Unit;Sub",
      "\"organizations\":{\"o1\":{\"name\":\"Big; Co\",\"units\":[{\"name\":\"Unit\"},{\"name\":\"Sub\"}]}}" },
    { "3.0", "TITLE:Boss\r\nROLE:Bossing",
      "\"titles\":{\"t1\":{\"name\":\"Boss\"},\"t2\":{\"kind\":\"role\",\"name\":\"Bossing\"}}" },
    { "3.0", "BDAY:1985-04-12",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":1985,\"month\":4,\"day\":12}}}" },
    { "4.0", "BDAY:--0412", "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"month\":4,\"day\":12}}}" },
    { "3.0", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"month\":4,\"day\":12}}}" },
    { "4.0", "BDAY:1985-04-12T10:20:30Z\r\nBIRTHPLACE:Rome",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"Timestamp\",\"utc\":\"1985-04-12T10:20:"
      "30Z\"},\"place\":"
      "{\"full\":\"Rome\"}}}" },
    { "4.0", "BDAY;VALUE=text:circa 1800",
      "\"vCardProps\":[[\"bday\",{\"value\":\"text\"},\"unknown\",\"circa 1800\"]]" },
    { "3.0", "item1.X-ABDATE:2001-02-03\r\nitem1.X-ABLabel:_$!<Anniversary>!$_",
      "\"anniversaries\":{\"y1\":{\"kind\":\"wedding\",\"date\":{\"year\":2001,\"month\":2,\"day\":3}}}" },
    { "3.0", "item1.X-ABDATE:2001-02-03\r\nitem1.X-ABLabel:Divorce",
      "\"anniversaries\":{\"y1\":{\"kind\":\"other\",\"date\":{\"year\":2001,\"month\":2,\"day\":3},\"label\":"
      "\"Divorce\"}}" },
    { "3.0", "URL;TYPE=WORK:https://x.org/a,b",
      "\"links\":{\"l1\":{\"uri\":\"https://x.org/a,b\",\"contexts\":{\"work\":true}}}" },
    { "3.0", "IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b",
      "\"onlineServices\":{\"s1\":{\"uri\":\"xmpp:a@b\",\"vCardName\":\"impp\",\"service\":\"Jabber\"}}" },
    { "3.0", "X-SOCIALPROFILE;type=twitter;x-user=ann:https://twitter.com/ann",
      "\"onlineServices\":{\"s1\":{\"uri\":\"https://twitter.com/ann\",\"service\":\"twitter\",\"user\":\"ann\"}}" },
    { "4.0", "SOCIALPROFILE;SERVICE-TYPE=Mastodon;VALUE=text:@ann",
      "\"onlineServices\":{\"s1\":{\"user\":\"@ann\",\"service\":\"Mastodon\"}}" },
    { "3.0", "X-AIM;TYPE=home:ann",
      "\"onlineServices\":{\"s1\":{\"service\":\"AIM\",\"user\":\"ann\",\"vCardName\":\"x-aim\",\"contexts\":{"
      "\"private\":true}}}" },
    { "4.0", "RELATED;TYPE=friend,met:urn:uuid:1",
      "\"relatedTo\":{\"urn:uuid:1\":{\"relation\":{\"friend\":true,\"met\":true}}}" },
    { "3.0", "item1.X-ABRELATEDNAMES:Eva\r\nitem1.X-ABLabel:_$!<Mother>!$_",
      "\"relatedTo\":{\"Eva\":{\"relation\":{\"parent\":true},\"label\":\"Mother\"}}" },
    { "3.0", "CATEGORIES:a,b c\\,d", "\"keywords\":{\"a\":true,\"b c,d\":true}" },
    { "4.0", "NOTE;CREATED=20200102T030405Z;AUTHOR-NAME=Ann:a\\nb",
      "\"notes\":{\"n1\":{\"note\":\"a\\nb\",\"created\":\"2020-01-02T03:04:05Z\",\"author\":{\"name\":\"Ann\"}}}" },
    { "3.0", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
      "\"media\":{\"m1\":{\"kind\":\"photo\",\"uri\":\"data:image/jpeg;base64,/9j/\"}}" },
    { "4.0", "LOGO;MEDIATYPE=image/png:https://x.org/l",
      "\"media\":{\"m1\":{\"kind\":\"logo\",\"uri\":\"https://x.org/l\",\"mediaType\":\"image/png\"}}" },
    { "4.0", "GRAMGENDER:Feminine\r\nPRONOUNS;PREF=1:she/her",
      "\"speakToAs\":{\"grammaticalGender\":\"feminine\",\"pronouns\":{\"k1\":{\"pronouns\":\"she/"
      "her\",\"pref\":1}}}" },
    { "4.0", "GENDER:F;x", "\"vCardProps\":[[\"gender\",{},\"unknown\",\"F;x\"]]" },
    { "4.0", "LANG;PREF=1;TYPE=work:de",
      "\"preferredLanguages\":{\"g1\":{\"language\":\"de\",\"pref\":1,\"contexts\":{\"work\":true}}}" },
    { "4.0", "HOBBY;LEVEL=high;INDEX=1:chess",
      "\"personalInfo\":{\"i1\":{\"kind\":\"hobby\",\"value\":\"chess\",\"level\":\"high\",\"listAs\":1}}" },
    { "4.0", "EXPERTISE;LEVEL=expert:C",
      "\"personalInfo\":{\"i1\":{\"kind\":\"expertise\",\"value\":\"C\",\"level\":\"high\"}}" },
    { "4.0", "KIND:group\r\nMEMBER:urn:uuid:1", "\"kind\":\"group\",\"members\":{\"urn:uuid:1\":true}" },
    { "3.0", "X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",
      "\"kind\":\"group\",\"members\":{\"urn:uuid:1\":true}" },
    { "3.0", "X-ABShowAs:COMPANY", "\"kind\":\"org\"" },
    { "4.0", "UID:x1\r\nREV:20200102T030405Z\r\nCREATED:20190102T030405Z\r\nPRODID:p\r\nLANGUAGE:de",
      "\"uid\":\"x1\",\"updated\":\"2020-01-02T03:04:05Z\",\"created\":\"2019-01-02T03:04:05Z\",\"prodId\":\"p\","
      "\"language\":\"de\"" },
    { "4.0", "CALURI:https://c\r\nFBURL:https://f\r\nCALADRURI:mailto:a@b.c",
      "\"calendars\":{\"u1\":{\"kind\":\"calendar\",\"uri\":\"https://"
      "c\"},\"u2\":{\"kind\":\"freeBusy\",\"uri\":\"https://f\"}},"
      "\"schedulingAddresses\":{\"h1\":{\"uri\":\"mailto:a@b.c\"}}" },
    { "4.0", "JSPROP;JSPTR=\"x.org:a\":{\"b\":[1\\,2]}", "\"x.org:a\":{\"b\":[1,2]}" },
    { "3.0", "TEL:\r\nADR;TYPE=HOME:;;;;;;\r\nN:;;;;", "" },
};

static void properties_become_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(properties); i++) {
        auto_free(arena) a = arena_new(4096);
        enum vcard_version version;
        struct json       *card = read_card(a, wrapped(a, properties[i].version, properties[i].lines), &version);
        struct err         e = { 0 };
        if (card_check(card, &e) != RC_OK)
            fail_msg("%s: %s", properties[i].lines, e.text);
        struct str json = members(a, card);
        if (!str_is(json, properties[i].json))
            fail_msg("%s\n%.*s\n%s", properties[i].lines, STR_ARG(json), properties[i].json);
    }
}

static const char *show(struct arena *a, const struct json *v)
{
    auto_buf b = buf_of(8 << 20);
    json_write(&b, v);
    return str_copy(a, buf_str(&b)).p;
}

/* vCard -> card -> vCard 3.0 and 4.0 -> card: equal; and with its original it is the original. */
static void check_round_trip(const char *what, struct str text)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    auto_free(arena) a = arena_new(1 << 16);
    struct vcard        v;
    struct vcard_report report;

    for (; vcard_next(&r, a, &v, &report); arena_reset(a)) {
        struct json *card = vcard_to_card(a, &v, S("U"), &report);
        for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
            auto_buf           b = buf_of(32 << 20);
            enum vcard_version version;
            vcard_write(&b, a, card, to, S(""));
            struct json *again = read_card(a, buf_str(&b), &version);
            if (version != to || !json_equal(card, again))
                fail_msg("%s line %u to version %d:\n%s\n%s", what, v.first_line, (int)to, show(a, card),
                         show(a, again));
        }
        auto_buf same = buf_of(32 << 20);
        if (v.version == VCARD_2_1)
            continue;
        vcard_write(&same, a, card, v.version, v.text);
        if (!str_eq(buf_str(&same), v.text))
            fail_msg("%s line %u: not the original:\n%.*s", what, v.first_line, STR_ARG(buf_str(&same)));
    }
}

static void tables_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(properties); i++) {
        auto_free(arena) a = arena_new(4096);
        check_round_trip(properties[i].lines, wrapped(a, properties[i].version, properties[i].lines));
    }
}

static int check_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    int  files = 0;

    for (struct dirent *d; dir && (d = readdir(dir));) {
        auto_free(arena) a = arena_new(1 << 20);
        const char *path = str_fmt(a, "%s/%s", folder, d->d_name).p;
        FILE       *f = str_ends(str_of(d->d_name), S(".vcf")) ? fopen(path, "rb") : NULL;
        if (!f)
            continue;
        char  *bytes = arena_get(a, 1 << 20);
        size_t n = fread(bytes, 1, 1 << 20, f);
        fclose(f);
        check_round_trip(path, (struct str){ bytes, n });
        files++;
    }
    if (dir)
        closedir(dir);
    return files;
}

static void exports_of_programs_come_back(void **state)
{
    auto_free(arena) a = arena_new(1024);
    const char *root = getenv("KITH_SOURCE"), *shared = getenv("KITH_SHARED");
    (void)state;
    struct str source = root ? str_of(root) : S(".");
    if (check_folder(str_fmt(a, STR_FMT "/tests/data/vcards", STR_ARG(source)).p) < 4)
        fail_msg("the exports in tests/data/vcards are missing");
    check_folder(shared ? str_fmt(a, "%s/data/vcards", shared).p
                        : str_fmt(a, STR_FMT "/../shared/data/vcards", STR_ARG(source)).p);
}

static const char original[] =
    "BEGIN:VCARD\nVERSION:3.0\nitem1.TEL;type=pref:1\nitem1.X-ABLabel:Boat\nN:Vogt;Ann;;;\nFN:Ann\n"
    " Vogt\nEMAIL;TYPE=HOME,INTERNET:a@b.c\nX-ODD;A=1:odd\nEMAIL:d@e.f\nNICKNAME:A,B\nEND:VCARD\n";

/* A change of the card changes the lines that said it, and no other. */
static void only_changed_lines_are_written_anew(void **state)
{
    static const struct {
        const char *pointer, *value, *before, *after;
    } cases[] = {
        { "emails/e1/address", "\"x@y.z\"", "EMAIL;TYPE=HOME,INTERNET:a@b.c\n", "EMAIL;TYPE=INTERNET,HOME:x@y.z\n" },
        { "emails/e1", NULL, "EMAIL;TYPE=HOME,INTERNET:a@b.c\n", "" },
        { "emails/e2", NULL, "EMAIL:d@e.f\n", "" },
        { "emails/e3", "{\"address\":\"n@e.w\"}", "END:VCARD\n", "EMAIL;TYPE=INTERNET:n@e.w\nEND:VCARD\n" },
        { "phones/p1/label", "\"Ship\"", "item1.TEL;type=pref:1\nitem1.X-ABLabel:Boat\n",
          "item2.TEL;TYPE=PREF:1\nitem2.X-ABLabel:Ship\n" },
        { "name/full", "\"Bea\"", "N:Vogt;Ann;;;\nFN:Ann\n Vogt\n", "FN:Bea\nN:Vogt;Ann;;;\n" },
        { "vCardProps", NULL, "X-ODD;A=1:odd\n", "" },
        { "nicknames/k2/name", "\"C\"", "NICKNAME:A,B\n", "NICKNAME:A\nNICKNAME:C\n" },
        { "x.org:y", "1", "END:VCARD\n", "JSPROP;JSPTR=\"x.org:y\":1\nEND:VCARD\n" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        enum vcard_version version;
        struct str         pointer = str_of(cases[i].pointer), token;
        struct json       *at = read_card(a, str_of(original), &version), *card = at, *value = NULL;
        while (str_next(&pointer, '/', &token) && pointer.p)
            at = json_get(at, token);
        if (cases[i].value) {
            assert_int_equal(json_parse(a, str_of(cases[i].value), &value, NULL), RC_OK);
            json_set(at, token, value);
        } else {
            json_remove(at, token);
        }
        auto_buf b = buf_of(1 << 16);
        vcard_write(&b, a, card, VCARD_3_0, str_of(original));
        const char *cut = strstr(original, cases[i].before);
        struct str  want =
            str_fmt(a, "%.*s%s%s", (int)(cut - original), original, cases[i].after, cut + strlen(cases[i].before));
        if (!str_eq(buf_str(&b), want))
            fail_msg("%s:\n%.*s", cases[i].pointer, STR_ARG(buf_str(&b)));
    }
}

/* What no property says is in JSPROP lines: any card comes back. */
static void any_card_comes_back(void **state)
{
    static const char *const cases[] = {
        "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"A\"},{\"kind\":\"separator\",\"value\":\" "
        "\"}],\"isOrdered\":true}",
        "\"titles\":{\"x1\":{\"name\":\"CEO\",\"organizationId\":\"o9\"}}",
        "\"emails\":{\"e7\":{\"address\":\"a\\r\\nb\"},\"e2\":{\"address\":\"\"}}",
        "\"localizations\":{\"de\":{\"name/full\":\"Anna\"}}",
        "\"phones\":{\"p1\":{\"number\":\"tel:+1;ext=2\",\"contexts\":{\"x-foo\":true},\"features\":{\"x-bar\":true}}}",
        "\"vCardProps\":[[\"email\",{},\"text\",\"sneaky\"],[\"x-a\",{\"b\":[\"1\",\"2\"]},\"integer\",5]]",
        "\"addresses\":{\"a1\":{\"full\":\"Only\\nthis\",\"timeZone\":\"Europe/"
        "Berlin\"},\"a2\":{\"coordinates\":\"geo:1,2\"}}",
        "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":1990,\"day\":3}}}",
        "\"keywords\":{},\"emails\":{},\"kind\":\"device\"",
        "\"relatedTo\":{\"urn:uuid:2\":{\"relation\":{}},\"Bob\":{\"relation\":{\"friend\":true,\"kin\":true}}}",
        "\"media\":{\"m1\":{\"kind\":\"photo\",\"blobId\":\"Gabc\"},\"m2\":{\"kind\":\"odd\",\"uri\":\"data:,a\\\\b\"}"
        "}",
        "\"speakToAs\":{\"pronouns\":{\"zz\":{\"pronouns\":\"they\"}}},\"updated\":\"nonsense\",\"example.com:a/"
        "b~c\":{\"d\":[null]}",
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
            auto_free(arena) a = arena_new(4096);
            auto_buf           b = buf_of(1 << 16);
            enum vcard_version version;
            struct json       *card;
            struct str         text = str_fmt(a, "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"U\",%s}", cases[i]);
            assert_int_equal(json_parse(a, text, &card, NULL), RC_OK);
            vcard_write(&b, a, card, to, S(""));
            struct json *again = read_card(a, buf_str(&b), &version);
            if (!json_equal(card, again))
                fail_msg("%s\n%.*s\n%s", cases[i], STR_ARG(buf_str(&b)), show(a, again));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(properties_become_members),     cmocka_unit_test(tables_come_back),
        cmocka_unit_test(exports_of_programs_come_back), cmocka_unit_test(only_changed_lines_are_written_anew),
        cmocka_unit_test(any_card_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
