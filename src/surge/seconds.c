/* What is noted of every second of a run. */
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "surge/run.h"

static const int64_t SECOND_US = 1000000;
enum { SECONDS_MAX = 24 * 3600, DB_MEMORY_EACH = 5 };

static void tick(void *to);

static void take_metrics(void *to, const struct answer *a)
{
    struct run *r = to;

    r->looking = false;
    if (a->status != 200)
        return;
    watch_read_metrics(a->body, &r->metrics);
    r->metrics_seen = true;
    for (size_t i = r->kinds.n; i < r->metrics.nkinds; i++)
        memcpy(r->kinds.name[r->kinds.n++], r->metrics.kind[i].name, sizeof r->kinds.name[0]);
}

static void look(struct run *r)
{
    struct call call = {
        .method = "GET", .path = "/metrics", .deed = DEED_OTHER, .due_us = clock_mono_us(), .timeout_s = 5
    };

    if (r->looking)
        return;
    r->looking = true;
    client_send(&r->looker, &call);
}

static void fill_times(struct run *r, struct second *s)
{
    struct hist *all = calloc(1, sizeof *all);

    if (!all)
        abort();
    for (enum deed d = 0; d < DEEDS; d++) {
        struct hist *h = &r->score.second[d];
        s->done[d] = h->n;
        s->p50_us[d] = hist_at(h, 0.5);
        s->p99_us[d] = hist_at(h, 0.99);
        s->p999_us[d] = hist_at(h, 0.999);
        if (d < DEEDS_INTERACTIVE)
            hist_join(all, h);
        if (h->n)
            *h = (struct hist){ 0 };
    }
    s->all_p50_us = hist_at(all, 0.5);
    s->all_p99_us = hist_at(all, 0.99);
    s->all_p999_us = hist_at(all, 0.999);
    free(all);
}

static void fill_metrics(struct run *r, struct second *s)
{
    const struct watch_metrics *m = &r->metrics;

    s->seen = r->metrics_seen;
    s->waiting = m->waiting;
    s->all_workers = m->workers;
    s->bytes = m->pss_bytes;
    s->oldest_interactive_s = m->oldest_interactive_s;
    for (size_t i = 0; i < m->nkinds; i++) {
        s->workers[i] = m->kind[i].workers;
        s->oldest_bulk_s = m->kind[i].oldest_s > s->oldest_bulk_s ? m->kind[i].oldest_s : s->oldest_bulk_s;
    }
}

static double more_than(double now, double before) { return now > before ? now - before : 0; }

/* CPU of the last second; a process that died took its share with it, so what a role used may seem to shrink. */
static void fill_cpu(struct run *r, struct second *s, double span_s)
{
    double own = watch_own_cpu_s();

    s->own_cpu = (own - r->own_cpu_before) / span_s;
    r->own_cpu_before = own;
    if (r->o.pid && watch_tree_read(r->o.pid, s->bytes <= 0, r->tree)) {
        for (size_t i = 0; i < WATCH_ROLES; i++) {
            s->cpu[i] = more_than(r->tree->cpu_s[i], r->tree_cpu_before[i]) / span_s;
            r->tree_cpu_before[i] = r->tree->cpu_s[i];
        }
        s->all_cpu = more_than(r->tree->all_cpu_s, r->all_cpu_before) / span_s;
        r->all_cpu_before = r->tree->all_cpu_s;
        s->bytes = s->bytes > 0 ? s->bytes : r->tree->bytes;
    }
    if (r->o.db_pid && watch_tree_read(r->o.db_pid, r->seconds.n % DB_MEMORY_EACH == 0, r->db_tree)) {
        s->db_cpu = more_than(r->db_tree->all_cpu_s, r->db_cpu_before) / span_s;
        s->db_bytes = r->seconds.n % DB_MEMORY_EACH ? r->seconds.v[r->seconds.n - 1].db_bytes : r->db_tree->bytes;
        r->db_cpu_before = r->db_tree->all_cpu_s;
    }
}

static int64_t kills_of(const struct run *r)
{
    int64_t n = r->db_restarts;
    for (size_t i = 0; i < WATCH_ROLES; i++)
        n += r->kills[i];
    return n;
}

static void end_second(struct run *r)
{
    static const struct second none = { 0 };
    struct second              s = none;
    int64_t                    now = clock_mono_us();
    double                     span_s = (double)(now - r->seconds_due_us) / 1e6 + 1;

    s.at_s = run_now_s(r, now);
    memcpy(s.arrivals, r->arrivals, sizeof s.arrivals);
    memset(r->arrivals, 0, sizeof r->arrivals);
    fill_times(r, &s);
    fill_metrics(r, &s);
    fill_cpu(r, &s, span_s);
    s.failed = score_failures(&r->score);
    s.retried = score_retries(&r->score);
    s.kills = kills_of(r);
    s.sent = r->sent;
    s.imported = r->imported;
    s.processed = r->processed;
    if (r->seconds.n < SECONDS_MAX)
        *vec_push(r->a, &r->seconds) = s;
    report_live(r);
}

static void wait_for_next(struct run *r)
{
    int64_t wait_us = r->seconds_due_us + SECOND_US - clock_mono_us();

    loop_after(r->loop, &r->each_second, i64_max(1, (wait_us + 999) / 1000), tick, r);
}

static void tick(void *to)
{
    struct run *r = to;

    clients_sweep(&r->net);
    r->seconds_due_us += SECOND_US;
    end_second(r);
    look(r);
    wait_for_next(r);
}

void seconds_begin(struct run *r)
{
    struct second forget = { 0 };

    client_init(&r->looker, &r->net, take_metrics, r);
    fill_cpu(r, &forget, 1);
    r->seconds_due_us = clock_mono_us();
    look(r);
    wait_for_next(r);
}

void seconds_end(struct run *r)
{
    loop_cancel(&r->each_second);
    client_done(&r->looker);
}

static void wake(void *to) { *(bool *)to = true; }

static void turn_for(struct run *r, double s)
{
    struct loop_timer timer = { 0 };
    bool              over = false;

    loop_after(r->loop, &timer, (int64_t)(s * 1000), wake, &over);
    while (!over)
        loop_turn(r->loop, -1);
}

void seconds_idle(struct run *r, double for_s, double *ret_cores, double *ret_bytes)
{
    double  before = 0, db_before = 0;
    int64_t began_us = clock_mono_us();

    *ret_cores = -1;
    *ret_bytes = 0;
    if (r->o.pid && watch_tree_read(r->o.pid, true, r->tree))
        before = r->tree->all_cpu_s;
    if (r->o.db_pid && watch_tree_read(r->o.db_pid, true, r->db_tree))
        db_before = r->db_tree->all_cpu_s;
    turn_for(r, for_s);
    double span_s = (double)(clock_mono_us() - began_us) / 1e6;
    if (r->o.pid && watch_tree_read(r->o.pid, true, r->tree)) {
        *ret_cores = (r->tree->all_cpu_s - before) / span_s;
        *ret_bytes = r->tree->bytes;
    }
    if (r->o.db_pid && watch_tree_read(r->o.db_pid, true, r->db_tree)) {
        *ret_cores += (r->db_tree->all_cpu_s - db_before) / span_s;
        *ret_bytes += r->db_tree->bytes;
    }
}
