/* surge/reply.h - reads one HTTP/1.1 response, in whatever pieces it comes.
 *
 * Our own because the generator shares its cores with what it measures and its library with every process of the one binary: 7 us of CPU a
 * request where libcurl's multi interface takes 14 on the same kind of loop, no 6 more shared objects (1.1 ms of each exec), and files
 * go out by sendfile (docs/benchmarks.md).  Strict: a response that two readers could read differently is RC_MALFORMED.  Limits:
 * REPLY_HEAD_MAX for the head; the body goes to take() piece by piece, so its length is the receiver's matter; lengths above 2^53 are
 * malformed.
 *
 * Zeroed but for take and to: ready.  reply_reset() before the next response.  Header texts are borrowed until then. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { REPLY_HEAD_MAX = 16 << 10, REPLY_FIELDS_MAX = 64 };

struct reply {
    void (*take)(void *to, struct str bytes); /* the body */
    void *to;
    bool  head_only; /* of a HEAD request */

    int     status; /* 0 until the head is complete */
    bool    keeps;  /* the connection can be used again */
    bool    done;
    int64_t body_bytes;

    struct buf head;
    enum { REPLY_HEAD, REPLY_LENGTH, REPLY_CLOSE, REPLY_CHUNK_LINE, REPLY_CHUNK, REPLY_CHUNK_END, REPLY_TRAILER } state;
    int64_t left;
    size_t  line; /* bytes of a chunk's or trailer's line so far */
};

void reply_reset(struct reply *r);
void reply_done(struct reply *r); /* frees */
/* Takes bytes; ret_used < bytes.n only when the response is done and something follows it. */
enum rc reply_feed(struct reply *r, struct str bytes, size_t *ret_used, struct err *e) must_use;
/* The connection ended; RC_UNAVAILABLE when the response is not complete. */
enum rc    reply_end(struct reply *r, struct err *e) must_use;
struct str reply_header(const struct reply *r, const char *name); /* { NULL, 0 } when not there */
