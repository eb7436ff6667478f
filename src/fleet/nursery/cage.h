/* fleet/nursery/cage.h - the sandbox of a worker process: it may compute, and speak on the descriptors it was given.
 *
 * The nursery builds the filter once; a worker loads it (some 50 us).  After cage_enter():
 *   memory   RLIMIT_AS = what the nursery maps + memory_mb, and one file in memory for answers, opened before (UNIT_OUTPUT_MAX by
 *            RLIMIT_FSIZE); no other can be made, huge pages cannot be had, pipes cannot be widened
 *   files    none can be opened, nor asked for by name (stat)
 *   sockets  none can be made; what goes out goes over those it has
 *   signals  none leaves: abort() reaches the process itself, and no descriptor can be told to signal another (F_SETOWN)
 *   exec, fork, ptrace, executable memory: none; a forbidden call kills the process (SIGSYS)
 *   no core file, no capability (also of root), no new privileges
 *   where the kernel has Landlock, all of the above about files, TCP, signals and abstract sockets a second time
 * Sanitizers need address space and calls of their own: under them RLIMIT_AS is not set and a forbidden call fails with EPERM. */
#pragma once
#include "base/err.h"

struct cage; /* made before any fork */
enum rc cage_new(struct cage **ret, struct err *e) must_use;
void    cage_free(struct cage *c);
DEFINE_AUTO_FREE(cage)

/* In the worker, last thing before its loop; it has one thread. */
enum rc cage_enter(const struct cage *c, int memory_mb, struct err *e) must_use;
