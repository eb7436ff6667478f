/* The event loop: descriptors, timers and signals of one thread. */
#include "io/loop.h"
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "base/clock.h"

enum { EVENTS = 64 };

struct watch {
    loop_ready *ready;
    void       *to;
    uint32_t    generation;
};

struct loop {
    int                 epoll_fd, signal_fd;
    struct watch       *watch; /* by descriptor */
    size_t              nwatch;
    uint32_t            generation;
    struct loop_timer **timer; /* a heap in [1 .. ntimers], the soonest on top */
    size_t              ntimers, timer_room;
    void (*arrived)(int signal, void *to);
    void *arrived_to;
    int64_t (*each)(void *to);
    void   *each_to;
    bool    stopped;
    int64_t woke_us, window_us, shortest_us, lag_us; /* loop_lag_us() */
};

static void die(const char *what)
{
    perror(what);
    abort();
}

struct loop *loop_new(void)
{
    struct loop *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->signal_fd = -1;
    l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll_fd < 0)
        die("epoll_create1");
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    close(l->epoll_fd);
    if (l->signal_fd >= 0)
        close(l->signal_fd);
    free(l->timer);
    free(l->watch);
    free(l);
}

static void watch_room(struct loop *l, size_t fd)
{
    if (fd < l->nwatch)
        return;
    size_t        n = (fd + 64) & ~(size_t)63;
    struct watch *more = reallocarray(l->watch, n, sizeof *more);
    if (!more)
        abort();
    memset(more + l->nwatch, 0, (n - l->nwatch) * sizeof *more);
    l->watch = more;
    l->nwatch = n;
}

void loop_watch(struct loop *l, int fd, uint32_t events, loop_ready *ready, void *to)
{
    assert(fd >= 0 && ready);
    watch_room(l, (size_t)fd + 1);
    struct watch      *w = &l->watch[fd];
    struct epoll_event ev = { .events = events };
    int                op = w->ready ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    *w = (struct watch){ ready, to, ++l->generation };
    ev.data.u64 = (uint64_t)w->generation << 32 | (uint32_t)fd;
    if (epoll_ctl(l->epoll_fd, op, fd, &ev) < 0)
        die("epoll_ctl");
}

void loop_unwatch(struct loop *l, int fd)
{
    if (fd < 0 || (size_t)fd >= l->nwatch || !l->watch[fd].ready)
        return;
    l->watch[fd] = (struct watch){ 0 };
    if (epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL) < 0)
        die("epoll_ctl");
}

static void put_timer(struct loop *l, size_t place, struct loop_timer *t)
{
    l->timer[place] = t;
    t->place = place;
}

/* Finds t its place, at the hole or above it, or below. */
static void sift(struct loop *l, size_t hole, struct loop_timer *t)
{
    for (; hole > 1 && t->at_us < l->timer[hole / 2]->at_us; hole /= 2)
        put_timer(l, hole, l->timer[hole / 2]);
    for (size_t child; (child = 2 * hole) <= l->ntimers; hole = child) {
        child += child < l->ntimers && l->timer[child + 1]->at_us < l->timer[child]->at_us;
        if (t->at_us <= l->timer[child]->at_us)
            break;
        put_timer(l, hole, l->timer[child]);
    }
    put_timer(l, hole, t);
}

static void timer_room(struct loop *l)
{
    if (l->ntimers + 1 < l->timer_room)
        return;
    l->timer_room = l->timer_room ? 2 * l->timer_room : 16;
    l->timer = reallocarray(l->timer, l->timer_room, sizeof(struct loop_timer *));
    if (!l->timer)
        abort();
}

void loop_cancel(struct loop_timer *t)
{
    struct loop *l = t->loop;
    size_t       hole = t->place;
    if (!hole)
        return;
    t->place = 0;
    struct loop_timer *last = l->timer[l->ntimers--];
    if (last != t)
        sift(l, hole, last);
}

void loop_after(struct loop *l, struct loop_timer *t, int64_t ms, void (*fire)(void *to), void *to)
{
    loop_cancel(t);
    *t = (struct loop_timer){ .fire = fire, .to = to, .at_us = clock_mono_us() + ms * 1000, .loop = l };
    timer_room(l);
    sift(l, ++l->ntimers, t);
}

static void timers_fire(struct loop *l)
{
    int64_t now = clock_mono_us();
    while (l->ntimers && l->timer[1]->at_us < now) { /* not those that are set meanwhile */
        struct loop_timer *t = l->timer[1];
        loop_cancel(t);
        t->fire(t->to);
    }
}

static void signals_read(int fd, uint32_t events, void *to)
{
    struct loop            *l = to;
    struct signalfd_siginfo si;
    (void)events;
    while (read(fd, &si, sizeof si) == sizeof si)
        l->arrived((int)si.ssi_signo, l->arrived_to);
}

void loop_signals(struct loop *l, const int *signals, size_t n, void (*arrived)(int signal, void *to), void *to)
{
    sigset_t set;
    assert(l->signal_fd < 0);
    sigemptyset(&set);
    for (size_t i = 0; i < n; i++)
        sigaddset(&set, signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    l->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (l->signal_fd < 0)
        die("signalfd");
    l->arrived = arrived;
    l->arrived_to = to;
    loop_watch(l, l->signal_fd, EPOLLIN, signals_read, l);
}

void loop_each_turn(struct loop *l, int64_t (*turn)(void *to), void *to)
{
    l->each = turn;
    l->each_to = to;
}

static int64_t sooner(int64_t a, int64_t b) { return a < 0 ? b : b < 0 ? a : i64_min(a, b); }

static int wait_of(const struct loop *l, int64_t wait_ms)
{
    if (l->ntimers) /* rounded up: waking a moment early would spin */
        wait_ms = sooner(wait_ms, i64_max(0, (l->timer[1]->at_us - clock_mono_us() + 999) / 1000));
    return wait_ms < 0 ? -1 : (int)i64_min(wait_ms, 60 * 60 * 1000);
}

enum { SLEPT_US = 1000 };

int64_t loop_lag_us(const struct loop *l) { return l->lag_us; }

static void window_begin(struct loop *l, int64_t now)
{
    l->window_us = now;
    l->shortest_us = INT64_MAX;
}

/* Around each wait: how long was the turn before it, and was it a wait at all? */
static int turn_wait(struct loop *l, struct epoll_event *ev, int wait_ms)
{
    int64_t began = clock_mono_us();

    l->shortest_us = i64_min(l->shortest_us, began - l->woke_us);
    if (began - l->window_us > LOOP_LAG_WINDOW_MS * 1000) {
        l->lag_us = l->shortest_us;
        window_begin(l, began);
    }
    int n = epoll_wait(l->epoll_fd, ev, EVENTS, wait_ms);
    l->woke_us = clock_mono_us();
    if (l->woke_us - began > SLEPT_US) {
        l->lag_us = 0;
        window_begin(l, l->woke_us);
    }
    return n;
}

bool loop_turn(struct loop *l, int64_t wait_ms)
{
    struct epoll_event ev[EVENTS];

    if (l->each)
        wait_ms = sooner(wait_ms, l->each(l->each_to));
    if (l->stopped)
        return false;
    int n = turn_wait(l, ev, wait_of(l, wait_ms));
    if (n < 0 && errno != EINTR)
        die("epoll_wait");
    for (int i = 0; i < n; i++) {
        size_t       fd = (uint32_t)ev[i].data.u64;
        struct watch w = l->watch[fd];
        if (w.ready && w.generation == ev[i].data.u64 >> 32)
            w.ready((int)fd, ev[i].events, w.to);
    }
    timers_fire(l);
    return !l->stopped;
}

void loop_run(struct loop *l)
{
    while (loop_turn(l, -1))
        ;
}

void loop_stop(struct loop *l) { l->stopped = true; }
