/* contact/csv/csv.h - CSV (RFC 4180, read generously): records with their place in the file.
 *
 * Quoted fields may hold delimiters, quotes and line ends (LF, CRLF, CR); text after a closing quote is kept; a quote that is
 * not closed within CSV_FIELD_BYTES_MAX is taken as it stands, its field ends with the line, and the record says so.  Empty
 * lines are skipped.  The text is UTF-8 (charset.h makes it so).
 * Delimiter: the one of , ; tab | that cuts the first lines into the same, largest number of fields; "sep=;" is obeyed.
 * The mapping of columns to cards is in csv_map.h. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { CSV_FIELDS_MAX = 512, CSV_FIELD_BYTES_MAX = 1 << 20 };

struct csv {
    struct str text;
    size_t     at, line;
    char       delimiter;
};
struct csv_record {
    struct str *field; /* unquoted; borrowed from the text or in the arena */
    size_t      n;
    struct str  raw;   /* as it stands, without the line end; its place is raw.p - text.p */
    size_t      line;  /* of its first byte, from 1 */
    const char *fault; /* NULL, or what is wrong: the fields are what could be read */
};

struct csv csv_open(struct str text); /* BOM and "sep=" skipped, delimiter found */
/* The same reader from the middle of a file: a chunk that starts at a record on this line. */
struct csv csv_resume(struct str chunk, char delimiter, size_t line);
bool       csv_next(struct csv *c, struct arena *a, struct csv_record *ret);

/* One field, quoted when it must be; a comma is written before it unless it is the first.  So that no spreadsheet takes it
 * for a formula, a ' is put in front of a value that begins with = @ tab or CR, with free_text also of + and - (which phones
 * and numbers begin with); csv_plain() takes it off again. */
void       csv_put(struct buf *b, bool first, struct str value, bool free_text);
void       csv_end(struct buf *b); /* CRLF */
struct str csv_plain(struct str field);
