/* store/account/second_factor.h - the second factor of a person: an authenticator's secret (RFC 6238) and recovery codes.
 *
 * Set up in two steps, so that nobody is locked out by an app that did not take the secret: begin() keeps a secret that is asked of
 * nobody, turn_on() makes it count once its first code was right.  The secret is stored as it is, because it must be computed with;
 * recovery codes (80 random bits) as keyed hashes.  A code is accepted once: a step of time never again, a recovery code's row goes.
 * Guessing: each wrong code is counted in the row, whichever process sees it.  FACTOR_FREE_TRIES are looked at as they come, then each
 * waits twice as long as the one before, FACTOR_WAIT_S to FACTOR_WAIT_MAX_S: some 30 tries a day.  Recovery codes are too long to be
 * guessed and are looked at always: they are the way out while somebody else keeps trying. */
#pragma once
#include "io/sql/sql.h"

enum { RECOVERY_CODES = 10, RECOVERY_CHARS = 16, FACTOR_FREE_TRIES = 5, FACTOR_WAIT_S = 30, FACTOR_WAIT_MAX_S = 3600 };

struct second_factor {
    struct str secret;
    int64_t    on_ms; /* 0: being set up */
    int64_t    last_step, tries, again_ms;
};

enum rc second_factor_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct second_factor *ret,
                          struct err *e) must_use; /* RC_NOT_FOUND */
enum rc second_factor_is_on(struct sql *db, struct arena *a, int64_t account, int64_t user, bool *ret,
                            struct err *e) must_use;
/* In place of one that is being set up; RC_CONFLICT when one is on. */
enum rc second_factor_begin(struct sql *db, int64_t account, int64_t user, struct str secret, struct err *e) must_use;

/* Six digits or a recovery code, blanks and dashes as one likes.  Counts the try: the caller commits also what is refused.
 * RC_DENIED: wrong, or used before; RC_THROTTLED with retry_after_s: not looked at; RC_NOT_FOUND: there is no second factor. */
enum rc second_factor_check(struct sql *db, struct arena *a, int64_t account, int64_t user, struct str code,
                            bool *ret_recovery, struct err *e) must_use;
/* The secret that was begun counts from now on; check() has just been RC_OK. */
enum rc second_factor_turn_on(struct sql *db, int64_t account, int64_t user, struct err *e) must_use;
/* With its recovery codes; RC_NOT_FOUND. */
enum rc second_factor_off(struct sql *db, int64_t account, int64_t user, struct err *e) must_use;
/* RECOVERY_CODES new ones, "abcd-efgh-jkmn-pqrs", in place of all there were; seen only now. */
enum rc second_factor_codes(struct sql *db, struct arena *a, int64_t account, int64_t user,
                            struct str ret[RECOVERY_CODES], struct err *e) must_use;
enum rc second_factor_codes_left(struct sql *db, int64_t account, int64_t user, int64_t *ret, struct err *e) must_use;
