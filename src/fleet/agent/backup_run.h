/* fleet/agent/backup_run.h - starts the scheduled backups (setting `backup`): a process of their own, `kith backup --scheduled`, one at a time.
 *
 * The agent only claims the moment (store/installation/backups.h), starts and watches it.  The process has the lowest priority for
 * CPU and disk, so that people and work come first, and dies with the agent. */
#pragma once
#include <sys/types.h>
#include "base/conf.h"
#include "io/sql/sql.h"

struct backup_run {
    pid_t   child;    /* 0: none */
    int64_t due_ms;   /* what it makes */
    int64_t asked_ms; /* the claim was last tried */
};
/* Once a minute or so: looks after the one that runs, or begins one that is due. */
void backup_run_look(struct backup_run *b, const struct conf *conf, struct sql *db);
/* The agent leaves: what is not done is left to the next, at once. */
void backup_run_end(struct backup_run *b, struct sql *db);
