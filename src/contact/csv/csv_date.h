/* contact/csv/csv_date.h - dates as people and programs write them in cells.
 *
 * 1990-02-03, 19900203, --02-03, 02-03, 3.2.1990, 29.2., 2/3/90, 1990年2月3日, "14 July 1980", "July 14, 1980", "14 de julio de 1980";
 * 1980, 1980-07; a time behind it is left out.  Of two numbers that could both be a month the order decides; with CSV_DATES_LOOK such a cell is no
 * date.  Two digits of a year are of 1931 to 2030. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum csv_dates {
    CSV_DATES_LOOK, /* nobody said it, and nothing shows it */
    CSV_DATES_DMY,
    CSV_DATES_MDY,
    CSV_DATES_YMD,
    CSV_DATES_BOTH /* answer of csv_date_shows() only: could be day/month or month/day */
};
struct csv_date {
    int64_t year, month, day; /* 0: not said */
};

bool csv_date_read(struct arena *a, struct str cell, enum csv_dates order, struct csv_date *ret);
/* What this cell shows about the order of its column: DMY (13/04), MDY (04/13), BOTH (05/04), LOOK: nothing. */
enum csv_dates csv_date_shows(struct arena *a, struct str cell);
/* "dmy", "mdy", "ymd"; "" for none.  By name: CSV_DATES_LOOK for any other text. */
struct str     csv_dates_name(enum csv_dates order);
enum csv_dates csv_dates_by_name(struct str name);
