/* A contact as a JSContact tree: its parts by name, its check, its display texts. */
#include "contact/card.h"
#include "base/utf8.h"
#include "contact/fold.h"
#include "contact/jscontact.h"

/* The map's name, the member that is its value, the letter its new ids start with. */
static const struct {
    struct str name, value;
    char       id;
} maps[] = {
    [CARD_EMAILS] = { { "emails", 6 }, { "address", 7 }, 'e' },
    [CARD_PHONES] = { { "phones", 6 }, { "number", 6 }, 'p' },
    [CARD_ADDRESSES] = { { "addresses", 9 }, { "full", 4 }, 'a' },
    [CARD_ORGANIZATIONS] = { { "organizations", 13 }, { "name", 4 }, 'o' },
    [CARD_TITLES] = { { "titles", 6 }, { "name", 4 }, 't' },
    [CARD_NICKNAMES] = { { "nicknames", 9 }, { "name", 4 }, 'k' },
    [CARD_ONLINE_SERVICES] = { { "onlineServices", 14 }, { "uri", 3 }, 's' },
    [CARD_LINKS] = { { "links", 5 }, { "uri", 3 }, 'l' },
    [CARD_NOTES] = { { "notes", 5 }, { "note", 4 }, 'n' },
    [CARD_ANNIVERSARIES] = { { "anniversaries", 13 }, { "kind", 4 }, 'y' },
    [CARD_MEDIA] = { { "media", 5 }, { "uri", 3 }, 'm' },
};

struct json *card_new(struct arena *a, struct str uid)
{
    struct json *card = json_new(a, JSON_OBJECT);

    json_add(card, S("@type"), json_new_text(a, S("Card")));
    json_add(card, S("version"), json_new_text(a, S("1.0")));
    json_add(card, S("uid"), json_new_text(a, uid));
    return card;
}

static void drop_nulls(struct json *object)
{
    for (struct json *m = object->first, *next; m; m = next) {
        next = m->next;
        if (m->type == JSON_NULL)
            json_remove(object, m->key);
    }
}

static enum rc read_card(struct arena *a, struct str text, struct str uid_if_missing, struct json **ret, struct err *e)
{
    struct json *card;

    if (text.n > CARD_BYTES_MAX)
        return err_set(e, RC_TOO_LARGE, "card: %zu bytes, at most %d", text.n, CARD_BYTES_MAX);
    TRY(json_parse(a, text, &card, e));
    if (card->type == JSON_OBJECT) {
        drop_nulls(card);
        if (!json_get(card, S("version")))
            json_set_text(a, card, S("version"), S("1.0"));
        const struct json *uid = json_get(card, S("uid"));
        if (uid_if_missing.n && (!uid || (uid->type == JSON_STRING && !uid->text.n)))
            json_set_text(a, card, S("uid"), uid_if_missing);
    }
    *ret = card;
    return RC_OK;
}

enum rc card_parse(struct arena *a, struct str text, struct str uid_if_missing, struct json **ret, struct err *e)
{
    TRY(read_card(a, text, uid_if_missing, ret, e));
    return card_check(*ret, e);
}

enum rc card_parse_stored(struct arena *a, struct str text, struct json **ret, struct err *e)
{
    TRY(read_card(a, text, S(""), ret, e));
    return jscontact_check(*ret, e);
}

enum rc card_check(const struct json *card, struct err *e)
{
    TRY(jscontact_bounds(card, e));
    return jscontact_check(card, e);
}

struct str card_uid(const struct json *card) { return json_get_text(card, S("uid")); }

enum card_kind card_kind(const struct json *card)
{
    static const char *const names[] = { "individual", "group", "org", "location", "device", "application" };
    struct str               kind = json_get_text(card, S("kind"));

    for (size_t i = 0; i < countof(names); i++)
        if (str_is(kind, names[i]))
            return (enum card_kind)i;
    return CARD_INDIVIDUAL;
}

/* ---- entries ---- */

static struct card_item item_of(const struct json *entry, struct str value)
{
    return (struct card_item){ .json = entry, .id = entry ? entry->key : S(""), .value = json_get_text(entry, value) };
}

struct card_item card_first(const struct json *card, enum card_map map)
{
    const struct json *entries = json_get(card, maps[map].name);
    const struct json *first = entries && entries->type == JSON_OBJECT ? entries->first : NULL;
    struct card_item   it = item_of(first, maps[map].value);

    it.map = map;
    return it;
}

void card_step(struct card_item *it)
{
    enum card_map map = it->map;

    *it = item_of(it->json->next, maps[map].value);
    it->map = map;
}

struct str card_map_name(enum card_map map) { return maps[map].name; }
struct str card_map_value(enum card_map map) { return maps[map].value; }

bool card_item_is(const struct card_item *it, struct str set, struct str flag)
{
    return json_get_bool(json_get(it->json, set), flag, false);
}

/* ---- building ---- */

struct json *card_add(struct arena *a, struct json *card, enum card_map map)
{
    struct json *entries = json_child(a, card, maps[map].name);
    struct str   id;
    unsigned     no = entries->n + 1;

    /* in steps that double: entries numbered to be in the way cost a few steps, not one each */
    for (unsigned step = 1; id = str_fmt(a, "%c%u", maps[map].id, no), json_get(entries, id); step *= 2)
        no += step;
    return json_add(entries, id, json_new(a, JSON_OBJECT));
}

struct json *card_add_value(struct arena *a, struct json *card, enum card_map map, struct str value)
{
    struct json *entry = card_add(a, card, map);

    json_set_text(a, entry, maps[map].value, value);
    return entry;
}

void card_flag(struct arena *a, struct json *entry, struct str set, struct str flag)
{
    json_set(json_child(a, entry, set), flag, json_new_bool(a, true));
}

struct json *card_component(struct arena *a, struct json *owner, struct str kind, struct str value)
{
    struct json *list = json_get(owner, S("components"));

    if (!list || list->type != JSON_ARRAY)
        list = json_set(owner, S("components"), json_new(a, JSON_ARRAY));
    struct json *component = json_push(list, json_new(a, JSON_OBJECT));
    json_set_text(a, component, S("kind"), kind);
    json_set_text(a, component, S("value"), value);
    return component;
}

/* ---- names and addresses ---- */

/* Values of one kind, a space between them. */
static void put_part(struct buf *b, const struct json *owner, struct str kind)
{
    json_each(c, json_get(owner, S("components")))
        if (str_eq(json_get_text(c, S("kind")), kind))
            buf_join(b, S(" "), json_get_text(c, S("value")));
}

static struct str joined(struct arena *a, const struct json *owner, struct str kind)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    put_part(&b, owner, kind);
    return str_copy(a, buf_str(&b));
}

struct str card_name_part(struct arena *a, const struct json *card, struct str kind)
{
    return joined(a, json_get(card, S("name")), kind);
}

struct str card_address_part(struct arena *a, const struct json *address, struct str kind)
{
    struct str part = joined(a, address, kind);
    return part.n || !str_is(kind, "country") ? part : json_get_text(address, S("countryCode"));
}

/* Components in their own order with their separators (RFC 9553 section 1.5.1 and 2.2.1). */
static struct str ordered(struct arena *a, const struct json *owner, struct str between)
{
    auto_buf           b = buf_of(CARD_BYTES_MAX);
    const struct json *own = json_get(owner, S("defaultSeparator"));
    struct str         gap = S("");

    if (own)
        between = json_text(own);
    json_each(c, json_get(owner, S("components"))) {
        struct str value = json_get_text(c, S("value"));
        if (str_is(json_get_text(c, S("kind")), "separator")) {
            gap = value;
            continue;
        }
        if (!value.n)
            continue;
        buf_put(&b, b.n ? gap : S(""));
        buf_put(&b, value);
        gap = between;
    }
    return str_copy(a, buf_str(&b));
}

/* Letters of Chinese, Japanese and Korean names, and nothing else. */
static bool is_east_asian(struct str s)
{
    for (uint32_t c; s.n && utf8_next(&s, &c);) {
        bool han = (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff) ||
                   c == 0x3005;
        bool kana = c >= 0x3040 && c <= 0x30ff, hangul = (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff);
        if (!han && !kana && !hangul)
            return false;
    }
    return true;
}

/* Surname first and without a blank between them, when both are written so; "" when they are not. */
static struct str east_asian_name(struct arena *a, const struct json *card)
{
    struct str surname = card_name_part(a, card, S("surname")), given = card_name_part(a, card, S("given"));

    if (!surname.n || !given.n || !is_east_asian(surname) || !is_east_asian(given))
        return S("");
    return str_join(a, surname, S(""), given);
}

static struct str name_in_full(struct arena *a, const struct json *card)
{
    static const char *const order[] = {
        "title", "given", "given2", "surname", "surname2", "generation", "credential"
    };
    const struct json *name = json_get(card, S("name"));
    struct str         full = str_trim(json_get_text(name, S("full")));

    if (full.n)
        return full;
    if (json_get_bool(name, S("isOrdered"), false))
        return str_trim(ordered(a, name, S(" ")));
    auto_buf   b = buf_of(CARD_BYTES_MAX);
    struct str whole = east_asian_name(a, card);
    for (size_t i = 0; i < countof(order); i++) {
        bool in_whole = whole.n && (str_is(str_of(order[i]), "given") || str_is(str_of(order[i]), "surname"));
        if (in_whole && str_is(str_of(order[i]), "given"))
            buf_join(&b, S(" "), whole);
        else if (!in_whole)
            put_part(&b, name, str_of(order[i]));
    }
    return str_trim(str_copy(a, buf_str(&b)));
}

struct str card_display_name(struct arena *a, const struct json *card)
{
    static const enum card_map instead[] = { CARD_ORGANIZATIONS, CARD_NICKNAMES, CARD_EMAILS, CARD_PHONES,
                                             CARD_ONLINE_SERVICES };
    struct str                 name = name_in_full(a, card);

    for (size_t i = 0; !name.n && i < countof(instead); i++)
        for (struct card_item it = card_first(card, instead[i]); !name.n && card_has(&it); card_step(&it))
            name = str_trim(it.value);
    return name.n ? name : S("(no name)");
}

struct str card_address_line(struct arena *a, const struct json *address)
{
    static const struct {
        const char *kind, *before;
    } order[] = {
        { "postOfficeBox", ", " }, { "apartment", ", " },   { "room", ", " },     { "floor", ", " },
        { "building", ", " },      { "name", ", " },        { "number", ", " },   { "block", ", " },
        { "district", ", " },      { "subdistrict", ", " }, { "landmark", ", " }, { "postcode", ", " },
        { "locality", " " },       { "region", ", " },
    };
    struct str line = str_trim(json_get_text(address, S("full")));

    if (line.n) {
        char *flat = arena_raw(a, line.n);
        for (size_t i = 0; i < line.n; i++)
            flat[i] = line.p[i] == '\n' || line.p[i] == '\r' ? ' ' : line.p[i];
        return (struct str){ flat, line.n };
    }
    if (json_get_bool(address, S("isOrdered"), false) && json_get(address, S("components")))
        return ordered(a, address, S(", "));
    auto_buf b = buf_of(CARD_BYTES_MAX);
    for (size_t i = 0; i < countof(order); i++) {
        bool house = str_is(str_of(order[i].kind), "number") && joined(a, address, S("name")).n;
        buf_join(&b, house ? S(" ") : str_of(order[i].before), joined(a, address, str_of(order[i].kind)));
    }
    buf_join(&b, S(", "), card_address_part(a, address, S("country")));
    return str_copy(a, buf_str(&b));
}

/* ---- what a list needs ---- */

static struct str sort_key(struct arena *a, const struct json *card, struct str name)
{
    const struct json *as = json_get(json_get(card, S("name")), S("sortAs"));
    struct str         surname = json_get_text(as, S("surname")), given = json_get_text(as, S("given"));

    if (!surname.n)
        surname = str_join(a, card_name_part(a, card, S("surname")), S(" "), card_name_part(a, card, S("surname2")));
    if (!given.n)
        given = str_join(a, card_name_part(a, card, S("given")), S(" "), card_name_part(a, card, S("given2")));
    return fold_text(a, surname.n ? str_join(a, surname, S(" "), given) : name);
}

void card_head(struct arena *a, const struct json *card, struct card_head *ret)
{
    const struct json *keywords = json_get(card, S("keywords"));

    *ret = (struct card_head){ .uid = card_uid(card), .name = card_display_name(a, card), .company = S("") };
    ret->sort_key = sort_key(a, card, ret->name);
    for (struct card_item it = card_first(card, CARD_ORGANIZATIONS); !ret->company.n && card_has(&it); card_step(&it))
        ret->company = str_trim(it.value);
    if (!keywords || keywords->type != JSON_OBJECT || !keywords->n)
        return;
    ret->tags = arena_array(a, struct str, keywords->n);
    json_each(k, keywords)
        if (k->type == JSON_TRUE)
            ret->tags[ret->ntags++] = k->key;
}
