#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "contact/vcard/vcard.h"
#include "contact/vcard/vcard_decode.h"

static void every_known_name_is_found(void **state)
{
    (void)state;
    for (int i = 1; i < VC_COUNT; i++)
        if ((int)vcard_name_of(vcard_name_text((enum vcard_name)i)) != i)
            fail_msg("%s", vcard_name_text((enum vcard_name)i).p);
    assert_int_equal(vcard_name_of(S("email")), VC_EMAIL);
    assert_int_equal(vcard_name_of(S("")), VC_OTHER);
    assert_int_equal(vcard_name_of(S("X-NOTHING-WE-KNOW")), VC_OTHER);
}

/* One card around the lines; reads it and returns the line of that number. */
static struct vcard read_one(struct arena *a, const char *version, const char *lines, struct vcard_report *report)
{
    struct str          text = str_fmt(a, "BEGIN:VCARD\r\nVERSION:%s\r\n%s\r\nEND:VCARD\r\n", version, lines);
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    assert_true(vcard_next(&r, a, &v, report));
    assert_true(str_eq(v.text, text));
    return v;
}

static void lines_mean_what_they_say(void **state)
{
    static const struct {
        const char *version, *lines, *name, *group, *params, *text;
    } cases[] = {
        { "3.0", "EMAIL:a@b.c", "EMAIL", "", "", "a@b.c" },
        { "3.0", "item1.TEL;TYPE=home,voice;PREF=1:+49 1", "TEL", "item1", "TYPE=home TYPE=voice PREF=1", "+49 1" },
        { "4.0", "TEL;TYPE=\"home,voice\":1", "TEL", "", "TYPE=home TYPE=voice", "1" },
        { "2.1", "TEL;WORK;VOICE:1", "TEL", "", "TYPE=WORK TYPE=VOICE", "1" },
        { "3.0", "NOTE:one\r\n  two\r\n\tthree", "NOTE", "", "", "one twothree" },
        { "3.0", "NOTE:one\n  two\r three", "NOTE", "", "", "one twothree" },
        { "2.1", "NOTE:one\r\n two", "NOTE", "", "", "one two" },
        { "2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\r\n=C3=9Fe=0D=0Ax", "NOTE", "", "ENCODING=QUOTED-PRINTABLE",
          "Gr\xc3\xbc\xc3\x9f"
          "e\nx" },
        { "2.1", "N;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=F6rg", "N", "",
          "CHARSET=ISO-8859-1 ENCODING=QUOTED-PRINTABLE", "J\xc3\xb6rg" },
        { "3.0", "NOTE;CHARSET=koi8-r:\xd7\xd9", "NOTE", "", "CHARSET=koi8-r", "\xd0\xb2\xd1\x8b" },
        { "3.0", "NOTE:\xc3\xa4\xc3\xb6\xc3\xbc\xc3", "NOTE", "", "", "\xc3\xa4\xc3\xb6\xc3\xbc\xef\xbf\xbd" },
        { "3.0", "NOTE:one\r\r\n two", "NOTE", "", "", "onetwo" },
        { "3.0", "NOTE:caf\xe9 \x80", "NOTE", "", "", "caf\xc3\xa9 \xe2\x82\xac" },
        { "3.0", "PHOTO;ENCODING=b:AAAA\r\n BBBB", "PHOTO", "", "ENCODING=b", "AAAABBBB" },
        { "2.1", "PHOTO;JPEG;BASE64:AAAA\r\nBBBB\r\nCC==\r\n", "PHOTO", "", "TYPE=JPEG ENCODING=BASE64",
          "AAAABBBBCC==" },
        { "4.0", "NOTE;X-A=\"a;b:c,^n^'^^\":x\\, y\\n\\\\z", "NOTE", "", "X-A=a;b:c,\n\"^", "x, y\n\\z" },
        { "2.1", "NOTE:a\\nb\\;c", "NOTE", "", "", "a\\nb;c" },
        { "3.0", "NOTE;X-LONG=1;X-LONGER\r\n =2:x", "NOTE", "", "X-LONG=1 X-LONGER=2", "x" },
        { "3.0", "NOTE:first\r\nsecond line\r\n", "NOTE", "", "", "first\nsecond line" },
        { "3.0", "X-ODD/NAME_1:x", "X-ODD/NAME_1", "", "", "x" },
        { "2.1", "AGENT:\r\nBEGIN:VCARD\r\nFN:x\r\nEND:VCARD", "AGENT", "", "",
          "BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct vcard_report report;
        struct vcard        v = read_one(a, cases[i].version, cases[i].lines, &report);
        if (v.nlines != 2)
            fail_msg("%s: %zu lines", cases[i].lines, v.nlines);
        struct vcard_line *line = &v.lines[1];
        struct str         params = S("");
        for (size_t k = 0; k < line->nparams; k++)
            params = str_fmt(a, STR_FMT "%s" STR_FMT "=" STR_FMT, STR_ARG(params), k ? " " : "",
                             STR_ARG(line->params[k].name), STR_ARG(line->params[k].value));
        struct str text = vcard_text(a, v.version, line);
        if (!str_is(line->name, cases[i].name) || !str_is(line->group, cases[i].group) ||
            !str_is(params, cases[i].params) || !str_is(text, cases[i].text) || line->no != 3)
            fail_msg("%s:\n '%.*s' '%.*s' '%.*s' '%.*s' line %u", cases[i].lines, STR_ARG(line->group),
                     STR_ARG(line->name), STR_ARG(params), STR_ARG(text), line->no);
    }
}

/* What is wrong is said with its line, and no byte is outside of `before` and `text`. */
static void faults_are_reported_and_nothing_is_lost(void **state)
{
    static const struct {
        const char *text;
        int         cards, problems;
        uint32_t    line;
        const char *says;
    } cases[] = {
        { "", 0, 0, 0, "" },
        { "\r\n\r\n", 0, 0, 0, "" },
        { "hello\r\n", 0, 1, 1, "outside of a card" },
        { "BEGIN:VCARD\nVERSION:3.0\nFN:a\n", 1, 1, 4, "END:VCARD is missing" },
        { "BEGIN:VCARD\nVERSION:3.0\nFN:a\nbegin:vcard\nversion:3.0\nfn:b\nend:vcard", 2, 1, 4,
          "END:VCARD is missing" },
        { "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n\nrubbish\nBEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", 2, 1, 4, "outside" },
        { "BEGIN:VCARD\nFN:a\nEND:VCARD\n", 1, 1, 1, "VERSION" },
        { "BEGIN:VCARD\nVERSION:3.0\nrubbish\nEND:VCARD\n", 1, 1, 3, "not a content line" },
        { "BEGIN:VCARD\nVERSION:3.0\nNOTE:\xff\nEND:VCARD\n", 1, 1, 3, "windows-1252" },
        { "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=KLINGON:\xcd\xf5\xd0\xa1\nEND:VCARD\n", 1, 2, 3, "charset: KLINGON" },
        { "BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:=CD=F5;=D0=A1\nEND:VCARD\n", 1, 1, 3,
          "gb18030, a guess" },
        { "BEGIN:VCARD\nVERSION:2.1\nN:\xcf\xb8\xf2\xf0\nFN;CHARSET=cp1251:\xcf\xb8\xf2\xf0\nEND:VCARD\n", 1, 1, 3,
          "windows-1251, as its other lines say" },
        { "BEGIN:VCARD\nVERSION:3.0\nNOTE;A=\"x:y\nEND:VCARD\n", 1, 1, 3, "quote" },
        { "BEGIN:VCARD\rVERSION:3.0\rFN:a\rEND:VCARD\rBEGIN:VCARD\rVERSION:3.0\rEND:VCARD\r", 2, 0, 0, "" },
        { "BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nFN:x\nEND:VCARD\n", 1, 0, 0, "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct vcard_reader r = vcard_reader_of(str_of(cases[i].text), 1);
        struct vcard        v;
        struct vcard_report report, seen = { 0 };
        size_t              cards = 0, problems = 0, bytes = 0;
        for (bool more = true; more;) {
            more = vcard_next(&r, a, &v, &report);
            cards += more;
            bytes += v.before.n + v.text.n;
            problems += report.total;
            if (report.total)
                seen = report;
        }
        if ((int)cards != cases[i].cards || (int)problems != cases[i].problems || bytes != strlen(cases[i].text) ||
            (problems && (seen.list.v[0].line != cases[i].line || !strstr(seen.list.v[0].message.p, cases[i].says))))
            fail_msg("%s: %zu cards, %zu problems, %zu bytes; %u: %s", cases[i].text, cards, problems, bytes,
                     problems ? seen.list.v[0].line : 0, problems ? seen.list.v[0].message.p : "");
    }
}

/* Cut anywhere and continued, the chunks hold the same cards. */
static void splitting_in_chunks_finds_the_same_cards(void **state)
{
    static const char text[] =
        "junk\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:x\r\nBEGIN:VCARD\r\n"
        "AGENT:\r\nBEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n\r\n";
    (void)state;
    for (size_t cut = 0; cut < sizeof text; cut++) {
        struct vcard_split first = vcard_split_of((struct str){ text, cut }, 1, false);
        struct vcard_span  span;
        uint32_t           lines[4] = { 0 };
        size_t             n = 0;
        while (vcard_split_next(&first, &span))
            lines[n++] = span.first_line;
        struct vcard_split rest = vcard_split_of(str_from(str_of(text), first.at), first.line, true);
        while (vcard_split_next(&rest, &span))
            lines[n++] = span.first_line;
        if (n != 3 || lines[0] != 2 || lines[1] != 5 || lines[2] != 7)
            fail_msg("cut at %zu: %zu cards at %u %u %u", cut, n, lines[0], lines[1], lines[2]);
    }
}

static void too_many_lines_are_left_out(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    auto_buf            b = buf_of(1 << 20);
    struct vcard        v;
    struct vcard_report report;
    (void)state;
    buf_put(&b, S("BEGIN:VCARD\nVERSION:3.0\n"));
    for (int i = 0; i < 25000; i++)
        buf_put(&b, S("TEL:1\n"));
    buf_put(&b, S("END:VCARD\n"));
    struct vcard_reader r = vcard_reader_of(buf_str(&b), 1);
    assert_true(vcard_next(&r, a, &v, &report));
    assert_int_equal(v.nlines, VCARD_LINES_MAX);
    assert_int_equal(v.text.n, b.n);
    assert_int_equal(report.total, 1);
    assert_int_equal(report.list.v[0].severity, VCARD_ERROR);
}

static void binary_values_become_uris(void **state)
{
    static const struct {
        const char *version, *line, *uri;
    } cases[] = {
        { "3.0", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", "data:image/jpeg;base64,/9j/4AAQ" },
        { "2.1", "PHOTO;PNG;BASE64:iVBORw0K\n Ggo=", "data:image/png;base64,iVBORw0KGgo=" },
        { "3.0", "PHOTO;ENCODING=B:R0lGODlh", "data:image/gif;base64,R0lGODlh" },
        { "4.0", "PHOTO:data:image/png;base64\\,AAAA", "data:image/png;base64,AAAA" },
        { "4.0", "PHOTO:data:image/png;base64,AAAA\r\nBBBB", "data:image/png;base64,AAAABBBB" },
        { "3.0", "PHOTO;VALUE=uri:https://x.org/a.jpg", "https://x.org/a.jpg" },
        { "3.0", "KEY;ENCODING=b;TYPE=pgp:AAAA", "data:application/pgp;base64,AAAA" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct vcard_report report;
        struct vcard        v = read_one(a, cases[i].version, cases[i].line, &report);
        struct str          uri = vcard_uri(a, v.version, &v.lines[1]);
        if (!str_is(uri, cases[i].uri))
            fail_msg("%s: %.*s", cases[i].line, STR_ARG(uri));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_known_name_is_found),   cmocka_unit_test(lines_mean_what_they_say),
        cmocka_unit_test(binary_values_become_uris),   cmocka_unit_test(faults_are_reported_and_nothing_is_lost),
        cmocka_unit_test(too_many_lines_are_left_out), cmocka_unit_test(splitting_in_chunks_finds_the_same_cards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
