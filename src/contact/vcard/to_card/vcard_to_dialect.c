/* Takes what programs write in properties of their own: Android, phones of Japan, Evolution, KAddressBook, Outlook. */
#include "contact/vcard/vcard_date.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

/* ---- X-SPOUSE, X-MANAGER and their cousins (vcard_name.c knows all spellings) ---- */

static struct str relation_of(enum vcard_name prop)
{
    switch (prop) {
    case VC_X_SPOUSE: return S("Spouse");
    case VC_X_PARTNER: return S("Partner");
    case VC_X_MANAGER: return S("Manager");
    case VC_X_ASSISTANT: return S("Assistant");
    default: return S("Child");
    }
}

bool vcard_take_named_relation(struct vcard_to *t, const struct vcard_line *line)
{
    struct str rest = vcard_value(t->a, line), name;
    bool       all = vcard_is_bare(line);

    if (line->prop != VC_X_CHILD) { /* only children are many */
        name = str_trim(vcard_unescape(t->a, t->v->version, rest));
        struct json *one = all ? vcard_to_related(t, line, name) : NULL;
        if (one)
            vcard_to_relation(t, one, relation_of(line->prop));
        return one != NULL;
    }
    rest = vcard_unescape(t->a, t->v->version, rest);
    while (all && str_next(&rest, ',', &name)) {
        struct json *child = vcard_to_related(t, line, str_trim(name));
        if (child)
            vcard_to_relation(t, child, relation_of(line->prop));
        all = child != NULL;
    }
    return all;
}

/* ---- SOUND;X-IRMC-N: how the name is read aloud (IrMC, phones of Japan) ---- */

static struct json *component_of(struct vcard_to *t, const char *kind)
{
    json_each(c, json_get(t->name, S("components")))
        if (str_is(json_get_text(c, S("kind")), kind))
            return c;
    return NULL;
}

/* False when the name has no such part or says how it is read already. */
static bool add_reading(struct vcard_to *t, const char *kind, struct str reading)
{
    struct json *c = component_of(t, kind);
    struct str   script = vcard_script_of(reading), known = json_get_text(t->name, S("phoneticScript"));

    if (!reading.n)
        return true;
    if (!c || json_get(c, S("phonetic")) || (known.n && !str_eq(known, script)))
        return false;
    if (str_eq(json_get_text(c, S("value")), reading))
        return true; /* phones outside of Japan repeat the name there */
    vcard_to_text(t, c, S("phonetic"), reading);
    if (!known.n)
        vcard_to_text(t, t->name, S("phoneticScript"), script);
    return true;
}

bool vcard_take_reading(struct vcard_to *t, const struct vcard_line *line)
{
    static const char *const kinds[] = { "surname", "given", "given2" };
    struct str               rest = vcard_value(t->a, line), part;
    bool                     all = true;

    for (size_t i = 0; vcard_part(t->a, t->v->version, &rest, ';', &part); i++)
        all = (i < countof(kinds) ? add_reading(t, kinds[i], str_trim(part)) : !str_trim(part).n) && all;
    vcard_to_anchor(t, line, AT_MEMBER, t->name);
    return all;
}

/* ---- X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Brigitte;14;... (ContactsContract.CommonDataKinds of the Android SDK) ---- */

enum { ANDROID_FIELDS = 3 }; /* what, type, and the user's own label when the type is 0 */

struct android {
    struct str v[ANDROID_FIELDS];
    int64_t    type; /* -1: none */
};

static bool android_fields(struct vcard_to *t, struct str *rest, struct android *ret)
{
    struct str more;

    *ret = (struct android){ .type = -1 };
    for (size_t i = 0; vcard_part(t->a, t->v->version, rest, ';', &more); i++) {
        if (i < ANDROID_FIELDS)
            ret->v[i] = str_trim(more);
        else if (more.n)
            return false; /* it says more than we know to keep */
    }
    return ret->v[0].n && (!ret->v[1].n || str_i64(ret->v[1], 0, 99, &ret->type));
}

static bool android_nickname(struct vcard_to *t, const struct vcard_line *line, const struct android *x)
{
    struct json *entry = x->type > 1 || x->v[2].n ? NULL : vcard_to_entry(t, MAP_NICKNAMES, line);

    if (entry)
        vcard_to_text(t, entry, S("name"), x->v[0]);
    return entry != NULL;
}

static bool android_relation(struct vcard_to *t, const struct vcard_line *line, const struct android *x)
{
    static const char *const types[] = {
        "",       "Assistant", "Brother", "Child",       "Partner",  "Father", "Friend", "Manager",
        "Mother", "Parent",    "Partner", "Referred by", "Relative", "Sister", "Spouse",
    };
    struct json *entry = vcard_to_related(t, line, x->v[0]);

    if (entry)
        vcard_to_relation(t, entry,
                          x->type > 0 && x->type < (int64_t)countof(types) ? str_of(types[x->type]) : x->v[2]);
    return entry != NULL;
}

/* 0 own label, 1 anniversary, 2 other, 3 birthday */
static bool android_event(struct vcard_to *t, const struct vcard_line *line, const struct android *x)
{
    struct json *date = vcard_date_read(t->a, x->v[0], 1604),
                *entry = date ? vcard_to_entry(t, MAP_ANNIVERSARIES, line) : NULL;
    struct str kind = x->type == 1 ? S("wedding") : x->type == 3 ? S("birth") : S("other");

    if (!entry)
        return false;
    vcard_to_text(t, entry, S("kind"), kind);
    json_add(entry, S("date"), date);
    if (x->v[2].n)
        vcard_to_label(t, entry, x->v[2]);
    return true;
}

bool vcard_take_android(struct vcard_to *t, const struct vcard_line *line)
{
    static const struct {
        const char *what;
        bool (*take)(struct vcard_to *t, const struct vcard_line *line, const struct android *x);
    } kinds[] = {
        { "vnd.android.cursor.item/nickname", android_nickname },
        { "vnd.android.cursor.item/relation", android_relation },
        { "vnd.android.cursor.item/contact_event", android_event },
    };
    struct str     rest = vcard_value(t->a, line), what;
    struct android x;

    if (!vcard_is_bare(line) || !vcard_part(t->a, t->v->version, &rest, ';', &what))
        return false;
    for (size_t i = 0; i < countof(kinds); i++)
        if (str_is(what, kinds[i].what))
            return android_fields(t, &rest, &x) && kinds[i].take(t, line, &x);
    return false;
}
