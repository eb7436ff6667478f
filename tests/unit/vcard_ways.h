/* tests/unit/vcard_ways.h - cards and their vCards, for the tests of the way there and back.  Part of the two that include it. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/vcard/vcard_card.h"

static inline struct json *read_card(struct arena *a, struct str text)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;

    assert_true(vcard_next(&r, a, &v, &report));
    return vcard_to_card(a, &v, S("U"), &report);
}

static inline struct str written(struct arena *a, const struct json *card, enum vcard_version version)
{
    auto_buf b = buf_of(1 << 24);

    vcard_write(&b, a, card, version, S(""));
    return str_copy(a, buf_str(&b));
}

static inline struct json *card_of(struct arena *a, struct str members)
{
    struct err   e = { 0 };
    struct json *card = NULL;
    struct str   text =
        str_fmt(a, "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"U\"," STR_FMT "}", STR_ARG(members));

    if (card_parse(a, text, S(""), &card, &e) != RC_OK)
        fail_msg(STR_FMT ": %s", STR_ARG(members), e.text);
    return card;
}

/* The text without its JSPROP lines. */
static inline struct str without_jsprop(struct arena *a, struct str text)
{
    auto_buf   b = buf_of(1 << 24);
    struct str line;
    bool       skip = false;

    while (text.n && str_next(&text, '\n', &line)) {
        skip = str_starts(line, S("JSPROP")) || (skip && str_starts(line, S(" ")));
        if (!skip)
            buf_fmt(&b, STR_FMT "\n", STR_ARG(line));
    }
    return str_copy(a, buf_str(&b));
}

static inline const char *show(struct arena *a, const struct json *v)
{
    auto_buf b = buf_of(8 << 20);
    json_write(&b, v);
    return str_copy(a, buf_str(&b)).p;
}
