/* tests/bench/bench_nursery.c - from 10 workers to 1,500: by the nursery, and by other ways of starting a worker, in one run.
 *
 *   bench-nursery [WORKERS]      (1,500: five kinds, from 2 to 300 each)
 * The duty is the same for all: start, get a job on a socket, answer it, wait for the next.
 *   first job   one worker alone, from asking for it to its answer; median of five (the nursery: the first of the first ten)
 *   all         from asking for all to the last worker's first answer.  Ways that would not fit on the machine are run with fewer
 *               workers; the last columns carry each worker's cost on to the full number
 *   RSS, PSS    sums of /proc/PID/smaps_rollup while all are alive and idle, divided by their number
 *   available   by how much MemAvailable fell, divided by their number: with the kernel's stacks, page tables, sockets and filters.
 *               Others on the machine move it: believe it on a quiet one
 * Then all stay idle for two seconds: what the agent's side, the nursery and the workers use of the CPU. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/nursery/nursery.h"
#include "fleet/agent/pool.h"
#include "fleet/nursery/worker_loop.h"
#include "io/shared/metrics.h"

enum { WORKERS_MAX = 2000, EXEC_SOCKET = 3, KINDS = 5, SMALL = 2, FIRSTS = 5, IDLE_MS = 2000, SETTLE_US = 1000000 };

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
#define ECHO(number)                                                                                 \
    {                                                                                                \
        .name = "echo", .kind = number, .lease_s = 60, .memory_mb = 64, .run = echo, .save = no_save \
    }
static const struct worker        echoes[KINDS] = { ECHO(1), ECHO(2), ECHO(3), ECHO(4), ECHO(5) };
static const struct worker *const table[KINDS] = { &echoes[0], &echoes[1], &echoes[2], &echoes[3], &echoes[4] };

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

static long available_kib(void) { return line_of("/proc/meminfo", "MemAvailable:"); }

struct figures {
    size_t n;
    double first_ms, all_ms;
    long   rss_kib, pss_kib, available_kib; /* of all */
};

static void memory_of(struct figures *f, const pid_t *pid, long available_before)
{
    usleep(200000);
    f->available_kib = available_before - available_kib();
    for (size_t i = 0; i < f->n; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid[i]);
        f->pss_kib += line_of(path, "Pss:");
        f->rss_kib += line_of(path, "Rss:");
    }
}

static double kib_each(long kib, size_t n) { return (double)kib / (double)n; }

static void print_head(size_t full)
{
    printf("%-26s %6s %10s %10s %34s %22s\n", "", "", "first job", "all", "each: RSS / PSS / available, KiB", "");
    printf("%-26s %6s %10s %10s %34s %14zu of them\n", "a worker is", "n", "ms", "ms", "", full);
}

static void print(const char *what, const struct figures *f, size_t full)
{
    double scale = (double)full / (double)f->n;
    printf("%-26s %6zu %10.2f %10.1f %12.0f %9.1f %11.1f %10.2f s %8.2f GiB\n", what, f->n, f->first_ms, f->all_ms,
           kib_each(f->rss_kib, f->n), kib_each(f->pss_kib, f->n), kib_each(f->available_kib, f->n),
           f->all_ms * scale / 1e3, (double)f->available_kib * scale / (1 << 20));
    fflush(stdout);
}

/* Nanoseconds this process was on a CPU; microseconds are not enough for what sleeps. */
static double cpu_ms(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE  *f = fopen(path, "re");
    double ns = 0;
    if (f && fscanf(f, "%lf", &ns) != 1)
        ns = 0;
    if (f)
        fclose(f);
    return ns / 1e6;
}

/* ---- by the nursery ---- */

struct bench {
    struct metrics *metrics;
    struct loop    *loop;
    struct pool    *pool;
    size_t          each, left;
    int64_t         first_us;
};

static void ended(struct task *t, void *to)
{
    struct bench *b = to;
    if (t->end != TASK_ANSWERED || t->rc != RC_OK)
        abort();
    task_free(t);
    b->left--;
    b->first_us = b->first_us ? b->first_us : clock_mono_us();
}

static int64_t keep(void *to)
{
    struct bench *b = to;
    for (size_t k = 0; k < KINDS; k++)
        pool_keep(b->pool, k, b->each, 60);
    return -1;
}

static bool give_one(struct bench *b, size_t kind)
{
    struct job   job = { .subject = 1, .id = 1, .attempt = 1 };
    struct task *t = task_new(table[kind], kind, JOB_LANE_BULK, 1, &job, 1);
    buf_put(&t->input, S("{\"job\":1}"));
    if (pool_give(b->pool, t))
        return true;
    task_free(t);
    return false;
}

/* Every worker that is idle now gets one job: none answers before this turn is over. */
static void one_each(struct bench *b)
{
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < b->each; i++)
            b->left += give_one(b, k);
}

static void answer_all(struct bench *b)
{
    while (b->left && loop_turn(b->loop, -1))
        ;
}

/* To `each` workers of every kind; ms from asking until the first new one has answered, and until all have. */
static void grow(struct bench *b, size_t each, double *ret_first_ms, double *ret_all_ms)
{
    int64_t began = clock_mono_us();
    size_t  before = pool_alive(b->pool);

    b->each = each;
    b->first_us = 0;
    while (pool_alive(b->pool) < KINDS * each) {
        loop_turn(b->loop, -1);
        if (pool_alive(b->pool) > before && !b->first_us && !b->left)
            b->left += give_one(b, 0); /* the youngest gets it */
    }
    answer_all(b);
    int64_t first_us = b->first_us;
    one_each(b);
    if (b->left != KINDS * each)
        abort();
    answer_all(b);
    *ret_first_ms = (double)(first_us - began) / 1e3;
    *ret_all_ms = (double)(clock_mono_us() - began) / 1e3;
}

static size_t workers_of(const struct metrics *m, pid_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < METRICS_PROCESSES && n < WORKERS_MAX; i++)
        if (m->process[i].pid)
            ret[n++] = m->process[i].pid;
    return n;
}

static void idle(struct bench *b, pid_t nursery, const pid_t *pid, size_t n)
{
    double before = 0, after = 0, warm = cpu_ms(nursery);
    for (size_t i = 0; i < n; i++)
        before += cpu_ms(pid[i]);
    double own = cpu_ms(getpid());
    for (int64_t end = clock_mono_us() + IDLE_MS * 1000; clock_mono_us() < end;)
        loop_turn(b->loop, 250);
    own = cpu_ms(getpid()) - own;
    for (size_t i = 0; i < n; i++)
        after += cpu_ms(pid[i]);
    printf("idle, %zu workers: CPU in a second: agent's side %.2f ms, nursery %.2f ms, all workers together %.2f ms\n",
           n, own * 1000 / IDLE_MS, (cpu_ms(nursery) - warm) * 1000 / IDLE_MS, (after - before) * 1000 / IDLE_MS);
}

static pid_t nursery_start(const struct fleet *fleet, const struct shared *shared, const int pair[2])
{
    struct conf conf = { 0 };
    pid_t       pid = fork();
    if (pid == 0) {
        close(pair[0]);
        _exit(nursery_main(&conf, fleet, shared, pair[1], -1));
    }
    usleep(SETTLE_US); /* it is warm before anybody asks: its own start is no worker's cost */
    return pid;
}

static void nursery_run(const struct fleet *fleet, const struct shared *shared, size_t full)
{
    int            pair[2];
    static pid_t   pid[WORKERS_MAX];
    struct figures f = { 0 };
    struct bench   b = { .metrics = shared->metrics };
    double         few_ms, many_first_ms;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        abort();
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    pid_t nursery = nursery_start(fleet, shared, pair);
    auto_free(loop) loop = loop_new();
    b.loop = loop;
    b.pool = pool_new(fleet, shared, loop, pair[0], 1, WORKERS_MAX, ended, &b);
    loop_each_turn(loop, keep, &b);

    grow(&b, SMALL, &f.first_ms, &few_ms);
    usleep(200000);
    long before = available_kib();
    grow(&b, full / KINDS, &many_first_ms, &f.all_ms);
    f.n = full - KINDS * SMALL; /* the new ones; PSS and RSS of as many */
    workers_of(shared->metrics, pid);
    memory_of(&f, pid, before);
    print("forked by the nursery", &f, full);
    printf("from ten to %zu: the first new one had answered after %.2f ms\n", full, many_first_ms);
    size_t n = workers_of(shared->metrics, pid);
    idle(&b, nursery, pid, n);

    pool_free(b.pool); /* all sockets close: the workers leave */
    kill(nursery, SIGKILL);
    waitpid(nursery, NULL, 0);
    close(pair[0]);
    close(pair[1]);
}

/* ---- by fork and exec: our own binary, and other runtimes ---- */

static int exec_worker(void)
{
    struct cage *cage;
    struct err   e;
    if (cage_new(&cage, &e) != RC_OK)
        return 1;
    worker_loop(&echoes[0], cage, EXEC_SOCKET, -1);
}

struct way {
    const char *name, *file, *argv[4];
    size_t      n;
    bool        messages; /* it speaks our worker's messages, else bytes of a stream */
};
static const struct way ways[] = {
    { "Node, fork + exec",
      "node",
      { "node", "-e",
        "const s = new (require('net').Socket)({ fd: 3 }); s.on('data', d => s.write(d)); s.on('end', () => "
        "process.exit())" },
      30,
      false },
    { "Python 3, fork + exec",
      "/usr/bin/python3",
      { "python3", "-c", "import socket\ns = socket.socket(fileno=3)\nwhile d := s.recv(65536):\n    s.sendall(d)" },
      60,
      false },
    { "this binary, fork + exec", "/proc/self/exe", { "bench-nursery", "exec-worker" }, 300, true },
};

static pid_t exec_one(const struct way *w, int socket)
{
    pid_t pid = fork();
    if (pid == 0) {
        dup2(socket, EXEC_SOCKET); /* not close-on-exec */
        execvp(w->file, (char *const *)(uintptr_t)w->argv);
        _exit(127);
    }
    return pid;
}

static void ask(const struct way *w, int fd)
{
    struct unit_head head = { .bytes = 9 };
    struct str       job = S("{\"job\":1}");
    struct err       e;
    if (w->messages ? message_send(fd, &head, sizeof head, job, NULL, 0, &e) != RC_OK
                    : send(fd, job.p, job.n, MSG_NOSIGNAL) < 0)
        abort();
}

static bool hear(const struct way *w, int fd)
{
    static char    text[4096];
    struct message m;
    struct err     e;
    if (!w->messages)
        return recv(fd, text, sizeof text, 0) > 0;
    auto_buf space = buf_of(1 << 18);
    return message_recv(fd, &space, &m, &e) == RC_OK && m.got.n;
}

/* ms until the last of n has answered; false: there is no such program. */
static bool exec_all(const struct way *w, size_t n, int *fd, pid_t *pid, double *ret_ms)
{
    int64_t began = clock_mono_us();
    bool    all = true;
    for (size_t i = 0; i < n; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, (w->messages ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC, 0, pair) < 0)
            abort();
        fd[i] = pair[0];
        pid[i] = exec_one(w, pair[1]);
        close(pair[1]);
        ask(w, fd[i]);
    }
    for (size_t i = 0; i < n; i++)
        all = hear(w, fd[i]) && all;
    *ret_ms = (double)(clock_mono_us() - began) / 1e3;
    return all;
}

static void exec_end(int *fd, const pid_t *pid, size_t n)
{
    for (size_t i = 0; i < n; i++)
        close(fd[i]);
    for (size_t i = 0; i < n; i++)
        waitpid(pid[i], NULL, 0);
}

static int sooner(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void exec_run(const struct way *w, size_t full)
{
    static int     fd[WORKERS_MAX];
    static pid_t   pid[WORKERS_MAX];
    double         first_ms[FIRSTS];
    struct figures f = { .n = size_min(w->n, full) };

    for (size_t i = 0; i < FIRSTS; i++) {
        bool there = exec_all(w, 1, fd, pid, &first_ms[i]);
        exec_end(fd, pid, 1);
        if (!there) {
            printf("%-26s is not installed here\n", w->name);
            return;
        }
    }
    qsort(first_ms, FIRSTS, sizeof first_ms[0], sooner);
    f.first_ms = first_ms[FIRSTS / 2];
    usleep(SETTLE_US); /* what went before has given its memory back */
    long before = available_kib();
    if (exec_all(w, f.n, fd, pid, &f.all_ms)) {
        memory_of(&f, pid, before);
        print(w->name, &f, full);
    }
    exec_end(fd, pid, f.n);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "exec-worker"))
        return exec_worker();
    size_t        full = argc > 1 ? (size_t)atoi(argv[1]) : 1500;
    struct rlimit files;
    if (full < 5 * KINDS || full > WORKERS_MAX || full % KINDS || getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 2;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    log_set(LOG_ERROR, "bench");

    struct fleet  fleet = { .workers = table, .workers_n = KINDS };
    struct shared shared = { .listen_fd = -1, .doorbell_fd = -1, .password_fd = -1, .metrics = metrics_new() };
    print_head(full);
    for (size_t i = 0; i < countof(ways); i++)
        exec_run(&ways[i], full);
    nursery_run(&fleet, &shared,
                full); /* last: what so many leave in the kernel's caches would make the next look cheap */
    return 0;
}
