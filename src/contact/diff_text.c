/* Values of a card as a person reads them in a list of changes. */
#include "contact/card.h"
#include "contact/diff.h"

/* ---- labels ---- */

static const struct {
    const char *member, *label;
} labels[] = {
    { "name", "Name" },
    { "nicknames", "Nickname" },
    { "organizations", "Company" },
    { "titles", "Title" },
    { "emails", "E-mail" },
    { "phones", "Phone" },
    { "addresses", "Address" },
    { "onlineServices", "Profile" },
    { "links", "Website" },
    { "notes", "Note" },
    { "anniversaries", "Anniversary" },
    { "media", "Photo" },
    { "keywords", "Tag" },
    { "kind", "Kind" },
    { "language", "Language" },
    { "preferredLanguages", "Language" },
    { "speakToAs", "Pronouns" },
    { "relatedTo", "Related person" },
    { "members", "Member" },
    { "calendars", "Calendar" },
    { "cryptoKeys", "Key" },
    { "directories", "Directory" },
    { "personalInfo", "Interest" },
    { "localizations", "Translation" },
    { "schedulingAddresses", "Scheduling address" },
    { "vCardProps", "Other vCard fields" },
    { "kith.example:csv", "Other columns" },
};

static struct str label_of_member(struct str member)
{
    for (size_t i = 0; i < countof(labels); i++)
        if (str_is(member, labels[i].member))
            return str_of(labels[i].label);
    return member;
}

static bool has(const struct json *entry, struct str set, struct str flag)
{
    return json_get_bool(json_get(entry, set), flag, false);
}

static struct str label_of_phone(const struct json *phone)
{
    static const char *const features[][2] = { { "mobile", "Mobile phone" }, { "fax", "Fax" }, { "pager", "Pager" } };

    for (size_t i = 0; i < countof(features); i++)
        if (has(phone, S("features"), str_of(features[i][0])))
            return str_of(features[i][1]);
    return S("Phone");
}

static struct str label_of_date(const struct json *anniversary)
{
    struct str kind = json_get_text(anniversary, S("kind"));
    return str_is(kind, "birth")     ? S("Birthday")
           : str_is(kind, "death")   ? S("Day of death")
           : str_is(kind, "wedding") ? S("Wedding day")
                                     : S("Anniversary");
}

/* "Work e-mail": what the entry itself says of its place. */
static struct str in_context(struct arena *a, const struct json *entry, struct str label)
{
    const char *where = has(entry, S("contexts"), S("work"))      ? "Work"
                        : has(entry, S("contexts"), S("private")) ? "Home"
                                                                  : NULL;

    if (!where)
        return label;
    struct str lower = str_copy(a, label);
    ((char *)lower.p)[0] = ascii_lower(lower.p[0]);
    return str_fmt(a, "%s " STR_FMT, where, STR_ARG(lower));
}

struct str diff_label(struct arena *a, const struct json *card, struct str field)
{
    struct str rest = { field.p ? field.p : "", field.n }, member, id;

    str_next(&rest, '/', &member);
    struct str label = label_of_member(member);
    if (!str_next(&rest, '/', &id))
        return label;
    const struct json *entry = json_pointer(card, a, str_fmt(a, "/" STR_FMT "/" STR_FMT, STR_ARG(member), STR_ARG(id)));
    if (str_is(member, "phones"))
        label = label_of_phone(entry);
    if (str_is(member, "anniversaries"))
        label = label_of_date(entry);
    if (str_is(member, "titles") && str_is(json_get_text(entry, S("kind")), "role"))
        label = S("Role");
    return in_context(a, entry, label);
}

/* ---- values ---- */

static struct str text_of_date(struct arena *a, const struct json *date)
{
    struct str utc = json_get_text(date, S("utc"));
    int        year = (int)json_get_i64(date, S("year"), 0), month = (int)json_get_i64(date, S("month"), 0);
    int        day = (int)json_get_i64(date, S("day"), 0);

    if (utc.n)
        return str_head(utc, size_min(str_find(utc, S("T"), 0), utc.n));
    if (year && month && day)
        return str_fmt(a, "%04d-%02d-%02d", year, month, day);
    if (year)
        return month ? str_fmt(a, "%04d-%02d", year, month) : str_fmt(a, "%04d", year);
    return str_fmt(a, "--%02d-%02d", month, day);
}

static struct str text_of_organization(struct arena *a, const struct json *v)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    buf_put(&b, json_get_text(v, S("name")));
    json_each(unit, json_get(v, S("units")))
        buf_join(&b, S(", "), json_get_text(unit, S("name")));
    return str_copy(a, buf_str(&b));
}

static struct str text_of_name(struct arena *a, const struct json *v)
{
    struct json *card = json_new(a, JSON_OBJECT);
    json_add(card, S("name"), json_copy(a, v));
    return card_display_name(a, card);
}

static struct str text_of_entry(struct arena *a, const struct json *v)
{
    static const char *const members[] = { "address", "number", "full",     "name",     "note",   "value",
                                           "user",    "uri",    "pronouns", "language", "blobId", "label" };
    for (size_t i = 0; i < countof(members); i++) {
        struct str text = json_get_text(v, str_of(members[i]));
        if (text.n)
            return text;
    }
    auto_buf b = buf_of(4096);
    json_write(&b, v);
    return str_copy(a, buf_str(&b));
}

struct str diff_text(struct arena *a, struct str field, const struct json *v)
{
    struct str rest = { field.p ? field.p : "", field.n }, member;

    str_next(&rest, '/', &member);
    if (!v || v->type == JSON_NULL)
        return S("");
    if (v->type == JSON_TRUE && rest.p) /* a tag: what it is stands in the key */
        return rest;
    if (v->type == JSON_STRING || v->type == JSON_NUMBER)
        return v->text;
    if (str_is(member, "anniversaries") && json_get(v, S("date")))
        return text_of_date(a, json_get(v, S("date")));
    if (str_is(member, "addresses") && v->type == JSON_OBJECT)
        return card_address_line(a, v);
    if (str_is(member, "organizations") && json_get(v, S("units")))
        return text_of_organization(a, v);
    if (str_is(member, "name") && v->type == JSON_OBJECT && !rest.p)
        return text_of_name(a, v);
    return text_of_entry(a, v);
}
