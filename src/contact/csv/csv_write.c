/* Writes cards as CSV. */
#include "contact/card.h"
#include "contact/csv/csv_map.h"
#include "contact/vcard/vcard_date.h"

/* Columns of Google's export as of 2024, in its order; Google's own import knows them by these names. */
static const char *const google[] = {
    "First Name",
    "Middle Name",
    "Last Name",
    "Phonetic First Name",
    "Phonetic Middle Name",
    "Phonetic Last Name",
    "Name Prefix",
    "Name Suffix",
    "Nickname",
    "File As",
    "Organization Name",
    "Organization Title",
    "Organization Department",
    "Birthday",
    "Notes",
    "Photo",
    "Labels",
};
/* What Google has no column for, behind all of its own. */
static const char *const ours[] = { "Name", "Role", "UID" };

/* Columns of an entry with a number: "E-mail 1 - Label". */
struct numbered {
    const char        *stem;
    size_t             counter;
    const char *const *part;
    unsigned           first;
};
static const char *const labelled[] = { "Label", "Value", NULL };
static const char *const address_parts[] = { "Label",       "Formatted", "Street",           "City", "PO Box", "Region",
                                             "Postal Code", "Country",   "Extended Address", NULL };
static const char *const organization_parts[] = { "Name", "Title", "Department", NULL };
static const char *const service_parts[] = { "Service", "Value", NULL };
static const struct numbered numbered[] = {
    { "E-mail", offsetof(struct csv_plan, emails), labelled, 1 },
    { "Phone", offsetof(struct csv_plan, phones), labelled, 1 },
    { "Address", offsetof(struct csv_plan, addresses), address_parts, 1 },
    { "Organization", offsetof(struct csv_plan, organizations), organization_parts, 2 },
    { "Relation", offsetof(struct csv_plan, relations), labelled, 1 },
    { "Website", offsetof(struct csv_plan, links), labelled, 1 },
    { "Event", offsetof(struct csv_plan, anniversaries), labelled, 1 },
    { "IM", offsetof(struct csv_plan, services), service_parts, 1 },
};

static unsigned count_of(const struct csv_plan *plan, const struct numbered *n)
{
    return *(const unsigned *)((const char *)plan + n->counter);
}

/* The date of the column Birthday; any other is an event. */
static const struct json *birthday_of(const struct json *card)
{
    for (struct card_item it = card_first(card, CARD_ANNIVERSARIES); card_has(&it); card_step(&it))
        if (str_is(it.value, "birth"))
            return it.json;
    return NULL;
}

static unsigned entries(const struct json *card, enum card_map map)
{
    const struct json *all = json_get(card, card_map_name(map));
    return (unsigned)(all ? all->n : 0) - (map == CARD_ANNIVERSARIES && birthday_of(card));
}

static void most(unsigned *counter, unsigned n)
{
    if (n > *counter)
        *counter = n;
}

/* A column of ours that a value was kept under, as a birthday that is no date: it goes back there. */
static bool is_ours(struct str name) { return str_is(name, "Birthday"); }

void csv_plan_card(struct arena *a, struct csv_plan *plan, const struct json *card)
{
    most(&plan->emails, entries(card, CARD_EMAILS));
    most(&plan->phones, entries(card, CARD_PHONES));
    most(&plan->addresses, entries(card, CARD_ADDRESSES));
    most(&plan->organizations, entries(card, CARD_ORGANIZATIONS));
    most(&plan->relations, (unsigned)(json_get(card, S("relatedTo")) ? json_get(card, S("relatedTo"))->n : 0));
    most(&plan->links, entries(card, CARD_LINKS));
    most(&plan->services, entries(card, CARD_ONLINE_SERVICES));
    most(&plan->anniversaries, entries(card, CARD_ANNIVERSARIES));
    if (!plan->known.a)
        plan->known = map_of(a);
    json_each(column, json_get(card, CSV_EXTENSION)) {
        if (plan->nextra == countof(plan->extra) || map_find(&plan->known, column->key) || is_ours(column->key))
            continue;
        struct str name = str_copy(a, column->key);
        *map_at(&plan->known, name) = 1;
        plan->extra[plan->nextra++] = name;
    }
}

void csv_write_header(struct buf *b, const struct csv_plan *plan)
{
    auto_buf name = buf_of(200);

    for (size_t i = 0; i < countof(google); i++)
        csv_put(b, i == 0, str_of(google[i]), false);
    for (size_t i = 0; i < countof(numbered); i++) {
        for (unsigned n = numbered[i].first; n <= count_of(plan, &numbered[i]); n++) {
            for (size_t k = 0; numbered[i].part[k]; k++) {
                buf_clear(&name);
                buf_fmt(&name, "%s %u - %s", numbered[i].stem, n, numbered[i].part[k]);
                csv_put(b, false, buf_str(&name), false);
            }
        }
    }
    for (size_t i = 0; i < countof(ours); i++)
        csv_put(b, false, str_of(ours[i]), false);
    for (size_t i = 0; i < plan->nextra; i++)
        csv_put(b, false, plan->extra[i], true);
    csv_end(b);
}

/* ---- values ---- */

static bool has(const struct card_item *it, const char *set, const char *flag)
{
    return card_item_is(it, str_of(set), str_of(flag));
}

/* "* Work Fax", "* Shop ::: Work": what csv_label() reads back as preference, contexts, features and label. */
static struct str label_of(struct arena *a, const struct card_item *it)
{
    static const char *const flags[][3] = {
        { "contexts", "work", "Work" },       { "contexts", "private", "Home" },
        { "features", "mobile", "Mobile" },   { "features", "fax", "Fax" },
        { "features", "pager", "Pager" },     { "features", "textphone", "Textphone" },
        { "features", "main-number", "Main" }
    };
    auto_buf b = buf_of(CARD_BYTES_MAX), words = buf_of(100);

    for (size_t i = 0; i < countof(flags); i++)
        if (has(it, flags[i][0], flags[i][1]))
            buf_join(&words, S(" "), str_of(flags[i][2]));
    buf_put(&b, json_get_text(it->json, S("label")));
    buf_join(&b, S(" ::: "), buf_str(&words));
    return json_get_i64(it->json, S("pref"), 0) == 1 ? str_fmt(a, "* " STR_FMT, STR_ARG(buf_str(&b)))
                                                     : str_copy(a, buf_str(&b));
}

static void put(struct buf *b, struct str value) { csv_put(b, false, value, true); }

static struct str joined(struct arena *a, const struct json *card, enum card_map map)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    for (struct card_item it = card_first(card, map); card_has(&it); card_step(&it))
        buf_join(&b, S(" ::: "), it.value);
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

static struct str date_text(struct arena *a, const struct json *entry)
{
    auto_buf b = buf_of(64);
    return vcard_date_write(&b, json_get(entry, S("date")), false) ? str_copy(a, buf_str(&b)) : S("");
}

/* A birthday of words ("around 1800") stands among what of a vCard or a CSV file had no other place. */
static struct str birthday(struct arena *a, const struct json *card)
{
    const struct json *birth = birthday_of(card);

    if (birth)
        return date_text(a, birth);
    json_each(prop, json_get(card, S("vCardProps")))
        if (prop->type == JSON_ARRAY && prop->n == 4 && str_is(json_text(json_at(prop, 0)), "bday"))
            return json_text(json_at(prop, 3));
    return json_get_text(json_get(card, CSV_EXTENSION), S("Birthday"));
}

/* The address of the photo; a picture inside the card is no text for a cell. */
static struct str photo(const struct json *card)
{
    for (struct card_item it = card_first(card, CARD_MEDIA); card_has(&it); card_step(&it)) {
        struct str uri = json_get_text(it.json, S("uri"));
        if (str_is(json_get_text(it.json, S("kind")), "photo") && uri.n && !str_starts(uri, S("data:")))
            return uri;
    }
    return S("");
}

static void put_blank(struct buf *b, size_t n)
{
    while (n--)
        buf_char(b, ',');
}

/* What stands before the value: its label, for a service its name, for a date its kind. */
static struct str before(struct arena *a, const struct card_item *it)
{
    struct str label = label_of(a, it);

    if (it->map == CARD_ONLINE_SERVICES)
        return json_get_text(it->json, S("service"));
    if (it->map != CARD_ANNIVERSARIES || label.n)
        return label;
    return str_is(it->value, "wedding") ? S("Anniversary") : it->value;
}

static struct str value_of(struct arena *a, const struct card_item *it)
{
    if (it->map == CARD_ANNIVERSARIES)
        return date_text(a, it->json);
    return it->value.n || it->map != CARD_ONLINE_SERVICES ? it->value : json_get_text(it->json, S("user"));
}

static void put_labelled(struct arena *a, struct buf *b, const struct json *card, enum card_map map, unsigned columns)
{
    const struct json *birth = map == CARD_ANNIVERSARIES ? birthday_of(card) : NULL;
    unsigned           n = 0;

    for (struct card_item it = card_first(card, map); card_has(&it) && n < columns; card_step(&it)) {
        if (it.json == birth)
            continue;
        put(b, before(a, &it));
        csv_put(b, false, value_of(a, &it), false);
        n++;
    }
    put_blank(b, (columns - n) * 2);
}

static void put_relations(struct buf *b, const struct json *card, unsigned columns)
{
    unsigned n = 0;

    json_each(one, json_get(card, S("relatedTo"))) {
        const struct json *relation = json_get(one, S("relation"));
        struct str         label = S("");
        json_each(flag, relation)
            label = label.n ? label : flag->key;
        if (n++ >= columns)
            return;
        put(b, label);
        put(b, one->key);
    }
    put_blank(b, (columns - n) * 2);
}

/* Parts that Google has no column for stand before the flat, in the extended address. */
static struct str extended(struct arena *a, const struct json *address)
{
    static const char *const kinds[] = { "building", "floor",       "apartment", "room",
                                         "block",    "subdistrict", "district",  "landmark" };
    auto_buf                 b = buf_of(CARD_BYTES_MAX);

    for (size_t i = 0; i < countof(kinds); i++)
        buf_join(&b, S(", "), card_address_part(a, address, str_of(kinds[i])));
    return str_copy(a, buf_str(&b));
}

static void put_addresses(struct arena *a, struct buf *b, const struct json *card, unsigned columns)
{
    static const char *const parts[] = { "locality", "postOfficeBox", "region", "postcode", "country" };
    unsigned                 n = 0;

    for (struct card_item it = card_first(card, CARD_ADDRESSES); card_has(&it) && n < columns; card_step(&it), n++) {
        struct str street =
            str_join(a, card_address_part(a, it.json, S("name")), S(" "), card_address_part(a, it.json, S("number")));
        put(b, label_of(a, &it));
        put(b, it.value);
        put(b, street);
        for (size_t i = 0; i < countof(parts); i++)
            put(b, card_address_part(a, it.json, str_of(parts[i])));
        put(b, extended(a, it.json));
    }
    put_blank(b, (columns - n) * 9);
}

/* The first title of each organisation, by its id; titles without any stand under "". */
static struct map titles_of(struct arena *a, const struct json *card)
{
    struct map titles = map_of(a);

    for (struct card_item it = card_first(card, CARD_TITLES); card_has(&it); card_step(&it)) {
        if (str_is(json_get_text(it.json, S("kind")), "role"))
            continue;
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

/* Titles of the first organisation and of none, or all roles. */
static struct str titles_joined(struct arena *a, const struct json *card, struct str first, bool roles)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    for (struct card_item it = card_first(card, CARD_TITLES); card_has(&it); card_step(&it)) {
        struct str of = json_get_text(it.json, S("organizationId"));
        bool       role = str_is(json_get_text(it.json, S("kind")), "role");
        if (role == roles && (roles || !of.n || str_eq(of, first)))
            buf_join(&b, S(" ::: "), it.value);
    }
    return str_copy(a, buf_str(&b));
}

static struct str units_of(struct arena *a, const struct json *organization)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    json_each(unit, json_get(organization, S("units")))
        buf_join(&b, S(" ::: "), json_get_text(unit, S("name")));
    return str_copy(a, buf_str(&b));
}

/* The second and later ones; the first has columns of its own. */
static void put_organizations(struct arena *a, struct buf *b, const struct json *card, unsigned columns)
{
    struct card_item it = card_first(card, CARD_ORGANIZATIONS);
    struct map       titles = titles_of(a, card);

    for (unsigned n = 2; n <= columns; n++) {
        if (it.json)
            card_step(&it);
        put(b, it.json ? it.value : S(""));
        put(b, it.json ? json_get_text(title_under(&titles, it.id), S("name")) : S(""));
        put(b, units_of(a, it.json));
    }
}

static void put_names(struct arena *a, struct buf *b, const struct json *card)
{
    struct str suffix =
        str_join(a, card_name_part(a, card, S("generation")), S(" "), card_name_part(a, card, S("credential")));

    csv_put(b, true, card_name_part(a, card, S("given")), true);
    put(b, card_name_part(a, card, S("given2")));
    put(b, str_join(a, card_name_part(a, card, S("surname")), S(" "), card_name_part(a, card, S("surname2"))));
    put(b, phonetic(card, S("given")));
    put(b, phonetic(card, S("given2")));
    put(b, phonetic(card, S("surname")));
    put(b, card_name_part(a, card, S("title")));
    put(b, suffix);
    put(b, joined(a, card, CARD_NICKNAMES));
    put(b, S("")); /* File As */
}

static void put_google(struct arena *a, struct buf *b, const struct json *card)
{
    struct card_item first = card_first(card, CARD_ORGANIZATIONS);

    put_names(a, b, card);
    put(b, card_has(&first) ? first.value : S(""));
    put(b, titles_joined(a, card, first.id, false));
    put(b, units_of(a, first.json));
    csv_put(b, false, birthday(a, card), false);
    put(b, joined(a, card, CARD_NOTES));
    csv_put(b, false, photo(card), false);
    put(b, keywords(a, card));
}

void csv_write_card(struct arena *a, struct buf *b, const struct csv_plan *plan, const struct json *card)
{
    put_google(a, b, card);
    put_labelled(a, b, card, CARD_EMAILS, plan->emails);
    put_labelled(a, b, card, CARD_PHONES, plan->phones);
    put_addresses(a, b, card, plan->addresses);
    put_organizations(a, b, card, plan->organizations);
    put_relations(b, card, plan->relations);
    put_labelled(a, b, card, CARD_LINKS, plan->links);
    put_labelled(a, b, card, CARD_ANNIVERSARIES, plan->anniversaries);
    put_labelled(a, b, card, CARD_ONLINE_SERVICES, plan->services);
    put(b, json_get_text(json_get(card, S("name")), S("full")));
    put(b, titles_joined(a, card, S(""), true));
    csv_put(b, false, card_uid(card), false);
    for (size_t i = 0; i < plan->nextra; i++)
        put(b, json_get_text(json_get(card, CSV_EXTENSION), plan->extra[i]));
    csv_end(b);
}
