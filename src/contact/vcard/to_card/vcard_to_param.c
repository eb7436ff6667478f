/* Takes parameters of a property (TYPE, PREF, label, group) into its entry. */
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

static size_t index_of(const struct vcard_to *t, const struct vcard_line *line) { return (size_t)(line - t->v->lines); }

void vcard_to_param(struct vcard_to *t, struct json *params, struct str name, struct str value)
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

void vcard_to_flag(struct vcard_to *t, struct json *entry, struct str set, struct str flag)
{
    struct json *flags = json_get(entry, set);

    if (!flags)
        flags = json_add(entry, set, json_new(t->a, JSON_OBJECT));
    if (!json_get(flags, flag))
        json_add(flags, flag, json_new_bool(t->a, true));
}

/* Samsung's X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E6=89=8B), X-CUSTOM(Boat): the text behind the last comma. */
static struct str custom_label(struct vcard_to *t, struct str inner)
{
    bool         encoded = str_find(str_lower(t->a, inner), S("quoted-printable"), 0) != SIZE_MAX;
    enum charset cs = CHARSET_UTF8;

    for (struct str rest = inner, part; str_next(&rest, ',', &part); inner = rest.p ? rest : part) {
        const char *eq = part.n ? memchr(part.p, '=', part.n) : NULL;
        if (eq && str_ieq((struct str){ part.p, (size_t)(eq - part.p) }, S("CHARSET")))
            cs = charset_by_name((struct str){ eq + 1, (size_t)(part.p + part.n - eq - 1) });
        else if (!eq || !str_ieq((struct str){ part.p, (size_t)(eq - part.p) }, S("ENCODING")))
            break;
    }
    return encoded ? charset_to_utf8(t->a, cs, vcard_quoted_printable(t->a, inner)) : inner;
}

/* TEL;X-Laden: Android's way to write a label of the user's own.  Words of programs begin alike and are none. */
static bool take_own_label(struct vcard_to *t, struct json *entry, struct str value)
{
    static const char *const programs[] = {
        "X-EVOLUTION", "X-KADDRESSBOOK", "X-MS-", "X-IRMC", "X-MOZILLA", "X-APPLE"
    };
    struct str label = str_trim(str_from(value, size_min(value.n, 2)));

    if (value.n < 3 || !str_ieq(str_head(value, 2), S("X-")) || !label.n || json_get(entry, S("label")))
        return false;
    for (size_t i = 0; i < countof(programs); i++)
        if (value.n >= strlen(programs[i]) && str_ieq(str_head(value, strlen(programs[i])), str_of(programs[i])))
            return false;
    if (value.n > 10 && str_ieq(str_head(value, 9), S("X-CUSTOM(")) && value.p[value.n - 1] == ')')
        label = str_trim(custom_label(t, (struct str){ value.p + 9, value.n - 10 }));
    if (label.n)
        vcard_to_label(t, entry, label);
    return label.n > 0;
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
    if ((has & HAS_LABEL) && take_own_label(t, entry, value))
        return true;
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
    return str_trim(vcard_text(a, v, line));
}

void vcard_to_label(struct vcard_to *t, struct json *entry, struct str written)
{
    struct str label = vcard_label_bare(written);

    vcard_to_text(t, entry, S("label"), label);
    if (vcard_label_is_apples(label, S("")) != (label.n < written.n))
        vcard_to_text(t, json_child(t->a, entry, S("vCardParams")), VCARD_LABEL_MARK, written);
}

void vcard_to_no_label(struct json *entry)
{
    struct json *params = json_get(entry, S("vCardParams"));

    json_remove(entry, S("label"));
    if (params && json_remove(params, VCARD_LABEL_MARK) && !params->n)
        json_remove(entry, S("vCardParams"));
}

/* The label of the line's group; the group itself is kept when more than this line stands in it. */
static void take_group(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry)
{
    struct vcard_group *g = vcard_to_group(t, line);
    bool                labelled = false;

    if (g->label && (has & HAS_LABEL) && g->others == 1) {
        struct str label = label_text(t->a, t->v->version, g->label);
        if (label.n) {
            vcard_to_label(t, entry, label);
            vcard_to_anchor(t, g->label, AT_NOTHING, NULL);
            t->used[index_of(t, g->label)] = labelled = true;
            if (t->anchors)
                t->anchors[index_of(t, g->label)] = t->anchors[index_of(t, line)];
        }
    }
    bool places = g->country || g->geo || g->tz || g->postal;
    if (!labelled && !(places && g->others == 1)) {
        struct json *params = json_child(t->a, entry, S("vCardParams"));
        vcard_to_param(t, params, S("group"), line->group);
    }
}

void vcard_to_params(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry,
                     vcard_param_taker *taker)
{
    struct json *rest = NULL;

    for (size_t i = 0; i < line->nparams; i++) {
        const struct vcard_param *p = &line->params[i];
        bool pref = !(has & HAS_PREF) && str_ieq(p->name, S("TYPE")) && str_ieq(p->value, S("PREF"));
        if (!pref && (take_common(t, has, line, entry, p) || (taker && taker(t, entry, p))))
            continue;
        if (!rest)
            rest = json_child(t->a, entry, S("vCardParams"));
        if (!pref)
            vcard_to_param(t, rest, p->name, p->value);
        else if (!json_get(rest, S("pref"))) /* as 4.0 says it */
            vcard_to_param(t, rest, S("pref"), S("1"));
    }
    if (line->group.n)
        take_group(t, has, line, entry);
}

bool vcard_is_unqualified(const struct vcard_line *line)
{
    for (size_t i = 0; i < line->nparams; i++)
        if (!str_ieq(line->params[i].name, S("VALUE")) && !str_ieq(line->params[i].name, S("CHARSET")) &&
            !str_ieq(line->params[i].name, S("ENCODING")))
            return false;
    return true;
}

bool vcard_is_bare(const struct vcard_line *line) { return !line->group.n && vcard_is_unqualified(line); }
