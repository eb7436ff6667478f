/* api/http/api.h - the HTTP process: what it holds, what a request holds, and how a handler answers.
 *
 * A request's way: io/http_server -> row of routes.c -> who is it (auth.c) -> may it, how often (io/shared/limits.c) -> its body
 * -> handler -> store, answer written straight from rows into r->out -> one log line, one metric -> arena freed.
 *
 * A handler is  enum rc NAME(struct req *r, struct err *e):  it writes one JSON value with r->json and returns RC_OK, or calls
 * one of the other answers below, or returns what went wrong: rc and text become problem+json (RFC 9457).
 * Handlers never wait.  What takes time elsewhere (passwords) is asked for, and `then` is called with the answer. */
#pragma once
#include "api/http/caller.h"
#include "base/json.h"
#include "io/blob/blob.h"
#include "io/shared/shared.h"
#include "io/http/http_query.h"
#include "io/http/http_server.h"
#include "io/shared/password.h"
#include "io/shared/tally.h"
#include "io/sql/sql.h"
#include "store/installation/moving.h"
#include "store/account/sessions.h"

enum {
    API_BODY_MAX = 1 << 20,
    API_ANSWER_MAX = 64 << 20,
    API_IDS_MAX = 1000,
    API_FIELDS_MAX = 16,
    API_PARTS_MAX = 2,
    API_ERRORS_MAX = 1
};

struct events;
struct stats_kept;
struct totals;
struct console;
struct admission;
struct passwords;
struct waiting;
struct asked;
struct turns;

struct api {
    const struct conf   *conf;
    const struct shared *shared;
    struct loop         *loop;
    struct http_server  *server;
    struct caller_rules  rules;
    struct sql          *db;
    struct blob_dir     *blobs;
    struct events       *events;
    struct stats_kept   *stats;
    struct totals       *totals; /* api/resources/totals.h */
    struct console      *console;
    struct admission    *admission;
    struct passwords    *passwords;
    struct turns        *turns; /* api/http/turns.h */
    struct waiting      *waiting;
    bool                 draining, is_moving;
    struct loop_timer    notice;          /* after SIGTERM: when connections are refused, too */
    struct moving        moving;          /* as it was at moving_us */
    int64_t              moving_us;       /* monotonic; 0: nobody looked yet */
    int64_t              process, number; /* under which name it writes, and its newest write: api/http/execute.h */
    int64_t              writes;          /* of this process: sql_version() only sees those of others */
    struct loop_timer    ring;
};

struct req;
typedef enum rc handler(struct req *r, struct err *e);

struct req {
    struct api          *api;
    struct http_request *http;
    struct arena        *a;
    struct sql          *db;
    const struct route  *route;
    struct caller        caller;
    struct str           part[API_PARTS_MAX]; /* what stands where the route has {...} */
    struct query         query;
    int64_t              account, user; /* 0: nobody */
    struct session       session;
    bool                 by_cookie;
    struct json         *body; /* object; NULL when there is none */

    int        status;                      /* 0: 200, or what the rc says */
    struct str code, pointer;               /* of a problem: other than the rc's name; the member at fault */
    void (*problem_members)(struct req *r); /* adds members to a problem; NULL: it has none of its own */
    struct buf        out;
    struct json_out   json;
    struct http_field field[API_FIELDS_MAX];
    size_t            nfields;
    bool              answered; /* the answer is given or comes later */
    bool              live;     /* it is an event stream */

    /* api/http/execute.c: */
    struct str idem_key;
    uint64_t
        content; /* hash of an uploaded file, where there is an idem_key to hold it against; set before the transaction */
    /* api/http/admission.c: has a place; to stand in line; has stood in it */
    bool        heavy, in_line, waited;
    int64_t     entered_us;
    struct req *line_next, **line_link;

    bool              lasting;         /* refused, and yet what it wrote stays: a wrong password is noted */
    bool              later, in_doubt; /* answered in a later turn; committed or not? */
    size_t            head_fields;     /* of field[]: from before the handler */
    int64_t           process, number, troubles, trouble_us;
    bool              put_off, called;        /* it did not ask the database; it may */
    struct req       *wait_next, **wait_link; /* api/http/waiting.c */
    struct loop_timer again_timer;
    void (*again)(struct req *r);

    struct asked     *asked;      /* api/http/passwords.c; NULL: it waits for none */
    struct loop_timer wait_timer; /* in line: api/http/admission.c */
    handler          *then;
    handler          *received; /* of an upload: its body is there; before the transaction, nobody waits for its disk */
    struct password_answer password;
    struct str             memo[3]; /* what a handler keeps for its `then` */
    void                  *own;     /* a handler's own state, ended by: */
    void (*own_done)(struct req *r);
};

/* What the console counts: who signed up, what was made. */
void api_count(struct req *r, enum tally_what what, int64_t n);
/* After a commit that may have enqueued something: the agent and the event streams look. */
void api_wrote(struct api *api);

/* The process: io/shared/shared.h. */
int http_main(const struct conf *conf, const struct shared *shared);

/* ---- what was asked ---- */
/* The id at {n}; an id that is none is RC_NOT_FOUND, as one that is not there. */
enum rc    req_id(struct req *r, size_t part, int64_t *ret, struct err *e) must_use;
struct str req_query(const struct req *r, const char *name); /* "" when not there */
enum rc    req_query_i64(struct req *r, const char *name, int64_t min, int64_t max, int64_t otherwise, int64_t *ret,
                         struct err *e) must_use;
enum rc    req_query_id(struct req *r, const char *name, int64_t *ret, struct err *e) must_use; /* 0 when not there */
/* A text member of the body, trimmed, of min to max bytes; "" when it is not there and min is 0. */
enum rc req_text(struct req *r, const char *name, size_t min, size_t max, struct str *ret, struct err *e) must_use;
enum rc req_body_id(struct req *r, const char *name, int64_t *ret, struct err *e) must_use; /* 0 when not there */
/* The array of ids in a member, at most API_IDS_MAX. */
enum rc    req_ids(struct req *r, const char *name, int64_t **ret, size_t *ret_n, struct err *e) must_use;
struct str req_actor(struct req *r); /* "user:<id>" */

/* ---- answering ---- */
/* The end of a list: where the next page begins; "" = there is none. */
void answer_next(struct req *r, struct str cursor);
void answer_field(struct req *r, const char *name, struct str value); /* a header; value in the arena or constant */
void answer_etag(struct req *r, int64_t seq);
/* Content-Disposition with this file name, safe in any header (RFC 6266, RFC 8187). */
void    answer_attachment(struct req *r, struct str file_name);
enum rc answer_empty(struct req *r); /* 204 */
enum rc answer_bytes(struct req *r, int status, struct str type, struct str bytes);
enum rc answer_stream(struct req *r, struct str type, const struct http_stream *s);
/* A problem with a status of its own: returns the rc to return. */
enum rc answer_refuse(struct req *r, int status, const char *code, struct err *e, const char *fmt, ...)
    printf_like(5, 6);
/* RC_INVALID that names the member at fault by its JSON pointer. */
enum rc answer_invalid(struct req *r, const char *pointer, struct err *e, const char *fmt, ...) printf_like(4, 5);
/* Ends a request whose handler had returned with r->answered set and nothing given yet. */
void answer_later(struct req *r, enum rc rc, struct err *e);

/* ---- waiting for a password ---- */
/* then() runs with r->password when the answer is there; its rc ends the request. */
enum rc req_ask_hash(struct req *r, struct str password, handler *then, struct err *e) must_use;
enum rc req_ask_verify(struct req *r, struct str password, struct str hash, handler *then, struct err *e) must_use;
