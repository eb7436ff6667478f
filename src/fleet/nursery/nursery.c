/* The nursery: forks workers on demand and reaps them. */
#include "fleet/nursery/nursery.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/log.h"
#include "fleet/nursery/forget.h"
#include "fleet/nursery/messages.h"
#include "base/process_title.h"
#include "fleet/nursery/worker_loop.h"
#include "io/shared/limits.h"
#include "io/loop.h"
#include "io/shared/metrics.h"

enum {
    WORKER_SOCKET = 3,
    WORKER_CHANNEL = 4,
    WORKER_NICE = 10,
    CHANNEL_NICE = 5,
    FORKS_PER_TURN = 32,
    LEAVE_MS = 5000
};

struct nursery {
    const struct fleet *fleet;
    struct loop        *loop;
    struct cage        *cage;
    enum log_level      log_level;
    int                 agent_fd, channel_fd;
    size_t              alive;
    int64_t             incarnation;            /* whose orders these are: */
    uint32_t            pending[METRICS_KINDS]; /* by index in fleet.workers */
    size_t              next;                   /* whose turn it is */
    bool                leaving;                /* the agent is gone */
    struct loop_timer   patience;
    struct buf          space;
};

/* News must arrive: the agent counts on them.  The socket blocks when the agent is slow, or dead until the next one reads; it
 * fails when agent and master have closed it, which the nursery is about to read. */
static void tell(const struct nursery *n, const struct nursery_news *news, const int *fds, size_t nfds)
{
    struct err e = { 0 };
    if (!n->leaving && message_send(n->agent_fd, news, sizeof *news, S(""), fds, nfds, &e) != RC_OK)
        log_event(LOG_INFO, "nursery.tell", KZ("why", e.text));
}

static void reap(int signal, void *to)
{
    struct nursery *n = to;
    int             status;
    (void)signal;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        n->alive--;
        tell(n, &(struct nursery_news){ .event = NURSERY_DIED, .pid = pid, .status = status }, NULL, 0);
    }
    if (n->leaving && !n->alive)
        loop_stop(n->loop);
}

/* A descriptor that could not be had (-1) ends the process: on a wrong one it must not run. */
static void keep_as(int fd, int number)
{
    if (dup2(fd, number) < 0)
        _exit(1);
}

/* In the new process: nothing of the nursery's descriptors stays but its own ends, at fixed numbers. */
static _Noreturn void become_worker(const struct nursery *n, const struct worker *w, pid_t parent, int socket,
                                    int words)
{
    bool serves = worker_serves_channel(w);
    int  high_socket = fcntl(socket, F_DUPFD, 10), high_channel = serves ? fcntl(n->channel_fd, F_DUPFD, 10) : -1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    keep_as(words, STDERR_FILENO);
    keep_as(high_socket, WORKER_SOCKET);
    if (serves)
        keep_as(high_channel, WORKER_CHANNEL);
    close_range(serves ? WORKER_CHANNEL + 1 : WORKER_SOCKET + 1, ~0u, 0);

    /* People who wait for a page go first, then those who wait for the door.  Bulk gets a tenth of their share, and never takes the
     * processor from them because it has just been given a unit. */
    if (!serves)
        sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
    setpriority(PRIO_PROCESS, 0, serves ? CHANNEL_NICE : WORKER_NICE);

    sigset_t none;
    sigemptyset(&none);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN); /* the agent drains; a worker finishes its unit */
    sigprocmask(SIG_SETMASK, &none, NULL);
    process_title_set("kith: worker %s", w->name);
    log_set(n->log_level, w->name);
    worker_loop(w, n->cage, WORKER_SOCKET, serves ? WORKER_CHANNEL : -1);
}

static enum rc born(struct nursery *n, const struct worker *w, struct nursery_news *news)
{
    int pair[2], words[2];

    errno = EAGAIN;
    if (n->alive >= NURSERY_WORKERS_MAX || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return RC_UNAVAILABLE;
    if (pipe2(words, O_CLOEXEC | O_NONBLOCK) < 0) {
        close(pair[0]);
        close(pair[1]);
        return RC_UNAVAILABLE;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become_worker(n, w, parent, pair[1], words[1]);
    if (pid > 0) {
        n->alive++;
        news->pid = pid;
        tell(n, news, (int[]){ pair[0], words[0] }, 2);
    }
    close(pair[0]);
    close(pair[1]);
    close(words[0]);
    close(words[1]);
    return pid > 0 ? RC_OK : RC_UNAVAILABLE;
}

static void fork_one(struct nursery *n, uint32_t worker)
{
    struct nursery_news news = { .event = NURSERY_BORN, .incarnation = n->incarnation, .worker = worker };

    if (born(n, n->fleet->workers[worker], &news) == RC_OK) {
        n->pending[worker]--;
        return;
    }
    news.event = NURSERY_FAILED;
    news.count = n->pending[worker];
    n->pending[worker] = 0;
    log_event(LOG_WARN, "nursery.fork", KZ("why", strerror(errno)), KI("alive", (int64_t)n->alive));
    tell(n, &news, NULL, 0);
}

/* Kinds by turns: the first of each is there at once, however many of the others were ordered before. */
static int64_t fork_some(void *to)
{
    struct nursery *n = to;
    size_t          kinds = n->fleet->workers_n, idle = 0;

    for (int i = 0; i < FORKS_PER_TURN && idle < kinds; n->next = (n->next + 1) % kinds) {
        if (!n->pending[n->next]) {
            idle++;
            continue;
        }
        idle = 0;
        i++;
        fork_one(n, (uint32_t)n->next);
    }
    return idle < kinds ? 0 : -1;
}

static void kill_child(int32_t pid)
{
    siginfo_t si; /* an error: it is no child, or no more */
    if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0)
        kill(pid, SIGKILL);
}

static void patience_ends(void *to) { loop_stop(((struct nursery *)to)->loop); }

/* The agent and the master have closed the pair.  Workers see the same and leave, after the unit or the password in hand. */
static void leave(struct nursery *n)
{
    n->leaving = true;
    memset(n->pending, 0, sizeof n->pending);
    loop_unwatch(n->loop, n->agent_fd);
    if (n->alive)
        loop_after(n->loop, &n->patience, LEAVE_MS, patience_ends, n);
    else
        loop_stop(n->loop);
}

static void ordered(int fd, uint32_t events, void *to)
{
    struct nursery      *n = to;
    struct message       m;
    struct nursery_order o;
    struct err           e = { 0 };
    (void)events;

    if (message_recv(fd, &n->space, &m, &e) != RC_OK)
        return;
    message_close(&m);
    if (m.got.n != sizeof o) {
        leave(n);
        return;
    }
    memcpy(&o, m.got.p, sizeof o);
    if (o.incarnation != n->incarnation)
        memset(n->pending, 0, sizeof n->pending);
    n->incarnation = o.incarnation;
    if (o.verb == NURSERY_KILL)
        kill_child(o.pid);
    else if (o.worker < n->fleet->workers_n && o.count <= NURSERY_WORKERS_MAX)
        n->pending[o.worker] += o.count;
}

int nursery_main(const struct conf *conf, const struct fleet *fleet, const struct shared *shared, int agent_fd,
                 int channel_fd)
{
    static const int signals[] = { SIGCHLD };
    struct err       e = { 0 };
    auto_free(cage) cage = NULL;
    auto_free(loop) loop = loop_new();
    struct nursery n = { .fleet = fleet,
                         .log_level = log_level_of(conf->log_level),
                         .loop = loop,
                         .agent_fd = agent_fd,
                         .channel_fd = channel_fd,
                         .space = buf_of(2 * MESSAGE_INLINE_MAX) };

    assert(fleet->workers_n <= METRICS_KINDS);
    /* Its workers must not even hold what only others use. */
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    keep_as(nothing, STDIN_FILENO);
    keep_as(nothing, STDOUT_FILENO);
    close(shared->listen_fd);
    close(shared->doorbell_fd);
    close(shared->password_fd);
    forget_environment();
    forget_database(conf->db);
    log_keep(NULL); /* it stands in what goes away here */
    munmap(shared->metrics, sizeof *shared->metrics);
    limits_free(shared->limits);
    if (cage_new(&cage, &e) != RC_OK) {
        log_event(LOG_ERROR, "nursery.cage", KZ("why", e.text));
        return 1;
    }
    n.cage = cage;
    hash_secret_begin(); /* its workers share it: none has to ask the kernel */
    malloc_trim(0);
    signal(SIGINT, SIG_IGN);
    loop_signals(loop, signals, countof(signals), reap, &n);
    loop_watch(loop, agent_fd, EPOLLIN, ordered, &n);
    loop_each_turn(loop, fork_some, &n);
    tell(&n, &(struct nursery_news){ .event = NURSERY_UP }, NULL, 0);
    loop_run(loop);
    buf_done(&n.space);
    return 0;
}
