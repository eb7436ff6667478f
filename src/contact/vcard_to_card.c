#include "contact/vcard_card.h"
#include "contact/vcard_decode.h"
#include "contact/vcard_to.h"

static vcard_taker *const takers[VC_COUNT] = {
    [VC_N] = vcard_take_n,
    [VC_FN] = vcard_take_fn,
    [VC_SORT_STRING] = vcard_take_sort_string,
    [VC_X_PHONETIC_FIRST] = vcard_take_phonetic,
    [VC_X_PHONETIC_LAST] = vcard_take_phonetic,
    [VC_X_PHONETIC_MIDDLE] = vcard_take_phonetic,
    [VC_NICKNAME] = vcard_take_nickname,
    [VC_ORG] = vcard_take_org,
    [VC_ADR] = vcard_take_adr,
    [VC_GEO] = vcard_take_place,
    [VC_TZ] = vcard_take_place,
    [VC_LABEL] = vcard_take_place,
    [VC_EMAIL] = vcard_take_simple,
    [VC_TEL] = vcard_take_simple,
    [VC_TITLE] = vcard_take_simple,
    [VC_ROLE] = vcard_take_simple,
    [VC_NOTE] = vcard_take_simple,
    [VC_URL] = vcard_take_simple,
    [VC_CONTACT_URI] = vcard_take_simple,
    [VC_PHOTO] = vcard_take_simple,
    [VC_LOGO] = vcard_take_simple,
    [VC_SOUND] = vcard_take_simple,
    [VC_KEY] = vcard_take_simple,
    [VC_CALURI] = vcard_take_simple,
    [VC_FBURL] = vcard_take_simple,
    [VC_CALADRURI] = vcard_take_simple,
    [VC_SOURCE] = vcard_take_simple,
    [VC_ORG_DIRECTORY] = vcard_take_simple,
    [VC_EXPERTISE] = vcard_take_simple,
    [VC_HOBBY] = vcard_take_simple,
    [VC_INTEREST] = vcard_take_simple,
    [VC_LANG] = vcard_take_simple,
    [VC_IMPP] = vcard_take_online,
    [VC_SOCIALPROFILE] = vcard_take_online,
    [VC_X_SOCIALPROFILE] = vcard_take_online,
    [VC_X_AIM] = vcard_take_im,
    [VC_X_GADUGADU] = vcard_take_im,
    [VC_X_GOOGLE_TALK] = vcard_take_im,
    [VC_X_GTALK] = vcard_take_im,
    [VC_X_GROUPWISE] = vcard_take_im,
    [VC_X_ICQ] = vcard_take_im,
    [VC_X_JABBER] = vcard_take_im,
    [VC_X_MSN] = vcard_take_im,
    [VC_X_QQ] = vcard_take_im,
    [VC_X_SIP] = vcard_take_im,
    [VC_X_SKYPE] = vcard_take_im,
    [VC_X_SKYPE_USERNAME] = vcard_take_im,
    [VC_X_TWITTER] = vcard_take_im,
    [VC_X_YAHOO] = vcard_take_im,
    [VC_BDAY] = vcard_take_date,
    [VC_ANNIVERSARY] = vcard_take_date,
    [VC_DEATHDATE] = vcard_take_date,
    [VC_X_ABDATE] = vcard_take_date,
    [VC_X_ANNIVERSARY] = vcard_take_date,
    [VC_X_EVO_ANNIVERSARY] = vcard_take_date,
    [VC_X_KADDRESSBOOK_ANNIVERSARY] = vcard_take_date,
    [VC_BIRTHPLACE] = vcard_take_birthplace,
    [VC_DEATHPLACE] = vcard_take_birthplace,
    [VC_RELATED] = vcard_take_related,
    [VC_X_ABRELATEDNAMES] = vcard_take_related_name,
    [VC_MEMBER] = vcard_take_member,
    [VC_X_AS_MEMBER] = vcard_take_member,
    [VC_CATEGORIES] = vcard_take_categories,
    [VC_KIND] = vcard_take_kind,
    [VC_X_AS_KIND] = vcard_take_kind,
    [VC_X_ABSHOWAS] = vcard_take_show_as,
    [VC_UID] = vcard_take_uid,
    [VC_REV] = vcard_take_stamp,
    [VC_CREATED] = vcard_take_stamp,
    [VC_PRODID] = vcard_take_word,
    [VC_LANGUAGE] = vcard_take_word,
    [VC_GRAMGENDER] = vcard_take_gram_gender,
    [VC_PRONOUNS] = vcard_take_pronouns,
    [VC_X_ANDROID] = vcard_take_android,
};

static size_t index_of(const struct vcard_to *t, const struct vcard_line *line) { return (size_t)(line - t->v->lines); }

/* ---- groups ---- */

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
}

/* What must be known of all lines before the first is taken. */
static void survey(struct vcard_to *t)
{
    for (size_t i = 0; i < t->v->nlines; i++) {
        const struct vcard_line *line = &t->v->lines[i];
        t->addresses += line->prop == VC_ADR;
        t->loose += !line->group.n && (line->prop == VC_GEO || line->prop == VC_TZ || line->prop == VC_LABEL);
        if (line->group.n) {
            t->grouped = true;
            note_group(t, line);
        }
    }
}

/* ---- places in the card ---- */

void vcard_to_anchor(struct vcard_to *t, const struct vcard_line *line, unsigned at, struct json *node)
{
    if (!t->anchors)
        return;
    struct vcard_anchor *anchor = &t->anchors[index_of(t, line)];
    if (anchor->count++ == 0) {
        anchor->at = at;
        anchor->node = node;
    }
}

static struct str new_id(struct vcard_to *t, enum vcard_map map)
{
    struct json *entries = t->maps[map];
    unsigned     no = entries->n + 1;

    for (;; no++) {
        char  *id = arena_raw(t->a, 16);
        size_t n = 1;
        id[0] = vcard_maps[map].id;
        for (unsigned unit = no >= 1000 ? 1000 : no >= 100 ? 100 : no >= 10 ? 10 : 1; unit; unit /= 10)
            id[n++] = (char)('0' + no / unit % 10);
        if (!t->ids_given[map] || !json_get(entries, (struct str){ id, n }))
            return (struct str){ id, n };
    }
}

/* RFC 9553 Id: base64url characters, at most 255. */
static bool is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n < 256;
}

static struct json *map_of_entries(struct vcard_to *t, enum vcard_map map)
{
    if (!t->maps[map])
        t->maps[map] = json_add(t->card, vcard_maps[map].name, json_new(t->a, JSON_OBJECT));
    return t->maps[map];
}

struct json *vcard_to_entry(struct vcard_to *t, enum vcard_map map, const struct vcard_line *line)
{
    struct json *entries = map_of_entries(t, map);
    struct str   id = line->nparams ? vcard_param(line, S("PROP-ID")) : S("");

    if (entries->n >= CARD_ITEMS_MAX)
        return NULL;
    if (is_id(id) && !json_get(entries, id))
        t->ids_given[map] = true;
    else
        id = new_id(t, map);
    struct json *entry = json_add(entries, id, json_new(t->a, JSON_OBJECT));
    vcard_to_anchor(t, line, map, entry);
    return entry;
}

struct json *vcard_to_member(struct vcard_to *t, const struct vcard_line *line, struct str name, struct json *value)
{
    if (json_get(t->card, name))
        return NULL;
    json_add(t->card, name, value);
    vcard_to_anchor(t, line, AT_MEMBER, value);
    return value;
}

struct json *vcard_to_name(struct vcard_to *t)
{
    if (!t->name)
        t->name = json_add(t->card, S("name"), json_new(t->a, JSON_OBJECT));
    return t->name;
}

/* ---- vCardProps: what JSContact has no place for ---- */

/* RFC 7095 "unknown": the value as it stands, with line feeds escaped. */
static struct str raw_value(struct vcard_to *t, const struct vcard_line *line)
{
    struct str value = vcard_value(t->a, line);

    if (!value.n || !memchr(value.p, '\n', value.n))
        return value;
    char  *to = arena_raw(t->a, value.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\r' && i + 1 < value.n && value.p[i + 1] == '\n')
            continue;
        if (value.p[i] == '\n')
            to[n++] = '\\';
        to[n++] = value.p[i] == '\n' ? 'n' : value.p[i];
    }
    return (struct str){ to, n };
}

static void add_param(struct vcard_to *t, struct json *params, struct str name, struct str value)
{
    struct str   key = str_lower(t->a, name);
    struct json *old = json_get(params, key);

    if (!old) {
        vcard_to_text(t, params, key, value);
        return;
    }
    if (old->type == JSON_STRING) {
        struct json *first = json_new_text(t->a, old->text);
        old->type = JSON_ARRAY;
        old->n = 0;
        old->first = old->last = NULL;
        json_push(old, first);
    }
    json_push(old, json_new_text(t->a, value));
}

static bool is_transport(const struct vcard_line *line, const struct vcard_param *p)
{
    return str_ieq(p->name, S("CHARSET")) ||
           (str_ieq(p->name, S("ENCODING")) && (vcard_encoding(line) == VCARD_QUOTED_PRINTABLE ||
                                                str_ieq(p->value, S("8BIT")) || str_ieq(p->value, S("7BIT"))));
}

static void keep_property(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *prop = json_new(t->a, JSON_ARRAY), *params = json_new(t->a, JSON_OBJECT);

    if (!t->props)
        t->props = json_add(t->card, S("vCardProps"), json_new(t->a, JSON_ARRAY));
    json_push(prop, json_new_text(t->a, str_lower(t->a, line->name)));
    json_push(prop, params);
    for (size_t i = 0; i < line->nparams; i++)
        if (line->params[i].name.n && !is_transport(line, &line->params[i]))
            add_param(t, params, line->params[i].name, line->params[i].value);
    if (line->group.n)
        add_param(t, params, S("group"), line->group);
    json_push(prop, json_new_text(t->a, S("unknown")));
    json_push(prop, json_new_text(t->a, raw_value(t, line)));
    json_push(t->props, prop);
    vcard_to_anchor(t, line, AT_PROPS, prop);
}

/* ---- structured values ---- */

/* Splits ADR and N into their values.  False when there are more than we keep in order. */
bool vcard_to_split(struct vcard_to *t, const struct vcard_line *line, size_t places, struct vcard_parts *ret)
{
    struct str rest = vcard_value(t->a, line), part, one;
    bool       lists = t->v->version != VCARD_2_1;

    ret->n = 0;
    for (size_t i = 0; vcard_part_raw(&rest, ';', &part); i++) {
        while (lists ? vcard_part_raw(&part, ',', &one) : part.n > 0) {
            if (!lists) {
                one = part;
                part.n = 0;
            }
            one = vcard_unescape(t->a, t->v->version, one);
            if (!one.n)
                continue;
            if (i >= places || ret->n == PARTS_MAX)
                return false;
            ret->v[ret->n] = one;
            ret->at[ret->n++] = (uint8_t)i;
        }
    }
    return true;
}

void vcard_to_component(struct vcard_to *t, struct json *list, struct str kind, struct str value)
{
    struct json *c = json_push(list, json_new(t->a, JSON_OBJECT));

    vcard_to_text(t, c, S("kind"), kind);
    vcard_to_text(t, c, S("value"), value);
}

/* ---- parameters ---- */

void vcard_to_flag(struct vcard_to *t, struct json *entry, struct str set, struct str flag)
{
    struct json *flags = json_get(entry, set);

    if (!flags)
        flags = json_add(entry, set, json_new(t->a, JSON_OBJECT));
    if (!json_get(flags, flag))
        json_add(flags, flag, json_new_bool(t->a, true));
}

static bool take_type(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry,
                      struct str value)
{
    const struct vcard_words *word = NULL;
    size_t most = line->prop == VC_ADR ? vcard_contexts_n : 2; /* billing, delivery: addresses only */

    if ((has & HAS_CONTEXTS) && (word = vcard_word(vcard_contexts, most, value))) {
        vcard_to_flag(t, entry, S("contexts"), word->card);
        return true;
    }
    if ((has & HAS_PREF) && str_ieq(value, S("PREF"))) {
        if (!json_get(entry, S("pref")))
            json_add(entry, S("pref"), json_new_i64(t->a, 1));
        return true;
    }
    if (line->prop == VC_TEL && (word = vcard_word(vcard_features, vcard_features_n, value))) {
        vcard_to_flag(t, entry, S("features"), word->card);
        return true;
    }
    return line->prop == VC_EMAIL && str_ieq(value, S("INTERNET"));
}

static bool take_pref(struct vcard_to *t, struct json *entry, struct str value)
{
    int64_t pref;

    if (!str_i64(value, 1, 100, &pref) || value.p[0] == '0')
        return false;
    json_set(entry, S("pref"), json_new_i64(t->a, pref));
    return true;
}

static bool take_common(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry,
                        const struct vcard_param *p)
{
    switch (p->name.n) {
    case 4:
        return (str_ieq(p->name, S("TYPE")) && take_type(t, has, line, entry, p->value)) ||
               ((has & HAS_PREF) && str_ieq(p->name, S("PREF")) && take_pref(t, entry, p->value));
    case 5: return str_ieq(p->name, S("VALUE"));
    case 7: return str_ieq(p->name, S("CHARSET")) || (str_ieq(p->name, S("PROP-ID")) && str_eq(p->value, entry->key));
    case 8: return str_ieq(p->name, S("ENCODING"));
    default: return p->name.n == 0;
    }
}

static struct str label_text(struct arena *a, enum vcard_version v, const struct vcard_line *line)
{
    struct str s = str_trim(vcard_text(a, v, line));

    if (str_starts(s, S("_$!<")) && str_ends(s, S(">!$_")) && s.n > 8)
        s = (struct str){ s.p + 4, s.n - 8 };
    return s;
}

/* The label of the line's group; the group itself is kept when more than this line stands in it. */
static void take_group(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry)
{
    struct vcard_group *g = vcard_to_group(t, line);
    bool                labelled = false;

    if (g->label && (has & HAS_LABEL) && g->others == 1) {
        struct str label = label_text(t->a, t->v->version, g->label);
        if (label.n) {
            vcard_to_text(t, entry, S("label"), label);
            vcard_to_anchor(t, g->label, AT_NOTHING, NULL);
            t->used[index_of(t, g->label)] = labelled = true;
            if (t->anchors)
                t->anchors[index_of(t, g->label)] = t->anchors[index_of(t, line)];
        }
    }
    bool places = g->country || g->geo || g->tz || g->postal;
    if (!labelled && !(places && g->others == 1)) {
        struct json *params = json_child(t->a, entry, S("vCardParams"));
        add_param(t, params, S("group"), line->group);
    }
}

void vcard_to_params(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry,
                     vcard_param_taker *taker)
{
    struct json *rest = NULL;

    for (size_t i = 0; i < line->nparams; i++) {
        const struct vcard_param *p = &line->params[i];
        if (take_common(t, has, line, entry, p) || (taker && taker(t, entry, p)))
            continue;
        if (!rest)
            rest = json_child(t->a, entry, S("vCardParams"));
        add_param(t, rest, p->name, p->value);
    }
    if (line->group.n)
        take_group(t, has, line, entry);
}

/* ---- the run ---- */

/* Those that say something of another property wait until all of these are there. */
static bool waits(enum vcard_name prop)
{
    switch (prop) {
    case VC_X_ABLABEL:
    case VC_X_ABADR:
    case VC_GEO:
    case VC_TZ:
    case VC_LABEL:
    case VC_SORT_STRING:
    case VC_X_PHONETIC_FIRST:
    case VC_X_PHONETIC_MIDDLE:
    case VC_X_PHONETIC_LAST:
    case VC_BIRTHPLACE:
    case VC_DEATHPLACE: return true;
    default: return false;
    }
}

static void take(struct vcard_to *t, const struct vcard_line *line)
{
    vcard_taker *taker = takers[line->prop];

    if (line->prop == VC_VERSION || line->prop == VC_JSPROP || t->used[index_of(t, line)])
        return;
    if (!line->value.n && line->prop != VC_OTHER && !line->nparams)
        return; /* "TEL:" says nothing */
    if (!taker || !taker(t, line))
        keep_property(t, line);
}

static void take_jsprop(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *value, *top = NULL;
    struct str   pointer = vcard_param(line, S("JSPTR"));

    if (json_parse(t->a, vcard_text(t->a, t->v->version, line), &value, NULL) != RC_OK ||
        !vcard_to_set(t, pointer, value, &top)) {
        vcard_report_add(t->a, t->report, line->no, VCARD_WARNING, "a JSPROP that cannot be applied, kept as it is");
        keep_property(t, line);
        return;
    }
    struct str first;
    str_next(&pointer, '/', &first);
    for (unsigned m = 0; m < MAPS; m++)
        if (str_eq(first, vcard_maps[m].name) && pointer.p) {
            vcard_to_anchor(t, line, m, top);
            return;
        }
    vcard_to_anchor(t, line, str_eq(first, S("vCardProps")) ? AT_PROPS : AT_MEMBER, top);
}

void vcard_to_run(struct vcard_to *t, struct str uid_if_missing)
{
    const struct vcard *v = t->v;

    t->groups = map_of(t->a);
    t->used = arena_array(t->a, bool, v->nlines + 1);
    if (t->anchors)
        for (size_t i = 0; i < v->nlines; i++)
            t->anchors[i] = (struct vcard_anchor){ .at = AT_NOTHING };
    const struct vcard_line *uid = vcard_find(v, VC_UID);
    struct str               uid_text = uid ? vcard_text(t->a, v->version, uid) : S("");
    t->card = card_new(t->a, uid_text.n ? uid_text : uid_if_missing);
    survey(t);
    bool more = false;
    for (size_t i = 0; i < v->nlines; i++) {
        if (waits(v->lines[i].prop))
            more = true;
        else
            take(t, &v->lines[i]);
    }
    for (size_t i = 0; more && i < v->nlines; i++)
        if (waits(v->lines[i].prop))
            take(t, &v->lines[i]);
    if (t->derived && t->name)
        vcard_to_anchor(t, t->derived, AT_MEMBER, t->name);
    for (size_t i = 0; i < v->nlines; i++)
        if (v->lines[i].prop == VC_JSPROP)
            take_jsprop(t, &v->lines[i]);
}

struct json *vcard_to_card(struct arena *a, const struct vcard *v, struct str uid_if_missing,
                           struct vcard_report *report)
{
    struct vcard_to t = { .a = a, .v = v, .report = report };

    vcard_to_run(&t, uid_if_missing);
    return t.card;
}
