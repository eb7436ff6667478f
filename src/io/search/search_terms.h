/* io/search/search_terms.h - how a search document becomes terms of an index and a text that is kept; pure.  For search_*.c only.
 *
 * A term is a prefix that stands for the account, a letter for its kind, the word (TERM_NAME: one of the name, for an index without columns).  A number is there forwards and backwards: its end in any
 * format is the beginning of its reverse.  A facet is a hash: found whole or not at all.
 * The body is one line a field, then one of facets with tabs between; control characters become blanks. */
#pragma once
#include "base/buf.h"
#include "io/search/search.h"

enum { TERM_NAME = 'n', TERM_WORD = 'w', TERM_REVERSED = 'r', TERM_FACET = 'f', DIGITS_LEAST = 3, FACET_CHARS = 16 };

struct search_body {
    struct str field[SEARCH_FIELDS], facets;
};
struct search_terms {
    struct buf name, other;
};
void search_terms_done(struct search_terms *t);
#define auto_terms __attribute__((cleanup(search_terms_done))) struct search_terms

void               search_put_body(struct buf *b, const struct search_doc *d);
struct search_body search_body_of(struct str text);
/* Those of the name begin with account and name_kind.  Every term is followed by a blank. */
void search_put_terms(struct search_terms *t, struct str account, char name_kind, struct str body);

bool       search_next_word(struct str *rest, struct str *ret);
bool       search_all_digits(struct str s);
struct str search_no_zeros(struct str digits); /* without those in front, as 0151 and 00 49 have them */
struct str search_reversed(struct str s, char to[SEARCH_WORD_BYTES_MAX]);
struct str search_facet_word(struct str facet, char to[FACET_CHARS]);
