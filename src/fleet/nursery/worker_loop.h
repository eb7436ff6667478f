/* fleet/nursery/worker_loop.h - the life of a worker process: receive a unit, run it, answer; nothing else.
 *
 * After each unit the arena and the buffers are overwritten, for the next may be another account's; large ones are given back.  After WORKER_UNITS_MAX units the worker says so in its
 * answer and leaves (a fresh one has no leaks and no traces); otherwise it lives until the agent closes the socket.
 * A kind without load() and save() has no jobs: it serves the shared channel (io/shared/password.h): message in, run(), the
 * answer goes to the descriptor that came with the message. */
#pragma once
#include "fleet/nursery/cage.h"
#include "work/worker.h"

enum { WORKER_UNITS_MAX = 1000, WORKER_IDLE_ARENA = 16 << 10 };

static inline bool worker_serves_channel(const struct worker *w) { return w->run && !w->load && !w->save; }

/* Descriptors: 0 and 1 /dev/null, 2 last words, socket_fd to the agent, channel_fd when it serves one, else -1.
 * Enters the cage first.  Never returns. */
_Noreturn void worker_loop(const struct worker *w, const struct cage *cage, int socket_fd, int channel_fd);
