/* Frees the claims of the agent that ran here before and is dead. */
#include "fleet/agent/reclaim.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "store/work/jobs.h"

enum { LINE_MAX_BYTES = 64 };

/* "INCARNATION PID"; false: there is none, or it is not ours to read. */
static bool read_note(const char *path, int64_t *incarnation, int64_t *pid)
{
    char    text[LINE_MAX_BYTES];
    int     fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

    if (fd >= 0)
        close(fd);
    struct str rest = { text, n > 0 ? (size_t)n : 0 }, first;
    return str_next(&rest, ' ', &first) && str_i64(first, 1, INT64_MAX, incarnation) &&
           str_i64(str_trim(rest), 2, INT32_MAX, pid);
}

static enum rc write_note(const char *path, int64_t incarnation, struct err *e)
{
    int  fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && dprintf(fd, "%lld %d\n", (long long)incarnation, (int)getpid()) > 0;

    if (fd >= 0)
        close(fd);
    return written ? RC_OK : err_set(e, RC_UNAVAILABLE, "cannot write %.180s: %s", path, strerror(errno));
}

enum rc reclaim_take_over(struct sql *db, struct str data, int64_t incarnation, size_t *ret_freed, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    const char *path = str_fmt(a, STR_FMT "/kith.agent", STR_ARG(data)).p;
    int64_t     before = 0, pid = 0;
    bool        dead = read_note(path, &before, &pid) && kill((pid_t)pid, 0) < 0 && errno == ESRCH;

    *ret_freed = 0;
    for (size_t n = dead; n; *ret_freed += n)
        TRY(agents_leave(db, before, &n, e));
    return write_note(path, incarnation, e);
}
