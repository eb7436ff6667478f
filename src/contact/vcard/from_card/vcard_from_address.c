/* Writes addresses of a card: ADR with what belongs to it, LABEL, GEO, TZ, country. */
#include "contact/vcard/vcard_comps.h"

/* RFC 9554: with one of its parts set, the street only repeats them for older programs.  3.0 has no such parts. */
static bool is_fine(const struct vcard_from *f, const struct json *components)
{
    if (vcard_from_is_3(f))
        return false;
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

/* What the seven parts of 3.0 have no place for. */
static bool is_extended_part(struct str kind)
{
    return str_is(kind, "apartment") || str_is(kind, "room") || str_is(kind, "floor") || str_is(kind, "landmark") ||
           str_is(kind, "subdistrict") || str_is(kind, "district");
}

static void put_joined(struct vcard_from *f, const struct json *components, bool (*is_part)(struct str kind),
                       struct str between)
{
    bool any = false;

    json_each(c, components) {
        if (!is_part(json_get_text(c, S("kind"))))
            continue;
        if (any)
            vcard_out_raw(&f->out, between);
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

static bool is_more_than_names(const struct json *components)
{
    json_each(c, components)
        if (is_street_part(json_get_text(c, S("kind"))) && !str_is(json_get_text(c, S("kind")), "name"))
            return true;
    return false;
}

static void put_parts(struct vcard_from *f, const struct json *components)
{
    bool   fine = is_fine(f, components), three = vcard_from_is_3(f);
    size_t n = fine ? ADR_PARTS : ADR_PARTS_3;

    for (size_t i = 0; i < n; i++) {
        if (i)
            vcard_out_raw(&f->out, S(";"));
        if (i == 2 && (fine || (three && is_more_than_names(components))))
            put_joined(f, components, is_street_part, S(" "));
        else if (i == 1 && three)
            put_joined(f, components, is_extended_part, S(","));
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

/* Of the same types as its address, by which programs without groups find it. */
static void put_label_3(struct vcard_from *f, struct str group, const struct json *entry, struct str full)
{
    vcard_out_begin(&f->out, group, S("LABEL"));
    vcard_from_types(f, entry, MAP_ADDRESSES);
    vcard_out_text(&f->out, full);
    vcard_out_end(&f->out);
}

void vcard_from_address(struct vcard_from *f, const struct json *entry, unsigned no)
{
    struct str full = json_get_text(entry, S("full")), geo = json_get_text(entry, S("coordinates"));
    struct str zone = json_get_text(entry, S("timeZone")), country = json_get_text(entry, S("countryCode"));
    bool       three = vcard_from_is_3(f), more = full.n || geo.n || zone.n || country.n;
    struct str group = vcard_from_group_of(f, entry, three && more);

    vcard_out_begin(&f->out, group, S("ADR"));
    vcard_comps_write(f, entry, vcard_adr_kinds,
                      is_fine(f, json_get(entry, S("components"))) ? ADR_PARTS : ADR_PARTS_3);
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
        put_label_3(f, group, entry, full);
    if (three && geo.n)
        put_geo_3(f, group, geo);
    if (three && zone.n)
        vcard_from_line(f, group, S("TZ"), zone);
    if (three && country.n)
        vcard_from_line(f, group, S("X-ABADR"), str_lower(f->a, country));
    vcard_from_label(f, group, entry, json_get_text(entry, S("label")));
}
