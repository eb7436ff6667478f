/* store/cards/journal.h - what happened, read back: history of a card, a card as of a number, what changed since a number.
 * Rows are written by cards_save() alone. */
#pragma once
#include "store/cards/cards.h"

struct journal_row {
    int64_t         seq, at_ms, card, batch;
    struct str      op, actor;
    enum card_state prev_state;
    int64_t         prev_book, prev_merged_into;
    struct str      prev_json; /* before the change; "" at creation */
    struct str      next_json; /* history only: after it */
};

/* Newest first, at most limit rows with seq < before (0: from the newest), and no further than the row whose text passes
 * JOURNAL_PAGE_BYTES.  ret_next: before of the next page, 0 at the end. */
enum { JOURNAL_PAGE_BYTES = 1 << 20 };
enum rc journal_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t before, int limit,
                        struct journal_row **ret, size_t *ret_n, int64_t *ret_next, struct err *e) must_use;
/* The card as it was after number seq.  RC_NOT_FOUND when it was not there yet, or its history is gone. */
enum rc journal_card_at(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t seq,
                        struct card_row *ret, struct err *e) must_use;
/* The first change of a card after a number; RC_NOT_FOUND. */
enum rc journal_next_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t after,
                             struct journal_row *ret, struct err *e) must_use;
/* The card's text as it was made, before anybody changed it; "{}" when its history is gone. */
enum rc journal_first_text(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str *ret,
                           struct err *e) must_use;
/* The last number given at or before a time; 0 when the account was empty. */
enum rc journal_seq_at(struct sql *db, int64_t account, int64_t at_ms, int64_t *ret, struct err *e) must_use;
