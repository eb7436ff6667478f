/* io/search/search.h - the search index: documents of folded words in, ids out.  Behind it stand SQLite FTS5 and PostgreSQL (io/search/search_driver.h).
 *
 * The port knows nothing of contacts.  The caller folds (contact/fold.h) both documents and queries, so that
 * Mueller finds Müller; words are separated by spaces, every word may be found by its prefix, and words of a query may
 * stand in any fields and any order.  A word of 3 or more digits also looks at the ends of the phone numbers.
 *
 * Every stored term begins with its account, so one account's terms are one range of the index: its speed does not depend
 * on the neighbours, and no query can leave its account.
 * Writes belong to the transaction that is open on db: an index write commits together with its job.
 *
 * Limits: SEARCH_WORDS_MAX words of a query count, SEARCH_WORD_BYTES_MAX bytes of a word, SEARCH_DOC_BYTES_MAX of a document's
 * text; more is cut.  At most SEARCH_CANDIDATES_MAX matches are ranked, so a query costs the same in a book of a million.
 * rc: those of io/sql/sql.h. */
#pragma once
#include "io/sql/sql.h"

enum search_field {
    SEARCH_NAME,
    SEARCH_COMPANY,
    SEARCH_EMAIL,
    SEARCH_PHONE,
    SEARCH_PLACE,
    SEARCH_NOTES,
    SEARCH_OTHER,
    SEARCH_FIELDS
};
enum {
    SEARCH_WORDS_MAX = 8,
    SEARCH_WORD_BYTES_MAX = 64,
    SEARCH_DOC_BYTES_MAX = 16384,
    SEARCH_CANDIDATES_MAX = 400,
    SEARCH_FACETS_MAX = 64
};

struct search_doc {
    int64_t           id;
    int64_t           order;                /* among equal matches the greater comes first: time of the last change */
    struct str        field[SEARCH_FIELDS]; /* folded words; SEARCH_PHONE: digits only, one number a word */
    const struct str *facet;                /* found whole and exactly: "tag:friends", "book:0abc..." */
    size_t            nfacets;
};

struct search_query {
    struct str        words; /* folded; the last word, and every other, is a prefix */
    const struct str *facet; /* all of them must be there */
    size_t            nfacets;
    size_t            limit; /* 1 .. SEARCH_CANDIDATES_MAX */
};

struct search_hit {
    int64_t           id;
    enum search_field field;
    int               score;
}; /* field: the best one that matched */

/* Makes what the driver needs in the database; called by the migration, safe to repeat. */
enum rc search_setup(struct sql *db, struct err *e) must_use;

/* Replaces documents of these ids; inside a transaction. */
enum rc search_put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e) must_use;
/* Ids that are not there are fine. */
enum rc search_remove(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e) must_use;

/* Best first.  ret_total: matches found, at most SEARCH_CANDIDATES_MAX ("400" then means 400 or more).
 * RC_INVALID when no word is left to look for and no facet is given. */
enum rc search_query(struct sql *db, struct arena *a, int64_t account, const struct search_query *q,
                     struct search_hit **ret, size_t *ret_n, size_t *ret_total, struct err *e) must_use;

/* After a large import, outside a transaction: joins the index's pieces, at most `ms` long.  ret_done: nothing left. */
enum rc search_tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e) must_use;

/* Has search_tidy() write the whole index anew, after which it no longer holds words of documents that are gone.  Outside a
 * transaction; returns after a first piece. */
enum rc search_rewrite(struct sql *db, struct err *e) must_use;

/* Documents of another database's index, those behind (account, id): a page of them, put into this one's.  Inside a transaction on
 * `to`.  account and id: the last one put; ret_n == 0: there are no more. */
enum { SEARCH_COPY_PAGE = 250 };
enum rc search_copy(struct sql *from, struct sql *to, int64_t *account, int64_t *id, size_t *ret_n,
                    struct err *e) must_use;
enum rc search_clear(struct sql *db, struct err *e) must_use;               /* all of it; inside a transaction */
enum rc search_count(struct sql *db, int64_t *ret, struct err *e) must_use; /* documents of all accounts */
