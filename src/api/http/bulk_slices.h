/* api/http/bulk_slices.h - work on many cards, one slice a turn of the loop, so that other requests are answered in between.
 *
 * A slice is one transaction of at most SLICE_CARDS cards.  All slices share a batch: what is done can be undone as one step, also
 * when the process ends in the middle.  The request is answered at the end; when its client goes away, the work goes on. */
#pragma once
#include "api/http/api.h"
#include "store/cards.h"

enum { SLICE_CARDS = 50 }; /* some 5 ms, which is what others wait */

enum slice_action { SLICE_DELETE, SLICE_RESTORE, SLICE_TAG, SLICE_UNTAG, SLICE_MOVE };
struct slices {
    enum slice_action  action;
    struct str         tag; /* copied */
    int64_t            book;
    const int64_t     *ids; /* copied; NULL: what the filter finds */
    size_t             nids;
    struct card_filter filter;
    /* After the last slice, before the answer; may be NULL. */
    enum rc (*after)(struct sql *db, int64_t account, int64_t book, struct err *e);
    int64_t after_book;
};
/* Answers {changed, batch}. */
enum rc bulk_slices_start(struct req *r, const struct slices *s, struct err *e) must_use;
