/* io/shared/visits.h - how many people came, without knowing who.
 *
 * Pages are counted by the first word of their path.  Different visitors of a day are estimated by a HyperLogLog of 2,048 registers
 * (error 2.3 %): what goes in is a hash of address and browser, keyed by a salt that is random each day (UTC), lives only in this
 * shared memory and is never written anywhere.  What stays is how many leading zeros were seen: neither an address nor its
 * hash.  No cookie is set for it.  Robots that say so, and pages fetched in advance, are not counted.
 * Since the start of the server and since midnight, whichever is later. */
#pragma once
#include <stdatomic.h>
#include "base/str.h"

enum { VISIT_PAGES = 7, VISIT_REGISTERS = 2048 };

struct visits {
    _Atomic int64_t  day; /* since 1970; the others are of this day, but for total */
    _Atomic uint64_t salt[2];
    _Atomic int64_t  today[VISIT_PAGES], total[VISIT_PAGES];
    _Atomic uint8_t  reg[VISIT_REGISTERS];
};
extern const char *const visit_page[VISIT_PAGES];

struct visit {
    struct str path, address, browser, purpose; /* purpose: Sec-Purpose or Purpose */
};
bool    visits_add(struct visits *v, const struct visit *one, int64_t now_ms); /* false: not one of people */
int64_t visits_people(const struct visits *v, int64_t now_ms);                 /* today; an estimate */
int64_t visits_today(const struct visits *v, size_t page, int64_t now_ms);
