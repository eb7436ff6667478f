/* Reads jCard: properties in JSON arrays as lines of a vCard. */
#include "contact/jcard/jcard.h"
#include "base/json.h"
#include "contact/files/json_scan.h"
#include "contact/vcard/vcard_make.h"
#include "contact/vcard/vcard_out.h"
#include "contact/vcard/vcard_types.h"

static struct json_scan scan_of(const struct file_reader *r) { return (struct json_scan){ r->text, r->at, r->line }; }

static void go_to(struct file_reader *r, const struct json_scan *s)
{
    r->at = s->at;
    r->line = s->line;
}

static bool begins_card(struct json_scan s)
{
    return json_scan_list(&s) && str_ieq(str_head(str_from(s.text, s.at), 7), S("\"vcard\""));
}

static bool looks(struct str text)
{
    struct json_scan s = { .text = text, .line = 1 };

    json_scan_blanks(&s);
    return begins_card(s) || (json_scan_list(&s) && begins_card(s));
}

static void open_jcard(struct file_reader *r)
{
    struct json_scan s = scan_of(r);

    json_scan_blanks(&s);
    if (!begins_card(s))
        json_scan_list(&s);
    go_to(r, &s);
}

/* ---- one property ---- */

static struct str escaped(struct arena *a, const struct json *v)
{
    switch (v->type) {
    case JSON_STRING: return vcard_escape(a, v->text);
    case JSON_NUMBER: return v->text;
    case JSON_TRUE: return S("TRUE");
    case JSON_FALSE: return S("FALSE");
    default: return S("");
    }
}

/* Values of a list, parted by commas. */
static void put_list(struct buf *b, struct arena *a, const struct json *first)
{
    for (const struct json *v = first; v; v = v->next) {
        if (v != first)
            buf_char(b, ',');
        buf_put(b, escaped(a, v));
    }
}

/* A structured value: its parts, each a text or a list of them. */
static void put_parts(struct buf *b, struct arena *a, const struct json *list)
{
    for (const struct json *v = list->first; v; v = v->next) {
        if (v != list->first)
            buf_char(b, ';');
        put_list(b, a, v->type == JSON_ARRAY ? v->first : &(struct json){ .type = v->type, .text = v->text });
    }
}

static bool says_something(struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] != ';' && value.p[i] != ',')
            return true;
    return false;
}

/* An address may be its label alone: parts without a text count when there are parameters. */
static struct str value_of(struct arena *a, const struct json *first, bool params, bool text)
{
    auto_buf b = buf_of(2 * VCARD_BYTES_MAX);

    if (first->type == JSON_ARRAY)
        put_parts(&b, a, first);
    else if (!first->next)
        return text || first->type != JSON_STRING ? escaped(a, first) : vcard_escape_other(a, first->text);
    else
        put_list(&b, a, first);
    return params || says_something(buf_str(&b)) ? str_copy(a, buf_str(&b)) : S("");
}

static void put_params(struct vcard_make *m, const struct json *params)
{
    json_each(p, params) {
        if (str_ieq(p->key, S("group")) && p->type == JSON_STRING)
            vcard_make_group(m, p->text);
        else if (p->type == JSON_ARRAY)
            for (const struct json *v = p->first; v; v = v->next)
                vcard_make_param(m, p->key, v->type == JSON_NUMBER ? v->text : json_text(v));
        else
            vcard_make_param(m, p->key, p->type == JSON_NUMBER ? p->text : json_text(p));
    }
}

/* The type is said only where a reader of lines would think of another. */
static void put_type(struct vcard_make *m, struct vcard_value_type known, struct str type)
{
    bool date = strstr(known.type, "date") || strstr(known.type, "timestamp");

    if (!type.n || str_ieq(type, S("unknown")) || str_ieq(type, str_of(known.type)) ||
        (date && !str_ieq(type, S("text"))))
        return;
    vcard_make_param(m, S("VALUE"), str_lower(m->a, type));
}

/* RFC 7095 5.1: a value of an unknown type is what stood in the line, escapes and all. */
static bool is_raw(const struct json *type, const struct json *first)
{
    return str_ieq(json_text(type), S("unknown")) && first->type == JSON_STRING && !first->next && first->text.n &&
           !memchr(first->text.p, '\n', first->text.n) && !memchr(first->text.p, '\r', first->text.n);
}

static void put_property(struct vcard_make *m, const struct json *prop)
{
    const struct json *name = prop->type == JSON_ARRAY ? prop->first : NULL, *params = name ? name->next : NULL;
    const struct json *type = params ? params->next : NULL, *first = type ? type->next : NULL;

    if (!first || name->type != JSON_STRING || !vcard_is_token(name->text)) {
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_WARNING,
                         "a property that is no [name, parameters, type, value], left out");
        return;
    }
    vcard_make_line(m, name->text,
                    is_raw(type, first) ? first->text
                                        : value_of(m->a, first, params->n > 0, str_ieq(json_text(type), S("text"))));
    put_params(m, params);
    put_type(m, vcard_value_type(vcard_name_of(name->text)), json_text(type));
}

/* ---- one card ---- */

static void read_card(struct vcard_make *m, struct str text)
{
    static const struct json_limits limits = { .bytes = VCARD_BYTES_MAX,
                                               .depth = JCARD_DEPTH_MAX,
                                               .nodes = JCARD_VALUES_MAX };
    struct json                    *card = NULL;
    struct err                      e = { 0 };
    const struct json              *list = NULL;

    if (json_parse_within(m->a, text, &limits, &card, &e) == RC_OK)
        list = str_ieq(json_text(json_at(card, 0)), S("vcard")) ? json_at(card, 1) : NULL;
    else
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_ERROR, "%s", e.text);
    if (!list && !e.text[0])
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_ERROR, "no jCard: [\"vcard\", [...]] expected");
    json_each(prop, list)
        put_property(m, prop);
}

static bool next_jcard(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    struct json_scan      s = scan_of(r);
    struct json_scan_item item;

    if (!json_scan_next(&s, '[', true, &item))
        return false;
    go_to(r, &s);
    struct vcard_make m = vcard_make_of(a, ret, item.text, item.line, report);
    if (item.broken)
        vcard_report_add(a, report, item.line, VCARD_ERROR, "the card is cut off");
    else
        read_card(&m, item.text);
    return true;
}

const struct file_format file_jcard = {
    .name = "jcard", .ending = "json", .looks = looks, .open = open_jcard, .next = next_jcard
};
