/* tests/bench/bench_fleet.c - what a worker costs: started by the nursery, or by fork and exec; and what a unit costs on its way.
 *
 *   bench-fleet [WORKERS]
 * Started = every worker has answered its first unit.  Memory = sum over the workers of Pss and Private_Dirty in
 * /proc/PID/smaps_rollup while all are alive and idle, divided by their number; the kernel's share (stacks, page
 * tables) is not in it.  Both ways run the same loop in the same binary with the same libraries, in the same run; the exec'd
 * worker must build its own system call filter. */
#include <fcntl.h>
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
#include "fleet/nursery.h"
#include "fleet/pool.h"
#include "fleet/worker_main.h"
#include "io/metrics.h"

enum { WORKERS_MAX = 1000, EXEC_SOCKET = 3 };

static enum rc echo(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    (void)a, (void)files, (void)e;
    buf_put(out, in);
    return RC_OK;
}
static enum rc no_save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)db, (void)a, (void)u, (void)out, (void)e;
    return RC_OK;
}
static const struct worker        echo_worker = { .name = "echo",
                                                  .kind = KIND_ENRICH,
                                                  .unit = 1,
                                                  .lease_s = 60,
                                                  .memory_mb = 64,
                                                  .max = WORKERS_MAX,
                                                  .run = echo,
                                                  .save = no_save };
static const struct worker *const table[] = { &echo_worker };

/* ---- measuring ---- */

static long line_of(const char *path, const char *word)
{
    char  line[256];
    long  kib = 0;
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, word, strlen(word)))
            kib = strtol(line + strlen(word), NULL, 10);
    if (f)
        fclose(f);
    return kib;
}

struct memory {
    long pss, dirty, rss;
};

static struct memory memory_of(const pid_t *pid, size_t n)
{
    struct memory m = { 0 };
    for (size_t i = 0; i < n; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid[i]);
        m.pss += line_of(path, "Pss:");
        m.dirty += line_of(path, "Private_Dirty:");
        m.rss += line_of(path, "Rss:");
    }
    return m;
}

static void print_start(const char *how, size_t n, double ms, struct memory m)
{
    long k = (long)n;
    printf("%-12s %4ld workers: %7.1f ms until all had answered (%.3f ms each);"
           " PSS %ld KiB each, private dirty %ld, RSS %ld\n",
           how, k, ms, ms / (double)n, m.pss / k, m.dirty / k, m.rss / k);
}

/* ---- by the nursery ---- */

struct bench {
    struct metrics  *metrics;
    struct loop     *loop;
    struct pool     *pool;
    size_t           want, left, sent, bytes;
    struct task_list waiting;
};

static struct task *new_task(size_t bytes)
{
    struct job   job = { .subject = 1, .id = 1, .attempt = 1 };
    struct task *t = task_new(&echo_worker, 0, JOB_LANE_BULK, 1, &job, 1);
    memset(buf_room(&t->input, bytes), 'x', bytes);
    t->input.n = bytes;
    return t;
}

static void ended(struct task *t, void *to)
{
    struct bench *b = to;
    if (t->end != TASK_ANSWERED || t->rc != RC_OK || t->output.bytes.n != b->bytes)
        abort();
    task_free(t);
    if (--b->left == 0)
        loop_stop(b->loop);
}

static int64_t turn(void *to)
{
    struct bench *b = to;
    pool_keep(b->pool, 0, b->want, 60);
    while (b->sent) {
        struct task *t = b->waiting.first ? task_pop(&b->waiting) : new_task(b->bytes);
        if (!pool_give(b->pool, t)) {
            task_push(&b->waiting, t);
            break;
        }
        b->sent--;
    }
    return -1;
}

/* All workers first, then all units in one turn: each gets one. */
static void run(struct bench *b, size_t units, size_t bytes)
{
    while (pool_alive(b->pool) < b->want)
        loop_turn(b->loop, -1);
    b->left = b->sent = units;
    b->bytes = bytes;
    while (loop_turn(b->loop, -1))
        ;
}

static size_t workers_of(const struct metrics *m, pid_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < METRICS_PROCESSES && n < WORKERS_MAX; i++)
        if (m->process[i].pid)
            ret[n++] = m->process[i].pid;
    return n;
}

static pid_t nursery_start(const struct fleet *fleet, const struct house *house, int pair[2])
{
    struct conf conf = { 0 };
    pid_t       pid = fork();
    if (pid == 0) {
        close(pair[0]);
        _exit(nursery_main(&conf, fleet, house, pair[1], -1));
    }
    usleep(50000); /* it is warm before anybody asks: its own start is no worker's cost */
    return pid;
}

/* A stopped loop is not started again: one for each measurement, over the same workers. */
static void throughput(struct bench *b, const char *what, size_t units, size_t bytes)
{
    int64_t began = clock_mono_us();
    run(b, units, bytes);
    double s = (double)(clock_mono_us() - began) / 1e6;
    printf("units        %-26s %8.0f units/s  %8.1f MB/s each way\n", what, (double)units / s,
           (double)(units * bytes) / s / 1e6);
}

static void pool_run(const struct fleet *fleet, const struct house *house, size_t n_workers, size_t units, size_t bytes,
                     const char *what)
{
    int          pair[2];
    pid_t        pid[WORKERS_MAX];
    struct bench b = { .metrics = house->metrics, .want = n_workers };

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        abort();
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    pid_t nursery = nursery_start(fleet, house, pair);
    auto_free(loop) loop = loop_new();
    task_list_init(&b.waiting);
    b.loop = loop;
    b.pool = pool_new(fleet, house, loop, pair[0], 1, WORKERS_MAX, ended, &b);
    loop_each_turn(loop, turn, &b);
    int64_t began = clock_mono_us();
    if (units) {
        throughput(&b, what, units, bytes);
    } else {
        run(&b, n_workers, 100);
        double ms = (double)(clock_mono_us() - began) / 1e3;
        usleep(100000);
        size_t n = workers_of(house->metrics, pid);
        print_start("nursery", n, ms, memory_of(pid, n));
    }
    pool_free(b.pool);
    kill(nursery, SIGKILL);
    waitpid(nursery, NULL, 0);
    close(pair[0]);
    close(pair[1]);
}

/* ---- by fork and exec ---- */

static int exec_worker(void)
{
    struct cage *cage;
    struct err   e;
    if (cage_new(&cage, &e) != RC_OK)
        return 1;
    worker_main(&echo_worker, cage, EXEC_SOCKET, -1);
}

static pid_t exec_one(const char *self, int socket)
{
    pid_t pid = fork();
    if (pid == 0) {
        dup2(socket, EXEC_SOCKET); /* not close-on-exec */
        execl(self, self, "exec-worker", (char *)NULL);
        _exit(1);
    }
    return pid;
}

static void exec_run(const char *self, size_t n)
{
    static int       fd[WORKERS_MAX];
    static pid_t     pid[WORKERS_MAX];
    struct unit_head head = { .bytes = 1 };
    struct err       e;
    auto_buf         space = buf_of(1 << 18);
    int64_t          began = clock_mono_us();

    for (size_t i = 0; i < n; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
            abort();
        fd[i] = pair[0];
        pid[i] = exec_one(self, pair[1]);
        close(pair[1]);
        if (message_send(fd[i], &head, sizeof head, S("x"), NULL, 0, &e) != RC_OK)
            abort();
    }
    for (size_t i = 0; i < n; i++) {
        struct message m;
        if (message_recv(fd[i], &space, &m, &e) != RC_OK || !m.got.n)
            abort();
    }
    double ms = (double)(clock_mono_us() - began) / 1e3;
    usleep(100000);
    print_start("fork + exec", n, ms, memory_of(pid, n));
    for (size_t i = 0; i < n; i++) {
        close(fd[i]);
        waitpid(pid[i], NULL, 0);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "exec-worker"))
        return exec_worker();
    size_t        n = argc > 1 ? (size_t)atoi(argv[1]) : 300;
    struct rlimit files;
    if (!n || n > METRICS_PROCESSES || getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 2;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    log_set(LOG_ERROR, "bench");

    struct fleet fleet = { .workers = table, .workers_n = countof(table) };
    struct house house = { .listen_fd = -1, .doorbell_fd = -1, .password_fd = -1, .metrics = metrics_new() };
    pool_run(&fleet, &house, n, 0, 0, "");
    exec_run("/proc/self/exe", n);
    pool_run(&fleet, &house, 2, 100000, 1000, "1 KB, 2 workers");
    pool_run(&fleet, &house, 2, 10000, 60000, "60 KB, 2 workers");
    pool_run(&fleet, &house, 2, 1000, 1000000, "1 MB (memfd), 2 workers");
    return 0;
}
