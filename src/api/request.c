#include "api/request.h"
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "api/auth.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/rand.h"
#include "io/metrics.h"
#include "store/idempotency.h"

static bool reads_only(const struct req *r)
{
    struct str m = http_method(r->http);
    return str_is(m, "GET") || str_is(m, "HEAD");
}

/* ---- the end of a request ---- */

static void give(struct req *r, int status, struct str type)
{
    answer_field(r, "Cache-Control", S("no-store"));
    if (type.n)
        answer_field(r, "Content-Type", type);
    answer_field(r, "X-Content-Type-Options", S("nosniff"));
    r->answered = true;
    http_answer(r->http, status, r->field, r->nfields, buf_str(&r->out));
}

static void keep_answer(struct req *r, enum rc rc, int status)
{
    struct err e = { 0 };

    if (!r->idem_key.n)
        return;
    bool    kept = rc == RC_OK || rc == RC_INVALID || rc == RC_NOT_FOUND;
    enum rc done = kept ? idem_finish(r->db, r->account, r->idem_key, status, buf_str(&r->out), &e)
                        : idem_forget(r->db, r->account, r->idem_key, &e);
    if (done != RC_OK)
        log_event(LOG_WARN, "http.idempotency", KZ("why", e.text));
}

static void finish(struct req *r, enum rc rc, struct err *e)
{
    if (rc == RC_OK && r->answered)
        return;
    if (rc == RC_OK && buf_full(&r->out))
        rc = err_set(e, RC_TOO_LARGE, "the answer is larger than %d MiB: ask for less", API_ANSWER_MAX >> 20);
    if (rc == RC_OK && !reads_only(r))
        api_wrote(r->api);
    if (rc != RC_OK)
        problem_write(r, rc, e);
    int status = r->status ? r->status : rc == RC_OK ? 200 : rc_http(rc);
    keep_answer(r, rc, status);
    give(r, status, rc != RC_OK ? S("application/problem+json") : r->out.n ? S("application/json") : S(""));
}

void answer_later(struct req *r, enum rc rc, struct err *e)
{
    r->answered = false;
    finish(r, rc, e);
}

/* ---- its beginning ---- */

enum { MOVING_LOOK_US = 250000 };

/* While the installation is moved to another database nothing may be written. */
static enum rc may_write(struct req *r, struct err *e)
{
    struct api *api = r->api;
    int64_t     now = clock_mono_us();

    if (reads_only(r))
        return RC_OK;
    if (!api->moving_us || now - api->moving_us > MOVING_LOOK_US) {
        TRY(moving_get(r->db, &api->moving, &api->is_moving, e));
        api->moving_us = now;
    }
    if (!api->is_moving)
        return RC_OK;
    e->retry_after_s = (int)i64_max(2, i64_min(api->moving.left_s, 3600));
    return answer_refuse(r, 503, "MOVING", e, "being moved, %lld %% done, about %lld s left; reading goes on",
                         (long long)api->moving.done_pct, (long long)api->moving.left_s);
}

/* A host that only works shows its health, and nothing else. */
static bool served_here(const struct req *r)
{
    handler *run = r->route->run;
    return r->api->conf->role != CONF_ROLE_AGENT || run == health_live || run == health_ready || run == health_metrics;
}

static enum rc enter(struct req *r, struct err *e)
{
    struct str allow;
    enum rc    found = route_find(r->a, http_method(r->http), http_path(r->http), &r->route, r->part, &allow);

    if (found == RC_INVALID) {
        answer_field(r, "Allow", allow);
        return answer_refuse(r, 405, "METHOD_NOT_ALLOWED", e, "this path answers " STR_FMT, STR_ARG(allow));
    }
    if (found != RC_OK || !served_here(r))
        return err_set(e, RC_NOT_FOUND, "there is nothing at this path");
    TRY(query_parse(r->a, http_query(r->http), &r->query, e));
    if (r->route->need == NEED_NOBODY && r->route->rate == RATE_FREE)
        return RC_OK;
    TRY(may_write(r, e));
    TRY(auth_who(r, e));
    TRY(auth_may(r, e));
    return auth_rate(r, e);
}

static void on_head(void *to, struct http_request *q)
{
    struct api *api = to;
    struct req *r = arena_new_of(http_arena(q), struct req);
    struct err  e = { 0 };

    *r = (struct req){
        .api = api, .http = q, .a = http_arena(q), .db = api->db, .out = buf_of(API_ANSWER_MAX), .wait_fd = -1
    };
    r->json = json_out_of(&r->out);
    *http_user(q) = r;
    enum rc rc = enter(r, &e);
    if (rc == RC_OK && r->route->body == BODY_JSON)
        http_body_keep(q, API_BODY_MAX);
    else if (rc == RC_OK && r->route->body == BODY_UPLOAD)
        rc = r->route->run(r, &e);
    if (rc != RC_OK)
        finish(r, rc, &e);
}

static enum rc read_body(struct req *r, struct err *e)
{
    struct str text;

    if (r->route->body != BODY_JSON)
        return RC_OK;
    TRY(http_body(r->http, &text, e));
    if (str_trim(text).n == 0)
        return RC_OK;
    struct str type = header_main(http_header(r->http, "Content-Type"));
    if (!str_ieq(type, S("application/json")) && !(str_starts(type, S("application/")) && str_ends(type, S("+json"))))
        return answer_refuse(r, 415, "UNSUPPORTED_MEDIA_TYPE", e, "the body must be application/json");
    TRY(json_parse(r->a, text, &r->body, e));
    return r->body->type == JSON_OBJECT ? RC_OK : err_set(e, RC_MALFORMED, "the body must be a JSON object");
}

/* true: the answer of the first time has been given (or it is still being made). */
static enum rc repeat_answer(struct req *r, bool *ret_done, struct err *e)
{
    struct str         key = http_header(r->http, "Idempotency-Key"), body;
    struct idem_answer before;

    *ret_done = false;
    /* Not where the answer holds a secret, which must not be kept. */
    if (!key.n || (r->route->need != NEED_USER && r->route->need != NEED_ADMIN) || r->route->body != BODY_JSON ||
        !str_is(http_method(r->http), "POST"))
        return RC_OK;
    if (key.n > 200)
        return err_set(e, RC_MALFORMED, "Idempotency-Key is longer than 200 bytes");
    TRY(http_body(r->http, &body, e));
    int64_t hash = hash63(body, hash64(http_query(r->http), hash64(http_path(r->http), 1)));
    enum rc rc = idem_begin(r->db, r->a, r->account, key, hash, &before, e);
    if (rc == RC_OK)
        r->idem_key = key;
    if (rc != RC_CONFLICT)
        return rc;
    if (before.request_hash != hash)
        return err_set(e, RC_INVALID, "this Idempotency-Key was used for another request");
    if (before.status == 0)
        return err_set(e, RC_CONFLICT, "the first request with this Idempotency-Key is still being answered");
    answer_field(r, "Idempotency-Replayed", S("true"));
    buf_put(&r->out, before.body);
    r->status = (int)before.status;
    *ret_done = true;
    return RC_OK;
}

/* What is read for one answer is the state of one moment. */
static enum rc look(struct req *r, struct err *e)
{
    auto_rollback view = { 0 };

    if (r->account)
        TRY(sql_view(r->db, &view, e));
    return r->route->run(r, e);
}

static enum rc serve(struct req *r, struct err *e)
{
    bool done;

    TRY(read_body(r, e));
    TRY(may_write(r, e)); /* its body may have been long in coming */
    TRY(repeat_answer(r, &done, e));
    if (done)
        return RC_OK;
    return r->route->body == BODY_UPLOAD ? r->then(r, e) : reads_only(r) ? look(r, e) : r->route->run(r, e);
}

static void on_run(void *to, struct http_request *q)
{
    struct req *r = *http_user(q);
    struct err  e = { 0 };

    (void)to;
    finish(r, serve(r, &e), &e);
}

static void stop_waiting(struct req *r)
{
    loop_cancel(&r->wait_timer);
    if (r->wait_fd < 0)
        return;
    loop_unwatch(r->api->loop, r->wait_fd);
    close(r->wait_fd);
    r->wait_fd = -1;
}

void api_count(struct req *r, enum tally_what what, int64_t n) { tally_add(&r->api->house->metrics->tally, what, n); }

/* What machines ask for (health, metrics, the API's description) is nobody's waiting. */
static enum tally_class class_of(const struct req *r)
{
    static const enum tally_class of_rate[] = { [RATE_FREE] = CLASS_NONE,
                                                [RATE_READ] = CLASS_READ,
                                                [RATE_WRITE] = CLASS_WRITE,
                                                [RATE_HEAVY] = CLASS_BULK,
                                                [RATE_LOGIN] = CLASS_LOGIN };
    if (r->live)
        return CLASS_NONE;
    return r->route->run == web_show ? CLASS_SITE : of_rate[r->route->rate];
}

static void measure(struct req *r, int status, int64_t us)
{
    struct metrics *m = r->api->house->metrics;

    if (r->route) {
        metrics_time(&m->request_time[r->route - routes], us);
        tally_time(&m->tally, class_of(r), us);
    }
    if (status >= 100)
        metrics_add(&m->responses[status / 100], 1);
    if (status >= 500 && !(r->route && r->route->run == health_ready))
        api_count(r, TALLY_ERRORS, 1);
    if (status == 429)
        api_count(r, TALLY_REFUSED, 1);
}

static void account_for(struct req *r)
{
    int64_t us = clock_mono_us() - http_started_us(r->http);
    int     status = http_status(r->http);

    measure(r, status, us);
    log_event(r->route && r->route->rate == RATE_FREE && status < 400 ? LOG_DEBUG : LOG_INFO, "http",
              KS("method", http_method(r->http)), KZ("route", r->route ? r->route->path : "-"), KI("status", status),
              KI("us", us), KI("in", http_body_bytes(r->http)), KI("out", http_sent_bytes(r->http)),
              KID("account", r->account));
}

static void on_done(void *to, struct http_request *q)
{
    struct req *r = *http_user(q);

    (void)to;
    stop_waiting(r);
    if (r->own_done)
        r->own_done(r);
    account_for(r);
    buf_done(&r->out);
}

struct http_app request_app(struct api *api)
{
    return (struct http_app){ .to = api, .arena_bytes = 8192, .head = on_head, .run = on_run, .done = on_done };
}

/* ---- waiting for a password ---- */

static void answer_arrived(int fd, uint32_t events, void *to)
{
    struct req *r = to;
    struct err  e = { 0 };
    handler    *then = r->then;

    (void)events;
    enum rc rc = password_answer(fd, &r->password, &e);
    stop_waiting(r);
    r->answered = false;
    if (rc == RC_OK)
        rc = may_write(r, &e);
    finish(r, rc == RC_OK ? then(r, &e) : rc, &e);
}

static void answer_missing(void *to)
{
    struct req *r = to;
    struct err  e = { .retry_after_s = 5 };

    stop_waiting(r);
    answer_later(r, err_set(&e, RC_UNAVAILABLE, "the password could not be checked in time"), &e);
}

static enum rc wait_for(struct req *r, int fd, handler *then)
{
    r->wait_fd = fd;
    r->then = then;
    r->answered = true;
    loop_watch(r->api->loop, fd, EPOLLIN, answer_arrived, r);
    loop_after(r->api->loop, &r->wait_timer, PASSWORD_WAIT_MS, answer_missing, r);
    return RC_OK;
}

enum rc req_ask_hash(struct req *r, struct str password, handler *then, struct err *e)
{
    int fd;

    TRY(password_ask_hash(r->api->house->password_fd, password, &fd, e));
    return wait_for(r, fd, then);
}

enum rc req_ask_verify(struct req *r, struct str password, struct str hash, handler *then, struct err *e)
{
    int fd;

    TRY(password_ask_verify(r->api->house->password_fd, password, hash, &fd, e));
    return wait_for(r, fd, then);
}
