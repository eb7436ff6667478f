/* Asks the server on this machine one thing over HTTP. */
#include "ops/http_get.h"
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum rc dial(struct str listen, int *ret, struct err *e)
{
    char             host[128], port[16];
    struct addrinfo *at = NULL, hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
    const char      *colon = memrchr(listen.p, ':', listen.n);

    if (!colon || (size_t)(colon - listen.p) >= sizeof host || listen.n - (size_t)(colon - listen.p) > sizeof port)
        return err_set(e, RC_INVALID, "listen: want ADDRESS:PORT");
    struct str name = { listen.p, (size_t)(colon - listen.p) }, number = str_from(listen, name.n + 1);
    if (name.n > 2 && name.p[0] == '[')
        name = (struct str){ name.p + 1, name.n - 2 };
    if (str_is(name, "0.0.0.0") || name.n == 0)
        name = S("127.0.0.1");
    snprintf(host, sizeof host, STR_FMT, STR_ARG(name));
    snprintf(port, sizeof port, STR_FMT, STR_ARG(number));
    if (getaddrinfo(host, port, &hints, &at) != 0)
        return err_set(e, RC_INVALID, "listen: %s is no address", host);
    int            fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = { .tv_sec = 5 };
    bool           ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
              connect(fd, at->ai_addr, at->ai_addrlen) == 0;
    freeaddrinfo(at);
    if (ok) {
        *ret = fd;
        return RC_OK;
    }
    fd_close(&fd);
    return err_set(e, RC_UNAVAILABLE, "no server answers at " STR_FMT, STR_ARG(listen));
}

static enum rc read_all(int fd, struct buf *b, struct err *e)
{
    for (;;) {
        char   *to = buf_room(b, 4096);
        ssize_t n = to ? read(fd, to, 4096) : -1;
        if (n < 0)
            return err_set(e, RC_UNAVAILABLE, "the server's answer stopped in the middle");
        if (n == 0)
            return RC_OK;
        b->n += (size_t)n;
    }
}

enum rc http_get(struct str listen, const char *path, struct arena *a, int *ret_status, struct str *ret_body,
                 struct err *e)
{
    __attribute__((cleanup(fd_close))) int fd = -1;
    auto_buf                               b = buf_of(4 << 20);
    int64_t                                status;

    TRY(dial(listen, &fd, e));
    /* What is asked for here comes in one piece: no chunks have to be read. */
    struct str ask = str_fmt(a, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    if (send(fd, ask.p, ask.n, MSG_NOSIGNAL) != (ssize_t)ask.n)
        return err_set(e, RC_UNAVAILABLE, "the server closed the connection");
    TRY(read_all(fd, &b, e));
    struct str all = buf_str(&b);
    size_t     end = str_find(all, S("\r\n\r\n"), 0);
    if (end == SIZE_MAX || !str_starts(all, S("HTTP/1.")) || !str_i64(str_head(str_from(all, 9), 3), 100, 599, &status))
        return err_set(e, RC_MALFORMED, "what answers there speaks no HTTP");
    *ret_status = (int)status;
    *ret_body = str_copy(a, str_from(all, end + 4));
    return RC_OK;
}
