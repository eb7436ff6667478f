/* Checks a card against RFC 9553, and reads files of JSContact cards. */
#include "contact/jscontact.h"
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/files/json_scan.h"

/* ---- the check: one table of members for each object type of RFC 9553 ---- */

enum shape {
    TEXT,
    WHOLE,
    TRUTH,
    SET,     /* {"private": true} */
    OBJECT,  /* of the row's type */
    MAP,     /* Id -> object of the row's type */
    LIST,    /* array of objects of the row's type */
    TEXTS,   /* name -> text */
    PATCHES, /* language -> PatchObject */
    DATE,    /* PartialDate or Timestamp */
};

enum type {
    CARD,
    NAME,
    COMPONENT,
    NICKNAME,
    ORGANIZATION,
    UNIT,
    SPEAK,
    PRONOUNS,
    TITLE,
    EMAIL,
    SERVICE,
    PHONE,
    LANGUAGE,
    RESOURCE,
    SCHEDULING,
    ADDRESS,
    ANNIVERSARY,
    NOTE,
    AUTHOR,
    INFO,
    RELATION,
    TYPES
};

struct field {
    const char *name;
    enum shape  shape;
    enum type   of;
    bool        required;
};

/* clang-format off */
#define OPT(name, shape)      { name, shape, TYPES, false }
#define MUST(name, shape)     { name, shape, TYPES, true }
#define OF(name, shape, type) { name, shape, type, false }
#define COMMON OPT("contexts", SET), OPT("pref", WHOLE), OPT("label", TEXT)

static const struct field rows[TYPES][30] = {
    [CARD] = { OPT("version", TEXT), OPT("created", TEXT), OPT("kind", TEXT), OPT("language", TEXT), OPT("members", SET),
               OPT("prodId", TEXT), OF("relatedTo", MAP, RELATION), MUST("uid", TEXT), OPT("updated", TEXT),
               OF("name", OBJECT, NAME), OF("nicknames", MAP, NICKNAME), OF("organizations", MAP, ORGANIZATION),
               OF("speakToAs", OBJECT, SPEAK), OF("titles", MAP, TITLE), OF("emails", MAP, EMAIL),
               OF("onlineServices", MAP, SERVICE), OF("phones", MAP, PHONE), OF("preferredLanguages", MAP, LANGUAGE),
               OF("calendars", MAP, RESOURCE), OF("schedulingAddresses", MAP, SCHEDULING), OF("addresses", MAP, ADDRESS),
               OF("cryptoKeys", MAP, RESOURCE), OF("directories", MAP, RESOURCE), OF("links", MAP, RESOURCE),
               OF("media", MAP, RESOURCE), OPT("localizations", PATCHES), OF("anniversaries", MAP, ANNIVERSARY),
               OPT("keywords", SET), OF("notes", MAP, NOTE), OF("personalInfo", MAP, INFO) },
    [NAME] = { OF("components", LIST, COMPONENT), OPT("isOrdered", TRUTH), OPT("defaultSeparator", TEXT), OPT("full", TEXT),
               OPT("sortAs", TEXTS), OPT("phoneticScript", TEXT), OPT("phoneticSystem", TEXT) },
    [COMPONENT] = { MUST("value", TEXT), MUST("kind", TEXT), OPT("phonetic", TEXT) },
    [NICKNAME] = { MUST("name", TEXT), COMMON },
    [ORGANIZATION] = { OPT("name", TEXT), OF("units", LIST, UNIT), OPT("sortAs", TEXT), OPT("contexts", SET) },
    [UNIT] = { MUST("name", TEXT), OPT("sortAs", TEXT) },
    [SPEAK] = { OPT("grammaticalGender", TEXT), OF("pronouns", MAP, PRONOUNS) },
    [PRONOUNS] = { MUST("pronouns", TEXT), COMMON },
    [TITLE] = { MUST("name", TEXT), OPT("kind", TEXT), OPT("organizationId", TEXT) },
    [EMAIL] = { MUST("address", TEXT), COMMON },
    [SERVICE] = { OPT("service", TEXT), OPT("uri", TEXT), OPT("user", TEXT), COMMON },
    [PHONE] = { MUST("number", TEXT), OPT("features", SET), COMMON },
    [LANGUAGE] = { MUST("language", TEXT), COMMON },
    [RESOURCE] = { OPT("uri", TEXT), OPT("kind", TEXT), OPT("mediaType", TEXT), OPT("blobId", TEXT), OPT("listAs", WHOLE), COMMON },
    [SCHEDULING] = { MUST("uri", TEXT), COMMON },
    [ADDRESS] = { OF("components", LIST, COMPONENT), OPT("isOrdered", TRUTH), OPT("countryCode", TEXT), OPT("coordinates", TEXT),
                  OPT("timeZone", TEXT), OPT("full", TEXT), OPT("defaultSeparator", TEXT), OPT("phoneticScript", TEXT),
                  OPT("phoneticSystem", TEXT), COMMON },
    [ANNIVERSARY] = { MUST("kind", TEXT), MUST("date", DATE), OF("place", OBJECT, ADDRESS), COMMON },
    [NOTE] = { MUST("note", TEXT), OPT("created", TEXT), OF("author", OBJECT, AUTHOR) },
    [AUTHOR] = { OPT("name", TEXT), OPT("uri", TEXT) },
    [INFO] = { MUST("kind", TEXT), MUST("value", TEXT), OPT("level", TEXT), OPT("listAs", WHOLE), OPT("label", TEXT) },
    [RELATION] = { OPT("relation", SET) },
};
/* clang-format on */

/* Where the check is, to name the fault: member names from the card down. */
struct place {
    const struct place *above;
    struct str          name;
};

static enum rc fault(const struct place *at, struct err *e, const char *what)
{
    struct str path[JSON_DEPTH_MAX];
    size_t     n = 0;
    auto_buf   b = buf_of(160);

    for (; at && n < countof(path); at = at->above)
        path[n++] = at->name;
    while (n--) {
        buf_char(&b, '/');
        buf_put(&b, utf8_head(path[n], 40));
    }
    return err_set(e, RC_INVALID, "card: " STR_FMT ": %s", STR_ARG(buf_str(&b)), what);
}

static enum rc check_object(const struct json *v, enum type type, const struct place *at, struct err *e);

static bool is_set(const struct json *v)
{
    if (v->type != JSON_OBJECT || v->n > CARD_ITEMS_MAX)
        return false;
    json_each(flag, v)
        if (flag->type != JSON_TRUE)
            return false;
    return true;
}

static enum rc check_entries(const struct json *v, const struct field *f, const struct place *at, struct err *e)
{
    bool map = f->shape == MAP;

    if (v->type != (map ? JSON_OBJECT : JSON_ARRAY))
        return fault(at, e, map ? "object of entries expected" : "array expected");
    if (v->n > CARD_ITEMS_MAX)
        return fault(at, e, "more than 1000 entries");
    json_each(entry, v) {
        struct place here = { at, map ? entry->key : S("-") };
        if (map && (entry->key.n < 1 || entry->key.n > 255))
            return fault(&here, e, "an id has 1 to 255 bytes");
        TRY(check_object(entry, f->of, &here, e));
    }
    return RC_OK;
}

static enum rc check_children(const struct json *v, enum json_type child, const char *what, const struct place *at,
                              struct err *e)
{
    if (v->type != JSON_OBJECT)
        return fault(at, e, "object expected");
    json_each(c, v) {
        struct place here = { at, c->key };
        if (c->type != child)
            return fault(&here, e, what);
    }
    return RC_OK;
}

static enum rc check_date(const struct json *v, const struct place *at, struct err *e)
{
    static const struct {
        const char *name;
        int64_t     max;
    } parts[] = { { "year", 9999 }, { "month", 12 }, { "day", 31 } };
    bool any = false;

    if (v->type != JSON_OBJECT)
        return fault(at, e, "PartialDate or Timestamp expected");
    if (json_get(v, S("utc")))
        return json_get(v, S("utc"))->type == JSON_STRING ? RC_OK : fault(at, e, "utc is a text");
    for (size_t i = 0; i < countof(parts); i++) {
        const struct json *part = json_get(v, str_of(parts[i].name));
        int64_t            n;
        if (part && (!json_i64(part, &n) || n < (i > 0) || n > parts[i].max))
            return fault(at, e, "year, month and day are whole numbers of a calendar");
        any |= part != NULL;
    }
    return any ? RC_OK : fault(at, e, "a date needs year, month or utc");
}

static enum rc check_field(const struct json *v, const struct field *f, const struct place *at, struct err *e)
{
    int64_t n;

    switch (f->shape) {
    case TEXT: return v->type == JSON_STRING ? RC_OK : fault(at, e, "text expected");
    case WHOLE: return json_i64(v, &n) && n >= 0 ? RC_OK : fault(at, e, "whole number expected");
    case TRUTH: return v->type == JSON_TRUE || v->type == JSON_FALSE ? RC_OK : fault(at, e, "true or false expected");
    case SET: return is_set(v) ? RC_OK : fault(at, e, "set expected: {\"name\": true}");
    case OBJECT: return check_object(v, f->of, at, e);
    case MAP:
    case LIST: return check_entries(v, f, at, e);
    case TEXTS: return check_children(v, JSON_STRING, "text expected", at, e);
    case PATCHES: return check_children(v, JSON_OBJECT, "object expected", at, e);
    case DATE: return check_date(v, at, e);
    }
    return RC_OK;
}

static enum rc check_object(const struct json *v, enum type type, const struct place *at, struct err *e)
{
    if (v->type != JSON_OBJECT)
        return fault(at, e, "object expected");
    for (const struct field *f = rows[type]; f < rows[type] + countof(rows[type]) && f->name; f++) {
        const struct json *member = json_get(v, str_of(f->name));
        struct place       here = { at, str_of(f->name) };
        if (member)
            TRY(check_field(member, f, &here, e));
        else if (f->required)
            return fault(&here, e, "is missing");
    }
    return RC_OK;
}

enum rc jscontact_check(const struct json *card, struct err *e)
{
    struct place type = { NULL, S("@type") }, uid = { NULL, S("uid") };

    if (!card || card->type != JSON_OBJECT)
        return err_set(e, RC_INVALID, "card: not an object");
    if (!str_is(json_get_text(card, S("@type")), "Card"))
        return fault(&type, e, "is not \"Card\"");
    json_each(member, card) {
        struct place here = { NULL, member->key };
        if (member->type == JSON_NULL)
            return fault(&here, e, "null is for patches only");
    }
    TRY(check_object(card, CARD, NULL, e));
    return json_get_text(card, S("uid")).n ? RC_OK : fault(&uid, e, "is empty");
}

static enum rc check_bounds(const struct json *v, const struct place *at, unsigned depth, struct err *e)
{
    _Static_assert(CARD_MEMBERS_MAX == 4096 && CARD_DEPTH_MAX == 32, "the texts say so");
    if (v && v->type < JSON_ARRAY)
        return RC_OK;
    if (depth > CARD_DEPTH_MAX)
        return fault(at, e, "nested deeper than 32 levels");
    if (v && v->type == JSON_OBJECT && v->n > CARD_MEMBERS_MAX)
        return fault(at, e, "more than 4096 members in one object");
    json_each(child, v) {
        struct place here = { at, v->type == JSON_OBJECT ? child->key : S("-") };
        TRY(check_bounds(child, &here, depth + 1, e));
    }
    return RC_OK;
}

enum rc jscontact_bounds(const struct json *card, struct err *e) { return check_bounds(card, NULL, 1, e); }

/* ---- files ---- */

/* "[Unit]", "[Name],[Phone]": brackets of other kinds of files have words in them. */
bool jscontact_looks(struct str head)
{
    if (str_starts(head, S("\xef\xbb\xbf")))
        head = str_from(head, 3);
    head = str_trim(head);
    if (!head.n || (head.p[0] != '{' && head.p[0] != '['))
        return false;
    struct str inner = str_trim(str_from(head, 1));
    return head.p[0] == '{' || !inner.n || !ascii_alpha(inner.p[0]);
}

/* An object around the cards: {"list": [...]}, {"cards": [...]}.  Moves into the array. */
static void enter_wrapper(struct jscontact_reader *r)
{
    static const char *const names[] = { "\"list\"", "\"cards\"" };
    struct str               head = str_head(str_from(r->file, r->at), 4096);

    if (!head.n || head.p[0] != '{' || str_find(head, S("\"@type\""), 0) < str_find(head, S("["), 0))
        return;
    for (size_t i = 0; i < countof(names); i++) {
        size_t     at = str_find(head, str_of(names[i]), 0);
        struct str rest = str_trim(str_from(head, at == SIZE_MAX ? head.n : at + strlen(names[i])));
        if (!rest.n || rest.p[0] != ':')
            continue;
        rest = str_trim(str_from(rest, 1));
        if (!rest.n || rest.p[0] != '[')
            continue;
        for (; r->file.p + r->at < rest.p; r->at++)
            r->line += r->file.p[r->at] == '\n';
    }
}

static struct json_scan scan_of(const struct jscontact_reader *r)
{
    return (struct json_scan){ r->file, r->at, (uint32_t)r->line };
}

static void go_to(struct jscontact_reader *r, const struct json_scan *s)
{
    r->at = s->at;
    r->line = s->line;
}

struct jscontact_reader jscontact_open(struct str file)
{
    struct jscontact_reader r = { .file = file, .line = 1, .at = str_starts(file, S("\xef\xbb\xbf")) ? 3 : 0 };
    struct json_scan        s = scan_of(&r);

    json_scan_blanks(&s);
    go_to(&r, &s);
    enter_wrapper(&r);
    if (r.at < file.n && file.p[r.at] == '[') {
        r.list = true;
        r.at++;
    }
    return r;
}

bool jscontact_next(struct jscontact_reader *r, struct jscontact_item *ret)
{
    struct json_scan      s = scan_of(r);
    struct json_scan_item item;

    bool more = json_scan_next(&s, '{', r->list, &item);
    go_to(r, &s);
    if (more)
        *ret = (struct jscontact_item){ .text = item.text, .line = item.line, .broken = item.broken };
    return more;
}
