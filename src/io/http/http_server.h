/* io/http/http_server.h - HTTP/1.1 for one single-threaded process: libmicrohttpd inside our loop, made strict.
 *
 * It exists so that nothing else knows the library, and so that its traps are closed in one place: every byte passes a strict reader
 * before the library sees it (http_gate.h), so requests that two parsers could read differently are answered 400, too large heads 431
 * or 414, as problem+json and with one head, and closed after the answers to what came before; keep-alive survives; a connection that does not get
 * its request out in time is cut, however busily it drips, and so is one that reads its answer too
 * slowly (http_pace.h); a client that is refused in mid-upload still gets to read the answer.
 *
 * A request's life, all on the loop's thread:
 *   head()  the head is complete: choose what happens to the body, or answer already
 *   run()   the body is complete (or failed, see http_body): answer now, or return and answer later, from any callback
 *   done()  the answer has left, or the connection died; the request and its arena are gone after it
 * head() and run() may be followed by done() without an answer.
 *
 * Texts are borrowed until done(); bodies of answers must live that long too (the arena does).
 * Limits: 8 KiB a connection, which holds the request's head; idle and head times below; the body's by the app. */
#pragma once
#include "base/address.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/loop.h"

struct http_server;
struct http_request;

struct http_app {
    void  *to;
    size_t arena_bytes; /* first chunk of a request's arena */
    void (*head)(void *to, struct http_request *q);
    void (*run)(void *to, struct http_request *q);
    void (*done)(void *to, struct http_request *q);
};

enum {
    HTTP_CONNECTIONS_MAX = 20000,
    HTTP_IDLE_S = 75,
    HTTP_BODY_BYTES_PER_S = 1024,
    HTTP_SWALLOW_BYTES = 64 << 10,
    HTTP_LINGER_S = 10,
    HTTP_DRAIN_IDLE_MS = 1000
};

/* listen_fd: listening and non-blocking, may be shared with other processes; never closed or shut down here.
 * stall_s: what a client has for a whole request head, and of grace for a body slower than HTTP_BODY_BYTES_PER_S; the window in which a
 * reader must take HTTP_READ_BYTES_PER_S. */
enum rc http_server_new(struct http_server **ret, struct loop *loop, int listen_fd, int stall_s,
                        const struct http_app *app, struct err *e) must_use;
/* Accept nothing more, end live streams, let the rest finish with "Connection: close"; drained() is called once
 * nobody is connected, after cap_ms at the latest.  A connection nobody asks on is closed after HTTP_DRAIN_IDLE_MS, and not
 * while a request waits in it unread.  Called again: the nearer end counts. */
void http_server_drain(struct http_server *s, int64_t cap_ms, void (*drained)(void *to), void *to);
void http_server_free(struct http_server *s);
DEFINE_AUTO_FREE(http_server)

/* ---- what was asked ---- */
struct arena *http_arena(const struct http_request *q);
struct str    http_method(const struct http_request *q);
struct str    http_path(const struct http_request *q);                     /* as sent: not decoded */
struct str    http_query(const struct http_request *q);                    /* after the '?', as sent; "" */
struct str    http_header(const struct http_request *q, const char *name); /* { NULL, 0 } when not there */
/* All lines of that name, joined by ", " (RFC 9110, 5.3): a proxy may append a line of its own to one the client forged. */
struct str     http_header_all(const struct http_request *q, const char *name);
bool           http_is_1_0(const struct http_request *q);     /* no browser's: a proxy's, or a tool's */
struct address http_peer(const struct http_request *q);       /* the other end of the connection */
int64_t        http_started_us(const struct http_request *q); /* clock_mono_us() at the request line */

/* In head(): what is needed to answer is not there now.  Nothing more is read; after http_head_again() head() is called anew. */
void http_head_wait(struct http_request *q);
void http_head_again(struct http_request *q);

/* ---- its body ---- */
typedef enum rc http_take(void *to, struct str bytes, struct err *e);
/* In head(): keep it in memory, or stream it into take(), which is called with some KB at a time: while it runs, nothing
 * more is read, and TCP holds the client back.  Without either the body is skipped. */
void http_body_keep(struct http_request *q, int64_t cap_bytes);
void http_body_sink(struct http_request *q, int64_t cap_bytes, http_take *take, void *to);
/* In run(): what was kept; rc TOO_LARGE past the cap, or what take() returned. */
enum rc http_body(const struct http_request *q, struct str *ret, struct err *e) must_use;
int64_t http_body_bytes(const struct http_request *q); /* received so far */

/* ---- the answer: exactly one, at any time from head() on ---- */
struct http_field {
    struct str name, value;
};
void http_answer(struct http_request *q, int status, const struct http_field *field, size_t n, struct str body);

/* Bytes made as they are sent.  more() appends some to out (kept until sent, then cleared); nothing appended and not
 * *ret_end means "later": then http_wake() makes it ask again.  A failure cuts the connection, so that the client sees that it
 * has not got everything.  live: an event stream, ended by a drain. */
struct http_stream {
    enum rc (*more)(void *to, struct buf *out, bool *ret_end, struct err *e);
    void  *to;
    size_t chunk_cap; /* most bytes of one more() */
    bool   live;
};
void http_answer_stream(struct http_request *q, int status, const struct http_field *field, size_t n,
                        const struct http_stream *stream);
void http_wake(struct http_request *q);

int     http_status(const struct http_request *q);     /* of the answer; 0 = none was given */
int64_t http_sent_bytes(const struct http_request *q); /* of the answer's body */
void  **http_user(struct http_request *q);             /* the app's own pointer */
