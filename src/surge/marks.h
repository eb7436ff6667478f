/* surge/marks.h - every contact that was sent, looked for in what the server holds.
 *
 * Reads an account's export as it streams by and counts the marks of surge/book_files.h.  Each must be there exactly once: a mark that is
 * missing is a contact lost, one that is there twice a contact doubled, one of another account a contact gone astray.  Cards that were
 * merged keep the notes of all that went into them, so merging loses no mark. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { MARK_BYTES = 15 }; /* ~s000017.00005~ */

struct marks {
    int64_t  account, cards;
    uint8_t *seen; /* by card, stops at 255 */
    int64_t  astray;
    char     tail[MARK_BYTES];
    size_t   ntail;
};
/* cards: how many there are to be sent, numbered from 0. */
struct marks marks_of(struct arena *a, int64_t account, int64_t cards);
void         marks_feed(struct marks *t, struct str bytes); /* in pieces of any size */
void         marks_forget(struct marks *t);                 /* what was fed so far */

struct marks_sum {
    int64_t sent, found, lost, doubled, astray;
};
/* Adds.  sent: how many the server took: fewer than cards when somebody gave up half-way. */
void marks_end(const struct marks *t, int64_t sent, struct marks_sum *into);
