/* Measures what the scaling law asks for, once a second, and applies its answer. */
#include "fleet/agent/law_inputs.h"
#include <math.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "fleet/role.h"
#include "fleet/nursery/worker_loop.h"
#include "io/shared/metrics.h"

#define CLOSED_PER_S 0.001
#define CPU_SLOTS    1.5 /* workers that compute, a core: some wait for the next unit while others work */

_Static_assert((int)SCALE_HELD_END <= (int)METRICS_HELD, "metrics has a name for each");
enum { IDLE_S = 2, SAVING_LATE = 32, TELL_US = 1000000 };

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

static bool may_have_changed(const struct targets *t, const struct line *l, bool ready_stale)
{
    return !t->ticked_us || l->claimed || (ready_stale && !l->paused);
}

/* Nothing is asked when the last claim found nothing, or nobody has committed since. */
static void see_ready(struct targets *t, struct line *l, bool ready_stale, struct meter *m, struct scale_seen *s)
{
    bool       none = l->lane[JOB_LANE_URGENT].empty && l->lane[JOB_LANE_BULK].empty;
    double     share = targets_share(t);
    int64_t    before = m->ready;
    struct err e = { 0 };

    if (none)
        m->ready = m->oldest = 0;
    else if (may_have_changed(t, l, ready_stale) &&
             jobs_ready_some(t->in.db, (enum job_kind)l->worker->kind, &m->ready, &m->oldest, &e) != RC_OK)
        m->ready = before;
    s->arrived = (double)l->claimed + share * (double)(t->ticked_us ? m->ready - before : 0);
    s->depth += share * (double)m->ready;
    s->oldest_s = fmax(s->oldest_s, age_s(m->oldest));
    l->claimed = 0;
}

static metric *of_kind(metric *list, const struct line *l) { return &list[l->worker->kind]; }

static void see(struct targets *t, size_t k, const struct law_now *now)
{
    struct line       *l = &t->in.line[k];
    struct scale_kind *kind = &t->kind[k];
    struct meter      *m = &t->meter[k];

    kind->seen = (struct scale_seen){ .running = metrics_get(of_kind(t->in.metrics->workers, l)),
                                      .service_s = meter_service_s(m, l->worker->network, clock_mono_us()),
                                      .saving_late = now->bulk_ended >= SAVING_LATE };
    if (!l->worker->run || worker_serves_channel(l->worker))
        return;
    see_in_hand(l, &kind->seen);
    see_ready(t, l, now->ready_stale, m, &kind->seen);
}

/* ---- settings ---- */

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
    return q && q->s.closed_until_ms > clock_ms() ? CLOSED_PER_S : t->quota_per_s[k] * targets_share(t);
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

void targets_init(struct targets *t, const struct law_in *in)
{
    t->in = *in;
    t->cores = i64_max(sysconf(_SC_NPROCESSORS_ONLN), 1);
    t->slots = t->slots_all = role_claims(in->conf) ? t->cores : 0;
    t->host = (struct scale_host){ .cores = CPU_SLOTS * (double)t->cores,
                                   .workers = targets_workers_max(in->conf),
                                   .budget = -1 };
    for (size_t i = 0; i < SCALE_HELD_END; i++)
        metrics_name(in->metrics->held_name[i], str_of(scale_held_name[i]));
    for (size_t k = 0; k < in->fleet->workers_n; k++)
        t->done_before[k] = metrics_get(of_kind(in->metrics->jobs_done, &in->line[k]));
}

/* ---- telling ---- */

static void tell_metrics(const struct targets *t, size_t k)
{
    struct metrics          *m = t->in.metrics;
    const struct line       *l = &t->in.line[k];
    const struct scale_kind *kind = &t->kind[k];

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

static struct agent_kind state_of(const struct targets *t, size_t k)
{
    const struct scale_kind *kind = &t->kind[k];
    const struct line       *l = &t->in.line[k];

    return (struct agent_kind){ .agent = t->in.incarnation,
                                .kind = (enum job_kind)l->worker->kind,
                                .target = kind->target,
                                .running = kind->seen.running,
                                .busy = (int64_t)pool_busy(t->in.pool, k),
                                .done = metrics_get(of_kind(t->in.metrics->jobs_done, l)) - t->done_before[k],
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
static void tell(struct targets *t, const struct law_now *now, int64_t now_us)
{
    struct agent_kind row[SCALE_KINDS_MAX];
    struct err        e = { 0 };
    size_t            n = 0;

    if (now_us - t->told_us < TELL_US || now->db_rests)
        return;
    for (size_t k = 0; k < t->in.fleet->workers_n; k++) {
        struct agent_kind kind = state_of(t, k);
        if (t->in.line[k].worker->run && differs(&kind, &t->told[k]))
            t->told[k] = row[n++] = kind;
    }
    t->told_us = now_us;
    sql_quiet(t->in.db, true);
    if (n && agent_kinds_put(t->in.db, row, n, &e) != RC_OK)
        log_event(LOG_WARN, "agent.tell", KZ("why", e.text));
    sql_quiet(t->in.db, false);
}

/* ---- the tick ---- */

static void tick(struct targets *t, const struct law_now *now, int64_t now_us)
{
    int64_t factor = launches_factor(t->launch, t->launches, clock_ms());

    for (size_t k = 0; k < t->in.fleet->workers_n; k++) {
        set_kind(t, k, &t->in.line[k], factor);
        see(t, k, now);
    }
    scale_tick(&t->host, t->kind, t->in.fleet->workers_n, now_us / 1000000 + 1);
    t->ticked_us = now_us;
    for (size_t k = 0; k < t->in.fleet->workers_n; k++) {
        t->in.line[k].room = i64_max(i64_min(TARGET_ROOM, t->kind[k].set.max), t->kind[k].target);
        tell_metrics(t, k);
    }
    tell(t, now, now_us);
}

/* Units wait, nobody is free to take them, and nothing is known that forbids more.  Those that compute have their cores at once. */
static bool in_a_hurry(const struct targets *t)
{
    for (size_t k = 0; k < t->in.fleet->workers_n; k++) {
        const struct line *l = &t->in.line[k];
        if (l->worker->network && line_waiting(l) && t->kind[k].held == SCALE_FREE &&
            metrics_get(of_kind(t->in.metrics->workers, l)) <= (int64_t)pool_busy(t->in.pool, k))
            return true;
    }
    return false;
}

/* So many of a kind are there without waiting for the law.  Nobody stands behind a unit that takes long while a core may be free. */
static int64_t at_once(const struct targets *t, size_t k)
{
    if (t->in.line[k].worker->network)
        return TARGET_AT_ONCE;
    return meter_is_long(&t->meter[k], clock_mono_us()) ? (int64_t)t->host.cores : 1;
}

static void keep_workers(struct targets *t, size_t k)
{
    const struct scale_kind *kind = &t->kind[k];
    const struct line       *l = &t->in.line[k];
    int64_t                  units = (int64_t)(line_waiting(l) + pool_busy(t->in.pool, k));
    int64_t                  want = i64_max(kind->target, i64_min(units, i64_min(at_once(t, k), kind->set.max)));
    bool                     tight = (int64_t)pool_alive(t->in.pool) >= t->host.workers;

    pool_keep(t->in.pool, k, (size_t)want, tight ? 0 : IDLE_S);
}

bool targets_turn(struct targets *t, const struct law_now *now)
{
    int64_t now_us = clock_mono_us(), since_ms = (now_us - t->ticked_us) / 1000;
    bool    due = since_ms >= TARGET_TICK_MS || !t->ticked_us || (since_ms >= TARGET_HURRY_MS && in_a_hurry(t));

    if (due)
        tick(t, now, now_us);
    for (size_t k = 0; k < t->in.fleet->workers_n; k++)
        if (t->in.line[k].worker->run)
            keep_workers(t, k);
    return due;
}
