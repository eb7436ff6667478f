/* The cage of workers: what is refused, call by call; what leaves, what it may hold; what Landlock adds. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "fleet/nursery/cage.h"
#include "fleet/nursery/landlock.h"
#include "fleet/nursery/messages.h"

enum { MEMORY_MB = 64, THROUGH = 42, HELD = 43 };

/* Stand for what is known only when a probe runs. */
enum { OTHER = 1000001, SELF, SOCKET, PIPE, FILE_FD, SPACE, PATH, ADDRESS };

#ifdef __SANITIZE_ADDRESS__
enum { IS_SANITIZED = 1 };
#elif defined __has_feature
enum { IS_SANITIZED = __has_feature(address_sanitizer) };
#else
enum { IS_SANITIZED = 0 };
#endif

/* A process that answers as long as it lives: a signal that is pending ends it before it can. */
struct other {
    pid_t pid;
    int   fd;
};

static struct other other_new(void)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    struct other o = { fork(), pair[0] };
    if (o.pid == 0) {
        char one;
        close(pair[0]);
        while (read(pair[1], &one, 1) == 1 && write(pair[1], &one, 1) == 1)
            ;
        _exit(0);
    }
    close(pair[1]);
    return o;
}

static bool other_lives(const struct other *o)
{
    char one = 'x';
    return send(o->fd, &one, 1, MSG_NOSIGNAL) == 1 && read(o->fd, &one, 1) == 1;
}

static void other_end(struct other *o)
{
    close(o->fd);
    waitpid(o->pid, NULL, 0);
}

/* ---- calls that are refused ---- */

struct probe {
    const char *name;
    long        call, arg[6];
};

static const struct probe probes[] = {
    /* signals to others, at once or later */
    { "kill", SYS_kill, { OTHER, SIGKILL } },
    { "kill all", SYS_kill, { -1, 0 } },
    { "kill the group", SYS_kill, { 0, 0 } },
    { "tgkill, abort", SYS_tgkill, { OTHER, OTHER, SIGABRT } },
    { "tgkill, kill", SYS_tgkill, { OTHER, OTHER, SIGKILL } },
    { "tgkill, thread of another", SYS_tgkill, { SELF, OTHER, SIGABRT } },
    { "tkill", SYS_tkill, { OTHER, SIGKILL } },
    { "rt_sigqueueinfo", SYS_rt_sigqueueinfo, { OTHER, SIGKILL, SPACE } },
    { "rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, { OTHER, OTHER, SIGABRT, SPACE } },
    { "pidfd_open", SYS_pidfd_open, { OTHER } },
    { "pidfd_send_signal", SYS_pidfd_send_signal, { SOCKET, SIGKILL } },
    { "F_SETOWN", SYS_fcntl, { SOCKET, F_SETOWN, OTHER } },
    { "F_SETOWN_EX", SYS_fcntl, { SOCKET, F_SETOWN_EX, SPACE } },
    { "F_SETSIG", SYS_fcntl, { SOCKET, F_SETSIG, SIGKILL } },
    { "F_SETFL O_ASYNC", SYS_fcntl, { SOCKET, F_SETFL, O_ASYNC } },
    { "F_SETFL, shared with others", SYS_fcntl, { SOCKET, F_SETFL, O_NONBLOCK } },
    { "F_SETLEASE", SYS_fcntl, { FILE_FD, F_SETLEASE, F_WRLCK } },
    { "F_NOTIFY", SYS_fcntl, { FILE_FD, F_NOTIFY, 1 } },
    { "F_SETLK", SYS_fcntl, { FILE_FD, F_SETLK, SPACE } },
    { "F_OFD_SETLK", SYS_fcntl, { FILE_FD, F_OFD_SETLK, SPACE } },
    { "F_DUPFD", SYS_fcntl, { SOCKET, F_DUPFD, 100 } },
    { "F_SETFD", SYS_fcntl, { SOCKET, F_SETFD, 0 } },
    { "ioctl FIOASYNC", SYS_ioctl, { SOCKET, FIOASYNC, SPACE } },
    { "ioctl FIOSETOWN", SYS_ioctl, { SOCKET, 0x8901, SPACE } },
    { "ioctl TIOCSTI", SYS_ioctl, { 0, 0x5412, SPACE } },
    { "setitimer", SYS_setitimer, { 0, SPACE, 0 } },
    { "timer_create", SYS_timer_create, { 0, 0, SPACE } },
    { "timerfd_create", SYS_timerfd_create, { 0, 0 } },
    { "setpgid", SYS_setpgid, { 0, 0 } },
    { "setsid", SYS_setsid, { 0 } },
    /* memory and descriptors beside what is counted */
    { "memfd_create", SYS_memfd_create, { PATH, 0 } },
    { "memfd_secret", 447, { 0 } },
    { "fallocate", SYS_fallocate, { FILE_FD, 0, 0, 1 << 20 } },
    { "ftruncate", SYS_ftruncate, { FILE_FD, 1 << 20 } },
    { "F_SETPIPE_SZ", SYS_fcntl, { PIPE, F_SETPIPE_SZ, 1 << 20 } },
    { "huge pages", SYS_mmap, { 0, 2 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0 } },
    { "mlockall", SYS_mlockall, { 1 } },
    { "mlock", SYS_mlock, { SPACE, 4096 } },
    { "shmget", SYS_shmget, { 0, 4096, 01600 } },
    { "msgget", SYS_msgget, { 0, 01600 } },
    { "semget", SYS_semget, { 0, 1, 01600 } },
    { "mq_open", SYS_mq_open, { PATH, O_CREAT, 0600, 0 } },
    { "pipe2", SYS_pipe2, { SPACE, 0 } },
    { "eventfd2", SYS_eventfd2, { 0, 0 } },
    { "epoll_create1", SYS_epoll_create1, { 0 } },
    { "inotify_init1", SYS_inotify_init1, { 0 } },
    { "dup", SYS_dup, { SOCKET } },
    { "dup2", SYS_dup2, { SOCKET, 100 } },
    { "dup3", SYS_dup3, { SOCKET, 100, 0 } },
    { "setsockopt, larger buffers", SYS_setsockopt, { SOCKET, SOL_SOCKET, SO_SNDBUF, SPACE, 4 } },
    { "prlimit, itself", SYS_prlimit64, { 0, RLIMIT_AS, SPACE, 0 } },
    { "prlimit, another", SYS_prlimit64, { OTHER, RLIMIT_AS, 0, SPACE } },
    { "setrlimit", SYS_setrlimit, { RLIMIT_AS, SPACE } },
    { "poisoned pages", SYS_madvise, { SPACE, 4096, 100 } },
    { "merged pages", SYS_madvise, { SPACE, 4096, MADV_MERGEABLE } },
    { "remapped to a place", SYS_mremap, { SPACE, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, SPACE } },
    { "futex, priority inheritance", SYS_futex, { SPACE, FUTEX_LOCK_PI } },
    { "futex, shared", SYS_futex, { SPACE, FUTEX_WAKE } },
    /* files by name */
    { "open", SYS_open, { PATH, O_RDONLY } },
    { "creat", SYS_creat, { PATH, 0600 } },
    { "openat", SYS_openat, { AT_FDCWD, PATH, O_RDONLY } },
    { "openat2", SYS_openat2, { AT_FDCWD, PATH, SPACE, 24 } },
    { "stat", SYS_stat, { PATH, SPACE } },
    { "newfstatat", SYS_newfstatat, { AT_FDCWD, PATH, SPACE, 0 } },
    { "newfstatat, a path with AT_EMPTY_PATH", SYS_newfstatat, { AT_FDCWD, PATH, SPACE, AT_EMPTY_PATH } },
    { "statx", SYS_statx, { AT_FDCWD, PATH, AT_EMPTY_PATH, 0xfff, SPACE } },
    { "access", SYS_access, { PATH, F_OK } },
    { "readlink", SYS_readlink, { PATH, SPACE, 100 } },
    { "chdir", SYS_chdir, { PATH } },
    { "unlink", SYS_unlink, { PATH } },
    { "rename", SYS_rename, { PATH, PATH } },
    { "truncate", SYS_truncate, { PATH, 0 } },
    { "open_by_handle_at", SYS_open_by_handle_at, { AT_FDCWD, SPACE, 0 } },
    { "mount", SYS_mount, { PATH, PATH, PATH, 0, 0 } },
    { "pivot_root", SYS_pivot_root, { PATH, PATH } },
    { "chroot", SYS_chroot, { PATH } },
    { "sendfile", SYS_sendfile, { SOCKET, FILE_FD, 0, 10 } },
    { "splice", SYS_splice, { PIPE, 0, SOCKET, 0, 10, 0 } },
    /* sockets */
    { "socket", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
    { "socket, packets", SYS_socket, { AF_PACKET, SOCK_RAW, 0 } },
    { "socketpair", SYS_socketpair, { AF_UNIX, SOCK_STREAM, 0, SPACE } },
    { "connect", SYS_connect, { SOCKET, ADDRESS, 16 } },
    { "bind", SYS_bind, { SOCKET, ADDRESS, 16 } },
    { "listen", SYS_listen, { SOCKET, 1 } },
    { "sendto, to an address", SYS_sendto, { SOCKET, SPACE, 1, 0, ADDRESS, 16 } },
    { "shutdown", SYS_shutdown, { SOCKET, SHUT_RDWR } },
    /* processes, programs, code */
    { "fork", SYS_fork, { 0 } },
    { "vfork", SYS_clone, { 0x4111 } },
    { "clone", SYS_clone, { SIGCHLD } },
    { "clone3", SYS_clone3, { SPACE, 64 } },
    { "execve", SYS_execve, { PATH, 0, 0 } },
    { "execveat", SYS_execveat, { FILE_FD, PATH, 0, 0, AT_EMPTY_PATH } },
    { "ptrace", SYS_ptrace, { 16, OTHER, 0, 0 } },
    { "process_vm_readv", SYS_process_vm_readv, { OTHER, SPACE, 1, SPACE, 1, 0 } },
    { "process_vm_writev", SYS_process_vm_writev, { OTHER, SPACE, 1, SPACE, 1, 0 } },
    { "process_madvise", SYS_process_madvise, { SOCKET, SPACE, 1, 4, 0 } },
    { "kcmp", SYS_kcmp, { SELF, OTHER, 0, 0, 0 } },
    { "code, mapped", SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
    { "code, changed to", SYS_mprotect, { SPACE, 4096, PROT_READ | PROT_EXEC } },
    { "code, by a key", SYS_pkey_mprotect, { SPACE, 4096, PROT_EXEC, 0 } },
    { "remap_file_pages", SYS_remap_file_pages, { SPACE, 4096, 0, 0, 0 } },
    { "personality", SYS_personality, { 0x0400000 } },
    { "prctl", SYS_prctl, { PR_SET_DUMPABLE, 1 } },
    { "prctl, who dies with whom", SYS_prctl, { PR_SET_PDEATHSIG, 0 } },
    { "arch_prctl", SYS_arch_prctl, { 0x1002, SPACE } },
    { "seccomp", SYS_seccomp, { 0, 0, 0 } },
    { "setuid", SYS_setuid, { 0 } },
    { "capset", SYS_capset, { SPACE, SPACE } },
    { "unshare", SYS_unshare, { 0x10000000 } },
    { "setns", SYS_setns, { SOCKET, 0 } },
    { "setpriority", SYS_setpriority, { 0, 0, 0 } },
    { "sched_setscheduler", SYS_sched_setscheduler, { 0, 0, SPACE } },
    { "sched_setaffinity", SYS_sched_setaffinity, { OTHER, 8, SPACE } },
    /* the rest of the kernel */
    { "io_uring_setup", SYS_io_uring_setup, { 1, SPACE } },
    { "io_setup", SYS_io_setup, { 1, SPACE } },
    { "bpf", SYS_bpf, { 0, SPACE, 16 } },
    { "userfaultfd", SYS_userfaultfd, { 0 } },
    { "perf_event_open", SYS_perf_event_open, { SPACE, 0, -1, -1, 0 } },
    { "add_key", SYS_add_key, { PATH, PATH, SPACE, 1, -1 } },
    { "keyctl", SYS_keyctl, { 0, -1, 0 } },
    { "init_module", SYS_init_module, { SPACE, 10, PATH } },
    { "reboot", SYS_reboot, { 0, 0, 0, 0 } },
    { "modify_ldt", SYS_modify_ldt, { 0, SPACE, 1 } },
    { "syslog", SYS_syslog, { 3, SPACE, 10 } },
    { "x32, kill", 0x40000000 + 62, { OTHER, SIGKILL } },
};

static char space[8192] __attribute__((aligned(4096)));

static long value_of(long arg, pid_t other, const int fd[3])
{
    static const char path[] = "/etc/passwd", address[16] = { AF_INET };
    switch (arg) {
    case OTHER: return other;
    case SELF: return getpid();
    case SOCKET: return fd[0];
    case PIPE: return fd[1];
    case FILE_FD: return fd[2];
    case SPACE: return (long)(intptr_t)space;
    case PATH: return (long)(intptr_t)path;
    case ADDRESS: return (long)(intptr_t)address;
    }
    return arg;
}

/* In a child, caged.  A refused call ends it by SIGSYS, or says so. */
static int try_one(const struct cage *c, const struct probe *p, pid_t other, const int fd[3])
{
    int   status;
    pid_t pid = fork();
    if (pid == 0) {
        long       a[6];
        struct err e;
        for (int i = 0; i < 6; i++)
            a[i] = value_of(p->arg[i], other, fd);
        if (cage_enter(c, MEMORY_MB, &e) != RC_OK)
            _exit(99);
        long r = syscall(p->call, a[0], a[1], a[2], a[3], a[4], a[5]);
        _exit(r < 0 && (errno == ENOSYS || errno == EPERM) ? HELD : THROUGH);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void every_call_but_those_for_computing_is_refused(void **state)
{
    auto_free(cage) c = NULL;
    struct err   e = { 0 };
    struct other other = other_new();
    int          fd[3], pair[2], pipe_fd[2];
    (void)state;

    assert_int_equal(cage_new(&c, &e), RC_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
    fd[0] = pair[0];
    fd[1] = pipe_fd[1];
    fd[2] = memfd_create("file", MFD_CLOEXEC);
    for (size_t i = 0; i < countof(probes); i++) {
        int end = try_one(c, &probes[i], other.pid, fd);
        if (end != -SIGSYS && end != HELD)
            fail_msg("%s: %d", probes[i].name, end);
        if (!other_lives(&other))
            fail_msg("%s ended another process", probes[i].name);
    }
    for (int i = 0; i < 2; i++)
        close(pair[i]), close(pipe_fd[i]);
    close(fd[2]);
    other_end(&other);
}

/* The kernel has a second door for programs of 32 bits, with numbers of its own: 37 is kill there, 39 is getpid here. */
static void the_other_architecture_is_refused(void **state)
{
    (void)state;
#ifdef __x86_64__
    auto_free(cage) c = NULL;
    struct err   e = { 0 };
    struct other other = other_new();
    int          status;

    assert_int_equal(cage_new(&c, &e), RC_OK);
    pid_t pid = fork();
    if (pid == 0) {
        if (cage_enter(c, MEMORY_MB, &e) != RC_OK)
            _exit(99);
        long r;
        __asm__ volatile("int $0x80" : "=a"(r) : "a"(37L), "b"((long)other.pid), "c"(9L) : "memory");
        _exit(r == 0 ? THROUGH : HELD);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == HELD);
    assert_true(other_lives(&other));
    other_end(&other);
#endif
}

/* ---- what it may do ---- */

static int in_cage(const struct cage *c, void (*what)(int fd), int fd)
{
    int   status;
    pid_t pid = fork();
    if (pid == 0) {
        struct err e;
        if (cage_enter(c, MEMORY_MB, &e) != RC_OK)
            _exit(99);
        what(fd);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void compute(int fd)
{
    enum { BYTES = 8 << 20 };
    char *p = malloc(BYTES), *q;
    memset(p, 1, BYTES);
    q = realloc(p, 2 * BYTES);
    q = q ? q : p;
    if (pwrite(fd, q, BYTES, 0) != BYTES || lseek(fd, 0, SEEK_END) != BYTES || fcntl(fd, F_GET_SEALS) < 0)
        _exit(1);
    free(q);
    fprintf(stderr, "%s", "");
}
static void stop_itself(int fd)
{
    (void)fd;
    abort();
}
static void pass_the_file(int fd)
{
    static char block[1 << 20];
    for (off_t at = 0; at < 4 * (off_t)UNIT_OUTPUT_MAX; at += (off_t)sizeof block)
        if (pwrite(fd, block, sizeof block, at) != (ssize_t)sizeof block)
            _exit(1);
}

static void it_computes_and_stops_itself(void **state)
{
    auto_free(cage) c = NULL;
    struct err e = { 0 };
    int        file = memfd_create("answer", MFD_CLOEXEC);
    (void)state;

    assert_int_equal(cage_new(&c, &e), RC_OK);
    assert_int_equal(in_cage(c, compute, file), 0);
    assert_int_equal(in_cage(c, stop_itself, file), -SIGABRT);
    close(file);
}

static void the_answers_file_has_an_end(void **state)
{
    auto_free(cage) c = NULL;
    struct err e = { 0 };
    int        file = memfd_create("answer", MFD_CLOEXEC);
    (void)state;

    assert_int_equal(cage_new(&c, &e), RC_OK);
    assert_int_equal(in_cage(c, pass_the_file, file), -SIGXFSZ);
    assert_int_equal(lseek(file, 0, SEEK_END), UNIT_OUTPUT_MAX);
    close(file);
}

/* Takes all it is given, and tells how much: in MiB. */
static void take_memory(int fd)
{
    enum { PIECE = 1 << 20 };
    uint32_t mib = 0;
    while (mib < 4096 && mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        mib++;
    while (mib < 4096 && mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        mib++;
    (void)!pwrite(fd, &mib, sizeof mib, 0);
}

static void memory_has_an_end(void **state)
{
    auto_free(cage) c = NULL;
    struct err e = { 0 };
    int        file = memfd_create("answer", MFD_CLOEXEC);
    uint32_t   mib = 0;
    (void)state;

    if (IS_SANITIZED)
        skip();
    assert_int_equal(cage_new(&c, &e), RC_OK);
    assert_int_equal(in_cage(c, take_memory, file), 0);
    assert_int_equal(pread(file, &mib, sizeof mib, 0), sizeof mib);
    assert_in_range(mib, MEMORY_MB / 2, MEMORY_MB);
    close(file);
}

static bool status_says(pid_t pid, const char *line)
{
    char  path[64], text[256];
    bool  found = false;
    FILE *f;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    assert_non_null(f = fopen(path, "re"));
    while (fgets(text, sizeof text, f))
        found |= !strcmp(text, line);
    fclose(f);
    return found;
}

static void root_is_nobody_special(void **state)
{
    auto_free(cage) c = NULL;
    struct err e = { 0 };
    int        pair[2];
    char       one;
    (void)state;

    assert_int_equal(cage_new(&c, &e), RC_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        if (cage_enter(c, MEMORY_MB, &e) != RC_OK || write(pair[1], "x", 1) != 1)
            _exit(99);
        (void)!read(pair[1], &one, 1); /* until the other side closes */
        _exit(0);
    }
    close(pair[1]);
    assert_int_equal(read(pair[0], &one, 1), 1);
    assert_true(status_says(pid, "CapEff:\t0000000000000000\n"));
    assert_true(status_says(pid, "CapPrm:\t0000000000000000\n"));
    assert_true(status_says(pid, "NoNewPrivs:\t1\n"));
    assert_true(status_says(pid, "Seccomp:\t2\n"));
    close(pair[0]);
    waitpid(pid, NULL, 0);
}

/* ---- Landlock, without the filter in front of it ---- */

static void landlock_holds_alone(void **state)
{
    int          abi = landlock_abi(), status;
    struct other other = other_new();
    (void)state;

    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (!landlock_enter(abi))
            _exit(1);
        if (abi >= 1 && (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES))
            _exit(2);
        if (abi >= 6 && (kill(other.pid, 0) == 0 || errno != EPERM))
            _exit(3);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    other_end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_but_those_for_computing_is_refused),
        cmocka_unit_test(the_other_architecture_is_refused),
        cmocka_unit_test(it_computes_and_stops_itself),
        cmocka_unit_test(the_answers_file_has_an_end),
        cmocka_unit_test(memory_has_an_end),
        cmocka_unit_test(root_is_nobody_special),
        cmocka_unit_test(landlock_holds_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
