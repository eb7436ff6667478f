/* store/cards/merges_read.h - merges as rows: one, those of a card, the latest. */
#pragma once
#include "io/sql/sql.h"

struct merge_row {
    int64_t    id, winner, loser, winner_seq, at_ms, undone_ms;
    struct str choices_json, actor;
};

/* RC_NOT_FOUND. */
enum rc merges_get(struct sql *db, struct arena *a, int64_t account, int64_t merge, struct merge_row *ret,
                   struct err *e) must_use;
/* All merges in force with this card as winner or loser, newest first. */
enum rc merges_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct merge_row **ret,
                       size_t *ret_n, struct err *e) must_use;
/* Newest first, ids < before (0: from the newest). */
enum rc merges_list(struct sql *db, struct arena *a, int64_t account, int64_t before, int limit, struct merge_row **ret,
                    size_t *ret_n, struct err *e) must_use;
/* The same with those that were undone, oldest first. */
enum rc merges_ever_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct merge_row **ret,
                            size_t *ret_n, struct err *e) must_use;
