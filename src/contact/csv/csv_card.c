/* Makes a card of one CSV record. */
#include "contact/csv/csv_card_int.h"
#include "contact/fold.h"
#include "contact/name.h"
#include "contact/phone/phone_field.h"
#include "contact/place.h"

static struct json *group_of(struct row *r, struct str head, size_t place, enum card_map map)
{
    for (size_t i = 0; i < r->groups.n; i++)
        if (r->groups.v[i].place == place && str_eq(r->groups.v[i].head, head))
            return r->groups.v[i].json;
    *vec_push(r->a, &r->groups) = (struct group){ head, place, card_add(r->a, r->card, map) };
    return r->groups.v[r->groups.n - 1].json;
}

static bool has_room(const struct row *r, struct str map)
{
    const struct json *entries = json_get(r->card, map);
    return !entries || entries->n < CARD_ITEMS_MAX;
}

/* ---- one handler for each kind of target; false: the value could not be read and is kept as it is ---- */

static bool put_nicknames(struct row *r, struct str value)
{
    for (struct str one; csv_value_next(&value, &one);) {
        if (one.n && !has_room(r, S("nicknames")))
            return false;
        if (one.n)
            card_add_value(r->a, r->card, CARD_NICKNAMES, one);
    }
    return true;
}

/* The second of two columns of whole names, when they differ, is kept. */
static bool put_full(struct row *r, struct str value)
{
    struct str old = json_get_text(r->name, S("full"));

    if (old.n)
        return str_eq(old, value);
    return json_set_text(r->a, r->name, S("full"), value) != NULL;
}

static bool put_name(struct row *r, const struct csv_target *t, struct str value)
{
    if (str_is(t->part, "nickname"))
        return put_nicknames(r, value);
    if (str_is(t->part, "full"))
        return put_full(r, value);
    if (!str_starts(t->part, S("phonetic-")))
        return card_component(r->a, r->name, t->part, value) != NULL;
    json_each(c, json_get(r->name, S("components")))
        if (str_eq(json_get_text(c, S("kind")), str_from(t->part, 9)))
            return json_set_text(r->a, c, S("phonetic"), value) != NULL;
    return false;
}

/* "Anna Berg <anna@example.org>": a card without any name is called so. */
static struct str bare_address(struct row *r, struct str s)
{
    size_t open = str_find(s, S("<"), 0);

    if (str_starts(s, S("mailto:")))
        return str_from(s, 7);
    if (open == SIZE_MAX || !str_ends(s, S(">")) || str_find(s, S("@"), open) == SIZE_MAX)
        return s;
    struct str name = str_trim(str_head(s, open));
    if (name.n > 2 && str_starts(name, S("\"")) && str_ends(name, S("\"")))
        name = str_head(str_from(name, 1), name.n - 2);
    if (name.n && !r->called.n)
        r->called = name;
    return str_trim(str_head(str_from(s, open + 1), s.n - open - 2));
}

static bool put_phones(struct row *r, const struct csv_target *t, struct str value)
{
    struct str label = csv_cell_of(r, t->head, "label"), one, number, remark;

    while (csv_value_next(&value, &one))
        for (struct phone_field field = { one, false }; phone_field_next(r->a, &field, &number, &remark);) {
            if (!has_room(r, S("phones")))
                return false;
            struct json *entry = card_add_value(r->a, r->card, CARD_PHONES, number);
            csv_label_flags(r->a, entry, t->flags);
            struct str said = str_join(r->a, label, S(", "), remark);
            if (said.n)
                csv_label(r->a, entry, said, true);
        }
    return true;
}

static bool put_entries(struct row *r, const struct csv_target *t, struct str value)
{
    enum card_map map = str_is(t->base, "emails") ? CARD_EMAILS : CARD_LINKS;
    struct str    label = csv_cell_of(r, t->head, "label"), one;

    if (str_is(t->base, "phones"))
        return put_phones(r, t, value);

    for (value = csv_cell_values(r->a, value, map); csv_value_next(&value, &one);) {
        one = map == CARD_EMAILS ? bare_address(r, one) : one;
        if (!one.n)
            continue;
        if (!has_room(r, card_map_name(map)))
            return false;
        struct json *entry = card_add_value(r->a, r->card, map, one);
        csv_label_flags(r->a, entry, t->flags);
        if (label.n)
            csv_label(r->a, entry, label, false);
    }
    return true;
}

static bool put_service(struct row *r, const struct csv_target *t, struct str value)
{
    struct str service = t->flags.n ? t->flags : csv_cell_of(r, t->head, "label"), one;

    while (csv_value_next(&value, &one)) {
        if (!one.n)
            continue;
        if (!has_room(r, S("onlineServices")))
            return false;
        struct json *entry = card_add(r->a, r->card, CARD_ONLINE_SERVICES);
        if (service.n)
            json_set_text(r->a, entry, S("service"), service);
        json_set_text(r->a, entry, str_find(one, S(":"), 0) == SIZE_MAX ? S("user") : S("uri"), one);
    }
    return true;
}

static void put_full_address(struct row *r, struct json *entry, struct str value)
{
    struct str old = json_get_text(entry, S("full"));
    json_set_text(r->a, entry, S("full"), str_copy(r->a, str_join(r->a, old, S("\n"), value)));
}

static void put_address_part(struct row *r, const struct csv_target *t, size_t place, struct str value)
{
    struct json *entry = group_of(r, t->head, place, CARD_ADDRESSES);
    struct str   label = csv_cell_of(r, t->head, "label");

    if (!entry->n) {
        csv_label_flags(r->a, entry, t->flags);
        if (label.n)
            csv_label(r->a, entry, label, false);
    }
    if (str_is(t->part, "full"))
        put_full_address(r, entry, value);
    else
        card_component(r->a, entry,
                       str_is(t->part, "street")     ? S("name")
                       : str_is(t->part, "extended") ? S("apartment")
                                                     : t->part,
                       value);
    struct str country = str_is(t->part, "country") ? place_country(r->a, value) : S("");
    if (country.n)
        json_set_text(r->a, entry, S("countryCode"), country);
}

/* Google writes the parts of several addresses at the same places of their cells. */
static bool put_address(struct row *r, const struct csv_target *t, struct str value)
{
    struct str one;

    for (size_t place = 0; csv_value_next(&value, &one); place++) {
        if (place >= CARD_ITEMS_MAX || !has_room(r, S("addresses")))
            return false;
        if (one.n)
            put_address_part(r, t, place, one);
    }
    return true;
}

static bool put_titles(struct row *r, const struct csv_target *t, struct str value)
{
    for (struct str one; csv_value_next(&value, &one);) {
        if (!one.n)
            continue;
        if (!has_room(r, S("titles")))
            return false;
        struct json *title = card_add_value(r->a, r->card, CARD_TITLES, one);
        json_set_text(r->a, title, S("kind"), t->part);
        if (csv_cell_of(r, t->head, "name").n)
            json_set_text(r->a, title, S("organizationId"), group_of(r, t->head, 0, CARD_ORGANIZATIONS)->key);
    }
    return true;
}

static bool put_organization(struct row *r, const struct csv_target *t, struct str value)
{
    if (str_is(t->part, "title") || str_is(t->part, "role"))
        return put_titles(r, t, value);
    struct json *organization = group_of(r, t->head, 0, CARD_ORGANIZATIONS);
    if (str_is(t->part, "name"))
        return !json_get(organization, S("name")) && json_set_text(r->a, organization, S("name"), value) != NULL;
    struct json *units = json_get(organization, S("units"));
    if (!units)
        units = json_set(organization, S("units"), json_new(r->a, JSON_ARRAY));
    for (struct str one; csv_value_next(&value, &one);)
        if (one.n && units->n < CARD_ITEMS_MAX)
            json_set_text(r->a, json_push(units, json_new(r->a, JSON_OBJECT)), S("name"), one);
    return true;
}

static bool put_keywords(struct row *r, const struct csv_target *t, struct str value)
{
    bool       google = str_find(value, S(":::"), 0) != SIZE_MAX;
    char       sep = str_find(value, S(";"), 0) != SIZE_MAX ? ';' : ',';
    struct str one;

    (void)t;
    while (google ? csv_value_next(&value, &one) : str_next(&value, sep, &one)) {
        one = str_trim(one);
        if (str_starts(one, S("* ")))
            one = str_trim(str_from(one, 2));
        if (!has_room(r, S("keywords")))
            return false;
        if (one.n && !str_is(one, "myContacts"))
            card_flag(r->a, r->card, S("keywords"), one);
    }
    return true;
}

static bool put_related(struct row *r, const struct csv_target *t, struct str value)
{
    struct str relation = t->flags.n ? t->flags : fold_text(r->a, csv_cell_of(r, t->head, "label")), one;

    while (csv_value_next(&value, &one)) {
        if (!one.n)
            continue;
        if (!has_room(r, S("relatedTo")))
            return false;
        card_flag(r->a, json_child(r->a, json_child(r->a, r->card, S("relatedTo")), one), S("relation"),
                  relation.n ? relation : S("contact"));
    }
    return true;
}

static bool put_note(struct row *r, const struct csv_target *t, struct str value)
{
    (void)t;
    for (struct str one; csv_value_next(&value, &one);) {
        if (one.n && !has_room(r, S("notes")))
            return false;
        if (one.n)
            card_add_value(r->a, r->card, CARD_NOTES, one);
    }
    return true;
}

static bool put_photo(struct row *r, const struct csv_target *t, struct str value)
{
    (void)t;
    return json_set_text(r->a, card_add_value(r->a, r->card, CARD_MEDIA, value), S("kind"), S("photo")) != NULL;
}

static bool put_text(struct row *r, const struct csv_target *t, struct str value)
{
    return json_set_text(r->a, r->card, t->base, value) != NULL;
}

static const struct {
    const char *base;
    bool (*put)(struct row *r, const struct csv_target *t, struct str value);
} handlers[] = {
    { "name", put_name },
    { "emails", put_entries },
    { "phones", put_entries },
    { "links", put_entries },
    { "onlineServices", put_service },
    { "addresses", put_address },
    { "organization", put_organization },
    { "keywords", put_keywords },
    { "related", put_related },
    { "notes", put_note },
    { "photo", put_photo },
    { "uid", put_text },
    { "language", put_text },
};

/* ---- the row ---- */

/* A column without a place in the card: its name and value stay with it. */
static void keep(struct row *r, size_t i, struct str value)
{
    struct json *kept = json_child(r->a, r->card, CSV_EXTENSION);
    struct str   name = i < r->map->n ? r->map->column[i].name : S("");

    if (!name.n)
        name = str_fmt(r->a, "Column %zu", i + 1);
    for (unsigned n = 2; json_get(kept, name); n++)
        name = str_fmt(r->a, STR_FMT " (%u)", STR_ARG(i < r->map->n ? r->map->column[i].name : S("Column")), n);
    json_add(kept, name, json_new_text(r->a, value));
}

static bool put(struct row *r, size_t i, struct str value)
{
    struct csv_target t = i < r->map->n ? r->map->column[i].parts : csv_target_of(S(""));

    if (str_is(t.part, "label")) /* read together with the value */
        return csv_cell_of(r, t.head, "").n || str_is(t.base, "addresses");
    if (str_is(t.base, "birthday") || str_is(t.base, "anniversary") || str_is(t.base, "anniversaries"))
        return csv_card_date(r, i, &t, value);
    for (size_t k = 0; k < countof(handlers); k++)
        if (str_is(t.base, handlers[k].base))
            return handlers[k].put(r, &t, value);
    return false;
}

enum rc csv_card(struct arena *a, const struct csv_map *map, const struct csv_record *record, struct str uid,
                 struct json **ret, struct err *e)
{
    struct row r = { .a = a, .map = map, .record = record, .card = card_new(a, uid), .name = json_new(a, JSON_OBJECT) };
    bool       any = false;

    if (record->raw.n > CARD_BYTES_MAX / 2)
        return err_set(e, RC_TOO_LARGE, "csv: line %zu: a row of %zu bytes, at most %d", record->line, record->raw.n,
                       CARD_BYTES_MAX / 2);
    for (size_t i = 0; i < record->n; i++) {
        struct str value = csv_cell(&r, i);
        any |= value.n > 0;
        if (value.n && !put(&r, i, value))
            keep(&r, i, value);
    }
    if (!any)
        return err_set(e, RC_INVALID, "csv: line %zu: an empty row", record->line);
    if (!r.name->n && r.called.n)
        json_set_text(a, r.name, S("full"), r.called);
    if (r.name->n == 1 && json_get(r.name, S("full")))
        r.name = name_object(a, json_get_text(r.name, S("full")));
    if (r.name->n)
        json_set(r.card, S("name"), r.name);
    *ret = r.card;
    return RC_OK;
}
