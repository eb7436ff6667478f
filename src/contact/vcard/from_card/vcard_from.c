/* What writing each part of a card needs: groups, parameters, labels, single lines. */
#include "contact/phone/phone.h"
#include "contact/vcard/vcard_from_int.h"

/* ---- groups ---- */

struct str vcard_from_group(struct vcard_from *f)
{
    struct str name;

    do
        name = str_fmt(f->a, "item%u", ++f->items);
    while (map_find(&f->groups, name));
    return name;
}

struct str vcard_from_group_of(struct vcard_from *f, const struct json *entry, bool wanted)
{
    struct str own = json_get_text(json_get(entry, S("vCardParams")), S("group"));
    bool       label = wanted || json_get(entry, S("label"));
    uint64_t  *shared = own.n && label ? map_find(&f->groups, str_lower(f->a, own)) : NULL;

    if (own.n && vcard_is_token(own) && !(shared && *shared > 1))
        return own;
    return label ? vcard_from_group(f) : S("");
}

struct str vcard_from_group_titled(struct vcard_from *f, const struct json *entry, struct str organization)
{
    struct str own = vcard_from_group_of(f, entry, false);
    uint64_t  *slot = organization.n ? map_find(&f->titled, organization) : NULL;

    if (!slot || own.n)
        return own;
    if (!*slot) {
        struct str *made = arena_new_of(f->a, struct str);
        *made = vcard_from_group(f);
        *slot = (uintptr_t)made;
    }
    return *(struct str *)(uintptr_t)*slot;
}

/* ---- parameters ---- */

struct str vcard_upper(struct arena *a, struct str s)
{
    char *p = arena_raw(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_upper(s.p[i]);
    return (struct str){ p, s.n };
}

static void put_type(struct vcard_from *f, struct str type)
{
    vcard_out_type(&f->out, vcard_from_is_3(f) ? vcard_upper(f->a, type) : str_lower(f->a, type));
}

static void put_flags(struct vcard_from *f, const struct json *flags, const struct vcard_words *words, size_t n)
{
    json_each(flag, flags)
        for (size_t i = 0; i < n; i++)
            if (str_eq(words[i].card, flag->key)) {
                put_type(f, words[i].vcard);
                break;
            }
}

/* "PREF=1" of a property that has no pref in a card. */
static bool is_pref(const struct json *param) { return str_is(param->key, "pref") && str_is(json_text(param), "1"); }

void vcard_from_kept_params(struct vcard_from *f, const struct json *params)
{
    json_each(p, params) {
        if (str_is(p->key, "group") || str_is(p->key, "type") || str_eq(p->key, VCARD_LABEL_MARK) ||
            (vcard_from_is_3(f) && is_pref(p)))
            continue;
        if (p->type == JSON_STRING)
            vcard_out_param(&f->out, p->key, p->text);
        if (p->type == JSON_ARRAY)
            json_each(one, p)
                vcard_out_param(&f->out, p->key, json_text(one));
    }
}

static bool is_preferred(const struct vcard_from *f, const struct json *entry)
{
    const struct json *kept = json_get(json_get(entry, S("vCardParams")), S("pref"));
    return json_get_i64(entry, S("pref"), 0) == 1 || entry == f->preferred || (kept && is_pref(kept));
}

static void put_kept_type(struct vcard_from *f, const struct json *entry, struct str type)
{
    if (!str_ieq(type, S("PREF")))
        vcard_out_type(&f->out, type);
    else if (vcard_from_is_3(f) ? !is_preferred(f, entry) : !json_get(entry, S("pref")))
        vcard_from_is_3(f) ? put_type(f, type) : vcard_out_param(&f->out, S("PREF"), S("1"));
}

void vcard_from_types(struct vcard_from *f, const struct json *entry, enum vcard_map map)
{
    const struct json *own = json_get(json_get(entry, S("vCardParams")), S("type"));

    if (map == MAP_EMAILS && vcard_from_is_3(f))
        put_type(f, S("INTERNET"));
    put_flags(f, json_get(entry, S("contexts")), vcard_contexts, vcard_contexts_n);
    put_flags(f, json_get(entry, S("features")), vcard_features, vcard_features_n);
    if (vcard_from_is_3(f) && is_preferred(f, entry))
        put_type(f, S("PREF"));
    if (own && own->type == JSON_STRING)
        put_kept_type(f, entry, own->text);
    if (own && own->type == JSON_ARRAY)
        json_each(one, own)
            put_kept_type(f, entry, json_text(one));
}

/* Ids are the order of the lines; and a number that reads as several is one by its id. */
static bool must_say_id(struct vcard_from *f, const struct json *entry, enum vcard_map map, unsigned no)
{
    struct str rest = map == MAP_PHONES ? json_get_text(entry, S("number")) : S(""), one;

    return (phone_next(&rest, &one) && rest.n) ||
           (!f->free_ids && !str_eq(entry->key, str_fmt(f->a, "%c%u", vcard_maps[map].id, no)));
}

void vcard_from_params(struct vcard_from *f, const struct json *entry, enum vcard_map map, unsigned no)
{
    int64_t pref = json_get_i64(entry, S("pref"), 0);

    vcard_from_types(f, entry, map);
    if (pref > 0 && !(vcard_from_is_3(f) && pref == 1))
        vcard_out_param(&f->out, S("PREF"), str_fmt(f->a, "%d", (int)i64_min(pref, 100)));
    vcard_from_kept_params(f, json_get(entry, S("vCardParams")));
    if (no && vcard_maps[map].id && must_say_id(f, entry, map, no))
        vcard_out_param(&f->out, S("PROP-ID"), entry->key);
}

void vcard_from_label(struct vcard_from *f, struct str group, const struct json *entry, struct str label)
{
    struct str mark = json_get_text(json_get(entry, S("vCardParams")), VCARD_LABEL_MARK);

    if (!label.n)
        return;
    vcard_out_begin(&f->out, group, S("X-ABLabel"));
    if (vcard_label_is_apples(label, mark)) {
        vcard_out_raw(&f->out, S("_$!<"));
        vcard_out_text(&f->out, label);
        vcard_out_raw(&f->out, S(">!$_"));
    } else {
        vcard_out_text(&f->out, label);
    }
    vcard_out_end(&f->out);
}

void vcard_from_line(struct vcard_from *f, struct str group, struct str name, struct str text)
{
    vcard_out_begin(&f->out, group, name);
    vcard_out_text(&f->out, text);
    vcard_out_end(&f->out);
}
