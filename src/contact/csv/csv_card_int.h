/* contact/csv/csv_card_int.h - a card being made from a row.  Only for csv_card.c and what it is parted into. */
#pragma once
#include "base/vec.h"
#include "contact/card.h"
#include "contact/csv/csv_map.h"

/* Groups are entries that several columns make together. */
struct group {
    struct str   head;
    size_t       place; /* among the values of one cell */
    struct json *json;
};
struct row {
    struct arena            *a;
    const struct csv_map    *map;
    const struct csv_record *record;
    struct json             *card, *name;
    struct str               called; /* by "Name <address>" */
    VEC(struct group) groups;
};

/* What a column holds in the row: trimmed, without marks of spreadsheets. */
struct str csv_cell(const struct row *r, size_t column);
/* The same of the column with exactly this target; "" when there is none. */
struct str csv_cell_of(const struct row *r, struct str head, const char *part);
/* The next of a cell's values ("a ::: b"); false at the end.  It may be empty: its place counts. */
bool csv_value_next(struct str *rest, struct str *ret);
/* A cell of e-mail addresses or links with " ::: " between its values, whatever people wrote between them. */
struct str csv_cell_values(struct arena *a, struct str cell, enum card_map map);

/* "* Work Fax" -> preferred, context work, feature fax; "Shop ::: Work" -> label Shop, context work. */
void csv_label(struct arena *a, struct json *entry, struct str label, bool phone);
void csv_label_flags(struct arena *a, struct json *entry, struct str flags); /* of a target: "work,fax" */

/* ---- csv_card_date.c ---- */
/* False: it could not be read and is to be kept as it is. */
bool csv_card_date(struct row *r, size_t column, const struct csv_target *t, struct str value);
