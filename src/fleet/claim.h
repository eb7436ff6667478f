/* fleet/claim.h - the queue of one kind as the agent sees it: claims waiting units, fair between accounts.
 *
 * Accounts take turns, one unit each.  Jobs that were tried before come alone in their unit: if one of them is what killed the
 * last worker, it kills only itself. */
#pragma once
#include "fleet/task.h"

struct line {
    const struct worker *worker;
    size_t               kind;     /* index in fleet.workers */
    int64_t              min, max; /* row of table kinds */
    struct blob_dir     *blobs;    /* given to every unit */
    int64_t              account;  /* whose turn it was last */
    bool                 paused;
    bool                 empty;   /* nothing was ready when it last looked; a doorbell sets it false */
    struct task_list     waiting; /* loaded, no worker yet */
};

/* One batch of the next account.  Tasks that need no worker (kinds without run(), failed loads, jobs tried too often) go to
 * ended, the others to l->waiting.  RC_NOT_FOUND: nothing is ready. */
enum rc line_claim(struct line *l, struct sql *db, int64_t incarnation, struct task_list *ended,
                   struct err *e) must_use;
