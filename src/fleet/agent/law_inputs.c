/* Measures what the scaling law asks for, once a second, and applies its answer. */
#include "fleet/agent/law_inputs.h"
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "fleet/agent/agent_int.h"
#include "fleet/role.h"
#include "fleet/nursery/worker_loop.h"
#include "io/shared/metrics.h"
#include "store/installation/moving.h"
#include "store/installation/prices.h"
#include "store/installation/settings.h"

#define CLOSED_PER_S 0.001
#define CPU_SLOTS    1.5 /* workers that compute, a core: some wait for the next unit while others work */

_Static_assert((int)SCALE_HELD_END <= (int)METRICS_HELD, "metrics has a name for each");
enum {
    SAVING_LATE = 32,
    MEMORY_PART = 8,
    WORKERS_MOST = 1500,
    FILES_MOST = 1 << 20,
    FILES_KEPT = 128, /* for all that is not a worker */
    TELL_US = 1000000
};

static double share_of(const struct targets *t) { return t->slots_all ? (double)t->slots / (double)t->slots_all : 0; }

/* ---- measuring ---- */

static double age_s(int64_t id) { return id ? (double)i64_max(0, clock_ms() - id_ms(id)) / 1e3 : 0; }

static void see_in_hand(const struct line *l, struct scale_seen *s)
{
    for (size_t i = 0; i < JOB_LANES; i++)
        for (const struct task *t = l->lane[i].waiting.first; t; t = t->next) {
            s->depth += (double)t->unit.n;
            s->oldest_s = fmax(s->oldest_s, age_s(t->jobs[0].id));
        }
}

static bool may_have_changed(const struct agent *a, const struct line *l)
{
    return !a->targets.ticked_us || l->claimed || (a->ready_stale && !l->paused);
}

/* Nothing is asked when the last claim found nothing, or nobody has committed since. */
static void see_ready(struct agent *a, struct line *l, struct meter *m, struct scale_seen *s)
{
    bool       none = l->lane[JOB_LANE_URGENT].empty && l->lane[JOB_LANE_BULK].empty;
    double     share = share_of(&a->targets);
    int64_t    before = m->ready;
    struct err e = { 0 };

    if (none)
        m->ready = m->oldest = 0;
    else if (may_have_changed(a, l) &&
             jobs_ready_some(a->db, (enum job_kind)l->worker->kind, &m->ready, &m->oldest, &e) != RC_OK)
        m->ready = before;
    s->arrived = (double)l->claimed + share * (double)(a->targets.ticked_us ? m->ready - before : 0);
    s->depth += share * (double)m->ready;
    s->oldest_s = fmax(s->oldest_s, age_s(m->oldest));
    l->claimed = 0;
}

static metric *of_kind(metric *list, const struct line *l) { return &list[l->worker->kind]; }

static void see(struct agent *a, size_t k)
{
    struct line       *l = &a->line[k];
    struct scale_kind *kind = &a->targets.kind[k];
    struct meter      *m = &a->targets.meter[k];

    kind->seen = (struct scale_seen){ .running = metrics_get(of_kind(a->shared->metrics->workers, l)),
                                      .service_s = meter_service_s(m, l->worker->network, clock_mono_us()),
                                      .saving_late = a->ended[JOB_LANE_BULK].n >= SAVING_LATE };
    if (!l->worker->run || worker_serves_channel(l->worker))
        return;
    see_in_hand(l, &kind->seen);
    see_ready(a, l, m, &kind->seen);
}

/* ---- settings ---- */

/* Of the machine, or what its container may have of it. */
static int64_t memory_kib(void)
{
    int64_t   kib = (int64_t)sysconf(_SC_PHYS_PAGES) * (sysconf(_SC_PAGESIZE) >> 10);
    long long most;
    FILE     *f = fopen("/sys/fs/cgroup/memory.max", "re");

    if (f && fscanf(f, "%lld", &most) == 1)
        kib = i64_min(kib, most / 1024);
    if (f)
        fclose(f);
    return kib;
}

int64_t targets_workers_max(const struct conf *conf)
{
    int64_t       most = WORKERS_MOST;
    struct rlimit files;

    if (conf->workers_max)
        return conf->workers_max;
    most = i64_min(most, memory_kib() / MEMORY_PART / WORKER_KIB);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_MOST)
        most = i64_min(most, ((int64_t)files.rlim_cur - FILES_KEPT) / 2);
    return i64_max(16, most);
}

static int64_t limit(const struct targets *t, int64_t row, int64_t factor)
{
    return scale_share(i64_min(row * factor, KIND_MAX_WORKERS), t->slots_before, t->slots, t->slots_all);
}

/* Who serves a channel serves this host; their work is all computing, so more than cores would not help. */
static void set_channel(struct scale_set *s, const struct kind_row *row, int64_t factor, int64_t cores)
{
    s->min = s->max = i64_max(row->max_workers, i64_min(row->max_workers * factor, cores));
}

/* What a service allows this agent; while it is closed, next to nothing. */
static double quota_now(const struct targets *t, size_t k, const struct quota *q)
{
    return q && q->s.closed_until_ms > clock_ms() ? CLOSED_PER_S : t->quota_per_s[k] * share_of(t);
}

static void set_kind(struct targets *t, size_t k, const struct line *l, int64_t factor)
{
    const struct kind_row *row = &t->row[k];
    const struct worker   *w = l->worker;

    t->kind[k].set = (struct scale_set){ .min = limit(t, row->min_workers, factor),
                                         .max = limit(t, row->max_workers, factor),
                                         .down_s = row->down_s,
                                         .weight = i64_max(row->weight, 1),
                                         .slo_s = (double)row->slo_ms / 1e3,
                                         .rho = (double)i64_max(row->rho_pct, 1) / 100,
                                         .quota_per_s = quota_now(t, k, l->quota),
                                         .cores = meter_cores(&t->meter[k], w->network),
                                         .paused = row->paused };
    if (!w->run)
        t->kind[k].set.min = t->kind[k].set.max = 0;
    else if (worker_serves_channel(w))
        set_channel(&t->kind[k].set, row, factor, t->cores);
}

static double quota_of(const struct service *all, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, all[i].name) && all[i].limit_calls > 0)
            return (double)all[i].limit_calls * 1000 / (double)i64_max(all[i].window_ms, 1);
    return 0;
}

static enum rc read_rows(struct agent *a, struct arena *in, struct err *e)
{
    struct targets  *t = &a->targets;
    struct service   service[SERVICES_MAX];
    struct kind_row *row;
    size_t           rows, services = 0;

    TRY(kinds_list(a->db, in, &row, &rows, e));
    TRY(services_list(a->db, service, &services, e));
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < a->fleet->workers_n; k++)
            if ((int64_t)row[i].kind == a->line[k].worker->kind) {
                t->row[k] = row[i];
                a->line[k].quota = agent_quota(a, row[i].service);
                t->quota_per_s[k] = quota_of(service, services, row[i].service);
                t->row[k].name = t->row[k].service = S(""); /* borrowed */
            }
    return RC_OK;
}

static enum rc read_launches(struct agent *a, struct arena *in, struct err *e)
{
    struct launch *l;
    size_t         n;

    TRY(launches_open(a->db, in, clock_ms(), &l, &n, e));
    a->targets.launches = size_min(n, LAUNCHES_LISTED);
    for (size_t i = 0; i < a->targets.launches; i++)
        a->targets.launch[i] =
            (struct launch){ .factor = l[i].factor, .starts_ms = l[i].starts_ms, .ends_ms = l[i].ends_ms };
    return RC_OK;
}

static enum rc read_slots(struct agent *a, struct arena *in, struct err *e)
{
    struct targets     *t = &a->targets;
    struct agent_slots *g;
    struct job_slice    slice = { 0 };
    size_t              n;
    int64_t             before = 0, all = 0;

    TRY(agents_slots(a->db, in, clock_ms(), &g, &n, e));
    for (size_t i = 0; i < n; i++) {
        before += g[i].agent < a->incarnation ? g[i].slots : 0;
        all += g[i].agent == a->incarnation ? 0 : g[i].slots;
        slice.mine += g[i].slots && g[i].agent < a->incarnation;
        slice.all += g[i].slots != 0;
    }
    a->slice = slice;
    t->slots_before = before;
    t->slots_all = all + t->slots;
    return RC_OK;
}

static enum rc read_money(struct agent *a, struct arena *in, struct err *e)
{
    struct scale_host *h = &a->targets.host;
    struct prices      p;

    TRY(prices_read(a->db, in, &p, e));
    h->price_per_core = (double)p.core_hour_micro / 1e6;
    h->budget = -1;
    if (p.budget_hour_micro > 0 && p.core_hour_micro > 0)
        h->budget = (double)p.budget_hour_micro / 1e6 * share_of(&a->targets);
    return RC_OK;
}

/* Every agent's log says who set the scale. */
static enum rc log_change(struct agent *a, struct arena *in, struct err *e)
{
    struct targets *t = &a->targets;
    struct str      change = S("");
    enum rc         rc = settings_get(a->db, in, S("scale.last_change"), &change, e);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (str_is(str_head(change, sizeof t->last_change - 1), t->last_change))
        return RC_OK;
    if (t->ticked_us)
        log_event(LOG_INFO, "scale.changed", KS("what", change));
    snprintf(t->last_change, sizeof t->last_change, STR_FMT, STR_ARG(change));
    return RC_OK;
}

/* A sign nobody renews ends by itself: it is looked at again. */
static enum rc read_moving(struct agent *a, bool *ret, struct err *e)
{
    struct moving m;

    TRY(moving_get(a->db, &m, ret, e));
    a->kinds_stale |= *ret;
    return RC_OK;
}

void targets_read(struct agent *a)
{
    auto_free(arena) in = arena_new(4096);
    struct err e = { 0 };
    bool       moving = false;
    enum rc    rc = read_rows(a, in, &e);

    rc = rc == RC_OK ? read_launches(a, in, &e) : rc;
    rc = rc == RC_OK ? read_slots(a, in, &e) : rc;
    rc = rc == RC_OK ? read_money(a, in, &e) : rc;
    rc = rc == RC_OK ? log_change(a, in, &e) : rc;
    rc = rc == RC_OK ? read_moving(a, &moving, &e) : rc;
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        a->line[k].paused = moving || a->targets.row[k].paused;
    if (rc == RC_OK)
        return;
    a->kinds_stale = true;
    agent_pause(a, "settings", &e);
}

enum rc targets_start(struct agent *a, struct err *e)
{
    struct targets *t = &a->targets;

    t->cores = i64_max(sysconf(_SC_NPROCESSORS_ONLN), 1);
    t->slots = t->slots_all = role_claims(a->conf) ? t->cores : 0;
    t->host = (struct scale_host){ .cores = CPU_SLOTS * (double)t->cores,
                                   .workers = targets_workers_max(a->conf),
                                   .budget = -1 };
    for (size_t i = 0; i < SCALE_HELD_END; i++)
        metrics_name(a->shared->metrics->held_name[i], str_of(scale_held_name[i]));
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        t->done_before[k] = metrics_get(of_kind(a->shared->metrics->jobs_done, &a->line[k]));
    TRY(agents_set_slots(a->db, a->incarnation, t->slots, e));
    targets_read(a);
    return RC_OK;
}

/* ---- telling ---- */

static void tell_metrics(const struct agent *a, size_t k)
{
    struct metrics          *m = a->shared->metrics;
    const struct line       *l = &a->line[k];
    const struct scale_kind *kind = &a->targets.kind[k];

    metrics_set(of_kind(m->held_by, l), (int64_t)kind->held);
    metrics_set(of_kind(m->service_us, l), (int64_t)(kind->seen.service_s * 1e6));
    metrics_set(of_kind(m->arrived_milli, l), (int64_t)(scale_rate(&kind->state, SCALE_WINDOW_S) * 1e3));
}

/* What this host has no processors or memory for, another one could do. */
static int64_t wanted(const struct scale_kind *kind, const struct line *l)
{
    bool elsewhere = kind->held == SCALE_HELD_CPU || kind->held == SCALE_HELD_MEMORY;

    if (worker_serves_channel(l->worker))
        return 0;
    return elsewhere ? i64_max(kind->target, i64_min((int64_t)ceil(kind->wanted), kind->set.max)) : kind->target;
}

static struct agent_kind state_of(const struct agent *a, size_t k)
{
    const struct scale_kind *kind = &a->targets.kind[k];
    const struct line       *l = &a->line[k];

    return (struct agent_kind){ .agent = a->incarnation,
                                .kind = (enum job_kind)l->worker->kind,
                                .target = kind->target,
                                .running = kind->seen.running,
                                .busy = (int64_t)pool_busy(a->pool, k),
                                .done =
                                    metrics_get(of_kind(a->shared->metrics->jobs_done, l)) - a->targets.done_before[k],
                                .service_us = (int64_t)(kind->seen.service_s * 1e6),
                                .arrived_milli = (int64_t)(scale_rate(&kind->state, SCALE_WINDOW_S) * 1e3),
                                .wanted = wanted(kind, l),
                                .held_by = str_of(scale_held_name[kind->held]),
                                .at_ms = clock_ms() };
}

static bool differs(const struct agent_kind *a, const struct agent_kind *b)
{
    return a->target != b->target || a->wanted != b->wanted || a->running != b->running || a->busy != b->busy ||
           a->done != b->done || a->held_by.p != b->held_by.p || !b->at_ms;
}

/* Rows for the console and `kith scale show`: at most once a second, and only those that changed. */
static void tell(struct agent *a, int64_t now_us)
{
    struct agent_kind row[SCALE_KINDS_MAX];
    struct err        e = { 0 };
    size_t            n = 0;

    if (now_us - a->targets.told_us < TELL_US || a->db_pause)
        return;
    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        struct agent_kind now = state_of(a, k);
        if (a->line[k].worker->run && differs(&now, &a->targets.told[k]))
            a->targets.told[k] = row[n++] = now;
    }
    a->targets.told_us = now_us;
    sql_quiet(a->db, true);
    if (n && agent_kinds_put(a->db, row, n, &e) != RC_OK)
        log_event(LOG_WARN, "agent.tell", KZ("why", e.text));
    sql_quiet(a->db, false);
}

/* ---- the tick ---- */

static void tick(struct agent *a, int64_t now_us)
{
    struct targets *t = &a->targets;
    int64_t         factor = launches_factor(t->launch, t->launches, clock_ms());

    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        set_kind(t, k, &a->line[k], factor);
        see(a, k);
    }
    a->ready_stale = false;
    scale_tick(&t->host, t->kind, a->fleet->workers_n, now_us / 1000000 + 1);
    t->ticked_us = now_us;
    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        a->line[k].room = i64_max(i64_min(TARGET_ROOM, t->kind[k].set.max), t->kind[k].target);
        tell_metrics(a, k);
    }
    tell(a, now_us);
}

/* Units wait, nobody is free to take them, and nothing is known that forbids more.  Those that compute have their cores at once. */
static bool in_a_hurry(const struct agent *a)
{
    for (size_t k = 0; k < a->fleet->workers_n; k++) {
        const struct line *l = &a->line[k];
        if (l->worker->network && line_waiting(l) && a->targets.kind[k].held == SCALE_FREE &&
            metrics_get(of_kind(a->shared->metrics->workers, l)) <= (int64_t)pool_busy(a->pool, k))
            return true;
    }
    return false;
}

/* So many of a kind are there without waiting for the law.  Nobody stands behind a unit that takes long while a core may be free. */
static int64_t at_once(const struct agent *a, size_t k)
{
    if (a->line[k].worker->network)
        return TARGET_AT_ONCE;
    return meter_is_long(&a->targets.meter[k], clock_mono_us()) ? (int64_t)a->targets.host.cores : 1;
}

static void keep_workers(struct agent *a, size_t k)
{
    const struct scale_kind *kind = &a->targets.kind[k];
    const struct line       *l = &a->line[k];
    int64_t                  units = (int64_t)(line_waiting(l) + pool_busy(a->pool, k));
    int64_t                  want = i64_max(kind->target, i64_min(units, i64_min(at_once(a, k), kind->set.max)));
    bool                     tight = (int64_t)pool_alive(a->pool) >= a->targets.host.workers;

    pool_keep(a->pool, k, (size_t)want, tight ? 0 : AGENT_IDLE_S);
}

void targets_turn(struct agent *a)
{
    int64_t now_us = clock_mono_us(), since_ms = (now_us - a->targets.ticked_us) / 1000;

    if (a->draining)
        return;
    if (since_ms >= TARGET_TICK_MS || !a->targets.ticked_us || (since_ms >= TARGET_HURRY_MS && in_a_hurry(a)))
        tick(a, now_us);
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        if (a->line[k].worker->run)
            keep_workers(a, k);
}
