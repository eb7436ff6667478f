/* store/installation/embedded.h - text files compiled in by tools/embed.py: those of schema/ (here), those of deploy/templates/ (ops). */
#pragma once
#include <stddef.h>

/* backfill, index: what its lines "-- backfill: ..." and "-- index: ..." say (store/installation/schema_steps.h), NULL when there is none. */
struct embedded {
    const char *name, *text, *backfill, *index;
}; /* "0001_init.sql" */

extern const struct embedded schema_files[]; /* sorted by name */
extern const size_t          schema_files_n;
