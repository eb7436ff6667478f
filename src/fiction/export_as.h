/* fiction/export_as.h - a record written the way a well-known program exports it.
 *
 * Used by the generator: its files must look like what people drop on Kith, down to line ends, folding, labels and
 * number formats of that program. */
#pragma once
#include "base/buf.h"
#include "fiction/people.h"

/* What one address book knows of a person. Empty texts are not written. */
struct entry {
    struct person p;
    struct str    given, surname, full; /* as this book spells them */
    struct str    company;
    bool          has_home; /* write street, city, postcode */
};

struct program {
    const char *file, *name;
    void (*begin)(struct buf *b); /* header line; may be NULL */
    void (*card)(struct arena *a, struct buf *b, const struct entry *entry, uint64_t seed);
};
extern const struct program programs[]; /* iPhone, Gmail, Outlook, Android, Google CSV */
extern const size_t         programs_n;
