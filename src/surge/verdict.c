/* Judges a run by its aims. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "surge/run.h"

/* The goals of the launch day, at scale 1: they shrink and grow with --scale and --minutes. */
static const double CONTACTS_PER_MINUTE = 60000, INTERACTIVE_P99_MS = 100, OLDEST_INTERACTIVE_S = 5;
/* Idle as before: a hundredth of a core more is noise of timers and the kernel. */
static const double IDLE_MORE_CORES = 0.01;
/* The generator fell behind when it sent what was due later than this. */
static const double LAG_P99_MS = 20, LAG_MAX_MS = 500;

static void add(struct verdict *v, bool fast, int state, const char *name, const char *want, const char *fmt, ...)
    printf_like(6, 7);
static void add(struct verdict *v, bool fast, int state, const char *name, const char *want, const char *fmt, ...)
{
    va_list ap;

    if (v->n == countof(v->goal))
        return;
    /* what is killed may be slow: how slow is told, not judged */
    state = fast && v->killed ? -1 : state;
    snprintf(v->goal[v->n].name, sizeof v->goal[0].name, "%s", name);
    snprintf(v->goal[v->n].want, sizeof v->goal[0].want, "%s", want);
    va_start(ap, fmt);
    vsnprintf(v->goal[v->n].got, sizeof v->goal[0].got, fmt, ap);
    va_end(ap);
    v->goal[v->n++].state = state;
}

int64_t run_interactive_at(const struct run *r, double q)
{
    struct hist *all = calloc(1, sizeof *all);

    if (!all)
        abort();
    for (enum deed d = 0; d < DEEDS_INTERACTIVE; d++)
        hist_join(all, &r->score.all[d]);
    int64_t at = hist_at(all, q);
    free(all);
    return at;
}

static void contacts(const struct run *r, struct verdict *v)
{
    int64_t within = 0;
    double  want = CONTACTS_PER_MINUTE * r->o.minutes * r->o.scale;
    char    text[64];

    for (size_t i = r->nolder; i < r->naccounts; i++)
        if (r->account[i].processed_s > 0 && r->account[i].processed_s <= r->run_s)
            within += r->account[i].sent;
    snprintf(text, sizeof text, ">= %.0f", want);
    add(v, true, (double)within >= want, "contacts through the whole pipeline in time", text,
        "%lld (%lld in all, the last at %.0f s)", (long long)within, (long long)r->processed, r->finished_s);
}

static double oldest_interactive(const struct run *r)
{
    double most = -1;
    for (size_t i = 0; i < r->seconds.n; i++)
        most = fmax(most, r->seconds.v[i].oldest_interactive_s);
    return most;
}

static double longest_dry_run(const struct run *r)
{
    double most = 0;
    for (size_t i = r->nolder; i < r->naccounts; i++)
        most = fmax(most, r->account[i].dry_run_s);
    return most;
}

static void waits(const struct run *r, struct verdict *v)
{
    double p99_ms = (double)run_interactive_at(r, 0.99) / 1e3, oldest = oldest_interactive(r), dry = longest_dry_run(r);
    char   text[64];

    snprintf(text, sizeof text, "< %.0f ms", INTERACTIVE_P99_MS);
    add(v, true, p99_ms < INTERACTIVE_P99_MS, "what a person waits for, p99", text, "%.1f ms (p99.9 %.1f ms)", p99_ms,
        (double)run_interactive_at(r, 0.999) / 1e3);
    snprintf(text, sizeof text, "< %.0f s", OLDEST_INTERACTIVE_S);
    if (oldest >= 0)
        add(v, true, oldest < OLDEST_INTERACTIVE_S, "oldest interactive job", text, "%.1f s", oldest);
    add(v, true, dry < OLDEST_INTERACTIVE_S, "longest wait for a dry run", text, "%.1f s", dry);
}

static void faults(const struct run *r, struct verdict *v)
{
    int64_t failed = score_failures(&r->score), retried = score_retries(&r->score);

    add(v, false, failed == 0, "errors a person saw", "0", "%lld", (long long)failed);
    if (r->o.chaos)
        add(v, false, -1, "requests sent again, their process killed", "any", "%lld", (long long)retried);
    else
        add(v, false, retried == 0, "requests that had to be sent again", "0", "%lld", (long long)retried);
    if (score_told_later(&r->score))
        add(v, false, -1, "requests told to come later", "any", "%lld", (long long)score_told_later(&r->score));
    add(v, false, r->found.lost == 0 && !r->unread, "contacts lost", "0", "%lld of %lld%s", (long long)r->found.lost,
        (long long)r->found.sent, r->unread ? ", some accounts could not be read" : "");
    add(v, false, r->found.doubled == 0 && r->found.astray == 0, "contacts doubled or astray", "0", "%lld",
        (long long)(r->found.doubled + r->found.astray));
}

static void idle(const struct run *r, struct verdict *v)
{
    double before = r->idle_before_cores, after = r->idle_after_cores;
    char   text[64];

    if (r->o.idle_s <= 0 || before < 0 || after < 0)
        return;
    snprintf(text, sizeof text, "<= %.3f cores", before * 1.2 + IDLE_MORE_CORES);
    add(v, false, after <= before * 1.2 + IDLE_MORE_CORES, "idle cost afterwards", text,
        "%.3f cores (%.3f before), %.0f MiB (%.0f)", after, before, r->idle_after_bytes / 1048576,
        r->idle_before_bytes / 1048576);
}

/* Used: what the run took, from its start until all was processed.  Baseline: its calm hours going on all day.  Static: the peak kept
 * all day.  A run plays so many hours of a day; the rest of the day costs what calm costs. */
static void price(struct run *r)
{
    struct cost          *c = &r->cost;
    const struct profile *p = r->o.profile;
    double                calm_until = r->run_s * (p->step_h - p->from_h) / (p->to_h - p->from_h), calm = 0, n = 0;
    double                last[10] = { 0 }, sum = 0;

    c->priced = r->o.price_core_hour > 0;
    c->price = c->priced ? r->o.price_core_hour : 1;
    c->run_s = r->finished_s > 0 ? fmax(r->finished_s, r->run_s) : r->run_s;
    c->used_core_s = r->cpu_s + r->db_cpu_s;
    for (size_t i = 0; i < r->seconds.n; i++) {
        const struct second *s = &r->seconds.v[i];
        double               now = s->all_cpu + s->db_cpu;
        if (s->at_s <= calm_until && s->at_s > 1) {
            calm += now;
            n++;
        }
        sum += now - last[i % countof(last)];
        last[i % countof(last)] = now;
        c->peak_cores = fmax(c->peak_cores, sum / (double)countof(last));
    }
    c->baseline_cores = n > 0 ? calm / n : 0;
    double played_h = p->to_h - p->from_h, mean = c->used_core_s / c->run_s;
    c->day_used = c->price * (mean * played_h + c->baseline_cores * (24 - played_h));
    c->day_baseline = c->price * c->baseline_cores * 24;
    c->day_static = c->price * c->peak_cores * 24;
}

static void validity(const struct run *r, struct verdict *v)
{
    double p99_ms = (double)hist_at(&r->lag, 0.99) / 1e3, most_ms = (double)r->lag.max_us / 1e3;

    v->valid = p99_ms <= LAG_P99_MS && most_ms <= LAG_MAX_MS && r->next_event == r->schedule.n;
    if (r->next_event < r->schedule.n)
        snprintf(v->why_invalid, sizeof v->why_invalid, "the run was ended before everybody had come");
    else if (!v->valid)
        snprintf(v->why_invalid, sizeof v->why_invalid,
                 "the generator itself fell behind: p99 %.1f ms, most %.0f ms (bounds: %.0f and %.0f)", p99_ms, most_ms,
                 LAG_P99_MS, LAG_MAX_MS);
}

void verdict_reach(struct run *r)
{
    struct verdict *v = &r->verdict;

    *v = (struct verdict){ .good = true, .killed = r->o.chaos != NULL };
    validity(r, v);
    contacts(r, v);
    waits(r, v);
    faults(r, v);
    idle(r, v);
    price(r);
    for (size_t i = 0; i < v->n; i++)
        v->good = v->good && v->goal[i].state != 0;
}
