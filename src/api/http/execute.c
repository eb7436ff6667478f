/* Carries a request out as one transaction, again when the database went away in the middle. */
#include "api/http/execute.h"
#include <assert.h>
#include "api/http/admission.h"
#include "api/http/handlers.h"
#include "api/http/routes.h"
#include "api/http/waiting.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/rand.h"
#include "io/disk.h"
#include "io/shared/metrics.h"
#include "store/account/idempotency.h"

enum { KEY_MAX = 200 };

/* ---- the answer of the first time ---- */

static bool may_repeat(const struct req *r)
{
    /* Not where the answer holds a secret, which must not be kept. */
    return (r->route->need == NEED_USER || r->route->need == NEED_ADMIN) && r->route->body != BODY_NONE &&
           str_is(http_method(r->http), "POST");
}

/* A file that went to disk as it came was hashed on its way. */
int64_t execute_hash(const struct req *r, struct str body)
{
    return hash63(body, hash64(http_query(r->http), hash64(http_path(r->http), 1 + r->content)));
}

/* done: the answer of the first time has been given (or it is still being made). */
static enum rc repeat_answer(struct req *r, bool *ret_done, struct err *e)
{
    struct str         key = http_header(r->http, "Idempotency-Key"), body;
    struct idem_answer before;

    *ret_done = false;
    r->idem_key = (struct str){ 0 };
    if (!key.n || !may_repeat(r))
        return RC_OK;
    if (key.n > KEY_MAX)
        return err_set(e, RC_MALFORMED, "Idempotency-Key is longer than %d bytes", KEY_MAX);
    TRY(http_body(r->http, &body, e));
    int64_t hash = execute_hash(r, body);
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

/* ---- carrying out ---- */

bool execute_reads_only(const struct req *r)
{
    struct str m = http_method(r->http);
    return str_is(m, "GET") || str_is(m, "HEAD");
}

/* What is read for one answer is the state of one moment. */
static enum rc look(struct req *r, handler *run, struct err *e)
{
    auto_rollback view = { 0 };

    if (r->route->run == export_run) /* nothing may be written under a view */
        TRY(export_noted(r, e));
    if (r->account)
        TRY(sql_view(r->db, &view, e));
    return run(r, e);
}

static enum rc settle(struct req *r, struct err *e)
{
    if (buf_full(&r->out))
        return err_set(e, RC_TOO_LARGE, "the answer is larger than %d MiB: ask for less", API_ANSWER_MAX >> 20);
    if (r->idem_key.n && !r->answered)
        TRY(idem_finish(r->db, r->account, r->idem_key, r->status ? r->status : 200, buf_str(&r->out), e));
    if (conf_embedded(r->api->conf) || !r->account)
        return RC_OK;
    r->process = r->api->process;
    r->number = ++r->api->number;
    return idem_mark(r->db, r->account, r->process, r->number, e);
}

/* Who has waited long waits on at the door: whoever looks in only now and then may find it closed for ever. */
static int64_t patience_ms(const struct req *r)
{
    int64_t waited_ms = r->trouble_us ? (clock_mono_us() - r->trouble_us) / 1000 : 0;
    return waited_ms < 30 ? EXECUTE_PATIENCE_MS : waited_ms < 150 ? 5 * EXECUTE_PATIENCE_MS : 25 * EXECUTE_PATIENCE_MS;
}

static enum rc refuse_and_keep(struct req *r, struct sql_guard *own, enum rc said, struct err *e)
{
    struct err why = { 0 };
    enum rc    rc = sql_leave(own, &why);

    assert(!r->idem_key.n); /* its row would stay without an answer */
    if (rc == RC_OK)
        return said;
    *e = why;
    return rc;
}

static enum rc change(struct req *r, handler *run, struct err *e)
{
    auto_rollback own = { 0 };
    bool          done;

    sql_patience(r->db, patience_ms(r));
    enum rc begun = sql_join(r->db, &own, e);
    sql_patience(r->db, EXECUTE_PATIENCE_MS);
    TRY(begun);
    TRY(repeat_answer(r, &done, e));
    if (done)
        return RC_OK;
    enum rc said = run(r, e);
    if (said != RC_OK)
        return r->lasting && said != RC_UNAVAILABLE ? refuse_and_keep(r, &own, said, e) : said;
    TRY(settle(r, e));
    enum rc rc = sql_leave(&own, e);
    r->in_doubt = rc != RC_OK && r->number && sql_in_doubt(r->db);
    if (r->in_doubt)
        r->api->process = id_new();                  /* the next write must not cover this one's mark */
    return rc == RC_OK || !r->answered ? rc : RC_OK; /* what goes on by itself has begun */
}

enum rc execute(struct req *r, handler *run, struct err *e)
{
    /* Its first turn only asks a password worker, or makes a session. */
    bool asks_only = r->route->rate == RATE_LOGIN && run == r->route->run && run != auth_code;

    r->in_doubt = false;
    return execute_reads_only(r) ? look(r, run, e) : asks_only ? run(r, e) : change(r, run, e);
}

/* ---- waiting for the database ---- */

enum rc execute_may_try(struct req *r, struct err *e)
{
    r->troubles = sql_troubles(r->db);
    r->put_off = !r->called && !waiting_is_open(r->api->waiting, clock_mono_us());
    r->called = false;
    return r->put_off ? err_set(e, RC_UNAVAILABLE, "the database does not answer") : RC_OK;
}

void execute_tried(struct req *r, enum rc rc, int64_t began_us)
{
    int64_t now = clock_mono_us();

    if (rc == RC_UNAVAILABLE && sql_troubles(r->db) != r->troubles && !conf_embedded(r->api->conf))
        waiting_close(r->api->waiting, now, now - began_us);
}

enum { BUSY_AGAIN_MS = 1, TRIES_MAX = 1000, GIVE_WAY_TIMES = 10 };

int64_t execute_again_ms(struct api *api)
{
    return sql_wait_ready(api->db, 0, NULL) == RC_OK ? BUSY_AGAIN_MS
                                                     : EXECUTE_AGAIN_MS + (int64_t)(rand_u64() % EXECUTE_AGAIN_MS);
}

int64_t execute_give_way_ms(struct api *api, int *times)
{
    if (*times >= GIVE_WAY_TIMES || !metrics_writer_waits(api->shared->metrics, clock_mono_us())) {
        *times = 0;
        return 0;
    }
    ++*times;
    return BUSY_AGAIN_MS;
}

bool execute_tries_again(int *failures) { return ++*failures < TRIES_MAX; }

static void again(void *to)
{
    struct req *r = to;
    r->again(r);
}

static void forget_answer(struct req *r)
{
    buf_clear(&r->out);
    r->json = json_out_of(&r->out);
    r->nfields = r->head_fields;
    r->status = 0;
    r->code = r->pointer = (struct str){ 0 };
    r->answered = false;
    r->lasting = false;
}

static bool is_for_machines(const struct req *r)
{
    return r->route && r->route->need == NEED_NOBODY && r->route->rate == RATE_FREE;
}

static void again_soon(struct req *r, void (*then)(struct req *r))
{
    forget_answer(r);
    r->again = then;
    loop_after(r->api->loop, &r->again_timer, BUSY_AGAIN_MS, again, r);
}

/* Who deletes on a disk without any room gets what was kept for that.  Once: the reserve is made again when there is plenty. */
static bool may_spend(const struct req *r)
{
    return r->route && !execute_reads_only(r) && admission_keeps_room(r) && !http_status(r->http) &&
           disk_spend_reserve(r->api->conf->data);
}

bool execute_waits(struct req *r, enum rc rc, void (*then)(struct req *r))
{
    int64_t now = clock_mono_us();

    if (rc == RC_STORAGE && may_spend(r)) {
        again_soon(r, then);
        return true;
    }
    bool database = r->put_off || sql_troubles(r->db) != r->troubles;

    if (rc != RC_UNAVAILABLE || !database || is_for_machines(r) || http_status(r->http))
        return false;
    if (!r->trouble_us) {
        r->trouble_us = now;
        metrics_add(&r->api->shared->metrics->database_waits, !conf_embedded(r->api->conf));
    }
    if (now > r->trouble_us + (int64_t)EXECUTE_WAIT_MS * 1000) {
        metrics_add(&r->api->shared->metrics->database_refusals, 1);
        return false;
    }
    if (!r->in_doubt)
        forget_answer(r);
    r->again = then;
    metrics_set(&r->api->shared->metrics->writer_waits_us, now);
    if (conf_embedded(r->api->conf))
        loop_after(r->api->loop, &r->again_timer, BUSY_AGAIN_MS, again, r);
    else
        waiting_add(r, !r->put_off, r->trouble_us + (int64_t)EXECUTE_WAIT_MS * 1000);
    return true;
}

bool execute_was_done(struct req *r)
{
    struct err e = { 0 };
    int64_t    newest = 0, began_us = clock_mono_us();

    r->troubles = sql_troubles(r->db);
    if (!r->in_doubt)
        return false;
    enum rc rc = idem_marked(r->db, r->account, r->process, &newest, &e);
    execute_tried(r, rc, began_us);
    if (rc == RC_OK)
        r->in_doubt = false;
    if (rc == RC_OK && newest != r->number)
        forget_answer(r);
    log_event(LOG_INFO, "http.doubt", KZ("rc", rc_name(rc)), KI("was_done", newest == r->number));
    return rc == RC_OK && newest == r->number;
}

void execute_done(struct req *r) { waiting_leave(r); }
