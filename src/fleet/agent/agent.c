/* The agent: one turn of its loop, its drain, its beginning and end. */
#include "fleet/agent/agent.h"
#include <signal.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "fleet/agent/agent_int.h"
#include "fleet/agent/reclaim.h"
#include "fleet/role.h"
#include "fleet/nursery/worker_loop.h"
#include "io/blob/blob.h"
#include "io/shared/metrics.h"
#include "store/installation/kinds.h"

enum { CLAIMS_PER_TURN = 16, GROUPS_PER_TURN = 8, ENDED_MAX = 64, FINISH_US = 50000, CLAIM_US = 50000 };

/* ---- one turn ---- */

/* Urgent ones first, and bulk only for a while: whoever comes next waits no longer than that. */
static struct task_list *next_ended(struct agent *a, int64_t until_us)
{
    for (size_t i = 0; i < JOB_LANES; i++)
        if (a->ended[i].first)
            return i == JOB_LANE_URGENT || clock_mono_us() < until_us ? &a->ended[i] : NULL;
    return NULL;
}

static void finish_ended(struct agent *a)
{
    struct err        e = { 0 };
    int64_t           until_us = clock_mono_us() + FINISH_US;
    struct task_list *list;
    for (int i = 0; i < GROUPS_PER_TURN && !a->db_pause && (list = next_ended(a, until_us)); i++) {
        if (finish_some(&a->finish, list, &e) == RC_OK) {
            a->worked = true;
            agent_stir(a);
        } else {
            agent_pause(a, "finish", &e);
        }
    }
}

static bool wants_more(const struct agent *a, const struct line *l, enum job_lane lane)
{
    const struct lane *w = &l->lane[lane];
    size_t room = (size_t)l->room, busy = lane == JOB_LANE_BULK || l->quota ? pool_busy(a->pool, l->kind) : 0;
    size_t ahead = lane == JOB_LANE_BULK && !l->quota ? 2 * room : 0; /* a call that has its token is made now */
    bool   served = l->worker->run ? w->waiting.n + busy < room + ahead : true;

    if (l->quota && !quota_may(l->quota, clock_ms() * 1000))
        return false;
    if (a->disk_low && l->worker->kind != KIND_EXPIRE)
        return false;
    return !w->empty && !l->paused && served && a->ended[lane].n < ENDED_MAX && !worker_serves_channel(l->worker);
}

static bool claim_one(struct agent *a, struct line *l, enum job_lane lane)
{
    struct err e = { 0 };
    if (a->db_pause || !wants_more(a, l, lane))
        return false;
    finish_give_way(&a->finish);
    enum rc rc = line_claim(l, lane, a->db, a->incarnation, a->ended, &e);
    l->lane[lane].empty = rc == RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND && rc != RC_THROTTLED)
        agent_pause(a, "claim", &e);
    return rc == RC_OK;
}

/* Of each kind a few urgent units and one of bulk, so that no kind and no lane waits for another. */
static bool claim_round(struct agent *a)
{
    bool some = false;
    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        for (int i = 0; i < URGENT_STREAK && claim_one(a, &a->line[k], JOB_LANE_URGENT); i++)
            some = true;
        some |= claim_one(a, &a->line[k], JOB_LANE_BULK);
    }
    return some;
}

/* True: time is up, and there is more. */
static bool claim_some(struct agent *a)
{
    int64_t until_us = clock_mono_us() + CLAIM_US;
    for (int i = 0; i < CLAIMS_PER_TURN && clock_mono_us() < until_us; i++)
        if (!claim_round(a))
            return false;
    return true;
}

static void hand_over(struct agent *a, struct line *l)
{
    for (struct task_list *w; (w = line_next(l)) && pool_give(a->pool, w->first); task_pop(w)) {
        meter_sent(&a->targets.meter[l->kind], w->first);
        line_handed(l, w->first->lane);
    }
}

static void hand_over_all(struct agent *a)
{
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        hand_over(a, &a->line[k]);
}

/* Other processes hear of what was committed here. */
static void ring_again(void *to);
static void ring(struct agent *a)
{
    if (sql_ring(a->db))
        loop_after(a->loop, &a->ring, RING_AGAIN_MS, ring_again, a);
}
static void ring_again(void *to) { ring(to); }

/* Milliseconds until the first quota that holds work back has something again; -1: none does. */
static int64_t quota_wait_ms(const struct agent *a)
{
    int64_t now_us = clock_ms() * 1000, wait = -1;

    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        const struct line *l = &a->line[k];
        bool               wants = !l->lane[JOB_LANE_URGENT].empty || !l->lane[JOB_LANE_BULK].empty;
        if (!l->quota || !wants || l->paused || l->quota->again_us <= now_us)
            continue;
        int64_t ms = (l->quota->again_us - now_us + 999) / 1000;
        wait = wait < 0 ? ms : i64_min(wait, ms);
    }
    return wait;
}

static int64_t turn(void *to)
{
    struct agent *a = to;
    bool          more = false;

    hand_over_all(a); /* before the disk is waited for */
    finish_ended(a);
    if (!a->draining)
        more = claim_some(a);
    hand_over_all(a);
    if (!a->draining && targets_turn(&a->targets, &(struct law_now){ .ready_stale = a->ready_stale,
                                                                     .db_rests = a->db_pause,
                                                                     .bulk_ended = a->ended[JOB_LANE_BULK].n }))
        a->ready_stale = false;
    if (a->changed) {
        a->changed = false;
        upkeep_schedule(a);
    }
    ring(a);
    if (a->draining && !agent_has_work(a))
        loop_stop(a->loop);
    return a->db_pause ? -1 : more || agent_has_ended(a) ? 0 : quota_wait_ms(a);
}

static void task_ended(struct task *t, void *to) { task_push(&((struct agent *)to)->ended[t->lane], t); }

static void worker_ended(struct task *t, void *to)
{
    meter_ended(&((struct agent *)to)->targets.meter[t->kind], t, clock_mono_us());
    task_ended(t, to);
}

/* ---- drain ---- */

static void give_back_waiting(struct agent *a)
{
    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        for (struct task_list *w; (w = line_next(&a->line[k]));) {
            struct task *t = task_pop(w);
            t->end = TASK_LOST;
            err_set(&t->why, RC_UNAVAILABLE, "the house is closing");
            task_ended(t, a);
        }
    }
}

static void too_late(void *to)
{
    struct agent *a = to;
    log_event(LOG_WARN, "agent.drain_late", KI("workers", (int64_t)pool_alive(a->pool)));
    pool_abandon(a->pool);
}

static void drain(int signal, void *to)
{
    struct agent *a = to;
    if (signal != SIGTERM || a->draining)
        return;
    a->draining = true;
    give_back_waiting(a);
    loop_after(a->loop, &a->deadline, a->conf->drain_s * 1000, too_late, a);
}

/* ---- beginning and end ---- */

static enum rc inherit(struct agent *a, struct err *e)
{
    size_t n = 0;
    TRY(reclaim_take_over(a->db, a->conf->data, a->incarnation, &n, e));
    if (n)
        log_event(LOG_INFO, "agent.inherited", KI("jobs", (int64_t)n));
    return RC_OK;
}

static enum rc ensure_kinds(struct agent *a, struct err *e)
{
    struct kind_row row[METRICS_KINDS];
    size_t          n = 0;
    for (size_t k = 0; k < a->fleet->workers_n && n < countof(row); k++) {
        const struct worker *w = a->fleet->workers[k];
        row[n] = kind_first((enum job_kind)w->kind, str_of(w->name), w->min, w->max);
        row[n++].service = str_of(w->service);
    }
    TRY(services_ensure(a->db, quota_known, quota_known_n, e));
    return kinds_ensure(a->db, row, n, e);
}

enum rc agent_join(struct agent *a, struct err *e)
{
    char host[64] = "";

    gethostname(host, sizeof host - 1);
    return agents_join(a->db, a->incarnation, str_of(host), getpid(), clock_ms() + a->conf->agent_lease_s * 1000, e);
}

static enum rc join(struct agent *a, struct err *e)
{
    a->slice = (struct job_slice){ 0, role_claims(a->conf) };
    TRY(agent_bury(a, a->alone ? INT64_MAX : clock_ms(), e)); /* before the first claim is made */
    TRY(inherit(a, e));
    TRY(agent_join(a, e));
    TRY(ensure_kinds(a, e));
    TRY(agents_set_slots(a->db, a->incarnation, a->targets.slots, e));
    upkeep_kinds(a);
    return RC_OK;
}

static void leave(struct agent *a)
{
    struct err e = { 0 };
    size_t     n = 1;
    for (size_t i = 0; i < a->quotas.n; i++)
        if (quota_return(&a->quotas.q[i], a->db, clock_ms() * 1000, &e) != RC_OK)
            log_event(LOG_WARN, "agent.quota_return", KZ("why", e.text));
    while (n)
        if (agents_leave(a->db, a->incarnation, &n, &e) != RC_OK) {
            log_event(LOG_WARN, "agent.leave", KZ("why", e.text));
            return;
        }
}

static void lines_init(struct agent *a, struct line *line, struct blob_dir *blobs)
{
    a->line = line;
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        line_init(&line[k], a->fleet->workers[k], k, blobs, &a->pauses, &a->slice);
    for (size_t i = 0; i < JOB_LANES; i++)
        task_list_init(&a->ended[i]);
    targets_init(&a->targets, &(struct law_in){ .conf = a->conf,
                                                .fleet = a->fleet,
                                                .metrics = a->shared->metrics,
                                                .db = a->db,
                                                .line = line,
                                                .quotas = &a->quotas,
                                                .slice = &a->slice,
                                                .incarnation = a->incarnation });
}

static void work(struct agent *a, int nursery_fd)
{
    static const int signals[] = { SIGTERM, SIGINT };

    a->finish.db = a->db;
    a->finish.metrics = a->shared->metrics;
    a->finish.mixed = conf_embedded(a->conf);
    a->pool = a->targets.in.pool = pool_new(a->fleet, a->shared, a->loop, nursery_fd, a->incarnation,
                                            (size_t)a->targets.host.workers, worker_ended, a);
    loop_signals(a->loop, signals, countof(signals), drain, a);
    loop_each_turn(a->loop, turn, a);
    upkeep_start(a);
    shared_up(a->shared);
    log_event(LOG_INFO, "agent.ready", KID("incarnation", a->incarnation));
    loop_run(a->loop);
    upkeep_end(a);
    leave(a);
    pool_free(a->pool);
}

int agent_main(const struct conf *conf, const struct fleet *fleet, const struct shared *shared, int nursery_fd,
               bool alone)
{
    struct agent a = { .conf = conf, .fleet = fleet, .shared = shared, .incarnation = id_new(), .alone = alone };
    struct line  line[METRICS_KINDS];
    struct err   e = { 0 };
    auto_free(loop) loop = loop_new();
    auto_free(arena) arena = arena_new(1024);
    auto_free(arena) pauses_in = arena_new(1024);
    __attribute__((cleanup(blob_dir_freep))) struct blob_dir *blobs = NULL;

    a.loop = loop;
    a.pauses_in = pauses_in;
    enum rc rc = sql_open(&a.db, conf_database(conf, arena), &e);
    if (rc == RC_OK)
        rc = sql_bulk(a.db, &e);
    if (rc == RC_OK)
        rc = blob_open(&blobs, conf, a.db, &e);
    if (rc == RC_OK)
        blob_keep(blobs);
    lines_init(&a, line, blobs);
    if (rc == RC_OK)
        rc = join(&a, &e);
    if (rc == RC_OK)
        work(&a, nursery_fd);
    else
        log_event(LOG_ERROR, "agent.start", KZ("rc", rc_name(rc)), KZ("why", e.text));
    sql_free(a.db);
    return rc != RC_OK;
}
