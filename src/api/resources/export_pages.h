/* api/resources/export_pages.h - cards as files, a card a step: what a single-format export sends and a zip holds.
 *
 * Constant memory: a few cards (CARDS_AFTER_BYTES) and the bytes made of one.  The cards are read some at a time, each time anew, so an
 * export of a book that changes meanwhile shows every card once, as it was when it was read. */
#pragma once
#include "api/http/api.h"
#include "contact/csv/csv_map.h"
#include "store/cards/cards.h"

enum export_format { EXPORT_VCARD3, EXPORT_VCARD4, EXPORT_JSCONTACT, EXPORT_CSV, EXPORT_FORMATS };
enum { EXPORT_PAGE = 20, EXPORT_CARD_BYTES = 48 << 20 };

struct export_pages {
    struct sql      *db;
    struct arena    *rows_a, *a; /* of the cards that were read; of one step */
    struct card_row *rows;
    size_t           n, at;
    int64_t          account, after, cards, most;
    int64_t record, verbatim; /* of the present card: the next of its records, 0: none is left; those written */
    struct card_filter filter;
    bool               original; /* vCard records verbatim instead of their cards */
};

const char *export_file_name(enum export_format f);
const char *export_media_type(enum export_format f);

void export_begin(struct export_pages *p); /* makes the arenas; the other members are the caller's */
void export_end(struct export_pages *p);
void export_rewind(struct export_pages *p);
/* The next card, or the present one again while p->record says that more of it is to come; borrowed until the next call; NULL: it was
 * the last.  Clears a. */
enum rc export_next(struct export_pages *p, const struct card_row **ret, struct err *e) must_use;
/* The next card as text, or some more records of one; ret_end after the last (when what ends the file is written).  plan: of csv.  RC_TOO_LARGE when out is full. */
enum rc export_card(struct export_pages *p, enum export_format f, const struct csv_plan *plan, struct buf *out,
                    bool *ret_end, struct err *e) must_use;
/* csv's first pass, a card a call; keeps texts in keep. */
enum rc export_plan(struct export_pages *p, struct arena *keep, struct csv_plan *plan, bool *ret_end,
                    struct err *e) must_use;
