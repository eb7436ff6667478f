/* io/loop.h - one thread waiting for many things: file descriptors, timers, signals (epoll, signalfd).
 *
 * The one event loop of Kith: master, nursery, agent and http processes all stand on it.  Callbacks run from loop_run()
 * or loop_turn(), one at a time; they may watch, unwatch, set timers and stop, also for each other, and an event of a
 * descriptor that was unwatched meanwhile is never delivered, even when its number was opened anew in the same turn.
 * Nothing is polled: an idle loop sleeps until something happens.  Belongs to one process: make it after fork. */
#pragma once
#include <sys/epoll.h>
#include "base/base.h"

struct loop;

struct loop *loop_new(void);            /* stops the process when the kernel gives no epoll */
void         loop_free(struct loop *l); /* closes what it opened itself, not what it watched */
DEFINE_AUTO_FREE(loop)

/* events: EPOLLIN, EPOLLOUT ... (level-triggered).  Watching a descriptor again replaces what stood there.
 * The loop does not own the descriptor: unwatch it before closing it. */
typedef void loop_ready(int fd, uint32_t events, void *to);
void         loop_watch(struct loop *l, int fd, uint32_t events, loop_ready *ready, void *to);
void         loop_unwatch(struct loop *l, int fd); /* one that is not watched is fine */

/* A timer lives in its owner's struct; zeroed = not set.  Setting one that is set moves it.  It fires once; one set with 0 ms
 * fires in the next turn, never in this one.  Thousands are fine
 * (one for every unit in work): setting and cancelling cost the logarithm of their number.  No timer may be set when the loop is freed
 * and used after. */
struct loop_timer {
    void (*fire)(void *to);
    void        *to;
    int64_t      at_us;
    struct loop *loop;
    size_t       place; /* in the loop's heap, from 1; 0 = not set */
};
void               loop_after(struct loop *l, struct loop_timer *t, int64_t ms, void (*fire)(void *to), void *to);
void               loop_cancel(struct loop_timer *t);
static inline bool loop_timer_set(const struct loop_timer *t) { return t->place != 0; }

/* Blocks these signals for the process and delivers them here.  Once a loop. */
void loop_signals(struct loop *l, const int *signals, size_t n, void (*arrived)(int signal, void *to), void *to);

/* Called before each wait; returns the milliseconds after which it wants to be called again at the latest, -1 = no
 * matter.  The place of libraries that keep timers of their own (MHD_get_timeout), and of work done once per turn. */
void loop_each_turn(struct loop *l, int64_t (*turn)(void *to), void *to);

/* The standing delay: the shortest turn of the last LOOP_LAG_WINDOW_MS in which the loop did not sleep at all; 0 when it did.  What
 * arrives now waits at least so long; a single long turn does not count, a queue that does not empty does. */
enum { LOOP_LAG_WINDOW_MS = 100 };
int64_t loop_lag_us(const struct loop *l);

void loop_run(struct loop *l); /* until loop_stop() */
void loop_stop(struct loop *l);
bool loop_turn(struct loop *l, int64_t wait_ms); /* one wait and its events; false when stopped; -1 = no limit */
