/* work/import_choice.h - what is said about how to read a file: the options of an import, and what its dry run found out.
 *
 * A chunk is read as the dry run read the whole file: which column is what, the order of dates, where the header is.  So a cell is never
 * read one way in one chunk and another way in the next, and no chunk looks at all of the file again. */
#pragma once
#include "work/import_units.h"

/* In the worker: of ask's options (columns, charset, delimiter, date_order, has_header; decided). */
void import_choice(struct arena *a, const struct import_ask *ask, struct upload_choice *ret);
/* The map as a member of the summary of the dry run. */
struct json *import_decided(struct arena *a, const struct csv_map *map);
/* On the agent: the options with what the dry run's summary has decided, for a chunk. */
struct str import_options_decided(struct arena *a, struct str options_json, struct str summary_json);
