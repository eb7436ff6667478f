/* Makes a card of one CSV record. */
#include "base/vec.h"
#include "contact/card.h"
#include "contact/csv/csv_map.h"
#include "contact/fold.h"
#include "contact/name.h"
#include "contact/place.h"

/* A card being made from a row; groups are entries that several columns make together. */
struct group {
    struct str   head;
    struct json *json;
};
struct row {
    struct arena            *a;
    const struct csv_map    *map;
    const struct csv_record *record;
    struct json             *card, *name;
    VEC(struct group) groups;
};

static struct str value_at(const struct row *r, size_t i)
{
    return i < r->record->n ? csv_plain(str_trim(r->record->field[i])) : S("");
}

/* What a column with exactly this target holds in the row. */
static struct str value_of(const struct row *r, struct str head, const char *part)
{
    for (size_t i = 0; i < r->map->n; i++) {
        struct csv_target t = csv_target_of(r->map->column[i].target);
        if (str_eq(t.head, head) && str_is(t.part, part))
            return value_at(r, i);
    }
    return S("");
}

static struct json *group_of(struct row *r, struct str head, enum card_map map)
{
    for (size_t i = 0; i < r->groups.n; i++)
        if (str_eq(r->groups.v[i].head, head))
            return r->groups.v[i].json;
    *vec_push(r->a, &r->groups) = (struct group){ head, card_add(r->a, r->card, map) };
    return r->groups.v[r->groups.n - 1].json;
}

/* Google writes several values into one cell: "a ::: b". */
static bool next_value(struct str *rest, struct str *ret)
{
    if (!rest->p)
        return false;
    size_t at = str_find(*rest, S(":::"), 0);
    *ret = str_trim(str_head(*rest, size_min(at, rest->n)));
    *rest = at == SIZE_MAX ? (struct str){ 0 } : str_from(*rest, at + 3);
    return true;
}

static bool has_room(const struct row *r, struct str map)
{
    const struct json *entries = json_get(r->card, map);
    return !entries || entries->n < CARD_ITEMS_MAX;
}

/* ---- labels ---- */

static const struct {
    const char *word, *set, *flag;
} words[] = {
    { "home", "contexts", "private" },
    { "private", "contexts", "private" },
    { "privat", "contexts", "private" },
    { "personal", "contexts", "private" },
    { "work", "contexts", "work" },
    { "business", "contexts", "work" },
    { "office", "contexts", "work" },
    { "geschaftlich", "contexts", "work" },
    { "arbeit", "contexts", "work" },
    { "mobile", "features", "mobile" },
    { "mobil", "features", "mobile" },
    { "cell", "features", "mobile" },
    { "fax", "features", "fax" },
    { "pager", "features", "pager" },
    { "textphone", "features", "textphone" },
    { "main", "features", "main-number" },
    { "voice", "features", "voice" },
    { "other", NULL, NULL },
};

static bool put_word(struct row *r, struct json *entry, struct str word, bool phone)
{
    for (size_t i = 0; i < countof(words); i++) {
        if (!str_is(word, words[i].word))
            continue;
        if (words[i].set && str_is(str_of(words[i].set), "features") && !phone)
            return false;
        if (words[i].set)
            card_flag(r->a, entry, str_of(words[i].set), str_of(words[i].flag));
        return true;
    }
    return false;
}

/* "* Work Fax" -> preferred, context work, feature fax; what is no such word stays as label. */
static void put_label(struct row *r, struct json *entry, struct str label, bool phone)
{
    if (str_starts(label, S("*"))) {
        label = str_trim(str_from(label, 1));
        json_set(entry, S("pref"), json_new_i64(r->a, 1));
    }
    struct str rest = fold_text(r->a, label), word;
    bool       all = true;
    for (struct json *trial = json_new(r->a, JSON_OBJECT); all && fold_word(r->a, &rest, &word);)
        all = put_word(r, trial, word, phone);
    if (!all)
        json_set_text(r->a, entry, S("label"), label);
    for (rest = fold_text(r->a, label); all && fold_word(r->a, &rest, &word);)
        put_word(r, entry, word, phone);
}

static void put_flags(struct row *r, struct json *entry, struct str flags)
{
    for (struct str rest = flags, one; flags.n && str_next(&rest, ',', &one);)
        put_word(r, entry, one, true);
}

/* ---- one handler for each kind of target; false: the value could not be read and is kept as it is ---- */

static bool put_name(struct row *r, const struct csv_target *t, struct str value)
{
    if (str_is(t->part, "nickname")) {
        card_add_value(r->a, r->card, CARD_NICKNAMES, value);
    } else if (str_is(t->part, "full")) {
        json_set_text(r->a, r->name, S("full"), value);
    } else if (str_starts(t->part, S("phonetic-"))) {
        json_each(c, json_get(r->name, S("components")))
            if (str_eq(json_get_text(c, S("kind")), str_from(t->part, 9)))
                return json_set_text(r->a, c, S("phonetic"), value) != NULL;
        return false;
    } else {
        card_component(r->a, r->name, t->part, value);
    }
    return true;
}

static bool put_entries(struct row *r, const struct csv_target *t, struct str value)
{
    enum card_map map = str_is(t->base, "emails") ? CARD_EMAILS : str_is(t->base, "phones") ? CARD_PHONES : CARD_LINKS;
    struct str    label = value_of(r, t->head, "label"), one;

    while (next_value(&value, &one)) {
        if (!one.n)
            continue;
        if (!has_room(r, card_map_name(map)))
            return false;
        struct json *entry = card_add_value(r->a, r->card, map, one);
        put_flags(r, entry, t->flags);
        if (label.n)
            put_label(r, entry, label, map == CARD_PHONES);
    }
    return true;
}

static bool put_service(struct row *r, const struct csv_target *t, struct str value)
{
    struct str service = t->flags.n ? t->flags : value_of(r, t->head, "label"), one;

    while (next_value(&value, &one)) {
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

static bool put_address(struct row *r, const struct csv_target *t, struct str value)
{
    struct json *entry = group_of(r, t->head, CARD_ADDRESSES);
    struct str   label = value_of(r, t->head, "label");

    if (!entry->n) {
        put_flags(r, entry, t->flags);
        if (label.n)
            put_label(r, entry, label, false);
    }
    if (str_is(t->part, "full"))
        json_set_text(r->a, entry, S("full"), value);
    else
        card_component(r->a, entry,
                       str_is(t->part, "street")     ? S("name")
                       : str_is(t->part, "extended") ? S("apartment")
                                                     : t->part,
                       value);
    struct str country = str_is(t->part, "country") ? place_country(r->a, value) : S("");
    if (country.n)
        json_set_text(r->a, entry, S("countryCode"), country);
    return true;
}

static bool put_organization(struct row *r, const struct csv_target *t, struct str value)
{
    if (str_is(t->part, "title") || str_is(t->part, "role")) {
        struct json *title = card_add_value(r->a, r->card, CARD_TITLES, value);
        json_set_text(r->a, title, S("kind"), t->part);
        if (value_of(r, t->head, "name").n)
            json_set_text(r->a, title, S("organizationId"), group_of(r, t->head, CARD_ORGANIZATIONS)->key);
        return true;
    }
    struct json *organization = group_of(r, t->head, CARD_ORGANIZATIONS);
    if (str_is(t->part, "name")) {
        json_set_text(r->a, organization, S("name"), value);
        return true;
    }
    struct json *units = json_get(organization, S("units"));
    if (!units)
        units = json_set(organization, S("units"), json_new(r->a, JSON_ARRAY));
    json_set_text(r->a, json_push(units, json_new(r->a, JSON_OBJECT)), S("name"), value);
    return true;
}

/* 1990-02-03, --02-03, 2/3/1990 (month first, unless it cannot be), 3.2.1990. */
static bool read_date(struct str s, int64_t *y, int64_t *m, int64_t *d)
{
    int64_t number[3];
    size_t  n = 0;
    char    gap = 0;

    s = str_head(s, size_min(str_find(s, S(" "), 0), size_min(str_find(s, S("T"), 0), s.n)));
    bool no_year = str_starts(s, S("--"));
    for (s = str_from(s, no_year ? 2 : 0); s.n;) {
        size_t digits = 0;
        while (digits < s.n && ascii_digit(s.p[digits]))
            digits++;
        if (n == 3 || !str_i64(str_head(s, digits), 0, 9999, &number[n++]))
            return false;
        s = str_from(s, digits);
        if (s.n && ((gap && s.p[0] != gap) || !strchr("-/.", s.p[0])))
            return false;
        gap = s.n ? s.p[0] : gap;
        s = str_from(s, 1);
    }
    if (n != (no_year ? 2 : 3))
        return false;
    bool iso = gap == '-' && number[0] > 31, day_first = gap == '.' || number[0] > 12;
    *y = no_year ? 0 : iso ? number[0] : number[2];
    *m = no_year ? number[0] : iso || !day_first ? number[iso] : number[1];
    *d = no_year ? number[1] : iso ? number[2] : day_first ? number[0] : number[1];
    return *m >= 1 && *m <= 12 && *d >= 1 && *d <= 31 && (no_year || *y >= 1000);
}

static bool put_date(struct row *r, const struct csv_target *t, struct str value)
{
    int64_t    y, m, d;
    struct str label = value_of(r, t->head, "label");

    if (!read_date(value, &y, &m, &d))
        return str_is(value, "0/0/00"); /* Outlook's "none" */
    struct json *entry = card_add(r->a, r->card, CARD_ANNIVERSARIES), *date;
    bool         birth = str_is(t->base, "birthday"), wedding = str_is(t->base, "anniversary");
    json_set_text(r->a, entry, S("kind"),
                  birth                 ? S("birth")
                  : wedding || !label.n ? S("wedding")
                                        : fold_text(r->a, label));
    if (label.n)
        json_set_text(r->a, entry, S("label"), label);
    date = json_child(r->a, entry, S("date"));
    if (y)
        json_set(date, S("year"), json_new_i64(r->a, y));
    json_set(date, S("month"), json_new_i64(r->a, m));
    json_set(date, S("day"), json_new_i64(r->a, d));
    return true;
}

static bool put_keywords(struct row *r, const struct csv_target *t, struct str value)
{
    bool       google = str_find(value, S(":::"), 0) != SIZE_MAX;
    char       sep = str_find(value, S(";"), 0) != SIZE_MAX ? ';' : ',';
    struct str one;

    (void)t;
    while (google ? next_value(&value, &one) : str_next(&value, sep, &one)) {
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
    static const char *const relations[] = { "spouse", "child",     "parent",  "sibling",
                                             "friend", "colleague", "contact", "neighbor" };
    struct str               label = fold_text(r->a, value_of(r, t->head, "label"));

    for (size_t i = 0; i < countof(relations); i++) {
        if (!str_is(label, relations[i]))
            continue;
        card_flag(r->a, json_child(r->a, json_child(r->a, r->card, S("relatedTo")), value), S("relation"), label);
        return true;
    }
    return false;
}

static bool put_note(struct row *r, const struct csv_target *t, struct str value)
{
    (void)t;
    return card_add_value(r->a, r->card, CARD_NOTES, value) != NULL;
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
    { "birthday", put_date },
    { "anniversary", put_date },
    { "anniversaries", put_date },
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
    struct csv_target t = csv_target_of(i < r->map->n ? r->map->column[i].target : S(""));

    if (str_is(t.part, "label")) /* read together with the value */
        return value_of(r, t.head, "").n || str_is(t.base, "addresses");
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
        struct str value = value_at(&r, i);
        any |= value.n > 0;
        if (value.n && !put(&r, i, value))
            keep(&r, i, value);
    }
    if (!any)
        return err_set(e, RC_INVALID, "csv: line %zu: an empty row", record->line);
    if (r.name->n == 1 && json_get(r.name, S("full")))
        r.name = name_object(a, json_get_text(r.name, S("full")));
    if (r.name->n)
        json_set(r.card, S("name"), r.name);
    *ret = r.card;
    return RC_OK;
}
