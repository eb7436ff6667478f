/* Cuts a file of vCards into cards without reading them. */
#include "contact/vcard/scan.h"
#include "contact/vcard/vcard_line.h"

/* The line is this word, whatever its case, with nothing but blanks after it. */
static bool line_is(const char *line, const char *eol, struct str word)
{
    struct str s = { line, (size_t)(eol - line) };

    return s.n >= word.n && str_ieq(str_head(s, word.n), word) && str_trim(str_from(s, word.n)).n == 0;
}

/* Does the last line with anything on it, before `line`, say "AGENT:"? */
static bool after_agent(const char *card, const char *line)
{
    struct str s = str_trim((struct str){ card, (size_t)(line - card) });
    size_t     at = s.n;

    while (at > 0 && s.p[at - 1] != '\n' && s.p[at - 1] != '\r')
        at--;
    s = str_from(s, at);
    const char *dot = s.n ? memchr(s.p, '.', s.n) : NULL;
    if (dot)
        s = str_from(s, (size_t)(dot + 1 - s.p));
    return s.n > 5 && s.p[s.n - 1] == ':' && str_ieq(str_head(s, 5), S("AGENT")) && (s.p[5] == ':' || s.p[5] == ';');
}

struct scan {
    const char *begin, *p, *end;
    uint32_t    line, first_line;
    unsigned    depth;
    bool        indented; /* the card's BEGIN is */
};

size_t vcard_indent(struct str line)
{
    size_t n = 0;

    for (size_t one = 1; one && n < line.n; n += one) {
        bool plain = line.p[n] == ' ' || line.p[n] == '\t' || line.p[n] == '>';
        bool no_break = line.n - n > 1 && line.p[n] == '\xc2' && line.p[n + 1] == '\xa0';
        one = plain ? 1 : no_break ? 2 : 0;
    }
    return n;
}

static const char *past_indent(const struct scan *s, const char *line, const char *eol)
{
    if (s->depth && !s->indented)
        return line; /* a blank there means that a value goes on */
    return line + vcard_indent((struct str){ line, (size_t)(eol - line) });
}

/* Moves over one line.  True when the card ends: after its END, or before the BEGIN of the next one. */
static bool step(struct scan *s, bool *ret_closed)
{
    const char *line = s->p, *eol = scan_eol(line, s->end), *word = past_indent(s, line, eol);
    char        c = (char)(word < eol ? *word | 32 : 0);

    if (c == 'b' && line_is(word, eol, S("BEGIN:VCARD"))) {
        if (s->depth && !after_agent(s->begin, line))
            return true;
        if (s->depth++ == 0) {
            s->begin = line;
            s->first_line = s->line;
            s->indented = word > line;
        }
    } else if (c == 'e' && s->depth && line_is(word, eol, S("END:VCARD"))) {
        *ret_closed = --s->depth == 0;
    }
    s->p = scan_past_eol(eol, s->end);
    s->line++;
    return *ret_closed;
}

bool vcard_split_next(struct vcard_split *split, struct vcard_span *ret)
{
    const char *start = split->text.n ? split->text.p + split->at : "";
    struct scan s = { .p = start, .end = start + (split->text.n - split->at), .line = split->line };
    bool        closed = false, ended = false, too_long = false;

    while (s.p < s.end && !ended && !too_long) {
        ended = step(&s, &closed);
        too_long = !split->final && s.p - (s.begin ? s.begin : start) > VCARD_BYTES_MAX;
    }
    *ret = (struct vcard_span){ 0 };
    if (!split->final && !too_long && s.p == s.end && (!closed || s.end[-1] != '\n'))
        return false;
    const char *begin = s.begin ? s.begin : s.p;
    *ret = (struct vcard_span){ .before = { start, (size_t)(begin - start) },
                                .text = { begin, (size_t)(s.p - begin) },
                                .first_line = s.begin ? s.first_line : s.line,
                                .closed = closed };
    split->at += (size_t)(s.p - start);
    split->line = s.line;
    return s.begin || too_long;
}
