/* The sandbox of workers: a seccomp filter, limits, no capabilities, Landlock. */
#include "fleet/nursery/cage.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
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
#include "fleet/nursery/landlock.h"
#include "work/worker.h"

#ifdef __has_feature
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer))
#elif defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum {
    FILTER_MAX = 512,
    BINARY_TREE = 2,      /* a third less to load: the kernel tries it with every number there is */
    OWN_PID = 0x6b697468, /* stands for it in the filter until a worker knows it */
    OWN_PID_TIMES = 2,    /* process and thread */
};

struct cage {
    struct sock_filter code[FILTER_MAX];
    unsigned short     n;
    int                landlock;     /* its ABI; 0: none */
    size_t             mapped_bytes; /* by the nursery, before any worker */
};

/* ---- what a worker may call ---- */

/* They take numbers, memory and descriptors of the process itself, whatever their arguments. */
static const int harmless[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getrusage),
};

/* All of the row's arguments must be so; a call may have several rows. */
static const struct narrow {
    int                 call;
    unsigned            n;
    struct scmp_arg_cmp arg[3];
} narrow[] = {
    { SCMP_SYS(mmap), 2, { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 }, { 3, SCMP_CMP_MASKED_EQ, MAP_HUGETLB, 0 } } },
    { SCMP_SYS(mprotect), 1, { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } } },
    { SCMP_SYS(mremap), 1, { { 3, SCMP_CMP_MASKED_EQ, ~(uint64_t)MREMAP_MAYMOVE, 0 } } },
    { SCMP_SYS(madvise), 1, { { 2, SCMP_CMP_EQ, MADV_DONTNEED, 0 } } },
    { SCMP_SYS(madvise), 1, { { 2, SCMP_CMP_EQ, MADV_SEQUENTIAL, 0 } } },
    { SCMP_SYS(futex), 1, { { 1, SCMP_CMP_EQ, FUTEX_WAIT_PRIVATE, 0 } } },
    { SCMP_SYS(futex), 1, { { 1, SCMP_CMP_EQ, FUTEX_WAKE_PRIVATE, 0 } } },
    { SCMP_SYS(fcntl), 1, { { 1, SCMP_CMP_EQ, F_GET_SEALS, 0 } } },
    { SCMP_SYS(prlimit64), 2, { { 0, SCMP_CMP_EQ, 0, 0 }, { 2, SCMP_CMP_EQ, 0, 0 } } }, /* getrlimit() */
    /* abort(): a last word, then SIGABRT to itself */
    { SCMP_SYS(tgkill),
      3,
      { { 0, SCMP_CMP_EQ, OWN_PID, 0 }, { 1, SCMP_CMP_EQ, OWN_PID, 0 }, { 2, SCMP_CMP_EQ, SIGABRT, 0 } } },
};

/* The C library asks for the type of a descriptor by a call that can also ask for a path, which a filter cannot see. */
static const int not_there[] = { SCMP_SYS(newfstatat), SCMP_SYS(statx) };

/* ---- the filter ---- */

static int add_rules(scmp_filter_ctx f)
{
    int r = 0;
    for (size_t i = 0; i < countof(harmless) && r >= 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, harmless[i], 0);
    for (size_t i = 0; i < countof(narrow) && r >= 0; i++)
        r = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, narrow[i].call, narrow[i].n, narrow[i].arg);
    for (size_t i = 0; i < countof(not_there) && r >= 0; i++)
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), not_there[i], 0);
    return r;
}

/* seccomp_export_bpf() writes to a descriptor only. */
static int export_to(scmp_filter_ctx f, struct cage *c)
{
    int fd = memfd_create("kith-filter", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    int     r = seccomp_export_bpf(f, fd);
    ssize_t n = r < 0 ? 0 : pread(fd, c->code, sizeof c->code, 0);
    close(fd);
    if (r == 0 && (n <= 0 || (size_t)n == sizeof c->code))
        r = -E2BIG;
    c->n = (unsigned short)((size_t)n / sizeof c->code[0]);
    return r;
}

static int filter_make(struct cage *c)
{
    scmp_filter_ctx f = seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    if (!f)
        return -ENOMEM;
    int r = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
    r = r < 0 ? r : add_rules(f);
    r = r < 0 ? r : export_to(f, c);
    seccomp_release(f);
    return r;
}

static bool filter_enter(const struct cage *c)
{
    struct sock_filter own[FILTER_MAX];
    struct sock_fprog  program = { c->n, own };
    int                times = 0;

    memcpy(own, c->code, c->n * sizeof own[0]);
    for (size_t i = 0; i < c->n; i++)
        if (BPF_CLASS(own[i].code) == BPF_JMP && own[i].k == OWN_PID) {
            own[i].k = (uint32_t)getpid();
            times++;
        }
    assert(times == OWN_PID_TIMES);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* ---- beside it ---- */

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

static bool limits_enter(const struct cage *c, int memory_mb)
{
    rlim_t        most = c->mapped_bytes + ((rlim_t)memory_mb << 20);
    struct rlimit none = { 0, 0 }, memory = { most, most }, file = { UNIT_OUTPUT_MAX, UNIT_OUTPUT_MAX };

    return setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_FSIZE, &file) == 0 &&
           (SANITIZED || setrlimit(RLIMIT_AS, &memory) == 0);
}

/* root is nobody special in here. */
static bool capabilities_drop(void)
{
    struct __user_cap_header_struct who = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct   none[_LINUX_CAPABILITY_U32S_3] = { 0 };
    return syscall(SYS_capset, &who, none) == 0;
}

enum rc cage_new(struct cage **ret, struct err *e)
{
    struct cage *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->landlock = landlock_abi();
    int r = filter_make(c);
    if (r < 0) {
        cage_free(c);
        return err_set(e, RC_INTERNAL, "seccomp: %s", strerror(-r));
    }
    c->mapped_bytes = mapped_now();
    *ret = c;
    return RC_OK;
}

void cage_free(struct cage *c) { free(c); }

enum rc cage_enter(const struct cage *c, int memory_mb, struct err *e)
{
    const char *failed = !limits_enter(c, memory_mb)                  ? "setrlimit"
                         : !capabilities_drop()                       ? "capset"
                         : prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? "no_new_privs"
                         : !landlock_enter(c->landlock)               ? "landlock"
                         : !filter_enter(c)                           ? "seccomp"
                                                                      : NULL;
    return failed ? err_set(e, RC_INTERNAL, "%s: %s", failed, strerror(errno)) : RC_OK;
}
