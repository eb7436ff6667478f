/* store/cards/back_out.h - taking out what a merge or a batch did to a card, keeping what came later; shared by merges.c and undo.c.
 *
 * A card's text is seen as its history played again: edits are three-way merges, merges that hold are done again with what the other
 * card is now, and what was taken out is left out.  Where nothing came later that gives the earlier text byte for byte.
 * Edits with nothing between them are played as one, and at most REPLAY_BYTES_MAX are merged, so that the cost has a bound. */
#pragma once
#include "store/cards/cards.h"

enum { REPLAY_BYTES_MAX = 6 << 20 };

struct span {
    int64_t card, first, last;
}; /* journal numbers of a batch's first and last change of one card */

struct backing {
    struct sql       *db;
    struct arena     *a;
    struct card_batch batch; /* what the undo writes as */
};

/* The card's text without one batch (0: none) and without merges that do not hold.  `from`: the batch or merge with whose first change
 * a history that is too long to be played is begun; what came after it then counts as one edit. */
enum rc replay_card(const struct backing *b, const struct card_row *now, int64_t without, int64_t from, struct str *ret,
                    struct err *e) must_use;
/* Replays and saves a card that merge `from` changed, and the cards above it when it is hidden in others. */
enum rc replay_up(const struct backing *b, int64_t card, int64_t from, struct err *e) must_use;
/* The same for the cards above one that changed while it is hidden in another. */
enum rc replay_above(const struct backing *b, int64_t card, int64_t merged_into, struct err *e) must_use;

/* One card without the batch.  Nobody changed it later: it becomes what it was, byte for byte.  Else text, book and state are each
 * taken back only where the batch's value still stands.  A card the batch made goes to the trash unless its text was edited later.
 * A card that is gone for ever is passed over. */
enum rc back_out(const struct backing *b, int64_t batch, const struct span *s, struct err *e) must_use;
