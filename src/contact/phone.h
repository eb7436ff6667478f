/* contact/phone.h - telephone numbers as identity keys: a light E.164.
 *
 * Own table of all calling codes with trunk prefix, international prefix and the lengths a national number may have; it
 * does not know area codes, so it takes a number for possible, not for assigned (enrich/ asks libphonenumber for that).
 *   "+49 (0)30 123456" -> +4930123456        "030/123456", region DE -> +4930123456
 *   "001 212 555 0100 x12", region DE -> +12125550100, extension 12        "1-800-FLOWERS", US -> +18003569377
 * The text as it was written stays in the card; nothing here changes it. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { PHONE_RAW_MAX = 120, PHONE_DIGITS_MAX = 20, PHONE_TAIL = 9 };

struct phone {
    struct str e164;   /* "+4930123456"; empty when the country is unknown or the length impossible there */
    struct str digits; /* everything dialled, letters as digits, without '+' and extension */
    struct str tail; /* last PHONE_TAIL digits (national part), the fallback when e164 is empty; fewer than 7: empty */
    struct str extension; /* after "ext", "x", "#", ";ext=", "Durchwahl" ... */
    char       region[3]; /* "DE"; of a shared calling code (+1, +7, +44 ...) by leading digits; "" unknown */
    bool       service;   /* 112, 911, short codes: no identity */
};

/* region: ISO code of the country a number without one belongs to (address, account setting); may be empty.
 * RC_INVALID without digits, with more than PHONE_DIGITS_MAX of them, or text that is no number ("call Bob"). */
enum rc phone_parse(struct arena *a, struct str raw, struct str region, struct phone *ret, struct err *e) must_use;
