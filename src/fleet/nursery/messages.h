/* fleet/nursery/messages.h - what processes of the fleet say to each other: one SOCK_SEQPACKET message is one fact.
 *
 * A message is a fixed struct, then bytes; descriptors travel beside it (SCM_RIGHTS).  Both ends are the same binary.
 * Bytes over MESSAGE_INLINE_MAX go in a file in memory instead.  To a worker: a sealed one, which it maps.  From a worker, whose cage lets
 * it make none: the one it was born with, which the agent copies and empties.  So what a worker holds of memory is bounded, and one that
 * went wild cannot shrink or change a file under the agent's feet.  A worker is never trusted: every length it names is checked
 * against what came. */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "work/worker.h"

enum { MESSAGE_INLINE_MAX = 64 << 10, MESSAGE_MAX = MESSAGE_INLINE_MAX + 4096, MESSAGE_FDS_MAX = 1 + UNIT_FILES_MAX };

/* agent -> worker */
struct unit_head {
    uint32_t bytes, files;
    bool     in_memfd;
};
/* worker -> agent */
struct answer_head {
    uint32_t bytes;
    int32_t  rc, retry_after_s;
    int64_t  cpu_us; /* what the unit took of the CPU */
    uint32_t in_memfd,
        leaving; /* leaving: it has done its share of units and exits after this answer.  No bool: a wild worker's
                                 * would be neither true nor false */
    char why[240];
};
/* agent -> nursery */
enum nursery_verb { NURSERY_FORK, NURSERY_KILL };
struct nursery_order {
    enum nursery_verb verb;
    int64_t           incarnation; /* a new one: what an earlier one ordered and has not got is forgotten */
    uint32_t          worker;      /* FORK: index in fleet.workers */
    uint32_t          count;       /* FORK: so many more */
    int32_t           pid;         /* KILL: only the parent can know that the number is still this worker's */
};
/* nursery -> agent */
enum nursery_event { NURSERY_UP, NURSERY_BORN, NURSERY_FAILED, NURSERY_DIED };
struct nursery_news {
    enum nursery_event event;
    int64_t            incarnation; /* BORN, FAILED: of the order */
    uint32_t           worker;      /* BORN, FAILED: of the order */
    uint32_t           count;       /* FAILED: so many will not come */
    int32_t            pid, status; /* DIED: wait status; BORN brings two fds: the worker's socket, its stderr */
};

/* Bytes that came with a message: inline ones borrowed from the receive buffer, mapped ones until payload_done(). */
struct payload {
    struct str bytes;
    void      *map;
};
void payload_done(struct payload *p);

/* head, then bytes, in one message; bytes go in a sealed memfd when they are many (the head's in_memfd says so: set it with
 * message_is_big()).  rc: UNAVAILABLE the socket is full or the other side is gone; INTERNAL no memfd. */
static inline bool message_is_big(struct str bytes) { return bytes.n > MESSAGE_INLINE_MAX; }
enum rc            message_send(int fd, const void *head, size_t head_n, struct str bytes, const int *fds, size_t nfds,
                                struct err *e) must_use;

/* The same from inside the cage: many bytes go into `file`, a memfd of the sender's, over what an answer before left there. */
enum rc message_answer(int fd, const void *head, size_t head_n, struct str bytes, int file, struct err *e) must_use;

/* One message.  got.n == 0 and RC_OK: the other side closed.  UNAVAILABLE: nothing there (non-blocking).  fds are the
 * caller's to close, at most MESSAGE_FDS_MAX; more than that, or a cut message, is RC_MALFORMED and all are closed. */
struct message {
    struct str got;
    int        fds[MESSAGE_FDS_MAX];
    size_t     nfds;
};
enum rc message_recv(int fd, struct buf *space, struct message *ret, struct err *e) must_use;
void    message_close(struct message *m); /* closes the descriptors nobody took */
/* The bytes after a head of head_n, wherever they are; takes the memfd (fds[0]) off the message.  rc: MALFORMED they are not `bytes`
 * many, or the file is not one in memory with all its seals (BY_SEALED); TOO_LARGE more than `most`. */
enum message_carrier { BY_MESSAGE, BY_SEALED, BY_COPY };
enum rc message_payload(struct message *m, size_t head_n, uint32_t bytes, enum message_carrier by, size_t most,
                        struct payload *ret, struct err *e) must_use;
