/* fleet/agent/law_inputs.h - what the agent measures for the law of fleet/law/scale.h, and what it does with the answer.
 *
 * Once a second, sooner when units wait and no worker is free, every kind gets a target.  What is measured costs the same however much
 * waits: what was claimed and what ended is counted as it passes, and of the ready jobs at most JOBS_SEEN_MAX are counted, and only
 * when some are known to be there.  So an idle agent reads and writes nothing.
 * Settings are rows (store/installation/kinds.h, launches.h, services.h, prices.h), read within a second of a change; a launch ends by the clock.
 * Several agents on one database: each sees what it claims itself and its share, by slots, of what waits; limits are divided
 * the same way, and the parts add up to the whole. */
#pragma once
#include "fleet/agent/claim.h"
#include "fleet/agent/pool.h"
#include "fleet/fleet.h"
#include "fleet/law/meter.h"
#include "fleet/law/scale.h"
#include "store/installation/kinds.h"
#include "store/installation/launches.h"
#include "store/installation/services.h"

enum {
    TARGET_TICK_MS = 1000,
    TARGET_HURRY_MS = 100,
    TARGET_AT_ONCE = 4,
    TARGET_ROOM = 4,
    TARGET_CHANGE = 512,
    WORKER_KIB = 205
};

/* What of the agent is looked at and set; borrowed for the agent's life. */
struct law_in {
    const struct conf  *conf;
    const struct fleet *fleet;
    struct metrics     *metrics;
    struct sql         *db;
    struct pool        *pool; /* there before the first turn */
    struct line      *line; /* one per kind, in the order of fleet.workers; `room`, `paused` and `quota` are set here */
    struct quotas    *quotas;
    struct job_slice *slice; /* of the accounts: set here */
    int64_t           incarnation;
};

/* What the agent knows in this turn. */
struct law_now {
    bool   ready_stale; /* something may have become ready since the last tick */
    bool   db_rests;    /* the database did not answer: ask for nothing that can wait */
    size_t bulk_ended;  /* tasks of the bulk lane that wait to be saved */
};

struct targets {
    struct law_in     in;
    struct scale_kind kind[SCALE_KINDS_MAX]; /* in the order of fleet.workers */
    struct scale_host host;
    struct meter      meter[SCALE_KINDS_MAX];
    struct kind_row   row[SCALE_KINDS_MAX];
    double            quota_per_s[SCALE_KINDS_MAX]; /* of the whole service; 0 = none */
    struct launch     launch[LAUNCHES_LISTED];
    char              last_change[TARGET_CHANGE]; /* who changed what, as `kith scale` left it: logged once */
    size_t            launches;
    int64_t cores, slots, slots_before, slots_all; /* slots: cores for the queue; before: of agents with lower ids */
    int64_t ticked_us, told_us, done_before[SCALE_KINDS_MAX];
    struct agent_kind told[SCALE_KINDS_MAX]; /* what the row in agent_kinds says */
};

/* conf.workers_max; 0: what an eighth of the memory (of the machine, or of the container) holds, two open files each, 1,500 at most. */
int64_t targets_workers_max(const struct conf *conf);

/* This agent's part of all agents, by their slots. */
static inline double targets_share(const struct targets *t)
{
    return t->slots_all ? (double)t->slots / (double)t->slots_all : 0;
}

void targets_init(struct targets *t, const struct law_in *in);
/* What operators set, from the database; *ret_moving: the installation is being moved, all kinds are paused (look again soon: the sign
 * ends by itself).  After an error what could be read holds. */
enum rc targets_read(struct targets *t, bool *ret_moving, struct err *e) must_use;
/* At the end of each turn: ticks when it is time, orders workers and lets go.  True: it ticked, what is ready was counted. */
bool targets_turn(struct targets *t, const struct law_now *now);
