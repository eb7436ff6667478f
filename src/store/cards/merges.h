/* store/cards/merges.h - merging two cards, and taking it back.
 *
 * The winner gets the merged card, the loser leaves sight with its text untouched, its records follow.  A merge's id is its batch
 * in the journal.  Undo gives both cards back: byte for byte when nobody changed them since, else later edits are kept by a
 * three-way merge.  When the winner has meanwhile been merged into a third card, what the undone merge brought is
 * taken out there as well. */
#pragma once
#include "store/cards/back_out.h"
#include "store/cards/merges_read.h"

struct merge_ask {
    int64_t                 account, winner, loser, winner_seen, loser_seen; /* seen: journal numbers, 0 = any */
    struct str              merged_json, choices_json, actor;
    const struct card_head *head; /* of merged_json, with its match keys; NULL: taken from it (store/cards/cards.h) */
    const int64_t          *keys;
    size_t                  nkeys;
    int                     prio;
};
/* RC_CONFLICT: a card changed or is not live; RC_INVALID: same card. */
enum rc merges_do(struct sql *db, struct arena *a, const struct merge_ask *m, int64_t *ret_merge,
                  struct err *e) must_use;
/* ret_cards: winner and loser, and every card above them that changed.  Marks the pair "different".  RC_CONFLICT when it is undone
 * already. */
enum rc merges_undo(struct sql *db, struct arena *a, int64_t account, int64_t merge, struct str actor,
                    int64_t **ret_cards, size_t *ret_n, struct err *e) must_use;

/* Inside an undo: frees the loser and takes its part out of the winner and the cards above; pair_state: what becomes of the pair. */
enum rc merges_take_back(const struct backing *b, const struct merge_row *m, struct str pair_state,
                         struct err *e) must_use;
