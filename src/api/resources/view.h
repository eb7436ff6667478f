/* api/resources/view.h - cards as the API shows them: a row of a list, and everything about one. */
#pragma once
#include "api/http/api.h"
#include "store/cards/cards.h"
#include "store/cards/facts.h"

/* The tree of a stored card, in r->a; an empty object when it does not parse (then it is our fault, and the list still shows). */
struct json *view_tree(struct req *r, const struct card_row *row);

/* One object per row, into an array that is open; extra(to, i) may add members to row i.  A row without json (cards_page()) has what the
 * columns say, and "partial": true. */
enum rc view_rows(struct req *r, const struct card_row *rows, size_t n,
                  void (*extra)(struct req *r, void *to, size_t i), void *to, struct err *e) must_use;

/* CardDetail: one object under key (JSON_ELEMENT in arrays and at the top). */
enum rc view_detail(struct req *r, struct str key, const struct card_row *row, struct err *e) must_use;
/* The same for a caller who has the card's tree already. */
enum rc view_detail_of(struct req *r, struct str key, const struct card_row *row, const struct json *tree,
                       struct err *e) must_use;
/* The same as the whole answer, with its ETag. */
enum rc view_answer(struct req *r, int64_t card, struct err *e) must_use;

/* Facts of one card that have this state ("" = any): objects into an open array. */
void view_facts(struct req *r, int64_t card, struct str facts_json, struct str state);

/* Country for telephone numbers without one: the account's setting, else "". */
struct str view_region(struct req *r);
struct str view_state(enum card_state s);
