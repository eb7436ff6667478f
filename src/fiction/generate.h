/* fiction/generate.h - `kith generate`: a fictional address book as the files several programs would export.
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
    size_t   first;   /* the program of the first source; the others follow it in the table, round the end */
    /* not empty: every card's note ends with "~MARK.NNNNN~", NNNNN counted from 0 over all sources, so that a card is known again
     * wherever it went */
    struct str mark;
};
struct generated {
    int64_t people, true_pairs;
};

/* The cards one by one, as bytes of programs[program]; person: who it is.  The options must be within bounds. */
typedef void generate_take(void *to, size_t program, struct str card, int64_t person);
void         generate_cards(const struct generate_options *o, generate_take *take, void *to, struct generated *ret);

/* dir: made when missing.  RC_INVALID for options out of bounds, RC_UNAVAILABLE when a file cannot be written. */
enum rc generate_files(const struct generate_options *o, struct str dir, struct generated *ret, struct err *e) must_use;

int generate_main(int argc, char **argv);
