/* The sandbox of workers: seccomp filters and limits. */
#include "fleet/nursery/cage.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __has_feature
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer))
#elif defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum { FILTER_MAX = 4096, BINARY_TREE = 2 /* a third less to load: the kernel tries it with every number there is */ };

struct cage {
    struct {
        unsigned short n;
        struct {
            uint64_t op;
        } code[FILTER_MAX];
    } filter[2];         /* [network] */
    size_t mapped_bytes; /* by the nursery, before any worker */
};

static const int always[] = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(readv),         SCMP_SYS(writev),
    SCMP_SYS(pread64),      SCMP_SYS(lseek),           SCMP_SYS(ftruncate),     SCMP_SYS(fcntl),
    SCMP_SYS(fstat),        SCMP_SYS(close),           SCMP_SYS(recvmsg),       SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom),     SCMP_SYS(sendto),          SCMP_SYS(poll),          SCMP_SYS(ppoll),
    SCMP_SYS(brk),          SCMP_SYS(munmap),          SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(memfd_create), SCMP_SYS(getrandom),       SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(time),         SCMP_SYS(getpid),          SCMP_SYS(gettid),        SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),    SCMP_SYS(sigaltstack),   SCMP_SYS(futex),
    SCMP_SYS(sched_yield),  SCMP_SYS(restart_syscall), SCMP_SYS(nanosleep),     SCMP_SYS(clock_nanosleep),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),      SCMP_SYS(getrusage),     SCMP_SYS(mlock),
    SCMP_SYS(munlock),
};

static const int for_network[] = {
    SCMP_SYS(socket),     SCMP_SYS(connect),       SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt), SCMP_SYS(shutdown),      SCMP_SYS(sendmmsg),    SCMP_SYS(recvmmsg),    SCMP_SYS(select),
    SCMP_SYS(pselect6),   SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),   SCMP_SYS(epoll_wait),  SCMP_SYS(epoll_pwait),
    SCMP_SYS(socketpair), SCMP_SYS(eventfd2),      SCMP_SYS(pipe2),       SCMP_SYS(ioctl),
};

static int allow_all(scmp_filter_ctx f, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
        if (r < 0)
            return r;
    }
    return 0;
}

/* The calls whose arguments decide. */
static int allow_narrow(scmp_filter_ctx f)
{
    struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    struct scmp_arg_cmp own_fd = SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH);
    struct scmp_arg_cmp myself = SCMP_A0(SCMP_CMP_EQ, 0, 0);
    int                 r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);
    r = r < 0 ? r : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
    r = r < 0 ? r : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, own_fd); /* glibc's fstat() */
    return r < 0 ? r : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, myself);
}

/* seccomp_export_bpf() writes to a descriptor only. */
static int export_to(scmp_filter_ctx f, struct cage *c, bool network)
{
    int fd = memfd_create("kith-filter", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    int     r = seccomp_export_bpf(f, fd);
    ssize_t n = r < 0 ? 0 : pread(fd, c->filter[network].code, sizeof c->filter[network].code, 0);
    close(fd);
    if (r == 0 && (n <= 0 || (size_t)n == sizeof c->filter[network].code))
        r = -E2BIG;
    c->filter[network].n = (unsigned short)((size_t)n / sizeof c->filter[network].code[0]);
    return r;
}

static int filter_make(struct cage *c, bool network)
{
    scmp_filter_ctx f = seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    if (!f)
        return -ENOMEM;
    int r = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
    r = r < 0 ? r : allow_all(f, always, countof(always));
    r = r < 0 ? r : allow_narrow(f);
    r = r < 0 || !network ? r : allow_all(f, for_network, countof(for_network));
    /* abort(): a last word, then SIGABRT to itself */
    r = r < 0 ? r : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0));
    r = r < 0 ? r : export_to(f, c, network);
    seccomp_release(f);
    return r;
}

static size_t mapped_now(void)
{
    FILE         *f = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    if (f && fscanf(f, "%lu", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

enum rc cage_new(struct cage **ret, struct err *e)
{
    struct cage *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    for (int network = 0; network < 2; network++) {
        int r = filter_make(c, network);
        if (r < 0) {
            cage_free(c);
            return err_set(e, RC_INTERNAL, "seccomp: %s", strerror(-r));
        }
    }
    c->mapped_bytes = mapped_now();
    *ret = c;
    return RC_OK;
}

void cage_free(struct cage *c) { free(c); }

enum rc cage_enter(const struct cage *c, bool network, int memory_mb, struct err *e)
{
    struct {
        unsigned short n;
        const void    *code;
    } program = { c->filter[network].n, c->filter[network].code };

    rlim_t        most = c->mapped_bytes + ((rlim_t)memory_mb << 20);
    struct rlimit no_core = { 0, 0 }, memory = { most, most };

    if (setrlimit(RLIMIT_CORE, &no_core) < 0 || (!SANITIZED && setrlimit(RLIMIT_AS, &memory) < 0))
        return err_set(e, RC_INTERNAL, "setrlimit: %s", strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_set(e, RC_INTERNAL, "no_new_privs: %s", strerror(errno));
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
        return err_set(e, RC_INTERNAL, "seccomp: %s", strerror(errno));
    return RC_OK;
}
