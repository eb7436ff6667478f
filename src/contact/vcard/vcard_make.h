/* contact/vcard/vcard_make.h - a vCard made of properties that stood in another syntax: LDIF, jCard, xCard, hCard, JSON of programs.
 *
 * What other syntaxes say goes through the lines of a vCard 4.0 and from there into a card, so there is one mapping of properties
 * (vcard_card.h) however they were written.
 *     struct vcard_make m = vcard_make_of(a, &v, text, line, &report);
 *     vcard_make_text(&m, S("TEL"), number);
 *     vcard_make_param(&m, S("TYPE"), S("work"));     // of the last line made
 * An empty value makes no line, and parameters after it go nowhere.  Values past VCARD_LINES_MAX and VCARD_PARAMS_MAX are left out
 * and reported.  Texts are borrowed or in the arena. */
#pragma once
#include "contact/vcard/vcard.h"

struct vcard_make {
    struct arena        *a;
    struct vcard        *card;
    struct vcard_report *report;
    size_t               size; /* room for lines */
    bool                 open; /* the last value made a line */
};

/* Starts *card and *report anew.  original: verbatim, what the card was read from; line: of its first byte. */
struct vcard_make vcard_make_of(struct arena *a, struct vcard *card, struct str original, uint32_t line,
                                struct vcard_report *report);
/* value: escaped as it would stand in a vCard 4.0. */
void vcard_make_line(struct vcard_make *m, struct str name, struct str value);
void vcard_make_text(struct vcard_make *m, struct str name, struct str text);
/* Parts with sep between them, each escaped; no line when all of them are empty. */
void vcard_make_parts(struct vcard_make *m, struct str name, char sep, const struct str *part, size_t n);
void vcard_make_param(struct vcard_make *m, struct str name, struct str value);
void vcard_make_group(struct vcard_make *m, struct str group);
/* A name of the source's own that no vCard property stands for: "shoeSize" becomes the property X-SHOESIZE. */
void vcard_make_other(struct vcard_make *m, struct str name, struct str text);

/* Borrowed when nothing has to be escaped.  What is no text (a URI, a date) has its commas and semicolons as they are. */
struct str vcard_escape(struct arena *a, struct str text);
struct str vcard_escape_other(struct arena *a, struct str value);
