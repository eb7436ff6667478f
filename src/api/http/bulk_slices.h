/* api/http/bulk_slices.h - changes many cards in slices (api/http/turns.h), so that other requests are answered in between.
 *
 * A slice is one transaction that holds the account, reads its cards and writes them: no change of somebody else comes between, so a
 * bulk edit never ends in a conflict.  It has 1 to SLICE_CARDS cards, as many as SLICE_BYTES of JSON hold, judged by the slice before.  All slices share
 * a batch, which every answer names, that of an error too: what is done can be undone as one step, also when the process ends in the
 * middle.  The request is answered at the end; when its client goes away, the work goes on. */
#pragma once
#include "api/http/api.h"
#include "store/cards/cards.h"

enum { SLICE_CARDS = 50, SLICE_CARDS_FIRST = 1, SLICE_BYTES = 256 << 10 };

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
/* Answers {changed, batch}; a problem has both members, too. */
enum rc bulk_slices_start(struct req *r, const struct slices *s, struct err *e) must_use;
