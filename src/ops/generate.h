/* ops/generate.h - `kith generate`: a fictional address book as the files several programs would export.
 *
 *     kith generate --cards N --duplicates 0.25 --seed S --sources 3 --out DIR [--json]
 *
 * Writes DIR/iphone.vcf, gmail.vcf, outlook.vcf, android.vcf, google.csv (the first `sources` of them) and DIR/truth.csv:
 * `file,card,person`, card counted from 1 in its file; records of one person are true pairs.  Equal options give equal
 * bytes.  Streams: memory does not grow with N. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct generate_options {
    int64_t  cards;      /* 1 .. 10,000,000, all files together */
    int64_t  duplicates; /* per mille of the cards that are a further copy of a person: 0 .. 800 */
    uint64_t seed;
    size_t   sources; /* 1 .. programs_n */
};
struct generated {
    int64_t people, true_pairs;
};

/* dir: made when missing.  RC_INVALID for options out of bounds, RC_UNAVAILABLE when a file cannot be written. */
enum rc generate_files(const struct generate_options *o, struct str dir, struct generated *ret, struct err *e) must_use;

int generate_main(int argc, char **argv);
