/* Reads the JSON export of Monica: the contacts of its account. */
#include "base/json.h"
#include "base/utf8.h"
#include "contact/files/files_int.h"
#include "contact/files/json_scan.h"
#include "contact/vcard/vcard_make.h"

enum { TYPES_BYTES_MAX = 4 << 20, CONTACT_DEPTH_MAX = 20, CONTACT_VALUES_MAX = 200000 };

static struct json_scan scan_of(const struct file_reader *r) { return (struct json_scan){ r->text, r->at, r->line }; }

static bool at_account(struct json_scan *s)
{
    json_scan_blanks(s);
    return json_scan_member(s, S("account"));
}

static bool looks(struct str text)
{
    struct json_scan s = { .text = text, .line = 1 }, look;

    if (!at_account(&s))
        return false;
    look = s;
    return json_scan_member(&look, S("data")) || json_scan_member(&s, S("contacts"));
}

/* At account.data: [{"type": "contact", "values": [...]}, ...]; into those values. */
static bool enter_contacts(struct json_scan *s)
{
    struct json_scan_item item;

    if (!json_scan_list(s))
        return false;
    for (struct json_scan at = *s; json_scan_next(&at, '{', true, &item); *s = at) {
        json_scan_blanks(s);
        struct json_scan type = *s;
        if (!item.broken && json_scan_member(&type, S("type")) &&
            str_starts(str_from(type.text, type.at), S("\"contact\"")))
            return json_scan_member(s, S("values")) && json_scan_list(s);
    }
    return false;
}

/* What kinds of contact fields there are: an id, a name, and "email" or "phone" where Monica knows.  They stand at the end of the file, so
 * its end is looked at and not all of it for each piece. */
static void read_types(struct file_reader *r)
{
    static const struct str name = { "\"contact_field_types\"", 21 };
    size_t                  tail = r->text.n > TYPES_BYTES_MAX ? r->text.n - TYPES_BYTES_MAX : 0;
    size_t                  at = str_find(r->text, name, tail);
    struct json_scan        s = { .text = r->text, .at = at == SIZE_MAX ? r->text.n : at + name.n, .line = 1 };
    struct json            *list;

    json_scan_blanks(&s);
    if (s.at >= s.text.n || s.text.p[s.at] != ':')
        return;
    s.at++;
    json_scan_blanks(&s);
    size_t from = s.at;
    if (!json_scan_value(&s) || json_parse(r->a, (struct str){ s.text.p + from, s.at - from }, &list, NULL) != RC_OK)
        return;
    json_each(type, list)
        *map_at(&r->types, json_get_text(type, S("uuid"))) = (uintptr_t)json_get(type, S("properties"));
}

static void open_monica(struct file_reader *r)
{
    struct json_scan s = scan_of(r), list;

    r->program = S("Monica");
    if (!at_account(&s))
        return;
    list = s;
    read_types(r);
    bool found = json_scan_member(&list, S("data")) && enter_contacts(&list);
    if (!found) { /* the first versions: account.contacts.values */
        list = s;
        found = json_scan_member(&list, S("contacts")) && json_scan_member(&list, S("values")) && json_scan_list(&list);
    }
    r->at = found ? list.at : r->text.n;
    r->line = list.line;
}

/* ---- one contact ---- */

static const struct json *type_of(const struct file_reader *r, struct str id)
{
    const uint64_t *at = id.n ? map_find(&r->types, id) : NULL;
    return at ? (const struct json *)(uintptr_t)*at : NULL;
}

static void put_field(const struct file_reader *r, struct vcard_make *m, const struct json *p)
{
    struct str         value = json_get_text(p, S("data"));
    const struct json *type = type_of(r, json_get_text(p, S("type")));
    struct str         kind = json_get_text(type, S("type")), name = json_get_text(type, S("name"));
    bool               at = value.n && memchr(value.p, '@', value.n) != NULL;

    if (str_is(kind, "email") || (!type && at))
        vcard_make_text(m, S("EMAIL"), value);
    else if (str_is(kind, "phone") || (!type && value.n && (value.p[0] == '+' || ascii_digit(value.p[0]))))
        vcard_make_text(m, S("TEL"), value);
    else if (str_find(value, S("://"), 0) != SIZE_MAX && !name.n)
        vcard_make_text(m, S("URL"), value);
    else {
        bool uri = str_find(value, S("://"), 0) != SIZE_MAX;
        vcard_make_text(m, S("SOCIALPROFILE"), value);
        vcard_make_param(m, S("VALUE"), uri ? S("uri") : S("text"));
        if (name.n)
            vcard_make_param(m, S("SERVICE-TYPE"), name);
    }
}

/* A number or a text. */
static struct str word(const struct json *v) { return v && v->type == JSON_NUMBER ? v->text : json_text(v); }

static void put_address(struct vcard_make *m, const struct json *p)
{
    static const char *const names[7] = { "", "", "street", "city", "province", "postal_code", "country" };
    struct str               part[7], label = json_get_text(p, S("name"));
    struct str               latitude = word(json_get(p, S("latitude"))), longitude = word(json_get(p, S("longitude")));

    for (size_t i = 0; i < countof(names); i++)
        part[i] = json_get_text(p, str_of(names[i]));
    vcard_make_parts(m, S("ADR"), ';', part, countof(part));
    if (!m->open)
        return;
    if (str_ieq(label, S("home")) || str_ieq(label, S("work")))
        vcard_make_param(m, S("TYPE"), str_lower(m->a, label));
    if (latitude.n && longitude.n)
        vcard_make_param(m, S("GEO"), str_fmt(m->a, "geo:" STR_FMT "," STR_FMT, STR_ARG(latitude), STR_ARG(longitude)));
    if (!label.n || str_ieq(label, S("home")) || str_ieq(label, S("work")))
        return;
    struct str group = str_fmt(m->a, "address%zu", m->card->nlines);
    vcard_make_group(m, group);
    vcard_make_text(m, S("X-ABLabel"), label);
    vcard_make_group(m, group);
}

static void put_pet(struct vcard_make *m, const struct json *p)
{
    vcard_make_other(m, S("pet"), json_get_text(p, S("name")));
}

static void put_data(const struct file_reader *r, struct vcard_make *m, const struct json *data)
{
    json_each(group, data) {
        struct str type = json_get_text(group, S("type"));
        json_each(value, json_get(group, S("values"))) {
            const struct json *p = json_get(value, S("properties"));
            if (str_is(type, "contact_field"))
                put_field(r, m, p);
            else if (str_is(type, "address"))
                put_address(m, p);
            else if (str_is(type, "note"))
                vcard_make_text(m, S("NOTE"), json_get_text(p, S("body")));
            else if (str_is(type, "pet"))
                put_pet(m, p);
        }
    }
}

/* A day, with or without its year; an age that was guessed is no birthday. */
static void put_date(struct vcard_make *m, struct str prop, const struct json *date)
{
    struct str day = str_head(json_get_text(date, S("date")), 10);

    if (day.n != 10 || json_get_bool(date, S("is_age_based"), false))
        day = S("");
    if (day.n && json_get_bool(date, S("is_year_unknown"), false))
        day = str_fmt(m->a, "--%.2s%.2s", day.p + 5, day.p + 8);
    vcard_make_text(m, prop, day);
}

static void put_first_met(struct vcard_make *m, const struct json *date)
{
    put_date(m, S("X-ABDATE"), date);
    vcard_make_group(m, S("met"));
    if (m->open)
        vcard_make_text(m, S("X-ABLabel"), S("First met"));
    vcard_make_group(m, S("met"));
}

static void put_tags(struct vcard_make *m, const struct json *tags)
{
    json_each(tag, tags)
        vcard_make_text(m, S("CATEGORIES"), json_text(tag));
}

static void put_names(struct vcard_make *m, const struct json *p)
{
    struct str part[3] = { json_get_text(p, S("last_name")), json_get_text(p, S("first_name")),
                           json_get_text(p, S("middle_name")) };
    auto_buf   b = buf_of(VCARD_BYTES_MAX);

    buf_put(&b, part[1]);
    buf_join(&b, S(" "), part[2]);
    buf_join(&b, S(" "), part[0]);
    vcard_make_text(m, S("FN"), str_copy(m->a, buf_str(&b)));
    vcard_make_parts(m, S("N"), ';', part, countof(part));
}

static void put_contact(const struct file_reader *r, struct vcard_make *m, const struct json *contact)
{
    const struct json *p = json_get(contact, S("properties"));
    struct str         uuid = json_get_text(contact, S("uuid"));

    if (uuid.n)
        vcard_make_text(m, S("UID"), str_fmt(m->a, "urn:uuid:" STR_FMT, STR_ARG(uuid)));
    put_names(m, p);
    vcard_make_text(m, S("NICKNAME"), json_get_text(p, S("nickname")));
    vcard_make_text(m, S("NOTE"), json_get_text(p, S("description")));
    vcard_make_text(m, S("TITLE"), json_get_text(p, S("job")));
    vcard_make_text(m, S("ORG"), json_get_text(p, S("company")));
    put_date(m, S("BDAY"), json_get(p, S("birthdate")));
    put_date(m, S("DEATHDATE"), json_get(p, S("deceased_date")));
    put_first_met(m, json_get(p, S("first_met_date")));
    vcard_make_text(m, S("GENDER"), json_get_text(p, S("gender")));
    vcard_make_other(m, S("food-preferences"), json_get_text(p, S("food_preferences")));
    put_tags(m, json_get(p, S("tags")));
    put_data(r, m, json_get(contact, S("data")));
    if (m->card->nlines <= (uuid.n ? 1 : 0))
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_ERROR, "a contact that says nothing");
}

static bool next_monica(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    static const struct json_limits limits = { .bytes = VCARD_BYTES_MAX,
                                               .depth = CONTACT_DEPTH_MAX,
                                               .nodes = CONTACT_VALUES_MAX };
    struct json_scan                s = scan_of(r);
    struct json_scan_item           item;
    struct json                    *contact;
    struct err                      e = { 0 };

    if (!json_scan_next(&s, '{', true, &item))
        return false;
    r->at = s.at;
    r->line = s.line;
    struct vcard_make m = vcard_make_of(a, ret, item.text, item.line, report);
    if (item.broken || json_parse_within(a, item.text, &limits, &contact, &e) != RC_OK)
        vcard_report_add(a, report, item.line, VCARD_ERROR, "%s", item.broken ? "the contact is cut off" : e.text);
    else
        put_contact(r, &m, contact);
    return true;
}

const struct file_format file_monica = {
    .name = "monica", .ending = "json", .looks = looks, .open = open_monica, .next = next_monica
};
