/* fleet: messages between processes, the lock and the address, how long to wait. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "fleet/agent/finish.h"
#include "fleet/nursery/forget.h"
#include "fleet/nursery/messages.h"
#include "fleet/master/startup.h"

struct ends {
    int        fd[2];
    struct buf space;
};

static struct ends ends_open(void)
{
    struct ends s = { .space = buf_of(1 << 18) };
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, s.fd), 0);
    return s;
}

static void ends_close(struct ends *s)
{
    close(s->fd[0]);
    close(s->fd[1]);
    buf_done(&s->space);
}

static void payloads_arrive_whole_whatever_their_size(void **state)
{
    static const size_t sizes[] = { 0, 1, MESSAGE_INLINE_MAX, MESSAGE_INLINE_MAX + 1, 5 << 20 };
    struct ends         s = ends_open();
    struct err          e = { 0 };
    (void)state;

    for (size_t i = 0; i < countof(sizes); i++) {
        char            *text = malloc(sizes[i] + 1);
        struct str       bytes = { text, sizes[i] };
        struct unit_head head = { .bytes = (uint32_t)sizes[i],
                                  .files = (uint32_t)i,
                                  .in_memfd = message_is_big(bytes) },
                         got;
        struct message m;
        struct payload p;
        int            file = open("/dev/null", O_RDONLY);

        memset(text, (int)('a' + i), sizes[i]);
        assert_int_equal(message_send(s.fd[0], &head, sizeof head, bytes, &file, 1, &e), RC_OK);
        assert_int_equal(message_recv(s.fd[1], &s.space, &m, &e), RC_OK);
        memcpy(&got, m.got.p, sizeof got);
        assert_memory_equal(&got, &head, sizeof got);
        assert_int_equal(
            message_payload(&m, sizeof got, got.bytes, got.in_memfd ? BY_SEALED : BY_MESSAGE, 64 << 20, &p, &e), RC_OK);
        assert_true(str_eq(p.bytes, bytes));
        assert_int_equal(m.nfds, 1); /* the file is left for the caller */
        payload_done(&p);
        message_close(&m);
        close(file);
        free(text);
    }
    struct message nothing;
    assert_int_equal(message_recv(s.fd[1], &s.space, &nothing, &e), RC_UNAVAILABLE);
    shutdown(s.fd[0], SHUT_RDWR);
    assert_int_equal(message_recv(s.fd[1], &s.space, &nothing, &e), RC_OK);
    assert_int_equal(nothing.got.n, 0);
    ends_close(&s);
}

/* What a worker that went wild could send. */
static void lies_of_a_worker_are_refused(void **state)
{
    struct ends    s = ends_open();
    struct err     e = { 0 };
    struct message m;
    struct payload p;
    int            open_file = memfd_create("unsealed", MFD_ALLOW_SEALING), many[4] = { 0, 1, 2, 2 };
    (void)state;

    assert_int_equal(ftruncate(open_file, 1000), 0);
    assert_int_equal(message_send(s.fd[0], "head", 4, S("tail"), &open_file, 1, &e), RC_OK);
    assert_int_equal(message_recv(s.fd[1], &s.space, &m, &e), RC_OK);
    assert_int_equal(message_payload(&m, 4, 5, BY_MESSAGE, 100, &p, &e), RC_MALFORMED); /* inline length */
    assert_int_equal(message_payload(&m, 4, 101, BY_MESSAGE, 100, &p, &e), RC_TOO_LARGE);
    assert_int_equal(message_payload(&m, 4, 1000, BY_SEALED, 5000, &p, &e), RC_MALFORMED); /* could still shrink */
    assert_int_equal(message_payload(&m, 4, 1000, BY_SEALED, 5000, &p, &e), RC_MALFORMED); /* no file left */
    message_close(&m);

    struct iovec iov = { "x", 1 };
    union {
        struct cmsghdr head;
        char           room[CMSG_SPACE(sizeof many)];
    } control = { 0 };
    struct msghdr raw = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    control.head = (struct cmsghdr){ CMSG_LEN(sizeof many), SOL_SOCKET, SCM_RIGHTS };
    memcpy(CMSG_DATA(&control.head), many, sizeof many);
    assert_int_equal(sendmsg(s.fd[0], &raw, 0), 1);
    assert_int_equal(message_recv(s.fd[1], &s.space, &m, &e), RC_OK);
    assert_int_equal(m.nfds, MESSAGE_FDS_MAX); /* the fourth was closed */
    message_close(&m);
    close(open_file);
    ends_close(&s);
}

/* ---- files in memory ---- */

/* Which of the seals a file has decides whether a worker may map it. */
static void only_sealed_files_are_mapped(void **state)
{
    static const struct {
        const char *name;
        int         seals;
        uint32_t    said;
        enum rc     want;
    } cases[] = {
        { "all", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL, 1000, RC_OK },
        { "all, another length", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL, 999, RC_MALFORMED },
        { "none", 0, 1000, RC_MALFORMED },
        { "can shrink", F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL, 1000, RC_MALFORMED },
        { "can grow", F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL, 1000, RC_MALFORMED },
        { "can be written", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 1000, RC_MALFORMED },
        { "no file in memory", -1, 1000, RC_MALFORMED },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct err     e = { 0 };
        struct message m = { .nfds = 1 };
        struct payload p;
        FILE          *plain = tmpfile();

        m.fds[0] = cases[i].seals < 0 ? dup(fileno(plain)) : memfd_create("unit", MFD_ALLOW_SEALING);
        assert_int_equal(ftruncate(m.fds[0], 1000), 0);
        if (cases[i].seals > 0)
            assert_int_equal(fcntl(m.fds[0], F_ADD_SEALS, cases[i].seals), 0);
        enum rc rc = message_payload(&m, 0, cases[i].said, BY_SEALED, 5000, &p, &e);
        if (rc != cases[i].want)
            fail_msg("%s: %s", cases[i].name, rc_name(rc));
        assert_int_equal(m.nfds, 0);
        payload_done(&p);
        fclose(plain);
    }
}

/* What came by copy stays what it was, whatever the sender does with its file; and the file's memory is given back. */
static void large_answers_are_copied(void **state)
{
    enum { BYTES = 5 << 20 };
    struct ends        s = ends_open();
    struct err         e = { 0 };
    struct message     m;
    struct payload     p;
    int                file = memfd_create("answer", 0);
    char              *text = malloc(BYTES);
    struct answer_head head = { .bytes = BYTES, .in_memfd = 1 };
    (void)state;

    memset(text, 'a', BYTES);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(message_answer(s.fd[0], &head, sizeof head, (struct str){ text, BYTES }, file, &e), RC_OK);
        assert_int_equal(message_recv(s.fd[1], &s.space, &m, &e), RC_OK);
        assert_int_equal(message_payload(&m, sizeof head, BYTES, BY_COPY, 64 << 20, &p, &e), RC_OK);
        assert_int_equal(lseek(file, 0, SEEK_END), 0);
        assert_true(str_eq(p.bytes, (struct str){ text, BYTES }));
        payload_done(&p);
    }
    close(file);
    free(text);
    ends_close(&s);
}

static void what_is_no_file_of_that_length_is_not_copied(void **state)
{
    struct err     e = { 0 };
    struct message m = { .nfds = 3 };
    struct payload p;
    int            pair[2];
    (void)state;

    assert_int_equal(pipe2(pair, O_CLOEXEC | O_NONBLOCK), 0);
    m.fds[0] = memfd_create("short", 0);
    m.fds[1] = pair[0];
    m.fds[2] = open("/dev/null", O_RDWR);
    assert_int_equal(ftruncate(m.fds[0], 999), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(message_payload(&m, 0, 1000, BY_COPY, 5000, &p, &e), RC_MALFORMED);
    assert_int_equal(message_payload(&m, 0, 1000, BY_COPY, 5000, &p, &e), RC_MALFORMED); /* none came */
    close(pair[1]);
}

/* ---- secrets ---- */

/* In a child, as in the nursery.  Copies stand in parts, with something before and behind, on the heap and on the stack. */
static int forgets(const char *url, const char *left, bool want_gone)
{
    int   status;
    pid_t pid = fork();
    if (pid == 0) {
        char on_stack[256], *on_heap = malloc(256), *own = strdup(url);
        snprintf(on_stack, sizeof on_stack, "db=%s;", left);
        snprintf(on_heap, 256, "...%s", left);
        size_t n = strlen(left);
        forget_database(str_of(own));
        bool gone = !memchr(on_stack + 3, left[n - 1], n) && !memchr(on_heap + 3, left[n - 1], n);
        bool kept = !memcmp(on_stack + 3, left, n) && !memcmp(on_heap + 3, left, n);
        _exit((want_gone ? gone : kept) && on_stack[0] == 'd' && on_heap[0] == '.' ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_copy_of_the_password_is_overwritten(void **state)
{
    static const struct {
        const char *url, *left;
        bool        gone;
    } cases[] = {
        { "postgresql://ann:S3kr1t!x@db.example/kith", "postgresql://ann:S3kr1t!x@db.example/kith", true },
        { "postgresql://ann:S3kr1t!x@db.example/kith", "S3kr1t!x", true },
        { "postgresql://ann:S3@r1t!x@db.example/kith?sslmode=require", "postgresql://ann", false },
        { "postgresql://db.example/kith?user=ann&password=S3kr1t!x&a=b", "S3kr1t!x", true },
        { "host=db user=ann password=S3kr1t!x dbname=kith", "S3kr1t!x", true },
        { "postgresql://ann:abc@db.example/kith", "abc", false }, /* so short: it stands anywhere */
        { "postgresql://ann:abc@db.example/kith", "postgresql://ann:abc@db.example/kith", true },
        { "sqlite:var/kith.db", "sqlite:var/kith.db", true },
        { "", "sqlite", false },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        if (forgets(cases[i].url, cases[i].left, cases[i].gone) != 0)
            fail_msg("%s, %s", cases[i].url, cases[i].left);
}

static void the_environment_is_overwritten(void **state)
{
    int   status;
    pid_t pid = fork();
    (void)state;
    if (pid == 0) {
        char *variable = strdup("TOKEN=secret"), *all[] = { variable, NULL };
        environ = all;
        forget_environment();
        _exit(getenv("TOKEN") || variable[0] || variable[6] ? 1 : 0);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

/* ---- lock and address ---- */

static void one_kith_a_folder_and_one_address(void **state)
{
    char       folder[] = "/tmp/kith-u_fleet-XXXXXX", lock[64];
    int        first, second;
    struct err e = { 0 };
    (void)state;

    assert_non_null(mkdtemp(folder));
    assert_int_equal(startup_lock(str_of(folder), &first, &e), RC_OK);
    assert_int_equal(startup_lock(str_of(folder), &second, &e), RC_CONFLICT);
    snprintf(lock, sizeof lock, "process %d", (int)getpid());
    assert_non_null(strstr(e.text, lock));
    close(first);
    assert_int_equal(startup_lock(str_of(folder), &second, &e), RC_OK); /* the file alone is no obstacle */
    close(second);
    assert_int_equal(startup_lock(S("/proc/nowhere"), &second, &e), RC_UNAVAILABLE);

    assert_int_equal(startup_listen(S("127.0.0.1:0"), &first, &e), RC_OK);
    static const char *const broken[] = { "",           "8080",           "localhost:8080",
                                          "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:123456789" };
    for (size_t i = 0; i < countof(broken); i++)
        assert_int_equal(startup_listen(str_of(broken[i]), &second, &e), RC_INVALID);
    assert_int_equal(startup_listen(S("192.0.2.1:80"), &second, &e), RC_UNAVAILABLE);
    close(first);
    snprintf(lock, sizeof lock, "%s/kith.lock", folder);
    unlink(lock);
    rmdir(folder);
}

static void waiting_doubles_up_to_an_hour(void **state)
{
    static const struct {
        int64_t attempt, most_ms;
    } cases[] = {
        { 0, 1000 }, { 1, 2000 }, { 5, 32000 }, { 11, 2048000 }, { 12, 3600000 }, { 90, 3600000 },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(finish_backoff_ms(cases[i].attempt, 0), cases[i].most_ms / 2);
        for (uint64_t r = 1; r < 1u << 20; r = r * 3 + 1) {
            int64_t ms = finish_backoff_ms(cases[i].attempt, r);
            assert_true(ms >= cases[i].most_ms / 2 && ms <= cases[i].most_ms);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_arrive_whole_whatever_their_size),
        cmocka_unit_test(lies_of_a_worker_are_refused),
        cmocka_unit_test(only_sealed_files_are_mapped),
        cmocka_unit_test(large_answers_are_copied),
        cmocka_unit_test(what_is_no_file_of_that_length_is_not_copied),
        cmocka_unit_test(every_copy_of_the_password_is_overwritten),
        cmocka_unit_test(the_environment_is_overwritten),
        cmocka_unit_test(one_kith_a_folder_and_one_address),
        cmocka_unit_test(waiting_doubles_up_to_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
