/* The line of one kind: claims jobs fairly between accounts and lanes, and loads them as units. */
#include "fleet/agent/claim.h"
#include <assert.h>
#include "base/clock.h"
#include "fleet/agent/finish.h"

void line_init(struct line *l, const struct worker *w, size_t kind, struct blob_dir *blobs, const struct pauses *p,
               const struct job_slice *slice)
{
    *l = (struct line){ .worker = w, .kind = kind, .blobs = blobs, .pauses = p, .slice = slice, .room = 1 };
    for (size_t i = 0; i < JOB_LANES; i++)
        task_list_init(&l->lane[i].waiting);
}

size_t line_waiting(const struct line *l)
{
    return l->lane[JOB_LANE_URGENT].waiting.n + l->lane[JOB_LANE_BULK].waiting.n;
}

struct task_list *line_next(struct line *l)
{
    struct task_list *urgent = &l->lane[JOB_LANE_URGENT].waiting, *bulk = &l->lane[JOB_LANE_BULK].waiting;
    bool              bulk_turn = bulk->n && (!urgent->n || l->streak >= URGENT_STREAK);

    return bulk_turn ? bulk : urgent->n ? urgent : NULL;
}

void line_handed(struct line *l, enum job_lane lane) { l->streak = lane == JOB_LANE_URGENT ? l->streak + 1 : 0; }

static struct task *begin(struct line *l, enum job_lane lane, const struct job *jobs, size_t n)
{
    struct task *t = task_new(l->worker, l->kind, lane, l->lane[lane].account, jobs, n);

    t->quota = l->quota;
    if (t->quota)
        quota_begin(t->quota, n);
    return t;
}

/* What load() found too much for one unit waits for its next turn. */
static void give_rest_back(struct sql *db, struct task *t)
{
    size_t rest = t->unit.n - t->taken;

    if (t->rc != RC_OK || rest == 0)
        return;
    assert(t->taken >= 1 && rest < t->unit.n && !t->quota);
    t->rc = jobs_give_back(db, t->unit.account, (enum job_kind)t->worker->kind, t->jobs + t->taken, rest, &t->why);
    if (t->rc == RC_OK)
        t->unit.n = t->taken;
}

static void load(struct line *l, struct sql *db, struct task *t, struct task_list *ended)
{
    const struct worker *w = l->worker;
    int64_t              troubles = sql_troubles(db);

    t->unit.blobs = l->blobs;
    t->taken = t->unit.n;
    task_clear(t);
    if (t->jobs[0].attempt > ATTEMPTS_MAX)
        t->rc = err_set(&t->why, RC_INTERNAL, "tried %d times without an end", ATTEMPTS_MAX);
    else if (w->load) {
        auto_rollback view = { 0 };
        t->rc = sql_view(db, &view, &t->why);
        if (t->rc == RC_OK)
            t->rc = w->load(db, t->arena, &t->unit, &t->input, &t->files, &t->why);
        t->unsaved = t->rc != RC_OK && sql_troubles(db) != troubles;
    }
    give_rest_back(db, t);
    if (t->rc == RC_OK && buf_full(&t->input))
        t->rc = err_set(&t->why, RC_TOO_LARGE, "the unit passes %d MiB", UNIT_INPUT_MAX >> 20);
    task_push(t->rc == RC_OK && w->run ? &l->lane[t->lane].waiting : &ended[t->lane], t);
}

static void split(struct line *l, enum job_lane lane, struct sql *db, struct job *jobs, size_t n,
                  struct task_list *ended)
{
    size_t fresh = 0;
    for (size_t i = 0; i < n; i++) {
        struct job j = jobs[i];
        if (j.attempt > 1)
            load(l, db, begin(l, lane, &j, 1), ended);
        else
            jobs[fresh++] = j;
    }
    if (fresh)
        load(l, db, begin(l, lane, jobs, fresh), ended);
}

static enum rc after(const struct line *l, enum job_lane lane, bool own, struct sql *db, int64_t *at, struct err *e)
{
    enum job_kind kind = (enum job_kind)l->worker->kind;
    return own ? jobs_next_of_slice(db, kind, l->slice, *at, at, e) : jobs_next_account(db, kind, lane, *at, at, e);
}

/* Steps over accounts that are held back; around once, none is left. */
static enum rc next_of(const struct line *l, enum job_lane lane, bool own, struct sql *db, int64_t *ret, struct err *e)
{
    int64_t at = l->lane[lane].account, first = 0;

    for (;;) {
        TRY(after(l, lane, own, db, &at, e));
        if (!queue_is_paused(l->pauses->v, l->pauses->n, at, l->worker->kind)) {
            *ret = at;
            return RC_OK;
        }
        if (at == first)
            return RC_NOT_FOUND;
        first = first ? first : at;
    }
}

static enum rc next_account(const struct line *l, enum job_lane lane, struct sql *db, int64_t *ret, struct err *e)
{
    enum rc rc = RC_NOT_FOUND;
    if (lane == JOB_LANE_BULK && l->slice->all > 1)
        rc = next_of(l, lane, true, db, ret, e);
    return rc == RC_NOT_FOUND ? next_of(l, lane, false, db, ret, e) : rc;
}

enum rc line_claim(struct line *l, enum job_lane lane, struct sql *db, int64_t incarnation, struct task_list *ended,
                   struct err *e)
{
    struct job    jobs[JOBS_CLAIM_MAX];
    size_t        n = 0, most = size_min((size_t)l->worker->unit, JOBS_CLAIM_MAX);
    enum job_kind kind = (enum job_kind)l->worker->kind;
    int64_t       account;

    TRY(next_account(l, lane, db, &account, e));
    if (l->quota)
        TRY(quota_some(l->quota, db, clock_ms() * 1000, &most, e));
    l->lane[lane].account = account;
    TRY(jobs_claim(db, account, kind, lane, most, incarnation, jobs, &n, e));
    l->claimed += (int64_t)n;
    if (n)
        split(l, lane, db, jobs, n, ended);
    return RC_OK;
}
