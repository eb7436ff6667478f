/* Cards made by chance, of every property and of any text, on their way through vCard. */
#include "vcard_ways.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/utf8.h"

/* ---- cards of chance: any property, any text ---- */

enum { CARDS = 1500 };

static const char *const texts[] = {
    "Ida",
    "Ü, ö; \\\\",
    "one\\ntwo\\n",
    "\\\"q\\\" ^n ^^ ^'",
    " blanks  ",
    "=3D",
    "a:b",
    "_$!<Home>!$_",
    "Other",
    "null",
    "BEGIN:VCARD",
    "山田花子の長い長い名前は一行には入り切らないので折り返されるはずです、きっと。",
    "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
    "item1",
    "\\t",
    "x,,;;",
    "0711 111111 / 0170 2222222",
    "tel:+49301;ext=2",
};
static const char *const labels[] = { "Home", "Other",  "Anniversary", "Spouse",      "friend",
                                      "Boot", "School", "a, b",        "_$!<Work>!$_" };
static const char *const params[] = { "\"group\":\"item1\"",
                                      "\"group\":\"item2\"",
                                      "\"group\":\"odd\"",
                                      "\"type\":\"foo\"",
                                      "\"type\":[\"x\",\"pref\"]",
                                      "\"x-p\":[\"1\",\"2 3\"]",
                                      "\"x-ablabel\":\"Other\"",
                                      "\"x-ablabel\":\"_$!<Boot>!$_\"",
                                      "\"pref\":\"1\"",
                                      "\"language\":\"de\"" };

enum { CONTEXTS = 1, PREF = 2, LABEL = 4, ALL = 7 };
/* `either` and `also`: at most one of each. */
static const struct {
    const char *map, *value, *either[6], *also[4];
    unsigned    has;
    char        id;
} maps[] = {
    { "nicknames", "name", { 0 }, { 0 }, CONTEXTS | PREF, 'k' },
    { "organizations",
      "name",
      { "\"units\":[{\"name\":\"IT\"},{\"name\":\"a;b\"}]", "\"units\":[{\"name\":\"x\",\"sortAs\":\"y\"}]" },
      { "\"sortAs\":\"w\"" },
      CONTEXTS,
      'o' },
    { "titles",
      "name",
      { "\"kind\":\"role\"", "\"kind\":\"title\"", "\"kind\":\"x.org:k\"" },
      { "\"organizationId\":\"o1\"" },
      0,
      't' },
    { "emails", "address", { 0 }, { 0 }, ALL, 'e' },
    { "phones",
      "number",
      { "\"features\":{\"mobile\":true}", "\"features\":{\"fax\":true,\"voice\":true}",
        "\"features\":{\"main-number\":true}", "\"features\":{\"x.org:f\":true}" },
      { 0 },
      ALL,
      'p' },
    { "addresses",
      "full",
      { "\"components\":[{\"kind\":\"name\",\"value\":\"Weg 1\"},{\"kind\":\"locality\",\"value\":\"Bonn\"}]",
        "\"components\":[{\"kind\":\"number\",\"value\":\"5\"},{\"kind\":\"separator\",\"value\":\", "
        "\"},{\"kind\":\"name\",\"value\":\"Oak, St\"},{\"kind\":\"floor\",\"value\":\"2\"}],\"isOrdered\":true",
        "\"components\":[{\"kind\":\"name\",\"value\":\"a\"},{\"kind\":\"name\",\"value\":\"b;c\"},{\"kind\":"
        "\"apartment\",\"value\":\"3\"}]",
        "\"components\":[{\"kind\":\"district\",\"value\":\"d\"},{\"kind\":\"country\",\"value\":\"DE\"}]" },
      { "\"countryCode\":\"DE\"", "\"coordinates\":\"geo:1.5,-2\"", "\"timeZone\":\"Europe/Berlin\"",
        "\"coordinates\":\"nowhere\"" },
      ALL,
      'a' },
    { "onlineServices",
      "user",
      { "\"uri\":\"https://x.org/@a;b,c\"", "\"uri\":\"xmpp:a@b\",\"vCardName\":\"impp\"",
        "\"vCardName\":\"x-skype\"" },
      { "\"service\":\"Mastodon\"", "\"service\":\"Skype\"", "\"service\":\"home\"" },
      ALL,
      's' },
    { "links", "uri", { "\"kind\":\"contact\"" }, { "\"mediaType\":\"text/html\"" }, ALL, 'l' },
    { "notes",
      "note",
      { "\"author\":{\"name\":\"U: \\\"u\\\"\"}", "\"author\":{\"uri\":\"mailto:a@b\"}" },
      { "\"created\":\"2020-01-02T03:04:05Z\"" },
      0,
      'n' },
    { "media",
      "uri",
      { "\"kind\":\"photo\"", "\"kind\":\"logo\"", "\"kind\":\"sound\"" },
      { "\"mediaType\":\"image/png\"" },
      ALL,
      'm' },
    { "cryptoKeys", "uri", { 0 }, { "\"mediaType\":\"application/pgp-keys\"" }, ALL, 'c' },
    { "calendars",
      "uri",
      { "\"kind\":\"calendar\"", "\"kind\":\"freeBusy\"" },
      { "\"mediaType\":\"text/calendar\"" },
      ALL,
      'u' },
    { "schedulingAddresses", "uri", { 0 }, { 0 }, ALL, 'h' },
    { "directories", "uri", { "\"kind\":\"entry\"", "\"kind\":\"directory\"" }, { "\"listAs\":3" }, ALL, 'd' },
    { "personalInfo",
      "value",
      { "\"kind\":\"hobby\"", "\"kind\":\"expertise\"", "\"kind\":\"interest\"" },
      { "\"level\":\"high\"", "\"level\":\"low\"", "\"listAs\":1" },
      LABEL,
      'i' },
    { "preferredLanguages", "language", { 0 }, { 0 }, CONTEXTS | PREF, 'g' },
};
static const char *const dates[] = {
    "{\"year\":1980,\"month\":7,\"day\":14}",
    "{\"month\":2,\"day\":29}",
    "{\"year\":1999}",
    "{\"year\":2001,\"month\":5}",
    "{\"month\":5}",
    "{\"year\":1604,\"month\":1,\"day\":2}",
    "{\"@type\":\"Timestamp\",\"utc\":\"1985-04-12T10:20:30Z\"}",
    "{\"year\":5740,\"month\":3,\"day\":2,\"calendarScale\":\"hebrew\"}",
};
static const char *const wholes[] = {
    "\"kind\":\"org\"",
    "\"kind\":\"group\",\"members\":{\"urn:uuid:1\":true,\"mailto:a@x.org\":true}",
    "\"kind\":\"individual\"",
    "\"kind\":\"device\"",
    "\"language\":\"de\"",
    "\"created\":\"2019-01-02T03:04:05Z\"",
    "\"updated\":\"2020-01-02T03:04:05.5Z\"",
    "\"prodId\":\"-//x;y\"",
    "\"keywords\":{\"a, b\":true,\"c\":true}",
    "\"localizations\":{\"de\":{\"name/full\":\"Anna\"}}",
    "\"x.org:m\":{\"a\":[1,null]}",
    "\"speakToAs\":{\"grammaticalGender\":\"neuter\",\"pronouns\":{\"k1\":{\"pronouns\":\"they/them\",\"pref\":2}}}",
    "\"speakToAs\":{\"pronouns\":{\"zz\":{\"pronouns\":\"x\"}}}",
    "\"vCardProps\":[[\"x-a\",{\"group\":\"item1\"},\"unknown\",\"b;c\"],[\"gender\",{},\"unknown\",\"F\"]]",
    "\"vCardProps\":[[\"tel\",{},\"text\",\"sneaky\"]]",
};
static const char *const relations[] = { "\"friend\":true", "\"parent\":true", "\"kin\":true,\"child\":true", "",
                                         "\"x\":true",      "\"spouse\":true" };
static const char *const name_kinds[] = { "title",    "given",      "given2",     "surname",
                                          "surname2", "generation", "credential", "separator" };

#define ANY(list) list[rand_below(dice, countof(list))]

static size_t filled(const char *const *list, size_t n)
{
    size_t i = 0;

    while (i < n && list[i])
        i++;
    return i;
}

/* One of the list, or none. */
static void put_one(struct rand_seeded *dice, struct buf *b, const char *const *list, size_t n)
{
    size_t at = rand_below(dice, filled(list, n) * 2 + 1);

    if (at < filled(list, n))
        buf_fmt(b, ",%s", list[at]);
}

static void put_common(struct rand_seeded *dice, struct buf *b, unsigned has)
{
    if ((has & CONTEXTS) && rand_below(dice, 2))
        buf_fmt(b, ",\"contexts\":{\"%s\":true}", rand_below(dice, 2) ? "work" : "private");
    if ((has & PREF) && !rand_below(dice, 3))
        buf_fmt(b, ",\"pref\":%d", (int)rand_below(dice, 4) + 1);
    if ((has & LABEL) && !rand_below(dice, 3))
        buf_fmt(b, ",\"label\":\"%s\"", ANY(labels));
    if (!rand_below(dice, 4))
        buf_fmt(b, ",\"vCardParams\":{%s}", ANY(params));
}

static void put_id(struct rand_seeded *dice, struct buf *b, char id, unsigned no)
{
    if (rand_below(dice, 6))
        buf_fmt(b, "%s\"%c%u\":", no > 1 ? "," : "", id, no);
    else
        buf_fmt(b, "%s\"Q-%u_\":", no > 1 ? "," : "", no);
}

static void put_map(struct rand_seeded *dice, struct buf *b, size_t map)
{
    unsigned n = (unsigned)rand_below(dice, 4);

    buf_fmt(b, ",\"%s\":{", maps[map].map);
    for (unsigned no = 1; no <= n; no++) {
        put_id(dice, b, maps[map].id, no);
        buf_fmt(b, "{\"%s\":\"%s\"", maps[map].value, ANY(texts));
        if (!strcmp(maps[map].map, "media") || !strcmp(maps[map].map, "calendars") ||
            !strcmp(maps[map].map, "directories") || !strcmp(maps[map].map, "personalInfo"))
            buf_fmt(b, ",%s", maps[map].either[rand_below(dice, filled(maps[map].either, countof(maps[map].either)))]);
        else
            put_one(dice, b, maps[map].either, countof(maps[map].either));
        put_one(dice, b, maps[map].also, countof(maps[map].also));
        put_common(dice, b, maps[map].has);
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

static void put_name(struct rand_seeded *dice, struct buf *b)
{
    unsigned n = (unsigned)rand_below(dice, 6);

    buf_fmt(b, ",\"name\":{\"full\":\"%s\"", ANY(texts));
    buf_put(b, n ? S(",\"components\":[") : S(""));
    for (unsigned i = 0; i < n; i++)
        buf_fmt(b, "%s{\"kind\":\"%s\",\"value\":\"%s\"}", i ? "," : "",
                name_kinds[rand_below(dice, countof(name_kinds) - !i)], ANY(texts));
    buf_put(b, n ? S("]") : S(""));
    if (n && rand_below(dice, 2))
        buf_put(b, S(",\"isOrdered\":true"));
    if (n && !rand_below(dice, 4))
        buf_put(b, S(",\"sortAs\":{\"surname\":\"a, b\"}"));
    put_common(dice, b, 0);
    buf_char(b, '}');
}

static void put_people_and_dates(struct rand_seeded *dice, struct buf *b)
{
    unsigned n = (unsigned)rand_below(dice, 4);

    buf_put(b, S(",\"relatedTo\":{"));
    for (unsigned i = 0; i < n; i++) {
        buf_fmt(b, "%s\"%s%u\":{\"relation\":{%s}", i ? "," : "", rand_below(dice, 3) ? "Uta, " : "urn:uuid:", i,
                ANY(relations));
        put_common(dice, b, LABEL);
        buf_char(b, '}');
    }
    buf_put(b, S("},\"anniversaries\":{"));
    for (unsigned no = 1; no <= n; no++) {
        static const char *const kinds[] = { "birth", "death", "wedding", "other" };
        put_id(dice, b, 'y', no);
        buf_fmt(b, "{\"kind\":\"%s\",\"date\":%s", ANY(kinds), ANY(dates));
        if (!rand_below(dice, 4))
            buf_fmt(b, ",\"place\":{\"full\":\"%s\"}", ANY(texts));
        put_common(dice, b, LABEL);
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

/* Members of a card, without the braces. */
static void generate(struct rand_seeded *dice, struct buf *b)
{
    size_t first = rand_below(dice, countof(wholes)), step = rand_below(dice, 6) + 4;

    buf_put(b, S("\"x.org:n\":1"));
    if (rand_below(dice, 4))
        put_name(dice, b);
    for (size_t i = 0; i < countof(maps); i++)
        if (!rand_below(dice, 3))
            put_map(dice, b, i);
    if (rand_below(dice, 2))
        put_people_and_dates(dice, b);
    for (size_t i = first; i < countof(wholes); i += step) /* far enough apart to be no member twice */
        buf_fmt(b, ",%s", wholes[i]);
}

/* ---- what holds of any text that is written ---- */

static size_t parts_of(struct str line)
{
    size_t n = 1;

    for (size_t i = str_find(line, S(":"), 0); i < line.n; i++)
        n += line.p[i] == ';' && line.p[i - 1] != '\\';
    return n;
}

static void check_lines(struct str text, enum vcard_version version)
{
    struct str line, all = text;

    while (text.n && str_next(&text, '\n', &line)) {
        struct str name = str_starts(line, S("item")) ? str_from(line, str_find(line, S("."), 0) + 1) : line;
        if (line.n > 76 || !utf8_valid(line) || !str_ends(line, S("\r")))
            fail_msg("no line of 75 bytes of UTF-8: " STR_FMT, STR_ARG(line));
        if (version == VCARD_3_0 && str_starts(name, S("N:")) && parts_of(name) > 5)
            fail_msg("too many parts: " STR_FMT, STR_ARG(line));
        if (version == VCARD_3_0 && str_starts(name, S("RELATED")) && str_find(line, S(":urn:"), 0) == SIZE_MAX &&
            line.n < 70)
            fail_msg("no phone knows it: " STR_FMT, STR_ARG(line));
        if (version == VCARD_4_0 && str_find(name, S("TYPE=pref"), 0) < str_find(name, S(":"), 0))
            fail_msg("a type of 3.0: " STR_FMT, STR_ARG(all));
    }
}

/* A label stands in a group with one line that it is for. */
static void check_groups(struct arena *a, struct str text)
{
    struct map members = map_of(a);
    struct str line, rest = text;

    while (text.n && str_next(&text, '\n', &line)) {
        size_t dot = str_find(line, S("."), 0);
        if (str_starts(line, S("item")) && dot < str_find(line, S(":"), 0))
            *map_at(&members, str_head(line, dot)) += str_starts(str_from(line, dot), S(".X-ABLabel")) ? 1000 : 1;
    }
    for (text = rest; text.n && str_next(&text, '\n', &line);) {
        size_t dot = str_find(line, S("."), 0);
        if (str_starts(line, S("item")) && dot < 10 && *map_at(&members, str_head(line, dot)) >= 2000)
            fail_msg("two labels in a group:\n" STR_FMT, STR_ARG(rest));
    }
}

static void any_card_comes_back(void **state)
{
    struct rand_seeded dice = { 20261201 };

    (void)state;
    for (unsigned i = 0; i < CARDS; i++) {
        auto_free(arena) a = arena_new(1 << 16);
        auto_buf members = buf_of(1 << 20);
        generate(&dice, &members);
        struct json *card = card_of(a, buf_str(&members));
        for (enum vcard_version to = VCARD_3_0; to <= VCARD_4_0; to++) {
            struct str   text = written(a, card, to);
            struct json *again = read_card(a, text);
            if (!json_equal(card, again))
                fail_msg("card %u to %d\n%s\n%s\n" STR_FMT, i, (int)to, show(a, card), show(a, again), STR_ARG(text));
            check_lines(text, to);
            check_groups(a, text);
        }
    }
}

/* What a phone makes of a card and sends back is, sent to it once more, the same. */
static void a_phone_is_told_the_same_again(void **state)
{
    struct rand_seeded dice = { 8 };

    (void)state;
    for (unsigned i = 0; i < CARDS; i++) {
        auto_free(arena) a = arena_new(1 << 16);
        auto_buf members = buf_of(1 << 20);
        generate(&dice, &members);
        for (enum vcard_version v = VCARD_3_0; v <= VCARD_4_0; v++) {
            struct str once = without_jsprop(a, written(a, card_of(a, buf_str(&members)), v));
            struct str twice = without_jsprop(a, written(a, read_card(a, once), v));
            struct str again = without_jsprop(a, written(a, read_card(a, twice), v));
            if (!str_eq(twice, again))
                fail_msg("card %u\n" STR_FMT "\n" STR_FMT "\n" STR_FMT, i, STR_ARG(once), STR_ARG(twice),
                         STR_ARG(again));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_card_comes_back),
        cmocka_unit_test(a_phone_is_told_the_same_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
