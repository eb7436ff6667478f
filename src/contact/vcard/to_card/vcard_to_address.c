/* Takes ADR and its companions GEO, TZ and LABEL into a card. */
#include "contact/vcard/vcard_comps.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

/* ---- ADR and what belongs to it: GEO, TZ, LABEL, X-ABADR ---- */

static struct str coordinates(struct vcard_to *t, struct str s)
{
    s = str_trim(s);
    if (str_starts(s, S("geo:")) || !s.n)
        return s;
    const char *middle = memchr(s.p, ';', s.n);
    if (!middle)
        middle = memchr(s.p, ',', s.n); /* some write 3.0's GEO with a comma */
    for (size_t i = 0; middle && i < s.n; i++)
        if (!ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '+' && s.p[i] != '.' && s.p + i != middle)
            middle = NULL;
    if (!middle)
        return S("");
    return str_fmt(t->a, "geo:" STR_FMT "," STR_FMT, (int)(middle - s.p), s.p, (int)(s.p + s.n - middle - 1),
                   middle + 1);
}

static bool is_zone_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && !strchr("/_+-", s.p[i]))
            return false;
    return s.n && ascii_alpha(s.p[0]) && memchr(s.p, '/', s.n);
}

/* RFC 9555 2.8.2: an IANA name, or a whole-hour offset as Etc/GMT with its sign turned round. */
static struct str time_zone(struct vcard_to *t, struct str s)
{
    int64_t hours;

    s = str_trim(s);
    if (is_zone_name(s))
        return s;
    if (s.n < 3 || (s.p[0] != '-' && s.p[0] != '+') || !str_i64((struct str){ s.p + 1, 2 }, 0, 14, &hours))
        return S("");
    struct str rest = str_from(s, 3);
    if (rest.n && !str_eq(rest, S("00")) && !str_eq(rest, S(":00")))
        return S("");
    return hours == 0 ? S("Etc/UTC") : str_fmt(t->a, "Etc/GMT%c%d", s.p[0] == '-' ? '+' : '-', (int)hours);
}

/* Adds to the address what a GEO, TZ, LABEL or X-ABADR line says; false when it says nothing we can hold. */
static bool add_place(struct vcard_to *t, struct json *address, const struct vcard_line *line)
{
    struct str text = vcard_text(t->a, t->v->version, line), key = S("full"), value = text;

    if (line->prop == VC_GEO) {
        key = S("coordinates");
        value = coordinates(t, vcard_unescape(t->a, t->v->version, vcard_value(t->a, line)));
    } else if (line->prop == VC_TZ) {
        key = S("timeZone");
        value = time_zone(t, text);
    } else if (line->prop == VC_X_ABADR) {
        key = S("countryCode");
        if (text.n != 2 || !ascii_alpha(text.p[0]) || !ascii_alpha(text.p[1]))
            return false;
        char *code = arena_get(t->a, 3);
        code[0] = ascii_upper(text.p[0]);
        code[1] = ascii_upper(text.p[1]);
        value = (struct str){ code, 2 };
    }
    if (!value.n || json_get(address, key))
        return false;
    vcard_to_text(t, address, key, value);
    return true;
}

static void take_with(struct vcard_to *t, struct json *address, const struct vcard_line *of,
                      const struct vcard_line *line)
{
    size_t i = line ? (size_t)(line - t->v->lines) : 0;

    if (!line || t->used[i] || !add_place(t, address, line))
        return;
    t->used[i] = true;
    if (t->anchors)
        t->anchors[i] = t->anchors[of - t->v->lines];
}

static bool same_types(const struct vcard_line *x, const struct vcard_line *y)
{
    if (x->nparams > 8 || y->nparams > 8) /* bounds the work on hostile cards */
        return false;
    for (size_t i = 0; i < x->nparams; i++)
        if (str_ieq(x->params[i].name, S("TYPE")) && !str_ieq(x->params[i].value, S("PREF")) &&
            !vcard_param_has(y, S("TYPE"), x->params[i].value))
            return false;
    return true;
}

/* Lines without a group: a LABEL goes to the address of the same types, GEO and TZ to the only address. */
static void take_loose(struct vcard_to *t, struct json *address, const struct vcard_line *adr)
{
    for (size_t i = 0; i < t->v->nlines; i++) {
        const struct vcard_line *line = &t->v->lines[i];
        if (line->group.n || t->used[i])
            continue;
        if (line->prop == VC_LABEL ? t->addresses == 1 || (same_types(line, adr) && same_types(adr, line))
                                   : (line->prop == VC_GEO || line->prop == VC_TZ) && t->addresses == 1)
            take_with(t, address, adr, line);
    }
}

static bool take_adr_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    static const struct {
        struct str param, member;
    } members[] = {
        { { "LABEL", 5 }, { "full", 4 } },
        { { "CC", 2 }, { "countryCode", 11 } },
        { { "GEO", 3 }, { "coordinates", 11 } },
        { { "TZ", 2 }, { "timeZone", 8 } },
    };
    if (str_ieq(p->name, S("JSCOMPS")))
        return json_get(entry, S("isOrdered")) != NULL;
    for (size_t i = 0; i < countof(members); i++) {
        if (!str_ieq(p->name, members[i].param) || json_get(entry, members[i].member))
            continue;
        struct str value = i == 2 ? coordinates(t, p->value) : i == 3 ? time_zone(t, p->value) : p->value;
        if (!value.n)
            return false;
        vcard_to_text(t, entry, members[i].member, value);
        return true;
    }
    return false;
}

/* Google writes the address as it shows it behind the seven parts of ADR: one more part and no others.  RFC 9554 has eleven more, of
 * which the first is a room; a room says nothing that the other parts say. */
static struct str formatted(struct vcard_to *t, const struct vcard_line *line, const struct vcard_parts *p)
{
    struct str rest = vcard_value(t->a, line), part, last = S("");
    size_t     n = 0;
    bool       repeats = false;

    for (; n <= ADR_PARTS_3 + 1 && vcard_part_raw(&rest, ';', &part); n++)
        last = part;
    if (n != ADR_PARTS_3 + 1)
        return S("");
    last = str_trim(vcard_unescape(t->a, t->v->version, last));
    for (size_t i = 0; i < p->n && p->at[i] < ADR_PARTS_3; i++)
        repeats = repeats || str_find(last, p->v[i], 0) != SIZE_MAX;
    return repeats || (last.n && memchr(last.p, '\n', last.n)) ? last : S("");
}

static void take_formatted(struct vcard_to *t, struct json *entry, const struct vcard_line *line, struct vcard_parts *p)
{
    struct str full = p->at[p->n - 1] == ADR_PARTS_3 ? formatted(t, line, p) : S("");

    while (full.n && p->n && p->at[p->n - 1] == ADR_PARTS_3)
        p->n--;
    if (full.n && !json_get(entry, S("full")))
        vcard_to_text(t, entry, S("full"), full);
}

static void add_address_parts(struct vcard_to *t, struct json *entry, const struct vcard_line *line,
                              const struct vcard_parts *p)
{
    bool counted[PARTS_MAX], fine = p->at[p->n - 1] >= ADR_PARTS_3; /* RFC 9554 parts: the street repeats them */

    for (size_t i = 0; i < p->n; i++)
        counted[i] = !fine || p->at[i] != 2;
    if (vcard_comps_read(t, line, p, counted, vcard_adr_kinds, entry))
        return;
    struct json *list = json_add(entry, S("components"), json_new(t->a, JSON_ARRAY));
    for (size_t i = 0; i < p->n; i++)
        if (counted[i])
            vcard_to_component(t, list, vcard_adr_kinds[p->at[i]], p->v[i]);
}

static bool has_companions(struct vcard_to *t, const struct vcard_line *line)
{
    const struct vcard_group *g = vcard_to_group(t, line);
    return (g && (g->geo || g->tz || g->postal || g->country)) || vcard_param(line, S("LABEL")).n ||
           vcard_param(line, S("GEO")).n || vcard_param(line, S("TZ")).n || vcard_param(line, S("CC")).n;
}

bool vcard_take_adr(struct vcard_to *t, const struct vcard_line *line)
{
    struct vcard_parts p;

    if (!vcard_to_split(t, line, ADR_PARTS, &p))
        return false;
    if (!p.n && !has_companions(t, line))
        return true;
    struct json *entry = vcard_to_entry(t, MAP_ADDRESSES, line);
    if (!entry)
        return false;
    if (p.n)
        take_formatted(t, entry, line, &p);
    if (p.n)
        add_address_parts(t, entry, line, &p);
    vcard_to_params(t, vcard_maps[MAP_ADDRESSES].has, line, entry, take_adr_param);
    const struct vcard_group *g = t->grouped ? vcard_to_group(t, line) : NULL;
    if (g) {
        take_with(t, entry, line, g->geo);
        take_with(t, entry, line, g->tz);
        take_with(t, entry, line, g->postal);
        take_with(t, entry, line, g->country);
    }
    if (t->loose)
        take_loose(t, entry, line);
    return true;
}

/* GEO, TZ or LABEL that belong to no ADR are an address of their own. */
bool vcard_take_place(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *entry = json_new(t->a, JSON_OBJECT);

    if (!add_place(t, entry, line))
        return false;
    struct json *real = vcard_to_entry(t, MAP_ADDRESSES, line);
    if (!real)
        return false;
    real->n = entry->n;
    real->first = entry->first;
    real->last = entry->last;
    vcard_to_params(t, vcard_maps[MAP_ADDRESSES].has, line, real, NULL);
    return true;
}
