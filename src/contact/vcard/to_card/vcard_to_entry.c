/* Takes properties that become entries of a map: mails, dates, relations, media, notes. */
#include "contact/phone/phone_field.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_date.h"
#include "contact/vcard/vcard_to_int.h"

/* ---- one text or URI and a kind ---- */

static bool take_entry_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    int64_t n;

    if (str_ieq(p->name, S("MEDIATYPE")) && p->value.n && !json_get(entry, S("mediaType")))
        vcard_to_text(t, entry, S("mediaType"), p->value);
    else if (str_ieq(p->name, S("INDEX")) && !json_get(entry, S("listAs")) && str_i64(p->value, 1, INT32_MAX, &n))
        json_add(entry, S("listAs"), json_new_i64(t->a, n));
    else
        return false;
    return true;
}

static bool take_info_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    const struct vcard_words *level =
        str_ieq(p->name, S("LEVEL")) ? vcard_word(vcard_levels, vcard_levels_n, p->value) : NULL;

    if (!level)
        return str_ieq(p->name, S("INDEX")) && take_entry_param(t, entry, p);
    if (json_get(entry, S("level")))
        return false;
    vcard_to_text(t, entry, S("level"), level->card);
    return true;
}

static struct json *author(struct vcard_to *t, struct json *note)
{
    struct json *a = json_get(note, S("author"));
    return a ? a : json_add(note, S("author"), json_new(t->a, JSON_OBJECT));
}

static bool take_note_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    if (str_ieq(p->name, S("CREATED"))) {
        struct str time = vcard_time_read(t->a, p->value);
        if (!time.n || json_get(entry, S("created")))
            return false;
        vcard_to_text(t, entry, S("created"), time);
        return true;
    }
    struct str key = str_ieq(p->name, S("AUTHOR-NAME")) ? S("name") : str_ieq(p->name, S("AUTHOR")) ? S("uri") : S("");
    if (!key.n || json_get(json_get(entry, S("author")), key))
        return false;
    vcard_to_text(t, author(t, entry), key, p->value);
    return true;
}

/* "TYPE=JPEG" of an inline picture is in the data: URI already. */
static bool take_media_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    struct str uri = json_get_text(entry, S("uri"));

    if (str_ieq(p->name, S("TYPE")) && str_starts(uri, S("data:"))) {
        struct str type = str_head(uri, size_min(uri.n, 100));
        return str_find(str_lower(t->a, type), str_lower(t->a, p->value), 0) != SIZE_MAX || str_ieq(p->value, S("JPG"));
    }
    return take_entry_param(t, entry, p);
}

static const struct vcard_entry_rule *rule_of(enum vcard_name prop)
{
    for (size_t i = 0; i < vcard_entries_n; i++)
        if (vcard_entries[i].prop == prop)
            return &vcard_entries[i];
    return NULL;
}

static vcard_param_taker *taker_of(enum vcard_map map)
{
    switch (map) {
    case MAP_NOTES: return take_note_param;
    case MAP_INFO: return take_info_param;
    case MAP_MEDIA:
    case MAP_KEYS: return take_media_param;
    case MAP_LINKS:
    case MAP_CALENDARS:
    case MAP_DIRECTORIES: return take_entry_param;
    default: return NULL;
    }
}

/* Blanks around a value are nobody's; those of a note may be its layout. */
static struct str text_of(struct vcard_to *t, const struct vcard_line *line)
{
    struct str text = vcard_text(t->a, t->v->version, line);
    return line->prop == VC_NOTE && str_trim(text).n ? text : str_trim(text);
}

/* "mailto:ann@x.org", "Ann Berg <ann@x.org>": the address, and the name that stood before it. */
static struct str bare_address(struct str s, struct str *ret_name)
{
    if (s.n > 7 && str_ieq(str_head(s, 7), S("mailto:"))) { /* RFC 6068: what stands behind '?' is of a message */
        s = str_trim(str_from(s, 7));
        s = str_head(s, size_min(str_find(s, S("?"), 0), s.n));
    }
    const char *open = s.n && s.p[s.n - 1] == '>' ? memrchr(s.p, '<', s.n) : NULL;
    if (!open || !memchr(open, '@', (size_t)(s.p + s.n - open)))
        return s;
    struct str name = str_trim((struct str){ s.p, (size_t)(open - s.p) });
    if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"')
        name = (struct str){ name.p + 1, name.n - 2 };
    *ret_name = name;
    struct str none, inner = str_trim((struct str){ open + 1, (size_t)(s.p + s.n - open) - 2 });
    return inner.n > 7 && str_ieq(str_head(inner, 7), S("mailto:")) ? bare_address(inner, &none) : inner;
}

/* TEL: a phone each.  An id says that it was one, whatever stands in it. */
static bool take_phones(struct vcard_to *t, const struct vcard_line *line, struct str value)
{
    struct phone_field field = { value, false };
    bool               whole = line->nparams && vcard_param(line, S("PROP-ID")).n;
    struct str         number = value, remark = S("");

    for (bool more = true; more && (whole || phone_field_next(t->a, &field, &number, &remark)); more = !whole) {
        struct json *entry = vcard_to_entry(t, MAP_PHONES, line);
        if (!entry)
            return false;
        vcard_to_text(t, entry, S("number"), number);
        if (line->nparams || line->group.n)
            vcard_to_params(t, vcard_maps[MAP_PHONES].has, line, entry, NULL);
        struct str label = json_get_text(entry, S("label"));
        if (remark.n) {
            vcard_to_no_label(entry);
            vcard_to_label(t, entry, str_join(t->a, label, S(", "), remark));
        }
    }
    return true;
}

bool vcard_take_simple(struct vcard_to *t, const struct vcard_line *line)
{
    const struct vcard_entry_rule *rule = rule_of(line->prop);
    struct str value = rule->shape == SHAPE_URI ? vcard_uri(t->a, t->v->version, line) : text_of(t, line),
               label = S("");

    if (line->prop == VC_SOUND && vcard_param_has(line, S("TYPE"), S("X-IRMC-N")))
        return vcard_take_reading(t, line);
    if (line->prop == VC_EMAIL)
        value = bare_address(value, &label);
    if (line->prop == VC_TEL && t->v->version != VCARD_4_0 && value.n > 4 && str_ieq(str_head(value, 4), S("tel:")))
        value = str_trim(str_from(value, 4)); /* 3.0 has text there; RFC 3966 comes with 4.0 */
    if (rule->map == MAP_KEYS && (!value.n || !memchr(value.p, ':', value.n)))
        return false; /* a key as plain text */
    if (!value.n)
        return !line->nparams || rule->map == MAP_MEDIA;
    if (rule->map == MAP_PHONES)
        return take_phones(t, line, value);
    struct json *entry = vcard_to_entry(t, rule->map, line);
    if (!entry)
        return false;
    if (rule->kind.n)
        vcard_to_text(t, entry, S("kind"), rule->kind);
    vcard_to_text(t, entry, rule->member, value);
    if (line->nparams || line->group.n)
        vcard_to_params(t, vcard_maps[rule->map].has, line, entry, taker_of(rule->map));
    if (label.n && !json_get(entry, S("label")))
        vcard_to_text(t, entry, S("label"), label);
    return true;
}

/* ---- online services ---- */

static bool take_online_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    static const struct {
        struct str param, member;
    } members[] = {
        { { "SERVICE-TYPE", 12 }, { "service", 7 } },
        { { "X-SERVICE-TYPE", 14 }, { "service", 7 } },
        { { "USERNAME", 8 }, { "user", 4 } },
        { { "X-USER", 6 }, { "user", 4 } },
    };
    for (size_t i = 0; i < countof(members); i++)
        if (str_ieq(members[i].param, p->name) && p->value.n && !json_get(entry, members[i].member)) {
            vcard_to_text(t, entry, members[i].member, p->value);
            return true;
        }
    return false;
}

/* X-SOCIALPROFILE;TYPE=twitter: the first type that is no context is the service. */
static bool take_social_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    if (str_ieq(p->name, S("TYPE")) && p->value.n && !json_get(entry, S("service"))) {
        vcard_to_text(t, entry, S("service"), p->value);
        return true;
    }
    return take_online_param(t, entry, p);
}

bool vcard_take_online(struct vcard_to *t, const struct vcard_line *line)
{
    struct str value = vcard_text(t->a, t->v->version, line);
    bool       is_user = vcard_param_has(line, S("VALUE"), S("text"));

    if (!value.n)
        return false;
    struct json *entry = vcard_to_entry(t, MAP_ONLINE, line);
    if (!entry)
        return false;
    vcard_to_text(t, entry, is_user ? S("user") : S("uri"), value);
    if (line->prop == VC_IMPP)
        vcard_to_text(t, entry, S("vCardName"), S("impp"));
    vcard_to_params(t, HAS_ALL, line, entry, line->prop == VC_X_SOCIALPROFILE ? take_social_param : take_online_param);
    return true;
}

bool vcard_take_im(struct vcard_to *t, const struct vcard_line *line)
{
    struct str                name = vcard_name_text(line->prop);
    const struct vcard_words *im = vcard_word(vcard_im, vcard_im_n, name);
    struct str                user = vcard_text(t->a, t->v->version, line);

    if (!user.n)
        return false;
    struct json *entry = vcard_to_entry(t, MAP_ONLINE, line);
    if (!entry)
        return false;
    vcard_to_text(t, entry, S("service"), im->card);
    vcard_to_text(t, entry, S("user"), user);
    vcard_to_text(t, entry, S("vCardName"), str_lower(t->a, name));
    vcard_to_params(t, HAS_ALL, line, entry, NULL);
    return true;
}

/* ---- anniversaries ---- */

/* The parameter was misspelt on its way by some. */
static bool is_omit_year(const struct vcard_param *p)
{
    return p->name.n > 13 && str_ieq(str_head(p->name, 11), S("X-APPLE-OMI")) &&
           str_ieq(str_from(p->name, p->name.n - 4), S("YEAR"));
}

/* 1604 is what Apple writes for no year, and nobody in an address book was born then; deaths are another matter. */
static int64_t omitted_year(const struct vcard_line *line)
{
    int64_t year = 0;

    for (size_t i = 0; i < line->nparams; i++)
        if (is_omit_year(&line->params[i]) && str_i64(line->params[i].value, 1, 9999, &year))
            return year;
    return line->prop == VC_DEATHDATE ? 0 : 1604;
}

static bool take_date_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    struct json *date = json_get(entry, S("date"));

    if (str_ieq(p->name, S("CALSCALE")) && !json_get(date, S("utc")) && !json_get(date, S("calendarScale"))) {
        vcard_to_text(t, date, S("calendarScale"), str_lower(t->a, p->value));
        return true;
    }
    return is_omit_year(p);
}

static struct str kind_of_date(enum vcard_name prop)
{
    switch (prop) {
    case VC_BDAY: return S("birth");
    case VC_DEATHDATE: return S("death");
    case VC_X_ABDATE: return S("other");
    default: return S("wedding");
    }
}

bool vcard_take_date(struct vcard_to *t, const struct vcard_line *line)
{
    struct str text = vcard_text(t->a, t->v->version, line);

    if (vcard_param_has(line, S("VALUE"), S("text")))
        return false;
    struct json *date = vcard_date_read(t->a, text, omitted_year(line));
    if (!date) {
        if (str_trim(text).n)
            vcard_report_add(t->a, t->report, line->no, VCARD_WARNING,
                             "a date that is in no calendar or may be meant in two ways, kept as it is");
        return false;
    }
    struct json *entry = vcard_to_entry(t, MAP_ANNIVERSARIES, line);
    if (!entry)
        return false;
    struct json *kind = json_add(entry, S("kind"), json_new_text(t->a, kind_of_date(line->prop)));
    json_add(entry, S("date"), date);
    vcard_to_params(t, HAS_LABEL, line, entry, take_date_param);
    if (line->prop == VC_X_ABDATE && str_is(json_get_text(entry, S("label")), "Anniversary")) {
        kind->text = S("wedding");
        vcard_to_no_label(entry);
    }
    return true;
}

bool vcard_take_birthplace(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   text = vcard_text(t->a, t->v->version, line);
    struct str   kind = line->prop == VC_BIRTHPLACE ? S("birth") : S("death");
    struct json *entry = NULL;

    json_each(y, t->maps[MAP_ANNIVERSARIES])
        if (!entry && str_eq(json_get_text(y, S("kind")), kind))
            entry = y;
    if (!entry || !text.n || !vcard_is_bare(line) || json_get(entry, S("place")))
        return false;
    struct json *place = json_add(entry, S("place"), json_new(t->a, JSON_OBJECT));
    vcard_to_text(t, place, str_starts(text, S("geo:")) ? S("coordinates") : S("full"), text);
    if (t->anchors)
        t->anchors[line - t->v->lines] = (struct vcard_anchor){ MAP_ANNIVERSARIES, entry, 1 };
    return true;
}

/* ---- people and groups ---- */

/* relatedTo is keyed by what it relates to. */
struct json *vcard_to_related(struct vcard_to *t, const struct vcard_line *line, struct str to)
{
    struct json *map = t->maps[MAP_RELATED];

    if (!to.n || to.n > 255 || (map && (map->n >= CARD_ITEMS_MAX || json_get(map, to))))
        return NULL;
    if (!map)
        map = t->maps[MAP_RELATED] = json_add(t->card, S("relatedTo"), json_new(t->a, JSON_OBJECT));
    struct json *entry = json_add(map, to, json_new(t->a, JSON_OBJECT));
    json_add(entry, S("relation"), json_new(t->a, JSON_OBJECT));
    vcard_to_anchor(t, line, MAP_RELATED, entry);
    return entry;
}

static bool take_relation_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    if (!str_ieq(p->name, S("TYPE")) || !p->value.n)
        return false;
    vcard_to_flag(t, entry, S("relation"), str_lower(t->a, p->value));
    return true;
}

bool vcard_take_related(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *entry = vcard_to_related(t, line, vcard_text(t->a, t->v->version, line));

    if (entry)
        vcard_to_params(t, HAS_LABEL, line, entry, take_relation_param);
    return entry != NULL;
}

/* Relations that RFC 9553 knows by another name, or has no name for and that stay a label ("Manager"). */
void vcard_to_relation(struct vcard_to *t, struct json *entry, struct str label)
{
    const struct vcard_words *word = vcard_word(vcard_relations, vcard_relations_n, label);

    if (word)
        vcard_to_flag(t, entry, S("relation"), word->card);
    if (label.n && !(word && str_ieq(word->vcard, word->card)) && !json_get(entry, S("label")))
        vcard_to_text(t, entry, S("label"), word ? word->vcard : label);
}

bool vcard_take_related_name(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *entry = vcard_to_related(t, line, str_trim(vcard_text(t->a, t->v->version, line)));

    if (!entry)
        return false;
    vcard_to_params(t, HAS_LABEL, line, entry, take_relation_param);
    struct str label = json_get_text(entry, S("label"));
    json_remove(entry, S("label"));
    vcard_to_relation(t, entry, label);
    if (!json_get(entry, S("label")))
        vcard_to_no_label(entry);
    return true;
}

bool vcard_take_member(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   uri = vcard_text(t->a, t->v->version, line);
    struct json *map = t->maps[MAP_MEMBERS];

    if (!uri.n || uri.n > 255 || !vcard_is_bare(line) || (map && (map->n >= CARD_ITEMS_MAX || json_get(map, uri))))
        return false;
    if (!map)
        map = t->maps[MAP_MEMBERS] = json_add(t->card, S("members"), json_new(t->a, JSON_OBJECT));
    vcard_to_anchor(t, line, MAP_MEMBERS, json_add(map, uri, json_new_bool(t->a, true)));
    return true;
}
