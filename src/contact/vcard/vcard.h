/* contact/vcard/vcard.h - reading a text of many vCards (2.1, 3.0, 4.0): cards, their content lines, what was wrong with them.
 *
 *     struct vcard_reader r = vcard_reader_of(text, 1);
 *     struct vcard card;  struct vcard_report report;
 *     while (vcard_next(&r, arena, &card, &report))
 *         use(card.text, card.lines, report);             // arena may be rewound after each card
 *
 * Lenient: reads what can be read and reports the rest with its line number; every byte of the input is in the `before` or the
 * `text` of exactly one card (or in the `before` left when vcard_next() says false).  Met in the wild and understood: CRLF, LF
 * and CR mixed; folding by space or tab, by quoted-printable soft breaks, and base64 that goes on without any space; END missing (the
 * next BEGIN or the end of the input closes the card); a card nested in AGENT; text between cards; parameters without names
 * (TEL;WORK;VOICE); charset parameters; RFC 6868 escapes; bytes that are no UTF-8 and name no charset (vcard_bytes.h).
 * A whole file in UTF-16 goes through charset.h first.
 *
 * Limits: below; what exceeds them is left out of the lines, stays in the text, and is reported.
 * Memory: texts are borrowed from the input wherever they stand there in one piece, else in the arena.
 * RFC 6350, RFC 2426, the versit vCard 2.1 specification, RFC 6868. */
#pragma once
#include "base/str.h"
#include "base/vec.h"
#include "contact/charset/charset.h"
#include "contact/vcard/vcard_name.h"

enum {
    VCARD_BYTES_MAX = 16 << 20, /* one card, photos included */
    VCARD_LINES_MAX = 20000,    /* content lines of one card */
    VCARD_PARAMS_MAX = 100,     /* parameter values of one line */
    VCARD_PROBLEMS_MAX = 100,   /* reported of one card; report.total counts all */
};

enum vcard_version { VCARD_NO_VERSION, VCARD_2_1, VCARD_3_0, VCARD_4_0 };

/* One value of one parameter: TYPE=home,voice gives two.  Unquoted, RFC 6868 escapes undone.  A value without a name (2.1) gets the name
 * it must have: TYPE, ENCODING or VALUE. */
struct vcard_param {
    struct str name, value;
};

struct vcard_line {
    enum vcard_name     prop;        /* VC_OTHER: by its name only */
    uint32_t            no;          /* line number in the file, from 1 */
    struct str          group, name; /* as written; group without its dot, may be empty */
    struct vcard_param *params;
    size_t              nparams;
    struct str          value;   /* UTF-8, unfolded; still escaped, quoted-printable or base64: see vcard_decode.h */
    enum charset        charset; /* of the bytes that quoted-printable stands for, where they are no UTF-8 */
    struct str          text;    /* as it stands in the input, folds and line end included */
};

struct vcard {
    enum vcard_version version;    /* by the VERSION line; without one: guessed, reported */
    struct str         before;     /* what stood between the last card and this one */
    struct str         text;       /* from BEGIN to END with its line end, verbatim */
    struct str         read;       /* where the lines stand: in text, or in a copy of it without what indents it */
    uint32_t           first_line; /* of text */
    bool               closed;     /* has its own END */
    struct vcard_line *lines;      /* between BEGIN and END, VERSION included */
    size_t             nlines;
};

/* NOTE: read in full after a small repair.  WARNING: a line was left as it is or guessed.  ERROR: something could not be read. */
enum vcard_severity { VCARD_NOTE, VCARD_WARNING, VCARD_ERROR };
struct vcard_problem {
    uint32_t            line;
    enum vcard_severity severity;
    struct str          message;
}; /* messages hold no personal data */
struct vcard_report {
    VEC(struct vcard_problem) list;
    size_t total;
};
void vcard_report_add(struct arena *a, struct vcard_report *r, uint32_t line, enum vcard_severity severity,
                      const char *fmt, ...) printf_like(5, 6);

/* ---- where cards begin and end, without reading them: for cutting a file into chunks ---- */
struct vcard_span {
    struct str before, text;
    uint32_t   first_line;
    bool       closed;
};
struct vcard_split {
    struct str text;
    size_t     at;
    uint32_t   line;
    bool       final;
};
/* final: text is the end of the file.  Otherwise the last, unfinished card is not returned: split.at is where it (or the text before
 * it) begins, go on from there with more bytes; split.line is the line number there.  first_line: of text, 1 for a whole file. */
static inline struct vcard_split vcard_split_of(struct str text, uint32_t first_line, bool final)
{
    return (struct vcard_split){ text, 0, first_line, final };
}
/* False at the end; then ret.before is what follows the last card (only when final).  While not final, a card or a text between cards that
 * is longer than VCARD_BYTES_MAX is cut there, so that a caller's buffer has a bound; ret.text is empty when there is no card in it. */
bool vcard_split_next(struct vcard_split *s, struct vcard_span *ret);

/* ---- reading ---- */
/* The rest of the file, which tells the code page of its cards too: at most CHARSET_LOOK bytes, looked at when a card needs it. */
struct vcard_near {
    struct str   look;
    bool         known, sure; /* sure: what names no charset is in it, no guess */
    enum charset charset;
};
struct vcard_reader {
    struct vcard_split split;
    struct vcard_near near; /* look: who reads a part of a file sets it to the whole, so that each part is read alike */
};
static inline struct vcard_reader vcard_reader_of(struct str text, uint32_t first_line)
{
    return (struct vcard_reader){ vcard_split_of(text, first_line, true), { .look = text } };
}
/* Both results are set anew by each call, also by the last one, which says false. */
bool vcard_next(struct vcard_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report);

/* First value of a parameter, "" when not there.  names: upper case. */
struct str vcard_param(const struct vcard_line *line, struct str name);
bool       vcard_param_has(const struct vcard_line *line, struct str name, struct str value); /* ASCII case ignored */
/* First line of that property, NULL when not there. */
const struct vcard_line *vcard_find(const struct vcard *v, enum vcard_name prop);
