/* Writes a vCard as jCard (RFC 7095). */
#include "base/json.h"
#include "contact/jcard/jcard.h"
#include "contact/vcard/vcard_date.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_types.h"

struct writer {
    struct arena       *a;
    const struct vcard *v;
    struct json_out     o;
};

static void put_text(struct writer *w, struct str s) { json_out_text(&w->o, JSON_ELEMENT, s); }

/* Values of one parameter: a text, or an array when there are several; put with the first of them. */
static void put_param(struct writer *w, const struct vcard_line *line, size_t i)
{
    const struct vcard_param *p = &line->params[i];
    size_t                    n = 0;

    for (size_t k = 0; k < line->nparams; k++)
        if (str_ieq(line->params[k].name, p->name)) {
            if (k < i)
                return;
            n++;
        }
    struct str key = str_lower(w->a, p->name);
    if (n == 1) {
        json_out_text(&w->o, key, p->value);
        return;
    }
    json_out_open(&w->o, key, '[');
    for (size_t k = i; k < line->nparams; k++)
        if (str_ieq(line->params[k].name, p->name))
            put_text(w, line->params[k].value);
    json_out_close(&w->o, ']');
}

static void put_params(struct writer *w, const struct vcard_line *line)
{
    json_out_open(&w->o, JSON_ELEMENT, '{');
    for (size_t i = 0; i < line->nparams; i++)
        if (line->params[i].name.n && !str_ieq(line->params[i].name, S("VALUE")))
            put_param(w, line, i);
    if (line->group.n)
        json_out_text(&w->o, S("group"), line->group);
    json_out_close(&w->o, '}');
}

/* A part that is a list is an array of its own. */
static void put_part(struct writer *w, struct str part)
{
    struct str rest = part, one;
    size_t     n = 0;

    while (vcard_part_raw(&rest, ',', &one))
        n++;
    if (n > 1)
        json_out_open(&w->o, JSON_ELEMENT, '[');
    for (rest = part; vcard_part_raw(&rest, ',', &one);)
        put_text(w, vcard_unescape(w->a, w->v->version, one));
    if (n > 1)
        json_out_close(&w->o, ']');
}

static void put_parts(struct writer *w, struct str value)
{
    struct str part;

    json_out_open(&w->o, JSON_ELEMENT, '[');
    while (vcard_part_raw(&value, ';', &part))
        put_part(w, part);
    json_out_close(&w->o, ']');
}

static void put_list(struct writer *w, struct str value)
{
    struct str one;

    while (vcard_part_raw(&value, ',', &one))
        put_text(w, vcard_unescape(w->a, w->v->version, one));
}

/* RFC 7095 3.5: dates in the extended form of ISO 8601. */
static struct str date_of(struct writer *w, struct str text, bool stamp)
{
    auto_buf     b = buf_of(64);
    struct str   time = vcard_time_read(w->a, text);
    struct json *date = stamp ? NULL : vcard_date_read(w->a, text, 0);

    if (time.n)
        return time;
    return date && vcard_date_write(&b, date, false) ? str_copy(w->a, buf_str(&b)) : text;
}

static void put_value(struct writer *w, const struct vcard_line *line, struct vcard_value_type known, struct str type)
{
    struct str value = vcard_value(w->a, line);
    bool       date = strstr(known.type, "date-") && !str_ieq(type, S("text"));

    if (known.shape == VALUE_PARTS)
        put_parts(w, value);
    else if (known.shape == VALUE_LIST)
        put_list(w, value);
    else if (str_ieq(type, S("unknown")))
        put_text(w, value);
    else if (date || !strcmp(known.type, "timestamp"))
        put_text(w, date_of(w, vcard_text(w->a, w->v->version, line), !date));
    else
        put_text(w, vcard_text(w->a, w->v->version, line));
}

static void put_line(struct writer *w, const struct vcard_line *line)
{
    struct vcard_value_type known = vcard_value_type(line->prop);
    struct str              type = vcard_param(line, S("VALUE"));

    type = type.n ? str_lower(w->a, type) : str_of(known.type);
    json_out_open(&w->o, JSON_ELEMENT, '[');
    put_text(w, str_lower(w->a, line->name));
    put_params(w, line);
    put_text(w, type);
    put_value(w, line, known, type);
    json_out_close(&w->o, ']');
}

void jcard_write(struct buf *b, struct arena *a, const struct vcard *v)
{
    struct writer w = { a, v, json_out_of(b) };

    json_out_open(&w.o, JSON_ELEMENT, '[');
    put_text(&w, S("vcard"));
    json_out_open(&w.o, JSON_ELEMENT, '[');
    for (size_t i = 0; i < v->nlines; i++)
        put_line(&w, &v->lines[i]);
    json_out_close(&w.o, ']');
    json_out_close(&w.o, ']');
}
