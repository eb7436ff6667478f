/* One browser: a connection, its cookies, one request at a time. */
#include "surge/client.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"

enum { READ_BYTES = 32 << 10, HEAD_CAP = 256 << 10, SENDFILE_MAX = 256 << 10, BACKOFF_MS = 50, BACKOFF_MAX_MS = 2000 };

static void on_ready(int fd, uint32_t events, void *to);
static void start(void *to);

static void take_body(void *to, struct str bytes)
{
    struct client *c = to;

    c->net->score->bytes_in += (int64_t)bytes.n;
    if (c->sink && c->reply.status / 100 == 2)
        c->sink(c->to, bytes);
    else
        buf_put(&c->body, str_head(bytes, BODY_KEPT_MAX - c->body.n));
}

void client_init(struct client *c, struct net *net, void (*then)(void *to, const struct answer *a), void *to)
{
    c->net = net;
    c->then = then;
    c->to = to;
    c->sink = NULL;
    if (c->body.cap)
        return; /* used before: its connection and buffers go on */
    c->fd = -1;
    c->head = buf_of(HEAD_CAP);
    c->body = buf_of(BODY_KEPT_MAX);
    c->reply = (struct reply){ .take = take_body, .to = c };
}

static void hang_up(struct client *c)
{
    if (c->fd < 0)
        return;
    loop_unwatch(c->net->loop, c->fd);
    close(c->fd);
    c->fd = -1;
    c->net->open--;
}

static void leave_busy(struct client *c)
{
    if (!c->linked)
        return;
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->linked = false;
}

static void join_busy(struct client *c)
{
    c->next = c->net->busy;
    c->link = &c->net->busy;
    if (c->next)
        c->next->link = &c->next;
    c->net->busy = c;
    c->linked = true;
}

void client_close(struct client *c)
{
    loop_cancel(&c->timer);
    leave_busy(c);
    if (c->body.cap)
        hang_up(c);
}

void client_done(struct client *c)
{
    client_close(c);
    buf_done(&c->head);
    buf_done(&c->body);
    reply_done(&c->reply);
}

/* ---- the end of a request ---- */

static void finish(struct client *c, int status)
{
    struct answer a = { .status = status, .body = buf_str(&c->body), .us = clock_mono_us() - c->call.due_us };

    leave_busy(c);
    if (status && status < 400 && !c->call.part)
        score_done(c->net->score, c->call.deed, a.us);
    c->then(c->to, &a);
}

static void give_up(struct client *c, enum fault why, int status)
{
    score_failed(c->net->score, c->call.deed, why);
    finish(c, status);
}

static void again_after(struct client *c, enum fault why, int64_t ms, int status)
{
    if (c->tries++ >= RETRIES_MAX || c->net->over) {
        give_up(c, why, status);
        return;
    }
    score_retried(c->net->score, c->call.deed, why);
    loop_after(c->net->loop, &c->timer, ms, start, c);
}

static int64_t backoff_ms(struct client *c)
{
    int64_t most = i64_min(BACKOFF_MAX_MS, (int64_t)BACKOFF_MS << i64_min(c->tries, 10));
    return most / 2 + (int64_t)rand_below(&c->net->dice, (uint64_t)most / 2 + 1);
}

static void broken(struct client *c, enum fault why)
{
    bool stale = c->used && c->reply.state == REPLY_HEAD && !c->reply.head.n && why == FAULT_RESET;

    hang_up(c);
    if (!stale) {
        again_after(c, why, backoff_ms(c), 0);
        return;
    }
    c->net->score->stale += c->net->score->counts;
    start(c);
}

/* What the server asks to be sent later: it says when. */
static bool is_busy(int status) { return status == 429 || status == 503; }

static void keep_cookie(struct client *c)
{
    struct str set = reply_header(&c->reply, "Set-Cookie"), pair = { 0 };

    if (set.n && str_next(&set, ';', &pair) && pair.n < sizeof c->cookie) {
        memcpy(c->cookie, pair.p, pair.n);
        c->cookie[pair.n] = 0;
    }
}

static void answered(struct client *c)
{
    int     status = c->reply.status;
    int64_t after_s = 0;

    str_i64(reply_header(&c->reply, "Retry-After"), 0, 3600, &after_s);
    keep_cookie(c);
    c->used = true;
    if (!c->reply.keeps || c->call.lone)
        hang_up(c);
    if (is_busy(status))
        again_after(c, status == 429 ? FAULT_LATER : FAULT_BUSY, after_s ? i64_min(after_s, 10) * 1000 : backoff_ms(c),
                    status);
    else if (status >= 500)
        give_up(c, FAULT_5XX, status);
    else
        finish(c, status);
}

/* ---- sending ---- */

static void write_head(struct client *c)
{
    const struct call *call = &c->call;
    struct buf        *b = &c->head;
    bool               file = call->file.n > 0;

    buf_clear(b);
    buf_fmt(b, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: kith-surge\r\nAccept-Encoding: br, gzip\r\n", call->method,
            call->path, c->net->host);
    if (c->forwarded[0])
        buf_fmt(b, "X-Forwarded-For: %s\r\n", c->forwarded);
    if (c->cookie[0])
        buf_fmt(b, "Cookie: %s\r\n", c->cookie);
    if (c->csrf[0] && call->method[0] != 'G')
        buf_fmt(b, "X-CSRF-Token: %s\r\n", c->csrf);
    if (call->key[0])
        buf_fmt(b, "Idempotency-Key: %s\r\n", call->key);
    if (call->match[0])
        buf_fmt(b, "%s\r\n", call->match);
    if (call->lone)
        buf_put(b, S("Connection: close\r\n"));
    if (file || call->body.n)
        buf_fmt(b, "Content-Type: %s\r\nContent-Length: %lld\r\n",
                file ? "application/octet-stream" : "application/json",
                file ? (long long)call->file.n : (long long)call->body.n);
    buf_put(b, S("\r\n"));
    if (!file)
        buf_put(b, call->body);
}

static bool send_head(struct client *c)
{
    struct str all = buf_str(&c->head);

    while (c->sent < all.n) {
        ssize_t n = send(c->fd, all.p + c->sent, all.n - c->sent, MSG_NOSIGNAL | (c->call.file.n ? MSG_MORE : 0));
        if (n < 0)
            return false;
        c->sent += (size_t)n;
    }
    return true;
}

static bool send_file(struct client *c)
{
    while (c->file_sent < c->call.file.n) {
        off_t   at = c->call.file.at + c->file_sent;
        ssize_t n = sendfile(c->fd, c->call.file.fd, &at, (size_t)i64_min(c->call.file.n - c->file_sent, SENDFILE_MAX));
        if (n <= 0)
            return false;
        c->file_sent += n;
    }
    return true;
}

/* A server may answer and close before it has read all of an upload: a failed write leaves it to the reading to see why. */
static void go_on_sending(struct client *c)
{
    bool all = send_head(c) && send_file(c);

    if (!all && errno != EAGAIN && errno != ENOTCONN && errno != EPIPE && errno != ECONNRESET) {
        broken(c, FAULT_CONNECT);
        return;
    }
    uint32_t want = !all && (errno == EAGAIN || errno == ENOTCONN) ? EPOLLIN | EPOLLOUT : EPOLLIN;
    loop_watch(c->net->loop, c->fd, want, on_ready, c);
}

static bool dial(struct client *c)
{
    int one = 1;

    c->fd = socket(c->net->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return false;
    c->net->open++;
    c->used = false;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (const struct sockaddr *)(const void *)&c->net->at, c->net->at_bytes) == 0 ||
        errno == EINPROGRESS)
        return true;
    hang_up(c);
    return false;
}

static void start(void *to)
{
    struct client *c = to;

    c->sent = 0;
    c->file_sent = 0;
    c->began_us = clock_mono_us();
    buf_clear(&c->body);
    reply_reset(&c->reply);
    write_head(c);
    if (c->fd < 0 && !dial(c)) {
        again_after(c, FAULT_CONNECT, backoff_ms(c), 0);
        return;
    }
    go_on_sending(c);
}

void client_send(struct client *c, const struct call *call)
{
    int64_t now = clock_mono_us(), wait_us = call->due_us - now;

    c->call = *call;
    c->tries = 0;
    if (!call->part)
        c->net->score->began[call->deed] += c->net->score->counts;
    join_busy(c);
    c->began_us = i64_max(call->due_us, now);
    if (wait_us > 500)
        loop_after(c->net->loop, &c->timer, (wait_us + 999) / 1000, start, c);
    else
        start(c);
}

/* ---- receiving ---- */

static void receive(struct client *c)
{
    char       bytes[READ_BYTES];
    struct err e = { 0 };

    for (;;) {
        size_t  used;
        ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            bool whole = n == 0 && c->reply.status && reply_end(&c->reply, &e) == RC_OK;
            if (whole)
                answered(c);
            else
                broken(c, errno == ECONNREFUSED && n < 0 ? FAULT_CONNECT : FAULT_RESET);
            return;
        }
        if (reply_feed(&c->reply, (struct str){ bytes, (size_t)n }, &used, &e) != RC_OK || used < (size_t)n) {
            broken(c, FAULT_MALFORMED);
            return;
        }
        if (c->reply.done) {
            answered(c);
            return;
        }
    }
}

static void on_ready(int fd, uint32_t events, void *to)
{
    struct client *c = to;

    if (!c->linked || loop_timer_set(&c->timer)) { /* nothing is asked yet: the server closed a kept connection */
        hang_up(c);
        return;
    }
    if (events & EPOLLOUT && !(events & (EPOLLERR | EPOLLHUP)))
        go_on_sending(c);
    if (c->fd == fd && events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        receive(c);
}

void clients_sweep(struct net *net)
{
    int64_t        now = clock_mono_us();
    struct client *next;

    for (struct client *c = net->busy; c; c = next) {
        int64_t cap_us = (c->call.timeout_s ? c->call.timeout_s : CALL_TIMEOUT_S) * (int64_t)1000000;
        next = c->next;
        if (c->fd >= 0 && !loop_timer_set(&c->timer) && now - c->began_us > cap_us) {
            broken(c, FAULT_TIMEOUT);
            return; /* the list may have changed: the others next second */
        }
    }
}
