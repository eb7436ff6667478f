/* io/shared/tally.h - what happens here, counted since the start and over the last minute, for whoever looks.
 *
 * Lives in the shared area (io/shared/metrics.h): every process adds, any process reads, nobody keeps watch.  The last minute is
 * kept in slots of ten seconds that are emptied by the first process that needs them anew; an addition that meets this
 * moment may be lost, totals never are.  Times go into buckets of an eighth of a doubling: percentiles are exact to 9 %.
 *
 * Nothing here knows who did it: no address, no account, no path. */
#pragma once
#include <stdatomic.h>
#include "base/base.h"

enum tally_what {
    TALLY_VISITS,   /* pages of the public site and of the app, loaded by people */
    TALLY_SIGNUPS,  /* accounts made */
    TALLY_LOGINS,   /* by password, or into the demo */
    TALLY_IMPORTS,  /* committed */
    TALLY_CONTACTS, /* cards made, by hand or by import */
    TALLY_ERRORS,   /* answers 5xx: ours to answer for */
    TALLY_REFUSED,  /* answers 429 */
    TALLY_JOBS,     /* of all kinds, done */
    TALLIES
};
/* Requests by what a person waits for; event streams and what machines ask (health, metrics) are none of them. */
enum tally_class { CLASS_SITE, CLASS_READ, CLASS_WRITE, CLASS_LOGIN, CLASS_BULK, CLASSES, CLASS_NONE = CLASSES };

enum { TALLY_BUCKETS = 168, TALLY_SLOTS = 8, TALLY_SLOT_S = 10, TALLY_EIGHTHS = 8, TALLY_FIRST_US = 64 };

typedef _Atomic int64_t  tally_count;
typedef _Atomic uint32_t tally_small;
struct tally_slot {
    tally_count epoch; /* which ten seconds */
    tally_small n[TALLIES], time[CLASSES][TALLY_BUCKETS];
};
struct tallies {
    int64_t           started_us;
    tally_count       total[TALLIES], time[CLASSES][TALLY_BUCKETS], time_us[CLASSES];
    struct tally_slot slot[TALLY_SLOTS];
};

extern const char *const tally_name[TALLIES], *const tally_class_name[CLASSES];

void tally_add(struct tallies *t, enum tally_what what, int64_t n);
void tally_time(struct tallies *t, enum tally_class c, int64_t us); /* CLASS_NONE: nothing */

/* The last 60 s; n and requests are rates a minute, percentiles 0 when there was no request. */
struct tally_minute {
    int64_t n[TALLIES], requests[CLASSES], p50_us[CLASSES], p99_us[CLASSES];
};
void tally_minute(struct tallies *t, struct tally_minute *ret);

int64_t tally_requests(const struct tallies *t, enum tally_class c); /* since the start */
size_t  tally_bucket(int64_t us);                                    /* for tests, and to print */
int64_t tally_bucket_end_us(size_t at);                              /* times in this bucket are below it */
