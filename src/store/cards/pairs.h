/* store/cards/pairs.h - pairs of cards that were compared and are worth keeping.  low < high always. */
#pragma once
#include "io/sql/sql.h"

struct pair {
    int64_t    low, high, score, at_ms;
    struct str state, evidence_json, decided_by;
}; /* suggested | merged | different */

/* Adds or renews suggestions (at most one a pair); a pair that was decided stays as it is.  ret_new (may be NULL): rows that
 * were not suggested before. */
enum rc pairs_suggest(struct sql *db, int64_t account, const struct pair *pairs, size_t n, int64_t *ret_new,
                      struct err *e) must_use;
/* Takes back suggestions of a card that no longer hold: all with it but those kept (the other card's ids). */
enum rc pairs_withdraw(struct sql *db, struct arena *a, int64_t account, int64_t card, const int64_t *keep, size_t n,
                       struct err *e) must_use;
/* suggested -> different, different -> suggested, -> merged.  Makes the row when there is none. */
enum rc pairs_decide(struct sql *db, int64_t account, int64_t low, int64_t high, struct str state, struct str by,
                     struct err *e) must_use;
enum rc pairs_get(struct sql *db, struct arena *a, int64_t account, int64_t low, int64_t high, struct pair *ret,
                  struct err *e) must_use;

/* By score, best first, both cards live (state suggested).  cursor "" at the start; ret_next "" at the end. */
enum rc pairs_page(struct sql *db, struct arena *a, int64_t account, struct str state, int64_t least_score,
                   struct str cursor, int limit, struct pair **ret, size_t *ret_n, struct str *ret_next,
                   struct err *e) must_use;
enum rc pairs_count(struct sql *db, int64_t account, struct str state, int64_t least_score, int64_t *ret,
                    struct err *e) must_use;
/* Where the next page begins when one ends behind this pair. */
struct str pairs_cursor(struct arena *a, const struct pair *p);
/* ret: score, low and high of that pair; false: the text is no cursor. */
bool pairs_cursor_read(struct str s, struct pair *ret);
/* At most 1,000, by low and high. */
enum rc pairs_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct pair **ret, size_t *ret_n,
                      struct err *e) must_use;
/* ret[i]: suggestions of cards[i]. */
enum rc pairs_suggestions(struct sql *db, int64_t account, const int64_t *cards, size_t n, int64_t *ret,
                          struct err *e) must_use;
/* ret[i] is set to "", "suggested", "merged" or "different": what is known of low[i] and high[i]. */
struct two_cards {
    int64_t low, high;
};
enum rc pairs_states(struct sql *db, struct arena *a, int64_t account, const struct two_cards *pairs, size_t n,
                     struct str *ret, struct err *e) must_use;
