/* store/cards/cards_cursor.h - the text that says where one page of a list of cards ended, for a client to give back.
 *
 * A letter for the sort, one for the way, the id or number of the last card, the text it was sorted by in hex: "na" ID "416e6e".
 * Pure.  A client may give back anything: what is read is UTF-8 without NUL, as databases want it. */
#pragma once
#include "store/cards/cards.h"

/* The last row seen: what lists by name and company go on from is text, then number (id); else number alone. */
struct card_place {
    struct str text;
    int64_t    number;
};

struct str cards_cursor(struct arena *a, const struct card_page *p, const struct card_row *last);
/* p->cursor; false: it is none, or of a list in another order. */
bool cards_cursor_read(struct arena *a, const struct card_page *p, struct card_place *ret);
