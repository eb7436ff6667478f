/* fleet/nursery/cage.h - what a worker process may do: compute, and speak on the descriptors it was given.
 *
 * The nursery builds both filters once; a worker only loads one (some 50 us).  After cage_enter():
 *   memory   RLIMIT_AS = what the nursery maps + memory_mb; allocation beyond it ends the worker
 *   files    none can be opened; memfd_create is allowed (large answers)
 *   sockets  none, unless `network`
 *   exec, fork, ptrace, signals to others: none; a forbidden call kills the process (SIGSYS)
 *   no core file, no new privileges, executable memory cannot be made
 * Sanitizers need address space and calls of their own: under them RLIMIT_AS is not set and a forbidden call fails with EPERM. */
#pragma once
#include "base/err.h"

struct cage; /* the two filters, made before any fork */
enum rc cage_new(struct cage **ret, struct err *e) must_use;
void    cage_free(struct cage *c);
DEFINE_AUTO_FREE(cage)

/* In the worker, last thing before its loop. */
enum rc cage_enter(const struct cage *c, bool network, int memory_mb, struct err *e) must_use;
