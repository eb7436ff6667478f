/* io/shared/shared.h - what the master hands each process it forks.  Here, below api and fleet, because both live by it.
 *
 * All descriptors are open before the fork and stay open for the life of the process; none is inherited by exec.
 *   listen_fd    bound, listening, non-blocking, shared by all http processes and kept by the master: accept on it (with
 *                EPOLLEXCLUSIVE, or let MHD), never shutdown() it; to stop accepting, close it or cease to watch it
 *   doorbell_fd  non-blocking eventfd: shared_ring() after a commit that enqueued jobs wakes the agent at once (else it finds them
 *                within 250 ms).  Rings are coalesced; ringing is one write() and never blocks
 *   password_fd  asking end of the channel of io/shared/password.h
 *   ready_fd     shared_up() says there that this process does its work now: only when all of a generation have said so is
 *                the one before told to leave
 *
 * An http process is `int http_main(const struct conf *, const struct shared *)`, run right after fork with SIGTERM,
 * SIGINT, SIGCHLD and SHARED_RETIRE blocked: it takes SIGTERM as "accept nothing more, finish what runs soon, return 0", SHARED_RETIRE
 * as "others have taken over: finish what runs, however long", and ignores SIGINT, which a terminal sends to all; it opens
 * its own database connection. */
#pragma once
#include <signal.h>
#include "base/base.h"
#include "base/conf.h"

struct metrics;
struct limits;

enum { SHARED_RETIRE = SIGUSR1 };

struct shared {
    int             listen_fd, doorbell_fd, password_fd, ready_fd;
    unsigned        process;    /* 0 .. http_processes-1 */
    struct metrics *metrics;    /* shared by all processes, io/shared/metrics.h */
    struct limits  *limits;     /* shared by the http processes, io/shared/limits.h */
    int64_t         started_ms; /* of the master */
};

typedef int http_process(const struct conf *conf, const struct shared *shared);

void shared_ring(const struct shared *h);
void shared_up(const struct shared *h);
