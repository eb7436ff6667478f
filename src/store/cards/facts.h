/* store/cards/facts.h - what enrichment found: one row a card, a JSON array in the order the rules ran.
 * [{field, value, rule, confidence, from, state}], state = proposed | accepted | rejected.  Rejected ones stay. */
#pragma once
#include "io/sql/sql.h"

struct facts {
    int64_t    card, at_ms;
    struct str json;
};

/* "[]" removes the row.  Inside a transaction. */
enum rc facts_put(struct sql *db, int64_t account, const struct facts *facts, size_t n, struct err *e) must_use;
/* A card left sight or came back: its facts stop or begin to count in stats_facts().  Called by cards_save(). */
enum rc facts_follow(struct sql *db, struct arena *a, int64_t account, int64_t card, bool live, struct err *e) must_use;
/* ret[i] belongs to cards[i]; json "[]" when there is none. */
enum rc facts_of_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *cards, size_t n,
                       struct facts **ret, struct err *e) must_use;
/* Rows that have a proposed fact, after a card id: the review list. */
enum rc facts_proposed(struct sql *db, struct arena *a, int64_t account, int64_t after, int limit, struct facts **ret,
                       size_t *ret_n, struct err *e) must_use;
