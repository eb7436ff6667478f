/* fleet/agent/finish.h - what becomes of ended tasks: one transaction { fence every job, save what is held, complete }.
 *
 * Tasks of one account (in an embedded database: of any) that ended while the last transaction was written share the next one, so
 * one fdatasync, for as long as GROUP_US: other writers, and people, wait behind it.  When one of them fails to save, all are
 * rolled back and saved one by one, so save() may be called twice for one output.
 * What a failure means is the table of base/err.h:
 *   DONE   the job leaves
 *   RETRY  again after 2^attempt seconds (half of it jitter, an hour at most); buried after max_tries
 *   LATER  again when the provider said
 *   BURY   given up: job_dead, with the reason
 * A unit of several subjects that fails or crashes as a whole is put back to be tried one by one, at once: the one that is poison
 * is found and the others are done.  Three crashes bury a job; a worker taken from outside is nobody's crash. */
#pragma once
#include "fleet/agent/task.h"
#include "io/shared/metrics.h"

enum {
    SUSPECTS_MAX = 256,
    CRASHES_MAX = 3,
    ATTEMPTS_MAX = 100,
    GROUP_TASKS_MAX = 32,
    GROUP_BYTES_MAX = 16 << 20,
    GROUP_US = 50000,
    SAVE_MOST_MS = 250, /* a transaction that took longer is told in the log: everybody waits behind it */
    GIVE_WAY_LOOKS = 40,
    GIVE_WAY_US = 250
};

struct suspect {
    int64_t account, kind, subject, crashes;
};

struct finish {
    bool        mixed; /* accounts share a transaction: the database is in one piece, and nobody else locks accounts */
    struct sql *db;
    struct metrics *metrics;
    struct suspect  suspect[SUSPECTS_MAX]; /* jobs whose worker died while alone in its unit; oldest overwritten */
    size_t          next_suspect;
};

/* Saves one account's share of the list and frees those tasks.  RC_UNAVAILABLE: the database is busy or away, nothing was
 * written, the tasks are in the list again. */
enum rc finish_some(struct finish *f, struct task_list *ended, struct err *e) must_use;

/* Milliseconds to wait after this many attempts. */
int64_t finish_backoff_ms(int64_t attempt, uint64_t random);
/* Before a transaction: lets those write who serve people, a few ms at most. */
void finish_give_way(const struct finish *f);
