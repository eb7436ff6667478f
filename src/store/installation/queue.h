/* store/installation/queue.h - what an operator does to the queue: hold work back, let it go on, see whose it is, bury and dig up.
 *
 * Held back is what nobody has claimed yet; what is in work is finished.  Agents learn of it within a second.  Statements
 * over all accounts here are reports and lists of accounts; what is changed is changed account by account. */
#pragma once
#include "store/work/jobs.h"

enum { QUEUE_PAUSES_MAX = 10000 };

/* One kind, for everybody.  RC_NOT_FOUND: no such kind. */
enum rc queue_pause_kind(struct sql *db, enum job_kind kind, bool paused, struct err *e) must_use;
/* One account's jobs of a kind; kind 0: of all kinds.  Again is no error, neither is ending what is not there. */
enum rc queue_pause(struct sql *db, int64_t account, int64_t kind, struct err *e) must_use;
enum rc queue_resume(struct sql *db, int64_t account, int64_t kind,
                     struct err *e) must_use; /* kind 0: whatever is held */

struct account_pause {
    int64_t account, kind, at_ms;
};
/* All of them, ordered by account and kind; at most QUEUE_PAUSES_MAX. */
enum rc queue_pauses(struct sql *db, struct arena *a, struct account_pause **ret, size_t *ret_n,
                     struct err *e) must_use;
bool    queue_is_paused(const struct account_pause *list, size_t n, int64_t account, int64_t kind);

/* Who has most ready jobs of a kind. */
struct queue_top {
    int64_t account, ready, oldest_ms;
};
enum rc queue_top(struct sql *db, struct arena *a, enum job_kind kind, int limit, struct queue_top **ret, size_t *ret_n,
                  struct err *e) must_use;

/* The first account after `after` that has buried jobs; RC_NOT_FOUND: none. */
enum rc queue_next_dead(struct sql *db, int64_t after, int64_t *ret, struct err *e) must_use;
