/* The agent's worker processes: ordered, given units, listened to, let go. */
#include "fleet/agent/pool.h"
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
#include "fleet/nursery/worker_loop.h"
#include "io/shared/metrics.h"

enum {
    WORDS_MAX = 400,
    ORDER_PATIENCE_US = 2000000,
    ORDER_AGAIN_US = 1000000,
    CHAINS = 1024,
    LEAVE_MS = 5000,
    SAYS_MAX = 20
};

/* One worker process. */
struct hand {
    struct hand      *chain;           /* of those whose pids share a slot */
    struct hand      *younger, *older; /* among the idle of its kind: when it became idle */
    struct pool      *pool;
    size_t            kind;
    pid_t             pid;
    int               fd, words_fd;
    struct task      *task; /* NULL: idle */
    int64_t           idle_since_us;
    int64_t           account;                  /* whose unit it had last; 0: none yet */
    bool              leaving, overdue, broken; /* leaving: gets no more; its wait status is still to come */
    struct loop_timer lease;
    char              words[WORDS_MAX];
    size_t            nwords, said; /* said: lines of it in the log */
};

struct kind_of_hands {
    size_t       alive, busy, leaving, ordered;
    struct hand *youngest, *oldest; /* idle ones */
    int64_t      heard_us;          /* of an order: when it was sent, or when the last one came of it */
    int64_t      not_before_us;     /* the nursery could not: no new order earlier */
};

struct pool {
    const struct fleet   *fleet;
    struct metrics       *metrics;
    struct loop          *loop;
    int                   nursery_fd;
    int64_t               incarnation;
    size_t                most, alive;
    struct hand          *hands[CHAINS]; /* all, by pid */
    struct kind_of_hands *kind;
    struct buf            space;
    void (*ended)(struct task *t, void *to);
    void *to;
};

/* ---- who is idle ---- */

/* The idle of a kind in the order in which they became it: the youngest works next, the oldest goes first. */
static void idle_in(struct hand *h)
{
    struct kind_of_hands *k = &h->pool->kind[h->kind];
    h->idle_since_us = clock_mono_us();
    if (h->leaving)
        return;
    h->younger = NULL;
    h->older = k->youngest;
    *(k->youngest ? &k->youngest->younger : &k->oldest) = h;
    k->youngest = h;
}

static void idle_out(struct hand *h)
{
    struct kind_of_hands *k = &h->pool->kind[h->kind];
    *(h->younger ? &h->younger->older : &k->youngest) = h->older;
    *(h->older ? &h->older->younger : &k->oldest) = h->younger;
    h->younger = h->older = NULL;
}

static void order(struct pool *p, struct nursery_order o)
{
    o.incarnation = p->incarnation;
    if (send(p->nursery_fd, &o, sizeof o, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof o)
        return; /* full: ordered again at the next turn */
    if (o.verb == NURSERY_FORK) {
        p->kind[o.worker].ordered += o.count;
        p->kind[o.worker].heard_us = clock_mono_us();
    }
}

/* Until it is gone. */
static void end_by_force(void *to)
{
    struct hand *h = to;
    order(h->pool, (struct nursery_order){ .verb = NURSERY_KILL, .pid = h->pid });
    loop_after(h->pool->loop, &h->lease, 1000, end_by_force, h);
}

static void overdue(void *to)
{
    ((struct hand *)to)->overdue = true;
    end_by_force(to);
}

/* It gets no more work; closing our side of its socket ends it, and if it is not itself any more, the nursery does. */
static void leave(struct hand *h, bool close_it)
{
    if (!h->leaving && !h->task)
        idle_out(h);
    h->pool->kind[h->kind].leaving += !h->leaving;
    h->leaving = true;
    if (!close_it)
        return;
    shutdown(h->fd, SHUT_RDWR);
    loop_after(h->pool->loop, &h->lease, LEAVE_MS, end_by_force, h);
}

/* What it said makes no sense: it is not itself any more, and nothing else of it is read. */
static void break_with(struct hand *h, const char *why)
{
    log_event(LOG_ERROR, "worker.broken", KZ("kind", h->pool->fleet->workers[h->kind]->name), KI("pid", h->pid),
              KZ("why", why));
    h->broken = true;
    leave(h, true);
    loop_unwatch(h->pool->loop, h->fd);
    end_by_force(h);
}

/* ---- a task ends ---- */

static void end_task(struct hand *h, enum task_end how)
{
    struct pool *p = h->pool;
    struct task *t = h->task;

    h->task = NULL;
    idle_in(h);
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
    TRY(message_payload(m, sizeof *a, a->bytes, a->in_memfd ? BY_COPY : BY_MESSAGE, UNIT_OUTPUT_MAX, &out, e));
    t->output = out.map ? out : (struct payload){ .bytes = str_copy(t->arena, out.bytes) };
    t->rc = (enum rc)a->rc;
    t->cpu_us = a->cpu_us;
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
    enum rc            rc = h->broken ? RC_UNAVAILABLE : message_recv(h->fd, &p->space, &m, &e);

    if (rc == RC_UNAVAILABLE || (rc == RC_OK && !m.got.n))
        return false;
    if (rc == RC_OK && h->task)
        rc = take_answer(h->task, &m, &answer, &e);
    else if (rc == RC_OK)
        rc = err_set(&e, RC_MALFORMED, "an answer nobody asked for");
    message_close(&m);
    if (rc == RC_OK) {
        if (answer.leaving)
            leave(h, false);
        end_task(h, TASK_ANSWERED);
        return true;
    }
    break_with(h, e.text);
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

/* Lines of a worker in the log, escaped, and not more than SAYS_MAX of one: a stranger's file may have written them. */
static void repeat(struct hand *h, struct str text)
{
    struct str line;
    while (h->said <= SAYS_MAX && str_next(&text, '\n', &line)) {
        if (!line.n)
            continue;
        log_event(LOG_WARN, h->said < SAYS_MAX ? "worker.says" : "worker.says_too_much",
                  KZ("kind", h->pool->fleet->workers[h->kind]->name), KI("pid", h->pid),
                  KS("text", str_head(line, h->said < SAYS_MAX ? WORDS_MAX : 0)));
        h->said++;
    }
}

static void hear(int fd, uint32_t events, void *to)
{
    struct hand *h = to;
    char         text[4096];
    ssize_t      n = read(fd, text, sizeof text);

    (void)events;
    if (n > 0) {
        keep_words(h, text, (size_t)n);
        repeat(h, (struct str){ text, (size_t)n });
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

static struct hand **chain_of(struct pool *p, pid_t pid) { return &p->hands[(size_t)pid % CHAINS]; }

/* Set, not added to: an agent that was killed could not take back what it had counted. */
static void show_alive(struct pool *p, size_t kind)
{
    metrics_set(&p->metrics->workers[p->fleet->workers[kind]->kind], (int64_t)p->kind[kind].alive);
}

static void hand_out(struct hand *h)
{
    struct pool  *p = h->pool;
    struct hand **at = chain_of(p, h->pid);
    while (*at != h)
        at = &(*at)->chain;
    *at = h->chain;
    leave(h, false);
    p->kind[h->kind].leaving--;
    p->kind[h->kind].alive--;
    p->alive--;
    show_alive(p, h->kind);
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
    else if (h->broken)
        err_set(&t->why, RC_INTERNAL, "the worker's answer made no sense");
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
        bool taken = status < 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !h->overdue && !h->broken);
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
        leave(h, false); /* the nursery will say why */
        loop_unwatch(h->pool->loop, fd);
    }
}

static void hand_in(struct pool *p, const struct nursery_news *news, struct message *m)
{
    struct hand *h = calloc(1, sizeof *h), **chain = chain_of(p, news->pid);
    if (!h)
        abort();
    *h = (struct hand){
        .chain = *chain, .pool = p, .kind = news->worker, .pid = news->pid, .fd = m->fds[0], .words_fd = m->fds[1]
    };
    m->nfds = 0;
    fcntl(h->fd, F_SETFL, fcntl(h->fd, F_GETFL) | O_NONBLOCK);
    *chain = h;
    p->alive++;
    p->kind[h->kind].alive++;
    idle_in(h);
    show_alive(p, h->kind);
    metrics_process_born(p->metrics, h->pid, ROLE_WORKER);
    loop_watch(p->loop, h->fd, EPOLLIN | EPOLLRDHUP, answered, h);
    loop_watch(p->loop, h->words_fd, EPOLLIN, hear, h);
}

/* ---- news from the nursery ---- */

static void all_died(struct pool *p)
{
    for (size_t i = 0; i < CHAINS; i++)
        while (p->hands[i])
            hand_died(p->hands[i], -1);
}

static void one_died(struct pool *p, const struct nursery_news *news)
{
    for (struct hand *h = *chain_of(p, news->pid); h; h = h->chain) {
        if (h->pid == news->pid) {
            hand_died(h, news->status);
            return;
        }
    }
}

/* Of an order: n came, or will never. */
static void order_answered(struct kind_of_hands *k, size_t n, bool born)
{
    k->ordered -= size_min(n, k->ordered);
    k->heard_us = clock_mono_us();
    if (!born)
        k->not_before_us = k->heard_us + ORDER_AGAIN_US;
}

static void take_news(struct pool *p, const struct nursery_news *news, struct message *m)
{
    bool mine = news->incarnation == p->incarnation && news->worker < p->fleet->workers_n;
    bool born = news->event == NURSERY_BORN;

    if (news->event == NURSERY_UP)
        all_died(p);
    else if (news->event == NURSERY_DIED)
        one_died(p, news);
    else if (mine)
        order_answered(&p->kind[news->worker], born ? 1 : news->count, born);
    if (born && mine && m->nfds == 2)
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

struct pool *pool_new(const struct fleet *fleet, const struct shared *shared, struct loop *loop, int nursery_fd,
                      int64_t incarnation, size_t most, void (*ended)(struct task *t, void *to), void *to)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p || !(p->kind = calloc(fleet->workers_n, sizeof *p->kind)))
        abort();
    p->fleet = fleet;
    p->metrics = shared->metrics;
    p->loop = loop;
    p->nursery_fd = nursery_fd;
    p->incarnation = incarnation;
    p->most = most;
    p->space = buf_of(2 * MESSAGE_INLINE_MAX);
    p->ended = ended;
    p->to = to;
    for (size_t k = 0; k < fleet->workers_n; k++)
        show_alive(p, k);
    metrics_process_forget(p->metrics, ROLE_WORKER);
    loop_watch(loop, nursery_fd, EPOLLIN, news_came, p);
    return p;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < CHAINS; i++)
        while (p->hands[i]) {
            task_free(p->hands[i]->task);
            hand_out(p->hands[i]);
        }
    loop_unwatch(p->loop, p->nursery_fd);
    buf_done(&p->space);
    free(p->kind);
    free(p);
}

/* Its memory may be what a file of that account made of it. */
static bool is_fit(const struct hand *h, const struct task *t)
{
    return !t->worker->one_account || !h->account || h->account == t->unit.account;
}

/* The youngest that is fit: the others may become idle enough to go.  Where none is, the oldest makes room for a fresh one. */
static struct hand *hand_for(struct kind_of_hands *k, const struct task *t)
{
    struct hand *h = k->youngest;
    while (h && !is_fit(h, t))
        h = h->older;
    if (!h && k->oldest)
        leave(k->oldest, true);
    return h;
}

bool pool_give(struct pool *p, struct task *t)
{
    struct hand *h = hand_for(&p->kind[t->kind], t);
    struct err   e = { 0 };
    struct str   in = buf_str(&t->input);
    if (!h)
        return false;

    struct unit_head head = { .bytes = (uint32_t)in.n, .files = (uint32_t)t->files.n, .in_memfd = message_is_big(in) };
    if (message_send(h->fd, &head, sizeof head, in, t->files.fd, t->files.n, &e) != RC_OK) {
        leave(h, true); /* dead: its end is on the way */
        return false;
    }
    buf_done(&t->input);
    idle_out(h);
    h->task = t;
    h->account = t->unit.account;
    t->sent_us = clock_mono_us();
    p->kind[t->kind].busy++;
    loop_after(p->loop, &h->lease, (int64_t)t->worker->lease_s * 1000, overdue, h);
    return true;
}

/* Those that were idle longest, when they were it for long enough. */
static void let_go(struct kind_of_hands *k, size_t over, int64_t idle_s)
{
    int64_t before = clock_mono_us() - idle_s * 1000000;
    for (; over && k->oldest && k->oldest->idle_since_us <= before; over--)
        leave(k->oldest, true);
}

static size_t all_ordered(const struct pool *p)
{
    size_t n = 0;
    for (size_t k = 0; k < p->fleet->workers_n; k++)
        n += p->kind[k].ordered;
    return n;
}

void pool_keep(struct pool *p, size_t kind, size_t target, int64_t idle_s)
{
    struct kind_of_hands *k = &p->kind[kind];
    int64_t               now = clock_mono_us();

    if (k->ordered && now - k->heard_us > ORDER_PATIENCE_US)
        k->ordered = 0; /* an order went down with its nursery */
    size_t here = k->alive - k->leaving, want = target > here + k->ordered ? target - here - k->ordered : 0;
    size_t all = p->alive + all_ordered(p), room = p->most > all ? p->most - all : 0;
    if (want && room && now >= k->not_before_us)
        order(p, (struct nursery_order){
                     .verb = NURSERY_FORK, .worker = (uint32_t)kind, .count = (uint32_t)size_min(want, room) });
    let_go(k, here > target ? here - target : 0, idle_s);
    metrics_set(&p->metrics->workers_target[p->fleet->workers[kind]->kind], (int64_t)target);
}

size_t pool_busy(const struct pool *p, size_t kind) { return p->kind[kind].busy; }
size_t pool_alive(const struct pool *p) { return p->alive; }

void pool_abandon(struct pool *p)
{
    for (size_t i = 0; i < CHAINS; i++)
        for (struct hand *h = p->hands[i]; h; h = h->chain) {
            if (h->task)
                end_task(h, TASK_LOST);
            leave(h, true);
        }
}
