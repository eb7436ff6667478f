/* KIND_UNDO: undoes a batch slice by slice. */
#include "store/cards/undo.h"
#include "store/work/jobs.h"
#include "work/all_kinds.h"

enum { SLICE = 200 };

/* Work on rows only: no worker process.  One slice a job; what is left is a new job, so nobody waits behind a large undo. */
static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    bool done;

    (void)out;
    if (!u->held[0])
        return RC_OK;
    TRY(undo_slice(db, a, u->account, u->subject[0], SLICE, &done, e));
    return done ? RC_OK : jobs_add(db, u->account, KIND_UNDO, JOB_PRIO_NORMAL, u->subject, 1, e);
}

const struct worker worker_undo = {
    .name = "undo",
    .kind = KIND_UNDO,
    .unit = 1,
    .lease_s = 60,
    .max_tries = 5,
    .memory_mb = 64,
    .min = 0,
    .max = 1,
    .save = save,
};
