/* Writes a card's name as FN, N and their companions. */
#include "contact/vcard/vcard_comps.h"

static const struct json *next_of(const struct json *components, struct str kind, const struct json *after)
{
    const struct json *c = after                                          ? after->next
                           : components && components->type == JSON_ARRAY ? components->first
                                                                          : NULL;

    while (c && !str_eq(json_get_text(c, S("kind")), kind))
        c = c->next;
    return c;
}

/* All values of a kind, as a list; `more` values of another kind follow for programs that do not know that kind. */
static void put_values(struct vcard_from *f, const struct json *components, struct str kind, struct str more)
{
    bool first = true;

    for (int pass = 0; pass < 2; pass++) {
        struct str which = pass ? more : kind;
        for (const struct json *c = NULL; which.n && (c = next_of(components, which, c)); first = false) {
            if (!first)
                vcard_out_raw(&f->out, S(","));
            vcard_out_text(&f->out, json_get_text(c, S("value")));
        }
    }
}

static void put_sort_as(struct vcard_from *f, const struct json *sort)
{
    struct str surname = json_get_text(sort, S("surname")), given = json_get_text(sort, S("given"));
    auto_buf   b = buf_of(1 << 16);

    for (int part = 0; part < 2; part++) {
        struct str s = part ? given : surname;
        if (part && given.n)
            buf_char(&b, ',');
        for (size_t i = 0; i < s.n; i++) {
            if (s.p[i] == ',' || s.p[i] == '\\')
                buf_char(&b, '\\');
            buf_char(&b, s.p[i]);
        }
    }
    vcard_out_param(&f->out, S("SORT-AS"), buf_str(&b));
}

static void put_n(struct vcard_from *f, const struct json *name, bool sort_string)
{
    const struct json *components = json_get(name, S("components")), *sort = json_get(name, S("sortAs"));
    bool second = next_of(components, S("surname2"), NULL), generation = next_of(components, S("generation"), NULL);
    bool seven = !vcard_from_is_3(f) && (second || generation);

    vcard_out_begin(&f->out, vcard_from_group_of(f, name, false), S("N"));
    if (sort && !sort_string)
        put_sort_as(f, sort);
    vcard_comps_write(f, name, vcard_n_kinds, seven ? N_PARTS : N_PARTS_3);
    vcard_from_params(f, name, MAPS, 0);
    for (size_t i = 0; i < (seven ? N_PARTS : N_PARTS_3); i++) {
        struct str more = i == 0 ? S("surname2") : i == 4 ? S("generation") : S("");
        if (i)
            vcard_out_raw(&f->out, S(";"));
        put_values(f, components, vcard_n_kinds[i], more);
    }
    vcard_out_end(&f->out);
}

static void put_phonetics(struct vcard_from *f, const struct json *components)
{
    static const struct {
        struct str kind, name;
    } props[] = {
        { { "given", 5 }, { "X-PHONETIC-FIRST-NAME", 21 } },
        { { "given2", 6 }, { "X-PHONETIC-MIDDLE-NAME", 22 } },
        { { "surname", 7 }, { "X-PHONETIC-LAST-NAME", 20 } },
    };
    for (size_t i = 0; i < countof(props); i++) {
        struct str reading = json_get_text(next_of(components, props[i].kind, NULL), S("phonetic"));
        if (reading.n)
            vcard_from_line(f, S(""), props[i].name, reading);
    }
}

static void put_fn(struct vcard_from *f, const struct json *name, bool with_params)
{
    struct str full = json_get_text(name, S("full"));

    vcard_out_begin(&f->out, with_params ? vcard_from_group_of(f, name, false) : S(""), S("FN"));
    if (!full.n)
        vcard_out_param(&f->out, S("DERIVED"), S("TRUE"));
    if (with_params)
        vcard_from_params(f, name, MAPS, 0);
    vcard_out_text(&f->out, full.n ? full : card_display_name(f->a, f->card));
    vcard_out_end(&f->out);
}

void vcard_from_derived_name(struct vcard_from *f)
{
    put_fn(f, NULL, false);
    if (vcard_from_is_3(f))
        vcard_from_line(f, S(""), S("N"), S(""));
}

void vcard_from_name(struct vcard_from *f, const struct json *name)
{
    const struct json *components = json_get(name, S("components")), *sort = json_get(name, S("sortAs"));
    struct str         surname = json_get_text(sort, S("surname"));
    bool               sort_string = vcard_from_is_3(f) && sort && sort->n == 1 && surname.n;

    put_fn(f, name, !components);
    if (components || vcard_from_is_3(f))
        put_n(f, components ? name : json_new(f->a, JSON_OBJECT), sort_string || !components);
    if (sort_string)
        vcard_from_line(f, S(""), S("SORT-STRING"), surname);
    put_phonetics(f, components);
}
