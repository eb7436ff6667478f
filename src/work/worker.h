/* work/worker.h - what a worker is: three functions and one row of work/workers.c.
 *
 *   load   agent:  subjects -> input bytes (and at most two open files); reads only
 *   run    worker: input -> output; no database, no file, no socket, no clock but the one in the input;
 *                  a pure function of its input, run in a sandboxed process that may crash
 *   save   agent:  output -> rows, inside the transaction that also completes the jobs; it only sees subjects whose fence
 *                  held, and enqueues what follows
 * A kind with run == NULL has no worker process: save() is given what load() wrote (short work on rows only).
 * The loop, leases, retries, limits, metrics and signals live in fleet/. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/sql/sql.h"

enum { UNIT_INPUT_MAX = 64 << 20, UNIT_OUTPUT_MAX = 64 << 20, UNIT_FILES_MAX = 2 };
/* What load() reads of its subjects, by which save() is bounded too: nobody's transaction may take 250 ms, whatever the cards. */
enum { UNIT_CARDS_BYTES = 4 << 20, UNIT_DOCS_BYTES = 1 << 20, UNIT_CANDIDATES_BYTES = 16 << 20 };

/* Some subjects of one account.  save() may set rc[i] and why[i]: a subject that failed is treated by fleet as the
 * table in base/err.h says, the others are done. */
struct blob_dir; /* io/blob/blob.h */

struct unit {
    int64_t        account;
    int            prio; /* for the jobs that follow: what somebody waits for stays urgent to its end */
    size_t         n;
    const int64_t *subject;
    size_t
        *taken; /* load() may lower it: only the first of the subjects, at least one; the rest goes back to the queue */
    struct blob_dir *blobs; /* uploads; in load() and save() */
    const bool      *held;  /* in save(): false = the claim was lost meanwhile, skip it */
    int64_t         *cards; /* in save(): add the contacts it made, to be counted once they are committed */
    enum rc         *rc;    /* RC_OK at the start */
    struct str      *why;
    int64_t         *calls; /* save() may say how many calls outside the unit made; else one a subject is reckoned */
};

struct files {
    int    fd[UNIT_FILES_MAX];
    size_t n;
}; /* passed to the worker; fleet closes them */

struct worker {
    const char *name;    /* queue, metrics label, process title */
    int64_t     kind;    /* enum job_kind, store/work/jobs.h */
    int         unit;    /* most subjects of one account in one unit: keep units small */
    int         lease_s; /* a unit running longer is killed and counts as a crash */
    int         max_tries;
    int         memory_mb;   /* RLIMIT_AS of a worker */
    bool        network;     /* it waits for others most of its time: a processor holds more of them (fleet/law) */
    bool        one_account; /* it parses files of strangers: a process that served one account serves no other */
    const char *
        service; /* outside service it calls (fleet/agent/quota.h), NULL = none; first value of the row in table kinds */
    int min, max; /* workers; first values of the row in table kinds */
    enum rc (*load)(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e);
    enum rc (*run)(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e);
    enum rc (*save)(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e);
};

extern const struct worker *const workers[]; /* work/workers.c: the table of all kinds */
extern const size_t               workers_n;
