/* The HTTP/1.1 server: libmicrohttpd inside our loop. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "io/http/http_int.h"

enum { TICK_MS = 1000, TURNS = 8 };

/* ---- lingering: reading on, after an early answer, until the client has read it ---- */

static void linger_end(struct http_server *s, size_t i)
{
    loop_unwatch(s->loop, s->linger[i].fd);
    close(s->linger[i].fd);
    s->linger[i] = s->linger[--s->lingers];
}

static void linger_read(int fd, uint32_t events, void *to)
{
    struct http_server *s = to;
    char                scrap[16384];

    (void)events;
    ssize_t n = recv(fd, scrap, sizeof scrap, MSG_DONTWAIT);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    for (size_t i = 0; i < s->lingers; i++)
        if (s->linger[i].fd == fd) {
            linger_end(s, i);
            return;
        }
}

/* Closing a socket with unread data sends a reset, which makes the client lose the answer: a second descriptor keeps
 * it open while the rest is read and dropped. */
void http_linger(struct connection *c)
{
    struct http_server *s = c->server;
    int                 fd = s->lingers < LINGERS_MAX ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;

    if (fd < 0)
        return;
    s->linger[s->lingers++] = (struct lingering){ fd, clock_mono_us() + HTTP_LINGER_S * 1000000 };
    loop_watch(s->loop, fd, EPOLLIN, linger_read, s);
}

/* ---- the library's calls ---- */

static void enter(struct connection *c, enum phase phase)
{
    c->phase = phase;
    c->since_us = clock_mono_us();
}

static enum MHD_Result queue(struct http_request *q)
{
    if (q->close || q->server->drain_us)
        MHD_add_response_header(q->response, "Connection", "close");
    q->queued = true;
    enter(q->connection, ANSWERING);
    q->connection->pace = pace_of(pace_taken(q->connection->fd), clock_mono_us());
    return MHD_queue_response(q->mhd, (unsigned)q->status, q->response);
}

static enum MHD_Result ask_head(struct http_request *q)
{
    q->head_waits = false;
    q->server->app.head(q->server->app.to, q);
    if (q->head_waits && !q->response) {
        q->suspended = true;
        MHD_suspend_connection(q->mhd);
        return MHD_YES;
    }
    q->head_waits = false;
    if (q->cap && q->length > q->cap)
        q->body_rc = err_set(&q->body_err, RC_TOO_LARGE, "the body is larger than %lld bytes", (long long)q->cap);
    if (q->body_rc != RC_OK && !q->response) {
        q->ran = true;
        q->server->app.run(q->server->app.to, q);
    }
    /* An answer in the library's first call costs keep-alive: only where the body would cost more. */
    bool long_body = q->length < 0 || q->length > HTTP_SWALLOW_BYTES || (q->length && q->expects);
    if (!q->response || !long_body)
        return MHD_YES;
    q->close = true;
    http_linger(q->connection);
    return queue(q);
}

static enum MHD_Result on_head(struct http_request *q, const char *version)
{
    q->headed = true;
    q->is_1_0 = strcmp(version, "HTTP/1.0") == 0;
    enter(q->connection, IN_BODY);
    if (!http_is_sound(q, version, &q->expects)) {
        struct http_field type = { S("Content-Type"), S("application/problem+json") };
        q->close = true;
        http_answer(q, 400, &type, 1,
                    S("{\"type\":\"about:blank\",\"title\":\"Malformed request\",\"status\":400,"
                      "\"detail\":\"this request could be read in two ways\",\"code\":\"MALFORMED\"}\n"));
        return queue(q);
    }
    q->admitted = true;
    return ask_head(q);
}

static enum MHD_Result on_body(struct http_request *q, struct str bytes)
{
    q->got += (int64_t)bytes.n;
    if (q->body_rc == RC_OK && q->cap && q->got > q->cap)
        q->body_rc = err_set(&q->body_err, RC_TOO_LARGE, "the body is larger than %lld bytes", (long long)q->cap);
    /* A chunked body tells its length last: past the cap it is read on for a while, for the answer's sake. */
    if (q->got > q->cap + (1 << 20) && q->length < 0)
        return MHD_NO;
    if (q->body_rc != RC_OK || q->response)
        return MHD_YES;
    if (q->take)
        q->body_rc = q->take(q->take_to, bytes, &q->body_err);
    else if (q->cap)
        buf_put(&q->kept, bytes);
    return MHD_YES;
}

static enum MHD_Result on_call(void *to, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *upload, size_t *upload_n, void **context)
{
    struct http_request *q = *context;

    (void)to, (void)url;
    if (!q || q->abandoned)
        return MHD_NO;
    if (!q->headed) {
        q->method = str_copy(q->arena, str_of(method));
        return on_head(q, version);
    }
    if (q->head_waits)
        return ask_head(q);
    if (*upload_n) {
        struct str bytes = { upload, *upload_n };
        *upload_n = 0;
        return on_body(q, bytes);
    }
    if (q->queued)
        return MHD_YES;
    if (!q->ran && !q->response) {
        q->ran = true;
        enter(q->connection, ANSWERING);
        q->server->app.run(q->server->app.to, q);
    }
    if (q->response)
        return queue(q);
    q->suspended = true;
    MHD_suspend_connection(mhd);
    return MHD_YES;
}

static struct connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The request line is complete: the request begins, and what is returned is its context. */
static void *on_uri(void *to, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server  *s = to;
    struct connection   *c = connection_of(mhd);
    struct http_request *q = calloc(1, sizeof *q);

    if (!q || !c)
        abort();
    q->server = s;
    q->connection = c;
    q->mhd = mhd;
    q->arena = arena_new(s->app.arena_bytes);
    q->started_us = clock_mono_us();
    struct str target = str_copy(q->arena, str_of(uri));
    size_t     mark = str_find(target, S("?"), 0);
    q->path = str_head(target, mark);
    q->query = mark == SIZE_MAX ? S("") : str_from(target, mark + 1);
    q->kept = buf_of(0);
    c->q = q;
    return q;
}

static void on_end(void *to, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode how)
{
    struct http_server  *s = to;
    struct http_request *q = *context;

    (void)mhd, (void)how;
    if (!q)
        return;
    *context = NULL;
    if (q->admitted)
        s->app.done(s->app.to, q);
    q->connection->q = NULL;
    q->connection->ended++;
    enter(q->connection, AWAIT_HEAD);
    if (http_gate_refuse(q->connection))
        shutdown(q->connection->fd, SHUT_RD); /* so that the library sees it end */
    if (q->response)
        MHD_destroy_response(q->response);
    buf_done(&q->kept);
    buf_done(&q->chunk);
    arena_free(q->arena);
    free(q);
}

static void on_connection(void *to, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode how)
{
    struct http_server *s = to;
    struct connection  *c = *context;

    if (how == MHD_CONNECTION_NOTIFY_STARTED) {
        c = calloc(1, sizeof *c);
        if (!c)
            abort();
        c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        c->server = s;
        http_gate_open(c);
        c->next = s->connections;
        if (c->next)
            c->next->link = &c->next;
        c->link = &s->connections;
        s->connections = c;
        s->n++;
        enter(c, AWAIT_HEAD);
        *context = c;
    } else if (c) {
        http_gate_close(c);
        *c->link = c->next;
        if (c->next)
            c->next->link = c->link;
        s->n--;
        free(c);
        *context = NULL;
        s->run_again = true;
    }
}

static size_t keep_escapes(void *to, struct MHD_Connection *mhd, char *text)
{
    (void)to, (void)mhd;
    return strlen(text);
}

/* ---- time ---- */

static bool has_unread(int fd)
{
    char one;
    return recv(fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* The answer is there, and the client has not taken it yet: all of one, or what was made of a stream. */
static bool reads_too_slowly(const struct http_server *s, struct connection *c, int64_t now)
{
    const struct http_request *q = c->q;

    if (!q || !q->queued)
        return false;
    bool owed = !q->stream.more || q->chunk_sent < q->chunk.n;
    return pace_is_slow(&c->pace, owed, pace_taken(c->fd), now, s->stall_us);
}

static bool is_stalled(const struct http_server *s, struct connection *c, int64_t now)
{
    int64_t age = now - c->since_us;

    switch (c->phase) {
    case AWAIT_HEAD:
        return age > s->stall_us || (s->drain_us && age > HTTP_DRAIN_IDLE_MS * 1000 && !c->q && !has_unread(c->fd));
    case IN_BODY: return age > s->stall_us + c->q->got * 1000000 / HTTP_BODY_BYTES_PER_S;
    case ANSWERING: return reads_too_slowly(s, c, now);
    }
    return false;
}

static void tick(void *to)
{
    struct http_server *s = to;
    int64_t             now = clock_mono_us();

    for (struct connection *c = s->connections; c; c = c->next)
        if (is_stalled(s, c, now))
            shutdown(c->fd, SHUT_RDWR);
    for (size_t i = s->lingers; i-- > 0;)
        if (now > s->linger[i].until_us)
            linger_end(s, i);
    if (s->drain_us && s->drained && (s->n == 0 || now > s->drain_until_us)) {
        void (*drained)(void *to) = s->drained;
        s->drained = NULL;
        drained(s->drained_to);
        return;
    }
    s->run_again = true; /* it was deaf for want of files, which others have given back by now */
    loop_after(s->loop, &s->tick, s->drain_us ? TICK_MS / 50 : TICK_MS, tick, s);
}

static int64_t turn(void *to)
{
    struct http_server *s = to;
    unsigned long long  wait_ms;

    if (s->run_again) {
        s->run_again = false;
        MHD_run(s->daemon);
    }
    for (int i = 0; i < TURNS; i++) {
        if (MHD_get_timeout(s->daemon, &wait_ms) != MHD_YES)
            return -1;
        if (wait_ms)
            return (int64_t)wait_ms;
        MHD_run(s->daemon);
    }
    return 0;
}

static void ready(int fd, uint32_t events, void *to)
{
    struct http_server *s = to;
    (void)fd, (void)events;
    MHD_run(s->daemon);
}

/* ---- life ---- */

enum rc http_server_new(struct http_server **ret, struct loop *loop, int listen_fd, int stall_s,
                        const struct http_app *app, struct err *e)
{
    struct http_server *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->loop = loop;
    s->app = *app;
    s->listen_fd = listen_fd;
    s->stall_us = (int64_t)stall_s * 1000000;
    /* MHD_stop_daemon() closes its listening socket: it gets one of its own. */
    int own_fd = dup(listen_fd);
    s->daemon = own_fd < 0 ? NULL
                           : MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_call, s,
                                              MHD_OPTION_LISTEN_SOCKET, own_fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                              (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
                                              (size_t)1024, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
                                              MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S,
                                              MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_UNESCAPE_CALLBACK,
                                              keep_escapes, s, MHD_OPTION_NOTIFY_COMPLETED, on_end, s,
                                              MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (!s->daemon) {
        if (own_fd >= 0)
            close(own_fd);
        free(s);
        return err_set(e, RC_UNAVAILABLE, "http: the server does not start: %s", strerror(errno));
    }
    s->epoll_fd = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop_watch(loop, s->epoll_fd, EPOLLIN, ready, s);
    loop_each_turn(loop, turn, s);
    loop_after(loop, &s->tick, TICK_MS, tick, s);
    *ret = s;
    return RC_OK;
}

void http_server_drain(struct http_server *s, int64_t cap_ms, void (*drained)(void *to), void *to)
{
    int64_t until_us = clock_mono_us() + cap_ms * 1000;

    if (s->drain_us) {
        s->drain_until_us = i64_min(s->drain_until_us, until_us);
        return;
    }
    s->drain_us = clock_mono_us();
    s->drain_until_us = until_us;
    s->drained = drained;
    s->drained_to = to;
    int fd = MHD_quiesce_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    for (struct connection *c = s->connections; c; c = c->next)
        if (c->q && c->q->stream.live)
            http_wake(c->q);
    tick(s);
}

/* The library refuses to stop while requests are suspended: they are let go first, without an answer. */
void http_server_free(struct http_server *s)
{
    if (!s)
        return;
    loop_cancel(&s->tick);
    loop_each_turn(s->loop, NULL, NULL);
    loop_unwatch(s->loop, s->epoll_fd);
    for (struct connection *c = s->connections; c; c = c->next)
        if (c->q) {
            c->q->abandoned = true;
            http_wake(c->q);
        }
    MHD_run(s->daemon);
    MHD_stop_daemon(s->daemon);
    while (s->lingers)
        linger_end(s, 0);
    free(s);
}
