/* contact/csv/csv_header.h - names of columns understood by their words (tables/csv_words.h).  Only for csv_map.c.
 *
 * The language is the one whose words make the most of the whole header; words of others are taken as well.  Linear in the header but
 * for the number of languages; a name longer than 80 bytes is not looked at. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "contact/csv/tables/csv_words.h"

/* names: fold_bare() of each column.  ret: a target each, "" for none; "title", "name/any" and ".../line" are still to be settled by the whole
 * (csv_header_settle()). */
enum csv_language csv_header_read(struct arena *a, const struct str *names, size_t n, struct str *ret);
/* Decides what only the other columns tell: is "Title" of the person or of the job, is "Address" a street or all of it, is a "day of
 * birth" the day beside month and year. */
void csv_header_settle(struct arena *a, struct str *targets, size_t n);
