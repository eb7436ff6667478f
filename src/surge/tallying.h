/* surge/tallying.h - what happened, counted: times by deed, faults by kind.
 *
 * A time counts from the moment the deed was due, not from when we got round to sending it: a server that stalls is charged with the
 * wait of everybody who came meanwhile (no coordinated omission). */
#pragma once
#include "surge/hist.h"

/* The first DEEDS_INTERACTIVE are what a person waits for. */
enum deed {
    DEED_VISIT,
    DEED_SIGN_UP,
    DEED_LOG_IN,
    DEED_UPLOAD,
    DEED_READ,
    DEED_SEARCH,
    DEED_EDIT,
    DEEDS_INTERACTIVE,
    DEED_PROGRESS = DEEDS_INTERACTIVE,
    DEED_OTHER,
    DEEDS
};
extern const char *const deed_name[DEEDS];

enum fault {
    FAULT_CONNECT,
    FAULT_RESET,
    FAULT_TIMEOUT,
    FAULT_MALFORMED,
    FAULT_BUSY,
    FAULT_LATER, /* 429: told to come again, and when */
    FAULT_4XX,
    FAULT_5XX,
    FAULT_IMPORT,
    FAULTS
};
extern const char *const fault_name[FAULTS];

struct score {
    bool        counts; /* off before the start and after the end */
    struct hist all[DEEDS], second[DEEDS];
    int64_t     began[DEEDS], done[DEEDS];
    int64_t     failed[DEEDS][FAULTS];  /* the person saw an error */
    int64_t     retried[DEEDS][FAULTS]; /* tried again, as browsers and libraries do; nobody saw it */
    int64_t     stale;                  /* kept connections found closed when they were used again */
    int64_t     bytes_in, bytes_out;
};

void    score_done(struct score *s, enum deed what, int64_t us);
void    score_failed(struct score *s, enum deed what, enum fault why);
void    score_retried(struct score *s, enum deed what, enum fault why);
int64_t score_failures(const struct score *s);
int64_t score_retries(const struct score *s); /* but for those told to come again */
int64_t score_told_later(const struct score *s);
