/* The http process: opens what it needs, runs its loop, drains and ends. */
#include <signal.h>
#include <stdio.h>
#include <sodium.h>
#include "api/console/console.h"
#include "api/http/admission.h"
#include "api/resources/events.h"
#include "api/http/execute.h"
#include "api/http/passwords.h"
#include "api/http/request.h"
#include "api/http/routes.h"
#include "api/http/turns.h"
#include "api/http/waiting.h"
#include "api/resources/stats.h"
#include "api/resources/totals.h"
#include "base/log.h"
#include "base/rand.h"
#include "io/shared/metrics.h"

enum { DRAIN_CAP_MS = 5000, RETIRED_CAP_MS = 10 * 60 * 1000, FIRST_WAIT_MS = 1000 };

static void drained(void *to)
{
    struct api *api = to;
    loop_stop(api->loop);
}

/* The end of the house: what runs is finished soon. */
static void stop_soon(void *to)
{
    struct api *api = to;
    http_server_drain(api->server, i64_min(DRAIN_CAP_MS, api->conf->drain_s * 1000), drained, api);
}

static void told_to_stop(int number, void *to)
{
    struct api *api = to;

    if (number == SIGINT)
        return;
    api->draining = true;
    if (number == SHARED_RETIRE) /* others serve now: an upload may take its time */
        http_server_drain(api->server, RETIRED_CAP_MS, drained, api);
    else if (api->conf->drain_notice_s)
        loop_after(api->loop, &api->notice, api->conf->drain_notice_s * 1000, stop_soon, api);
    else
        stop_soon(api);
}

static void name_routes(struct metrics *m)
{
    auto_free(arena) a = arena_new(1024);

    for (size_t i = 0; i < routes_n; i++)
        metrics_name(m->route[i], str_fmt(a, "%s %s", routes[i].method, routes[i].path));
}
_Static_assert(METRICS_ROUTES >= 64, "every route has its histogram");

static enum rc open_all(struct api *api, struct arena *a, struct err *e)
{
    struct http_app app = request_app(api);

    if (sodium_init() < 0)
        return err_set(e, RC_INTERNAL, "libsodium does not start");
    TRY(sql_open_serving(&api->db, conf_database(api->conf, a), api->conf->db_wait_ms, e));
    if (sql_wait_ready(api->db, FIRST_WAIT_MS, e) != RC_OK)
        log_event(LOG_WARN, "http.database", KZ("why", e->text)); /* what needs none is served */
    sql_patience(api->db, EXECUTE_PATIENCE_MS);
    TRY(blob_open(&api->blobs, api->conf, api->db, e));
    return http_server_new(&api->server, api->loop, api->shared->listen_fd, (int)api->conf->request_timeout_s, &app, e);
}

static void close_all(struct api *api)
{
    http_server_free(api->server); /* first: requests it ends still use the rest */
    events_free(api->events);
    console_free(api->console);
    stats_kept_free(api->stats);
    totals_free(api->totals);
    admission_free(api->admission);
    passwords_free(api->passwords);
    turns_free(api->turns);
    waiting_free(api->waiting);
    blob_free(api->blobs);
    sql_free(api->db);
}

int http_main(const struct conf *conf, const struct shared *shared)
{
    static const int signals[] = { SIGTERM, SIGINT, SHARED_RETIRE };
    auto_free(arena) a = arena_new(4096);
    auto_free(loop) loop = loop_new();
    struct api api = { .conf = conf, .shared = shared, .loop = loop, .process = id_new() };
    struct err e = { 0 };

    signal(SIGPIPE, SIG_IGN);
    api.rules = caller_rules(conf, a);
    api.admission = admission_new();
    api.passwords = passwords_new();
    api.turns = turns_new(loop);
    api.waiting = waiting_new(&api);
    api.events = events_new(&api);
    api.stats = stats_kept_new();
    api.totals = totals_new();
    api.console = console_new(&api);
    loop_signals(loop, signals, countof(signals), told_to_stop, &api);
    name_routes(shared->metrics);
    enum rc rc = open_all(&api, a, &e);
    if (rc == RC_OK) {
        shared_up(shared);
        loop_run(loop);
    } else
        log_event(LOG_ERROR, "http.start", KZ("rc", rc_name(rc)), KZ("why", e.text));
    close_all(&api);
    return rc != RC_OK;
}
