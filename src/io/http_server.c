#include "io/http_server.h"
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "io/http_query.h"

enum { CONNECTION_BYTES = 8192, TICK_MS = 1000, TURNS = 8, LINGERS_MAX = 256, DRAIN_IDLE_US = 1000000 };

enum phase { AWAIT_HEAD, IN_BODY, ANSWERING };

struct connection {
    struct connection   *next, **link;
    int                  fd;
    enum phase           phase;
    int64_t              since_us; /* in this phase */
    struct http_request *q;
};

struct http_request {
    struct http_server    *server;
    struct connection     *connection;
    struct MHD_Connection *mhd;
    struct arena          *arena;
    struct str             method, path, query;
    int64_t                started_us, length, got, cap, sent; /* length: -1 = chunked */
    struct buf             kept;
    http_take             *take;
    void                  *take_to, *user;
    enum rc                body_rc;
    struct err             body_err;
    struct MHD_Response   *response;
    int                    status;
    bool                   headed, admitted, ran, queued, suspended, close, abandoned;
    struct http_stream     stream;
    struct buf             chunk;
    size_t                 chunk_sent;
    bool                   ended;
};

struct lingering {
    int     fd;
    int64_t until_us;
};

struct http_server {
    struct loop       *loop;
    struct MHD_Daemon *daemon;
    struct http_app    app;
    struct connection *connections;
    size_t             n;
    int                listen_fd, epoll_fd;
    int64_t            stall_us;
    struct loop_timer  tick;
    struct lingering   linger[LINGERS_MAX];
    size_t             lingers;
    bool               resumed;                  /* the library does not see by itself that a request was */
    int64_t            drain_us, drain_until_us; /* 0 = not draining */
    void (*drained)(void *to);
    void *drained_to;
};

/* ---- what was asked ---- */

struct arena *http_arena(const struct http_request *q) { return q->arena; }
struct str    http_method(const struct http_request *q) { return q->method; }
struct str    http_path(const struct http_request *q) { return q->path; }
struct str    http_query(const struct http_request *q) { return q->query; }
int64_t       http_started_us(const struct http_request *q) { return q->started_us; }
int64_t       http_body_bytes(const struct http_request *q) { return q->got; }
int           http_status(const struct http_request *q) { return q->status; }
int64_t       http_sent_bytes(const struct http_request *q) { return q->sent; }
void        **http_user(struct http_request *q) { return &q->user; }
size_t        http_connections(const struct http_server *s) { return s->n; }

struct str http_header(const struct http_request *q, const char *name)
{
    return str_of(MHD_lookup_connection_value(q->mhd, MHD_HEADER_KIND, name));
}

struct str http_client(const struct http_request *q)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(q->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr          *peer = info ? info->client_addr : NULL;
    char                            text[INET6_ADDRSTRLEN] = "";
    bool                            local = false;

    if (peer && peer->sa_family == AF_INET) {
        const struct in_addr *v4 = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
        local = ntohl(v4->s_addr) >> 24 == 127;
        inet_ntop(AF_INET, v4, text, sizeof text);
    } else if (peer && peer->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
        local = IN6_IS_ADDR_LOOPBACK(v6);
        inet_ntop(AF_INET6, v6, text, sizeof text);
    }
    struct str forwarded = local ? http_header(q, "X-Forwarded-For") : (struct str){ NULL, 0 }, last = { NULL, 0 };
    while (forwarded.n && str_next(&forwarded, ',', &last))
        continue;
    return last.n ? str_trim(last) : str_copy(q->arena, str_of(text));
}

/* ---- the answer ---- */

static void resume(struct http_request *q)
{
    if (q->suspended) {
        q->suspended = false;
        q->server->resumed = true;
        MHD_resume_connection(q->mhd);
    }
}

static void take_response(struct http_request *q, int status, const struct http_field *field, size_t n,
                          struct MHD_Response *response)
{
    if (!response)
        abort(); /* memory */
    for (size_t i = 0; i < n; i++)
        if (MHD_add_response_header(response, str_copy(q->arena, field[i].name).p,
                                    str_copy(q->arena, field[i].value).p) != MHD_YES)
            abort(); /* a line end in a header: the caller's bug */
    q->response = response;
    q->status = status;
    resume(q);
}

void http_answer(struct http_request *q, int status, const struct http_field *field, size_t n, struct str body)
{
    if (q->response)
        abort(); /* a second answer */
    q->sent = (int64_t)body.n;
    take_response(q, status, field, n,
                  MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT));
}

static ssize_t stream_read(void *to, uint64_t at, char *into, size_t room)
{
    struct http_request *q = to;
    struct err           e = { 0 };

    (void)at;
    if (q->chunk_sent == q->chunk.n && !q->ended) {
        buf_clear(&q->chunk);
        q->chunk_sent = 0;
        if (q->abandoned || (q->stream.live && q->server->drain_us))
            q->ended = true;
        else if (q->stream.more(q->stream.to, &q->chunk, &q->ended, &e) != RC_OK || buf_full(&q->chunk))
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = size_min(room, q->chunk.n - q->chunk_sent);
    if (n == 0 && q->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        q->suspended = true;
        MHD_suspend_connection(q->mhd);
        return 0;
    }
    memcpy(into, q->chunk.p + q->chunk_sent, n);
    q->chunk_sent += n;
    q->sent += (int64_t)n;
    return (ssize_t)n;
}

void http_answer_stream(struct http_request *q, int status, const struct http_field *field, size_t n,
                        const struct http_stream *stream)
{
    if (q->response)
        abort();
    q->stream = *stream;
    q->chunk = buf_of(stream->chunk_cap);
    take_response(q, status, field, n,
                  MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CONNECTION_BYTES / 2, stream_read, q, NULL));
}

void http_wake(struct http_request *q) { resume(q); }

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
static void linger_start(struct http_request *q)
{
    struct http_server *s = q->server;
    int                 fd = s->lingers < LINGERS_MAX ? dup(q->connection->fd) : -1;

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
    return MHD_queue_response(q->mhd, (unsigned)q->status, q->response);
}

struct heads {
    struct str length, coding;
    int        lengths, codings, hosts;
    bool       expect, odd_name;
};

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
            return false;
    return s.n > 0;
}

static enum MHD_Result count_head(void *to, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct heads *h = to;
    struct str    n = str_of(name), v = str_of(value ? value : "");

    (void)kind;
    if (!is_token(n)) {
        h->odd_name = true;
    } else if (str_ieq(n, S("content-length"))) {
        h->lengths++;
        h->length = str_trim(v);
    } else if (str_ieq(n, S("transfer-encoding"))) {
        h->codings++;
        h->coding = str_trim(v);
    } else if (str_ieq(n, S("host"))) {
        h->hosts++;
    } else if (str_ieq(n, S("expect"))) {
        h->expect = true;
    }
    return MHD_YES;
}

/* What the library's strict mode looks for is in here too: that mode would send the head of its answer twice. */
static bool is_sound(struct http_request *q, const struct heads *h, const char *version)
{
    if (h->odd_name || h->lengths + h->codings > 1 || h->hosts > 1 || (!h->hosts && strcmp(version, "HTTP/1.0") != 0))
        return false;
    if (str_find(q->path, S(" "), 0) != SIZE_MAX || str_find(q->query, S(" "), 0) != SIZE_MAX)
        return false;
    if (h->codings && !str_ieq(h->coding, S("chunked")))
        return false;
    q->length = h->codings ? -1 : 0;
    return !h->lengths || str_i64(h->length, 0, INT64_MAX, &q->length);
}

static enum MHD_Result on_head(struct http_request *q, const char *version)
{
    struct heads h = { 0 };

    q->headed = true;
    enter(q->connection, IN_BODY);
    MHD_get_connection_values(q->mhd, MHD_HEADER_KIND, count_head, &h);
    if (!is_sound(q, &h, version)) {
        struct http_field type = { S("Content-Type"), S("application/problem+json") };
        q->close = true;
        http_answer(q, 400, &type, 1,
                    S("{\"type\":\"about:blank\",\"title\":\"Malformed request\",\"status\":400,"
                      "\"detail\":\"this request could be read in two ways\",\"code\":\"MALFORMED\"}\n"));
        return queue(q);
    }
    q->admitted = true;
    q->server->app.head(q->server->app.to, q);
    if (q->cap && q->length > q->cap)
        q->body_rc = err_set(&q->body_err, RC_TOO_LARGE, "the body is larger than %lld bytes", (long long)q->cap);
    if (q->body_rc != RC_OK && !q->response) {
        q->ran = true;
        q->server->app.run(q->server->app.to, q);
    }
    /* An answer in the library's first call costs keep-alive: only where the body would cost more. */
    bool long_body = q->length < 0 || q->length > HTTP_SWALLOW_BYTES || (q->length && h.expect);
    if (!q->response || !long_body)
        return MHD_YES;
    q->close = true;
    linger_start(q);
    return queue(q);
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
    enter(q->connection, AWAIT_HEAD);
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
        c->next = s->connections;
        if (c->next)
            c->next->link = &c->next;
        c->link = &s->connections;
        s->connections = c;
        s->n++;
        enter(c, AWAIT_HEAD);
        *context = c;
    } else if (c) {
        *c->link = c->next;
        if (c->next)
            c->next->link = c->link;
        s->n--;
        free(c);
        *context = NULL;
    }
}

static size_t keep_escapes(void *to, struct MHD_Connection *mhd, char *text)
{
    (void)to, (void)mhd;
    return strlen(text);
}

/* ---- time ---- */

static bool is_stalled(const struct http_server *s, const struct connection *c, int64_t now)
{
    int64_t age = now - c->since_us;

    switch (c->phase) {
    case AWAIT_HEAD: return age > (s->drain_us ? DRAIN_IDLE_US : s->stall_us);
    case IN_BODY: return age > s->stall_us + c->q->got * 1000000 / HTTP_BODY_BYTES_PER_S;
    case ANSWERING: break; /* the library's own time-out sees a reader that stops */
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
    loop_after(s->loop, &s->tick, s->drain_us ? TICK_MS / 50 : TICK_MS, tick, s);
}

static int64_t turn(void *to)
{
    struct http_server *s = to;
    unsigned long long  wait_ms;

    if (s->resumed) {
        s->resumed = false;
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
    s->stall_us = (int64_t)(stall_s ? stall_s : HTTP_STALL_S) * 1000000;
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
    if (s->drain_us)
        return;
    s->drain_us = clock_mono_us();
    s->drain_until_us = s->drain_us + cap_ms * 1000;
    s->drained = drained;
    s->drained_to = to;
    int fd = MHD_quiesce_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    for (struct connection *c = s->connections; c; c = c->next)
        if (c->q && c->q->stream.live)
            resume(c->q);
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
            resume(c->q);
        }
    MHD_run(s->daemon);
    MHD_stop_daemon(s->daemon);
    while (s->lingers)
        linger_end(s, 0);
    free(s);
}

/* ---- bodies ---- */

void http_body_keep(struct http_request *q, int64_t cap_bytes)
{
    q->cap = cap_bytes;
    q->kept = buf_of((size_t)cap_bytes);
}

void http_body_sink(struct http_request *q, int64_t cap_bytes, http_take *take, void *to)
{
    q->cap = cap_bytes;
    q->take = take;
    q->take_to = to;
}

enum rc http_body(const struct http_request *q, struct str *ret, struct err *e)
{
    if (q->body_rc != RC_OK)
        return err_set(e, q->body_rc, "%s", q->body_err.text);
    *ret = buf_str(&q->kept);
    return RC_OK;
}
