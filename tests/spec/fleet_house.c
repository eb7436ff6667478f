/* tests/spec/fleet_house.c - a house without rooms: the real master, nursery and agent with workers made to misbehave.
 *
 *   fleet-house up [settings]                   runs; every http process answers /password, and all else with the metrics
 *   fleet-house add KIND COUNT ACCOUNT [ACCOUNTS] [settings]   enqueues subjects ACCOUNT000000.. (for so many accounts from that
 *                                       one on): KIND is a name of the table below
 * Every save writes one row per subject into the table effects, in the transaction that completes the jobs: more
 * or less than one row for a subject is work done twice or lost. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/pack.h"
#include "fleet/master/master.h"
#include "base/process_title.h"
#include "io/loop.h"
#include "io/shared/metrics.h"
#include "io/shared/password.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"
#include "work/password.h"

static const char EFFECTS[] = "create table if not exists effects (kind bigint, subject bigint)";
static const char SEEN[] = "select count(*) from effects where kind = 99 and subject = $1";
enum { SEEN_KIND = 99 };
static const char EFFECT[] = "insert into effects (kind, subject) values ($1, $2)";

/* ---- workers ---- */

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    (void)db, (void)a, (void)files, (void)e;
    for (size_t i = 0; i < u->n; i++)
        pack_i64(in, u->subject[i]);
    return RC_OK;
}

static enum rc load_with_file(struct sql *db, struct arena *a, const struct unit *u, struct buf *in,
                              struct files *files, struct err *e)
{
    files->fd[files->n++] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    return load(db, a, u, in, files, e);
}

static enum rc echo(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    (void)a, (void)files, (void)e;
    buf_put(out, in);
    return RC_OK;
}

/* A network's answer that takes 20 ms; with jobs of account 30 half a second. */
static enum rc slow(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct unpack u = unpack_of(in);
    bool          slower = unpack_i64(&u) / 1000000 == 30;
    nanosleep(&(struct timespec){ .tv_nsec = (slower ? 500 : 20) * 1000 * 1000 }, NULL);
    return echo(a, in, files, out, e);
}

/* 5 MiB each way; the file that came with it is read too. */
static enum rc huge(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    char zero[64];
    if (files->n != 1 || read(files->fd[0], zero, sizeof zero) != sizeof zero)
        return err_set(e, RC_INTERNAL, "no file came");
    echo(a, in, files, out, e);
    char *room = buf_room(out, 5 << 20);
    memset(room, 'x', 5 << 20);
    out->n += 5 << 20;
    return RC_OK;
}

/* Subjects ending in 7 crash, in 8 do what is forbidden, in 9 hang, in 6 are refused. */
static enum rc poison(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    volatile int *volatile nowhere = NULL;
    struct unpack u = unpack_of(in);

    while (u.left.n) {
        switch (unpack_i64(&u) % 10) {
        case 6: return err_set(e, RC_INVALID, "a subject that is refused");
        case 7:
            fprintf(stderr, "\xff last words of the worker, not all of them letters\n");
            *nowhere = 1;
            break;
        case 8:
            if (open("/etc/passwd", O_RDONLY) < 0)
                abort(); /* under a sanitizer the call fails instead of killing */
            break;
        case 9:
            for (volatile int forever = 1; forever;)
                ;
        }
    }
    return echo(a, in, files, out, e);
}

/* A worker has no network: it is handed a connection to the service at KITH_FAKE, a port of this machine. */
static enum rc load_with_connection(struct sql *db, struct arena *a, const struct unit *u, struct buf *in,
                                    struct files *files, struct err *e)
{
    const char        *port = getenv("KITH_FAKE");
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)(port ? atoi(port) : 0)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int                fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        perror("fleet-house: connect");
    files->fd[files->n++] = fd;
    return load(db, a, u, in, files, e);
}

/* One call: says when, and is told "ok", "wait SECONDS" or nothing. */
static enum rc call(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    char    said[64] = "";
    int     fd = files->fd[0];
    int64_t now_us = clock_mono_us();
    bool    answered = write(fd, &now_us, sizeof now_us) == sizeof now_us && read(fd, said, sizeof said - 1) > 0;

    if (!answered)
        return err_set(e, RC_UNAVAILABLE, "it does not answer");
    if (strncmp(said, "wait ", 5))
        return echo(a, in, files, out, e);
    e->retry_after_s = atoi(said + 5);
    return err_set(e, RC_THROTTLED, "429 of the fake");
}

static int64_t kind_of_size(struct str out) { return out.n > 1 << 20 ? KIND_INDEX : 0; }

static enum rc save(struct sql *db, int64_t kind, const struct unit *u, struct err *e)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->held[i])
            TRY(sql_run(db, e, EFFECT, SQL_ARGS(I64(kind), I64(u->subject[i])), NULL));
    return RC_OK;
}

static enum rc save_echo(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)a;
    struct unpack in = unpack_of(out);
    for (size_t i = 0; i < u->n; i++)
        if (unpack_i64(&in) != u->subject[i])
            return err_set(e, RC_INTERNAL, "another unit's answer");
    TRY(save(db, kind_of_size(out) ? KIND_INDEX : KIND_IMPORT, u, e));
    return jobs_add(db, u->account, KIND_UNDO, JOB_PRIO_NORMAL, u->subject, u->n, e); /* what follows */
}
static enum rc save_poison(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)a, (void)out;
    return save(db, KIND_ENRICH, u, e);
}
static enum rc save_slow(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)a, (void)out;
    return save(db, KIND_DEDUPE, u, e);
}
static enum rc save_call(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)a, (void)out;
    return save(db, KIND_EXPIRE, u, e);
}
/* A kind without a worker; one subject in ten has to come a second time. */
static enum rc save_row(struct sql *db, int64_t subject, enum rc *ret, struct err *e)
{
    int64_t before = subject % 10 ? 1 : 0;
    if (!before)
        TRY(sql_one_i64(db, e, SEEN, SQL_ARGS(I64(subject)), &before));
    *ret = before ? RC_OK : RC_UNAVAILABLE;
    return sql_run(db, e, EFFECT, SQL_ARGS(I64(before ? KIND_UNDO : SEEN_KIND), I64(subject)), NULL);
}
static enum rc save_rows(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    (void)a, (void)out;
    for (size_t i = 0; i < u->n; i++) {
        u->why[i] = S("not now");
        if (u->held[i])
            TRY(save_row(db, u->subject[i], &u->rc[i], e));
    }
    return RC_OK;
}

#define COMMON .lease_s = 2, .max_tries = 50, .memory_mb = 64
static const struct worker echo_worker = {
    .name = "echo", .kind = KIND_IMPORT, .unit = 10, COMMON, .max = 4, .load = load, .run = echo, .save = save_echo
};
static const struct worker poison_worker = { .name = "poison",
                                             .kind = KIND_ENRICH,
                                             .unit = 10,
                                             COMMON,
                                             .max = 3,
                                             .load = load,
                                             .run = poison,
                                             .save = save_poison };
static const struct worker slow_worker = { .name = "slow",
                                           .kind = KIND_DEDUPE,
                                           .unit = 1,
                                           COMMON,
                                           .min = 1,
                                           .max = 4,
                                           .network = true,
                                           .load = load,
                                           .run = slow,
                                           .save = save_slow };
static const struct worker huge_worker = { .name = "huge",
                                           .kind = KIND_INDEX,
                                           .unit = 2,
                                           COMMON,
                                           .max = 2,
                                           .load = load_with_file,
                                           .run = huge,
                                           .save = save_echo };
static const struct worker rows_worker = { .name = "rows", .kind = KIND_UNDO, .unit = 20, COMMON, .save = save_rows };
static const struct worker call_worker = { .name = "call",
                                           .kind = KIND_EXPIRE,
                                           .unit = 1,
                                           COMMON,
                                           .max = 8,
                                           .network = true,
                                           .service = "fake",
                                           .load = load_with_connection,
                                           .run = call,
                                           .save = save_call };
static const struct worker *const table[] = { &echo_worker, &poison_worker, &slow_worker,    &huge_worker,
                                              &rows_worker, &call_worker,   &worker_password };

/* ---- http: one answer to everything ---- */

struct http {
    const struct shared *shared;
    struct loop         *loop;
};

static bool answer_of(int fd, struct password_answer *ret)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    bool          got = poll(&wait, 1, PASSWORD_WAIT_MS) == 1 && password_answer(fd, ret, NULL) == RC_OK;
    close(fd);
    return got;
}

/* Hashes, then verifies the right and a wrong password; waits, which a real http process never does. */
static struct str try_password(int channel)
{
    struct password_answer hash, right, wrong;
    int                    fd;
    if (password_ask_hash(channel, S("correct horse"), &fd, NULL) != RC_OK || !answer_of(fd, &hash))
        return S("no hash");
    struct str h = str_of(hash.hash);
    if (password_ask_verify(channel, S("correct horse"), h, &fd, NULL) != RC_OK || !answer_of(fd, &right) ||
        password_ask_verify(channel, S("Correct horse"), h, &fd, NULL) != RC_OK || !answer_of(fd, &wrong))
        return S("no verdict");
    bool good = str_starts(h, S("$argon2id$v=19$m=19456,t=2,p=1$")) && right.same && !right.old && !wrong.same;
    return good ? S("passwords work") : S("wrong verdict");
}

static void accept_one(int fd, uint32_t events, void *to)
{
    struct http *h = to;
    char         asked[4096];
    auto_buf     b = buf_of(1 << 20);
    int          client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

    (void)events;
    if (client < 0)
        return;
    if (read(client, asked, sizeof asked) > 0) {
        buf_put(&b, S("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"));
        if (!memcmp(asked, "GET /password", 13))
            buf_put(&b, try_password(h->shared->password_fd));
        else
            metrics_print(h->shared->metrics, &b);
        (void)!write(client, b.p, b.n);
    }
    close(client);
}

static void stop(int signal, void *to)
{
    if (signal == SIGTERM || signal == SHARED_RETIRE)
        loop_stop(((struct http *)to)->loop);
}

static int http_main(const struct conf *conf, const struct shared *shared)
{
    static const int signals[] = { SIGTERM, SIGINT, SHARED_RETIRE };
    auto_free(loop) loop = loop_new();
    struct http h = { shared, loop };

    (void)conf;
    loop_signals(loop, signals, countof(signals), stop, &h);
    loop_watch(loop, shared->listen_fd, EPOLLIN, accept_one, &h);
    shared_up(shared);
    loop_run(loop);
    return 0;
}

/* ---- the program ---- */

static enum rc open_db(const struct conf *conf, struct sql **ret, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    return sql_open(ret, conf_database(conf, a), e);
}

static enum rc migrate(const struct conf *conf, struct err *e)
{
    auto_free(sql) db = NULL;
    TRY(open_db(conf, &db, e));
    TRY(migrate_up(db, NULL, e));
    return sql_run(db, e, EFFECTS, SQL_NONE, NULL);
}

static enum rc add_to(struct sql *db, const struct worker *w, int64_t account, int64_t n, struct err *e)
{
    int64_t subject[100];

    for (int64_t i = 0; i < n;) {
        size_t some = 0;
        while (some < countof(subject) && i < n)
            subject[some++] = account * 1000000 + i++;
        TRY(jobs_add(db, account, (enum job_kind)w->kind, JOB_PRIO_NORMAL, subject, some, e));
    }
    return RC_OK;
}

static enum rc add(const struct conf *conf, int argc, char **argv, struct err *e)
{
    auto_free(sql) db = NULL;
    int64_t first = atoll(argv[3]), accounts = argc > 4 ? atoll(argv[4]) : 1;
    size_t  k = 0;

    while (k < countof(table) && strcmp(table[k]->name, argv[1]))
        k++;
    if (k == countof(table))
        return err_set(e, RC_INVALID, "no such kind");
    TRY(open_db(conf, &db, e));
    for (int64_t account = first; account < first + accounts; account++)
        TRY(add_to(db, table[k], account, atoll(argv[2]), e));
    return RC_OK;
}

static enum rc reload(char **words, struct conf *ret, struct arena *a, struct err *e)
{
    int n = 0;
    while (words[n])
        n++;
    return conf_load(ret, a, &n, words, e);
}

int main(int argc, char **argv)
{
    process_title_keep(argc, argv);
    auto_free(arena) a = arena_new(4096);
    char **words = arena_array(a, char *, (size_t)argc + 1);
    for (int i = 1; i < argc; i++)
        words[i - 1] = (char *)(uintptr_t)str_copy(a, str_of(argv[i])).p;
    struct fleet fleet = { .workers = table,
                           .workers_n = countof(table),
                           .http_main = http_main,
                           .migrate = migrate,
                           .words = words,
                           .reload = reload };
    struct conf  conf;
    struct err   e = { 0 };

    argc--, argv++;
    enum rc rc = conf_load(&conf, a, &argc, argv, &e);
    if (rc == RC_OK && argc >= 1 && !strcmp(argv[0], "up"))
        rc = master_run(&conf, &fleet, &e);
    else if (rc == RC_OK && (argc == 4 || argc == 5))
        rc = add(&conf, argc, argv, &e);
    if (rc != RC_OK)
        fprintf(stderr, "fleet-house: %s\n", e.text);
    return rc == RC_OK ? 0 : 1;
}
