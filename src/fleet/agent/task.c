/* A unit of work on its way, and lists of those. */
#include "fleet/agent/task.h"
#include <stdlib.h>
#include <unistd.h>

enum { TASK_ARENA = 4 << 10 };

struct task *task_new(const struct worker *w, size_t kind, enum job_lane lane, int64_t account, const struct job *jobs,
                      size_t n)
{
    struct arena *a = arena_new(TASK_ARENA);
    struct task  *t = arena_new_of(a, struct task);
    int64_t      *subject = arena_array(a, int64_t, n);

    *t = (struct task){ .kind = kind, .lane = lane, .worker = w, .arena = a, .input = buf_of(UNIT_INPUT_MAX) };
    t->jobs = arena_array(a, struct job, n);
    t->held = arena_array(a, bool, n);
    memcpy(t->jobs, jobs, n * sizeof *jobs);
    for (size_t i = 0; i < n; i++)
        subject[i] = jobs[i].subject;
    t->unit = (struct unit){ .account = account,
                             .prio = lane == JOB_LANE_URGENT ? JOB_PRIO_NOW : JOB_PRIO_NORMAL,
                             .n = n,
                             .subject = subject,
                             .taken = &t->taken,
                             .held = t->held,
                             .cards = &t->cards,
                             .rc = arena_array(a, enum rc, n),
                             .why = arena_array(a, struct str, n),
                             .calls = arena_array(a, int64_t, 1) };
    return t;
}

void task_free(struct task *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->files.n; i++)
        close(t->files.fd[i]);
    payload_done(&t->output);
    buf_done(&t->input);
    arena_free(t->arena);
}

void task_clear(struct task *t)
{
    t->done = t->retried = t->buried = t->cards = 0;
    t->unsaved = false;
    *t->unit.calls = -1;
    for (size_t i = 0; i < t->unit.n; i++) {
        t->unit.rc[i] = RC_OK;
        t->unit.why[i] = S("");
        t->held[i] = false;
    }
}

void task_list_init(struct task_list *l) { *l = (struct task_list){ .end = &l->first }; }

void task_push(struct task_list *l, struct task *t)
{
    t->next = NULL;
    *l->end = t;
    l->end = &t->next;
    l->n++;
}

struct task *task_pop(struct task_list *l)
{
    struct task *t = l->first;
    if (!t)
        return NULL;
    l->first = t->next;
    if (!l->first)
        l->end = &l->first;
    l->n--;
    return t;
}
