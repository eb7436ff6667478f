/* Three-way merge: one card changed on two sides. */
#include "contact/merge.h"
#include "base/vec.h"
#include "contact/card.h"

struct merger {
    struct arena *a;
    VEC(struct merge_conflict) conflicts;
};
struct side {
    const struct json *base, *ours, *theirs;
};

static struct side child(const struct side *s, struct str key)
{
    return (struct side){ json_get(s->base, key), json_get(s->ours, key), json_get(s->theirs, key) };
}

static struct str below(struct merger *m, struct str pointer, struct str key)
{
    return pointer.n ? str_fmt(m->a, STR_FMT "/" STR_FMT, STR_ARG(pointer), STR_ARG(key)) : key;
}

static void conflict(struct merger *m, struct str pointer, const struct side *s)
{
    *vec_push(m->a, &m->conflicts) = (struct merge_conflict){ pointer, s->base, s->ours, s->theirs };
}

/* The cases that need no look inside.  False: both sides changed it, differently. */
static bool settled(const struct side *s, const struct json **ret)
{
    *ret = json_equal(s->ours, s->theirs) || json_equal(s->base, s->theirs) ? s->ours : s->theirs;
    return json_equal(s->ours, s->theirs) || json_equal(s->base, s->theirs) || json_equal(s->base, s->ours);
}

static const struct json *merge_value(struct merger *m, struct str pointer, const struct side *s);

static void put(struct merger *m, struct json *object, struct str key, const struct json *v)
{
    if (v)
        json_add(object, key, json_copy(m->a, v));
}

/* ---- objects ---- */

/* Members that only mean something together: a name's full text and its components. */
static bool in_unit(struct str key)
{
    static const char *const unit[] = { "full",           "components",     "isOrdered",  "defaultSeparator",
                                        "phoneticSystem", "phoneticScript", "countryCode" };
    for (size_t i = 0; i < countof(unit); i++)
        if (str_is(key, unit[i]))
            return true;
    return false;
}

static struct json *unit_of(struct merger *m, const struct json *object)
{
    struct json *unit = json_new(m->a, JSON_OBJECT);
    json_each(v, object)
        if (in_unit(v->key))
            put(m, unit, v->key, v);
    return unit;
}

/* Where the unit's members come from. */
static const struct json *unit_side(struct merger *m, struct str pointer, const struct side *s)
{
    struct side        units = { unit_of(m, s->base), unit_of(m, s->ours), unit_of(m, s->theirs) };
    const struct json *which;

    if (settled(&units, &which))
        return which == units.theirs ? s->theirs : s->ours;
    conflict(m, pointer, s);
    return s->ours;
}

static const struct json *merge_object(struct merger *m, struct str pointer, const struct side *s, bool has_unit)
{
    struct json       *to = json_new(m->a, JSON_OBJECT);
    const struct json *unit = has_unit ? unit_side(m, pointer, s) : NULL;
    const struct json *both[] = { s->ours, s->theirs };

    for (size_t i = 0; i < countof(both); i++) {
        json_each(v, both[i]) {
            if (i && json_get(s->ours, v->key))
                continue;
            struct side c = child(s, v->key);
            put(m, to, v->key,
                has_unit && in_unit(v->key) ? json_get(unit, v->key) : merge_value(m, below(m, pointer, v->key), &c));
        }
    }
    return to;
}

/* ---- maps of entries ---- */

/* An entry of one side and the id it has in base: sources that number entries anew by position move them about. */
struct entry {
    const struct json *json;
    struct str         id;
    bool               fresh;
};
struct entries {
    struct entry *v;
    size_t        n;
};

static struct str identity(struct str map, const struct json *entry)
{
    for (size_t i = 0; i <= CARD_MEDIA; i++)
        if (str_eq(card_map_name((enum card_map)i), map) && i != CARD_ANNIVERSARIES)
            return json_get_text(entry, card_map_value((enum card_map)i));
    return S("");
}

static bool same_thing(struct str map, const struct json *x, const struct json *y)
{
    struct str ix = identity(map, x), iy = identity(map, y);
    return ix.n || iy.n ? str_eq(ix, iy) : json_equal(x, y);
}

static bool id_taken(const struct entries *es, struct str id)
{
    for (size_t i = 0; i < es->n; i++)
        if (es->v[i].id.p && str_eq(es->v[i].id, id))
            return true;
    return false;
}

static struct entries align(struct merger *m, struct str map, const struct json *base, const struct json *side)
{
    struct entries es = { arena_array(m->a, struct entry, side->n + 1), 0 };

    json_each(v, side) {
        const struct json *same_id = json_get(base, v->key);
        es.v[es.n++] = (struct entry){ v, same_id && same_thing(map, same_id, v) ? v->key : (struct str){ 0 }, false };
    }
    for (size_t i = 0; i < es.n; i++)
        json_each(b, base)
            if (!es.v[i].id.p && same_thing(map, b, es.v[i].json) && !id_taken(&es, b->key))
                es.v[i].id = b->key;
    for (size_t i = 0; i < es.n; i++) {
        struct entry *x = &es.v[i];
        if (x->id.p)
            continue;
        x->fresh = !json_get(base, x->json->key) || id_taken(&es, x->json->key);
        x->id = x->json->key;
    }
    return es;
}

static const struct json *known_as(const struct entries *es, struct str id)
{
    for (size_t i = 0; i < es->n; i++)
        if (!es->v[i].fresh && str_eq(es->v[i].id, id))
            return es->v[i].json;
    return NULL;
}

static struct str free_id(struct merger *m, const struct json *to, struct str id)
{
    struct str candidate = id;

    for (unsigned n = 2; json_get(to, candidate); n++)
        candidate = str_fmt(m->a, STR_FMT "_%u", STR_ARG(id), n);
    return candidate;
}

/* Is what they added also what we added?  Each of ours answers once. */
static bool added_by_us(struct entries *ours, const struct json *theirs)
{
    for (size_t i = 0; i < ours->n; i++) {
        if (ours->v[i].fresh && json_equal(ours->v[i].json, theirs)) {
            ours->v[i].fresh = false;
            ours->v[i].id = (struct str){ 0 };
            return true;
        }
    }
    return false;
}

static const struct json *merge_map(struct merger *m, struct str map, const struct side *s)
{
    struct json   *to = json_new(m->a, JSON_OBJECT);
    struct entries ours = align(m, map, s->base, s->ours), theirs = align(m, map, s->base, s->theirs);

    for (size_t i = 0; i < ours.n; i++) {
        const struct entry *x = &ours.v[i];
        struct side         c = { json_get(s->base, x->id), x->json, known_as(&theirs, x->id) };
        put(m, to, x->json->key, x->fresh ? x->json : merge_value(m, below(m, map, x->json->key), &c));
    }
    for (size_t i = 0; i < theirs.n; i++) {
        const struct entry *x = &theirs.v[i];
        struct side         c = { json_get(s->base, x->id), NULL, x->json };
        if (x->fresh ? added_by_us(&ours, x->json) : known_as(&ours, x->id) != NULL)
            continue;
        const struct json *v = x->fresh ? x->json : merge_value(m, below(m, map, x->id), &c);
        put(m, to, free_id(m, to, x->json->key), v);
    }
    return to;
}

/* ---- any value ---- */

static bool is_map(struct str pointer)
{
    static const char *const others[] = { "preferredLanguages", "calendars",   "schedulingAddresses",
                                          "cryptoKeys",         "directories", "personalInfo",
                                          "relatedTo" };

    for (size_t i = 0; i <= CARD_MEDIA; i++)
        if (str_eq(card_map_name((enum card_map)i), pointer))
            return true;
    for (size_t i = 0; i < countof(others); i++)
        if (str_is(pointer, others[i]))
            return true;
    return false;
}

static const struct json *merge_value(struct merger *m, struct str pointer, const struct side *s)
{
    const struct json *v;
    bool objects = s->ours && s->theirs && s->ours->type == JSON_OBJECT && s->theirs->type == JSON_OBJECT &&
                   (!s->base || s->base->type == JSON_OBJECT);

    if (settled(s, &v))
        return v;
    if (objects && is_map(pointer))
        return merge_map(m, pointer, s);
    if (objects && !str_ends(pointer, S("/date")))
        return merge_object(m, pointer, s, str_is(pointer, "name") || str_starts(pointer, S("addresses/")));
    conflict(m, pointer, s);
    return s->ours ? s->ours : s->theirs;
}

void merge_three(struct arena *a, const struct json *base, const struct json *ours, const struct json *theirs,
                 struct merge *ret)
{
    struct merger m = { .a = a };
    struct side   s = { base, ours, theirs };

    struct json *card = json_copy(a, merge_value(&m, S(""), &s));
    *ret = (struct merge){ card, m.conflicts.v, m.conflicts.n };
}
