/* Writes a card that came as vCard so that lines nobody touched stay byte for byte. */
#include "contact/vcard/vcard_bytes.h"
#include "contact/vcard/vcard_from_int.h"
#include "contact/vcard/vcard_to_int.h"

enum { LINES_MAX = 64 << 20, TRIED_MAX = 64 << 10 };

/* One original beside the card as it is now. */
struct keep {
    struct arena       *a;
    const struct json  *card;
    struct vcard        v;
    enum charset        page; /* of what stands between its lines and is no UTF-8 */
    struct vcard_report report;
    struct vcard_to     to;
    bool               *kept; /* one a line */
    const struct json  *expected;
    struct map          covered; /* nodes of the card that lines of the original still say */
    struct map          dropped; /* "emails/e1" of lines that go */
};

static bool is_map(unsigned at) { return at < MAPS; }

/* The member or entry of the card that a node of the original's card has become. */
static const struct json *now(const struct keep *k, unsigned at, const struct json *node)
{
    return json_get(is_map(at) ? json_get(k->card, vcard_maps[at].name) : k->card, node->key);
}

static uint64_t *place(struct map *m, const struct json *node) { return map_at_u64(m, (uintptr_t)node); }

static bool covered(const struct keep *k, const struct json *node)
{
    return map_find_u64(&k->covered, (uintptr_t)node) != NULL;
}

/* Properties mostly come in the same order: the one after the last that was found is tried first. */
static const struct json *twin_property(const struct keep *k, const struct json *prop)
{
    if (k->expected && !covered(k, k->expected) && json_equal(k->expected, prop))
        return k->expected;
    json_each(p, json_get(k->card, S("vCardProps")))
        if (!covered(k, p) && json_equal(p, prop))
            return p;
    return NULL;
}

/* Does the line mean the same still?  Every entry of it must be there, unchanged. */
static bool means_the_same(const struct keep *k, const struct vcard_anchor *anchor)
{
    const struct json *node = anchor->node;

    if (anchor->at == AT_NOTHING || !node)
        return true;
    if (anchor->at == AT_PROPS)
        return twin_property(k, node) != NULL;
    unsigned n = is_map(anchor->at) ? anchor->count : 1;
    for (; n-- && node; node = node->next) {
        const struct json *twin = now(k, anchor->at, node);
        if (!twin || !json_equal(twin, node))
            return false;
    }
    return true;
}

static void cover(struct keep *k, const struct vcard_anchor *anchor)
{
    const struct json *node = anchor->node;

    if (anchor->at == AT_NOTHING || !node)
        return;
    if (anchor->at == AT_PROPS) {
        const struct json *twin = twin_property(k, node);
        *place(&k->covered, twin) = 1;
        k->expected = twin->next;
        return;
    }
    unsigned n = is_map(anchor->at) ? anchor->count : 1;
    for (; n-- && node; node = node->next)
        *place(&k->covered, now(k, anchor->at, node)) = 1;
}

static void drop(struct keep *k, const struct vcard_anchor *anchor)
{
    const struct json *node = anchor->node;

    if (anchor->at == AT_NOTHING || anchor->at == AT_PROPS || !node)
        return;
    unsigned n = is_map(anchor->at) ? anchor->count : 1;
    for (; n-- && node; node = node->next) {
        const struct json *twin = now(k, anchor->at, node);
        if (!twin)
            continue;
        *place(&k->dropped, twin) = 1;
        if (anchor->at == AT_MEMBER)
            json_each(entry, twin)
                *place(&k->dropped, entry) = 1;
    }
}

/* A line that shares an entry with a dropped one goes with it, so nothing is said twice. */
static bool shares_with_dropped(const struct keep *k, const struct vcard_anchor *anchor)
{
    const struct json *node = anchor->node;

    if (anchor->at == AT_NOTHING || anchor->at == AT_PROPS || !node)
        return false;
    unsigned n = is_map(anchor->at) ? anchor->count : 1;
    for (; n-- && node; node = node->next)
        if (map_find_u64(&k->dropped, (uintptr_t)now(k, anchor->at, node)))
            return true;
    return false;
}

/* Does the line say that it is in another charset than UTF-8? */
static bool is_labelled(const struct vcard_line *line)
{
    struct str label = line->nparams ? vcard_param(line, S("CHARSET")) : S("");
    bool       ascii = true;

    for (size_t i = 0; label.n && i < line->text.n; i++)
        ascii = ascii && (unsigned char)line->text.p[i] < 0x80;
    return line->charset != CHARSET_UTF8 || (!ascii && charset_by_name(label) != CHARSET_UTF8);
}

/* A file says that it is UTF-8, so a line of another charset cannot stand in it as it is. */
static bool is_readable(const struct vcard_line *line) { return vcard_bytes_clean(line->text) && !is_labelled(line); }

static void choose(struct keep *k)
{
    size_t n = k->v.nlines;

    for (size_t i = 0; i < n; i++) {
        k->kept[i] = means_the_same(k, &k->to.anchors[i]) && is_readable(&k->v.lines[i]);
        if (k->kept[i] && k->to.anchors[i].at == AT_PROPS)
            cover(k, &k->to.anchors[i]);
        if (!k->kept[i])
            drop(k, &k->to.anchors[i]);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < n; i++)
            if (k->kept[i] && shares_with_dropped(k, &k->to.anchors[i])) {
                k->kept[i] = false;
                again = true;
                drop(k, &k->to.anchors[i]);
            }
    }
    for (size_t i = 0; i < n; i++)
        if (k->kept[i] && k->to.anchors[i].at != AT_PROPS)
            cover(k, &k->to.anchors[i]);
}

/* Said by no line, but the same as before: a uid that the original never had. */
static bool was_so(const struct keep *k, const struct json *node, const struct json *before)
{
    return before && json_equal(node, before) && !map_find_u64(&k->dropped, (uintptr_t)node);
}

static void add_entries(struct keep *k, struct json *rest, const struct json *member)
{
    const struct json *before = json_get(k->to.card, member->key);
    struct json       *entries = NULL;

    json_each(entry, member) {
        if (covered(k, entry) || was_so(k, entry, json_get(before, entry->key)))
            continue;
        if (!entries)
            entries = json_add(rest, member->key, json_new(k->a, JSON_OBJECT));
        json_add(entries, entry->key, json_copy(k->a, entry));
    }
}

static void add_properties(struct keep *k, struct json *rest, const struct json *props)
{
    struct json *list = NULL;

    json_each(prop, props) {
        if (covered(k, prop))
            continue;
        if (!list)
            list = json_add(rest, S("vCardProps"), json_new(k->a, JSON_ARRAY));
        json_push(list, json_copy(k->a, prop));
    }
}

static bool is_entry_map(const struct json *member)
{
    for (unsigned m = 0; m < MAPS; m++)
        if (str_eq(vcard_maps[m].name, member->key) && member->type == JSON_OBJECT)
            return true;
    return false;
}

/* What the kept lines do not say, as a card of its own. */
static struct json *rest_of_card(struct keep *k)
{
    struct json *rest = json_new(k->a, JSON_OBJECT);

    json_each(member, k->card) {
        if (str_is(member->key, "@type") || str_is(member->key, "version"))
            continue;
        if (is_entry_map(member))
            add_entries(k, rest, member);
        else if (str_is(member->key, "vCardProps") && member->type == JSON_ARRAY)
            add_properties(k, rest, member);
        else if (!covered(k, member) && !was_so(k, member, json_get(k->to.card, member->key)))
            json_add(rest, member->key, json_copy(k->a, member));
    }
    return rest;
}

/* ---- writing ---- */

static struct str eol_of(struct str text)
{
    const char *lf = memchr(text.p, '\n', text.n), *cr = memchr(text.p, '\r', text.n);

    if (!lf)
        return cr ? S("\r") : S("\r\n");
    return lf > text.p && lf[-1] == '\r' ? S("\r\n") : S("\n");
}

/* The pieces of the members and entries this line stood for, once. */
static void put_replacement(struct vcard_from *f, struct buf *b, const struct vcard_anchor *anchor)
{
    const struct json *node = anchor->node;
    unsigned           n = is_map(anchor->at) ? anchor->count : 1;

    if (anchor->at == AT_NOTHING || anchor->at == AT_PROPS)
        return;
    for (; n-- && node; node = node->next) {
        const struct json *all = is_map(anchor->at) ? json_get(f->card, vcard_maps[anchor->at].name) : f->card;
        const struct json *fresh = json_get(all, node->key);
        for (size_t i = 0; fresh && i < f->pieces.n; i++) {
            struct vcard_piece *p = &f->pieces.v[i];
            if (p->node != fresh)
                continue;
            buf_put(b, (struct str){ f->out.b->p + p->from, p->to - p->from });
            p->to = p->from;
        }
    }
}

static void put_left_over(struct vcard_from *f, struct buf *b)
{
    for (size_t i = 0; i < f->pieces.n; i++) {
        const struct vcard_piece *p = &f->pieces.v[i];
        if (p->to > p->from)
            buf_put(b, (struct str){ f->out.b->p + p->from, p->to - p->from });
    }
}

static void end_line(struct buf *b, struct str eol)
{
    if (b->n && b->p[b->n - 1] != '\n' && b->p[b->n - 1] != '\r')
        buf_put(b, eol);
}

/* Where the last line of the card begins: its END. */
static size_t end_at(struct str text)
{
    size_t n = text.n;

    while (n > 0 && (unsigned char)text.p[n - 1] <= ' ')
        n--;
    while (n > 0 && text.p[n - 1] != '\n' && text.p[n - 1] != '\r')
        n--;
    return n;
}

/* What is no line of the card. */
static void put_between(const struct keep *k, struct buf *b, struct str text)
{
    if (vcard_bytes_clean(text))
        buf_put(b, text);
    else
        charset_put(b, k->page, text);
}

static void put_merged(struct keep *k, struct vcard_from *f, struct buf *b)
{
    struct str  text = k->v.read;
    const char *at = text.p;

    for (size_t i = 0; i < k->v.nlines; i++) {
        const struct vcard_line *line = &k->v.lines[i];
        put_between(k, b, (struct str){ at, (size_t)(line->text.p - at) });
        if (k->kept[i])
            buf_put(b, line->text);
        else
            put_replacement(f, b, &k->to.anchors[i]);
        at = line->text.p + line->text.n;
    }
    struct str tail = { at, (size_t)(text.p + text.n - at) };
    size_t     end = k->v.closed ? end_at(tail) : tail.n;
    put_between(k, b, str_head(tail, end));
    end_line(b, f->out.eol);
    put_left_over(f, b);
    if (k->v.closed) {
        buf_put(b, str_from(tail, end));
    } else {
        buf_put(b, S("END:VCARD"));
        buf_put(b, f->out.eol);
    }
}

/* The original as a card; false: it is none of that version. */
static bool read_original(struct keep *k, struct vcard_near near, enum vcard_version version, struct str original)
{
    struct vcard_reader r = vcard_reader_of(original, 1);
    struct str          uid = card_uid(k->card);

    r.near = near;
    if (!vcard_next(&r, k->a, &k->v, &k->report) || k->v.version != version)
        return false;
    k->page = r.near.known ? r.near.charset : CHARSET_UTF8;
    k->to = (struct vcard_to){ .a = k->a, .v = &k->v, .report = &k->report };
    k->to.anchors = arena_array(k->a, struct vcard_anchor, k->v.nlines + 1);
    vcard_to_run(&k->to, uid.n ? uid : S("-"));
    return true;
}

/* Bytes that name no charset were read as a page that neighbours told, which are not here: it is the page that makes the card what it is; of
 * one that was changed, the page whose words stand in it.  Large ones are not tried page by page. */
static bool read_again(struct keep *k, enum vcard_version version, struct str original)
{
    auto_buf          text = buf_of(VCARD_BYTES_MAX);
    struct arena_mark mark = arena_mark(k->a);

    json_write(&text, k->card);
    struct vcard_near again = vcard_near_again(original, buf_str(&text));
    for (enum charset cs = again.charset, next = CHARSET_WINDOWS_874; original.n <= TRIED_MAX; cs = next++) {
        struct vcard_near near = { .look = original, .known = true, .sure = cs != CHARSET_UTF8, .charset = cs };
        if (read_original(k, near, version, original) && json_equal(k->to.card, k->card))
            return true;
        arena_rewind(k->a, mark);
        if (next == CHARSET_ISO_2022_JP)
            break;
    }
    return read_original(k, again, version, original);
}

static bool is_all_readable(const struct keep *k)
{
    for (size_t i = 0; i < k->v.nlines; i++)
        if (is_labelled(&k->v.lines[i]))
            return false;
    return true;
}

bool vcard_keep(struct buf *b, struct arena *a, const struct json *card, enum vcard_version version,
                struct str original)
{
    struct keep       k = { .a = a, .card = card, .covered = map_of(a), .dropped = map_of(a) };
    struct vcard_near near = { .look = original };

    if (!read_original(&k, near, version, original))
        return false;
    bool clean = vcard_bytes_clean(original), same = json_equal(k.to.card, card);
    if (!clean && !same && !read_again(&k, version, original))
        return false;
    k.kept = arena_array(a, bool, k.v.nlines + 1);
    if (same && clean && is_all_readable(&k)) {
        buf_put(b, k.v.read);
        return true;
    }
    choose(&k);
    struct json      *rest = rest_of_card(&k);
    auto_buf          lines = buf_of(LINES_MAX);
    struct vcard_from f = { .a = a,
                            .groups = map_of(a),
                            .out = { .b = &lines, .version = version, .eol = eol_of(original) } };
    for (size_t i = 0; i < k.v.nlines; i++)
        if (k.v.lines[i].group.n)
            *map_at(&f.groups, str_lower(a, k.v.lines[i].group)) += k.kept[i];
    f.free_ids = true;
    vcard_from_run(&f, rest, false);
    if (f.ids_matter) {
        f.free_ids = false;
        vcard_from_run(&f, rest, false);
    }
    put_merged(&k, &f, b);
    return true;
}
