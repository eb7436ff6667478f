/* base/err.h - outcomes.  An rc says what to do; an err says what happened.
 *
 * One table maps every rc to the HTTP status the API answers and to what the queue does with a
 * job, so retry and status logic exist once.  Texts carry no personal data: they reach logs. */
#pragma once
#include "base/base.h"

/* clang-format off */
/*   name             http  what the queue does with the job */
#define RC_TABLE(X)                 \
    X(OK,              200, DONE)   \
    X(NOT_FOUND,       404, DONE)   \
    X(CONFLICT,        409, RETRY)  \
    X(INVALID,         422, BURY)   \
    X(MALFORMED,       400, BURY)   \
    X(TOO_LARGE,       413, BURY)   \
    X(UNAUTHENTICATED, 401, BURY)   \
    X(DENIED,          403, BURY)   \
    X(GONE,            410, RETRY)  \
    X(THROTTLED,       429, LATER)  \
    X(UNAVAILABLE,     503, RETRY)  \
    X(STORAGE,         507, LATER)  \
    X(INTERNAL,        500, BURY)
/* clang-format on */

#define X(name, http, action) RC_##name,
enum rc { RC_TABLE(X) RC_COUNT };
#undef X
enum job_action { JOB_DONE, JOB_RETRY, JOB_LATER, JOB_BURY };

struct err {
    char text[240];     /* "google: page 3: 401 invalid_grant" */
    int  retry_after_s; /* with RC_THROTTLED; 0 = caller decides */
};

int             rc_http(enum rc rc);
const char     *rc_name(enum rc rc); /* "NOT_FOUND" */
enum job_action rc_action(enum rc rc);

/* Fill e (may be NULL) and return rc, so a failure is one statement. */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) printf_like(3, 4);
/* Put "<context>: " before the text; returns rc. */
enum rc err_in(struct err *e, enum rc rc, const char *fmt, ...) printf_like(3, 4);
