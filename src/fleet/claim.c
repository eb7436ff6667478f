#include "fleet/claim.h"
#include "fleet/finish.h"

static void load(struct line *l, struct sql *db, struct task *t, struct task_list *ended)
{
    const struct worker *w = l->worker;

    t->unit.blobs = l->blobs;
    task_clear(t);
    if (t->jobs[0].attempt > ATTEMPTS_MAX)
        t->rc = err_set(&t->why, RC_INTERNAL, "tried %d times without an end", ATTEMPTS_MAX);
    else if (w->load) {
        auto_rollback view = { 0 };
        t->rc = sql_view(db, &view, &t->why);
        if (t->rc == RC_OK)
            t->rc = w->load(db, t->arena, &t->unit, &t->input, &t->files, &t->why);
    }
    if (t->rc == RC_OK && buf_full(&t->input))
        t->rc = err_set(&t->why, RC_TOO_LARGE, "the unit passes %d MiB", UNIT_INPUT_MAX >> 20);
    task_push(t->rc == RC_OK && w->run ? &l->waiting : ended, t);
}

static void split(struct line *l, struct sql *db, int64_t account, struct job *jobs, size_t n, struct task_list *ended)
{
    size_t fresh = 0;
    for (size_t i = 0; i < n; i++) {
        struct job j = jobs[i];
        if (j.attempt > 1)
            load(l, db, task_new(l->worker, l->kind, account, &j, 1), ended);
        else
            jobs[fresh++] = j;
    }
    if (fresh)
        load(l, db, task_new(l->worker, l->kind, account, jobs, fresh), ended);
}

enum rc line_claim(struct line *l, struct sql *db, int64_t incarnation, struct task_list *ended, struct err *e)
{
    struct job    jobs[JOBS_CLAIM_MAX];
    size_t        n = 0, most = size_min((size_t)l->worker->unit, JOBS_CLAIM_MAX);
    enum job_kind kind = (enum job_kind)l->worker->kind;
    int64_t       account;

    TRY(jobs_next_account(db, kind, l->account, &account, e));
    l->account = account;
    TRY(jobs_claim(db, account, kind, most, incarnation, jobs, &n, e));
    if (n)
        split(l, db, account, jobs, n, ended);
    return RC_OK;
}
