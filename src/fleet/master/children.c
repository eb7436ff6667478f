/* Starts the master's processes, and starts again those that die. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/agent/agent.h"
#include "fleet/master/master_int.h"
#include "fleet/nursery/nursery.h"
#include "fleet/role.h"
#include "base/process_title.h"
#include "io/shared/metrics.h"

enum { SHORT_LIFE_US = 2000000, BACKOFF_FIRST_MS = 50, BACKOFF_MAX_MS = 5000, BACKOFF_KILLED_MS = 500 };

/* ---- starting ---- */

/* What a process has no use for is not there for an intruder either. */
static void keep_own(const struct master *m, enum metrics_role role)
{
    const struct {
        int  fd;
        bool keep;
    } all[] = {
        { m->nursery[0], role == ROLE_AGENT },
        { m->nursery[1], role == ROLE_NURSERY },
        { m->over.channel[1], role == ROLE_NURSERY },
        { m->over.channel[0], role != ROLE_AGENT },
        { m->over.listen_fd, role != ROLE_AGENT },
        { m->over.lock_fd, role == ROLE_AGENT },
        { m->over.exe_fd, false },
        { m->ready[0], false },
        { m->ready[1], role != ROLE_NURSERY },
    };
    for (size_t i = 0; i < countof(all); i++)
        if (!all[i].keep && all[i].fd >= 0)
            close(all[i].fd);
}

/* An embedded database is in the data directory, which is locked: no other agent can live on it but the one we replace. */
static bool alone(const struct master *m)
{
    if (!conf_embedded(&m->conf))
        return false;
    for (size_t i = 0; i < m->over.n; i++)
        if (m->over.old[i].role == ROLE_AGENT)
            return false;
    return true;
}

static int run_child(const struct master *m, const struct child *c)
{
    struct shared shared = m->shared;
    shared.process = c->number;
    if (c->role == ROLE_NURSERY)
        return nursery_main(&m->conf, m->fleet, &shared, m->nursery[1], m->over.channel[1]);
    if (c->role == ROLE_AGENT)
        return agent_main(&m->conf, m->fleet, &shared, m->nursery[0], alone(m));
    return m->fleet->http_main(&m->conf, &shared);
}

static const char *role_title(enum metrics_role role)
{
    return role == ROLE_HTTP ? "http" : role == ROLE_AGENT ? "agent" : "nursery";
}

void leave_master(const struct master *m, pid_t parent, const char *name)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    signal(SIGHUP, SIG_IGN);
    process_title_set("kith: %s", name);
    log_set(log_level_of(m->conf.log_level), name);
}

void child_start(void *to)
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
        loop_after(m->loop, &c->again, BACKOFF_MAX_MS, child_start, c);
        return;
    }
    c->pid = pid;
    metrics_process_born(m->shared.metrics, pid, c->role);
}

static void one_child(struct master *m, enum metrics_role role, unsigned number)
{
    struct child *c = &m->child[m->n++];
    *c = (struct child){ .m = m, .role = role, .number = number, .ready = role == ROLE_NURSERY };
    child_start(c);
}

void children_start(struct master *m)
{
    int64_t http = role_http_processes(&m->conf);
    m->n = 0;
    metrics_set(&m->shared.metrics->http_wanted, http);
    one_child(m, ROLE_NURSERY, 0); /* first: nothing of the others may be in its memory */
    for (int64_t i = 0; i < http; i++)
        one_child(m, ROLE_HTTP, (unsigned)i);
    one_child(m, ROLE_AGENT, 0);
}

/* ---- watching ---- */

size_t children_alive(const struct master *m, enum metrics_role role)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += m->child[i].pid && m->child[i].role == role;
    for (size_t i = 0; i < m->over.n; i++)
        n += m->over.old[i].role == role;
    return n;
}

void children_signal(const struct master *m, enum metrics_role role, int signal)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid && m->child[i].role == role)
            kill(m->child[i].pid, signal);
    for (size_t i = 0; i < m->over.n; i++)
        if (m->over.old[i].role == role)
            kill(m->over.old[i].pid, signal);
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
    bool quick = clock_mono_us() - c->started_us < SHORT_LIFE_US;

    metrics_process_gone(m->shared.metrics, c->pid);
    c->ready = c->role == ROLE_NURSERY;
    if (m->draining) {
        c->pid = 0;
        return;
    }
    c->backoff_ms = quick ? backoff_after(c->backoff_ms, status) : 0;
    log_end(c, status);
    metrics_add(&m->shared.metrics->restarts[c->role], 1);
    c->pid = 0;
    if (m->settling)
        turnover_stumbled(m, c);
    if (c->backoff_ms)
        loop_after(m->loop, &c->again, c->backoff_ms, child_start, c);
    else
        child_start(c);
}

static void old_ended(struct master *m, size_t i)
{
    metrics_process_gone(m->shared.metrics, m->over.old[i].pid);
    m->over.old[i] = m->over.old[--m->over.n];
    if (!m->over.n)
        log_event(LOG_INFO, "master.turned_over", KI("processes", (int64_t)m->n));
}

static void reaped(struct master *m, pid_t pid, int status)
{
    if (turnover_reaped(m, pid, status))
        return;
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid == pid) {
            ended(m, &m->child[i], status);
            return;
        }
    for (size_t i = 0; i < m->over.n; i++)
        if (m->over.old[i].pid == pid) {
            old_ended(m, i);
            return;
        }
}

void children_reap(struct master *m)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        reaped(m, pid, status);
    if (m->draining)
        master_after_death(m);
}
