/* Formats besides vCard, CSV and JSContact, one a target (FORMAT) or as they are recognised: a range that begins at a card gives the same cards; every card is valid and stays the same by
 * way of jCard; what is refused is said. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/files/files.h"
#include "contact/files/refused.h"
#include "contact/jcard/jcard.h"
#include "contact/jscontact.h"
#include "contact/vcard/vcard_card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* The lines that a card would be written as, read again and written as jCard, are the same jCard. */
static void by_jcard(struct arena *a, const struct json *card)
{
    auto_buf            text = buf_of(64 << 20), once = buf_of(64 << 20), twice = buf_of(64 << 20);
    struct vcard        v;
    struct vcard_report report = { 0 };

    vcard_write(&text, a, card, VCARD_4_0, S(""));
    struct vcard_reader lines = vcard_reader_of(buf_str(&text), 1);
    must(vcard_next(&lines, a, &v, &report));
    jcard_write(&once, a, &v);
    struct file_reader r = file_open(a, file_format_of(S("jcard")), buf_str(&once));
    must(file_next(&r, a, &v, &report) && v.nlines);
    jcard_write(&twice, a, &v);
    struct json *x, *y;
    must(json_parse(a, buf_str(&once), &x, NULL) == RC_OK && json_parse(a, buf_str(&twice), &y, NULL) == RC_OK);
    must(!file_next(&r, a, &v, &report));
}

static void look(struct arena *a, const struct file_format *format, struct str text)
{
    struct file_reader  r = file_open(a, format, text);
    struct vcard        v, again;
    struct vcard_report report, other;
    size_t              at = 0;

    for (int cards = 0; cards < 20 && file_next(&r, a, &v, &report); cards++) {
        size_t place = (size_t)(v.text.p - text.p);
        must(place >= at && place + v.text.n <= text.n && (v.nlines || report.total));
        at = place + v.text.n;
        struct file_reader range = file_range(&r, place, text.n - place, v.first_line);
        if (place) {
            must(file_next(&range, a, &again, &other));
            must(again.text.p == v.text.p && again.text.n == v.text.n && again.nlines == v.nlines);
            must(again.first_line == v.first_line);
        }
        if (!v.nlines)
            continue;
        struct json *card = vcard_to_card(a, &v, S("u"), &report);
        must(jscontact_check(card, NULL) == RC_OK);
        by_jcard(a, card);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str text = { (const char *)data, n };
    struct err e = { 0 };

    must(refused_bytes(text, &e) == RC_OK || e.text[0]);
    if (!utf8_valid(text))
        return 0;
    must(refused_text(text, &e) == RC_OK || e.text[0]);
#ifdef FORMAT
    const struct file_format *format = file_format_of(S(FORMAT));
#else
    const struct file_format *format = file_recognise(text);
#endif
    if (format)
        look(a, format, text);
    return 0;
}
