/* Writes a card as vCard: the order of its members, groups and kept properties. */
#include "contact/vcard/vcard_from_int.h"
#include "contact/vcard/vcard_card.h"
#include "contact/vcard/vcard_to_int.h"

enum { TEXT_MAX = 64 << 20 };

static void note_group(struct vcard_from *f, const struct json *params)
{
    struct str group = json_get_text(params, S("group"));
    if (group.n)
        ++*map_at(&f->groups, str_lower(f->a, group));
}

static void note_groups(struct vcard_from *f)
{
    json_each(member, f->card) {
        note_group(f, json_get(member, S("vCardParams")));
        json_each(entry, member) {
            note_group(f, json_get(entry, S("vCardParams")));
            note_group(f, json_at(entry, 1));
        }
    }
}

/* One organisation has its titles by itself; of several, a group says which. */
static void note_titles(struct vcard_from *f)
{
    const struct json *organizations = json_get(f->card, S("organizations"));

    f->titled = map_of(f->a);
    if (!organizations || organizations->n < 2)
        return;
    json_each(title, json_get(f->card, S("titles"))) {
        struct str of = json_get_text(title, S("organizationId"));
        if (of.n)
            *map_at(&f->titled, of) = 0;
    }
}

/* ---- members ---- */

static void put_keywords(struct vcard_from *f, const struct json *words)
{
    vcard_out_begin(&f->out, S(""), S("CATEGORIES"));
    json_each(word, words) {
        if (word != words->first)
            vcard_out_raw(&f->out, S(","));
        vcard_out_text(&f->out, word->key);
    }
    vcard_out_end(&f->out);
}

static void put_time(struct vcard_from *f, struct str name, struct str utc)
{
    vcard_out_begin(&f->out, S(""), name);
    for (size_t i = 0; i < utc.n; i++)
        if (vcard_from_is_3(f) || (utc.p[i] != '-' && utc.p[i] != ':'))
            vcard_out_raw(&f->out, (struct str){ utc.p + i, 1 });
    vcard_out_end(&f->out);
}

static void put_kind(struct vcard_from *f, struct str kind)
{
    if (!vcard_from_is_3(f))
        vcard_from_line(f, S(""), S("KIND"), kind);
    else if (str_is(kind, "org"))
        vcard_from_line(f, S(""), S("X-ABShowAs"), S("COMPANY"));
    else
        vcard_from_line(f, S(""), S("X-ADDRESSBOOKSERVER-KIND"), kind);
}

static void put_speak(struct vcard_from *f, const struct json *speak)
{
    struct str gender = json_get_text(speak, S("grammaticalGender"));

    if (gender.n)
        vcard_from_line(f, S(""), S("GRAMGENDER"), gender);
    json_each(p, json_get(speak, S("pronouns"))) {
        vcard_out_begin(&f->out, vcard_from_group_of(f, p, false), S("PRONOUNS"));
        vcard_from_params(f, p, MAP_NICKNAMES, 0);
        vcard_out_text(&f->out, json_get_text(p, S("pronouns")));
        vcard_out_end(&f->out);
    }
}

static void put_property(struct vcard_from *f, const struct json *prop)
{
    struct str         name = json_text(json_at(prop, 0));
    const struct json *params = json_at(prop, 1), *value = json_at(prop, 3);

    if (!vcard_is_token(name) || !value || value->type != JSON_STRING || str_is(name, "version") ||
        str_is(name, "begin") || str_is(name, "end"))
        return;
    vcard_out_begin(&f->out, json_get_text(params, S("group")),
                    str_is(name, "x-ablabel") ? S("X-ABLabel") : vcard_upper(f->a, name)); /* as Apple spells it */
    const struct json *type = json_get(params, S("type"));
    if (type && type->type == JSON_STRING)
        vcard_out_type(&f->out, type->text);
    if (type && type->type == JSON_ARRAY)
        json_each(one, type)
            vcard_out_type(&f->out, json_text(one));
    vcard_from_kept_params(f, params);
    if (str_is(json_text(json_at(prop, 2)), "text"))
        vcard_out_text(&f->out, value->text);
    else
        vcard_out_raw(&f->out, value->text);
    vcard_out_end(&f->out);
}

static void put_member(struct vcard_from *f, const struct json *m)
{
    if (str_is(m->key, "name"))
        vcard_from_name(f, m);
    else if (str_is(m->key, "prodId"))
        vcard_from_line(f, S(""), S("PRODID"), json_text(m));
    else if (str_is(m->key, "uid"))
        vcard_from_line(f, S(""), S("UID"), json_text(m));
    else if (str_is(m->key, "kind"))
        put_kind(f, json_text(m));
    else if (str_is(m->key, "speakToAs"))
        put_speak(f, m);
    else if (str_is(m->key, "keywords"))
        put_keywords(f, m);
    else if (str_is(m->key, "language"))
        vcard_from_line(f, S(""), S("LANGUAGE"), json_text(m));
    else if (str_is(m->key, "created"))
        put_time(f, S("CREATED"), json_text(m));
    else if (str_is(m->key, "updated"))
        put_time(f, S("REV"), json_text(m));
}

static void note_piece(struct vcard_from *f, const struct json *node, size_t from)
{
    if (f->out.b->n > from)
        *vec_push(f->a, &f->pieces) = (struct vcard_piece){ node, from, f->out.b->n };
}

/* 3.0 knows only one that is preferred: the first of the lowest pref. */
static const struct json *first_choice(const struct json *entries)
{
    const struct json *best = NULL;
    int64_t            lowest = 101;

    json_each(entry, entries) {
        int64_t pref = json_get_i64(entry, S("pref"), 101);
        if (pref < lowest) {
            lowest = pref;
            best = entry;
        }
    }
    return best;
}

static void put_map(struct vcard_from *f, enum vcard_map map)
{
    const struct json *entries = json_get(f->card, vcard_maps[map].name);
    unsigned           no = 0;

    f->preferred = first_choice(entries);
    if (!entries || entries->type != JSON_OBJECT)
        return;
    json_each(entry, entries) {
        size_t from = f->out.b->n;
        vcard_from_entry(f, map, entry, ++no);
        note_piece(f, entry, from);
    }
    f->preferred = NULL;
}

static void put_all(struct vcard_from *f, bool whole)
{
    static const char *const first[] = { "prodId", "uid", "kind", "name" };
    static const char *const last[] = { "speakToAs", "keywords", "language", "created", "updated" };

    for (size_t i = 0; i < countof(first); i++) {
        const struct json *m = json_get(f->card, str_of(first[i]));
        size_t             from = f->out.b->n;
        if (m)
            put_member(f, m);
        else if (whole && i == 3)
            vcard_from_derived_name(f);
        if (m)
            note_piece(f, m, from);
    }
    for (unsigned map = 0; map < MAPS; map++)
        put_map(f, (enum vcard_map)map);
    for (size_t i = 0; i < countof(last); i++) {
        const struct json *m = json_get(f->card, str_of(last[i]));
        size_t             from = f->out.b->n;
        if (m)
            put_member(f, m);
        if (m)
            note_piece(f, m, from);
    }
    json_each(prop, json_get(f->card, S("vCardProps"))) {
        size_t from = f->out.b->n;
        put_property(f, prop);
        note_piece(f, prop, from);
    }
}

/* ---- what the lines do not say ---- */

/* RFC 9553 lets "@type" away wherever there is only one type it can be. */
static bool same(const struct json *x, const struct json *y)
{
    if (!x || !y || x->type != y->type)
        return false;
    if (x->type == JSON_ARRAY) {
        const struct json *other = y->first;
        json_each(item, x) {
            if (!same(item, other))
                return false;
            other = other->next;
        }
        return x->n == y->n;
    }
    if (x->type != JSON_OBJECT)
        return json_equal(x, y);
    size_t types = 0, other = 0;
    json_each(m, x) {
        bool type = str_is(m->key, "@type");
        types += type;
        if (!type && !same(m, json_get(y, m->key)))
            return false;
    }
    json_each(m, y)
        other += str_is(m->key, "@type");
    return x->n - types == y->n - other;
}

static void pointer_token(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '~')
            buf_put(b, S("~0"));
        else if (s.p[i] == '/')
            buf_put(b, S("~1"));
        else
            buf_char(b, s.p[i]);
}

static void put_jsprop(struct vcard_from *f, struct str member, struct str key, const struct json *value)
{
    auto_buf pointer = buf_of(TEXT_MAX), text = buf_of(TEXT_MAX);
    size_t   from = f->out.b->n;

    pointer_token(&pointer, member);
    if (key.n) {
        buf_char(&pointer, '/');
        pointer_token(&pointer, key);
    }
    json_write(&text, value);
    vcard_out_begin(&f->out, S(""), S("JSPROP"));
    vcard_out_quoted(&f->out, S("JSPTR"), buf_str(&pointer));
    vcard_out_text(&f->out, buf_str(&text));
    vcard_out_end(&f->out);
    if (value)
        note_piece(f, value, from);
}

static bool can_point(const struct json *entries)
{
    if (entries->type != JSON_OBJECT)
        return false;
    json_each(m, entries)
        if (!m->key.n || memchr(m->key.p, '\r', m->key.n))
            return false;
    return true;
}

static bool is_map(struct str name)
{
    for (unsigned map = 0; map < MAPS; map++)
        if (str_eq(vcard_maps[map].name, name))
            return true;
    return false;
}

/* Entries in order, whatever their keys. */
static bool same_entries(const struct json *x, const struct json *y)
{
    const struct json *other = y && y->type == JSON_OBJECT ? y->first : NULL;

    if (x->type != JSON_OBJECT || !other || x->n != y->n)
        return false;
    json_each(entry, x) {
        if (!same(entry, other))
            return false;
        other = other->next;
    }
    return true;
}

static void correct_member(struct vcard_from *f, const struct json *member, const struct json *read)
{
    if (same(member, read) || (f->free_ids && is_map(member->key) && same_entries(member, read)))
        return;
    f->ids_matter = f->free_ids;
    if (!is_map(member->key) || !read || !can_point(member) || !can_point(read) || read->type != JSON_OBJECT) {
        put_jsprop(f, member->key, S(""), member);
        return;
    }
    json_each(entry, member)
        if (!same(entry, json_get(read, entry->key)))
            put_jsprop(f, member->key, entry->key, entry);
    json_each(entry, read)
        if (!json_get(member, entry->key))
            put_jsprop(f, member->key, entry->key, NULL);
}

/* Reads the lines back and says in JSPROP lines (RFC 9555 3.2.1) what came back otherwise. */
static void correct(struct vcard_from *f)
{
    auto_buf            b = buf_of(TEXT_MAX * 2);
    struct vcard        v;
    struct vcard_report report;

    buf_put(&b, f->out.version == VCARD_3_0 ? S("BEGIN:VCARD\nVERSION:3.0\n") : S("BEGIN:VCARD\nVERSION:4.0\n"));
    buf_put(&b, buf_str(f->out.b));
    buf_put(&b, S("END:VCARD\n"));
    struct vcard_reader r = vcard_reader_of(buf_str(&b), 1);
    if (!vcard_next(&r, f->a, &v, &report))
        return;
    struct str         uid = card_uid(f->card);
    const struct json *read = vcard_to_card(f->a, &v, uid.n ? uid : S("-"), &report);
    json_each(m, f->card)
        if (!str_is(m->key, "@type") && !str_is(m->key, "version"))
            correct_member(f, m, json_get(read, m->key));
    json_each(m, read)
        if (!json_get(f->card, m->key) && !str_is(m->key, "@type") && !str_is(m->key, "version") &&
            !str_is(m->key, "uid"))
            put_jsprop(f, m->key, S(""), NULL);
}

void vcard_from_run(struct vcard_from *f, const struct json *card, bool whole)
{
    f->card = card;
    f->pieces.n = 0;
    buf_clear(f->out.b);
    f->out.line = buf_of(TEXT_MAX);
    note_groups(f);
    note_titles(f);
    put_all(f, whole);
    correct(f);
    buf_done(&f->out.line);
}

void vcard_write(struct buf *b, struct arena *a, const struct json *card, enum vcard_version version,
                 struct str original)
{
    auto_buf          lines = buf_of(TEXT_MAX);
    struct vcard_from f = { .a = a,
                            .groups = map_of(a),
                            .out = { .b = &lines, .version = version, .eol = { "\r\n", 2 } } };

    if (original.n && vcard_keep(b, a, card, version, original))
        return;
    vcard_from_run(&f, card, true);
    buf_put(b, version == VCARD_3_0 ? S("BEGIN:VCARD\r\nVERSION:3.0\r\n") : S("BEGIN:VCARD\r\nVERSION:4.0\r\n"));
    buf_put(b, buf_str(&lines));
    buf_put(b, S("END:VCARD\r\n"));
}
