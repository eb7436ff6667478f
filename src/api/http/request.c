/* Takes a request from the HTTP server through routing, rights and limits to its handler, and its answer back. */
#include "api/http/request.h"
#include <stdarg.h>
#include <stdio.h>
#include "api/http/admission.h"
#include "api/http/auth.h"
#include "api/http/execute.h"
#include "api/http/guesses.h"
#include "api/http/handlers.h"
#include "api/http/passwords.h"
#include "api/http/problem.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/shared/metrics.h"
#include "store/account/idempotency.h"

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

/* Answers of success are kept in the transaction that made them (execute.c). */
static enum rc keep_refusal(struct req *r, int status, struct err *e)
{
    struct idem_answer before;
    struct str         body;

    TRY(http_body(r->http, &body, e));
    TRY(idem_begin(r->db, r->a, r->account, r->idem_key, execute_hash(r, body), &before, e));
    return idem_finish(r->db, r->account, r->idem_key, status, buf_str(&r->out), e);
}

static void keep_answer(struct req *r, enum rc rc, int status)
{
    struct err e = { 0 };
    bool       kept = rc == RC_OK || rc == RC_INVALID || rc == RC_NOT_FOUND;
    enum rc    done = RC_OK;

    if (!r->idem_key.n)
        return;
    if (r->later)
        done = kept ? idem_finish(r->db, r->account, r->idem_key, status, buf_str(&r->out), &e)
                    : idem_forget(r->db, r->account, r->idem_key, &e);
    else if (kept && rc != RC_OK)
        done = keep_refusal(r, status, &e);
    if (done != RC_OK)
        log_event(LOG_WARN, "http.idempotency", KZ("why", e.text));
}

static void finish(struct req *r, enum rc rc, struct err *e)
{
    if (rc == RC_OK && r->answered)
        return;
    if (rc == RC_OK && buf_full(&r->out))
        rc = err_set(e, RC_TOO_LARGE, "the answer is larger than %d MiB: ask for less", API_ANSWER_MAX >> 20);
    if (rc == RC_OK && !execute_reads_only(r))
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
    r->later = true;
    finish(r, rc, e);
}

/* ---- its beginning ---- */

enum { MOVING_LOOK_US = 250000 };

/* While the installation is moved to another database nothing may be written. */
static enum rc may_write(struct req *r, struct err *e)
{
    struct api *api = r->api;
    int64_t     now = clock_mono_us();

    if (execute_reads_only(r))
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

/* RFC 9110, 15.5.20: a name that leads here without our knowing is a proxy's mistake, or a page that rebinds its own name. */
static enum rc must_be_welcome(struct req *r, struct err *e)
{
    const struct caller_rules *rules = &r->api->rules;

    if (r->caller.welcome)
        return RC_OK;
    return answer_refuse(r, 421, "MISDIRECTED", e,
                         "this server does not answer under this name: open " STR_FMT
                         ", or add the name to the setting allowed-hosts",
                         STR_ARG(rules->url.n ? rules->url : S("one of its own")));
}

/* Health, metrics, the app and its description: whoever of them asks the database answers without it as well. */
static bool needs_database(const struct req *r) { return r->route->need != NEED_NOBODY || r->route->rate != RATE_FREE; }

static enum rc enter(struct req *r, struct err *e)
{
    struct str allow;
    TRY(must_be_welcome(r, e));
    enum rc found = route_find(r->a, http_method(r->http), http_path(r->http), &r->route, r->part, &allow);

    if (found == RC_INVALID) {
        answer_field(r, "Allow", allow);
        return answer_refuse(r, 405, "METHOD_NOT_ALLOWED", e, "this path answers " STR_FMT, STR_ARG(allow));
    }
    if (found != RC_OK || !served_here(r))
        return err_set(e, RC_NOT_FOUND, "there is nothing at this path");
    TRY(query_parse(r->a, http_query(r->http), &r->query, e));
    if (!needs_database(r))
        return RC_OK;
    TRY(execute_may_try(r, e));
    TRY(may_write(r, e));
    TRY(auth_who(r, e));
    TRY(auth_may(r, e));
    if (!r->waited)
        TRY(auth_rate(r, e));
    return admission_enter(r, e);
}

static struct req *new_request(struct api *api, struct http_request *q)
{
    struct req *r = arena_new_of(http_arena(q), struct req);

    *r = (struct req){ .api = api, .http = q, .a = http_arena(q), .db = api->db, .out = buf_of(API_ANSWER_MAX) };
    r->json = json_out_of(&r->out);
    r->caller = caller_of(&api->rules, q);
    *http_user(q) = r;
    return r;
}

static void head_again(struct req *r) { http_head_again(r->http); }

static void on_head(void *to, struct http_request *q)
{
    struct req *r = *http_user(q) ? *http_user(q) : new_request(to, q);
    struct err  e = { 0 };

    int64_t began_us = clock_mono_us();

    r->nfields = 0;
    if (r->caller.is_https && r->api->conf->hsts_days)
        answer_field(r, "Strict-Transport-Security",
                     str_fmt(r->a, "max-age=%lld", (long long)r->api->conf->hsts_days * 86400));
    r->troubles = sql_troubles(r->db);
    enum rc rc = enter(r, &e);
    execute_tried(r, rc, began_us);
    if (execute_waits(r, rc, head_again) || (rc == RC_THROTTLED && admission_waits(r))) {
        http_head_wait(q);
        return;
    }
    r->head_fields = r->nfields;
    if (rc == RC_OK && body_is_json(r->route->body))
        http_body_keep(q, (int64_t)body_limits(r->route->body).bytes);
    else if (rc == RC_OK && r->route->body == BODY_UPLOAD)
        rc = r->route->run(r, &e);
    if (rc != RC_OK)
        finish(r, rc, &e);
}

static enum rc read_body(struct req *r, struct err *e)
{
    struct str text;

    if (!body_is_json(r->route->body))
        return RC_OK;
    TRY(http_body(r->http, &text, e));
    if (str_trim(text).n == 0)
        return RC_OK;
    struct str type = header_main(http_header(r->http, "Content-Type"));
    if (!str_ieq(type, S("application/json")) && !(str_starts(type, S("application/")) && str_ends(type, S("+json"))))
        return answer_refuse(r, 415, "UNSUPPORTED_MEDIA_TYPE", e, "the body must be application/json");
    struct json_limits limits = body_limits(r->route->body);
    TRY(json_parse_within(r->a, text, &limits, &r->body, e));
    return r->body->type == JSON_OBJECT ? RC_OK : err_set(e, RC_MALFORMED, "the body must be a JSON object");
}

static void run_again(struct req *r);
static void then_again(struct req *r);

static void finish_or_wait(struct req *r, enum rc rc, struct err *e, void (*again)(struct req *r))
{
    if (!execute_waits(r, rc, again))
        finish(r, rc, e);
}

/* Another attempt, or the answer of the one that was in doubt.  false: neither, the doubt remains. */
static bool may_go_on(struct req *r, void (*again)(struct req *r))
{
    struct err e = { 0 };

    if (execute_was_done(r)) {
        finish(r, RC_OK, &e);
        return false;
    }
    if (r->in_doubt)
        finish_or_wait(r, err_set(&e, RC_UNAVAILABLE, "the database does not answer"), &e, again);
    return !r->in_doubt;
}

static enum rc serve(struct req *r, struct err *e)
{
    TRY(read_body(r, e));
    TRY(may_write(r, e)); /* its body may have been long in coming */
    if (r->received)
        TRY(r->received(r, e));
    return execute(r, r->route->body == BODY_UPLOAD ? r->then : r->route->run, e);
}

static void run(struct req *r)
{
    struct err e = { 0 };
    int64_t    began_us = clock_mono_us();

    enum rc rc = needs_database(r) ? execute_may_try(r, &e) : RC_OK;
    if (rc == RC_OK)
        rc = serve(r, &e);
    execute_tried(r, rc, began_us);
    finish_or_wait(r, rc, &e, run_again);
}

static void run_again(struct req *r)
{
    if (may_go_on(r, run_again))
        run(r);
}

static void on_run(void *to, struct http_request *q)
{
    (void)to;
    run(*http_user(q));
}

void api_count(struct req *r, enum tally_what what, int64_t n) { tally_add(&r->api->shared->metrics->tally, what, n); }

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
    struct metrics *m = r->api->shared->metrics;

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
    passwords_forget(r);
    execute_done(r);
    if (r->own_done)
        r->own_done(r);
    admission_leave(r);
    account_for(r);
    buf_done(&r->out);
}

struct http_app request_app(struct api *api)
{
    return (struct http_app){ .to = api, .arena_bytes = 8192, .head = on_head, .run = on_run, .done = on_done };
}

/* ---- waiting for a password ---- */

/* A handler may ask once more and have another `then`. */
static void run_then(struct req *r)
{
    struct err e = { 0 };
    handler   *then = r->then;
    int64_t    began_us = clock_mono_us();

    r->answered = false;
    enum rc rc = execute_may_try(r, &e);
    if (rc == RC_OK)
        rc = may_write(r, &e);
    if (rc == RC_OK)
        rc = execute(r, then, &e);
    execute_tried(r, rc, began_us);
    if (rc != RC_OK)
        r->then = then;
    finish_or_wait(r, rc, &e, then_again);
}

static void then_again(struct req *r)
{
    if (may_go_on(r, then_again))
        run_then(r);
}

static void password_came(struct req *r, enum rc rc, struct err *e)
{
    if (rc == RC_OK)
        run_then(r);
    else
        answer_later(r, rc, e);
}

static enum password_lane lane_of(const struct req *r)
{
    return r->account ? PASSWORD_OWN : r->route->run == auth_signup ? PASSWORD_SIGNUP : PASSWORD_LOGIN;
}

static enum rc ask_password(struct req *r, struct str password, struct str hash, handler *then, struct err *e)
{
    TRY(passwords_ask(r, password, hash, lane_of(r), password_came, e));
    r->then = then;
    r->answered = true;
    return RC_OK;
}

enum rc req_ask_hash(struct req *r, struct str password, handler *then, struct err *e)
{
    return ask_password(r, password, S(""), then, e);
}

enum rc req_ask_verify(struct req *r, struct str password, struct str hash, handler *then, struct err *e)
{
    if (r->account) /* a stolen session is no licence to guess */
        TRY(guess_take_own(r, e));
    return ask_password(r, password, hash, then, e);
}
