/* Patches between cards (RFC 8620 PatchObject), and the list of changes that people read. */
#include "contact/diff.h"
#include "base/map.h"
#include "base/vec.h"
#include "contact/card.h"

/* ---- applying one ---- */

static enum rc fault(struct err *e, struct str key, const char *what)
{
    struct str shown = str_head(key, 80);
    return err_set(e, RC_INVALID, "patch: '" STR_FMT "': %s", STR_ARG(shown), what);
}

static bool is_pointer(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '~' && (i + 1 == s.n || (s.p[i + 1] != '0' && s.p[i + 1] != '1')))
            return false;
    return true;
}

static struct str unescaped(struct arena *a, struct str token)
{
    char  *p = arena_raw(a, token.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < token.n; i++) {
        bool escape = token.p[i] == '~';
        i += escape;
        p[n++] = !escape ? token.p[i] : token.p[i] == '1' ? '/' : '~';
    }
    return (struct str){ p, n };
}

static bool is_deep(struct str key)
{
    size_t parts = 1;

    for (size_t i = 0; i < key.n && parts <= DIFF_PARTS_MAX; i++)
        parts += key.p[i] == '/';
    return parts > DIFF_PARTS_MAX;
}

/* No key may be the beginning of another: both would say what is there.  Every beginning is looked up, so their number is
 * bounded first. */
static enum rc check_keys(struct arena *a, const struct json *patch, struct err *e)
{
    struct map keys = map_of(a);

    json_each(m, patch) {
        if (is_deep(m->key))
            return fault(e, m->key, "more than 32 parts between slashes");
        if (!is_pointer(m->key))
            return fault(e, m->key, "no JSON pointer ('~' stands alone)");
        *map_at(&keys, m->key) = 1;
    }
    json_each(m, patch)
        for (size_t i = 0; i < m->key.n; i++)
            if (m->key.p[i] == '/' && map_find(&keys, str_head(m->key, i)))
                return fault(e, m->key, "another key says the same place");
    return RC_OK;
}

static enum rc apply_one(struct arena *a, struct json *root, const struct json *change, struct err *e)
{
    struct str   rest = { change->key.p ? change->key.p : "", change->key.n }, token;
    struct json *at = root;

    for (;;) {
        str_next(&rest, '/', &token);
        struct str name = unescaped(a, token);
        if (!rest.p) {
            if (change->type == JSON_NULL)
                json_remove(at, name);
            else
                json_set(at, name, json_copy(a, change));
            return RC_OK;
        }
        at = json_get(at, name);
        if (!at)
            return fault(e, change->key, "what it is in does not exist");
        if (at->type != JSON_OBJECT)
            return fault(e, change->key,
                         at->type == JSON_ARRAY ? "arrays are replaced whole" : "what it is in is no object");
    }
}

enum rc diff_apply(struct arena *a, const struct json *card, const struct json *patch, struct json **ret, struct err *e)
{
    if (!patch || patch->type != JSON_OBJECT || !card || card->type != JSON_OBJECT)
        return err_set(e, RC_INVALID, "patch: an object is expected");
    if (patch->n > DIFF_PATCH_MAX)
        return err_set(e, RC_INVALID, "patch: more than %d changes", DIFF_PATCH_MAX);
    TRY(check_keys(a, patch, e));
    struct json *copy = json_copy(a, card);
    json_each(change, patch)
        TRY(apply_one(a, copy, change, e));
    *ret = copy;
    return RC_OK;
}

/* ---- for people ---- */

/* Where a walk is: the member names from the card down.  Written out only for what is said about it. */
struct where {
    const struct where *above;
    struct str          name;
};

static void put_where(struct buf *b, const struct where *at)
{
    if (at->above) {
        put_where(b, at->above);
        buf_char(b, '/');
    }
    json_pointer_put(b, at->name);
}

static struct str pointer_of(struct arena *a, const struct where *at)
{
    auto_buf b = buf_of(2 * CARD_BYTES_MAX + JSON_DEPTH_MAX); /* all of a card's names, escaped */

    put_where(&b, at);
    return str_copy(a, buf_str(&b));
}

struct changes {
    struct arena *a;
    VEC(struct diff_change) list;
    const struct json *before, *after;
    size_t             field_bytes, untold;
};

static void note(struct changes *c, const struct where *at, const struct json *before, const struct json *after)
{
    if (json_equal(before, after))
        return;
    if (c->list.n == DIFF_CHANGES_MAX || c->field_bytes > CARD_BYTES_MAX) {
        c->untold++;
        return;
    }
    struct str          field = pointer_of(c->a, at);
    struct diff_change *change = vec_push(c->a, &c->list);
    *change = (struct diff_change){
        .field = field,
        .label = diff_label(c->a, after ? c->after : c->before, field),
        .before = diff_text(c->a, field, before),
        .after = diff_text(c->a, field, after),
        .before_json = before,
        .after_json = after,
    };
    c->field_bytes += field.n;
}

static void note_untold(struct changes *c)
{
    if (c->untold)
        *vec_push(c->a, &c->list) = (struct diff_change){
            .field = S(""), .label = str_fmt(c->a, "%zu more changes", c->untold), .before = S(""), .after = S("")
        };
}

static bool for_machines(struct str name)
{
    static const char *const names[] = { "@type", "version", "updated", "created", "prodId", "uid" };
    for (size_t i = 0; i < countof(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

/* Maps of entries are told entry by entry, the rest as one field. */
static bool has_entries(struct str name, const struct json *v)
{
    static const char *const single[] = { "name", "speakToAs", "vCardParams" };
    for (size_t i = 0; i < countof(single); i++)
        if (str_is(name, single[i]))
            return false;
    return !v || v->type == JSON_OBJECT;
}

static void note_member(struct changes *c, struct str name, const struct json *before, const struct json *after)
{
    if (for_machines(name))
        return;
    struct where field = { NULL, name };
    if (!has_entries(name, before) || !has_entries(name, after)) {
        note(c, &field, before, after);
        return;
    }
    json_each(entry, before)
        note(c, &(struct where){ &field, entry->key }, entry, json_get(after, entry->key));
    json_each(entry, after)
        if (!json_get(before, entry->key))
            note(c, &(struct where){ &field, entry->key }, NULL, entry);
}

size_t diff_changes(struct arena *a, const struct json *before, const struct json *after, struct diff_change **ret)
{
    struct changes c = { .a = a, .before = before, .after = after };

    json_each(m, before)
        note_member(&c, m->key, m, json_get(after, m->key));
    json_each(m, after)
        if (!json_get(before, m->key))
            note_member(&c, m->key, NULL, m);
    note_untold(&c);
    *ret = c.list.v;
    return c.list.n;
}
