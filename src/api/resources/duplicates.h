/* api/resources/duplicates.h - pairs as JSON, and merging two cards as a request asks for it. */
#pragma once
#include "api/http/api.h"
#include "store/cards/pairs.h"

/* "LOW-HIGH": a pair's name in the API. */
bool       duplicates_pair_id(struct str id, int64_t *ret_low, int64_t *ret_high);
struct str duplicates_pair_text(struct arena *a, const struct pair *p);
/* One object a pair, into an array that is open; pairs with a card that is gone are left out.  Ends behind the pair with which the answer
 * passes a MiB; ret_n: pairs that were looked at, at least one. */
enum rc duplicates_write(struct req *r, const struct pair *pairs, size_t n, size_t *ret_n, struct err *e) must_use;
/* Merges by the body's winner and choices ("a" is the card with the lower id) and answers {merge, batch, card}. */
enum rc duplicates_join(struct req *r, int64_t low, int64_t high, struct err *e) must_use;
