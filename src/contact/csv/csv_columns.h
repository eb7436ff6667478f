/* contact/csv/csv_columns.h - names of columns that address books write, and what they mean.  Only for csv_map.c. */
#pragma once
#include "base/base.h"

/* name: fold_bare() of the header with its first number as '#': "E-mail 2 - Value" -> "email#value".
 * "##" in the target becomes '#' and that number (1 when there was none). */
struct csv_known {
    const char *name, *target;
};
extern const struct csv_known csv_known[]; /* in any program */
extern const size_t           csv_known_n;

/* A program is recognised when the header has all of `has`; its own meanings come before those above. */
struct csv_program {
    const char             *name, *has[4];
    const struct csv_known *own;
    size_t                  nown;
};
extern const struct csv_program csv_programs[];
extern const size_t             csv_programs_n;
