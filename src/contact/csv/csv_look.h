/* contact/csv/csv_look.h - what the cells of a CSV file tell where its header does not.  Only for csv_map.c.
 *
 * The first CSV_LOOK_ROWS rows tell which column holds e-mail addresses, phone numbers, links, postcodes, dates of birth and names: a
 * kind is a column's when four in five of its cells are of it.  Orders of dates are sought until each column of dates has shown one,
 * in at most CSV_LOOK_DATES rows, and in CSV_LOOK_SURE to see a column that holds both: there every cell speaks for itself. */
#pragma once
#include "contact/csv/csv_map.h"

enum { CSV_LOOK_ROWS = 200, CSV_LOOK_SURE = 2000, CSV_LOOK_DATES = 200000 };

/* Is this row data and no header: an e-mail address or a phone number stands in it? */
bool csv_look_is_data(struct arena *a, const struct csv_record *row);
/* Targets by content for columns that have none. */
void csv_look_content(struct arena *a, struct str text, struct csv_map *map);
/* The order of each column of dates: as the choice has it, as its cells show, else those of other columns, language, region. */
void csv_look_dates(struct str text, struct csv_map *map, const struct csv_choice *choice);
