/* surge/client.h - one browser: a connection of its own, its cookie and CSRF token, one request at a time, retries.
 *
 * Everything waits in the loop; nothing blocks.  A request whose connection breaks is sent again as browsers and libraries do: at once when
 * a kept connection turned out to be closed, else after 50 ms doubling to 2 s (Retry-After when the server names one), RETRIES_MAX times.
 * So whoever sends something that must not happen twice gives it an Idempotency-Key or looks first.
 *
 * The answer comes by then(), once for each client_send(); the client may be given its next request from there.  Body texts live until
 * then() returns.  Limits: a body of BODY_KEPT_MAX is kept, what is longer goes on counting only; a sink gets all of it. */
#pragma once
#include <sys/socket.h>
#include "base/rand.h"
#include "io/loop.h"
#include "surge/reply.h"
#include "surge/tallying.h"

enum { RETRIES_MAX = 12, BODY_KEPT_MAX = 1 << 20, CALL_PATH_MAX = 256, CALL_TIMEOUT_S = 30 };

/* Where and how: shared by all clients of a run. */
struct net {
    struct loop            *loop;
    struct score           *score;
    struct rand_seeded      dice;     /* for jitter */
    char                    host[80]; /* Host: */
    struct sockaddr_storage at;
    socklen_t               at_bytes;
    struct client          *busy; /* those with a request under way */
    int64_t                 open; /* connections */
    bool                    over; /* no more retries: the run is being ended */
};

struct call {
    const char *method;
    char        path[CALL_PATH_MAX];
    enum deed   deed;
    bool        part; /* of a deed: its time is not scored by itself */
    bool        lone; /* do not keep the connection */
    int64_t     due_us;
    struct str  body;      /* borrowed until then(); sent as application/json */
    char        key[48];   /* Idempotency-Key */
    char        match[80]; /* a whole header line: If-None-Match: "..." */
    struct {               /* a body from a file, instead of the text */
        int     fd;
        int64_t at, n;
    } file;
    int timeout_s; /* 0: CALL_TIMEOUT_S */
};
struct answer {
    int        status; /* 0: no answer, and given up */
    struct str body;
    int64_t    us; /* since it was due */
};

struct client {
    struct net *net;
    void (*then)(void *to, const struct answer *a);
    void (*sink)(void *to, struct str bytes); /* optional: gets the body of 2xx answers instead */
    void *to;
    char  cookie[96], csrf[64], forwarded[20];

    /* its own matter */
    struct call       call;
    struct reply      reply;
    struct buf        head, body;
    size_t            sent;
    int64_t           file_sent, began_us;
    int               fd, tries;
    bool              used, linked; /* used: something was answered on this connection */
    struct loop_timer timer;
    struct client    *next, **link;
};

/* zeroed before the first time */
void client_init(struct client *c, struct net *net, void (*then)(void *to, const struct answer *a), void *to);
void client_close(struct client *c); /* the connection; a request under way is forgotten */
void client_done(struct client *c);  /* and its memory */
/* due_us = clock_mono_us() scale; may lie in the future: then it is sent at that time. */
void client_send(struct client *c, const struct call *call);
void clients_sweep(struct net *net); /* once a second: gives up on what takes too long */
