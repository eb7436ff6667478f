/* Writes cards as CSV. */
#include "contact/card.h"
#include "contact/csv/csv_map.h"
#include "contact/diff.h"

/* Columns of Google's export, of which Outlook and spreadsheets understand what matters. */
static const char *const single[] = {
    "First Name",
    "Middle Name",
    "Last Name",
    "Phonetic First Name",
    "Phonetic Last Name",
    "Name Prefix",
    "Name Suffix",
    "Nickname",
    "Name",
    "Birthday",
    "Notes",
    "Labels",
    "UID",
};

/* Columns of an entry with a number: "E-mail 1 - Label". */
struct numbered {
    const char        *stem;
    size_t             counter;
    const char *const *part;
};
static const char *const labelled[] = { "Label", "Value", NULL };
static const char *const address_parts[] = { "Label",       "Formatted", "Street",           "City", "PO Box", "Region",
                                             "Postal Code", "Country",   "Extended Address", NULL };
static const char *const organization_parts[] = { "Name", "Title", "Department", NULL };
static const char *const service_parts[] = { "Service", "Value", NULL };
static const struct numbered numbered[] = {
    { "E-mail", offsetof(struct csv_plan, emails), labelled },
    { "Phone", offsetof(struct csv_plan, phones), labelled },
    { "Address", offsetof(struct csv_plan, addresses), address_parts },
    { "Organization", offsetof(struct csv_plan, organizations), organization_parts },
    { "Website", offsetof(struct csv_plan, links), labelled },
    { "IM", offsetof(struct csv_plan, services), service_parts },
    { "Event", offsetof(struct csv_plan, anniversaries), labelled },
};

static unsigned count_of(const struct csv_plan *plan, const struct numbered *n)
{
    return *(const unsigned *)((const char *)plan + n->counter);
}

static bool is_birthday(const struct card_item *it) { return str_is(it->value, "birth"); }

static unsigned entries(const struct json *card, enum card_map map)
{
    unsigned n = 0;
    for (struct card_item it = card_first(card, map); card_has(&it); card_step(&it))
        n += map != CARD_ANNIVERSARIES || !is_birthday(&it);
    return n;
}

static void most(unsigned *counter, unsigned n)
{
    if (n > *counter)
        *counter = n;
}

void csv_plan_card(struct arena *a, struct csv_plan *plan, const struct json *card)
{
    most(&plan->emails, entries(card, CARD_EMAILS));
    most(&plan->phones, entries(card, CARD_PHONES));
    most(&plan->addresses, entries(card, CARD_ADDRESSES));
    most(&plan->organizations, entries(card, CARD_ORGANIZATIONS));
    if (!plan->organizations)
        most(&plan->organizations, entries(card, CARD_TITLES) > 0);
    most(&plan->links, entries(card, CARD_LINKS));
    most(&plan->services, entries(card, CARD_ONLINE_SERVICES));
    most(&plan->anniversaries, entries(card, CARD_ANNIVERSARIES));
    if (!plan->known.a)
        plan->known = map_of(a);
    json_each(column, json_get(card, CSV_EXTENSION)) {
        if (plan->nextra == countof(plan->extra) || map_find(&plan->known, column->key))
            continue;
        struct str name = str_copy(a, column->key);
        *map_at(&plan->known, name) = 1;
        plan->extra[plan->nextra++] = name;
    }
}

void csv_write_header(struct buf *b, const struct csv_plan *plan)
{
    auto_buf name = buf_of(200);

    for (size_t i = 0; i < countof(single); i++)
        csv_put(b, i == 0, str_of(single[i]), false);
    for (size_t i = 0; i < countof(numbered); i++) {
        for (unsigned n = 1; n <= count_of(plan, &numbered[i]); n++) {
            for (size_t k = 0; numbered[i].part[k]; k++) {
                buf_clear(&name);
                buf_fmt(&name, "%s %u - %s", numbered[i].stem, n, numbered[i].part[k]);
                csv_put(b, false, buf_str(&name), false);
            }
        }
    }
    for (size_t i = 0; i < plan->nextra; i++)
        csv_put(b, false, plan->extra[i], true);
    csv_end(b);
}

/* ---- values ---- */

static bool has(const struct card_item *it, const char *set, const char *flag)
{
    return card_item_is(it, str_of(set), str_of(flag));
}

/* "* Work Fax": what csv_card() reads back as preference, contexts and features. */
static struct str label_of(struct arena *a, const struct card_item *it)
{
    static const char *const flags[][3] = {
        { "contexts", "work", "Work" },       { "contexts", "private", "Home" },
        { "features", "mobile", "Mobile" },   { "features", "fax", "Fax" },
        { "features", "pager", "Pager" },     { "features", "textphone", "Textphone" },
        { "features", "main-number", "Main" }
    };
    auto_buf b = buf_of(CARD_BYTES_MAX);

    if (json_get_i64(it->json, S("pref"), 0) == 1)
        buf_put(&b, S("* "));
    size_t marks = b.n;
    buf_put(&b, json_get_text(it->json, S("label")));
    for (size_t i = 0; !json_get(it->json, S("label")) && i < countof(flags); i++) {
        if (!has(it, flags[i][0], flags[i][1]))
            continue;
        buf_put(&b, b.n > marks ? S(" ") : S(""));
        buf_put(&b, str_of(flags[i][2]));
    }
    return str_copy(a, buf_str(&b));
}

static void put(struct buf *b, struct str value) { csv_put(b, false, value, true); }

static struct str joined(struct arena *a, const struct json *card, enum card_map map)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    for (struct card_item it = card_first(card, map); card_has(&it); card_step(&it))
        buf_join(&b, map == CARD_NOTES ? S("\n\n") : S(" ::: "), it.value);
    return str_copy(a, buf_str(&b));
}

static struct str keywords(struct arena *a, const struct json *card)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    json_each(k, json_get(card, S("keywords")))
        if (!str_is(k->key, "myContacts"))
            buf_join(&b, S(" ::: "), k->key);
    buf_join(&b, S(" ::: "), S("* myContacts"));
    return str_copy(a, buf_str(&b));
}

static struct str phonetic(const struct json *card, struct str kind)
{
    json_each(c, json_get(json_get(card, S("name")), S("components")))
        if (str_eq(json_get_text(c, S("kind")), kind))
            return json_get_text(c, S("phonetic"));
    return S("");
}

static struct str birthday(struct arena *a, const struct json *card)
{
    for (struct card_item it = card_first(card, CARD_ANNIVERSARIES); card_has(&it); card_step(&it))
        if (is_birthday(&it))
            return diff_text(a, S("anniversaries"), it.json);
    return S("");
}

static void put_single(struct arena *a, struct buf *b, const struct json *card)
{
    struct str suffix =
        str_join(a, card_name_part(a, card, S("generation")), S(" "), card_name_part(a, card, S("credential")));

    csv_put(b, true, card_name_part(a, card, S("given")), true);
    put(b, card_name_part(a, card, S("given2")));
    put(b, str_join(a, card_name_part(a, card, S("surname")), S(" "), card_name_part(a, card, S("surname2"))));
    put(b, phonetic(card, S("given")));
    put(b, phonetic(card, S("surname")));
    put(b, card_name_part(a, card, S("title")));
    put(b, suffix);
    put(b, joined(a, card, CARD_NICKNAMES));
    put(b, json_get_text(json_get(card, S("name")), S("full")));
    csv_put(b, false, birthday(a, card), false);
    put(b, joined(a, card, CARD_NOTES));
    put(b, keywords(a, card));
    csv_put(b, false, card_uid(card), false);
}

static void put_blank(struct buf *b, size_t n)
{
    while (n--)
        buf_char(b, ',');
}

static void put_labelled(struct arena *a, struct buf *b, const struct json *card, enum card_map map, unsigned columns)
{
    unsigned n = 0;

    for (struct card_item it = card_first(card, map); card_has(&it) && n < columns; card_step(&it)) {
        if (map == CARD_ANNIVERSARIES && is_birthday(&it))
            continue;
        struct str label = label_of(a, &it),
                   value = map == CARD_ANNIVERSARIES ? diff_text(a, S("anniversaries"), it.json) : it.value;
        if (map == CARD_ONLINE_SERVICES) {
            label = json_get_text(it.json, S("service"));
            value = value.n ? value : json_get_text(it.json, S("user"));
        }
        put(b, map == CARD_ANNIVERSARIES && !label.n ? it.value : label);
        csv_put(b, false, value, false);
        n++;
    }
    put_blank(b, (columns - n) * 2);
}

static void put_addresses(struct arena *a, struct buf *b, const struct json *card, unsigned columns)
{
    static const char *const parts[] = { "locality", "postOfficeBox", "region", "postcode", "country", "apartment" };
    unsigned                 n = 0;

    for (struct card_item it = card_first(card, CARD_ADDRESSES); card_has(&it) && n < columns; card_step(&it), n++) {
        struct str street =
            str_join(a, card_address_part(a, it.json, S("name")), S(" "), card_address_part(a, it.json, S("number")));
        put(b, label_of(a, &it));
        put(b, it.value);
        put(b, street);
        for (size_t i = 0; i < countof(parts); i++)
            put(b, card_address_part(a, it.json, str_of(parts[i])));
    }
    put_blank(b, (columns - n) * 9);
}

/* The first title of each organisation, by its id; titles without any stand under "". */
static struct map titles_of(struct arena *a, const struct json *card)
{
    struct map titles = map_of(a);

    for (struct card_item it = card_first(card, CARD_TITLES); card_has(&it); card_step(&it)) {
        uint64_t *place = map_at(&titles, json_get_text(it.json, S("organizationId")));
        if (!*place)
            *place = (uintptr_t)it.json;
    }
    return titles;
}

static const struct json *title_under(const struct map *titles, struct str organization)
{
    uint64_t *place = map_find(titles, organization);
    return place ? (const struct json *)(uintptr_t)*place : NULL;
}

/* The title that belongs to this organisation; those of none count for the first, whichever stands first in the card. */
static struct str title_of(const struct map *titles, const struct json *card, struct str organization, bool first)
{
    const struct json *own = title_under(titles, organization), *free = first ? title_under(titles, S("")) : NULL;

    if (own && free && own != free) {
        struct card_item it = card_first(card, CARD_TITLES);
        while (it.json != own && it.json != free)
            card_step(&it);
        own = it.json;
    }
    return json_get_text(own ? own : free, S("name"));
}

static struct str units_of(struct arena *a, const struct json *organization)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    json_each(unit, json_get(organization, S("units")))
        buf_join(&b, S(", "), json_get_text(unit, S("name")));
    return str_copy(a, buf_str(&b));
}

static void put_organizations(struct arena *a, struct buf *b, const struct json *card, unsigned columns)
{
    struct card_item it = card_first(card, CARD_ORGANIZATIONS);
    struct map       titles = titles_of(a, card);

    for (unsigned n = 0; n < columns; n++) {
        put(b, it.json ? it.value : S(""));
        put(b, it.json || !n ? title_of(&titles, card, it.id, n == 0) : S(""));
        put(b, units_of(a, it.json));
        if (it.json)
            card_step(&it);
    }
}

void csv_write_card(struct arena *a, struct buf *b, const struct csv_plan *plan, const struct json *card)
{
    put_single(a, b, card);
    put_labelled(a, b, card, CARD_EMAILS, plan->emails);
    put_labelled(a, b, card, CARD_PHONES, plan->phones);
    put_addresses(a, b, card, plan->addresses);
    put_organizations(a, b, card, plan->organizations);
    put_labelled(a, b, card, CARD_LINKS, plan->links);
    put_labelled(a, b, card, CARD_ONLINE_SERVICES, plan->services);
    put_labelled(a, b, card, CARD_ANNIVERSARIES, plan->anniversaries);
    for (size_t i = 0; i < plan->nextra; i++)
        put(b, json_get_text(json_get(card, CSV_EXTENSION), plan->extra[i]));
    csv_end(b);
}
