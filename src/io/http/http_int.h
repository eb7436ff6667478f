/* io/http/http_int.h - the inside of io/http_server: what its files share.  Nobody else includes it. */
#pragma once
#include <microhttpd.h>
#include "io/http/http_gate.h"
#include "io/http/http_pace.h"
#include "io/http/http_server.h"

enum { CONNECTION_BYTES = 8192, LINGERS_MAX = 256 };

enum phase { AWAIT_HEAD, IN_BODY, ANSWERING };

struct connection {
    struct connection   *next, **link;
    int                  fd;
    enum phase           phase;
    int64_t              since_us; /* in this phase */
    struct pace          pace;     /* while it is answered */
    struct http_request *q;
    struct http_server  *server;
    struct http_gate     gate;
    uint32_t             ended;   /* requests answered, of gate.requests */
    int                  refused; /* the status of the refusal that ends it */
    bool                 refusal_sent;
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
    bool                   expects, head_waits, is_1_0;
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
    /* The library does not see by itself that a request was resumed.  And out of files, or with as many connections as it may have, it
     * watches its listening socket no more until a run in which there is room again. */
    bool    run_again;
    int64_t drain_us, drain_until_us; /* 0 = not draining */
    void (*drained)(void *to);
    void *drained_to;
};

/* http_strict.c: can this head be read in one way only?  Sets q->length; ret_expects: the client waits for a 100. */
bool http_is_sound(struct http_request *q, const char *version, bool *ret_expects);

/* http_recv.c: the strict reader in front of a connection, from its first byte to its end. */
void http_gate_open(struct connection *c);
void http_gate_close(const struct connection *c);
/* Answers what was refused, once nothing is to be answered before it; true: it was. */
bool http_gate_refuse(struct connection *c);
/* http_server.c: reads on and drops what comes, so that the client gets to read the answer. */
void http_linger(struct connection *c);
