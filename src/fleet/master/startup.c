/* Takes the data folder's lock and the listening socket, and speaks with the service manager. */
#include "fleet/master/startup.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATH_ROOM = 1024, LOCK_TRIES = 20, LOCK_WAIT_US = 50000, FIRST_PASSED_FD = 3 };

static enum rc lock_held(int fd, struct str data, struct err *e)
{
    char    pid[24] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    pid[n > 0 ? n : 0] = 0;
    pid[strcspn(pid, "\n")] = 0;
    return err_set(e, RC_CONFLICT,
                   "another kith (process %s) works on %.*s: stop it, or choose another folder with --data", pid,
                   STR_ARG(data));
}

/* Files of a time when the folder was open to others, or of a copy made by hand.  Those of another user cannot be changed; doctor says so. */
static void make_private(struct str data)
{
    static const char *const files[] = { "kith.db", "kith.db-wal", "kith.db-shm", "kith.agent", "kith.lock" };
    char                     path[PATH_ROOM];
    struct stat              st;

    for (size_t i = 0; i < countof(files); i++) {
        snprintf(path, sizeof path, STR_FMT "/%s", STR_ARG(data), files[i]);
        if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 077)
            chmod(path, 0600);
    }
}

enum rc startup_lock(struct str data, int *ret_fd, struct err *e)
{
    char path[PATH_ROOM];
    if ((size_t)snprintf(path, sizeof path, STR_FMT, STR_ARG(data)) >= sizeof path - sizeof "/kith.lock")
        return err_set(e, RC_INVALID, "the name of the data folder is too long");
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return err_set(e, RC_UNAVAILABLE, "cannot make the data folder %.180s: %s", path, strerror(errno));
    strcat(path, "/kith.lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(e, RC_UNAVAILABLE, "cannot write in the data folder: %.180s: %s", path, strerror(errno));

    for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
        if (i == LOCK_TRIES) {
            enum rc rc = lock_held(fd, data, e);
            close(fd);
            return rc;
        }
        usleep(LOCK_WAIT_US);
    }
    if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) {
        close(fd);
        return err_set(e, RC_UNAVAILABLE, "cannot write in the data folder: %.180s: %s", path, strerror(errno));
    }
    make_private(data);
    *ret_fd = fd;
    return RC_OK;
}

enum rc startup_same_lock(struct str data, int fd, struct err *e)
{
    char        path[PATH_ROOM];
    struct stat ours, there;

    snprintf(path, sizeof path, STR_FMT "/kith.lock", STR_ARG(data));
    if (fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
        return RC_OK;
    return err_set(e, RC_INVALID, "the data folder cannot change while Kith runs");
}

void startup_status(int lock_fd, int64_t tries, const char *why, const char *version)
{
    char text[512];
    int  n = snprintf(text, sizeof text, "%d\n%lld %s %.400s\n", (int)getpid(), (long long)tries, why ? "failed" : "ok",
                     why ? why : version);

    if (pwrite(lock_fd, text, (size_t)n, 0) != n || ftruncate(lock_fd, n) < 0)
        return; /* a full disk: who waits for it gives up in the end */
}

bool startup_wish(struct str data, char to[STARTUP_PATH_MAX])
{
    char        path[PATH_ROOM];
    struct stat st;
    ssize_t     n = 0;

    snprintf(path, sizeof path, STR_FMT "/kith.upgrade", STR_ARG(data));
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
        n = read(fd, to, STARTUP_PATH_MAX - 1);
    close(fd);
    unlink(path);
    to[n > 0 ? n : 0] = 0;
    return to[0] == '/';
}

static bool passed_fd(int *ret_fd)
{
    const char *n = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
    if (!n || !pid || strtol(pid, NULL, 10) != getpid() || strtol(n, NULL, 10) < 1)
        return false;
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDNAMES");
    *ret_fd = FIRST_PASSED_FD;
    fcntl(FIRST_PASSED_FD, F_SETFD, FD_CLOEXEC);
    fcntl(FIRST_PASSED_FD, F_SETFL, fcntl(FIRST_PASSED_FD, F_GETFL) | O_NONBLOCK);
    return true;
}

static bool split(struct str address, char host[64], char port[8])
{
    size_t colon = address.n;
    while (colon && address.p[colon - 1] != ':')
        colon--;
    if (!colon)
        return false;
    struct str h = str_head(address, colon - 1), p = str_from(address, colon);
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
        h = (struct str){ h.p + 1, h.n - 2 };
    int64_t number; /* the resolver takes 99999 for 34463 */
    if (h.n >= 64 || p.n >= 8 || !str_i64(p, 0, 65535, &number))
        return false;
    snprintf(host, 64, STR_FMT, STR_ARG(h));
    snprintf(port, 8, STR_FMT, STR_ARG(p));
    return true;
}

static enum rc bind_to(const struct addrinfo *ai, struct str address, int *ret_fd, struct err *e)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, 4096) == 0) {
        *ret_fd = fd;
        return RC_OK;
    }
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (why == EADDRINUSE)
        return err_set(e, RC_UNAVAILABLE,
                       "the address " STR_FMT " is in use by another program: choose another with --listen HOST:PORT",
                       STR_ARG(address));
    return err_set(e, RC_UNAVAILABLE, "cannot listen on " STR_FMT ": %s", STR_ARG(address), strerror(why));
}

enum rc startup_listen(struct str address, int *ret_fd, struct err *e)
{
    char             host[64], port[8];
    struct addrinfo *ai,
        hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };

    if (passed_fd(ret_fd))
        return RC_OK;
    if (!split(address, host, port) || getaddrinfo(host[0] ? host : NULL, port, &hints, &ai) != 0)
        return err_set(e, RC_INVALID, "listen: \"" STR_FMT "\" is not HOST:PORT with a numeric host, as 127.0.0.1:8080",
                       STR_ARG(str_head(address, 80)));
    enum rc rc = bind_to(ai, str_head(address, 80), ret_fd, e);
    freeaddrinfo(ai);
    return rc;
}

void startup_address(int fd, char to[STARTUP_ADDRESS_MAX])
{
    struct sockaddr_storage a;
    socklen_t               n = sizeof a;
    char                    host[48], port[8];

    to[0] = 0;
    if (getsockname(fd, (struct sockaddr *)&a, &n) == 0 &&
        getnameinfo((struct sockaddr *)&a, n, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) ==
            0)
        snprintf(to, STARTUP_ADDRESS_MAX, a.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

void startup_notify(const char *state)
{
    const char        *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };

    if (!path || strlen(path) < 2 || strlen(path) >= sizeof to.sun_path)
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    memcpy(to.sun_path, path, strlen(path));
    if (path[0] == '@')
        to.sun_path[0] = 0;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
    close(fd);
}
