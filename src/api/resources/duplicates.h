/* api/resources/duplicates.h - pairs as JSON, and merging two cards as a request asks for it. */
#pragma once
#include "api/http/api.h"
#include "store/pairs.h"

/* One object a pair, into an array that is open; pairs with a card that is gone are left out. */
enum rc duplicates_write(struct req *r, const struct pair *pairs, size_t n, struct err *e) must_use;
/* Merges by the body's winner and choices ("a" is the card with the lower id) and answers {merge, batch, card}. */
enum rc duplicates_join(struct req *r, int64_t low, int64_t high, struct err *e) must_use;
