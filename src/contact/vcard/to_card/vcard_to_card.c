/* Makes a card of the lines of a vCard (RFC 9555); what it does not know is kept. */
#include "contact/vcard/vcard_card.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

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
    [VC_X_SPOUSE] = vcard_take_named_relation,
    [VC_X_PARTNER] = vcard_take_named_relation,
    [VC_X_CHILD] = vcard_take_named_relation,
    [VC_X_MANAGER] = vcard_take_named_relation,
    [VC_X_ASSISTANT] = vcard_take_named_relation,
};

static size_t index_of(const struct vcard_to *t, const struct vcard_line *line) { return (size_t)(line - t->v->lines); }

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
            vcard_to_param(t, params, line->params[i].name, line->params[i].value);
    if (line->group.n)
        vcard_to_param(t, params, S("group"), line->group);
    json_push(prop, json_new_text(t->a, S("unknown")));
    json_push(prop, json_new_text(t->a, raw_value(t, line)));
    json_push(t->props, prop);
    vcard_to_anchor(t, line, AT_PROPS, prop);
}

/* ---- the run ---- */

/* Those that say something of another property wait until all of these are there. */
static bool waits(const struct vcard_line *line)
{
    switch (line->prop) {
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
    case VC_SOUND: return vcard_param_has(line, S("TYPE"), S("X-IRMC-N")); /* how the name is read */
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

/* A JSPROP before this one may have set vCardProps, to anything. */
static void find_props(struct vcard_to *t)
{
    t->props = json_get(t->card, S("vCardProps"));
    if (t->props && t->props->type != JSON_ARRAY) {
        json_remove(t->card, S("vCardProps"));
        t->props = NULL;
    }
}

static void take_jsprop(struct vcard_to *t, const struct vcard_line *line)
{
    struct json *value, *top = NULL;
    struct str   pointer = vcard_param(line, S("JSPTR"));

    if (json_parse(t->a, vcard_text(t->a, t->v->version, line), &value, NULL) != RC_OK ||
        !vcard_to_set(t, pointer, value, &top)) {
        vcard_report_add(t->a, t->report, line->no, VCARD_WARNING, "a JSPROP that cannot be applied, kept as it is");
        find_props(t);
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
    vcard_to_survey(t);
    bool more = false;
    for (size_t i = 0; i < v->nlines; i++) {
        if (waits(&v->lines[i]))
            more = true;
        else
            take(t, &v->lines[i]);
    }
    for (size_t i = 0; more && i < v->nlines; i++)
        if (waits(&v->lines[i]))
            take(t, &v->lines[i]);
    vcard_to_titles(t);
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
