/* The agent's pool with a real nursery: who gets which unit, what a worker remembers, and workers that went wild. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "fleet/agent/pool.h"
#include "fleet/nursery/nursery.h"
#include "io/shared/metrics.h"

enum { ONE, ANY, MEMORY, WILD, CRIES, KINDS, WORKER_SOCKET_FD = 3, TURNS_MAX = 20000 };

/* ---- kinds ---- */

static enum rc tell_pid(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    (void)a, (void)in, (void)files, (void)e;
    buf_fmt(out, "%d", (int)getpid());
    return RC_OK;
}

/* Says how many bytes 'S' it finds in memory that was given back, then leaves some: on the arena, on the heap, in its answer. */
static enum rc remember(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    enum { BYTES = 4000 };
    char  *arena = arena_raw(a, BYTES), *heap = malloc(BYTES), *answer = buf_room(out, BYTES);
    size_t found = 0;
    (void)in, (void)files, (void)e;
    for (size_t i = 0; i < BYTES; i++)
        found += arena[i] == 'S' || heap[i] == 'S' || answer[i] == 'S';
    memset(arena, 'S', BYTES);
    memset(heap, 'S', BYTES);
    memset(answer, 'S', BYTES);
    free(heap);
    buf_fmt(out, "%5zu", found);
    out->n = BYTES;
    return RC_OK;
}

/* Speaks to the agent past its own loop; what it says is chosen by the input. */
static enum rc go_wild(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct answer_head h = { .bytes = 10 };
    char               text[sizeof h + 5] = { 0 };
    size_t             n = sizeof text; /* a length that is not what came */
    (void)a, (void)files, (void)out, (void)e;
    if (str_is(in, "short"))
        n = 3;
    else if (str_is(in, "outcome"))
        h = (struct answer_head){ .rc = 4711, .bytes = 5 };
    else if (str_is(in, "file"))
        h = (struct answer_head){ .bytes = 5, .in_memfd = 77 };
    memcpy(text, &h, sizeof h);
    for (int i = 0; i < 50; i++)
        (void)!write(WORKER_SOCKET_FD, text, n);
    while (n)
        (void)poll(NULL, 0, 1000); /* and does not leave */
    return RC_OK;
}

/* A log line of its own, an escape, and more than anybody wants to read. */
static enum rc cry(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    (void)a, (void)in, (void)files, (void)e, (void)out;
    for (int i = 0; i < 500; i++)
        dprintf(STDERR_FILENO, "%d.000 error forged proc=master \x1b[2J\"\n", i);
    return RC_OK;
}

static enum rc no_save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)db, (void)a, (void)u, (void)out, (void)e;
    return RC_OK;
}

#define KIND(number, word, does, one)                                                                                  \
    {                                                                                                                  \
        .name = word, .kind = number, .lease_s = 60, .memory_mb = 64, .one_account = one, .run = does, .save = no_save \
    }
static const struct worker        kinds[KINDS] = { KIND(1, "one", tell_pid, true), KIND(2, "any", tell_pid, false),
                                                   KIND(3, "memory", remember, false), KIND(4, "wild", go_wild, false),
                                                   KIND(5, "cries", cry, false) };
static const struct worker *const table[KINDS] = { &kinds[0], &kinds[1], &kinds[2], &kinds[3], &kinds[4] };

/* ---- an agent's part ---- */

struct house {
    struct fleet  fleet;
    struct shared shared;
    struct loop  *loop;
    struct pool  *pool;
    pid_t         nursery;
    int           pair[2];
    size_t        kind; /* one worker of it is kept */
    struct task  *ended;
};

static void ended(struct task *t, void *to) { ((struct house *)to)->ended = t; }

static int64_t keep(void *to)
{
    struct house *h = to;
    pool_keep(h->pool, h->kind, 1, 60);
    return -1;
}

static struct house *house_open(void)
{
    static struct house h;
    struct conf         conf = { 0 };
    h = (struct house){ .fleet = { .workers = table, .workers_n = KINDS },
                        .shared = { .listen_fd = -1, .doorbell_fd = -1, .password_fd = -1, .metrics = metrics_new() } };
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, h.pair), 0);
    fcntl(h.pair[0], F_SETFL, O_NONBLOCK);
    h.nursery = fork();
    if (h.nursery == 0) {
        close(h.pair[0]);
        _exit(nursery_main(&conf, &h.fleet, &h.shared, h.pair[1], -1));
    }
    h.loop = loop_new();
    h.pool = pool_new(&h.fleet, &h.shared, h.loop, h.pair[0], 1, 10, ended, &h);
    loop_each_turn(h.loop, keep, &h);
    return &h;
}

static void house_close(struct house *h)
{
    pool_free(h->pool);
    loop_free(h->loop);
    close(h->pair[0]);
    close(h->pair[1]);
    waitpid(h->nursery, NULL, 0); /* it leaves when nobody holds the other end */
}

/* One unit of this account, from giving it until it has ended. */
static struct task *run(struct house *h, size_t kind, int64_t account, struct str in)
{
    struct job   job = { .subject = 1, .id = 1, .attempt = 1 };
    struct task *t = task_new(table[kind], kind, JOB_LANE_BULK, account, &job, 1);

    buf_put(&t->input, in);
    h->kind = kind;
    h->ended = NULL;
    bool given = false;
    for (int i = 0; i < TURNS_MAX && !h->ended; i++) {
        given = given || pool_give(h->pool, t);
        loop_turn(h->loop, 50);
    }
    assert_ptr_equal(h->ended, t);
    return t;
}

static int pid_that_ran(struct house *h, size_t kind, int64_t account)
{
    struct task *t = run(h, kind, account, S("x"));
    int64_t      pid = 0;
    assert_int_equal(t->end, TASK_ANSWERED);
    assert_true(str_i64(t->output.bytes, 2, INT32_MAX, &pid));
    task_free(t);
    return (int)pid;
}

/* ---- tests ---- */

static void a_process_that_read_files_serves_one_account(void **state)
{
    struct house *h = house_open();
    (void)state;

    int first = pid_that_ran(h, ONE, 7);
    assert_int_equal(pid_that_ran(h, ONE, 7), first);
    int other = pid_that_ran(h, ONE, 8);
    assert_int_not_equal(other, first);
    assert_int_equal(pid_that_ran(h, ONE, 8), other);
    assert_int_not_equal(pid_that_ran(h, ONE, 7), first); /* it is gone */

    int any = pid_that_ran(h, ANY, 7);
    assert_int_equal(pid_that_ran(h, ANY, 8), any);
    house_close(h);
}

static void nothing_of_a_unit_is_there_in_the_next(void **state)
{
    struct house *h = house_open();
    (void)state;
    for (int64_t account = 1; account <= 3; account++) {
        struct task *t = run(h, MEMORY, account, S("x"));
        int64_t      found = -1;
        assert_int_equal(t->end, TASK_ANSWERED);
        assert_int_equal(t->output.bytes.n, 4000);
        assert_true(str_i64(str_trim(str_head(t->output.bytes, 5)), 0, 99999, &found));
        assert_int_equal(found, 0);
        task_free(t);
    }
    house_close(h);
}

static void a_wild_worker_is_ended_and_its_unit_counts_as_crashed(void **state)
{
    static const char *const ways[] = { "length", "short", "outcome", "file" };
    struct house            *h = house_open();
    (void)state;
    for (size_t i = 0; i < countof(ways); i++) {
        struct task *t = run(h, WILD, 1, str_of(ways[i]));
        if (t->end != TASK_CRASHED || !strstr(t->why.text, "made no sense"))
            fail_msg("%s: %d, %s", ways[i], (int)t->end, t->why.text);
        task_free(t);
    }
    assert_true(pid_that_ran(h, ANY, 1) > 0); /* all goes on */
    house_close(h);
}

/* Into a pipe instead of the terminal. */
static void what_a_worker_says_is_escaped_and_ends(void **state)
{
    static char   text[1 << 16];
    struct house *h = house_open();
    int           log[2], keep_fd = dup(STDERR_FILENO);
    (void)state;

    assert_int_equal(pipe2(log, O_NONBLOCK), 0);
    dup2(log[1], STDERR_FILENO);
    task_free(run(h, CRIES, 1, S("x")));
    for (int i = 0; i < 20; i++)
        loop_turn(h->loop, 10);
    dup2(keep_fd, STDERR_FILENO);
    ssize_t    n = read(log[0], text, sizeof text);
    struct str all = { text, n > 0 ? (size_t)n : 0 }, line;
    size_t     lines = 0;
    assert_true(all.n > 0);
    assert_true(str_find(all, S("\x1b"), 0) == SIZE_MAX);
    assert_true(str_find(all, S("worker.says_too_much"), 0) != SIZE_MAX);
    for (; str_next(&all, '\n', &line); lines += line.n > 0)
        if (line.n && str_find(line, S(" warn worker.says"), 0) == SIZE_MAX)
            fail_msg(STR_FMT, STR_ARG(line));
    assert_in_range(lines, 1, 21);
    house_close(h);
    close(log[0]), close(log[1]), close(keep_fd);
}

int main(void)
{
    log_set(LOG_WARN, "u_pool");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_read_files_serves_one_account),
        cmocka_unit_test(nothing_of_a_unit_is_there_in_the_next),
        cmocka_unit_test(what_a_worker_says_is_escaped_and_ends),
        cmocka_unit_test(a_wild_worker_is_ended_and_its_unit_counts_as_crashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
