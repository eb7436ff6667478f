/* Who may come in when there is more to do than can be done: bulk work by account, uploads by the backlog. */
#include "api/http/admission.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include "api/http/execute.h"
#include "api/http/handlers.h"
#include "api/http/routes.h"
#include "base/clock.h"
#include "io/disk.h"
#include "io/shared/metrics.h"
#include "store/work/jobs.h"
#include "store/installation/kinds.h"

enum { RETRY_MAX_S = 600, RATE_OVER_US = 30000000, FIRST_GUESS_US = 2000000, LOOK_MS = 2000, LEARN_S = 10 };

struct admission {
    struct backlog    backlog;
    int64_t           place[HEAVY_MAX]; /* the accounts of the heavy ones here; 0: free */
    int64_t           took_us;          /* how long one takes */
    struct loop_timer look;
    struct req       *line, **line_end; /* those that wait, the oldest first */
};

struct admission *admission_new(void)
{
    struct admission *a = calloc(1, sizeof *a);
    if (!a)
        abort();
    a->took_us = FIRST_GUESS_US;
    a->line_end = &a->line;
    return a;
}

void admission_free(struct admission *a)
{
    if (a)
        loop_cancel(&a->look);
    free(a);
}

/* ---- the backlog ---- */

_Static_assert((int)KINDS_END <= (int)BACKLOG_KINDS, "every kind has its backlog");

bool backlog_is_old(const struct backlog *b, int64_t now_us)
{
    return !b->at_us || now_us - b->at_us >= BACKLOG_LOOK_US;
}

void backlog_see(struct backlog *b, const int64_t done[BACKLOG_KINDS], const int64_t ready[BACKLOG_KINDS],
                 int64_t now_us)
{
    double span_s = (double)(now_us - b->at_us) / 1e6;
    double share = fmin(1, (double)(now_us - b->at_us) / RATE_OVER_US);
    bool   first = !b->at_us;

    for (size_t k = 0; k < BACKLOG_KINDS; k++) {
        int64_t did = done[k] - b->done[k];
        /* Only who had work all the time shows what he can do; less than zero: an agent has left. */
        if (!first && span_s < LEARN_S && did > 0 && b->ready[k] > 0 && ready[k] > 0)
            b->rate[k] += ((double)did / span_s - b->rate[k]) * (b->rate[k] > 0 ? share : 1);
        b->done[k] = done[k];
        b->ready[k] = ready[k];
    }
    b->at_us = now_us;
}

int64_t backlog_s(const struct backlog *b)
{
    double most = 0;
    for (size_t k = 0; k < BACKLOG_KINDS; k++)
        if (b->rate[k] > 0)
            most = fmax(most, (double)b->ready[k] / b->rate[k]);
    return (int64_t)fmin(most, 1e9);
}

/* ---- the house ---- */

static enum rc look_at_queue(struct api *api, struct err *e)
{
    auto_free(arena) a = arena_new(4096);
    struct backlog    *b = &api->admission->backlog;
    struct agent_kind *rows;
    int64_t            now = clock_mono_us(), done[BACKLOG_KINDS] = { 0 }, ready[BACKLOG_KINDS] = { 0 };
    size_t             n;

    if (!backlog_is_old(b, now))
        return RC_OK;
    TRY(agent_kinds_list(api->db, a, clock_ms(), &rows, &n, e));
    for (size_t i = 0; i < n; i++)
        if ((size_t)rows[i].kind < BACKLOG_KINDS)
            done[rows[i].kind] += rows[i].done;
    for (size_t k = 0; k < BACKLOG_KINDS; k++)
        ready[k] = metrics_get(&api->shared->metrics->jobs_ready[k]);
    backlog_see(b, done, ready, now);
    return RC_OK;
}

/* While there is a backlog its pace is watched, so that it is known when somebody asks. */
static void watch_queue(void *to)
{
    struct api *api = to;
    int64_t     ready = 0;

    if (look_at_queue(api, NULL) != RC_OK)
        return;
    for (size_t k = 0; k < BACKLOG_KINDS; k++)
        ready += api->admission->backlog.ready[k];
    if (ready)
        loop_after(api->loop, &api->admission->look, LOOK_MS, watch_queue, api);
}

bool admission_keeps_room(const struct req *r)
{
    handler *run = r->route->run;

    return execute_reads_only(r) || str_is(http_method(r->http), "DELETE") || r->route->need == NEED_ADMIN ||
           run == auth_login || run == auth_code || run == auth_logout || run == account_password || run == bulk_run;
}

/* What a database on another host does not tell us until it refuses something. */
static bool disk_is_full(const struct conf *conf)
{
    bool here = conf_embedded(conf) || conf->blobs == CONF_BLOBS_FILE;
    return here && disk_is_low(conf->data, conf->disk_floor_mb);
}

static enum rc come_later(struct err *e, int64_t wait_s, const char *why)
{
    e->retry_after_s = (int)i64_max(1, i64_min(wait_s, RETRY_MAX_S));
    return err_set(e, RC_THROTTLED, "%s: try again in %d s", why, e->retry_after_s);
}

static bool is_queued(const struct req *r)
{
    handler *run = r->route->run;
    return run == imports_upload || run == imports_commit || run == imports_rescan || run == imports_undo;
}

static enum rc may_queue(struct req *r, struct err *e)
{
    struct backlog *b = &r->api->admission->backlog;
    int64_t         bound_s = r->api->conf->backlog_max_min * 60;

    TRY(look_at_queue(r->api, e));
    if (!r->api->admission->look.place)
        watch_queue(r->api);
    if (backlog_s(b) > bound_s)
        return come_later(e, backlog_s(b) - bound_s, "there is more work waiting than can be done soon");
    return RC_OK;
}

/* ---- bulk work ---- */

/* account 0: how many are free. */
static int places_of(const struct admission *a, int64_t account)
{
    int n = 0;
    for (size_t i = 0; i < HEAVY_MAX; i++)
        n += a->place[i] == account;
    return n;
}

static void place_change(struct admission *a, int64_t from, int64_t to)
{
    size_t i = 0;

    while (i < HEAVY_MAX && a->place[i] != from)
        i++;
    assert(i < HEAVY_MAX);
    a->place[i] = to;
}

static int waiting_of(const struct admission *a, int64_t account)
{
    int n = 0;
    for (const struct req *r = a->line; r; r = r->line_next)
        n += r->account == account;
    return n;
}

/* The one that runs is on average half done, those in line come before. */
static int64_t until_free_s(const struct admission *a, int64_t account)
{
    return (a->took_us * (1 + 2 * waiting_of(a, account)) / (2 * HEAVY_AN_ACCOUNT) + 999999) / 1000000;
}

enum rc admission_enter(struct req *r, struct err *e)
{
    struct admission *a = r->api->admission;

    if (!admission_keeps_room(r) && disk_is_full(r->api->conf))
        return err_set(e, RC_STORAGE, "less than the setting disk-floor is free");
    if (r->route->rate != RATE_HEAVY)
        return RC_OK;
    if (is_queued(r))
        return may_queue(r, e);
    int  waiting = waiting_of(a, r->account);
    bool busy = places_of(a, 0) == 0 || loop_lag_us(r->api->loop) > HEAVY_LAG_US;
    bool many = places_of(a, r->account) >= HEAVY_AN_ACCOUNT || (waiting && !r->waited);
    r->in_line = (busy || many) && !r->waited && waiting < HEAVY_AN_ACCOUNT;
    if (busy || many)
        return come_later(e, until_free_s(a, r->account),
                          busy ? "much is being changed or exported at this moment"
                               : "this account has as many exports and edits in bulk under way as it may");
    place_change(a, 0, r->account);
    r->heavy = true;
    r->entered_us = clock_mono_us();
    return RC_OK;
}

static void step_out(struct req *r)
{
    struct admission *a = r->api->admission;

    if (!r->line_link)
        return;
    *r->line_link = r->line_next;
    if (r->line_next)
        r->line_next->line_link = r->line_link;
    else
        a->line_end = r->line_link;
    r->line_link = NULL;
    loop_cancel(&r->wait_timer);
}

static void come_in(void *to)
{
    struct req *r = to;

    step_out(r);
    r->waited = true;
    http_head_again(r->http);
}

bool admission_waits(struct req *r)
{
    struct admission *a = r->api->admission;

    if (!r->in_line)
        return false;
    r->in_line = false;
    r->line_next = NULL;
    r->line_link = a->line_end;
    *a->line_end = r;
    a->line_end = &r->line_next;
    loop_after(r->api->loop, &r->wait_timer, HEAVY_WAIT_MS, come_in, r);
    return true;
}

void admission_leave(struct req *r)
{
    struct admission *a = r->api->admission;

    step_out(r);
    if (!r->heavy)
        return;
    r->heavy = false;
    a->took_us += (clock_mono_us() - r->entered_us - a->took_us) / 4;
    admission_end(r->api, r->account);
}

bool admission_keep(struct req *r)
{
    bool kept = r->heavy;
    r->heavy = false;
    return kept;
}

/* The longest in line whose account may have one more. */
void admission_end(struct api *api, int64_t account)
{
    struct admission *a = api->admission;
    struct req       *r = a->line;

    place_change(a, account, 0);
    while (r && places_of(a, r->account) >= HEAVY_AN_ACCOUNT)
        r = r->line_next;
    if (r)
        come_in(r);
}
