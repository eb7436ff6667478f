#include "fleet/pool.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/worker_main.h"
#include "io/metrics.h"

enum { WORDS_MAX = 400, ORDER_PATIENCE_US = 2000000 };

/* One worker process. */
struct hand {
    struct hand      *next;
    struct pool      *pool;
    size_t            kind;
    pid_t             pid;
    int               fd, words_fd;
    struct task      *task; /* NULL: idle */
    int64_t           idle_since_us;
    bool              leaving, gone, overdue; /* gone: end of file seen, its wait status not yet */
    struct loop_timer lease;
    char              words[WORDS_MAX];
    size_t            nwords;
};

struct kind_of_hands {
    size_t  alive, busy, ordered;
    int64_t ordered_us; /* when the last order was sent */
};

struct pool {
    const struct fleet   *fleet;
    struct metrics       *metrics;
    struct loop          *loop;
    int                   nursery_fd;
    int64_t               incarnation;
    size_t                most, alive;
    struct hand          *hands;
    struct kind_of_hands *kind;
    struct buf            space;
    void (*ended)(struct task *t, void *to);
    void *to;
};

/* ---- a task ends ---- */

static void end_task(struct hand *h, enum task_end how)
{
    struct pool *p = h->pool;
    struct task *t = h->task;

    h->task = NULL;
    h->idle_since_us = clock_mono_us();
    p->kind[h->kind].busy--;
    loop_cancel(&h->lease);
    t->end = how;
    metrics_time(&p->metrics->unit_time[t->worker->kind], h->idle_since_us - t->sent_us);
    p->ended(t, p->to);
}

static enum rc take_answer(struct task *t, struct message *m, struct answer_head *a, struct err *e)
{
    struct payload out;
    if (m->got.n < sizeof *a)
        return err_set(e, RC_MALFORMED, "the answer is too short");
    memcpy(a, m->got.p, sizeof *a);
    if (a->rc < 0 || a->rc >= RC_COUNT)
        return err_set(e, RC_MALFORMED, "the answer has no known outcome");
    TRY(message_payload(m, sizeof *a, a->bytes, a->in_memfd, UNIT_OUTPUT_MAX, &out, e));
    t->output = out.map ? out : (struct payload){ .bytes = str_copy(t->arena, out.bytes) };
    t->rc = (enum rc)a->rc;
    t->why.retry_after_s = a->retry_after_s;
    snprintf(t->why.text, sizeof t->why.text, "%.*s", (int)strnlen(a->why, sizeof a->why), a->why);
    return RC_OK;
}

/* true: there was an answer. */
static bool receive(struct hand *h)
{
    struct message     m;
    struct answer_head answer;
    struct err         e = { 0 };
    struct pool       *p = h->pool;
    enum rc            rc = message_recv(h->fd, &p->space, &m, &e);

    if (rc == RC_UNAVAILABLE || (rc == RC_OK && !m.got.n))
        return false;
    if (rc == RC_OK && h->task)
        rc = take_answer(h->task, &m, &answer, &e);
    else if (rc == RC_OK)
        rc = err_set(&e, RC_MALFORMED, "an answer nobody asked for");
    message_close(&m);
    if (rc == RC_OK) {
        h->leaving = answer.leaving;
        end_task(h, TASK_ANSWERED);
        return true;
    }
    log_event(LOG_ERROR, "worker.broken", KZ("kind", p->fleet->workers[h->kind]->name), KI("pid", h->pid),
              KZ("why", e.text));
    h->leaving = true; /* it is not itself any more: closing the socket ends it */
    shutdown(h->fd, SHUT_RDWR);
    return false;
}

/* ---- last words ---- */

static void keep_words(struct hand *h, const char *text, size_t n)
{
    if (n >= WORDS_MAX) {
        text += n - WORDS_MAX;
        n = WORDS_MAX;
    }
    size_t old = size_min(h->nwords, WORDS_MAX - n);
    memmove(h->words, h->words + h->nwords - old, old);
    memcpy(h->words + old, text, n);
    h->nwords = old + n;
}

static void hear(int fd, uint32_t events, void *to)
{
    struct hand *h = to;
    char         text[4096];
    ssize_t      n = read(fd, text, sizeof text);

    (void)events;
    if (n > 0) {
        keep_words(h, text, (size_t)n);
        (void)!write(STDERR_FILENO, text, (size_t)n);
    } else if (n == 0 || errno != EAGAIN) {
        loop_unwatch(h->pool->loop, fd);
    }
}

/* ---- a worker's life ---- */

static void hand_free(struct hand *h)
{
    loop_cancel(&h->lease);
    loop_unwatch(h->pool->loop, h->fd);
    loop_unwatch(h->pool->loop, h->words_fd);
    close(h->fd);
    close(h->words_fd);
    free(h);
}

static void hand_out(struct hand *h)
{
    struct pool  *p = h->pool;
    struct hand **at = &p->hands;
    while (*at != h)
        at = &(*at)->next;
    *at = h->next;
    p->kind[h->kind].alive--;
    p->alive--;
    metrics_add(&p->metrics->workers[p->fleet->workers[h->kind]->kind], -1);
    metrics_process_gone(p->metrics, h->pid);
    hand_free(h);
}

static void describe(const struct hand *h, int status, struct task *t)
{
    size_t n = h->nwords;
    while (n && (h->words[n - 1] == '\n' || h->words[n - 1] == ' '))
        n--;
    struct str last = { h->words, n };
    size_t     from = n > 150 ? n - 150 : 0;

    if (h->overdue)
        err_set(&t->why, RC_INTERNAL, "ran longer than %d s", t->worker->lease_s);
    else if (WIFSIGNALED(status))
        err_set(&t->why, RC_INTERNAL, "worker ended by signal %d (%s)%s" STR_FMT, WTERMSIG(status),
                strsignal(WTERMSIG(status)), n ? ": " : "", STR_ARG(str_from(last, from)));
    else
        err_set(&t->why, RC_INTERNAL, "worker left with %d%s" STR_FMT, WEXITSTATUS(status), n ? ": " : "",
                STR_ARG(str_from(last, from)));
}

/* The nursery reaped it, or is gone itself (status -1). */
static void hand_died(struct hand *h, int status)
{
    while (h->task && receive(h))
        ; /* it answered before it went */
    hear(h->words_fd, 0, h);
    if (h->task) {
        bool taken = status < 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !h->overdue);
        describe(h, status < 0 ? SIGKILL : status, h->task);
        log_event(LOG_WARN, "worker.died", KZ("kind", h->task->worker->name), KI("pid", h->pid),
                  KZ("why", h->task->why.text));
        end_task(h, taken ? TASK_LOST : TASK_CRASHED);
    }
    hand_out(h);
}

static void answered(int fd, uint32_t events, void *to)
{
    struct hand *h = to;
    if (receive(h))
        return;
    if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) {
        h->gone = true; /* the nursery will say why */
        loop_unwatch(h->pool->loop, fd);
    }
}

static void order(struct pool *p, struct nursery_order o)
{
    o.incarnation = p->incarnation;
    if (send(p->nursery_fd, &o, sizeof o, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof o)
        return; /* full: ordered again at the next turn */
    if (o.verb == NURSERY_FORK) {
        p->kind[o.worker].ordered++;
        p->kind[o.worker].ordered_us = clock_mono_us();
    }
}

static void overdue(void *to)
{
    struct hand *h = to;
    h->overdue = true;
    order(h->pool, (struct nursery_order){ .verb = NURSERY_KILL, .pid = h->pid });
    loop_after(h->pool->loop, &h->lease, 1000, overdue, h);
}

static void hand_in(struct pool *p, const struct nursery_news *news, struct message *m)
{
    struct hand *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    *h = (struct hand){ .next = p->hands,
                        .pool = p,
                        .kind = news->worker,
                        .pid = news->pid,
                        .fd = m->fds[0],
                        .words_fd = m->fds[1],
                        .idle_since_us = clock_mono_us() };
    m->nfds = 0;
    fcntl(h->fd, F_SETFL, fcntl(h->fd, F_GETFL) | O_NONBLOCK);
    p->hands = h;
    p->alive++;
    p->kind[h->kind].alive++;
    metrics_add(&p->metrics->workers[p->fleet->workers[h->kind]->kind], 1);
    metrics_process_born(p->metrics, h->pid, ROLE_WORKER);
    loop_watch(p->loop, h->fd, EPOLLIN | EPOLLRDHUP, answered, h);
    loop_watch(p->loop, h->words_fd, EPOLLIN, hear, h);
}

/* ---- news from the nursery ---- */

static void all_died(struct pool *p)
{
    for (struct hand *h = p->hands, *next; h; h = next) {
        next = h->next;
        hand_died(h, -1);
    }
}

static void one_died(struct pool *p, const struct nursery_news *news)
{
    for (struct hand *h = p->hands; h; h = h->next) {
        if (h->pid == news->pid) {
            hand_died(h, news->status);
            return;
        }
    }
}

static void take_news(struct pool *p, const struct nursery_news *news, struct message *m)
{
    bool mine = news->incarnation == p->incarnation && news->worker < p->fleet->workers_n;

    if (news->event == NURSERY_UP)
        all_died(p);
    else if (news->event == NURSERY_DIED)
        one_died(p, news);
    else if (mine && p->kind[news->worker].ordered)
        p->kind[news->worker].ordered--;
    if (news->event == NURSERY_BORN && mine && m->nfds == 2)
        hand_in(p, news, m);
    message_close(m); /* a worker ordered by an agent that is no more sees the end of file and leaves */
}

static void news_came(int fd, uint32_t events, void *to)
{
    struct pool        *p = to;
    struct message      m;
    struct nursery_news news;
    struct err          e = { 0 };

    (void)events;
    while (message_recv(fd, &p->space, &m, &e) == RC_OK && m.got.n == sizeof news) {
        memcpy(&news, m.got.p, sizeof news);
        take_news(p, &news, &m);
    }
}

/* ---- what the agent calls ---- */

struct pool *pool_new(const struct fleet *fleet, const struct house *house, struct loop *loop, int nursery_fd,
                      int64_t incarnation, size_t most, void (*ended)(struct task *t, void *to), void *to)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p || !(p->kind = calloc(fleet->workers_n, sizeof *p->kind)))
        abort();
    p->fleet = fleet;
    p->metrics = house->metrics;
    p->loop = loop;
    p->nursery_fd = nursery_fd;
    p->incarnation = incarnation;
    p->most = most;
    p->space = buf_of(2 * MESSAGE_INLINE_MAX);
    p->ended = ended;
    p->to = to;
    loop_watch(loop, nursery_fd, EPOLLIN, news_came, p);
    return p;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    while (p->hands) {
        task_free(p->hands->task);
        hand_out(p->hands);
    }
    loop_unwatch(p->loop, p->nursery_fd);
    buf_done(&p->space);
    free(p->kind);
    free(p);
}

static struct hand *idle_hand(const struct pool *p, size_t kind)
{
    for (struct hand *h = p->hands; h; h = h->next) /* the youngest first: the others may become idle enough to go */
        if (h->kind == kind && !h->task && !h->leaving && !h->gone)
            return h;
    return NULL;
}

bool pool_give(struct pool *p, struct task *t)
{
    struct hand *h = idle_hand(p, t->kind);
    struct err   e = { 0 };
    struct str   in = buf_str(&t->input);
    if (!h)
        return false;

    struct unit_head head = { .bytes = (uint32_t)in.n, .files = (uint32_t)t->files.n, .in_memfd = message_is_big(in) };
    if (message_send(h->fd, &head, sizeof head, in, t->files.fd, t->files.n, &e) != RC_OK) {
        h->leaving = true; /* dead: its end is on the way */
        shutdown(h->fd, SHUT_RDWR);
        return false;
    }
    buf_done(&t->input);
    h->task = t;
    t->sent_us = clock_mono_us();
    p->kind[t->kind].busy++;
    loop_after(p->loop, &h->lease, (int64_t)t->worker->lease_s * 1000, overdue, h);
    return true;
}

static void let_go(struct pool *p, size_t kind, size_t target, int64_t idle_s)
{
    int64_t      before = clock_mono_us() - idle_s * 1000000;
    size_t       over = p->kind[kind].alive > target ? p->kind[kind].alive - target : 0;
    struct hand *h = p->hands;

    for (; h && over; h = h->next) {
        if (h->kind != kind || h->task || h->leaving || h->idle_since_us > before)
            continue;
        h->leaving = true;
        shutdown(h->fd, SHUT_RDWR);
        over--;
    }
}

void pool_keep(struct pool *p, size_t kind, size_t target, int64_t idle_s)
{
    struct kind_of_hands *k = &p->kind[kind];

    if (k->ordered && clock_mono_us() - k->ordered_us > ORDER_PATIENCE_US)
        k->ordered = 0; /* an order went down with its nursery */
    for (size_t n = k->alive + k->ordered; n < target && p->alive + k->ordered < p->most; n++)
        order(p, (struct nursery_order){ .verb = NURSERY_FORK, .worker = (uint32_t)kind });
    let_go(p, kind, target, idle_s);
    metrics_set(&p->metrics->workers_target[p->fleet->workers[kind]->kind], (int64_t)target);
}

size_t pool_busy(const struct pool *p, size_t kind) { return p->kind[kind].busy; }
size_t pool_alive(const struct pool *p) { return p->alive; }

void pool_abandon(struct pool *p)
{
    for (struct hand *h = p->hands; h; h = h->next) {
        if (h->task)
            end_task(h, TASK_LOST);
        h->leaving = true;
        shutdown(h->fd, SHUT_RDWR);
    }
}
