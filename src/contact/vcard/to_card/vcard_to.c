/* Surveys the lines of a vCard before the first is taken: which groups there are and what stands in them. */
#include "contact/vcard/vcard_to_int.h"

struct vcard_group *vcard_to_group(struct vcard_to *t, const struct vcard_line *line)
{
    if (!line->group.n)
        return NULL;
    uint64_t *slot = map_find(&t->groups, str_lower(t->a, line->group));
    return slot ? (struct vcard_group *)(uintptr_t)*slot : NULL;
}

static void note_group(struct vcard_to *t, const struct vcard_line *line)
{
    uint64_t *slot = map_at(&t->groups, str_lower(t->a, line->group));

    if (!*slot)
        *slot = (uintptr_t)arena_new_of(t->a, struct vcard_group);
    struct vcard_group       *g = (struct vcard_group *)(uintptr_t)*slot;
    const struct vcard_line **place = line->prop == VC_X_ABLABEL ? &g->label
                                      : line->prop == VC_X_ABADR ? &g->country
                                      : line->prop == VC_GEO     ? &g->geo
                                      : line->prop == VC_TZ      ? &g->tz
                                      : line->prop == VC_LABEL   ? &g->postal
                                                                 : NULL;
    if (place && !*place)
        *place = line;
    else
        g->others++;
    g->orgs += line->prop == VC_ORG;
    g->titles += line->prop == VC_TITLE || line->prop == VC_ROLE;
}

void vcard_to_survey(struct vcard_to *t)
{
    for (size_t i = 0; i < t->v->nlines; i++) {
        const struct vcard_line *line = &t->v->lines[i];
        t->addresses += line->prop == VC_ADR;
        t->orgs += line->prop == VC_ORG;
        t->loose += !line->group.n && (line->prop == VC_GEO || line->prop == VC_TZ || line->prop == VC_LABEL);
        if (line->group.n) {
            t->grouped = true;
            note_group(t, line);
        }
    }
}

static void no_group(struct json *entry)
{
    struct json *params = json_get(entry, S("vCardParams"));

    if (params && json_remove(params, S("group")) && !params->n)
        json_remove(entry, S("vCardParams"));
}

void vcard_to_titles(struct vcard_to *t)
{
    if (!t->grouped || !t->orgs)
        return;
    json_each(title, t->maps[MAP_TITLES]) {
        struct str          name = json_get_text(json_get(title, S("vCardParams")), S("group"));
        uint64_t           *slot = name.n ? map_find(&t->groups, str_lower(t->a, name)) : NULL;
        struct vcard_group *g = slot ? (struct vcard_group *)(uintptr_t)*slot : NULL;
        if (!g || g->orgs != 1 || !g->organization)
            continue;
        json_set_text(t->a, title, S("organizationId"), g->organization->key);
        if (t->orgs > 1 && g->others == g->orgs + g->titles) { /* it stood there for this alone */
            no_group(title);
            no_group(g->organization);
        }
    }
}
