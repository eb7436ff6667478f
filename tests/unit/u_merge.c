/* Differences and merges of cards: tables for the rules, random cards for the laws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/rand.h"
#include "contact/card.h"
#include "contact/diff.h"
#include "contact/email.h"
#include "contact/merge.h"
#include "contact/phone/phone.h"
#include "tests/patch.h"

static struct json *parse(struct arena *a, const char *text)
{
    struct json *v = NULL;
    struct err   e = { 0 };
    if (json_parse(a, str_of(text), &v, &e) != RC_OK)
        fail_msg("%s: %s", text, e.text);
    return v;
}

static const char *shown(struct arena *a, const struct json *v)
{
    auto_buf b = buf_of(1 << 20);
    json_write(&b, v);
    return str_copy(a, buf_str(&b)).p;
}

static void equal(struct arena *a, const struct json *got, const struct json *want, const char *what)
{
    if (!json_equal(got, want))
        fail_msg("%s:\nwant %s\ngot  %s", what, shown(a, want), shown(a, got));
}

/* ---- random cards ---- */

static const char *const some_texts[] = { "",      "Ann",   "ann",   "Smith",     "+49 30 1234567", "030 1234567",
                                          "a@b.c", "A@B.C", "x/y~z", "ACME GmbH", "acme",           "1990-02-03",
                                          "Ä" };
static struct str any_text(struct rand_seeded *r) { return str_of(some_texts[rand_below(r, countof(some_texts))]); }

static void random_entry(struct arena *a, struct rand_seeded *r, struct json *card)
{
    enum card_map map = (enum card_map)rand_below(r, CARD_MEDIA + 1);
    struct json  *entry = card_add_value(a, card, map, any_text(r));

    if (map == CARD_ANNIVERSARIES) {
        struct json *date = json_child(a, entry, S("date"));
        json_set_text(a, entry, S("kind"), S("birth"));
        json_set(date, S("month"), json_new_i64(a, 1 + (int64_t)rand_below(r, 2)));
        if (rand_below(r, 2))
            json_set(date, S("year"), json_new_i64(a, 1990 + (int64_t)rand_below(r, 2)));
    }
    if (rand_below(r, 2))
        card_flag(a, entry, S("contexts"), rand_below(r, 2) ? S("work") : S("private"));
    if (rand_below(r, 3) == 0)
        json_set_text(a, entry, S("label"), any_text(r));
    if (map == CARD_ADDRESSES)
        card_component(a, entry, S("locality"), any_text(r));
}

static void mutate(struct arena *a, struct rand_seeded *r, struct json *card)
{
    struct json *entries;

    switch (rand_below(r, 7)) {
    case 0: random_entry(a, r, card); break;
    case 1: json_set_text(a, json_child(a, card, S("name")), S("full"), any_text(r)); break;
    case 2: card_component(a, json_child(a, card, S("name")), S("given"), any_text(r)); break;
    case 3: card_flag(a, card, S("keywords"), rand_below(r, 2) ? S("a/b") : S("c")); break;
    case 4: json_remove(card, card_map_name((enum card_map)rand_below(r, CARD_MEDIA + 1))); break;
    case 5: json_set_text(a, json_child(a, card, S("x.org:~/")), any_text(r), any_text(r)); break;
    default:
        entries = json_get(card, card_map_name((enum card_map)rand_below(r, CARD_MEDIA + 1)));
        if (entries && entries->n && rand_below(r, 2))
            json_remove(entries, entries->first->key);
        else if (entries && entries->n)
            json_set_text(a, entries->first, S("label"), any_text(r));
    }
}

static struct json *random_card(struct arena *a, struct rand_seeded *r)
{
    struct json *card = card_new(a, S("u"));
    for (uint64_t n = rand_below(r, 12); n; n--)
        mutate(a, r, card);
    return card;
}

static struct json *changed(struct arena *a, struct rand_seeded *r, const struct json *card)
{
    struct json *copy = json_copy(a, card);
    for (uint64_t n = rand_below(r, 5); n; n--)
        mutate(a, r, copy);
    return copy;
}

/* ---- laws ---- */

enum { ROUNDS = 3000 };

static void a_patch_leads_from_one_card_to_the_other_and_back(void **state)
{
    struct rand_seeded r = { 1 };
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct json *x = random_card(a, &r), *y = i % 2 ? random_card(a, &r) : changed(a, &r, x), *got;
        assert_int_equal(diff_apply(a, x, patch_between(a, x, y), &got, NULL), RC_OK);
        equal(a, got, y, "there");
        assert_int_equal(diff_apply(a, got, patch_between(a, y, x), &got, NULL), RC_OK);
        equal(a, got, x, "back");
        assert_int_equal(patch_between(a, x, x)->n, 0);
        struct diff_change *list;
        assert_int_equal(diff_changes(a, x, x, &list), 0);
        assert_true(json_equal(x, y) || diff_changes(a, x, y, &list) > 0);
    }
}

static void three_way_merge_keeps_its_laws(void **state)
{
    struct rand_seeded r = { 2 };
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct json *b = random_card(a, &r), *x = changed(a, &r, b), *y = changed(a, &r, b);
        struct merge m, again;
        merge_three(a, b, x, b, &m);
        equal(a, m.card, x, "merge(b, x, b)");
        assert_int_equal(m.nconflicts, 0);
        merge_three(a, b, b, x, &m);
        equal(a, m.card, x, "merge(b, b, x)");
        merge_three(a, b, x, x, &m);
        equal(a, m.card, x, "merge(b, x, x)");
        assert_int_equal(m.nconflicts, 0);
        merge_three(a, b, x, y, &m);
        merge_three(a, b, x, y, &again);
        equal(a, again.card, m.card, "deterministic");
        assert_int_equal(card_check(m.card, NULL), RC_OK);
        if (m.nconflicts)
            continue;
        merge_three(a, b, m.card, y, &again); /* theirs is in it already */
        assert_int_equal(card_check(again.card, NULL), RC_OK);
    }
}

/* What two spellings of an entry share. */
static struct str same_in_any_spelling(struct arena *a, enum card_map map, struct str value)
{
    struct phone p;

    if (map != CARD_PHONES)
        return str_lower(a, value);
    if (phone_parse(a, value, S("DE"), &p, NULL) != RC_OK || p.service)
        return S("");
    return p.e164.n ? p.e164 : p.tail;
}

/* Every e-mail and phone of one card is in the other, in any spelling. */
static void holds_all(struct arena *a, const struct json *part, const struct json *whole, enum card_map map)
{
    for (struct card_item x = card_first(part, map); card_has(&x); card_step(&x)) {
        bool       found = false;
        struct str wanted = same_in_any_spelling(a, map, x.value);
        for (struct card_item y = card_first(whole, map); !found && card_has(&y); card_step(&y))
            found = str_eq(wanted, same_in_any_spelling(a, map, y.value));
        if (!found)
            fail_msg("'" STR_FMT "' of %s is not in %s", STR_ARG(x.value), shown(a, part), shown(a, whole));
    }
}

static void merging_people_drops_nothing(void **state)
{
    struct rand_seeded r = { 3 };
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct json *x = random_card(a, &r), *y = random_card(a, &r), *m, *again;
        assert_int_equal(merge_people(a, x, y, NULL, S("DE"), &m, NULL), RC_OK);
        assert_int_equal(card_check(m, NULL), RC_OK);
        holds_all(a, x, m, CARD_EMAILS);
        holds_all(a, y, m, CARD_EMAILS);
        holds_all(a, x, m, CARD_PHONES);
        holds_all(a, y, m, CARD_PHONES);
        holds_all(a, y, m, CARD_NOTES);
        assert_int_equal(merge_people(a, x, y, NULL, S("DE"), &again, NULL), RC_OK);
        assert_string_equal(shown(a, m), shown(a, again));
        assert_int_equal(diff_apply(a, m, patch_between(a, m, x), &again, NULL), RC_OK);
        equal(a, again, x, "undo");
        assert_int_equal(merge_people(a, x, x, NULL, S("DE"), &again, NULL), RC_OK);
        equal(a, again, x, "a card with itself");
    }
}

/* ---- rules ---- */

static void broken_patches_are_refused(void **state)
{
    static const struct {
        const char *patch, *why;
    } cases[] = {
        { "[]", "object" },
        { "{\"a/b\":1}", "does not exist" },
        { "{\"l/0\":1}", "arrays are replaced" },
        { "{\"t/x\":1}", "no object" },
        { "{\"o\":{},\"o/x\":1}", "another key" },
        { "{\"~\":1}", "no JSON pointer" },
        { "{\"o/p/q\":1}", "does not exist" },
        { "{\"o/////////////////////////////////q\":1}", "more than 32 parts" },
        { "{\"o////////////////////////////////\":1}", "more than 32 parts" },
        { "{\"o///////////////////////////////\":1}", "does not exist" }, /* 32 */
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct json *got = NULL;
        struct err   e = { 0 };
        assert_int_equal(
            diff_apply(a, parse(a, "{\"o\":{},\"l\":[1],\"t\":\"x\"}"), parse(a, cases[i].patch), &got, &e),
            RC_INVALID);
        if (!strstr(e.text, cases[i].why))
            fail_msg("%s: %s", cases[i].patch, e.text);
    }
}

static void patches_are_applied(void **state)
{
    static const char *const cases[][3] = {
        { "{\"o\":{\"x/y\":1}}", "{\"o/x~1y\":2}", "{\"o\":{\"x/y\":2}}" },
        { "{\"o\":{\"x\":1},\"p\":1}", "{\"o/x\":null,\"q\":[null]}", "{\"o\":{},\"p\":1,\"q\":[null]}" },
        { "{\"o\":{}}", "{\"o/\":1,\"gone\":null}", "{\"o\":{\"\":1}}" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct json *got = NULL;
        assert_int_equal(diff_apply(a, parse(a, cases[i][0]), parse(a, cases[i][1]), &got, NULL), RC_OK);
        equal(a, got, parse(a, cases[i][2]), cases[i][1]);
    }
}

static void null_members_deep_inside_survive_a_patch(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct json *x = parse(a, "{\"localizations\":{\"de\":{\"name/full\":\"x\"}}}");
    struct json *y = parse(a, "{\"localizations\":{\"de\":{\"name/full\":null}}}"), *got;
    (void)state;
    assert_int_equal(diff_apply(a, x, patch_between(a, x, y), &got, NULL), RC_OK);
    equal(a, got, y, "null");
}

static void history_is_told_in_words(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct json *x = parse(a, "{\"name\":{\"full\":\"Ann\"},\"emails\":{\"e1\":{\"address\":\"a@b.c\",\"contexts\":{"
                              "\"work\":true}}},\"keywords\":{\"x\":true}}");
    struct json *y =
        parse(a, "{\"name\":{\"full\":\"Anna\"},\"phones\":{\"p1\":{\"number\":\"112\",\"features\":{\"mobile\":true}}}"
                 ",\"updated\":\"now\","
                 "\"anniversaries\":{\"b\":{\"kind\":\"birth\",\"date\":{\"year\":1990,\"month\":2,\"day\":3}}}}");
    static const char *const want[][4] = { { "name", "Name", "Ann", "Anna" },
                                           { "emails/e1", "Work e-mail", "a@b.c", "" },
                                           { "keywords/x", "Tag", "x", "" },
                                           { "phones/p1", "Mobile phone", "", "112" },
                                           { "anniversaries/b", "Birthday", "", "1990-02-03" } };
    struct diff_change      *list;
    (void)state;
    assert_int_equal(diff_changes(a, x, y, &list), countof(want));
    for (size_t i = 0; i < countof(want); i++) {
        assert_true(str_is(list[i].field, want[i][0]));
        assert_true(str_is(list[i].label, want[i][1]));
        assert_true(str_is(list[i].before, want[i][2]));
        assert_true(str_is(list[i].after, want[i][3]));
    }
}

static void long_histories_say_how_much_more(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json        *x = json_new(a, JSON_OBJECT), *tags = json_set(x, S("keywords"), json_new(a, JSON_OBJECT));
    struct diff_change *list;
    (void)state;

    for (int i = 0; i < DIFF_CHANGES_MAX; i++)
        json_add(tags, str_fmt(a, "tag %d", i), json_new_bool(a, true));
    assert_int_equal(diff_changes(a, x, json_new(a, JSON_OBJECT), &list), DIFF_CHANGES_MAX);
    assert_true(str_is(list[DIFF_CHANGES_MAX - 1].field, "keywords/tag 999"));
    json_add(tags, S("one"), json_new_bool(a, true));
    json_add(tags, S("two"), json_new_bool(a, true));
    assert_int_equal(diff_changes(a, x, json_new(a, JSON_OBJECT), &list), DIFF_CHANGES_MAX + 1);
    assert_true(str_is(list[DIFF_CHANGES_MAX].label, "2 more changes"));
    assert_true(str_is(list[DIFF_CHANGES_MAX].field, ""));
}

/* Entries that a source numbered anew are found by what they are, each once. */
static void entries_that_moved_are_found(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json *base = json_new(a, JSON_OBJECT), *ours, *theirs = json_new(a, JSON_OBJECT);
    struct merge m;
    (void)state;

    for (int i = 0; i < 100; i++)
        card_add_value(a, base, CARD_EMAILS, str_fmt(a, "m%d@example.com", i / 2)); /* every one twice */
    for (int i = 100; i--;)
        card_add_value(a, theirs, CARD_EMAILS, str_fmt(a, "m%d@example.com", i / 2));
    ours = json_copy(a, base);
    json_set_text(a, json_get(json_get(ours, S("emails")), S("e7")), S("label"), S("old"));
    merge_three(a, base, ours, theirs, &m);
    assert_int_equal(m.nconflicts, 0);
    equal(a, m.card, ours, "nothing was changed but its number");
}

static void many_labels_of_one_entry_go_to_notes(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json *x = json_new(a, JSON_OBJECT), *y = json_new(a, JSON_OBJECT), *m;
    size_t       held = 0;
    (void)state;

    json_set_text(a, card_add_value(a, x, CARD_EMAILS, S("a@b.example")), S("label"), S("first"));
    for (int i = 0; i < 300; i++)
        json_set_text(a, card_add_value(a, y, CARD_EMAILS, S("a@b.example")), S("label"), str_fmt(a, "label%04d", i));
    assert_int_equal(merge_people(a, x, y, NULL, S(""), &m, NULL), RC_OK);
    struct str label = json_get_text(json_get(json_get(m, S("emails")), S("e1")), S("label"));
    assert_true(label.n <= 1003);
    for (size_t at = 0; (at = str_find(label, S("label"), at)) != SIZE_MAX; at++)
        held++;
    assert_int_equal(held + json_get(m, S("notes"))->n, 300); /* none is lost */
}

static void three_way_cases(void **state)
{
    static const struct {
        const char *base, *ours, *theirs, *want, *conflict;
    } cases[] = {
        { "{\"a\":\"1\",\"b\":\"1\"}", "{\"a\":\"2\",\"b\":\"1\"}", "{\"a\":\"1\",\"b\":\"2\"}",
          "{\"a\":\"2\",\"b\":\"2\"}", NULL },
        { "{\"a\":\"1\"}", "{\"a\":\"2\"}", "{\"a\":\"3\"}", "{\"a\":\"2\"}", "a" },
        { "{\"a\":\"1\"}", "{}", "{\"a\":\"3\"}", "{\"a\":\"3\"}", "a" },
        { "{\"a\":\"1\"}", "{}", "{\"a\":\"1\",\"b\":\"2\"}", "{\"b\":\"2\"}", NULL },
        /* new on both sides, one thing */
        { "{}", "{\"emails\":{\"e1\":{\"address\":\"x\"}}}", "{\"emails\":{\"q\":{\"address\":\"x\"}}}",
          "{\"emails\":{\"e1\":{\"address\":\"x\"}}}", NULL },
        /* new on both sides under one id, two things */
        { "{}", "{\"emails\":{\"e1\":{\"address\":\"x\"}}}", "{\"emails\":{\"e1\":{\"address\":\"y\"}}}",
          "{\"emails\":{\"e1\":{\"address\":\"x\"},\"e1_2\":{\"address\":\"y\"}}}", NULL },
        /* theirs removed the first and so renumbered; ours labelled the second */
        { "{\"emails\":{\"e1\":{\"address\":\"x\"},\"e2\":{\"address\":\"y\"}}}",
          "{\"emails\":{\"e1\":{\"address\":\"x\"},\"e2\":{\"address\":\"y\",\"label\":\"L\"}}}",
          "{\"emails\":{\"e1\":{\"address\":\"y\"}}}", "{\"emails\":{\"e2\":{\"address\":\"y\",\"label\":\"L\"}}}",
          NULL },
        /* a name is one thing */
        { "{\"name\":{\"full\":\"A\",\"components\":[1]}}", "{\"name\":{\"full\":\"B\",\"components\":[2]}}",
          "{\"name\":{\"full\":\"C\",\"components\":[3]}}", "{\"name\":{\"full\":\"B\",\"components\":[2]}}", "name" },
        { "{\"phones\":{\"p\":{\"number\":\"1\"}}}", "{\"phones\":{\"p\":{\"number\":\"1\",\"label\":\"L\"}}}",
          "{\"phones\":{\"p\":{\"number\":\"2\"}}}", "{\"phones\":{\"p\":{\"number\":\"2\",\"label\":\"L\"}}}", NULL },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct merge m;
        merge_three(a, parse(a, cases[i].base), parse(a, cases[i].ours), parse(a, cases[i].theirs), &m);
        equal(a, m.card, parse(a, cases[i].want), cases[i].ours);
        assert_int_equal(m.nconflicts, cases[i].conflict != NULL);
        if (cases[i].conflict)
            assert_true(str_is(m.conflict[0].pointer, cases[i].conflict));
    }
}

static void people_cases(void **state)
{
    static const struct {
        const char *winner, *loser, *choices, *want;
    } cases[] = {
        /* one phone in two formats: the international one, both labels */
        { "{\"phones\":{\"p1\":{\"number\":\"030 1234567\",\"contexts\":{\"work\":true}}}}",
          "{\"phones\":{\"p1\":{\"number\":\"+49 30 1234567\",\"label\":\"desk\"},\"p2\":{\"number\":\"+1 212 "
          "5550100\"}}}",
          NULL,
          "{\"phones\":{\"p1\":{\"number\":\"+49 30 "
          "1234567\",\"contexts\":{\"work\":true},\"label\":\"desk\"},\"p2\":{\"number\":\"+1 212 5550100\"}}}" },
        /* ids that clash */
        { "{\"emails\":{\"e1\":{\"address\":\"a@b.c\"}}}",
          "{\"emails\":{\"e1\":{\"address\":\"x@y.z\"},\"e2\":{\"address\":\"A@B.C\"}}}", NULL,
          "{\"emails\":{\"e1\":{\"address\":\"a@b.c\"},\"e1_2\":{\"address\":\"x@y.z\"}}}" },
        { "{\"name\":{\"full\":\"A. Smith\"}}", "{\"name\":{\"full\":\"Ann Smith\"}}", NULL,
          "{\"name\":{\"full\":\"Ann Smith\"}}" },
        { "{\"name\":{\"full\":\"Ann Smith\"}}", "{\"name\":{\"full\":\"Ann Jones\"}}", NULL,
          "{\"name\":{\"full\":\"Ann Smith\"},\"nicknames\":{\"k1\":{\"name\":\"Ann Jones\"}}}" },
        { "{\"name\":{\"full\":\"Ann Smith\"}}", "{\"name\":{\"full\":\"Ann Jones\"}}", "{\"name\":\"b\"}",
          "{\"name\":{\"full\":\"Ann Jones\"}}" },
        { "{\"language\":\"de\",\"uid\":\"1\"}", "{\"language\":\"fr\",\"uid\":\"2\"}", NULL,
          "{\"language\":\"de\",\"uid\":\"1\",\"notes\":{\"n1\":{\"note\":\"Language: fr\"}}}" },
        { "{\"emails\":{\"e\":{\"address\":\"a\"}}}", "{\"emails\":{\"e\":{\"address\":\"b\"}}}", "{\"emails\":\"b\"}",
          "{\"emails\":{\"e\":{\"address\":\"b\"}}}" },
        /* a title follows its organisation */
        { "{\"organizations\":{\"o1\":{\"name\":\"Other\"},\"o2\":{\"name\":\"Acme\"}}}",
          "{\"titles\":{\"t1\":{\"name\":\"CEO\",\"organizationId\":\"o1\"}},\"organizations\":{\"o1\":{\"name\":"
          "\"ACME GmbH\"}}}",
          NULL,
          "{\"organizations\":{\"o1\":{\"name\":\"Other\"},\"o2\":{\"name\":\"ACME "
          "GmbH\"}},\"titles\":{\"t1\":{\"name\":\"CEO\",\"organizationId\":\"o2\"}}}" },
        { "{\"anniversaries\":{\"b\":{\"kind\":\"birth\",\"date\":{\"month\":2,\"day\":3}}}}",
          "{\"anniversaries\":{\"x\":{\"kind\":\"birth\",\"date\":{\"year\":1990,\"month\":2,\"day\":3}}}}", NULL,
          "{\"anniversaries\":{\"b\":{\"kind\":\"birth\",\"date\":{\"year\":1990,\"month\":2,\"day\":3}}}}" },
        { "{\"x\":[1,{\"a\":1,\"b\":2}]}", "{\"x\":[{\"b\":2,\"a\":1},2,1,2]}", NULL,
          "{\"x\":[1,{\"a\":1,\"b\":2},2]}" },
        { "{\"keywords\":{\"a\":true}}", "{\"keywords\":{\"b\":true}}", NULL,
          "{\"keywords\":{\"a\":true,\"b\":true}}" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct json       *m;
        struct err         e = { 0 };
        const struct json *choices = cases[i].choices ? parse(a, cases[i].choices) : NULL;
        if (merge_people(a, parse(a, cases[i].winner), parse(a, cases[i].loser), choices, S("DE"), &m, &e) != RC_OK)
            fail_msg("%s", e.text);
        equal(a, m, parse(a, cases[i].want), cases[i].winner);
    }
    auto_free(arena) a = arena_new(4096);
    struct json *m, *empty = parse(a, "{}");
    assert_int_equal(merge_people(a, empty, empty, parse(a, "{\"name\":\"c\"}"), S(""), &m, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patch_leads_from_one_card_to_the_other_and_back),
        cmocka_unit_test(three_way_merge_keeps_its_laws),
        cmocka_unit_test(merging_people_drops_nothing),
        cmocka_unit_test(broken_patches_are_refused),
        cmocka_unit_test(patches_are_applied),
        cmocka_unit_test(null_members_deep_inside_survive_a_patch),
        cmocka_unit_test(history_is_told_in_words),
        cmocka_unit_test(long_histories_say_how_much_more),
        cmocka_unit_test(entries_that_moved_are_found),
        cmocka_unit_test(many_labels_of_one_entry_go_to_notes),
        cmocka_unit_test(three_way_cases),
        cmocka_unit_test(people_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
