/* Reads and writes JSCOMPS, the order of the parts of a name or an address (RFC 9555 3.3.1). */
#include "contact/vcard/vcard_comps.h"
#include "contact/vcard/vcard_decode.h"

/* ---- reading ---- */

/* "2,1": the second value of the third place; false when there is no such value. */
static bool part_at(const struct vcard_parts *p, struct str entry, size_t *ret)
{
    struct str place, sub = S("0");
    int64_t    at, nth;

    str_next(&entry, ',', &place);
    if (entry.p)
        sub = entry;
    if (!str_i64(place, 0, ADR_PARTS - 1, &at) || !str_i64(sub, 0, PARTS_MAX - 1, &nth))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i] == at && p->sub[i] == nth) {
            *ret = i;
            return true;
        }
    return false;
}

/* "s,\, " is the separator ", ". */
static bool is_separator(struct vcard_to *t, struct str entry, struct str *ret)
{
    if (!str_starts(entry, S("s,")))
        return false;
    *ret = vcard_unescape(t->a, VCARD_4_0, str_from(entry, 2));
    return true;
}

static struct json *ordered(struct vcard_to *t, struct str rest, const struct vcard_parts *p, const bool *counted,
                            const struct str *kinds)
{
    struct json *list = json_new(t->a, JSON_ARRAY);
    bool         seen[PARTS_MAX] = { false };
    size_t       left = 0, i;

    for (i = 0; i < p->n; i++)
        left += counted[i];
    for (struct str entry, text; vcard_part_raw(&rest, ';', &entry);) {
        if (is_separator(t, entry, &text)) {
            vcard_to_component(t, list, S("separator"), text);
        } else {
            if (!part_at(p, entry, &i) || !counted[i] || seen[i])
                return NULL;
            seen[i] = true;
            left--;
            vcard_to_component(t, list, kinds[p->at[i]], p->v[i]);
        }
    }
    return left ? NULL : list;
}

bool vcard_comps_read(struct vcard_to *t, const struct vcard_line *line, const struct vcard_parts *p,
                      const bool counted[PARTS_MAX], const struct str *kinds, struct json *owner)
{
    struct str rest = line->nparams ? vcard_param(line, S("JSCOMPS")) : S(""), first, separator = S("");

    if (!rest.n || !vcard_part_raw(&rest, ';', &first) || (first.n && !is_separator(t, first, &separator)))
        return false;
    struct json *list = ordered(t, rest, p, counted, kinds);
    if (!list)
        return false;
    json_add(owner, S("components"), list);
    json_add(owner, S("isOrdered"), json_new_bool(t->a, true));
    if (first.n)
        vcard_to_text(t, owner, S("defaultSeparator"), separator);
    return true;
}

/* ---- writing ---- */

static void put_separator(struct buf *b, struct str s)
{
    buf_put(b, S("s,"));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
}

/* How many components before this one go to the same place. */
static unsigned nth_of_kind(const struct json *components, const struct json *component)
{
    struct str kind = json_get_text(component, S("kind"));
    unsigned   n = 0;

    for (const struct json *c = components->first; c != component; c = c->next)
        n += str_eq(json_get_text(c, S("kind")), kind);
    return n;
}

static bool put_place(struct buf *b, const struct json *components, const struct json *component,
                      const struct str *kinds, size_t n_kinds)
{
    struct str kind = json_get_text(component, S("kind"));
    size_t     at = n_kinds;
    unsigned   nth = nth_of_kind(components, component);

    while (at > 0 && !str_eq(kinds[at - 1], kind))
        at--;
    if (at == 0)
        return false;
    buf_i64(b, (int64_t)at - 1);
    if (nth) {
        buf_char(b, ',');
        buf_i64(b, nth);
    }
    return true;
}

void vcard_comps_write(struct vcard_from *f, const struct json *owner, const struct str *kinds, size_t n_kinds)
{
    const struct json *components = json_get(owner, S("components")),
                      *separator = json_get(owner, S("defaultSeparator"));
    auto_buf b = buf_of(1 << 16);

    if (!json_get_bool(owner, S("isOrdered"), false) || !components || components->type != JSON_ARRAY ||
        components->n > PARTS_MAX)
        return;
    if (separator)
        put_separator(&b, json_text(separator));
    json_each(c, components) {
        buf_char(&b, ';');
        if (str_is(json_get_text(c, S("kind")), "separator"))
            put_separator(&b, json_get_text(c, S("value")));
        else if (!put_place(&b, components, c, kinds, n_kinds))
            return;
    }
    vcard_out_quoted(&f->out, S("JSCOMPS"), buf_str(&b));
}
