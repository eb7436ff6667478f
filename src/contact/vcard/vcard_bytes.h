/* contact/vcard/vcard_bytes.h - what the bytes of a card's lines mean: named by a line, by its neighbours, or guessed; part of the reader.
 *
 * A line is UTF-8 when it can be; else in the charset its CHARSET parameter names; else in that of the other lines of the card; else in the
 * code page that reads all such words of the card best, where what the rest of the file is in weighs (charset.h).  What was guessed, and a
 * charset nobody knows, is reported once a card. */
#pragma once
#include "contact/vcard/vcard.h"

struct vcard_bytes {
    struct arena        *a;
    struct vcard_report *report;
    struct str           card; /* all of it */
    struct vcard_near   *near;
    bool                 found, told_unknown;
    enum charset         page;     /* of what names none, once it was found */
    struct str           label;    /* the last one, and what it names */
    enum charset         labelled; /* at first: what "" names */
};

/* Nothing to do: UTF-8 without NUL and escapes. */
bool vcard_bytes_clean(struct str s);
/* Makes value and parameters UTF-8, sets line->charset for what quoted-printable hides. */
void vcard_bytes_line(struct vcard_bytes *b, struct vcard_line *line);
/* The same for text that belongs to no line of its own. */
struct str vcard_bytes_text(struct vcard_bytes *b, uint32_t no, struct str text);
/* How an original was read when it had its neighbours: by the page whose reading stands in what came of it. */
struct vcard_near vcard_near_again(struct str original, struct str read);
