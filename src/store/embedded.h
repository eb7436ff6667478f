/* store/embedded.h - text files compiled in by tools/embed.py: those of schema/ (here), those of deploy/templates/ (ops). */
#pragma once
#include <stddef.h>

struct embedded {
    const char *name, *text;
}; /* "0001_init.sql" */

extern const struct embedded schema_files[]; /* sorted by name */
extern const size_t          schema_files_n;
