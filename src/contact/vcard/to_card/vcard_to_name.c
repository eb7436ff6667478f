/* Takes FN, N, NICKNAME, ORG and their companions into a card. */
#include "contact/vcard/vcard_comps.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

/* ---- FN ---- */

bool vcard_take_fn(struct vcard_to *t, const struct vcard_line *line)
{
    struct str full = str_trim(vcard_text(t->a, t->v->version, line));

    if (vcard_param_has(line, S("DERIVED"), S("TRUE"))) {
        t->derived = line;
        return true;
    }
    if (!full.n)
        return true;
    if (json_get(t->name, S("full")))
        return false;
    vcard_to_text(t, vcard_to_name(t), S("full"), full);
    vcard_to_params(t, 0, line, t->name, NULL);
    vcard_to_anchor(t, line, AT_MEMBER, t->name);
    return true;
}

/* ---- N ---- */

/* The same value in the place that older programs read. */
static bool is_repeated(const struct vcard_parts *p, size_t i, uint8_t in)
{
    for (size_t k = 0; k < p->n; k++)
        if (p->at[k] == in && str_eq(p->v[k], p->v[i]))
            return true;
    return false;
}

static bool is_compatible_copy(const struct vcard_parts *p, size_t i)
{
    return (p->at[i] == 0 && is_repeated(p, i, 5)) || (p->at[i] == 4 && is_repeated(p, i, 6));
}

static bool take_sort_as(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    struct str rest = p->value, surname, given;

    if (!str_ieq(p->name, S("SORT-AS")) || json_get(entry, S("sortAs")) ||
        !vcard_part(t->a, VCARD_4_0, &rest, ',', &surname))
        return false;
    struct json *sort = json_add(entry, S("sortAs"), json_new(t->a, JSON_OBJECT));
    if (surname.n)
        vcard_to_text(t, sort, S("surname"), surname);
    if (vcard_part(t->a, VCARD_4_0, &rest, ',', &given) && given.n)
        vcard_to_text(t, sort, S("given"), given);
    return sort->n > 0;
}

static bool take_n_param(struct vcard_to *t, struct json *name, const struct vcard_param *p)
{
    if (str_ieq(p->name, S("JSCOMPS")))
        return json_get(name, S("isOrdered")) != NULL;
    return take_sort_as(t, name, p);
}

static void add_n_parts(struct vcard_to *t, struct json *name, const struct vcard_line *line,
                        const struct vcard_parts *p)
{
    bool counted[PARTS_MAX];

    for (size_t i = 0; i < p->n; i++)
        counted[i] = !is_compatible_copy(p, i);
    if (vcard_comps_read(t, line, p, counted, vcard_n_kinds, name))
        return;
    struct json *list = json_add(name, S("components"), json_new(t->a, JSON_ARRAY));
    for (size_t order = 0; order < N_PARTS; order++)
        for (size_t i = 0; i < p->n; i++)
            if (p->at[i] == vcard_n_order[order] && counted[i])
                vcard_to_component(t, list, vcard_n_kinds[p->at[i]], p->v[i]);
}

bool vcard_take_n(struct vcard_to *t, const struct vcard_line *line)
{
    struct vcard_parts p;

    if (!vcard_to_split(t, line, N_PARTS, &p) || json_get(t->name, S("components")))
        return false;
    if (!p.n)
        return true;
    add_n_parts(t, vcard_to_name(t), line, &p);
    vcard_to_params(t, 0, line, t->name, take_n_param);
    vcard_to_anchor(t, line, AT_MEMBER, t->name);
    return true;
}

bool vcard_take_sort_string(struct vcard_to *t, const struct vcard_line *line)
{
    if (!t->name || json_get(t->name, S("sortAs")) || !vcard_is_bare(line))
        return false;
    struct json *sort = json_add(t->name, S("sortAs"), json_new(t->a, JSON_OBJECT));
    vcard_to_text(t, sort, S("surname"), vcard_text(t->a, t->v->version, line));
    vcard_to_anchor(t, line, AT_MEMBER, t->name);
    return true;
}

bool vcard_take_phonetic(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   kind = line->prop == VC_X_PHONETIC_FIRST  ? S("given")
                        : line->prop == VC_X_PHONETIC_LAST ? S("surname")
                                                           : S("given2");
    struct str   text = vcard_text(t->a, t->v->version, line), script = vcard_script_of(text);
    struct str   known = json_get_text(t->name, S("phoneticScript"));
    struct json *component = NULL;

    json_each(c, json_get(t->name, S("components")))
        if (!component && str_eq(json_get_text(c, S("kind")), kind))
            component = c;
    if (!component || json_get(component, S("phonetic")) || !vcard_is_bare(line) || (known.n && !str_eq(known, script)))
        return false;
    vcard_to_text(t, component, S("phonetic"), text);
    if (!known.n)
        vcard_to_text(t, t->name, S("phoneticScript"), script);
    vcard_to_anchor(t, line, AT_MEMBER, t->name);
    return true;
}

/* ---- NICKNAME, ORG ---- */

bool vcard_take_nickname(struct vcard_to *t, const struct vcard_line *line)
{
    struct str rest = vcard_value(t->a, line), one;
    bool       list = t->v->version != VCARD_2_1;

    for (bool more = true; more && rest.p;) {
        if (list)
            vcard_part(t->a, t->v->version, &rest, ',', &one);
        else
            one = vcard_unescape(t->a, t->v->version, rest);
        more = list;
        one = str_trim(one);
        if (!one.n)
            continue;
        struct json *entry = vcard_to_entry(t, MAP_NICKNAMES, line);
        if (!entry)
            return false;
        vcard_to_text(t, entry, S("name"), one);
        vcard_to_params(t, vcard_maps[MAP_NICKNAMES].has, line, entry, NULL);
    }
    return true;
}

static bool take_org_param(struct vcard_to *t, struct json *entry, const struct vcard_param *p)
{
    struct str rest = p->value, one;

    if (!str_ieq(p->name, S("SORT-AS")) || json_get(entry, S("sortAs")))
        return false;
    if (!vcard_part(t->a, VCARD_4_0, &rest, ',', &one) || rest.p || !one.n)
        return false;
    vcard_to_text(t, entry, S("sortAs"), one);
    return true;
}

bool vcard_take_org(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   rest = vcard_value(t->a, line), one;
    struct json *entry = NULL, *units = NULL;

    for (size_t i = 0; vcard_part(t->a, t->v->version, &rest, ';', &one); i++) {
        one = str_trim(one);
        if (!one.n)
            continue;
        if (!entry && !(entry = vcard_to_entry(t, MAP_ORGANIZATIONS, line)))
            return false;
        if (i == 0) {
            vcard_to_text(t, entry, S("name"), one);
            continue;
        }
        if (!units)
            units = json_add(entry, S("units"), json_new(t->a, JSON_ARRAY));
        vcard_to_text(t, json_push(units, json_new(t->a, JSON_OBJECT)), S("name"), one);
    }
    struct vcard_group *g = entry ? vcard_to_group(t, line) : NULL;
    if (g)
        g->organization = entry;
    if (entry)
        vcard_to_params(t, vcard_maps[MAP_ORGANIZATIONS].has, line, entry, take_org_param);
    return true;
}
