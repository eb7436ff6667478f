/* Writes entries of a card (mails, numbers, addresses, dates, media) as vCard properties. */
#include "contact/vcard/vcard_date.h"
#include "contact/vcard/vcard_comps.h"

static void put_uri(struct vcard_from *f, struct str uri)
{
    if (memchr(uri.p, '\\', uri.n))
        vcard_out_text(&f->out, uri);
    else
        vcard_out_raw(&f->out, uri);
}

static bool is_uri(struct str s)
{
    size_t n = 0;

    while (n < s.n && (ascii_alpha(s.p[n]) || ascii_digit(s.p[n]) || strchr("+-.", s.p[n])))
        n++;
    return n > 1 && n < s.n && s.p[n] == ':' && ascii_alpha(s.p[0]) && s.n > n + 1;
}

/* ---- one text or URI and a kind ---- */

static const struct vcard_entry_rule *rule_of(enum vcard_map map, const struct json *entry)
{
    struct str kind = json_get_text(entry, S("kind"));

    for (size_t i = 0; i < vcard_entries_n; i++)
        if (vcard_entries[i].map == map && str_eq(vcard_entries[i].kind, kind))
            return &vcard_entries[i];
    for (size_t i = 0; i < vcard_entries_n; i++)
        if (vcard_entries[i].map == map)
            return &vcard_entries[i];
    return NULL;
}

/* "data:image/jpeg;base64,..." as 3.0 writes it: ;ENCODING=b;TYPE=JPEG:... */
static bool inline_media(struct str uri, enum vcard_name prop, struct str *ret_type, struct str *ret_base64)
{
    struct str family = prop == VC_SOUND ? S("data:audio/")
                        : prop == VC_KEY ? S("data:application/")
                                         : S("data:image/");
    size_t     n = family.n;

    if (!str_starts(uri, family))
        return false;
    while (n < uri.n && (ascii_alpha(uri.p[n]) || ascii_digit(uri.p[n]) || uri.p[n] == '-'))
        n++;
    *ret_type = (struct str){ uri.p + family.n, n - family.n };
    struct str rest = str_from(uri, n);
    if (!ret_type->n || !str_starts(rest, S(";base64,")))
        return false;
    *ret_base64 = str_from(rest, 8);
    return true;
}

static void put_entry_params(struct vcard_from *f, enum vcard_map map, const struct json *entry)
{
    const struct json *author = json_get(entry, S("author"));
    struct str         level = json_get_text(entry, S("level")), created = json_get_text(entry, S("created"));
    struct str         type = json_get_text(entry, S("mediaType"));
    int64_t            index = json_get_i64(entry, S("listAs"), 0);

    if (type.n)
        vcard_out_param(&f->out, S("MEDIATYPE"), type);
    if (index > 0)
        vcard_out_param(&f->out, S("INDEX"), str_fmt(f->a, "%lld", (long long)index));
    for (size_t i = 0; map == MAP_INFO && level.n && i < vcard_levels_n; i++)
        if (str_eq(vcard_levels[i].card, level) && (i >= 3 || str_is(json_get_text(entry, S("kind")), "expertise"))) {
            vcard_out_param(&f->out, S("LEVEL"), vcard_levels[i].vcard);
            break;
        }
    if (json_get_text(author, S("uri")).n)
        vcard_out_param(&f->out, S("AUTHOR"), json_get_text(author, S("uri")));
    if (json_get_text(author, S("name")).n)
        vcard_out_param(&f->out, S("AUTHOR-NAME"), json_get_text(author, S("name")));
    if (created.n)
        vcard_out_quoted(&f->out, S("CREATED"), created);
}

static void put_simple(struct vcard_from *f, enum vcard_map map, const struct json *entry, unsigned no)
{
    const struct vcard_entry_rule *rule = rule_of(map, entry);
    struct str value = json_get_text(entry, rule->member), group = vcard_from_group_of(f, entry, false), type, base64;
    bool       phone_uri = rule->prop == VC_TEL && str_starts(value, S("tel:"));

    vcard_out_begin(&f->out, group, vcard_name_text(rule->prop));
    if (phone_uri)
        vcard_out_param(&f->out, S("VALUE"), S("uri"));
    if (vcard_from_is_3(f) && rule->shape == SHAPE_URI && inline_media(value, rule->prop, &type, &base64)) {
        vcard_out_param(&f->out, S("ENCODING"), S("b"));
        vcard_out_type(&f->out, vcard_upper(f->a, type));
        value = base64;
    } else if (vcard_from_is_3(f) && (map == MAP_MEDIA || map == MAP_KEYS)) {
        vcard_out_param(&f->out, S("VALUE"), S("uri"));
    }
    vcard_from_params(f, entry, map, no);
    put_entry_params(f, map, entry);
    if (rule->shape == SHAPE_URI || phone_uri)
        put_uri(f, value);
    else
        vcard_out_text(&f->out, value);
    vcard_out_end(&f->out);
    vcard_from_label(f, group, json_get_text(entry, S("label")));
}

/* ---- organizations ---- */

static void put_organization(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str sort = json_get_text(entry, S("sortAs"));

    vcard_out_begin(&f->out, vcard_from_group_of(f, entry, false), S("ORG"));
    if (sort.n)
        vcard_out_param(&f->out, S("SORT-AS"), sort);
    vcard_from_params(f, entry, MAP_ORGANIZATIONS, no);
    vcard_out_text(&f->out, json_get_text(entry, S("name")));
    json_each(unit, json_get(entry, S("units"))) {
        vcard_out_raw(&f->out, S(";"));
        vcard_out_text(&f->out, json_get_text(unit, S("name")));
    }
    vcard_out_end(&f->out);
}

/* ---- online services ---- */

static const struct vcard_words *im_of(struct vcard_from *f, const struct json *entry)
{
    struct str name = json_get_text(entry, S("vCardName"));
    return name.n && !json_get(entry, S("uri")) ? vcard_word(vcard_im, vcard_im_n, str_lower(f->a, name)) : NULL;
}

static void put_online(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str service = json_get_text(entry, S("service")), user = json_get_text(entry, S("user"));
    struct str uri = json_get_text(entry, S("uri")), group = vcard_from_group_of(f, entry, false);
    bool       impp = str_is(json_get_text(entry, S("vCardName")), "impp"), apple = vcard_from_is_3(f) && !impp;
    const struct vcard_words *im = im_of(f, entry);

    vcard_out_begin(&f->out, group,
                    im      ? im->vcard
                    : impp  ? S("IMPP")
                    : apple ? S("X-SOCIALPROFILE")
                            : S("SOCIALPROFILE"));
    if (!im && service.n && apple)
        vcard_out_type(&f->out, service);
    else if (!im && service.n)
        vcard_out_param(&f->out, vcard_from_is_3(f) ? S("X-SERVICE-TYPE") : S("SERVICE-TYPE"), service);
    if (!im && user.n && uri.n)
        vcard_out_param(&f->out, apple ? S("X-USER") : S("USERNAME"), user);
    if (!im && !uri.n)
        vcard_out_param(&f->out, S("VALUE"), S("text"));
    vcard_from_params(f, entry, MAP_ONLINE, no);
    if (uri.n)
        put_uri(f, uri);
    else
        vcard_out_text(&f->out, user);
    vcard_out_end(&f->out);
    vcard_from_label(f, group, json_get_text(entry, S("label")));
}

/* ---- anniversaries ---- */

static void put_place(struct vcard_from *f, struct str prop, const struct json *place)
{
    struct str full = json_get_text(place, S("full")), geo = json_get_text(place, S("coordinates"));

    if (full.n) {
        vcard_from_line(f, S(""), prop, full);
    } else if (geo.n) {
        vcard_out_begin(&f->out, S(""), prop);
        vcard_out_param(&f->out, S("VALUE"), S("uri"));
        put_uri(f, geo);
        vcard_out_end(&f->out);
    }
}

static void put_anniversary(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str         kind = json_get_text(entry, S("kind")), label = json_get_text(entry, S("label"));
    bool               birth = str_is(kind, "birth"), death = str_is(kind, "death"), wedding = str_is(kind, "wedding");
    bool               apple = (wedding && vcard_from_is_3(f) && !label.n) || !(birth || death || wedding);
    auto_buf           b = buf_of(64);
    const struct json *date = json_get(entry, S("date"));
    struct str         scale = json_get_text(date, S("calendarScale"));

    if (!vcard_date_write(&b, date, !vcard_from_is_3(f)))
        return;
    if (apple && wedding)
        label = S("Anniversary");
    struct str group = vcard_from_group_of(f, entry, label.n > 0);
    vcard_out_begin(&f->out, group,
                    birth   ? S("BDAY")
                    : death ? S("DEATHDATE")
                    : apple ? S("X-ABDATE")
                            : S("ANNIVERSARY"));
    if (scale.n)
        vcard_out_param(&f->out, S("CALSCALE"), scale);
    vcard_from_params(f, entry, MAP_ANNIVERSARIES, no);
    vcard_out_raw(&f->out, buf_str(&b));
    vcard_out_end(&f->out);
    vcard_from_label(f, group, label);
    if (birth || death)
        put_place(f, birth ? S("BIRTHPLACE") : S("DEATHPLACE"), json_get(entry, S("place")));
}

/* ---- people ---- */

/* Apple's label of the relation, when it is one of theirs and the only one. */
static struct str label_of_relation(const struct json *relation)
{
    for (size_t i = 0; relation && relation->n == 1 && i < vcard_relations_n; i++)
        if (str_eq(vcard_relations[i].card, relation->first->key) &&
            str_ieq(vcard_relations[i].vcard, vcard_relations[i].card))
            return vcard_relations[i].vcard;
    return S("");
}

static void put_related(struct vcard_from *f, const struct json *entry)
{
    const struct json *relation = json_get(entry, S("relation"));
    struct str         label = json_get_text(entry, S("label"));
    bool               uri = is_uri(entry->key);

    if (!label.n && vcard_from_is_3(f) && !uri)
        label = label_of_relation(relation);
    struct str group = vcard_from_group_of(f, entry, label.n > 0);
    vcard_out_begin(&f->out, group, label.n ? S("X-ABRELATEDNAMES") : S("RELATED"));
    if (!label.n) {
        json_each(r, relation)
            vcard_out_type(&f->out, r->key);
        if (!uri)
            vcard_out_param(&f->out, S("VALUE"), S("text"));
    }
    vcard_from_params(f, entry, MAP_RELATED, 0);
    vcard_out_text(&f->out, entry->key);
    vcard_out_end(&f->out);
    vcard_from_label(f, group, label);
}

/* ---- addresses ---- */

/* RFC 9554: with one of its parts set, the street only repeats them for older programs. */
static bool is_fine(const struct json *components)
{
    json_each(c, components)
        for (size_t i = ADR_PARTS_3; i < ADR_PARTS; i++)
            if (i != 8 && i != 11 && str_eq(json_get_text(c, S("kind")), vcard_adr_kinds[i]))
                return true;
    return false;
}

static bool is_street_part(struct str kind)
{
    return str_is(kind, "name") || str_is(kind, "number") || str_is(kind, "building") || str_is(kind, "block") ||
           str_is(kind, "direction");
}

static void put_street(struct vcard_from *f, const struct json *components)
{
    bool any = false;

    json_each(c, components) {
        if (!is_street_part(json_get_text(c, S("kind"))))
            continue;
        if (any)
            vcard_out_raw(&f->out, S(" "));
        vcard_out_text(&f->out, json_get_text(c, S("value")));
        any = true;
    }
}

static void put_part(struct vcard_from *f, const struct json *components, struct str kind)
{
    bool any = false;

    json_each(c, components) {
        if (!str_eq(json_get_text(c, S("kind")), kind))
            continue;
        if (any)
            vcard_out_raw(&f->out, S(","));
        vcard_out_text(&f->out, json_get_text(c, S("value")));
        any = true;
    }
}

static void put_parts(struct vcard_from *f, const struct json *components)
{
    bool   fine = is_fine(components);
    size_t n = fine ? ADR_PARTS : ADR_PARTS_3;

    for (size_t i = 0; i < n; i++) {
        if (i)
            vcard_out_raw(&f->out, S(";"));
        if (i == 2 && fine)
            put_street(f, components);
        else if (!(i == 1 && fine))
            put_part(f, components, vcard_adr_kinds[i]);
    }
}

static void put_geo_3(struct vcard_from *f, struct str group, struct str geo)
{
    struct str  s = str_from(geo, 4);
    const char *comma = str_starts(geo, S("geo:")) ? memchr(s.p, ',', s.n) : NULL;

    if (!comma)
        return;
    vcard_out_begin(&f->out, group, S("GEO"));
    vcard_out_raw(&f->out, (struct str){ s.p, (size_t)(comma - s.p) });
    vcard_out_raw(&f->out, S(";"));
    vcard_out_raw(&f->out, str_from(s, (size_t)(comma + 1 - s.p)));
    vcard_out_end(&f->out);
}

static void put_address(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str full = json_get_text(entry, S("full")), geo = json_get_text(entry, S("coordinates"));
    struct str zone = json_get_text(entry, S("timeZone")), country = json_get_text(entry, S("countryCode"));
    bool       three = vcard_from_is_3(f), more = full.n || geo.n || zone.n || country.n;
    struct str group = vcard_from_group_of(f, entry, three && more);

    vcard_out_begin(&f->out, group, S("ADR"));
    vcard_comps_write(f, entry, vcard_adr_kinds, is_fine(json_get(entry, S("components"))) ? ADR_PARTS : ADR_PARTS_3);
    vcard_from_params(f, entry, MAP_ADDRESSES, no);
    if (!three && country.n)
        vcard_out_param(&f->out, S("CC"), country);
    if (!three && geo.n)
        vcard_out_quoted(&f->out, S("GEO"), geo);
    if (!three && zone.n)
        vcard_out_param(&f->out, S("TZ"), zone);
    if (!three && full.n)
        vcard_out_quoted(&f->out, S("LABEL"), full);
    put_parts(f, json_get(entry, S("components")));
    vcard_out_end(&f->out);
    if (three && full.n)
        vcard_from_line(f, group, S("LABEL"), full);
    if (three && geo.n)
        put_geo_3(f, group, geo);
    if (three && zone.n)
        vcard_from_line(f, group, S("TZ"), zone);
    if (three && country.n)
        vcard_from_line(f, group, S("X-ABADR"), str_lower(f->a, country));
    vcard_from_label(f, group, json_get_text(entry, S("label")));
}

void vcard_from_entry(struct vcard_from *f, enum vcard_map map, const struct json *entry, unsigned no)
{
    switch (map) {
    case MAP_NICKNAMES:
        vcard_out_begin(&f->out, vcard_from_group_of(f, entry, false), S("NICKNAME"));
        vcard_from_params(f, entry, map, no);
        vcard_out_text(&f->out, json_get_text(entry, S("name")));
        vcard_out_end(&f->out);
        break;
    case MAP_ORGANIZATIONS: put_organization(f, entry, no); break;
    case MAP_ADDRESSES: put_address(f, entry, no); break;
    case MAP_ONLINE: put_online(f, entry, no); break;
    case MAP_ANNIVERSARIES: put_anniversary(f, entry, no); break;
    case MAP_RELATED: put_related(f, entry); break;
    case MAP_MEMBERS:
        vcard_from_line(f, S(""), vcard_from_is_3(f) ? S("X-ADDRESSBOOKSERVER-MEMBER") : S("MEMBER"), entry->key);
        break;
    default: put_simple(f, map, entry, no); break;
    }
}
