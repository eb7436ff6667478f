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
    struct str                     value = json_get_text(entry, rule->member),
               group = vcard_from_group_titled(f, entry, json_get_text(entry, S("organizationId"))), type, base64;
    bool phone_uri = rule->prop == VC_TEL && str_starts(value, S("tel:"));

    if (phone_uri && vcard_from_is_3(f)) { /* which has numbers, no links: phones dial what stands there */
        value = str_from(value, 4);
        phone_uri = false;
    }
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
    vcard_from_label(f, group, entry, json_get_text(entry, S("label")));
}

/* ---- organizations ---- */

static void put_organization(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str sort = json_get_text(entry, S("sortAs"));

    vcard_out_begin(&f->out, vcard_from_group_titled(f, entry, entry->key), S("ORG"));
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
    vcard_from_label(f, group, entry, json_get_text(entry, S("label")));
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
    bool               no_year = false;
    const struct json *date = json_get(entry, S("date"));
    struct str         scale = json_get_text(date, S("calendarScale"));

    if (vcard_from_is_3(f))
        no_year = vcard_date_write_apple(&b, date);
    if (!no_year && !vcard_date_write(&b, date, !vcard_from_is_3(f)))
        return;
    if (apple && wedding)
        label = S("Anniversary");
    struct str group = vcard_from_group_of(f, entry, label.n > 0);
    vcard_out_begin(&f->out, group,
                    birth   ? S("BDAY")
                    : death ? S("DEATHDATE")
                    : apple ? S("X-ABDATE")
                            : S("ANNIVERSARY"));
    if (no_year)
        vcard_out_param(&f->out, S("X-APPLE-OMIT-YEAR"), S("1604"));
    if (scale.n)
        vcard_out_param(&f->out, S("CALSCALE"), scale);
    vcard_from_params(f, entry, MAP_ANNIVERSARIES, no);
    vcard_out_raw(&f->out, buf_str(&b));
    vcard_out_end(&f->out);
    vcard_from_label(f, group, entry, label);
    if (birth || death)
        put_place(f, birth ? S("BIRTHPLACE") : S("DEATHPLACE"), json_get(entry, S("place")));
}

/* ---- people ---- */

/* Which of the relations the label says; its word when there is no label yet.  NULL: none. */
static const struct vcard_words *relation_of(const struct json *relation, struct str label)
{
    for (size_t i = 0; i < vcard_relations_n; i++) {
        const struct vcard_words *w = &vcard_relations[i];
        if (json_get(relation, w->card) && (label.n ? str_eq(w->vcard, label) : str_ieq(w->vcard, w->card)))
            return w;
    }
    return NULL;
}

/* As 3.0 says it: Apple's names with a label.  A link to a card of an address book is no name. */
static void put_related(struct vcard_from *f, const struct json *entry)
{
    const struct json        *relation = json_get(entry, S("relation"));
    struct str                label = json_get_text(entry, S("label"));
    bool                      apple = vcard_from_is_3(f) && (label.n || !str_starts(entry->key, S("urn:")));
    const struct vcard_words *said = apple ? relation_of(relation, label) : NULL;

    if (said)
        label = said->vcard;
    struct str group = vcard_from_group_of(f, entry, label.n > 0);
    vcard_out_begin(&f->out, group, apple ? S("X-ABRELATEDNAMES") : S("RELATED"));
    json_each(r, relation)
        if (!said || !str_eq(said->card, r->key))
            vcard_out_type(&f->out, r->key);
    if (!apple && !is_uri(entry->key))
        vcard_out_param(&f->out, S("VALUE"), S("text"));
    vcard_from_params(f, entry, MAP_RELATED, 0);
    vcard_out_text(&f->out, entry->key);
    vcard_out_end(&f->out);
    vcard_from_label(f, group, entry, label);
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
    case MAP_ADDRESSES: vcard_from_address(f, entry, no); break;
    case MAP_ONLINE: put_online(f, entry, no); break;
    case MAP_ANNIVERSARIES: put_anniversary(f, entry, no); break;
    case MAP_RELATED: put_related(f, entry); break;
    case MAP_MEMBERS:
        vcard_from_line(f, S(""), vcard_from_is_3(f) ? S("X-ADDRESSBOOKSERVER-MEMBER") : S("MEMBER"), entry->key);
        break;
    default: put_simple(f, map, entry, no); break;
    }
}
