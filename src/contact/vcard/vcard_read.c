/* The vCard reader: bytes of one card to its content lines, with what had to be mended on the way. */
#include "contact/vcard/vcard.h"
#include <stdarg.h>
#include <stdio.h>
#include "contact/vcard/scan.h"
#include "contact/vcard/vcard_bytes.h"
#include "contact/vcard/vcard_decode.h"
#include "contact/vcard/vcard_line.h"

/* A value that a line without a name may go on: bounds what a file of such lines costs. */
enum { STRAY_INTO_MAX = 16 << 10 };

/* What a blank behind a soft break of this card is. */
enum soft_breaks { LOOK, FOLD, TEXT };

/* One card being read: p stands at the start of a line, no is its number. */
struct parse {
    struct arena        *a;
    struct vcard        *card;
    struct vcard_report *report;
    const char          *p, *end;
    uint32_t             no;
    enum soft_breaks     breaks; /* of the card, once a line of it was looked at */
    bool                 breaks_known;
    bool                 clean; /* the whole card is UTF-8 without NUL and escapes */
    struct vcard_bytes   bytes;
    size_t               size;  /* of card->lines */
    char                *grown; /* the value that stray lines were last added to, and the room it has */
    size_t               grown_bytes;
};

void vcard_report_add(struct arena *a, struct vcard_report *r, uint32_t line, enum vcard_severity severity,
                      const char *fmt, ...)
{
    char    text[200];
    va_list ap;

    if (r->total++ >= VCARD_PROBLEMS_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *vec_push(a, &r->list) = (struct vcard_problem){ line, severity, str_copy(a, str_of(text)) };
}

static void warn(struct parse *x, uint32_t line, const char *what)
{
    vcard_report_add(x->a, x->report, line, VCARD_WARNING, "%s", what);
}

/* ---- lines ---- */

static struct vcard_line *new_line(struct parse *x)
{
    struct vcard *card = x->card;

    if (card->nlines == x->size) {
        x->size = x->size ? x->size * 2 : 24;
        struct vcard_line *more = arena_raw(x->a, x->size * sizeof *more);
        if (card->nlines)
            memcpy(more, card->lines, card->nlines * sizeof *more);
        card->lines = more;
    }
    return &card->lines[card->nlines];
}

static void note_version(struct vcard *card, struct str value)
{
    static const struct str names[] = {
        [VCARD_2_1] = { "2.1", 3 }, [VCARD_3_0] = { "3.0", 3 }, [VCARD_4_0] = { "4.0", 3 }
    };

    for (size_t i = 1; i < countof(names); i++)
        if (card->version == VCARD_NO_VERSION && str_eq(str_trim(value), names[i]))
            card->version = (enum vcard_version)i;
}

/* Does the line at p break softly, and what is at the beginning of the next one?  Base64 ends in '=' too, but what
 * follows it is a property or nothing. */
static enum soft_breaks break_of(const char *p, const char *eol, const char *next, const char *end)
{
    const char *name = next;

    if (eol == p || eol[-1] != '=' || next == end || *next == '\r' || *next == '\n')
        return LOOK;
    while (name < end && (ascii_alpha(*name) || *name == '-' || *name == '.'))
        name++;
    if (name > next && name < end && (*name == ':' || *name == ';'))
        return LOOK;
    return *next == ' ' || *next == '\t' ? FOLD : TEXT;
}

/* Google and Samsung fold quoted-printable that they have broken already.  Of a program that does not, some line of the card goes on
 * without a blank.  from: where the first such line begins. */
static bool soft_breaks_fold(struct parse *x, const char *from)
{
    for (const char *p = from; x->breaks != TEXT && p < x->end && !x->breaks_known;) {
        const char      *eol = scan_eol(p, x->end), *next = scan_past_eol(eol, x->end);
        enum soft_breaks here = break_of(p, eol, next, x->end);
        x->breaks = here == LOOK ? x->breaks : here;
        p = next;
    }
    x->breaks_known = true;
    return x->breaks == FOLD;
}

static enum vcard_folding folding(struct parse *x, const struct vcard_line *line, const char *from)
{
    static const enum vcard_folding by_encoding[] = {
        [VCARD_PLAIN] = FOLD_SPACE, [VCARD_QUOTED_PRINTABLE] = FOLD_QUOTED_PRINTABLE, [VCARD_BASE64] = FOLD_BASE64
    };
    enum vcard_encoding encoding = line->nparams ? vcard_encoding(line) : VCARD_PLAIN;

    if (encoding == VCARD_PLAIN && line->value.n > 5 && str_ieq(str_head(line->value, 5), S("data:")))
        encoding = VCARD_BASE64;
    if (encoding == VCARD_QUOTED_PRINTABLE && soft_breaks_fold(x, from))
        return FOLD_QUOTED_PRINTABLE_FOLDED;
    if (encoding == VCARD_PLAIN && x->card->version == VCARD_2_1)
        return FOLD_SPACE_KEPT; /* 2.1 folds where there is white space already */
    return by_encoding[encoding];
}

/* The card inside "AGENT:": from its BEGIN to its END. */
static struct str nested_card(struct parse *x)
{
    const char *start = x->p;
    unsigned    depth = 0;

    do {
        const char *eol = scan_eol(x->p, x->end);
        struct str  line = str_trim((struct str){ x->p, (size_t)(eol - x->p) });
        depth += str_ieq(line, S("BEGIN:VCARD"));
        depth -= depth && str_ieq(line, S("END:VCARD"));
        x->p = scan_past_eol(eol, x->end);
        x->no++;
    } while (depth && x->p < x->end);
    return (struct str){ start, (size_t)(x->p - start) };
}

static bool begins_card(const struct parse *x)
{
    return x->end - x->p >= 11 && str_ieq((struct str){ x->p, 11 }, S("BEGIN:VCARD"));
}

/* One more line of a value, in place where the last one was made: a thousand of them are not copied a thousand times. */
static void append_line(struct parse *x, struct str *value, struct str text)
{
    size_t n = value->n + 1 + text.n;

    if (value->p != x->grown || n > x->grown_bytes) {
        char *more = arena_raw(x->a, 2 * n);
        if (value->n)
            memcpy(more, value->p, value->n);
        value->p = x->grown = more;
        x->grown_bytes = 2 * n;
    }
    x->grown[value->n] = '\n';
    if (text.n)
        memcpy(x->grown + value->n + 1, text.p, text.n);
    value->n = n;
}

/* "TEL;CELL 0174": a property in capitals that lost its colon is no part of the value before. */
static bool is_broken_property(struct str text)
{
    size_t n = str_find(text, S(";"), 0);

    for (size_t i = 0; n != SIZE_MAX && i < n; i++)
        if (text.p[i] >= 'a' && text.p[i] <= 'z')
            return false;
    return n != SIZE_MAX && vcard_name_of(str_head(text, n)) != VC_OTHER;
}

/* A line that is none, amid the others: broken writers put line feeds into a note as they are. */
static void take_stray(struct parse *x, uint32_t no, struct str text)
{
    struct vcard_line *last = x->card->nlines ? &x->card->lines[x->card->nlines - 1] : NULL;

    if (!last || is_broken_property(text) || vcard_encoding(last) != VCARD_PLAIN || last->prop == VC_VERSION ||
        last->value.n > STRAY_INTO_MAX) {
        warn(x, no, "not a content line, left out");
        return;
    }
    warn(x, no, "not a content line, taken as the next line of the value before");
    append_line(x, &last->value, x->clean ? text : vcard_bytes_text(&x->bytes, no, text));
    last->text.n = (size_t)(x->p - last->text.p);
}

/* Head and value of the content line that starts at x->p; moves past it. */
static bool take_line(struct parse *x, struct vcard_line *line)
{
    const char *start = x->p, *eol = scan_eol(start, x->end), *trouble = NULL;
    struct str  text = { start, (size_t)(eol - start) };
    bool        escapes = x->card->version != VCARD_2_1;

    x->p = scan_past_eol(eol, x->end);
    line->no = x->no++;
    line->charset = CHARSET_UTF8;
    bool good = vcard_head_parse(x->a, text, escapes, line, &trouble);
    if ((!good || trouble) && x->p < x->end && (*x->p == ' ' || *x->p == '\t')) {
        text = vcard_unfold(x->a, text, FOLD_SPACE, &x->p, x->end, &x->no); /* its parameters are folded */
        trouble = NULL;
        good = vcard_head_parse(x->a, text, escapes, line, &trouble);
    }
    if (!good) {
        if (str_trim(text).n)
            take_stray(x, line->no, text);
        return false;
    }
    line->text = (struct str){ start, 0 };
    if (line->prop == VC_AGENT && !line->value.n && begins_card(x))
        line->value = nested_card(x);
    else
        line->value = vcard_unfold(x->a, line->value, folding(x, line, start), &x->p, x->end, &x->no);
    line->text.n = (size_t)(x->p - start);
    if (trouble)
        warn(x, line->no, trouble);
    return true;
}

static bool is_frame(const struct vcard_line *line)
{
    return (line->name.n == 5 || line->name.n == 3) && str_ieq(str_trim(line->value), S("VCARD")) &&
           (str_ieq(line->name, S("BEGIN")) || str_ieq(line->name, S("END")));
}

static void read_lines(struct parse *x)
{
    while (x->p < x->end) {
        if (x->card->nlines == VCARD_LINES_MAX) {
            vcard_report_add(x->a, x->report, x->no, VCARD_ERROR, "more than %d lines in a card, the rest was left out",
                             VCARD_LINES_MAX);
            return;
        }
        struct vcard_line *line = new_line(x);
        if (!take_line(x, line) || is_frame(line))
            continue;
        if (!x->clean || (line->nparams && vcard_encoding(line) == VCARD_QUOTED_PRINTABLE))
            vcard_bytes_line(&x->bytes, line);
        if (line->prop == VC_VERSION)
            note_version(x->card, line->value);
        x->card->nlines++;
    }
}

/* Bare parameters and quoted-printable are 2.1's; without them 3.0 reads what there is. */
static void guess_version(struct parse *x)
{
    x->card->version = VCARD_3_0;
    for (size_t i = 0; i < x->card->nlines; i++)
        if (vcard_encoding(&x->card->lines[i]) == VCARD_QUOTED_PRINTABLE)
            x->card->version = VCARD_2_1;
    vcard_report_add(x->a, x->report, x->card->first_line, VCARD_NOTE, "no known VERSION, read as vCard %s",
                     x->card->version == VCARD_2_1 ? "2.1" : "3.0");
}

/* The card without what stands before its BEGIN at the beginning of each line: further blanks fold, as in any card. */
static struct str outdented(struct arena *a, struct str card)
{
    struct str  indent = str_head(card, vcard_indent(card));
    char       *to = arena_raw(a, card.n + 1);
    size_t      n = 0;
    const char *end = card.p + card.n;

    for (const char *p = card.p; p < end;) {
        const char *next = scan_past_eol(scan_eol(p, end), end);
        for (size_t i = 0; i < indent.n && p < next && *p == indent.p[i]; i++)
            p++;
        memcpy(to + n, p, (size_t)(next - p));
        n += (size_t)(next - p);
        p = next;
    }
    return (struct str){ to, n };
}

/* Without the line of its BEGIN and, when it is closed, of its END: what frames the card never goes into a value. */
static struct str body_of(struct str card, bool closed)
{
    const char *end = card.p + card.n, *begin = scan_past_eol(scan_eol(card.p, end), end);

    while (closed && end > begin && (unsigned char)end[-1] <= ' ')
        end--;
    while (closed && end > begin && end[-1] != '\n' && end[-1] != '\r')
        end--;
    return (struct str){ begin, (size_t)(end - begin) };
}

/* What is read of the card's text: not more than the limit, not indented. */
static struct str readable(struct arena *a, const struct vcard_span *span, struct vcard *card,
                           struct vcard_report *report)
{
    struct str read = str_head(span->text, VCARD_BYTES_MAX);

    card->read = span->text;
    if (read.n < span->text.n)
        vcard_report_add(a, report, span->first_line, VCARD_ERROR, "a card of more than %d MiB, the rest was left out",
                         VCARD_BYTES_MAX >> 20);
    if (vcard_indent(read)) {
        card->read = read = outdented(a, read);
        vcard_report_add(a, report, span->first_line, VCARD_NOTE, "the card is indented, read as if it were not");
    }
    return read;
}

bool vcard_next(struct vcard_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    struct vcard_span span;
    uint32_t          line = r->split.line;
    bool              more = vcard_split_next(&r->split, &span);

    *report = (struct vcard_report){ 0 };
    *ret = (struct vcard){
        .before = span.before, .text = span.text, .first_line = span.first_line, .closed = span.closed
    };
    if (str_trim(span.before).n)
        vcard_report_add(a, report, line, VCARD_WARNING, "text outside of a card, left out (%zu bytes)",
                         str_trim(span.before).n);
    if (!more)
        return false;
    struct str   read = readable(a, &span, ret, report);
    struct str   body = body_of(read, span.closed && span.text.n <= VCARD_BYTES_MAX);
    struct parse x = { .a = a,
                       .card = ret,
                       .report = report,
                       .p = body.p,
                       .end = body.p + body.n,
                       .no = span.first_line + 1,
                       .clean = vcard_bytes_clean(read),
                       .bytes = {
                           .a = a, .report = report, .card = read, .near = &r->near, .labelled = CHARSET_UNKNOWN } };
    read_lines(&x);
    if (!span.closed)
        warn(&x, x.no, "END:VCARD is missing");
    if (ret->version == VCARD_NO_VERSION)
        guess_version(&x);
    return true;
}
