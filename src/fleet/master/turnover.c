/* Replaces all processes by a new generation, of the same program or a new one. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "fleet/master/master_int.h"
#include "fleet/master/startup.h"
#include "fleet/nursery/forget.h"

enum { PATIENCE_MS = 30000, CHECK_MS = 20000, STUMBLES_MAX = 4, CHECK_WORDS_MAX = 256 };

/* The end of an attempt to change something: for the one who asked (kith upgrade), the service manager and the log. */
static void conclude(struct master *m, const char *why)
{
    m->over.tries++;
    startup_status(m->over.lock_fd, m->over.tries, why, kith_version);
    startup_notify("READY=1");
    if (why)
        log_event(LOG_ERROR, "master.upgrade_failed", KZ("why", why));
}

/* ---- a generation comes up, the one before leaves ---- */

static void retire(const struct master *m)
{
    for (size_t i = 0; i < m->over.n; i++) {
        enum metrics_role role = m->over.old[i].role;
        if (role == ROLE_HTTP)
            kill(m->over.old[i].pid, SHARED_RETIRE);
        else if (role == ROLE_AGENT)
            kill(m->over.old[i].pid, SIGTERM);
        /* a nursery leaves with its agent */
    }
}

static void first_light(struct master *m)
{
    char address[STARTUP_ADDRESS_MAX];

    startup_address(m->over.listen_fd, address);
    log_event(LOG_INFO, "master.ready", KZ("version", kith_version), KZ("listen", address), KS("data", m->conf.data),
              KI("pid", getpid()));
    startup_status(m->over.lock_fd, m->over.tries, NULL, kith_version);
    startup_notify("READY=1");
    if (m->fleet->ready)
        m->fleet->ready(&m->conf, address);
}

static void settled(struct master *m)
{
    bool first = !m->over.taken && !m->over.n;

    m->settling = false;
    loop_cancel(&m->patience);
    retire(m);
    if (first)
        first_light(m);
    else
        conclude(m, m->over.fallen ? m->over.why : NULL);
    if (m->over.exe_fd >= 0)
        close(m->over.exe_fd);
    m->over.exe_fd = -1;
    m->over.taken = m->over.fallen = false;
    if (m->wanted)
        turnover_upgrade(m);
}

static void came_up(int fd, uint32_t events, void *to)
{
    struct master *m = to;
    int32_t        pid;
    size_t         missing = 0;

    (void)events;
    while (read(fd, &pid, sizeof pid) == sizeof pid)
        for (size_t i = 0; i < m->n; i++)
            if (m->child[i].pid == pid)
                m->child[i].ready = true;
    for (size_t i = 0; i < m->n; i++)
        missing += !m->child[i].ready;
    if (m->settling && !missing)
        settled(m);
}

static enum rc leave_to(const struct master *m, struct handover *next, struct err *e)
{
    if (next->n + m->n > HANDOVER_OLD_MAX)
        return err_set(e, RC_THROTTLED, "%zu processes of before have not left yet", next->n);
    for (size_t i = 0; i < m->n; i++)
        if (m->child[i].pid)
            next->old[next->n++] = (struct handover_child){ m->child[i].pid, m->child[i].role };
    return RC_OK;
}

/* The new generation does not come up.  After an exec the program before takes over again; else the old processes serve on, and
 * the new ones are started again and again, as any that die. */
static void give_up(struct master *m, const char *why)
{
    struct handover back = m->over;

    if (leave_to(m, &back, NULL) == RC_OK)
        handover_back(&back, m->fleet->words, why);
    if (m->over.n)
        conclude(m, why);
}

static void patience_ends(void *to) { give_up(to, "the new processes do not come up"); }

void turnover_stumbled(struct master *m, const struct child *c)
{
    m->stumbles++;
    if (m->stumbles == STUMBLES_MAX)
        give_up(m, c->role == ROLE_AGENT ? "the new agent does not start" : "the new http processes do not start");
}

void turnover_await(struct master *m)
{
    m->settling = true;
    m->stumbles = 0;
    loop_watch(m->loop, m->ready[0], EPOLLIN, came_up, m);
    loop_after(m->loop, &m->patience, PATIENCE_MS, patience_ends, m);
}

/* ---- the same program, configuration read again ---- */

static void say_reloading(void)
{
    char text[80];
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono_us());
    startup_notify(text);
}

static enum rc new_generation(struct master *m, struct err *e)
{
    TRY(leave_to(m, &m->over, e));
    for (size_t i = 0; i < m->n; i++)
        loop_cancel(&m->child[i].again);
    loop_unwatch(m->loop, m->ready[0]);
    for (int i = 0; i < 2; i++) {
        close(m->nursery[i]);
        close(m->ready[i]);
    }
    TRY(master_channels(m, e));
    children_start(m);
    turnover_await(m);
    return RC_OK;
}

void turnover_reload(struct master *m)
{
    struct conf fresh;
    struct err  e = { 0 };

    if (!m->fleet->reload || m->draining || m->check.pid || m->over.taken)
        return;
    say_reloading();
    enum rc rc = m->fleet->reload(m->fleet->words, &fresh, m->arena, &e);
    if (rc == RC_OK) {
        if (!str_eq(fresh.db, m->conf.db))
            forget_database(m->conf.db); /* a nursery looks for the one in force */
        fresh.listen = m->conf.listen;
        fresh.data = m->conf.data;
        fresh.role = m->conf.role;
        m->conf = fresh;
        log_event(LOG_INFO, "master.reload", KI("processes", (int64_t)m->n));
        rc = new_generation(m, &e);
    }
    if (rc != RC_OK)
        conclude(m, e.text);
}

/* ---- a new program ---- */

static void become(struct master *m)
{
    struct handover next = m->over;
    struct err      e = { 0 };

    next.exe_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    say_reloading();
    log_event(LOG_INFO, "master.upgrade", KZ("path", m->check.path), KZ("from", kith_version));
    if (leave_to(m, &next, &e) == RC_OK && handover_to(&next, m->check.path, m->fleet->words, &e) == RC_OK)
        return;
    if (next.exe_fd >= 0)
        close(next.exe_fd);
    conclude(m, e.text);
}

/* In a child: would this program come up here?  Its words go to a pipe, the last line counts. */
static _Noreturn void run_check(const struct master *m, int words_fd)
{
    char    *args[CHECK_WORDS_MAX] = { (char *)(uintptr_t)m->check.path, m->fleet->words[0], "--check" };
    sigset_t none;
    size_t   n = 3;

    for (size_t i = 1; m->fleet->words[i] && n + 1 < CHECK_WORDS_MAX; i++)
        args[n++] = m->fleet->words[i];
    auto_free(arena) a = arena_new(1024);
    setenv("KITH_RUNNING_DB", str_copy(a, conf_database(&m->conf, a)).p, 1);
    unsetenv("NOTIFY_SOCKET");
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(words_fd, STDOUT_FILENO);
    dup2(words_fd, STDERR_FILENO);
    execv(m->check.path, args);
    dprintf(STDERR_FILENO, "%s\n", strerror(errno));
    _exit(127);
}

static void check_late(void *to) { kill(((struct master *)to)->check.pid, SIGKILL); }

static enum rc start_check(struct master *m, struct err *e)
{
    int pair[2];

    if (pipe2(pair, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_set(e, RC_UNAVAILABLE, "pipe: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        leave_master(m, parent, "check");
        run_check(m, pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return err_set(e, RC_UNAVAILABLE, "fork: %s", strerror(errno));
    }
    m->check.pid = pid;
    m->check.words_fd = pair[0];
    loop_after(m->loop, &m->check.late, CHECK_MS, check_late, m);
    return RC_OK;
}

void turnover_upgrade(struct master *m)
{
    struct err e = { 0 };

    if (m->draining || m->check.pid)
        return;
    m->wanted = m->settling; /* one change after the other */
    if (m->wanted)
        return;
    if (!startup_wish(m->conf.data, m->check.path))
        snprintf(m->check.path, sizeof m->check.path, "%s", m->own_path);
    if (start_check(m, &e) != RC_OK)
        conclude(m, e.text);
}

/* The last line that says something, of all that stands in the pipe: of a longer text the end is kept. */
static struct str last_line(int fd, char *space, size_t room)
{
    size_t     n = 0;
    struct str line, last = S("");

    for (ssize_t got = 1; got > 0; n += got > 0 ? (size_t)got : 0) {
        if (n == room) {
            memmove(space, space + room / 2, n - room / 2);
            n -= room / 2;
        }
        got = read(fd, space + n, room - n);
    }
    for (struct str text = { space, n }; str_next(&text, '\n', &line);)
        last = line.n ? line : last;
    return last;
}

bool turnover_reaped(struct master *m, pid_t pid, int status)
{
    char text[4096], why[sizeof text + 80];

    if (!m->check.pid || pid != m->check.pid)
        return false;
    struct str said = last_line(m->check.words_fd, text, sizeof text);
    close(m->check.words_fd);
    loop_cancel(&m->check.late);
    m->check.pid = 0;
    if (m->draining)
        return true;
    if (status == 0) {
        become(m);
        return true;
    }
    snprintf(why, sizeof why, "%s: " STR_FMT, m->check.path,
             STR_ARG(said.n ? said : S("does not run here (killed, or too slow)")));
    conclude(m, why);
    return true;
}
