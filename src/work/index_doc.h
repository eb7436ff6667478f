/* work/index_doc.h - what a search finds a card by.  Pure.
 *
 * Words are folded, with the German spelling of umlauts as an alias.  Places and ranks come from facts too, unless they were
 * rejected.  Facets: "tag:<tag>", "book:<id>", "country:<code>", "company:<key>", "seniority:<value>". */
#pragma once
#include "base/pack.h"
#include "io/search/search.h"

struct index_source {
    int64_t    id, order, book;
    struct str card_json, facts_json;
    struct str region; /* of numbers that name no country; may be empty */
};
/* RC_MALFORMED for a card that is no JSON. */
enum rc index_doc(struct arena *a, const struct index_source *s, struct search_doc *ret, struct err *e) must_use;
/* The next document of a worker's answer; false: it is broken. */
bool index_doc_read(struct arena *a, struct unpack *u, struct search_doc *ret);
