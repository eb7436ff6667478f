/* api/resources/export_pages.h - cards as files, a page at a time: what a single-format export sends and a zip holds.
 *
 * Constant memory: a page of cards and the bytes made of it.  A page is a read of its own, so an export of a book that changes
 * meanwhile shows every card once, as it was when its page came. */
#pragma once
#include "api/http/api.h"
#include "contact/csv/csv_map.h"
#include "store/cards.h"

enum export_format { EXPORT_VCARD3, EXPORT_VCARD4, EXPORT_JSCONTACT, EXPORT_CSV, EXPORT_FORMATS };
enum { EXPORT_PAGE = 20, EXPORT_PAGE_BYTES = 96 << 20 };

struct export_pages {
    struct sql        *db;
    struct arena      *a; /* of one page */
    int64_t            account, after, cards, most;
    struct card_filter filter;
    bool               original; /* vCard records verbatim instead of their cards */
};

const char *export_file_name(enum export_format f);
const char *export_media_type(enum export_format f);

void export_rewind(struct export_pages *p);
/* The next page as text; ret_end after the last (which may be empty).  plan: of csv. */
enum rc export_page(struct export_pages *p, enum export_format f, const struct csv_plan *plan, struct buf *out,
                    bool *ret_end, struct err *e) must_use;
/* csv's first pass, a page a call; keeps texts in a. */
enum rc export_plan(struct export_pages *p, struct arena *a, struct csv_plan *plan, bool *ret_end,
                    struct err *e) must_use;
