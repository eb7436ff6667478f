/* contact/dates.h - dates as people and programs write them: in cells of a table, and in vCards that do not write them as their RFC says.
 *
 * 1990-02-03, 19900203, --02-03, 02-03, 3.2.1990, 29.2., 2/3/90, 1990年2月3日, "14 July 1980", "July 14, 1980", "14 de julio de 1980";
 * 1980, 1980-07; a time behind it is left out.  Of two numbers that could both be a month the order decides; with DATE_ORDER_LOOK such a
 * text is no date.  Two digits of a year are of 1931 to 2030.  Pure; the arena holds the folded text meanwhile. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum date_order {
    DATE_ORDER_LOOK, /* nobody said it, and nothing shows it */
    DATE_ORDER_DMY,
    DATE_ORDER_MDY,
    DATE_ORDER_YMD,
    DATE_ORDER_BOTH /* answer of dates_show() only: could be day/month or month/day */
};
struct written_date {
    int64_t year, month, day; /* 0: not said */
};

bool dates_read(struct arena *a, struct str cell, enum date_order order, struct written_date *ret);
/* What this cell shows about the order of its column: DMY (13/04), MDY (04/13), BOTH (05/04), LOOK: nothing. */
enum date_order dates_show(struct arena *a, struct str cell);
/* "dmy", "mdy", "ymd"; "" for none.  By name: DATE_ORDER_LOOK for any other text. */
struct str      date_order_name(enum date_order order);
enum date_order date_order_by_name(struct str name);
