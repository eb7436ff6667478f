/* Makes the lines of a vCard from properties that stood in another syntax. */
#include "base/buf.h"
#include "contact/vcard/vcard_make.h"
#include "base/utf8.h"

enum { NAME_MAX_BYTES = 100 };

struct vcard_make vcard_make_of(struct arena *a, struct vcard *card, struct str original, uint32_t line,
                                struct vcard_report *report)
{
    *card =
        (struct vcard){ .version = VCARD_4_0, .before = S(""), .text = original, .first_line = line, .closed = true };
    *report = (struct vcard_report){ 0 };
    return (struct vcard_make){ .a = a, .card = card, .report = report };
}

static void more_room(struct vcard_make *m)
{
    m->size = m->size ? m->size * 2 : 24;
    struct vcard_line *more = arena_raw(m->a, m->size * sizeof *more);
    if (m->card->nlines)
        memcpy(more, m->card->lines, m->card->nlines * sizeof *more);
    m->card->lines = more;
}

void vcard_make_line(struct vcard_make *m, struct str name, struct str value)
{
    struct vcard *v = m->card;

    m->open = value.n && name.n && v->nlines < VCARD_LINES_MAX;
    if (value.n && !m->open)
        vcard_report_add(m->a, m->report, v->first_line, VCARD_WARNING, "more properties than a card may have");
    if (!m->open)
        return;
    if (v->nlines == m->size)
        more_room(m);
    v->lines[v->nlines++] = (struct vcard_line){
        .prop = vcard_name_of(name), .no = v->first_line, .group = S(""), .name = name, .value = value, .text = S("")
    };
}

static bool special(char c) { return c == '\\' || c == ',' || c == ';' || c == '\n' || c == '\r'; }

static char *put_escaped(char *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\r')
            continue;
        if (special(c))
            *to++ = '\\';
        *to++ = c == '\n' ? 'n' : c;
    }
    return to;
}

struct str vcard_escape(struct arena *a, struct str text)
{
    size_t i = 0;

    while (i < text.n && !special(text.p[i]))
        i++;
    if (i == text.n)
        return text;
    char *to = arena_raw(a, text.n * 2);
    return (struct str){ to, (size_t)(put_escaped(to, text) - to) };
}

struct str vcard_escape_other(struct arena *a, struct str value)
{
    size_t i = 0;

    while (i < value.n && (!special(value.p[i]) || value.p[i] == ',' || value.p[i] == ';'))
        i++;
    return i == value.n ? value : vcard_escape(a, value);
}

void vcard_make_text(struct vcard_make *m, struct str name, struct str text)
{
    vcard_make_line(m, name, vcard_escape(m->a, text));
}

void vcard_make_parts(struct vcard_make *m, struct str name, char sep, const struct str *part, size_t n)
{
    size_t bytes = n + 1, any = 0;

    for (size_t i = 0; i < n; i++) {
        bytes += part[i].n * 2;
        any += part[i].n;
    }
    char *to = arena_raw(m->a, bytes), *p = to;
    for (size_t i = 0; i < n && any; i++) {
        if (i)
            *p++ = sep;
        p = put_escaped(p, part[i]);
    }
    vcard_make_line(m, name, (struct str){ to, (size_t)(p - to) });
}

/* Room doubles when their number is a power of two. */
void vcard_make_param(struct vcard_make *m, struct str name, struct str value)
{
    struct vcard_line *line = m->open ? &m->card->lines[m->card->nlines - 1] : NULL;

    if (!line || !name.n || line->nparams == VCARD_PARAMS_MAX)
        return;
    if ((line->nparams & (line->nparams - 1)) == 0) {
        struct vcard_param *more = arena_raw(m->a, (line->nparams ? line->nparams * 2 : 1) * sizeof *more);
        if (line->nparams)
            memcpy(more, line->params, line->nparams * sizeof *more);
        line->params = more;
    }
    line->params[line->nparams++] = (struct vcard_param){ name, value };
}

void vcard_make_group(struct vcard_make *m, struct str group)
{
    if (m->open)
        m->card->lines[m->card->nlines - 1].group = group;
}

void vcard_make_other(struct vcard_make *m, struct str name, struct str text)
{
    name = str_head(name, NAME_MAX_BYTES);
    char *to = arena_raw(m->a, name.n + 3), *p = to;

    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_upper(name.p[i]);
        *p++ = ascii_alpha(c) || ascii_digit(c) ? c : '-';
    }
    struct str made = { to, (size_t)(p - to) };
    if (!str_starts(made, S("X-")))
        made = str_fmt(m->a, "X-" STR_FMT, STR_ARG(made));
    vcard_make_text(m, made, text);
}
