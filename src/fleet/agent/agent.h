/* fleet/agent/agent.h - the only process of its host that touches the queue.
 *
 * claim (fair between accounts, batches) -> load -> send to a worker -> receive -> one transaction { fence every job, save
 * what is still held, complete, enqueue what follows }.  Several finished units of one account that wait together commit together.
 * How many workers a kind gets is the law's word (fleet/law/scale.h, fleet/agent/law_inputs.h); the idle ones over it go after two seconds.
 * Woken by the doorbell, else it looks every 250 ms whether another process has committed: idle costs nothing measurable.
 *
 * Its incarnation (a row in agents, renewed each 5 s, good for 15 s) owns its claims.  When it dies the master starts a new
 * one that takes the dead one's claims back at once: on an embedded database it is alone, elsewhere it is the heir (fleet/agent/reclaim.h).
 * Of several agents on one database each has its slice of the accounts (fleet/agent/claim.h), and the living take over when a lease ends. */
#pragma once
#include "fleet/fleet.h"

enum { AGENT_POLL_MS = 250 };

/* nursery_fd: its end of the pair.  alone: no other agent can live on this database (the data directory is locked).
 * SIGTERM drains: nothing new is claimed, units in work get drain_s, the rest is handed back without counting as a failure. */
int agent_main(const struct conf *conf, const struct fleet *fleet, const struct shared *shared, int nursery_fd,
               bool alone);
