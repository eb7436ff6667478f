/* store/cards/undo.h - going back: a batch as one step, or the whole book to a moment.
 *
 * Both are rows worked off in slices by KIND_UNDO jobs (subject = the undo's id), one transaction a slice, resumable anywhere.
 * An undo is itself a batch (its id), so it can be undone.
 *
 * Cards nobody changed after the batch come back byte for byte.  Later edits stay: a three-way merge takes out what the batch
 * did.  A card the batch created goes to the trash, but stays when its text was edited later.  Merges that stand on cards an import
 * made are undone first. */
#pragma once
#include "store/cards/cards.h"

struct undo {
    int64_t    id, batch, to_seq, done, total, created_ms, finished_ms; /* batch 0: to_seq is the moment */
    struct str state;                                                   /* running | done */
};

/* Enqueues; RC_NOT_FOUND: no such batch; RC_CONFLICT: its undo is running already (ret is that one).
 * A batch that is an import moves it to undoing, then undone. */
enum rc undo_batch(struct sql *db, struct arena *a, int64_t account, int64_t batch, struct str actor, struct undo *ret,
                   struct err *e) must_use;
enum rc undo_to_moment(struct sql *db, struct arena *a, int64_t account, int64_t at_ms, struct str actor,
                       struct undo *ret, struct err *e) must_use;
/* Cards a restore to this moment would change. */
enum rc undo_moment_count(struct sql *db, int64_t account, int64_t at_ms, int64_t *ret, struct err *e) must_use;

/* One slice of at most `most` cards, fewer when they are large and it takes long, in the caller's transaction: what KIND_UNDO's save() calls; not done: enqueue it again. */
enum rc undo_slice(struct sql *db, struct arena *a, int64_t account, int64_t undo, int most, bool *ret_done,
                   struct err *e) must_use;
enum rc undo_get(struct sql *db, struct arena *a, int64_t account, int64_t undo, struct undo *ret,
                 struct err *e) must_use;

/* One card to how it was after a journal number, from trash or not: a change like any other.  RC_NOT_FOUND. */
enum rc undo_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t seq, struct str actor,
                  struct card_row *ret, struct err *e) must_use;
