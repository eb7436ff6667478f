/* contact/phone/phone.h - telephone numbers as identity keys: a light E.164.
 *
 * Own table of all calling codes with trunk prefix, international prefix and the lengths a national number may have; it
 * does not know area codes, so it takes a number for possible, not for assigned.
 *   "+49 (0)30 123456" -> +4930123456        "030/123456", region DE -> +4930123456
 *   "001 212 555 0100 x12", region DE -> +12125550100, extension 12        "1-800-FLOWERS", US -> +18003569377
 *   "0170 1234567 (private)", DE -> +491701234567                          "*31#0170 1234567 p12" -> pause and codes are no part
 * Letters are digits only where the plan sells words and the number is whole with them.  Carrier and old prefixes of Brazil, Mexico,
 * Argentina, China and others are known.  Held against libphonenumber by tests/unit/u_phone_oracle.
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
 * Of a field with several numbers the first.  RC_INVALID without digits, with more than PHONE_DIGITS_MAX of them ("call Bob"). */
enum rc phone_parse(struct arena *a, struct str raw, struct str region, struct phone *ret, struct err *e) must_use;

/* The numbers of a field that holds several: "0711 111111 / 0170 2222222", "... oder ...", "...; +49 ...".  At least one a field, trimmed.
 *     for (struct str rest = value, one; phone_next(&rest, &one); ) ... */
bool phone_next(struct str *rest, struct str *ret_number);

/* As it is dialled inside its country: "+4930123456" -> "030123456"; empty without e164.  In the arena. */
struct str phone_at_home(struct arena *a, const struct phone *p);
