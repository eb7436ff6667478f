/* fleet/agent/pool.h - the agent's worker processes: ordered from the nursery, given tasks, let go when idle.
 *
 * Each worker is a socket (tasks out, answers in), a pipe with its stderr (its first lines go to the log, escaped; the
 * last ones are kept), and its pid.  What became of a worker is known only when the nursery tells its wait status, so a
 * task of a dead worker ends then; when the nursery itself died, all its workers' tasks are lost.
 * A task that runs longer than lease_s is ended by killing its worker; so is a worker whose answer makes no sense, or that does not
 * leave when it should.  A worker of a kind with one_account gets units of the first account it served, and of no other. */
#pragma once
#include "fleet/fleet.h"
#include "fleet/agent/task.h"
#include "io/loop.h"

struct pool;
/* nursery_fd: non-blocking.  ended: called for every task given to pool_give(), once; the callee owns the task again. */
struct pool *pool_new(const struct fleet *fleet, const struct shared *shared, struct loop *loop, int nursery_fd,
                      int64_t incarnation, size_t most, void (*ended)(struct task *t, void *to), void *to);
void         pool_free(struct pool *p); /* closes all sockets: the workers leave; tasks in work are freed */

/* False: no idle worker of this kind that may have it; the task stays the caller's. */
bool pool_give(struct pool *p, struct task *t) must_use;
/* Orders or lets go until `target` workers of the kind are there; the idle ones over it go after idle_s. */
void   pool_keep(struct pool *p, size_t kind, size_t target, int64_t idle_s);
size_t pool_busy(const struct pool *p, size_t kind);
size_t pool_alive(const struct pool *p);
/* Ends every task in work as lost (drain deadline). */
void pool_abandon(struct pool *p);
