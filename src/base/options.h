/* base/options.h - options of a command line, described by tables: checked before the command sees them, printed as help, taken by name.
 *
 * An option is --name VALUE, --name=VALUE, or --name alone when it takes no value.  options_check() leaves only the first form and
 * the last, so that option_text() and option_given() can take them out of argv.  */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct option_row {
    const char *name;      /* without the dashes */
    const char *value;     /* what stands behind it: "FILE", "vcard3|vcard4"; NULL: nothing */
    const char *otherwise; /* when it is not given: "vcard4"; NULL: nothing to say; OPTION_MUST: it must be given */
    const char *help;
};
extern const char OPTION_MUST[];

struct options {
    const struct option_row *row;
    size_t                   n;
    bool                     settings;    /* those of base/conf.h besides */
    int                      least, most; /* words that are no option and no value of one; most < 0: any number */
    const char              *words;       /* what they are: "FILE..." */
};
/* Checks argv[from ...] and writes it anew (argv has room for twice argc words; *argc changes).  RC_INVALID says what is wrong and, of an
 * unknown option, which known one is nearest. */
enum rc options_check(const struct options *o, int from, int *argc, char **argv, struct arena *a,
                      struct err *e) must_use;
void    options_print(const struct options *o); /* one a line, on stdout */

/* The nearest of n names by Damerau-Levenshtein distance, when it is near: at most a third of the letters, 1 to 3; NULL: none. */
const char *option_nearest(struct str word, const char *const *names, size_t n);

/* `--name VALUE` taken out of argv; NULL when it is not there. */
const char *option_text(int *argc, char **argv, const char *name);
/* The same for `--name` alone. */
bool option_given(int *argc, char **argv, const char *name);
