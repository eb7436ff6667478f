/* Messages between processes of the fleet, with descriptors and sealed memory. */
#include "fleet/nursery/messages.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL };

union control {
    struct cmsghdr head;
    char           room[CMSG_SPACE(sizeof(int) * (MESSAGE_FDS_MAX + 1))];
};

static enum rc write_all(int fd, struct str bytes, struct err *e)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = pwrite(fd, bytes.p + done, bytes.n - done, (off_t)done);
        if (n <= 0)
            return err_set(e, RC_INTERNAL, "memfd: %s", strerror(errno));
        done += (size_t)n;
    }
    return RC_OK;
}

static enum rc memfd_of(struct str bytes, int *ret, struct err *e)
{
    int fd = memfd_create("kith-unit", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return err_set(e, RC_INTERNAL, "memfd: %s", strerror(errno));
    enum rc rc = write_all(fd, bytes, e);
    if (rc == RC_OK && fcntl(fd, F_ADD_SEALS, SEALS) < 0)
        rc = err_set(e, RC_INTERNAL, "memfd: seal: %s", strerror(errno));
    if (rc != RC_OK)
        close(fd);
    else
        *ret = fd;
    return rc;
}

static enum rc send_now(int fd, struct iovec *iov, size_t niov, const int *fds, size_t nfds, struct err *e)
{
    union control control = { 0 };
    struct msghdr m = { .msg_iov = iov, .msg_iovlen = niov };

    if (nfds) {
        m.msg_control = &control;
        m.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
        control.head = (struct cmsghdr){ CMSG_LEN(sizeof(int) * nfds), SOL_SOCKET, SCM_RIGHTS };
        memcpy(CMSG_DATA(&control.head), fds, sizeof(int) * nfds);
    }
    ssize_t n;
    do
        n = sendmsg(fd, &m, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? err_set(e, RC_UNAVAILABLE, "send: %s", strerror(errno)) : RC_OK;
}

enum rc message_send(int fd, const void *head, size_t head_n, struct str bytes, const int *fds, size_t nfds,
                     struct err *e)
{
    int          all[MESSAGE_FDS_MAX], memfd = -1;
    size_t       n = 0;
    struct iovec iov[2] = { { (void *)(uintptr_t)head, head_n }, { (void *)(uintptr_t)bytes.p, bytes.n } };

    if (message_is_big(bytes)) {
        TRY(memfd_of(bytes, &memfd, e));
        all[n++] = memfd;
    }
    assert(nfds <= MESSAGE_FDS_MAX - n);
    for (size_t i = 0; i < nfds; i++)
        all[n++] = fds[i];
    enum rc rc = send_now(fd, iov, memfd >= 0 ? 1 : 2, all, n, e);
    if (memfd >= 0)
        close(memfd);
    return rc;
}

enum rc message_answer(int fd, const void *head, size_t head_n, struct str bytes, int file, struct err *e)
{
    bool         big = message_is_big(bytes);
    struct iovec iov[2] = { { (void *)(uintptr_t)head, head_n }, { (void *)(uintptr_t)bytes.p, bytes.n } };

    if (big)
        TRY(write_all(file, bytes, e));
    return send_now(fd, iov, big ? 1 : 2, &file, big, e);
}

void message_close(struct message *m)
{
    for (size_t i = 0; i < m->nfds; i++)
        close(m->fds[i]);
    m->nfds = 0;
}

static void take_fds(struct msghdr *m, struct message *ret)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (ret->nfds < MESSAGE_FDS_MAX)
                ret->fds[ret->nfds++] = fd;
            else
                close(fd);
        }
    }
}

enum rc message_recv(int fd, struct buf *space, struct message *ret, struct err *e)
{
    union control control;
    *ret = (struct message){ 0 };
    buf_clear(space);
    struct iovec  iov = { buf_room(space, MESSAGE_MAX), MESSAGE_MAX };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t       n;

    assert(iov.iov_base);
    do
        n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == ECONNRESET) /* the other side died with messages of ours unread */
        n = 0;
    if (n < 0)
        return err_set(e, RC_UNAVAILABLE, "receive: %s", strerror(errno));
    take_fds(&m, ret);
    if (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        message_close(ret);
        return err_set(e, RC_MALFORMED, "receive: message too large");
    }
    ret->got = (struct str){ iov.iov_base, (size_t)n };
    return RC_OK;
}

/* A file that is not in memory has no seals at all: -1. */
static enum rc map_sealed(int fd, size_t bytes, struct payload *ret, struct err *e)
{
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS || lseek(fd, 0, SEEK_END) != (off_t)bytes)
        return err_set(e, RC_MALFORMED, "receive: not a sealed file of the length said");
    void *p = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_set(e, RC_UNAVAILABLE, "receive: mmap: %s", strerror(errno));
    *ret = (struct payload){ .bytes = { p, bytes }, .map = p };
    return RC_OK;
}

/* The sender may change the file at any time: a copy is what it is.  Then it is emptied, for its memory. */
static enum rc copy_file(int fd, size_t bytes, struct payload *ret, struct err *e)
{
    size_t  done = 0;
    ssize_t n = 1;
    char   *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return err_set(e, RC_UNAVAILABLE, "receive: mmap: %s", strerror(errno));
    *ret = (struct payload){ .bytes = { p, bytes }, .map = p };
    for (; done < bytes && n > 0; done += n > 0 ? (size_t)n : 0)
        n = pread(fd, p + done, bytes - done, (off_t)done);
    if (done == bytes && ftruncate(fd, 0) == 0)
        return RC_OK;
    payload_done(ret);
    return err_set(e, RC_MALFORMED, "receive: not a file of the length said");
}

enum rc message_payload(struct message *m, size_t head_n, uint32_t bytes, enum message_carrier by, size_t most,
                        struct payload *ret, struct err *e)
{
    *ret = (struct payload){ 0 };
    if (bytes > most)
        return err_set(e, RC_TOO_LARGE, "receive: %u bytes", bytes);
    if (by == BY_MESSAGE) {
        ret->bytes = str_from(m->got, head_n);
        return ret->bytes.n == bytes ? RC_OK : err_set(e, RC_MALFORMED, "receive: length is not what was said");
    }
    if (!m->nfds || !bytes)
        return err_set(e, RC_MALFORMED, "receive: no file came");
    enum rc rc = (by == BY_SEALED ? map_sealed : copy_file)(m->fds[0], bytes, ret, e);
    close(m->fds[0]);
    m->nfds--;
    memmove(m->fds, m->fds + 1, m->nfds * sizeof m->fds[0]);
    return rc;
}

void payload_done(struct payload *p)
{
    if (p->map)
        munmap(p->map, p->bytes.n);
    *p = (struct payload){ 0 };
}
