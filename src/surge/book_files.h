/* surge/book_files.h - the address books people bring, written before the run and sent from the page cache.
 *
 * Made by ops/generate: exports of several programs with duplicates within, a third of the people bring two files.  All of it stands in one
 * unlinked file in TMPDIR (some 0.4 KB a card); memory does not grow with it.  Every card's note ends with a mark, `~sAAAAAA.CCCCC~`: account
 * and card, by which surge/marks.h finds it again wherever merging took it. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { BOOK_PARTS_MAX = 2 };

struct book_file {
    int64_t cards;
    size_t  nparts;
    struct {
        const char *file_name; /* as the program names it */
        int64_t     at, bytes, cards;
    } part[BOOK_PARTS_MAX];
};
struct books {
    int               fd;
    int64_t           bytes, cards;
    struct book_file *book; /* by account */
    size_t            n;
};

/* sizes[n]: cards of each.  Borrows the arena for as long as the books live.  RC_UNAVAILABLE when there is no room. */
enum rc book_files_write(struct arena *a, const int64_t *sizes, size_t n, uint64_t seed, struct books *ret,
                         struct err *e) must_use;
void    book_files_close(struct books *b);
