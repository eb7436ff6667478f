/* contact/vcard/vcard_date.h - dates of vCard (RFC 6350 4.3, and what 2.1 and 3.0 programs write) and of JSContact.
 *
 * A date with parts missing (--0412, 1985-04, ---12) is a PartialDate {year, month, day}; midnight UTC is a date too (programs without
 * a type for dates write it so); any other time in UTC is a Timestamp.  A time of its own place, with an offset or without, says the
 * day that is written.  What no RFC knows (24.12.1970, 1980/7/4, "4 July 1980", 1980年7月4日) is read by contact/dates.h, when it can be
 * meant in one way only. */
#pragma once
#include "base/json.h"

/* NULL when it is no date of ours.  omit_year: this year means "no year", as year 0 always does (Apple's X-APPLE-OMIT-YEAR, 1604); 0:
 * none. */
struct json *vcard_date_read(struct arena *a, struct str text, int64_t omit_year);
/* As vCard 4.0 (basic, "19850412", "--0412") or 3.0 (extended, "1985-04-12", "--04-12"); false when it cannot be said. */
bool vcard_date_write(struct buf *b, const struct json *date, bool basic);

/* A day without a year as Apple writes it in 3.0, beside X-APPLE-OMIT-YEAR=1604: "1604-04-12"; false when it is none. */
bool vcard_date_write_apple(struct buf *b, const struct json *date);

/* "20261123T172410Z", "2026-11-23T17:24:10.5Z" -> UTCDateTime "2026-11-23T17:24:10Z"; "" when it is none. */
struct str vcard_time_read(struct arena *a, struct str text);
