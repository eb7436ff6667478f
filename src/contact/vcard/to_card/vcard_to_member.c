/* Makes the members, entries and ids of the card that is being built. */
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

/* ---- places in the card ---- */

void vcard_to_anchor(struct vcard_to *t, const struct vcard_line *line, unsigned at, struct json *node)
{
    if (!t->anchors)
        return;
    struct vcard_anchor *anchor = &t->anchors[line - t->v->lines];
    if (anchor->count++ == 0) {
        anchor->at = at;
        anchor->node = node;
    }
}

static struct str new_id(struct vcard_to *t, enum vcard_map map)
{
    struct json *entries = t->maps[map];
    unsigned     no = entries->n + 1;

    for (;; no++) {
        char  *id = arena_raw(t->a, 16);
        size_t n = 1;
        id[0] = vcard_maps[map].id;
        for (unsigned unit = no >= 1000 ? 1000 : no >= 100 ? 100 : no >= 10 ? 10 : 1; unit; unit /= 10)
            id[n++] = (char)('0' + no / unit % 10);
        if (!t->ids_given[map] || !json_get(entries, (struct str){ id, n }))
            return (struct str){ id, n };
    }
}

/* RFC 9553 Id: base64url characters, at most 255. */
static bool is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n < 256;
}

static struct json *map_of_entries(struct vcard_to *t, enum vcard_map map)
{
    if (!t->maps[map])
        t->maps[map] = json_add(t->card, vcard_maps[map].name, json_new(t->a, JSON_OBJECT));
    return t->maps[map];
}

struct json *vcard_to_entry(struct vcard_to *t, enum vcard_map map, const struct vcard_line *line)
{
    struct json *entries = map_of_entries(t, map);
    struct str   id = line->nparams ? vcard_param(line, S("PROP-ID")) : S("");

    if (entries->n >= CARD_ITEMS_MAX) {
        if (!t->full[map])
            vcard_report_add(t->a, t->report, line->no, VCARD_WARNING,
                             "more than %d lines of one kind, the rest is kept but not shown", CARD_ITEMS_MAX);
        t->full[map] = true;
        return NULL;
    }
    if (is_id(id) && !json_get(entries, id))
        t->ids_given[map] = true;
    else
        id = new_id(t, map);
    struct json *entry = json_add(entries, id, json_new(t->a, JSON_OBJECT));
    vcard_to_anchor(t, line, map, entry);
    return entry;
}

struct json *vcard_to_member(struct vcard_to *t, const struct vcard_line *line, struct str name, struct json *value)
{
    if (json_get(t->card, name))
        return NULL;
    json_add(t->card, name, value);
    vcard_to_anchor(t, line, AT_MEMBER, value);
    return value;
}

struct json *vcard_to_name(struct vcard_to *t)
{
    if (!t->name)
        t->name = json_add(t->card, S("name"), json_new(t->a, JSON_OBJECT));
    return t->name;
}

/* ---- structured values ---- */

/* Splits ADR and N into their values.  False when there are more than we keep in order. */
bool vcard_to_split(struct vcard_to *t, const struct vcard_line *line, size_t places, struct vcard_parts *ret)
{
    struct str rest = vcard_value(t->a, line), part, one;
    bool       lists = t->v->version != VCARD_2_1;

    ret->n = 0;
    for (size_t i = 0; vcard_part_raw(&rest, ';', &part); i++) {
        for (size_t nth = 0; lists ? vcard_part_raw(&part, ',', &one) : part.n > 0; nth++) {
            if (!lists) {
                one = part;
                part.n = 0;
            }
            one = str_trim(vcard_unescape(t->a, t->v->version, one));
            if (!one.n)
                continue;
            if (i >= places || ret->n == PARTS_MAX || nth >= PARTS_MAX)
                return false;
            ret->sub[ret->n] = (uint8_t)nth;
            ret->v[ret->n] = one;
            ret->at[ret->n++] = (uint8_t)i;
        }
    }
    return true;
}

void vcard_to_component(struct vcard_to *t, struct json *list, struct str kind, struct str value)
{
    struct json *c = json_push(list, json_new(t->a, JSON_OBJECT));

    vcard_to_text(t, c, S("kind"), kind);
    vcard_to_text(t, c, S("value"), value);
}
