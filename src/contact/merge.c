/* The three-way merge of one card that was changed on two sides.  What is looked for among many is found by hash. */
#include "contact/merge.h"
#include "base/map.h"
#include "base/vec.h"
#include "contact/card.h"

struct merger {
    struct arena *a;
    VEC(struct merge_conflict) conflicts;
    size_t pointer_bytes; /* of those told */
};
struct side {
    const struct json *base, *ours, *theirs;
};
/* Where the merge is: the member names from the card down. */
struct where {
    const struct where *above;
    struct str          name;
    unsigned            depth; /* 1: a member of the card */
};

static struct side child(const struct side *s, struct str key)
{
    return (struct side){ json_get(s->base, key), json_get(s->ours, key), json_get(s->theirs, key) };
}

static struct where below(const struct where *at, struct str name)
{
    return (struct where){ at, name, at ? at->depth + 1 : 1 };
}

static void put_where(struct buf *b, const struct where *at)
{
    if (!at)
        return;
    put_where(b, at->above);
    buf_put(b, at->above ? S("/") : S(""));
    json_pointer_put(b, at->name);
}

static void conflict(struct merger *m, const struct where *at, const struct side *s)
{
    auto_buf b = buf_of(2 * CARD_BYTES_MAX);

    if (m->conflicts.n == MERGE_CONFLICTS_MAX || m->pointer_bytes > CARD_BYTES_MAX)
        return;
    put_where(&b, at);
    m->pointer_bytes += b.n;
    *vec_push(m->a, &m->conflicts) =
        (struct merge_conflict){ str_copy(m->a, buf_str(&b)), s->base, s->ours, s->theirs };
}

/* The cases that need no look inside.  False: both sides changed it, differently. */
static bool settled(const struct side *s, const struct json **ret)
{
    bool alike = json_equal(s->ours, s->theirs) || json_equal(s->base, s->theirs);

    *ret = alike ? s->ours : s->theirs;
    return alike || json_equal(s->base, s->ours);
}

/* A new tree, NULL for "not there". */
static struct json *merge_value(struct merger *m, const struct where *at, const struct side *s);

static void put(struct json *object, struct str key, struct json *v)
{
    if (v)
        json_add(object, key, v);
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
            put(unit, v->key, json_copy(m->a, v));
    return unit;
}

/* Where the unit's members come from. */
static const struct json *unit_side(struct merger *m, const struct where *at, const struct side *s)
{
    struct side        units = { unit_of(m, s->base), unit_of(m, s->ours), unit_of(m, s->theirs) };
    const struct json *which;

    if (settled(&units, &which))
        return which == units.theirs ? s->theirs : s->ours;
    conflict(m, at, s);
    return s->ours;
}

static struct json *merge_object(struct merger *m, const struct where *at, const struct side *s, bool has_unit)
{
    struct json       *to = json_new(m->a, JSON_OBJECT);
    const struct json *unit = has_unit ? unit_side(m, at, s) : NULL;
    const struct json *both[] = { s->ours, s->theirs };

    for (size_t i = 0; i < countof(both); i++) {
        json_each(v, both[i]) {
            if (i && json_get(s->ours, v->key))
                continue;
            struct side  c = child(s, v->key);
            struct where here = below(at, v->key);
            put(to, v->key,
                has_unit && in_unit(v->key) ? json_copy(m->a, json_get(unit, v->key)) : merge_value(m, &here, &c));
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
    struct map    by_id; /* 1 + place of the first that has this id and is not fresh */
};

/* Things found by a hash of what they are, each once, in their order. */
struct pile {
    struct thing {
        const struct json *json;
        size_t             place;
        struct thing      *next;
    } * things;
    struct map first; /* hash -> struct thing * that was not taken yet */
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

static uint64_t hash_of_thing(struct str map, const struct json *entry)
{
    struct str is = identity(map, entry);
    return is.n ? hash64_mix(hash_secret(is), 1) : json_hash(entry);
}

static void pile_add(struct pile *p, size_t i, uint64_t hash, const struct json *v, size_t place)
{
    uint64_t     *first = map_at_u64(&p->first, hash);
    struct thing *t = &p->things[i];

    *t = (struct thing){ v, place, (struct thing *)(uintptr_t)*first };
    *first = (uintptr_t)t;
}

/* The entries of base, the first of each kind on top. */
static struct pile pile_of_base(struct merger *m, struct str map, const struct json *base)
{
    size_t              n = base ? base->n : 0, i = 0;
    struct pile         p = { arena_array(m->a, struct thing, n + 1), map_of(m->a) };
    const struct json **v = arena_array(m->a, const struct json *, n + 1);

    json_each(entry, base)
        v[i++] = entry;
    while (i--)
        pile_add(&p, i, hash_of_thing(map, v[i]), v[i], i);
    return p;
}

/* Takes the first entry of base that is this thing and that nothing else of the side is: NULL when there is none. */
static const struct json *take_same(struct pile *p, struct str map, const struct json *v, const struct map *taken)
{
    uint64_t *first = map_find_u64(&p->first, hash_of_thing(map, v));

    while (first && *first) {
        const struct thing *t = (const struct thing *)(uintptr_t)*first;
        if (!same_thing(map, t->json, v))
            return NULL;
        *first = (uintptr_t)t->next;
        if (!map_find(taken, t->json->key))
            return t->json;
    }
    return NULL;
}

static struct entries align(struct merger *m, struct str map, const struct json *base, const struct json *side)
{
    struct entries es = { arena_array(m->a, struct entry, side->n + 1), 0, map_of(m->a) };
    struct map     taken = map_of(m->a); /* ids of base that an entry of the side has */
    struct pile    pile = pile_of_base(m, map, base);

    json_each(v, side) {
        const struct json *same_id = json_get(base, v->key);
        es.v[es.n++] = (struct entry){ .json = v };
        if (same_id && same_thing(map, same_id, v))
            *map_at(&taken, es.v[es.n - 1].id = v->key) = 1;
    }
    for (size_t i = 0; i < es.n; i++) {
        const struct json *b = es.v[i].id.p ? NULL : take_same(&pile, map, es.v[i].json, &taken);
        if (b)
            *map_at(&taken, es.v[i].id = b->key) = 1;
    }
    for (size_t i = 0; i < es.n; i++) {
        struct entry *x = &es.v[i];
        if (!x->id.p) {
            x->id = x->json->key;
            x->fresh = !json_get(base, x->id) || map_find(&taken, x->id);
        }
        uint64_t *place = x->fresh ? NULL : map_at(&es.by_id, x->id);
        if (place && !*place)
            *place = i + 1;
    }
    return es;
}

static const struct json *known_as(const struct entries *es, struct str id)
{
    uint64_t *place = map_find(&es->by_id, id);
    return place ? es->v[*place - 1].json : NULL;
}

static struct str free_id(struct merger *m, const struct json *to, struct str id)
{
    struct str candidate = id;

    for (unsigned n = 2; json_get(to, candidate); n++)
        candidate = str_fmt(m->a, STR_FMT "_%u", STR_ARG(id), n);
    return candidate;
}

/* What we added. */
static struct pile pile_of_fresh(struct merger *m, const struct entries *ours)
{
    struct pile p = { arena_array(m->a, struct thing, ours->n + 1), map_of(m->a) };

    for (size_t i = ours->n; i--;)
        if (ours->v[i].fresh)
            pile_add(&p, i, json_hash(ours->v[i].json), ours->v[i].json, i);
    return p;
}

/* Is what they added also what we added?  Each of ours answers once. */
static bool added_by_us(struct pile *fresh, const struct json *theirs)
{
    uint64_t           *first = map_find_u64(&fresh->first, json_hash(theirs));
    const struct thing *t = first ? (const struct thing *)(uintptr_t)*first : NULL;

    if (!t || !json_equal(t->json, theirs))
        return false;
    *first = (uintptr_t)t->next;
    return true;
}

static struct json *merge_map(struct merger *m, const struct where *at, const struct side *s)
{
    struct json   *to = json_new(m->a, JSON_OBJECT);
    struct entries ours = align(m, at->name, s->base, s->ours), theirs = align(m, at->name, s->base, s->theirs);
    struct pile    fresh = pile_of_fresh(m, &ours);

    for (size_t i = 0; i < ours.n; i++) {
        const struct entry *x = &ours.v[i];
        struct side         c = { json_get(s->base, x->id), x->json, known_as(&theirs, x->id) };
        struct where        here = below(at, x->json->key);
        put(to, x->json->key, x->fresh ? json_copy(m->a, x->json) : merge_value(m, &here, &c));
    }
    for (size_t i = 0; i < theirs.n; i++) {
        const struct entry *x = &theirs.v[i];
        struct side         c = { json_get(s->base, x->id), NULL, x->json };
        struct where        here = below(at, x->id);
        if (x->fresh ? added_by_us(&fresh, x->json) : known_as(&ours, x->id) != NULL)
            continue;
        struct json *v = x->fresh ? json_copy(m->a, x->json) : merge_value(m, &here, &c);
        put(to, v ? free_id(m, to, x->json->key) : x->id, v);
    }
    return to;
}

/* ---- any value ---- */

static bool is_map(const struct where *at)
{
    static const char *const others[] = { "preferredLanguages", "calendars",   "schedulingAddresses",
                                          "cryptoKeys",         "directories", "personalInfo",
                                          "relatedTo" };

    for (size_t i = 0; i <= CARD_MEDIA; i++)
        if (at->depth == 1 && str_eq(card_map_name((enum card_map)i), at->name))
            return true;
    for (size_t i = 0; i < countof(others); i++)
        if (at->depth == 1 && str_is(at->name, others[i]))
            return true;
    return false;
}

static bool in_address(const struct where *at)
{
    while (at->depth > 2)
        at = at->above;
    return at->depth == 2 && str_is(at->above->name, "addresses");
}

/* Objects are merged member by member, except dates, and what is nested deeper than the fields of a card are. */
static bool is_mergeable(const struct where *at, const struct side *s)
{
    bool objects = s->ours && s->theirs && s->ours->type == JSON_OBJECT && s->theirs->type == JSON_OBJECT &&
                   (!s->base || s->base->type == JSON_OBJECT);

    return objects && (!at || (at->depth < MERGE_DEPTH_MAX && !(at->depth > 1 && str_is(at->name, "date"))));
}

static struct json *merge_value(struct merger *m, const struct where *at, const struct side *s)
{
    const struct json *v;

    if (settled(s, &v))
        return json_copy(m->a, v);
    if (at && is_mergeable(at, s) && is_map(at))
        return merge_map(m, at, s);
    if (is_mergeable(at, s))
        return merge_object(m, at, s, at && ((at->depth == 1 && str_is(at->name, "name")) || in_address(at)));
    conflict(m, at, s);
    return json_copy(m->a, s->ours ? s->ours : s->theirs);
}

void merge_three(struct arena *a, const struct json *base, const struct json *ours, const struct json *theirs,
                 struct merge *ret)
{
    struct merger m = { .a = a };
    struct side   s = { base, ours, theirs };
    struct json  *card = merge_value(&m, NULL, &s);

    *ret = (struct merge){ card, m.conflicts.v, m.conflicts.n };
}
