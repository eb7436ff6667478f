/* tests/bench/bench_fleet.c - what a unit costs on its way from the agent to a worker and back. */
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
#include "fleet/nursery/nursery.h"
#include "fleet/agent/pool.h"
#include "fleet/nursery/worker_loop.h"
#include "io/shared/metrics.h"

enum { WORKERS_MAX = 16 };

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

static pid_t nursery_start(const struct fleet *fleet, const struct shared *shared, int pair[2])
{
    struct conf conf = { 0 };
    pid_t       pid = fork();
    if (pid == 0) {
        close(pair[0]);
        _exit(nursery_main(&conf, fleet, shared, pair[1], -1));
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

static void pool_run(const struct fleet *fleet, const struct shared *shared, size_t n_workers, size_t units,
                     size_t bytes, const char *what)
{
    int          pair[2];
    struct bench b = { .metrics = shared->metrics, .want = n_workers };

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        abort();
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    pid_t nursery = nursery_start(fleet, shared, pair);
    auto_free(loop) loop = loop_new();
    task_list_init(&b.waiting);
    b.loop = loop;
    b.pool = pool_new(fleet, shared, loop, pair[0], 1, WORKERS_MAX, ended, &b);
    loop_each_turn(loop, turn, &b);
    throughput(&b, what, units, bytes);
    pool_free(b.pool);
    kill(nursery, SIGKILL);
    waitpid(nursery, NULL, 0);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    struct fleet  fleet = { .workers = table, .workers_n = countof(table) };
    struct shared shared = { .listen_fd = -1, .doorbell_fd = -1, .password_fd = -1, .metrics = metrics_new() };
    log_set(LOG_ERROR, "bench");
    pool_run(&fleet, &shared, 2, 100000, 1000, "1 KB, 2 workers");
    pool_run(&fleet, &shared, 2, 10000, 60000, "60 KB, 2 workers");
    pool_run(&fleet, &shared, 2, 1000, 1000000, "1 MB (memfd), 2 workers");
    return 0;
}
