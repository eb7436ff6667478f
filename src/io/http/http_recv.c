/* The library's recv(): every byte passes the strict reader first, and what that refuses is answered here. */
#undef _FORTIFY_SOURCE /* it would make recv() an inline function, and this file is where it is defined */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "io/http/http_int.h"

/* By descriptor: recv() is told nothing else.  One server a process; other descriptors (of a database) have no entry. */
static struct {
    struct connection **of;
    size_t              n;
} gates;

void http_gate_open(struct connection *c)
{
    if ((size_t)c->fd >= gates.n) {
        size_t n = (size_t)c->fd + 64;
        gates.of = realloc(gates.of, n * sizeof *gates.of);
        if (!gates.of)
            abort();
        memset(gates.of + gates.n, 0, (n - gates.n) * sizeof *gates.of);
        gates.n = n;
    }
    gates.of[c->fd] = c;
}

void http_gate_close(const struct connection *c) { gates.of[c->fd] = NULL; }

static const struct refusal {
    int         status;
    const char *title, *detail, *code;
} refusals[] = {
    { 400, "Bad Request", "this request could be read in two ways", "MALFORMED" },
    { 413, "Content Too Large", "the body is larger than any that is taken", "TOO_LARGE" },
    { 414, "URI Too Long", "the address of this request is too long", "TOO_LARGE" },
    { 431, "Request Header Fields Too Large", "the head of this request is too large", "TOO_LARGE" },
};

/* The only answer that the library does not write. */
static void answer(int fd, int status)
{
    const struct refusal *r = refusals;
    char                  body[256], text[640];

    while (r->status != status)
        r++;
    int n = snprintf(body, sizeof body,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"code\":\"%s\"}\n",
                     r->title, status, r->detail, r->code);
    int all = snprintf(text, sizeof text,
                       "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\n"
                       "Cache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
                       status, r->title, n, body);
    (void)!send(fd, text, (size_t)all, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Answers of requests before it go first; one to this request may be on its way already. */
bool http_gate_refuse(struct connection *c)
{
    uint32_t before = c->gate.requests - http_gate_in_body(&c->gate);
    if (!c->refused || c->refusal_sent || c->ended < before)
        return false;
    c->refusal_sent = true;
    if (!c->q || !c->q->queued)
        answer(c->fd, c->refused);
    http_linger(c);
    shutdown(c->fd, SHUT_WR);
    return true;
}

static ssize_t refused(struct connection *c)
{
    errno = http_gate_refuse(c) || c->refusal_sent ? ECONNRESET : EAGAIN;
    return -1;
}

/* In place of the C library's, for all who call it in this program. */
ssize_t recv(int fd, void *to, size_t n, int flags)
{
    struct connection *c = fd >= 0 && (size_t)fd < gates.n ? gates.of[fd] : NULL;

    if (c && c->refused)
        return refused(c);
    ssize_t got = recvfrom(fd, to, n, flags, NULL, NULL);
    if (!c || got <= 0 || (flags & MSG_PEEK))
        return got;
    size_t good = http_gate_pass(&c->gate, to, (size_t)got, &c->refused);
    return good || !c->refused ? (ssize_t)good : refused(c);
}
