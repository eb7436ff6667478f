/* store/cards/books.h - address books: every card is in exactly one. */
#pragma once
#include "io/sql/sql.h"

enum { BOOKS_MAX = 200 };
struct book {
    int64_t    id;
    struct str name;
    bool       is_default;
    int64_t    created_ms, cards;
}; /* cards: live ones */

enum rc books_list(struct sql *db, struct arena *a, int64_t account, struct book **ret, size_t *ret_n,
                   struct err *e) must_use;
/* RC_NOT_FOUND.  Does not count its cards: counting reads all of the account. */
enum rc books_get(struct sql *db, struct arena *a, int64_t account, int64_t book, struct book *ret,
                  struct err *e) must_use;
enum rc books_default(struct sql *db, int64_t account, int64_t *ret, struct err *e) must_use;
/* RC_TOO_LARGE past BOOKS_MAX. */
enum rc books_create(struct sql *db, int64_t account, struct str name, int64_t *ret, struct err *e) must_use;
enum rc books_rename(struct sql *db, int64_t account, int64_t book, struct str name,
                     struct err *e) must_use; /* RC_NOT_FOUND */
/* Only an empty book (its cards in trash move to the default book) that is not the default: else RC_CONFLICT. */
enum rc books_delete(struct sql *db, int64_t account, int64_t book, struct err *e) must_use;
