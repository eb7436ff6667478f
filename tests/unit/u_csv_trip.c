/* Card -> CSV -> card: what comes back as it was, and what does not, property by property.  The rows are the part "CSV" of docs/formats.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/card.h"
#include "contact/csv/csv_map.h"

/* One property of a card; lost: what CSV cannot say of it, NULL when it comes back as it was. */
static const struct {
    const char *property, *json, *lost;
} rows[] = {
    { "name",
      "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Ida\"},{\"kind\":\"surname\",\"value\":\"Wolf\"}],"
      "\"full\":\"Ida Wolf\"}",
      NULL },
    { "phonetic names", "\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"花子\",\"phonetic\":\"はなこ\"}]}",
      NULL },
    { "credentials", "\"name\":{\"components\":[{\"kind\":\"credential\",\"value\":\"PhD\"}]}",
      "they come back as generation" },
    { "nicknames", "\"nicknames\":{\"k1\":{\"name\":\"Idi\"},\"k2\":{\"name\":\"Wolfi\"}}", NULL },
    { "e-mail addresses",
      "\"emails\":{\"e1\":{\"address\":\"a@x.org\",\"contexts\":{\"work\":true},\"pref\":1},\"e2\":{\"address\":\"b@x."
      "org\",\"label\":\"Shop\","
      "\"contexts\":{\"private\":true}}}",
      NULL },
    { "preferences", "\"emails\":{\"e1\":{\"address\":\"a@x.org\",\"pref\":7}}", "any but 1" },
    { "phone numbers",
      "\"phones\":{\"p1\":{\"number\":\"+49 30 "
      "1\",\"contexts\":{\"work\":true},\"features\":{\"fax\":true}},\"p2\":{\"number\":\"2\","
      "\"label\":\"Festnetz\"}}",
      NULL },
    { "addresses",
      "\"addresses\":{\"a1\":{\"contexts\":{\"private\":true},\"full\":\"Weg 1, "
      "Bonn\",\"components\":[{\"kind\":\"name\",\"value\":\"Weg 1\"},"
      "{\"kind\":\"locality\",\"value\":\"Bonn\"},{\"kind\":\"postcode\",\"value\":\"53111\"}]}}",
      NULL },
    { "floor, room, district",
      "\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"floor\",\"value\":\"3\"},{\"kind\":\"locality\",\"value\":"
      "\"Bonn\"}]}}",
      "they come back as one flat" },
    { "organisations",
      "\"organizations\":{\"o1\":{\"name\":\"Werk\",\"units\":[{\"name\":\"IT\"},{\"name\":\"Netz\"}]},\"o2\":{"
      "\"name\":\"Chor\"}}",
      NULL },
    { "titles",
      "\"titles\":{\"t1\":{\"name\":\"Chefin\",\"kind\":\"title\"},\"t2\":{\"name\":\"Kassiererin\",\"kind\":\"role\"}"
      "}",
      NULL },
    { "birthday and other dates",
      "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":7,\"day\":14}},"
      "\"y2\":{\"kind\":\"wedding\",\"date\":{\"month\":6,\"day\":5}}}",
      NULL },
    { "year alone", "\"anniversaries\":{\"y1\":{\"kind\":\"birth\",\"date\":{\"year\":1980}}}", NULL },
    { "notes", "\"notes\":{\"n1\":{\"note\":\"one\\nline\"},\"n2\":{\"note\":\"two\"}}", NULL },
    { "keywords", "\"keywords\":{\"Friends\":true,\"a, b\":true}", NULL },
    { "related people", "\"relatedTo\":{\"Uwe Wolf\":{\"relation\":{\"spouse\":true}}}", NULL },
    { "address of the photo", "\"media\":{\"m1\":{\"kind\":\"photo\",\"uri\":\"https://example.org/p.jpg\"}}", NULL },
    { "picture inside the card", "\"media\":{\"m1\":{\"kind\":\"photo\",\"uri\":\"data:image/png;base64,iVBORw0K\"}}",
      "all of it" },
    { "links", "\"links\":{\"l1\":{\"uri\":\"https://example.org\",\"contexts\":{\"work\":true}}}", NULL },
    { "online services", "\"onlineServices\":{\"s1\":{\"service\":\"Mastodon\",\"user\":\"@ida\"}}", NULL },
    { "columns of a CSV file", "\"kith.example:csv\":{\"Schuhgröße\":\"39\",\"=x\":\"-1\"}", NULL },
    { "language", "\"language\":\"de\"", "all of it" },
    { "unknown vCard properties", "\"vCardProps\":[[\"x-y\",{},\"text\",\"z\"]]",
      "all of it, but a birthday of words" },
};

static struct json *card_of(struct arena *a, const char *members)
{
    struct err   e = { 0 };
    struct json *card = NULL;
    struct str   text =
        str_fmt(a, "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"u1\"%s%s}", *members ? "," : "", members);

    if (card_parse(a, text, S(""), &card, &e) != RC_OK)
        fail_msg("%s: %s", members, e.text);
    return card;
}

static struct json *tripped(struct arena *a, const struct json *card)
{
    struct buf        b = buf_of(1 << 20);
    struct csv_plan   plan = { 0 };
    struct csv_map    map;
    struct csv_record r;
    struct json      *back = NULL;
    struct err        e = { 0 };

    csv_plan_card(a, &plan, card);
    csv_write_header(&b, &plan);
    csv_write_card(a, &b, &plan, card);
    struct str text = str_copy(a, buf_str(&b));
    buf_done(&b);
    assert_int_equal(csv_map_read(a, text, NULL, &map, &e), RC_OK);
    struct csv c = csv_resume(str_from(text, map.body), map.delimiter, map.line);
    assert_true(csv_next(&c, a, &r));
    if (csv_card(a, &map, &r, S("u1"), &back, &e) != RC_OK || card_check(back, &e) != RC_OK)
        fail_msg("%s", e.text);
    return back;
}

/* Each member of the card is in the other, as it was. */
static bool holds(const struct json *back, const struct json *card)
{
    json_each(member, card)
        if (!json_equal(member, json_get(back, member->key)))
            return false;
    return true;
}

static void only_what_the_table_names_is_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        auto_free(arena) a = arena_new(1 << 14);
        auto_buf     text = buf_of(1 << 16);
        struct json *card = card_of(a, rows[i].json), *back = tripped(a, card);
        print_message("| %s | %s |\n", rows[i].property, rows[i].lost ? rows[i].lost : "nothing");
        json_write(&text, back);
        if (holds(back, card) != !rows[i].lost)
            fail_msg("%s: %s\n" STR_FMT, rows[i].property, rows[i].json, STR_ARG(buf_str(&text)));
    }
}

/* Any of the properties that lose nothing, together: still nothing is lost. */
static void any_of_them_together_come_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        auto_free(arena) a = arena_new(1 << 14);
        auto_buf   members = buf_of(1 << 16);
        struct str names = S(" ");
        uint32_t   dice = (round + 1) * 2654435761u;
        for (size_t i = 0; i < countof(rows); i++) {
            struct str json = str_of(rows[i].json), key = str_head(json, str_find(json, S(":{"), 0));
            if (rows[i].lost || (dice >> i & 1) || str_find(names, key, 0) != SIZE_MAX)
                continue;
            names = str_fmt(a, STR_FMT " " STR_FMT, STR_ARG(names), STR_ARG(key));
            buf_join(&members, S(","), json);
        }
        buf_char(&members, 0);
        struct json *card = card_of(a, members.p), *back = tripped(a, card);
        /* a title beside an organisation comes back as of this organisation */
        json_each(title, json_get(back, S("titles")))
            json_remove(title, S("organizationId"));
        if (!holds(back, card)) {
            auto_buf text = buf_of(1 << 16);
            json_write(&text, back);
            fail_msg("%s\n" STR_FMT, members.p, STR_ARG(buf_str(&text)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_table_names_is_lost),
        cmocka_unit_test(any_of_them_together_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
