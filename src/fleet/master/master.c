/* The master: begins, waits for signals, drains, ends. */
#include "fleet/master/master.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/master/master_int.h"
#include "fleet/master/startup.h"
#include "fleet/role.h"
#include "base/process_title.h"
#include "io/shared/limits.h"
#include "io/shared/metrics.h"

enum { CHANNEL_BYTES = 1 << 20 };

/* ---- leaving ---- */

static void signal_all(const struct master *m, int signal)
{
    children_signal(m, ROLE_HTTP, signal);
    children_signal(m, ROLE_AGENT, signal);
    children_signal(m, ROLE_NURSERY, signal);
}

static void too_late(void *to)
{
    struct master *m = to;
    log_event(LOG_WARN, "master.drain_late", KI("http", (int64_t)children_alive(m, ROLE_HTTP)),
              KI("agents", (int64_t)children_alive(m, ROLE_AGENT)));
    signal_all(m, SIGKILL);
}

/* http first: who signs up in this moment still needs the agent's password workers. */
void master_after_death(struct master *m)
{
    if (children_alive(m, ROLE_HTTP))
        return;
    if (!m->agents_told)
        children_signal(m, ROLE_AGENT, SIGTERM);
    m->agents_told = true;
    if (!children_alive(m, ROLE_AGENT))
        loop_stop(m->loop);
}

static void drain(struct master *m)
{
    int64_t most_ms = HTTP_DRAIN_MS + (m->conf.drain_notice_s + m->conf.drain_s) * 1000;

    if (m->draining) {
        signal_all(m, SIGKILL);
        return;
    }
    startup_notify("STOPPING=1");
    log_event(LOG_INFO, "master.drain", KI("most_s", m->conf.drain_s));
    m->draining = true;
    for (size_t i = 0; i < m->n; i++)
        loop_cancel(&m->child[i].again);
    children_signal(m, ROLE_HTTP, SIGTERM);
    loop_after(m->loop, &m->deadline, most_ms + KILL_GRACE_MS, too_late, m);
    children_reap(m);
}

static void arrived(int signal, void *to)
{
    struct master *m = to;
    switch (signal) {
    case SIGCHLD: children_reap(m); return;
    case SHARED_RETIRE: return; /* blocked here, so that it is for a child that does not listen yet */
    case SIGUSR2: turnover_upgrade(m); return;
    case SIGHUP:
        if (!m->on_terminal || isatty(STDIN_FILENO)) {
            turnover_reload(m);
            return;
        }
    }
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
    return WEXITSTATUS(status) ? err_set(e, (enum rc)WEXITSTATUS(status), "%s", why) : RC_OK;
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

enum rc master_channels(struct master *m, struct err *e)
{
    TRY(pair(m->nursery, e));
    fcntl(m->nursery[0], F_SETFL, O_NONBLOCK);
    if (pipe2(m->ready, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_set(e, RC_UNAVAILABLE, "pipe: %s", strerror(errno));
    m->shared.ready_fd = m->ready[1];
    return RC_OK;
}

/* What all generations share, also those of different programs. */
static enum rc lasting_channels(struct master *m, struct err *e)
{
    struct handover *o = &m->over;

    if (o->channel[0] < 0 || o->channel[1] < 0) {
        TRY(pair(o->channel, e));
        fcntl(o->channel[1], F_SETFL, O_NONBLOCK); /* several workers read it: the slower must not hang */
    }
    if (o->doorbell_fd < 0)
        o->doorbell_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    m->shared.password_fd = o->channel[0];
    m->shared.doorbell_fd = o->doorbell_fd;
    m->shared.listen_fd = o->listen_fd;
    return o->doorbell_fd >= 0 ? RC_OK : err_set(e, RC_UNAVAILABLE, "eventfd: %s", strerror(errno));
}

static enum rc open_channels(struct master *m, const struct fleet *all, struct err *e)
{
    TRY(lasting_channels(m, e));
    TRY(master_channels(m, e));
    m->shared.metrics = metrics_new();
    m->shared.limits = limits_new();
    m->shared.started_ms = clock_ms();
    for (size_t i = 0; i < all->workers_n; i++) /* also those of other hosts: the queue is one */
        metrics_name(m->shared.metrics->kind[all->workers[i]->kind], str_of(all->workers[i]->name));
    metrics_process_born(m->shared.metrics, getpid(), ROLE_MASTER);
    log_keep(&m->shared.metrics->log);
    return RC_OK;
}

/* The nurseries: their workers go with them. */
static void end_all(const struct master *m)
{
    signal_all(m, SIGKILL);
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid)
            waitpid(m->child[i].pid, NULL, 0);
    for (size_t i = 0; i < m->over.n; i++)
        waitpid(m->over.old[i].pid, NULL, 0);
}

static void watch_over(struct master *m)
{
    static const int signals[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR2, SHARED_RETIRE };
    auto_free(loop) loop = loop_new();

    m->loop = loop;
    loop_signals(loop, signals, countof(signals), arrived, m);
    children_start(m);
    turnover_await(m);
    children_reap(m); /* who died while one program became the other */
    loop_run(loop);
    end_all(m);
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

static enum rc take_hold(struct master *m, struct err *e)
{
    if (m->over.taken)
        TRY(startup_same_lock(m->conf.data, m->over.lock_fd, e));
    else
        TRY(startup_lock(m->conf.data, &m->over.lock_fd, e));
    return m->over.listen_fd < 0 && role_listens(&m->conf) ? startup_listen(m->conf.listen, &m->over.listen_fd, e)
                                                           : RC_OK;
}

static enum rc begin(struct master *m, const struct fleet *all, struct err *e)
{
    TRY(role_check(&m->conf, e));
    settle(&m->conf);
    TRY(take_hold(m, e));
    if (!m->over.fallen)
        TRY(migrate(m, e));
    return open_channels(m, all, e);
}

enum rc master_run(const struct conf *conf, const struct fleet *fleet, struct err *e)
{
    const struct worker *kinds[METRICS_KINDS];
    struct fleet         own = *fleet;
    struct master        m = { .conf = *conf, .fleet = &own };

    assert(fleet->http_main && fleet->migrate && fleet->words && fleet->workers_n <= METRICS_KINDS);
    own.workers = kinds;
    own.workers_n = role_workers(conf, fleet, kinds);
    handover_take(&m.over);
    handover_own_path(m.own_path);
    m.on_terminal = isatty(STDIN_FILENO);
    enum rc rc = begin(&m, fleet, e);
    if (rc != RC_OK) {
        handover_back(&m.over, fleet->words, e->text);
        return rc;
    }
    process_title_set("kith: master");
    log_set(log_level_of(conf->log_level), "master");
    m.arena = arena_new(1024);
    watch_over(&m);
    arena_free(m.arena);
    close(m.over.listen_fd);
    close(m.over.lock_fd);
    return RC_OK;
}
