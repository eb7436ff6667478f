/* fleet/agent/task.h - one unit of work on its way: claimed, loaded, sent, answered, finished.
 *
 * A task owns an arena that holds all about it; it is passed from list to list, so somebody always owns it:
 * agent (waiting) -> pool (in work) -> agent (ended) -> finish (freed). */
#pragma once
#include "base/arena.h"
#include "fleet/nursery/messages.h"
#include "fleet/agent/quota.h"
#include "store/work/jobs.h"
#include "work/worker.h"

enum task_end {
    TASK_ANSWERED, /* rc and why are the worker's; output when RC_OK */
    TASK_CRASHED,  /* its worker died in it, or ran too long: why has the last words */
    TASK_LOST      /* its worker was taken from outside (nursery gone, kill -9): nobody's fault */
};

struct task {
    struct task         *next;
    size_t               kind; /* index in fleet.workers */
    enum job_lane        lane;
    struct quota        *quota; /* what it draws on; NULL = nothing */
    const struct worker *worker;
    struct arena        *arena;
    struct job          *jobs; /* unit.n of them */
    struct unit          unit;
    bool                *held;
    struct buf           input;
    struct files         files;
    int64_t              sent_us, cpu_us; /* cpu_us: as the worker says, so not to be trusted */
    enum task_end        end;
    enum rc              rc;
    struct err           why;
    struct payload       output;
    int64_t              done, retried, buried; /* jobs, in the transaction that is being written */
    int64_t              cards;                 /* contacts made in it */
    size_t               taken;                 /* subjects load() took; claim.c gives the rest back */
    bool                 unsaved;               /* it was the database or its disk that failed it */
};

/* jobs are copied. */
struct task *task_new(const struct worker *w, size_t kind, enum job_lane lane, int64_t account, const struct job *jobs,
                      size_t n);
void         task_free(struct task *t);
/* Before each try to save: no subject has failed yet. */
void task_clear(struct task *t);

struct task_list {
    struct task *first, **end;
    size_t       n;
};
void         task_list_init(struct task_list *l);
void         task_push(struct task_list *l, struct task *t);
struct task *task_pop(struct task_list *l); /* NULL when empty */
