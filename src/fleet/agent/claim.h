/* fleet/agent/claim.h - the queue of one kind as the agent sees it: claims waiting units, fair between accounts and between lanes.
 *
 * In each lane accounts take turns, one unit each.  The urgent lane goes first, in claiming and with the workers, but not always:
 * after URGENT_STREAK units of it the bulk lane has one turn, so neither starves the other.
 * Of several agents each takes bulk work of its own slice of the accounts, and helps with the others' when its own has none; urgent
 * work is whoever's sees it first.
 * Jobs that were tried before come alone in their unit: if one of them is what killed the last worker, it kills only itself. */
#pragma once
#include "fleet/agent/task.h"
#include "store/installation/queue.h"

enum { URGENT_STREAK = 4 };

struct lane {
    int64_t          account; /* whose turn it was last */
    bool             empty;   /* nothing was ready when it last looked; a doorbell sets it false */
    struct task_list waiting; /* loaded, no worker yet */
};

/* Accounts an operator holds back; read anew by the agent, seen by all lines. */
struct pauses {
    struct account_pause *v;
    size_t                n;
};

struct line {
    const struct worker    *worker;
    size_t                  kind;    /* index in fleet.workers */
    int64_t                 room;    /* units it is good to have in hand */
    int64_t                 claimed; /* jobs, since the last tick (fleet/agent/law_inputs.h) */
    struct blob_dir        *blobs;   /* given to every unit */
    bool                    paused;
    const struct pauses    *pauses;
    const struct job_slice *slice;
    struct quota           *quota; /* what its units draw on, shared with other lines; NULL = nothing */
    struct lane             lane[JOB_LANES];
    int                     streak; /* urgent units handed over since the last bulk one */
};

void   line_init(struct line *l, const struct worker *w, size_t kind, struct blob_dir *blobs, const struct pauses *p,
                 const struct job_slice *slice);
size_t line_waiting(const struct line *l);
/* Whose first unit gets the next worker; NULL when none waits.  Whoever takes it says so with line_handed(). */
struct task_list *line_next(struct line *l);
void              line_handed(struct line *l, enum job_lane lane);

/* One batch of the next account of the lane.  Tasks that need no worker (kinds without run(), failed loads, jobs tried too often)
 * go to ended, a list a lane; the others wait.  RC_NOT_FOUND: nothing is ready; RC_THROTTLED: there is, but the quota has nothing now. */
enum rc line_claim(struct line *l, enum job_lane lane, struct sql *db, int64_t incarnation, struct task_list *ended,
                   struct err *e) must_use;
