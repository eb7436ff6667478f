/* Names and places of each language in each of its code pages, as cards and as CSV: what is guessed right, and that the misses are those
 * of docs/charsets.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/utf8.h"
#include "contact/vcard/vcard_card.h"
#include "contact/vcard/vcard_decode.h"

enum { TEXT_MAX = 1 << 20 };

static struct str file(struct arena *a, const char *path)
{
    char  where[512];
    char *p = arena_raw(a, TEXT_MAX);

    snprintf(where, sizeof where, "%s/%s", getenv("KITH_SOURCE") ? getenv("KITH_SOURCE") : ".", path);
    FILE *f = fopen(where, "r");
    assert_non_null(f);
    size_t n = fread(p, 1, TEXT_MAX, f);
    fclose(f);
    return (struct str){ p, n };
}

static bool cut(struct str *rest, char at, struct str *ret)
{
    const char *end = rest->n ? memchr(rest->p, at, rest->n) : NULL;
    size_t      n = end ? (size_t)(end - rest->p) : rest->n;

    *ret = str_head(*rest, n);
    bool any = rest->n > 0;
    *rest = str_from(*rest, size_min(n + 1, rest->n));
    return any;
}

/* ---- a way back: bytes of each character of a page, found by reading all there are ---- */

struct page {
    enum charset cs;
    char         bytes[0x10000][3];
};

static void note(struct page *p, struct str bytes)
{
    auto_buf b = buf_of(64);
    uint32_t c, more;

    charset_put(&b, p->cs, bytes);
    struct str read = buf_str(&b);
    if (utf8_next(&read, &c) && !utf8_next(&read, &more) && c != 0xfffd && c < 0x10000 && !p->bytes[c][0])
        memcpy(p->bytes[c], bytes.p, bytes.n);
}

static void open_page(struct page *p, enum charset cs)
{
    memset(p, 0, sizeof *p);
    p->cs = cs;
    for (int one = 1; one < 0x100; one++)
        note(p, (struct str){ (char[]){ (char)one }, 1 });
    for (int lead = 0x81; cs >= CHARSET_GB18030 && lead < 0xff; lead++)
        for (int trail = 0x40; trail < 0xff; trail++)
            note(p, (struct str){ (char[]){ (char)lead, (char)trail }, 2 });
}

static void put(struct buf *to, const struct page *p, struct str s)
{
    for (uint32_t c; utf8_next(&s, &c);) {
        assert_true(c < 0x10000 && p->bytes[c][0]);
        buf_put(to, str_of(p->bytes[c]));
    }
}

/* ---- cards ---- */

static void put_card(struct buf *to, const struct page *p, struct str name, struct str place)
{
    buf_put(to, S("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:"));
    put(to, p, name);
    if (place.n)
        buf_put(to, S("\r\nADR:;;;"));
    put(to, p, place);
    buf_put(to, S("\r\nEND:VCARD\r\n"));
}

/* What was read is written as UTF-8, and means the same alone as it did beside its neighbours. */
static void comes_back(struct arena *a, const struct vcard *v)
{
    struct vcard_report report = { 0 };
    auto_buf            text = buf_of(1 << 16);
    struct json        *card = vcard_to_card(a, v, S("U"), &report);
    struct vcard        again;

    vcard_write(&text, a, card, VCARD_3_0, v->text);
    assert_true(utf8_valid(buf_str(&text)));
    struct vcard_reader r = vcard_reader_of(buf_str(&text), 1);
    assert_true(vcard_next(&r, a, &again, &report));
    assert_true(json_equal(vcard_to_card(a, &again, S("U"), &report), card));
}

/* Is the FN of the first card the name, and was it said that this is a guess? */
static bool is_read(struct str vcards, struct str name)
{
    auto_free(arena) a = arena_new(1 << 14);
    struct vcard_reader r = vcard_reader_of(vcards, 1);
    struct vcard        v;
    struct vcard_report report;

    assert_true(vcard_next(&r, a, &v, &report));
    bool guessed = !utf8_valid(vcards), said = report.total && strstr(report.list.v[0].message.p, "a guess");
    assert_int_equal(guessed, said);
    comes_back(a, &v);
    return str_eq(vcard_find(&v, VC_FN)->value, name);
}

/* ---- declared ---- */

/* The way a phone writes it: value raw (folded in the middle of a character too) or as quoted-printable. */
static void put_declared(struct buf *to, const struct page *p, struct str name, bool quoted)
{
    auto_buf raw = buf_of(1 << 12);

    put(&raw, p, name);
    buf_fmt(to, "BEGIN:VCARD\r\nVERSION:%s\r\nFN;CHARSET=%s%s:", quoted ? "2.1" : "3.0", charset_name(p->cs),
            quoted ? ";ENCODING=QUOTED-PRINTABLE" : "");
    for (size_t i = 0; i < raw.n; i++) {
        if (quoted)
            buf_fmt(to, "%s=%02X", i == 7 ? "=\r\n" : "", (unsigned char)raw.p[i]);
        else
            buf_fmt(to, "%s%c", i == 3 ? "\r\n " : "", raw.p[i]);
    }
    buf_put(to, S("\r\nEND:VCARD\r\n"));
}

static void is_read_as_declared(const struct page *p, struct str name)
{
    for (int quoted = 0; quoted < 2; quoted++) {
        auto_free(arena) a = arena_new(1 << 14);
        auto_buf            b = buf_of(1 << 14);
        struct vcard        v;
        struct vcard_report report;
        put_declared(&b, p, name, quoted);
        struct vcard_reader r = vcard_reader_of(buf_str(&b), 1);
        assert_true(vcard_next(&r, a, &v, &report));
        assert_int_equal(report.total, 0);
        struct str read = vcard_text(a, v.version, vcard_find(&v, VC_FN));
        if (!str_eq(read, name))
            fail_msg("%s, declared: " STR_FMT, charset_name(p->cs), STR_ARG(read));
    }
}

struct count {
    size_t     cards, right[3]; /* the name alone, with a place, with a neighbour */
    struct buf misses;
};

static void one_card(struct count *n, const struct page *p, struct str name, struct str place, struct str beside)
{
    static const char *const how[] = { "name", "card", "neighbour" };

    n->cards++;
    for (int i = 0; i < 3; i++) {
        auto_buf b = buf_of(1 << 16);
        put_card(&b, p, name, i ? place : S(""));
        if (i == 2)
            put_card(&b, p, beside, beside);
        bool right = is_read(buf_str(&b), name);
        n->right[i] += right;
        if (!right)
            buf_fmt(&n->misses, "    %s, %s: " STR_FMT "\n", charset_name(p->cs), how[i], STR_ARG(name));
    }
}

static void all_cards(struct count *n, const struct page *p, struct str cards)
{
    struct str all = cards, one, beside, name;

    while (cut(&cards, ';', &one)) {
        struct str next = cards.n ? cards : all;
        cut(&next, ';', &beside);
        cut(&beside, ',', &beside);
        cut(&one, ',', &name);
        one_card(n, p, name, str_trim(one), beside);
        is_read_as_declared(p, name);
    }
}

static void is_csv(const struct page *p, struct str cards)
{
    auto_buf b = buf_of(1 << 16), whole = buf_of(1 << 16);
    auto_free(arena) a = arena_new(1 << 14);
    size_t bom;

    for (struct str one; cut(&cards, ';', &one);)
        buf_fmt(&whole, STR_FMT ",+1 555 0100\r\n", STR_ARG(one));
    put(&b, p, buf_str(&whole));
    enum charset found = charset_guess(buf_str(&b), &bom);
    struct str   read = charset_to_utf8(a, found, buf_str(&b));
    if (!str_eq(read, buf_str(&whole)))
        fail_msg("%s read as %s: " STR_FMT, charset_name(p->cs), charset_name(found), STR_ARG(read));
}

static void words_are_read_in_their_pages(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct count n = { .misses = buf_of(1 << 16) };
    struct page *p = malloc(sizeof *p);
    struct str   text = file(a, "tests/data/charset/words.txt"), doc = file(a, "docs/charsets.md"), line, head, label;

    (void)state;
    while (cut(&text, '\n', &line)) {
        if (!line.n || line.p[0] == '#')
            continue;
        cut(&line, '|', &head);
        cut(&head, ' ', &label); /* the language */
        while (cut(&head, ' ', &label)) {
            open_page(p, charset_by_name(label));
            assert_true(str_is(label, charset_name(p->cs)));
            all_cards(&n, p, line);
            is_csv(p, line);
        }
    }
    buf_fmt(&n.misses, "    of %zu: %zu names, %zu cards, %zu with a neighbour\n", n.cards, n.right[0], n.right[1],
            n.right[2]);
    if (str_find(doc, buf_str(&n.misses), 0) == SIZE_MAX)
        fail_msg("docs/charsets.md does not say\n" STR_FMT, STR_ARG(buf_str(&n.misses)));
    buf_done(&n.misses);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(words_are_read_in_their_pages) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
