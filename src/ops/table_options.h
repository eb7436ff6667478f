/* ops/table_options.h - options of a command that say how a CSV file is to be read, as members of an import's options (docs: kith help import).
 *
 * --columns --charset --delimiter --date-order --no-header: the same words and checks for every command that reads files. */
#pragma once
#include "base/json.h"

struct table_options {
    const char *columns, *charset, *delimiter, *dates; /* NULL: not said */
    bool        no_header;
};

struct table_options table_options_take(int *argc, char **argv);
/* As columns, charset, delimiter, date_order and has_header of `to`; RC_INVALID says which option is wrong. */
enum rc table_options_put(struct arena *a, const struct table_options *t, struct json *to, struct err *e) must_use;

/* Their rows of the table of commands (ops/commands.c). */
#define TABLE_OPTIONS                                                             \
    { "columns", "TARGET,...", "as recognised",                                   \
      "of a CSV file: a target each, nothing to keep it only; phones:work+fax" }, \
        { "charset", "NAME", "as its bytes say", "what the file is written in" }, \
        { "delimiter", "CHAR|tab", "as its lines say", "of a CSV file" },         \
        { "date-order", "dmy|mdy|ymd", "as its dates say", "of a CSV file" },     \
    {                                                                             \
        "no-header", NULL, NULL, "the first line of a CSV file is a contact"      \
    }
