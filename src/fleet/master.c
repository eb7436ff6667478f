#include "fleet/master.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/agent.h"
#include "fleet/nursery.h"
#include "fleet/outside.h"
#include "fleet/role.h"
#include "fleet/title.h"
#include "io/limits.h"
#include "io/loop.h"
#include "io/metrics.h"

enum {
    HTTP_MAX = 64,
    CHILDREN = HTTP_MAX + 2,
    SHORT_LIFE_US = 2000000,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MAX_MS = 5000,
    BACKOFF_KILLED_MS = 500,
    KILL_GRACE_MS = 3000,
    CHANNEL_BYTES = 1 << 20
};

struct master;
struct child {
    struct master    *m;
    enum metrics_role role;
    unsigned          number;
    pid_t             pid; /* 0: not running */
    int64_t           started_us, backoff_ms;
    struct loop_timer again;
};

struct master {
    struct conf         conf;
    const struct fleet *fleet;
    struct house        house;
    struct arena       *arena; /* texts of configurations read again: the process's life */
    struct loop        *loop;
    int                 lock_fd, nursery[2], channel[2]; /* [0] agent's or asking end, [1] nursery's or reading end */
    struct child        child[CHILDREN];
    size_t              n, roll; /* roll: next child to be replaced after SIGHUP; n = none */
    bool                draining, on_terminal;
    struct loop_timer   deadline;
};

/* ---- starting ---- */

/* What a process has no use for is not there for an intruder either. */
static void keep_own(const struct master *m, enum metrics_role role)
{
    const struct {
        int  fd;
        bool keep;
    } all[] = {
        { m->nursery[0], role == ROLE_AGENT },      { m->nursery[1], role == ROLE_NURSERY },
        { m->channel[1], role == ROLE_NURSERY },    { m->channel[0], role != ROLE_AGENT },
        { m->house.listen_fd, role != ROLE_AGENT }, { m->lock_fd, role == ROLE_AGENT },
    };
    for (size_t i = 0; i < countof(all); i++)
        if (!all[i].keep)
            close(all[i].fd);
}

/* An embedded database is in the data directory, which is locked: no other agent can live on it. */
static bool alone(const struct conf *conf) { return conf_embedded(conf); }

static int run_child(const struct master *m, const struct child *c)
{
    struct house house = m->house;
    house.process = c->number;
    if (c->role == ROLE_NURSERY)
        return nursery_main(&m->conf, m->fleet, &house, m->nursery[1], m->channel[1]);
    if (c->role == ROLE_AGENT)
        return agent_main(&m->conf, m->fleet, &house, m->nursery[0], alone(&m->conf));
    return m->fleet->http_main(&m->conf, &house);
}

static const char *role_title(enum metrics_role role)
{
    return role == ROLE_HTTP ? "http" : role == ROLE_AGENT ? "agent" : "nursery";
}

/* In a child, before anything else. */
static void leave_master(const struct master *m, pid_t parent, const char *name)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    signal(SIGHUP, SIG_IGN);
    title_set("kith: %s", name);
    log_set(log_level_of(m->conf.log_level), name);
}

static void start(void *to)
{
    struct child  *c = to;
    struct master *m = c->m;
    pid_t          parent = getpid(), pid = fork();

    c->started_us = clock_mono_us();
    if (pid == 0) {
        leave_master(m, parent, role_title(c->role));
        loop_free(m->loop);
        keep_own(m, c->role);
        _exit(run_child(m, c));
    }
    if (pid < 0) {
        log_event(LOG_ERROR, "master.fork", KZ("why", strerror(errno)));
        loop_after(m->loop, &c->again, BACKOFF_MAX_MS, start, c);
        return;
    }
    c->pid = pid;
    metrics_process_born(m->house.metrics, pid, c->role);
}

/* ---- watching ---- */

static size_t running(const struct master *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += m->child[i].pid && m->child[i].role != ROLE_NURSERY;
    return n;
}

static void signal_all(struct master *m, int signal, bool nursery_too)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid && (nursery_too || m->child[i].role != ROLE_NURSERY))
            kill(m->child[i].pid, signal);
}

/* Replaces the next of the old processes; the listening socket waits meanwhile, so nobody is refused. */
static void roll_next(struct master *m)
{
    while (m->roll < m->n && (m->child[m->roll].role == ROLE_NURSERY || !m->child[m->roll].pid))
        m->roll++;
    if (m->roll < m->n)
        kill(m->child[m->roll].pid, SIGTERM);
}

static void log_end(const struct child *c, int status)
{
    bool killed = WIFSIGNALED(status);
    log_event(LOG_WARN, "master.child_ended", KZ("role", role_title(c->role)), KI("pid", c->pid),
              KI("code", killed ? -1 : WEXITSTATUS(status)), KI("signal", killed ? WTERMSIG(status) : 0),
              KI("again_ms", c->backoff_ms));
}

/* Killed from outside is not broken: no need to wait long. */
static int64_t backoff_after(int64_t before_ms, int status)
{
    bool    killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    int64_t most = killed ? BACKOFF_KILLED_MS : BACKOFF_MAX_MS;
    return before_ms ? i64_min(2 * before_ms, most) : BACKOFF_FIRST_MS;
}

static void ended(struct master *m, struct child *c, int status)
{
    bool rolled = m->roll < m->n && c == &m->child[m->roll];
    bool quick = !rolled && clock_mono_us() - c->started_us < SHORT_LIFE_US;

    metrics_process_gone(m->house.metrics, c->pid);
    if (m->draining) {
        c->pid = 0;
        return;
    }
    c->backoff_ms = quick ? backoff_after(c->backoff_ms, status) : 0;
    if (!rolled) {
        log_end(c, status);
        metrics_add(&m->house.metrics->restarts[c->role], 1);
    }
    c->pid = 0;
    if (c->backoff_ms)
        loop_after(m->loop, &c->again, c->backoff_ms, start, c);
    else
        start(c);
    if (rolled) {
        m->roll++;
        roll_next(m);
    }
}

static void reap(struct master *m)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (size_t i = 0; i < m->n; i++)
            if (m->child[i].pid == pid)
                ended(m, &m->child[i], status);
    if (m->draining && !running(m))
        loop_stop(m->loop);
}

static void too_late(void *to)
{
    struct master *m = to;
    log_event(LOG_WARN, "master.drain_late", KI("left", (int64_t)running(m)));
    signal_all(m, SIGKILL, true);
}

static void drain(struct master *m)
{
    if (m->draining) {
        signal_all(m, SIGKILL, true);
        return;
    }
    outside_notify("STOPPING=1");
    log_event(LOG_INFO, "master.drain", KI("most_s", m->conf.drain_s));
    m->draining = true;
    for (size_t i = 0; i < m->n; i++)
        loop_cancel(&m->child[i].again);
    signal_all(m, SIGTERM, false);
    loop_after(m->loop, &m->deadline, m->conf.drain_s * 1000 + KILL_GRACE_MS, too_late, m);
    reap(m);
}

static void reload(struct master *m)
{
    struct conf fresh;
    struct err  e = { 0 };
    if (!m->fleet->reload || m->draining)
        return;
    if (m->fleet->reload(m->fleet->reload_from, &fresh, m->arena, &e) != RC_OK) {
        log_event(LOG_ERROR, "master.reload", KZ("why", e.text));
        return;
    }
    fresh.listen = m->conf.listen;
    fresh.data = m->conf.data;
    fresh.db = m->conf.db;
    fresh.role = m->conf.role;
    m->conf = fresh;
    log_event(LOG_INFO, "master.reload", KI("processes", (int64_t)m->n));
    m->roll = 0;
    roll_next(m);
}

static void arrived(int signal, void *to)
{
    struct master *m = to;
    if (signal == SIGCHLD)
        reap(m);
    else if (signal == SIGHUP && !(m->on_terminal && !isatty(STDIN_FILENO)))
        reload(m);
    else
        drain(m);
}

/* ---- beginning and end ---- */

static enum rc migrate(struct master *m, struct err *e)
{
    int pipe_fd[2], status;
    if (pipe2(pipe_fd, O_CLOEXEC) < 0)
        return err_set(e, RC_UNAVAILABLE, "pipe: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        struct err why = { 0 };
        leave_master(m, parent, "migrate");
        enum rc rc = m->fleet->migrate(&m->conf, &why);
        (void)!write(pipe_fd[1], why.text, strlen(why.text));
        _exit((int)rc);
    }
    close(pipe_fd[1]);
    char    why[sizeof e->text] = "";
    ssize_t n = read(pipe_fd[0], why, sizeof why - 1);
    close(pipe_fd[0]);
    why[n > 0 ? n : 0] = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) >= RC_COUNT)
        return err_set(e, RC_INTERNAL, "database: the migration ended unexpectedly");
    return WEXITSTATUS(status) ? err_set(e, (enum rc)WEXITSTATUS(status), "database: %s", why) : RC_OK;
}

static enum rc pair(int ret[2], struct err *e)
{
    int room = CHANNEL_BYTES;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
        return err_set(e, RC_UNAVAILABLE, "socketpair: %s", strerror(errno));
    for (int i = 0; i < 2; i++)
        setsockopt(ret[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    return RC_OK;
}

static enum rc open_channels(struct master *m, const struct fleet *all, struct err *e)
{
    TRY(pair(m->nursery, e));
    TRY(pair(m->channel, e));
    fcntl(m->nursery[0], F_SETFL, O_NONBLOCK);
    fcntl(m->channel[1], F_SETFL, O_NONBLOCK); /* several workers read it: the slower must not hang */
    m->house.password_fd = m->channel[0];
    m->house.doorbell_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    m->house.metrics = metrics_new();
    m->house.limits = limits_new();
    m->house.started_ms = clock_ms();
    for (size_t i = 0; i < all->workers_n; i++) /* also those of other hosts: the queue is one */
        metrics_name(m->house.metrics->kind[all->workers[i]->kind], str_of(all->workers[i]->name));
    metrics_process_born(m->house.metrics, getpid(), ROLE_MASTER);
    log_keep(&m->house.metrics->log);
    return m->house.doorbell_fd >= 0 ? RC_OK : err_set(e, RC_UNAVAILABLE, "eventfd: %s", strerror(errno));
}

static void one_child(struct master *m, enum metrics_role role, unsigned number)
{
    struct child *c = &m->child[m->n++];
    *c = (struct child){ .m = m, .role = role, .number = number };
    start(c);
}

static void start_all(struct master *m)
{
    int64_t http = role_http_processes(&m->conf);
    metrics_set(&m->house.metrics->http_wanted, http);
    one_child(m, ROLE_NURSERY, 0); /* first: nothing of the others may be in its memory */
    for (int64_t i = 0; i < http; i++)
        one_child(m, ROLE_HTTP, (unsigned)i);
    one_child(m, ROLE_AGENT, 0);
    m->roll = m->n;
}

static void watch_over(struct master *m)
{
    char             address[OUTSIDE_ADDRESS_MAX];
    static const int signals[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP };
    auto_free(loop) loop = loop_new();

    m->loop = loop;
    loop_signals(loop, signals, countof(signals), arrived, m);
    start_all(m);
    outside_notify("READY=1");
    outside_address(m->house.listen_fd, address);
    log_event(LOG_INFO, "master.ready", KZ("listen", address), KS("data", m->conf.data), KI("pid", getpid()));
    if (m->fleet->ready)
        m->fleet->ready(&m->conf, address);
    loop_run(loop);

    for (size_t i = 0; i < m->n; i++) {
        if (!m->child[i].pid)
            continue;
        kill(m->child[i].pid, SIGKILL); /* the nursery: its workers go with it */
        waitpid(m->child[i].pid, NULL, 0);
    }
    log_event(LOG_INFO, "master.end", KI("pid", getpid()));
}

enum { FILES_A_WORKER = 2, FILES_BESIDE = 512 }; /* in the agent: its socket, its stderr */

static void settle(const struct conf *conf)
{
    struct rlimit r;
    rlim_t        need = (rlim_t)conf->workers_max * FILES_A_WORKER + FILES_BESIDE;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 256 << 10); /* fixed: what was large goes back to the system when freed */
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
        if (r.rlim_max < need)
            log_event(LOG_WARN, "master.files", KZ("why", "too few open files are allowed for workers-max"),
                      KI("allowed", (int64_t)r.rlim_max), KI("needed", (int64_t)need));
    }
}

enum rc master_run(const struct conf *conf, const struct fleet *fleet, struct err *e)
{
    const struct worker *kinds[METRICS_KINDS];
    struct fleet         own = *fleet;
    struct master        m = { .conf = *conf, .fleet = &own, .lock_fd = -1, .house.listen_fd = -1 };

    assert(fleet->http_main && fleet->migrate && fleet->workers_n <= METRICS_KINDS);
    TRY(role_check(conf, e));
    own.workers = kinds;
    own.workers_n = role_workers(conf, fleet, kinds);
    settle(conf);
    TRY(outside_lock(conf->data, &m.lock_fd, e));
    if (role_listens(conf))
        TRY(outside_listen(conf->listen, &m.house.listen_fd, e));
    TRY(migrate(&m, e));
    TRY(open_channels(&m, fleet, e));
    m.on_terminal = isatty(STDIN_FILENO);
    title_set("kith: master");
    log_set(log_level_of(conf->log_level), "master");
    m.arena = arena_new(1024);
    watch_over(&m);
    arena_free(m.arena);
    close(m.house.listen_fd);
    close(m.lock_fd);
    return RC_OK;
}
