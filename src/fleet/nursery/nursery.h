/* fleet/nursery/nursery.h - a warm parent that forks workers in well under a millisecond.
 *
 * Forked by the master before any database is open, it overwrites the environment and the database's address in its memory
 * (forget.h), and never opens one, nor a thread or a socket beyond the pair a worker is
 * born with: what it holds in memory (tables, libraries, the ready-made system call filters) its workers share.
 *   order (agent)            -> fork, kinds by turns when many are wanted at once; the agent gets each worker's socket and
 *                               stderr (NURSERY_BORN)
 *   a worker ends            -> NURSERY_DIED with its wait status
 *   the nursery itself dies  -> its workers die with it; the master starts another, which says NURSERY_UP on the same
 *                               pair (the master keeps both ends open), and the agent orders anew */
#pragma once
#include "fleet/fleet.h"

enum { NURSERY_WORKERS_MAX = 2048 }; /* conf.workers_max is at most 2,000 */

/* agent_fd: its end of the pair; channel_fd: the end of the password channel that is read.  Returns only to exit. */
int nursery_main(const struct conf *conf, const struct fleet *fleet, const struct shared *shared, int agent_fd,
                 int channel_fd);
