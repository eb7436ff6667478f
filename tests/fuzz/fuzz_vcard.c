/* Any bytes: every byte is in one card or between two; every card is a valid JSON text; written as 3.0 and as 4.0 it reads back as the same
 * card; written with its original it is the original, when that is UTF-8.  A splitter that gets the bytes in two parts finds the same
 * cards. */
#include <stdio.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/vcard/vcard_bytes.h"
#include "contact/vcard/vcard_card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth, const char *what)
{
    if (!truth) {
        fprintf(stderr, "not so: %s\n", what);
        abort();
    }
}

static struct json *read_back(struct arena *a, struct str text, struct str uid)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;

    must(vcard_next(&r, a, &v, &report), "what is written is a card");
    return vcard_to_card(a, &v, uid, &report);
}

static bool names_charset(const struct vcard *v)
{
    for (size_t i = 0; i < v->nlines; i++)
        if (vcard_param(&v->lines[i], S("CHARSET")).n || v->lines[i].charset != CHARSET_UTF8)
            return true;
    return false;
}

static void check_card(struct arena *a, const struct vcard *v, struct vcard_report *report)
{
    auto_buf     json = buf_of(16 << 20), text = buf_of(16 << 20);
    struct json *card = vcard_to_card(a, v, S("U"), report), *parsed;

    json_write(&json, card);
    must(json_parse(a, buf_str(&json), &parsed, NULL) == RC_OK && json_equal(card, parsed), "the card is valid JSON");
    for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
        buf_clear(&text);
        vcard_write(&text, a, card, to, S(""));
        struct str copy = str_copy(a, buf_str(&text));
        must(json_equal(card, read_back(a, copy, S("U"))), "the card comes back");
    }
    buf_clear(&text);
    vcard_write(&text, a, card, v->version, v->text);
    must(utf8_valid(buf_str(&text)), "what is written is UTF-8");
    must(v->version == VCARD_2_1 || !vcard_bytes_clean(v->text) || names_charset(v) || str_eq(buf_str(&text), v->read),
         "the original comes back");
    json_remove(card, json_get(card, S("emails")) ? S("emails") : S("name"));
    buf_clear(&text);
    vcard_write(&text, a, card, v->version == VCARD_2_1 ? VCARD_3_0 : v->version, v->text);
    read_back(a, str_copy(a, buf_str(&text)), S("U"));
}

static void check_split(struct str text, size_t cards)
{
    struct vcard_split s = vcard_split_of(str_head(text, text.n / 2), 1, false);
    struct vcard_span  span;
    size_t             found = 0;

    while (vcard_split_next(&s, &span))
        found++;
    s = vcard_split_of(str_from(text, s.at), s.line, true);
    while (vcard_split_next(&s, &span))
        found++;
    must(found == cards, "cards are the same in two parts");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str          text = { (const char *)data, n };
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;
    size_t              bytes = 0, cards = 0;

    for (bool more = true; more; arena_reset(a)) {
        more = vcard_next(&r, a, &v, &report);
        bytes += v.before.n + v.text.n;
        cards += more;
        if (more)
            check_card(a, &v, &report);
    }
    must(bytes == n, "no byte is lost");
    check_split(text, cards);
    return 0;
}
