/* work/import_merges.h - cards of a chunk that meet a changed card of ours: a round reads both texts for the worker.
 *
 * A three-way merge costs what the cards are, so it is never done where others wait: the round that finds such cards keeps their
 * remote keys with the chunk (import_chunks.waits_json), this reads what the next round merges, and the round after it is saved
 * takes up what is left, and every card that was changed while it was merged. */
#pragma once
#include "store/work/imports.h"
#include "work/import_units.h"

/* At most so much a round: it is read, and then saved, in one transaction. */
enum { MERGE_ROUND_BYTES = 4 << 20, MERGE_ROUND_CARDS = 1000 };

/* The next cards of waits_json ("": none), into ask.  Never two that meet the same card of ours, and at least one of those that wait. */
enum rc import_merges_load(struct sql *db, struct arena *a, int64_t account, const struct import *it,
                           struct str waits_json, struct import_ask *ask, struct err *e) must_use;

/* Country of the import's options, else of the account; "" when neither says one. */
enum rc import_merges_region(struct sql *db, struct arena *a, int64_t account, const struct import *it, struct str *ret,
                             struct err *e) must_use;
/* The source its records belong to, found or made. */
enum rc import_merges_source(struct sql *db, int64_t account, const struct import *it, int64_t *ret,
                             struct err *e) must_use;
