/* contact/vcard/vcard_line.h - one content line out of the physical lines it stands on; what vcard_read.c is made of. */
#pragma once
#include "contact/vcard/vcard.h"

/* Name, group, parameters of a line's text and where its value begins.  False when it is no content line (no name, no colon).
 * escapes: RFC 6868 applies.  Too many parameters, an open quote: repaired, *ret_trouble says what. */
bool vcard_head_parse(struct arena *a, struct str text, bool escapes, struct vcard_line *ret, const char **ret_trouble);

/* Bytes of what stands before a card that was pasted into a mail or a forum: blanks, no-break spaces too, signs of quotation. */
size_t vcard_indent(struct str line);

/* How the value of a line goes on over the following physical lines. */
enum vcard_folding {
    FOLD_SPACE,
    FOLD_SPACE_KEPT,
    FOLD_QUOTED_PRINTABLE,        /* a soft break; what stands on the next line is text from its first byte on */
    FOLD_QUOTED_PRINTABLE_FOLDED, /* a soft break that is folded, too: the blank is none of the text */
    FOLD_BASE64
};

/* Joins what follows `first` (the value's part on its own line, ending at an eol) up to the end of the content line.
 * Returns the joined value; *p moves to the start of the next content line, *lines counts the line ends passed. */
struct str vcard_unfold(struct arena *a, struct str first, enum vcard_folding how, const char **p, const char *end,
                        uint32_t *lines);
