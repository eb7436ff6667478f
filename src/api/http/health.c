/* Answers /healthz, /readyz and /metrics. */
#include "api/http/auth.h"
#include "api/console/console.h"
#include "api/http/execute.h"
#include "api/http/handlers.h"
#include "base/version.h"
#include "io/disk.h"
#include "io/shared/metrics.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/installation/kinds.h"
#include "store/installation/schema_steps.h"

enum { METRICS_TEXT_MAX = 1 << 20, NOT_READY_S = 2 };

enum rc health_live(struct req *r, struct err *e)
{
    (void)e;
    answer_field(r, "Cache-Control", S("no-store"));
    return answer_bytes(r, 200, S("application/json"),
                        str_fmt(r->a, "{\"status\":\"ok\",\"version\":\"%s\"}", kith_version));
}

/* When it is nobody's turn to ask, whether there is a connection is all that can be said. */
static enum rc ask_database(struct req *r, struct err *e)
{
    int64_t began_us = clock_mono_us();

    if (execute_may_try(r, e) != RC_OK)
        return sql_wait_ready(r->db, 0, e);
    enum rc rc = migrate_fits(r->db, e);
    execute_tried(r, rc, began_us);
    if (rc != RC_OK)
        log_event(LOG_WARN, "http.not_ready", KZ("rc", rc_name(rc)), KZ("why", e->text));
    return rc;
}

static enum rc not_ready(struct req *r, const char *code, struct err *e, const char *why)
{
    e->retry_after_s = NOT_READY_S;
    return answer_refuse(r, 503, code, e, "%s", why);
}

/* Ready: the database answers, has our schema, the agent is there where it is what the host is for, and we are not on our way
 * out. */
enum rc health_ready(struct req *r, struct err *e)
{
    if (r->api->draining)
        return not_ready(r, "GOING_DOWN", e, "going down");
    if (ask_database(r, e) != RC_OK)
        return not_ready(r, "DATABASE", e, "the database does not answer, or has another schema: the log says which");
    if (conf_embedded(r->api->conf) && disk_is_low(r->api->conf->data, r->api->conf->disk_floor_mb))
        return not_ready(r, "STORAGE", e, "the disk is full: only looking and deleting go on");
    if (r->api->conf->role == CONF_ROLE_AGENT && !metrics_alive(r->api->shared->metrics, ROLE_AGENT))
        return not_ready(r, "AGENT", e, "the agent is not there");
    return health_live(r, e);
}

/* Of all hosts: what more of them are started for (deploy/, KEDA). */
static void put_wanted(struct req *r)
{
    int64_t n;

    if (agent_kinds_wanted(r->db, clock_ms(), &n, NULL) == RC_OK)
        buf_fmt(&r->out,
                "# HELP kith_workers_wanted workers the law wants, on all hosts together\n"
                "# TYPE kith_workers_wanted gauge\nkith_workers_wanted %lld\n",
                (long long)n);
}

/* For a Prometheus of this machine or its network, not for the world, behind a proxy or not; with an operator's token from
 * anywhere. */
enum rc health_metrics(struct req *r, struct err *e)
{
    if (!r->caller.is_near && !auth_has_admin(r))
        return err_set(e, RC_NOT_FOUND, "there is nothing at this path");
    buf_done(&r->out);
    r->out = buf_of(METRICS_TEXT_MAX);
    metrics_print(r->api->shared->metrics, &r->out);
    console_metrics(r->api->console, &r->out);
    put_wanted(r);
    return answer_bytes(r, 200, S("text/plain; version=0.0.4; charset=utf-8"), buf_str(&r->out));
}
