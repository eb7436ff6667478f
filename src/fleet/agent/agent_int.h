/* fleet/agent/agent_int.h - the agent's state, shared by agent.c (one turn, drain, beginning and end), upkeep.c (what it does by
 * the clock) and, below both, agent_state.c. */
#pragma once
#include "fleet/agent/agent.h"
#include "fleet/agent/backup_run.h"
#include "fleet/agent/claim.h"
#include "fleet/agent/finish.h"
#include "fleet/agent/pool.h"
#include "fleet/agent/law_inputs.h"
#include "io/loop.h"

struct agent {
    const struct conf   *conf;
    const struct fleet  *fleet;
    const struct shared *shared;
    struct sql          *db;
    struct loop         *loop;
    struct pool         *pool;
    struct finish        finish;
    struct line         *line; /* one per kind, in the order of fleet.workers */
    struct targets       targets;
    struct quotas        quotas;
    struct pauses        pauses;
    struct arena        *pauses_in;
    struct job_slice     slice; /* of the accounts; all 0: this agent claims nothing */
    struct backup_run    backup;
    struct task_list     ended[JOB_LANES];
    int64_t              incarnation, seen_version, looks, expired, said_us;
    int64_t              counted_us, count_took_us, tidied_us;
    bool                 ready_stale; /* something may have become ready since the last tick */
    bool                 alone, draining, changed, worked, kinds_stale, counts_stale, db_pause;
    bool                 disk_low; /* below the floor: what makes rows waits, what deletes goes on */
    struct loop_timer    poll, renew, bury, due, hour, pause, deadline, trim, minute, back_up, ring;
};

/* ---- agent_state.c ---- */

/* Something may be ready: look again. */
void agent_stir(struct agent *a);
/* The database does not answer: let it breathe. */
void agent_pause(struct agent *a, const char *what, const struct err *e);
bool agent_has_ended(const struct agent *a); /* tasks that are done and not yet saved */
bool agent_has_work(const struct agent *a);
/* Its row among the agents, with a new lease. */
enum rc agent_join(struct agent *a, struct err *e) must_use;
/* Claims of agents whose lease ended before now_ms are ready again. */
enum rc agent_bury(struct agent *a, int64_t now_ms, struct err *e) must_use;

/* ---- upkeep.c ---- */
void upkeep_start(struct agent *a); /* doorbell and timers */
void upkeep_end(struct agent *a);   /* what was counted since the last row of the history */
void upkeep_kinds(struct agent *a); /* reads settings; whom to hold back */
void upkeep_schedule(
    struct agent *a); /* after a change: when is the next job due, when is it quiet enough to give memory back */
