/* Takes properties of one word or a list of words into a card. */
#include "contact/vcard/vcard_date.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_to_int.h"

static bool member_text(struct vcard_to *t, const struct vcard_line *line, struct str name, struct str text)
{
    return text.n && vcard_is_bare(line) && vcard_to_member(t, line, name, json_new_text(t->a, text));
}

bool vcard_take_kind(struct vcard_to *t, const struct vcard_line *line)
{
    struct str kind = str_lower(t->a, vcard_text(t->a, t->v->version, line));
    return member_text(t, line, S("kind"), kind);
}

bool vcard_take_show_as(struct vcard_to *t, const struct vcard_line *line)
{
    return str_ieq(str_trim(line->value), S("COMPANY")) && member_text(t, line, S("kind"), S("org"));
}

bool vcard_take_uid(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   text = vcard_text(t->a, t->v->version, line);
    struct json *uid = json_get(t->card, S("uid"));

    if (!text.n || line != vcard_find(t->v, VC_UID))
        return false;
    if (vcard_is_bare(line)) {
        vcard_to_anchor(t, line, AT_MEMBER, uid);
        return true;
    }
    return false;
}

bool vcard_take_stamp(struct vcard_to *t, const struct vcard_line *line)
{
    struct str time = vcard_time_read(t->a, vcard_text(t->a, t->v->version, line));
    return member_text(t, line, line->prop == VC_REV ? S("updated") : S("created"), time);
}

bool vcard_take_word(struct vcard_to *t, const struct vcard_line *line)
{
    struct str text = vcard_text(t->a, t->v->version, line);
    return member_text(t, line, line->prop == VC_PRODID ? S("prodId") : S("language"), text);
}

bool vcard_take_categories(struct vcard_to *t, const struct vcard_line *line)
{
    struct str   rest = vcard_value(t->a, line), one;
    struct json *words = json_get(t->card, S("keywords"));
    size_t       commas = 0;

    for (size_t i = 0; i < rest.n; i++)
        commas += rest.p[i] == ',';
    if (!vcard_is_unqualified(line) || commas >= CARD_ITEMS_MAX / 2 || (words && words->n + commas >= CARD_ITEMS_MAX))
        return false;
    while (vcard_part(t->a, t->v->version, &rest, ',', &one)) {
        one = str_trim(one);
        if (!one.n || json_get(words, one))
            continue;
        if (!words)
            words = json_add(t->card, S("keywords"), json_new(t->a, JSON_OBJECT));
        json_add(words, one, json_new_bool(t->a, true));
    }
    if (words)
        vcard_to_anchor(t, line, AT_MEMBER, words);
    return true;
}

static struct json *speak(struct vcard_to *t)
{
    struct json *s = json_get(t->card, S("speakToAs"));
    return s ? s : json_add(t->card, S("speakToAs"), json_new(t->a, JSON_OBJECT));
}

bool vcard_take_gram_gender(struct vcard_to *t, const struct vcard_line *line)
{
    struct str gender = str_lower(t->a, vcard_text(t->a, t->v->version, line));

    if (!gender.n || !vcard_is_bare(line) || json_get(json_get(t->card, S("speakToAs")), S("grammaticalGender")))
        return false;
    vcard_to_text(t, speak(t), S("grammaticalGender"), gender);
    vcard_to_anchor(t, line, AT_MEMBER, speak(t));
    return true;
}

bool vcard_take_pronouns(struct vcard_to *t, const struct vcard_line *line)
{
    struct str text = vcard_text(t->a, t->v->version, line);

    if (!text.n)
        return false;
    struct json *all = json_child(t->a, speak(t), S("pronouns"));
    struct str   id = str_fmt(t->a, "k%u", all->n + 1);
    if (all->n >= CARD_ITEMS_MAX)
        return false;
    struct json *entry = json_add(all, id, json_new(t->a, JSON_OBJECT));
    vcard_to_text(t, entry, S("pronouns"), text);
    vcard_to_params(t, HAS_CONTEXTS | HAS_PREF, line, entry, NULL);
    vcard_to_anchor(t, line, AT_MEMBER, speak(t));
    return true;
}

/* ---- JSPROP ---- */

static struct str pointer_key(struct arena *a, struct str s)
{
    char  *to = arena_raw(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '~' && i + 1 < s.n && (s.p[i + 1] == '0' || s.p[i + 1] == '1');
        to[n++] = !escape ? s.p[i] : s.p[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    return (struct str){ to, n };
}

/* Cards are read back with JSON_DEPTH_MAX. */
enum { VALUE_DEPTH_MAX = 40, POINTER_DEPTH_MAX = 16 };

static bool is_deeper(const struct json *v, unsigned than)
{
    json_each(item, v)
        if (than == 0 || is_deeper(item, than - 1))
            return true;
    return false;
}

bool vcard_to_set(struct vcard_to *t, struct str pointer, struct json *value, struct json **ret_top)
{
    struct json *at = t->card;
    struct str   token;

    if (!pointer.n || is_deeper(value, VALUE_DEPTH_MAX) || str_is(pointer, "@type") || str_is(pointer, "version") ||
        (str_is(pointer, "uid") && !json_text(value).n))
        return false;
    for (unsigned depth = 0; str_next(&pointer, '/', &token); depth++) {
        struct str key = pointer_key(t->a, token);
        if (at->type == JSON_ARRAY) {
            if (pointer.p || !str_eq(key, S("-")))
                return false;
            json_push(at, value);
            *ret_top = value;
            return true;
        }
        if (at->type != JSON_OBJECT || depth > POINTER_DEPTH_MAX)
            return false;
        if (pointer.p) {
            struct json *next = json_get(at, key);
            if (!next)
                next = json_add(at, key, json_new(t->a, str_eq(key, S("vCardProps")) ? JSON_ARRAY : JSON_OBJECT));
            if (depth == 1)
                *ret_top = next;
            at = next;
            continue;
        }
        if (value->type == JSON_NULL)
            return json_remove(at, key);
        json_set(at, key, value);
        if (depth <= 1)
            *ret_top = value;
    }
    return true;
}
