#include "base/clock.h"
#include "store/cards.h"
#include "store/idempotency.h"
#include "store/jobs.h"
#include "store/sessions.h"
#include "work/kinds.h"

enum { SLICE = 500, AGAIN_MS = 24 * 3600 * 1000 };

/* Once a day for every account: what has been in the trash too long, sessions and answers nobody will ask for. */
static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    int64_t now = clock_ms();
    size_t  n;

    (void)out;
    if (!u->held[0])
        return RC_OK;
    TRY(cards_expire(db, a, u->account, now, SLICE, &n, e));
    TRY(sessions_expire(db, u->account, e));
    TRY(idem_expire(db, u->account, now - AGAIN_MS, e));
    int64_t next = n == SLICE ? now + 1000 : now + AGAIN_MS;
    return jobs_add_later(db, u->account, KIND_EXPIRE, u->subject[0], next, JOB_PRIO_BULK, e);
}

const struct worker worker_expire = {
    .name = "expire",
    .kind = KIND_EXPIRE,
    .unit = 1,
    .lease_s = 60,
    .max_tries = 5,
    .memory_mb = 64,
    .min = 0,
    .max = 1,
    .save = save,
};
