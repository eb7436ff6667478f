/* Files besides vCard, CSV and JSContact: each kind as the vCard it stands for; what is no file of contacts, by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxml/tree.h>
#include "contact/card.h"
#include "contact/files/files.h"
#include "contact/files/json_scan.h"
#include "contact/files/markup.h"
#include "contact/jcard/jcard.h"
#include "contact/vcard/vcard_card.h"
#include "contact/vcard/vcard_make.h"
#include "work/upload.h"

/* All cards as the vCards they stand for, without BEGIN, VERSION, UID and END; problems as "! line text". */
static struct str told(struct arena *a, struct str text)
{
    struct upload     *u = arena_new_of(a, struct upload);
    struct err         e = { 0 };
    struct upload_card card;
    auto_buf           all = buf_of(1 << 20);

    if (upload_open(u, a, text, NULL, &e) != RC_OK)
        return str_fmt(a, "%s", e.text);
    buf_put(&all, str_of(upload_format_name(u)));
    buf_char(&all, '\n');
    struct upload_reader r = upload_read(u, 0, u->text.n, 1);
    while (upload_next(&r, a, &card)) {
        auto_buf one = buf_of(1 << 20);
        for (size_t i = 0; i < card.report.list.n; i++)
            buf_fmt(&all, "! %u " STR_FMT "\n", card.report.list.v[i].line, STR_ARG(card.report.list.v[i].message));
        if (card.card)
            vcard_write(&one, a, card.card, VCARD_4_0, S(""));
        struct str rest = buf_str(&one), line;
        while (rest.n && str_next(&rest, '\n', &line)) {
            line = str_trim(line);
            if (!line.n || str_starts(line, S("VERSION:")) || str_starts(line, S("UID:urn:uuid:")) ||
                str_starts(line, S("BEGIN:")))
                continue;
            buf_put(&all, str_is(line, "END:VCARD") ? S("--") : line);
            buf_char(&all, '\n');
        }
    }
    struct str made = str_copy(a, buf_str(&all));
    upload_done(u);
    return made;
}

static void same(const char *file, const char *want)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str got = told(a, str_of(file));

    if (!str_is(got, want))
        fail_msg("---- want\n%s---- got\n" STR_FMT, want, STR_ARG(got));
}

/* ---- LDIF ---- */

static void ldif_is_read(void **state)
{
    (void)state;
    same("version: 1\n\n# made up\ndn: cn=Eva Lind,mail=eva@x.example\nobjectclass: mozillaAbPersonAlpha\nGivenName: "
         "Eva\nsn: Lind\n"
         "cn: Eva Lind\nmail: eva@x.example\nmozillaSecondEmail: e@y.example\nmozillaHomeStreet: Weg "
         "1\nmozillaHomeLocalityName:: S8O2bG4=\n"
         "street: Hafen 2\nl: Bonn\npostalCode: 53111\nc: DE\nbirthyear: 1980\nbirthmonth: 5\nbirthday: "
         "3\ndescription: one\n  two\n"
         "telephoneNumber: 1\nhomePhone: 2\nfax: 3\npager: 4\nmobile: 5\ncustom1: blue\n",
         "ldif\nFN:Eva "
         "Lind\nN:Lind;Eva;;;\nEMAIL:eva@x.example\nEMAIL:e@y.example\nTEL;TYPE=work,voice:1\nTEL;TYPE=home,voice:2\n"
         "TEL;TYPE=work,fax:3\nTEL;TYPE=pager:4\nTEL;TYPE=cell:5\nADR;TYPE=work:;;Hafen 2;Bonn;;53111;DE\n"
         "ADR;TYPE=home:;;Weg 1;Köln;;;\nBDAY:19800503\nNOTE:one two\nX-CUSTOM1:blue\n--\n");
    /* CRLF, an option, base64 in a code page, an address as one text, a picture, what several attributes cannot share */
    same("dn: cn=x\r\ncn;lang-de:: TfxsbGVy\r\nhomePostalAddress: Weg 1$50667 K\r\njpegPhoto:: /9j/\r\nsn: A\r\nsn: "
         "B\r\nfileAs:< file:///etc/passwd\r\n",
         "ldif\n! 7 a line that is no attribute, left out\nFN:Müller\nN:A;;;;\nADR;TYPE=home;LABEL=\"Weg 1^n50667 "
         "K\":;;Weg 1\\n50667 K;;;;\n"
         "PHOTO:data:image/jpeg;base64,/9j/\nX-SN:B\n--\n");
    /* a list, a branch, a change, an entry that adds */
    same("dn: ou=people\nobjectclass: organizationalUnit\nou: people\n\ndn: cn=Team\nobjectclass: groupOfNames\ncn: "
         "Team\n"
         "member: cn=Eva,mail=eva@x.example\n\ndn: cn=a\nchangetype: modify\nreplace: mail\nmail: q\n-\n\ndn: "
         "cn=b\nchangetype: add\ncn: Bea\n",
         "ldif\n! 5 entries before it hold others and are nobody: "
         "1\nKIND:group\nFN:Team\nMEMBER:mailto:eva@x.example\n--\n"
         "! 10 a change (modify), not a contact: export the whole address book instead\nFN:Bea\n--\n");
}

static void companies_of_a_directory_are_read(void **state)
{
    (void)state;
    same("dn:: bz1B\nobjectClass: organization\no: Nordwind\ntelephoneNumber: 1\n\ndn: dc=x\nobjectClass: "
         "dcObject\nobjectClass: organization\no: X\ndc: x\n",
         "ldif\nKIND:org\nFN:Nordwind\nORG:Nordwind\nTEL;TYPE=work,voice:1\n--\n");
}

/* ---- jCard ---- */

static void jcard_is_read(void **state)
{
    (void)state;
    same("[\"vcard\",[[\"version\",{},\"text\",\"4.0\"],[\"fn\",{},\"text\",\"Lind, Eva\"],"
         "[\"n\",{},\"text\",[\"Lind\",\"Eva\",\"\",[\"Dr.\",\"Prof.\"],\"\"]],"
         "[\"tel\",{\"type\":[\"work\",\"voice\"],\"pref\":\"1\"},\"text\",\"1;2\"],[\"bday\",{},\"date\",\"--05-03\"],"
         "[\"nickname\",{},\"text\",\"a\",\"b,c\"],[\"note\",{},\"text\",\"one\\ntwo\"],"
         "[\"x-odd\",{\"group\":\"g\"},\"unknown\",\"a;b\\\\,c\"],[\"x-n\",{},\"integer\",7]]]",
         "jcard\nFN:Lind\\, "
         "Eva\nN:Lind;Eva;;Dr.,Prof.;\nNICKNAME:a\nNICKNAME:b\\,c\nTEL;TYPE=work,voice;PREF=1:1\\;2\nBDAY:--0503\n"
         "NOTE:one\\ntwo\ng.X-ODD:a;b\\,c\nX-N;VALUE=integer:7\n--\n");
    same("[\"vcard\",[[\"fn\",{},\"text\",\"A\"],[\"adr\",{},\"text\",[\"\",\"\",\"Weg "
         "1\"]],[\"geo\",{},\"uri\",\"geo:53.5,9.9\"],[\"url\",{},\"uri\",\"http://x.example/a,b;c\"]]]",
         "jcard\nFN:A\nADR;GEO=\"geo:53.5,9.9\":;;Weg 1;;;;\nURL:http://x.example/a,b;c\n--\n");
    /* an array; one a line; one broken amid others */
    same(" [ [\"vcard\",[[\"fn\",{},\"text\",\"A\"]]] , [\"vcard\",[[\"fn\",{},\"text\",\"B\"]]] ]",
         "jcard\nFN:A\n--\nFN:B\n--\n");
    same("[\"vcard\",[[\"fn\",{},\"text\",\"A\"]]]\n[\"vcard\",{}]\n[\"vcard\",[[\"fn\",{},\"text\",\"B\"],[1]]]",
         "jcard\nFN:A\n--\n! 2 a contact that says nothing\n! 3 a property that is no [name, parameters, type, value], "
         "left out\nFN:B\n--\n");
    same("[\"vcard\",[[\"fn\",{},\"text\",\"A\"", "jcard\n! 1 the card is cut off\n");
}

/* ---- xCard ---- */

#define XCARD "<?xml version=\"1.0\"?>\n"
static void xcard_is_read(void **state)
{
    (void)state;
    same(XCARD "<!DOCTYPE x [<!ENTITY a \"boom\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>\n<!-- "
               "<vcard><fn><text>no</text></fn></vcard> -->\n"
               "<vcards xmlns=\"urn:ietf:params:xml:ns:vcard-4.0\"><vcard><fn><text>Eva &amp; &a;&b;&#x43;o</text></fn>"
               "<n><surname>Lind</surname><given>Eva</given><given>Ann</given><additional/><prefix/><suffix/></n>"
               "<group "
               "name=\"g\"><tel><parameters><type><text>work</text><text>voice</text></type></parameters><uri>tel:+1</"
               "uri></tel></group>"
               "<adr><parameters><label><text>L</text></label></parameters><pobox/><ext/><street>Weg "
               "1</street><locality>Bonn</locality></adr>"
               "<org><text>Nord;wind</text><text>Sales</text></org><bday><text>in "
               "May</text></bday><note><text><![CDATA[a < b]]></text></note>"
               "<x-odd><unknown>7</unknown></x-odd></vcard>\n<vcard><fn><text>Bob</text></fn></vcard></vcards>",
         "xcard\nFN:Eva & &a\\;&b\\;"
         "Co\nN:Lind;Eva,Ann;;;\nORG:Nord\\;wind;Sales\ng.TEL;VALUE=uri;TYPE=work,voice:tel:+1\nADR;LABEL=\"L\":;;Weg "
         "1;Bonn;;;\n"
         "NOTE:a < b\nBDAY;VALUE=text:in May\nX-ODD:7\n--\nFN:Bob\n--\n");
    same(XCARD
         "<v:vcards "
         "xmlns:v=\"urn:ietf:params:xml:ns:vcard-4.0\"><v:vcard><v:fn><v:text>A</v:text></v:fn></v:vcard></v:vcards>",
         "xcard\nFN:A\n--\n");
    same(XCARD "<vcards><vcard><fn><text>A</text>", "xcard\n! 2 the card is cut off\n");
}

/* ---- pages ---- */

static void pages_are_read(void **state)
{
    (void)state;
    same("<!DOCTYPE html><html><head><style>.vcard { }</style><script>'<p class=\"vcard\">'</script></head><body>\n"
         "<ul><li class=\"vcard\"><b class=\"n\"><i class=\"given-name\">Eva</i> <i class=\"family-name\">Lind</i></b>"
         "<a class=\"email\" href=\"mailto:eva@x.example?subject=x\">write</a><p class=\"tel\"><i "
         "class=\"type\">Fax</i>: <i class=\"value\">1 2</i></p>"
         "<div class=\"adr\"><i class=\"street-address\">Weg 1</i>, <i class=\"locality\">Bonn</i></div><li "
         "class=\"vcard\"><b class=\"fn org\">Nordwind &amp; Co</b>"
         "<a class=\"url\" href=\"/us\">us</a></ul><a class=\"h-card\" href=\"https://ann.example\">Ann  \n "
         "Öl</a></body></html>",
         "hcard\nFN;DERIVED=TRUE:Eva Lind\nN:Lind;Eva;;;\nEMAIL:eva@x.example\nTEL;TYPE=fax:1 2\nADR:;;Weg "
         "1;Bonn;;;\n--\n"
         "! 2 an address that is relative to the page, left out\nKIND:org\nFN:Nordwind & Co\nORG:Nordwind & "
         "Co\n--\nFN:Ann "
         "Öl\nURL:https://ann.example\n--\n");
    same("<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?>\n<html><p class=\"vcard\"><b class=\"fn\">Krist\xf3"
         "f Ve\xe8"
         "e\xf8"
         "a</b></p></html>",
         "hcard\nFN:Kristóf Večeřa\n--\n");
    same("<div class=\"h-card\"><a class=\"p-name u-url\" href=\"https://c.example\">Cid</a><p class=\"p-adr "
         "h-adr\"><i class=\"p-locality\">Rom</i></p>"
         "<time class=\"dt-bday\" datetime=\"1990-01-02\">then</time><span class=\"title\">no</span></div>",
         "hcard\nFN:Cid\nADR:;;;Rom;;;\nURL:https://c.example\nBDAY:19900102\n--\n");
}

/* ---- JSON of programs ---- */

static void exports_of_programs_are_read(void **state)
{
    (void)state;
    same("{\"about\":\"x\",\"personal_information\":{\"first_name\":\"me\"},\"contacts\":{\"about\":\"y\",\"list\":["
         "{\"user_id\":12,\"first_name\":\"Eva\",\"last_name\":\"Lind\",\"phone_number\":\"0049 171 "
         "5\",\"date\":\"2026-01-01T00:00:00\"},"
         "{\"user_id\":0,\"first_name\":\"\",\"last_name\":\"\",\"phone_number\":\"\"}]},\"frequent_contacts\":{"
         "\"list\":[{\"first_name\":\"no\"}]}}",
         "telegram\nFN:Eva Lind\nN:Lind;Eva;;;\nTEL;TYPE=cell:+49 171 "
         "5\nSOCIALPROFILE;SERVICE-TYPE=Telegram;VALUE=text:12\n--\n"
         "! 1 a contact without name and number\n");
    same("{\"version\":\"1.0-preview.1\",\"account\":{\"uuid\":\"q\",\"data\":[{\"count\":1,\"type\":\"user\","
         "\"values\":[{}]},{\"count\":1,\"type\":\"contact\",\"values\":["
         "{\"uuid\":\"u1\",\"properties\":{\"first_name\":\"Eva\",\"last_name\":\"Lind\",\"company\":\"Nord\",\"job\":"
         "\"Boss\",\"tags\":[\"a\",\"b\"],"
         "\"birthdate\":{\"is_year_unknown\":true,\"is_age_based\":false,\"date\":\"2026-05-03T00:00:00Z\"}},"
         "\"data\":[{\"type\":\"contact_field\",\"values\":[{\"properties\":{\"data\":\"eva@x.example\",\"type\":"
         "\"t1\"}},{\"properties\":{\"data\":\"+49 1\",\"type\":\"t2\"}},"
         "{\"properties\":{\"data\":\"@eva\",\"type\":\"t3\"}}]},"
         "{\"type\":\"address\",\"values\":[{\"properties\":{\"name\":\"Hut\",\"street\":\"Weg "
         "1\",\"city\":\"Bonn\",\"country\":\"DE\"}}]},"
         "{\"type\":\"note\",\"values\":[{\"properties\":{\"body\":\"hi\"}}]}]}]}],\"instance\":{\"contact_field_"
         "types\":["
         "{\"uuid\":\"t1\",\"properties\":{\"name\":\"Email\",\"type\":\"email\"}},{\"uuid\":\"t2\",\"properties\":{"
         "\"type\":\"phone\"}},{\"uuid\":\"t3\",\"properties\":{\"name\":\"Mastodon\"}}]}}}",
         "monica\nFN:Eva Lind\nN:Lind;Eva;;;\nORG:Nord\nTITLE:Boss\nEMAIL:eva@x.example\nTEL:+49 1\nitem1.ADR:;;Weg "
         "1;Bonn;;;DE\nitem1.X-ABLabel:Hut\n"
         "SOCIALPROFILE;SERVICE-TYPE=Mastodon;VALUE=text:@eva\nBDAY:--0503\nNOTE:hi\nCATEGORIES:a,b\n--\n");
}

/* ---- refused ---- */

static void others_are_refused_by_name(void **state)
{
    /* clang-format off */
#define T(lit) { lit, sizeof(lit) - 1 }
    static const struct { struct str file; const char *what; } cases[] = {
        { T("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Eva\r\n"), "a calendar" },
        { T("\xef\xbb\xbf" "BEGIN:VCALENDAR\r\n"), "a calendar" },
        { T("From eva@x.example Mon Jan  5 10:00:00 2026\nReturn-Path: <eva@x.example>\nSubject: hi\n\ntext"), "a mail" },
        { T("Received: from a\nDate: x\nFrom: Eva <eva@x.example>\nSubject: =?utf-8?q?x?=\n\nhello"), "a mail" },
        { T("%PDF-1.7\n1 0 obj\nBEGIN:VCARD\nFN:A\nEND:VCARD\n"), "a PDF" },
        { T("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0W\0o\0r\0k\0b\0o\0o\0k\0"), "an Excel sheet" },
        { T("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0_\0_\0s\0u\0b\0s\0t\0g\0"), "a message of Outlook" },
        { T("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0W\0o\0r\0d\0D\0o\0c\0"), "a Word document" },
        { T("!BDN\0\0\0\0"), "a data file of Outlook" },
        { T("{\\rtf1\\ansi Eva}"), "an RTF document" },
        { T("<!DOCTYPE html>\n<html><body><p>Eva, 0171 1</p></body></html>"), "a web page without marked contacts" },
        { T("<html><body class=\"page_wrap\">Telegram Desktop</body></html>"), "the HTML export of Telegram" },
        { T("\x89PNG\r\n\x1a\n\0\0"), "a picture" },
        { T("\xff\xd8\xff\xe0\0\x10JFIF"), "a picture" },
        { T("GIF89a\1\0"), "a picture" },
        { T("\0\0\0\x18" "ftypheic\0\0"), "a picture" },
        { T("RIFF\0\0\0\0WEBPVP8 "), "a picture" },
        { T("ID3\3\0\0"), "a recording" },
        { T("BZh91AY&SY"), "a packed file" },
        { T("<svg xmlns=\"x\"/>"), "a picture" },
        { T("SQLite format 3\0\0\0 CREATE TABLE raw_contacts"), "the contacts database of an Android phone" },
        { T("SQLite format 3\0\0\0 CREATE TABLE ZABCDRECORD"), "the database of Apple's address book" },
        { T("SQLite format 3\0\0\0"), "a database" },
        { T("\x7f" "ELF\2\1\1\0"), "a program" },
        { T("abc\0\0def\0\1\0\0"), "a program or other binary file" },
        { T("\x1f\x8b\x08\0"), "a packed file" },
        { T("bplist00\xd1"), "a property list" },
        { T("<?xml version=\"1.0\"?>\n<!DOCTYPE plist>\n<plist version=\"1.0\"><dict/></plist>"), "a property list" },
        { T("<?xml version=\"1.0\"?><c:contact xmlns:c=\"http://schemas.microsoft.com/Contact\"/>"), "a Windows contact" },
        { T("<?xml version=\"1.0\"?><rss/>"), "an XML file of another kind" },
        { T("// <!-- <mdb:mork:z v=\"1.4\"/> -->\n< <(a=c)>"), "an old address book of Thunderbird" },
        { T("{\"name\":\"left-pad\",\"version\":\"1.0.0\"}"), "JSON of another kind" },
        { T("{\"name\":\"Eva\",\"type\":\"personal_chat\",\"messages\":[{\"id\":1,\"date_unixtime\":\"1\"}]}"), "a chat of Telegram" },
        { T("[12.03.26, 14:05:11] Eva: hi\n[12.03.26, 14:06:00] Bob: hello"), "a chat of WhatsApp" },
        { T("12/03/2026, 14:05 - Eva: hi\n12/03/2026, 14:06 - Bob: hello"), "a chat of WhatsApp" },
        { T("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ"), "a key" },
        { T("-- MySQL dump 10.13\nCREATE TABLE `contacts` (`id` int);\nINSERT INTO `contacts` VALUES (1,'Eva');\n"), "a dump of a database" },
        { T("#!/bin/sh\necho a,b\n"), "a program" },
        { T("\xe6\x98\xa8\xe5\xa4\xa9\xe6\x88\x91\xe4\xbb\xac\xe5\x8e\xbb\xe4\xba\x86\xe6\xb5\xb7\xe8\xbe\xb9\xe3\x80\x82\n"), "a text" },
        { T("# Notes\n\n- milk, bread\n- call *Eva*\n\n## Later\n\nnothing, really, but `this`\n"), "a text" },
        { T("[Unit]\nDescription=A thing, and another\n\n[Service]\nExecStart=/bin/x --a, --b\nRestart=always\n"), "a text" },
        { T("int main(void)\n{\n    return puts(\"x, y\") < 0;\n}\n"), "a text" },
        { T("Dear all,\nplease find below what we have said last week about the house.\nIt was a good day and we liked it."), "a text" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct str got = told(a, cases[i].file), want = str_fmt(a, "this is %s", cases[i].what);
        if (!str_starts(got, want) || str_find(got, S(": "), 0) == SIZE_MAX)
            fail_msg("case %zu: want '" STR_FMT "', got '" STR_FMT "'", i, STR_ARG(want), STR_ARG(got));
    }
}

/* What looks a little like one of those and is a list of contacts. */
static void contacts_are_not_refused(void **state)
{
    static const char *const cases[] = {
        "Name,E-Mail,Phone\nEva,eva@x.example,1\n",
        "Name\tPhone\nEva Lind\t0171 1\n",
        "Vorname;Nachname\nEva;Lind\n",
        "Subject,From,To\nFrom: x,To: y,Date: z\n",
        "MZ-Name,Phone\nEva,1\n",
        "ID3,Name,WAVE,Phone\n1,Eva,2,0171 1\n",
        "BZh;Name\nx;Eva\n",
        "[Name],[Phone]\nEva,1\n",
        "Eva Lind\nBob Berg\nAnn Example\nCid\n",
        "Eva Lind, 0171 1234567\nBob Berg\nAnn Example, Bonn, 0228 7654321\nCid, c@x.example\n",
        "Name;Notes\nEva;a=b <c>\nBob;#1 {x}\nAnn;*\n",
        "col a;col b;col c\nx;1;2\ny;3;4\nz;5;6\n",
        "Import Date,Name\n2026-01-01,Eva\n",
        "BEGIN:VCARD\nFN:the calendar BEGIN:VCALENDAR\nEND:VCARD\n",
        "[{\"@type\":\"Card\",\"uid\":\"u\",\"version\":\"1.0\"}]",
        "First Name,Last Name,Notes\nEva,Lind,\"she said that we should all come and see the house\"\n",
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct str got = told(a, str_of(cases[i]));
        if (str_starts(got, S("this is")))
            fail_msg("%s: " STR_FMT, cases[i], STR_ARG(got));
    }
}

/* ---- archives ---- */

static void put16(struct buf *b, unsigned v)
{
    buf_char(b, (char)v);
    buf_char(b, (char)(v >> 8));
}

static void put32(struct buf *b, size_t v)
{
    put16(b, (unsigned)v);
    put16(b, (unsigned)(v >> 16));
}

/* A .zip of stored entries (APPNOTE 4.3); sums are not looked at. */
static void put_zip(struct buf *b, const char *const (*entry)[2], size_t n)
{
    auto_buf directory = buf_of(1 << 20);

    for (size_t i = 0; i < n; i++) {
        struct str name = str_of(entry[i][0]), text = str_of(entry[i][1]);
        size_t     at = b->n;
        put32(b, 0x04034b50);
        put16(b, 20);
        put32(b, 0); /* flags, stored */
        put32(b, 0);
        put32(b, 0);
        put32(b, text.n);
        put32(b, text.n);
        put16(b, (unsigned)name.n);
        put16(b, 0);
        buf_put(b, name);
        buf_put(b, text);
        put32(&directory, 0x02014b50);
        put32(&directory, 20 << 16 | 20);
        put32(&directory, 0);
        put32(&directory, 0);
        put32(&directory, 0);
        put32(&directory, text.n);
        put32(&directory, text.n);
        put16(&directory, (unsigned)name.n);
        for (int k = 0; k < 4; k++)
            put16(&directory, 0);
        put32(&directory, 0);
        put32(&directory, at);
        buf_put(&directory, name);
    }
    size_t at = b->n;
    buf_put(b, buf_str(&directory));
    put32(b, 0x06054b50);
    put32(b, 0);
    put16(b, (unsigned)n);
    put16(b, (unsigned)n);
    put32(b, directory.n);
    put32(b, at);
    put16(b, 0);
}

#define CARD(name) "BEGIN:VCARD\nVERSION:3.0\nFN:" name "\nEND:VCARD\n"
static void archives_are_seen_by_what_they_hold(void **state)
{
    static const struct {
        const char *entry[4][2], *want;
    } cases[] = {
        { { { "Takeout/Contacts/My Contacts/My Contacts.vcf", CARD("Eva") },
            { "Takeout/Contacts/All Contacts/Eva.jpg", "x" },
            { "Takeout/Contacts/All Contacts/All Contacts.vcf", CARD("Eva") CARD("Bob") } },
          "vcard\nFN:Eva\nPHOTO:data:image/jpeg;base64,eA==\n--\nFN:Bob\n--\n" },
        { { { "Takeout/Kontakte/Alle Kontakte/Alle Kontakte.vcf", CARD("Eva") },
            { "Takeout/Kontakte/Freunde/Freunde.vcf", CARD("Eva") } },
          "vcard\nFN:Eva\n--\n" },
        { { { "a.vcf", CARD("Eva") }, { "b/b.VCF", CARD("Bob") } }, "vcard\nFN:Eva\n--\nFN:Bob\n--\n" },
        { { { "abook.ldif", "dn: cn=a\ncn: Ann\n" } }, "ldif\nFN:Ann\n--\n" },
        { { { "[Content_Types].xml", "<x/>" }, { "xl/workbook.xml", "<x/>" } }, "this is an Excel sheet" },
        { { { "[Content_Types].xml", "<x/>" }, { "word/document.xml", "<x/>" } }, "this is a Word document" },
        { { { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" }, { "content.xml", "<x/>" } },
          "this is an OpenDocument sheet" },
        { { { "b.abbu/AddressBook-v22.abcddb", "x" } }, "this is an archive of Apple's address book" },
        { { { "AndroidManifest.xml", "x" }, { "assets/a.json", "{}" } }, "this is an app" },
        { { { "WhatsApp Chat with Eva.txt", "x" } }, "this is a chat of WhatsApp" },
        { { { "WhatsApp Chat with Eva.txt", "x" }, { "00000012-Bob.vcf", CARD("Bob") } }, "vcard\nFN:Bob\n--\n" },
        { { { "a.txt", "x" } }, "the archive holds no file of contacts" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 16);
        auto_buf zip = buf_of(1 << 20);
        size_t   n = 0;
        while (n < 4 && cases[i].entry[n][0])
            n++;
        put_zip(&zip, (const char *const(*)[2])cases[i].entry, n);
        struct str got = told(a, buf_str(&zip));
        if (!str_starts(got, str_of(cases[i].want)))
            fail_msg("%zu: want %s, got " STR_FMT, i, cases[i].want, STR_ARG(got));
    }
}

/* ---- limits ---- */

static void many_properties_are_capped(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct vcard        v;
    struct vcard_report report;
    struct vcard_make   m = vcard_make_of(a, &v, S(""), 1, &report);

    (void)state;
    for (int i = 0; i < VCARD_LINES_MAX + 5; i++) {
        vcard_make_text(&m, S("TEL"), S("1"));
        for (int k = 0; k < 3; k++)
            vcard_make_param(&m, S("TYPE"), S("home"));
    }
    assert_int_equal(v.nlines, VCARD_LINES_MAX);
    assert_int_equal(v.lines[VCARD_LINES_MAX - 1].nparams, 3);
    assert_int_equal(report.total, 5);
}

/* An element that never ends is one card of bounded size, and what is nested deeply is looked at so deep. */
static void markup_is_capped(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    auto_buf b = buf_of(64 << 20);

    (void)state;
    buf_put(&b, S("<html><body><div class=\"vcard\">"));
    for (int i = 0; i < 100000; i++)
        buf_put(&b, S("<div><b class=\"fn\">x"));
    struct str got = told(a, buf_str(&b));
    assert_true(str_starts(got, S("hcard\n")));
}

/* libxml2 compares each attribute of a tag with all others: it is given those we read, eight at most. */
static void a_tag_brings_few_attributes(void **state)
{
    auto_buf page = buf_of(1 << 20), xml = buf_of(1 << 20);

    (void)state;
    buf_put(&page, S("<div"));
    buf_put(&xml, S("<vcard"));
    for (int i = 0; i < 1000; i++) {
        buf_fmt(&page, " a%d = \"<\" href='%d'/class=b", i, i);
        buf_fmt(&xml, " a%d=\"1\" xmlns:p%d=\"u\"", i, i);
    }
    buf_put(&page, S(">x</div>"));
    buf_put(&xml, S("><a/></vcard>"));
    for (int html = 0; html < 2; html++) {
        auto_markup   *doc = markup_tree(buf_str(html ? &page : &xml), html);
        const xmlNode *n = markup_root(doc);
        int            attributes = 0;
        while (html && n && strcmp((const char *)n->name, "div"))
            n = n->children;
        assert_non_null(n);
        for (const xmlAttr *at = n->properties; at; at = at->next)
            attributes++;
        for (const xmlNs *ns = n->nsDef; ns; ns = ns->next)
            attributes++;
        assert_in_range(attributes, 1, 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ldif_is_read),
        cmocka_unit_test(companies_of_a_directory_are_read),
        cmocka_unit_test(jcard_is_read),
        cmocka_unit_test(xcard_is_read),
        cmocka_unit_test(pages_are_read),
        cmocka_unit_test(exports_of_programs_are_read),
        cmocka_unit_test(others_are_refused_by_name),
        cmocka_unit_test(contacts_are_not_refused),
        cmocka_unit_test(archives_are_seen_by_what_they_hold),
        cmocka_unit_test(many_properties_are_capped),
        cmocka_unit_test(markup_is_capped),
        cmocka_unit_test(a_tag_brings_few_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
