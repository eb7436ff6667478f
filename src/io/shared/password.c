/* The channel on which http processes ask password workers. */
#include "io/shared/password.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/pack.h"

enum { QUESTION_MAX = 64 + PASSWORD_BYTES_MAX + PASSWORD_HASH_MAX };

static enum rc send_with_fd(int channel_fd, struct str message, int fd, struct err *e)
{
    union {
        struct cmsghdr head;
        char           room[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec  iov = { (void *)(uintptr_t)message.p, message.n };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };

    control.head = (struct cmsghdr){ CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS };
    memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    if (sendmsg(channel_fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)message.n)
        return RC_OK;
    return err_set(e, RC_UNAVAILABLE, "passwords: too many are waiting");
}

static enum rc ask(int channel_fd, bool verify, struct str password, struct str hash, int *ret_fd, struct err *e)
{
    int pair[2];
    if (!password.n || password.n > PASSWORD_BYTES_MAX || hash.n >= PASSWORD_HASH_MAX)
        return err_set(e, RC_INVALID, "a password has 1 to %d bytes", PASSWORD_BYTES_MAX);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return err_set(e, RC_UNAVAILABLE, "passwords: %s", strerror(errno));

    auto_buf b = buf_of(QUESTION_MAX);
    pack_u32(&b, verify);
    pack_str(&b, password);
    pack_str(&b, hash);
    enum rc rc = send_with_fd(channel_fd, buf_str(&b), pair[1], e);
    explicit_bzero(b.p, b.n);
    close(pair[1]);
    if (rc != RC_OK)
        close(pair[0]);
    else
        *ret_fd = pair[0];
    return rc;
}

enum rc password_ask_hash(int channel_fd, struct str password, int *ret_fd, struct err *e)
{
    return ask(channel_fd, false, password, S(""), ret_fd, e);
}

enum rc password_ask_verify(int channel_fd, struct str password, struct str hash, int *ret_fd, struct err *e)
{
    return ask(channel_fd, true, password, hash, ret_fd, e);
}

bool password_question_read(struct str message, struct password_question *ret)
{
    struct unpack u = unpack_of(message);
    ret->verify = unpack_u32(&u) != 0;
    ret->password = unpack_str(&u);
    ret->hash = unpack_str(&u);
    return unpack_end(&u) && ret->password.n <= PASSWORD_BYTES_MAX && ret->hash.n < PASSWORD_HASH_MAX;
}

void password_answer_write(struct buf *b, const struct password_answer *a)
{
    pack_u32(b, a->same);
    pack_u32(b, a->old);
    pack_str(b, str_of(a->hash));
}

/* It is stored as it comes. */
static bool is_hash(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n < PASSWORD_HASH_MAX;
}

bool password_answer_read(struct str message, struct password_answer *ret)
{
    struct unpack u = unpack_of(message);

    *ret = (struct password_answer){ 0 };
    ret->same = unpack_u32(&u) != 0;
    ret->old = unpack_u32(&u) != 0;
    struct str hash = unpack_str(&u);
    if (!unpack_end(&u) || !is_hash(hash))
        return false;
    memcpy(ret->hash, hash.p, hash.n);
    return true;
}

enum rc password_answer(int fd, struct password_answer *ret, struct err *e)
{
    char    space[PASSWORD_HASH_MAX + 64];
    ssize_t n = recv(fd, space, sizeof space, MSG_DONTWAIT);
    if (n <= 0)
        return err_set(e, RC_UNAVAILABLE, "passwords: no answer");
    return password_answer_read((struct str){ space, (size_t)n }, ret)
               ? RC_OK
               : err_set(e, RC_UNAVAILABLE, "passwords: broken answer");
}
