#include "api/console.h"
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "io/metrics.h"

enum { DAY_MS = 24 * 3600 * 1000, HOUR_MS = 3600 * 1000, HOST_LOST_MS = 5 * 60 * 1000, COUNT_SHARE = 20 };

static enum rc sum(struct console_rows *r, struct sql *db, int64_t from_ms, int64_t to_ms, struct sample *ret,
                   struct err *e)
{
    struct sample *list;
    size_t         n;

    *ret = (struct sample){ 0 };
    if (from_ms >= to_ms)
        return RC_OK;
    TRY(samples_list(db, r->a, from_ms, to_ms, to_ms - from_ms, &list, &n, e));
    if (n)
        *ret = list[0];
    return RC_OK;
}

static enum rc read_sums(struct console_rows *r, struct sql *db, int64_t now, struct err *e)
{
    TRY(sum(r, db, now / DAY_MS * DAY_MS, now + 1, &r->today, e));
    TRY(sum(r, db, now - HOUR_MS, now + 1, &r->hour, e));
    TRY(sum(r, db, now - HOUR_MS - DAY_MS, now - DAY_MS, &r->hour_before, e));
    r->sums_ms = now;
    return RC_OK;
}

static enum rc read_hosts(struct console_rows *r, struct sql *db, int64_t now, struct err *e)
{
    struct sample all[CONSOLE_HOSTS];
    char          here[SAMPLE_HOST] = "";
    size_t        n;

    gethostname(here, sizeof here - 1);
    TRY(samples_hosts(db, now - HOST_LOST_MS, all, countof(all), &n, e));
    r->nhosts = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].host, here))
            r->host[r->nhosts++] = all[i];
    return RC_OK;
}

static bool agent_is_here(struct metrics *m)
{
    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        if (atomic_load(&m->process[i].pid) && atomic_load(&m->process[i].role) == ROLE_AGENT)
            return true;
    return false;
}

/* A host that only answers requests counts the queue itself, for at most a twentieth of the time. */
static enum rc count_jobs(struct console_rows *r, struct sql *db, struct metrics *m, int64_t now, struct err *e)
{
    if (agent_is_here(m)) {
        r->count_ms = 0;
        return RC_OK;
    }
    if (now - r->count_ms < COUNT_SHARE * r->count_took_ms)
        return RC_OK;
    TRY(jobs_counts(db, 0, r->count, e));
    r->count_ms = now;
    r->count_took_ms = clock_ms() - now;
    return RC_OK;
}

static enum rc read_all(struct console *c, struct console_rows *r, int64_t now, struct err *e)
{
    struct sql *db = c->api->db;

    TRY(database_look(db, r->a, &r->base, e));
    TRY(kinds_list(db, r->a, &r->kind, &r->nkinds, e));
    TRY(agents_slots(db, r->a, now, &r->agent, &r->nagents, e));
    TRY(agent_kinds_list(db, r->a, now, &r->agent_kind, &r->nagent_kinds, e));
    TRY(launches_open(db, r->a, now, &r->launch, &r->nlaunches, e));
    TRY(services_list(db, r->service, &r->nservices, e));
    TRY(prices_read(db, r->a, &r->prices, e));
    TRY(count_jobs(r, db, c->api->house->metrics, now, e));
    if (now - r->sums_ms < CONSOLE_SUMS_MS)
        return RC_OK;
    TRY(read_hosts(r, db, now, e));
    return read_sums(r, db, now, e);
}

/* What is not read each time. */
static void take_over(struct console_rows *r, const struct console_rows *before)
{
    struct arena *a = r->a;

    *r = *before;
    r->a = a;
    arena_reset(a);
}

void console_read(struct console *c)
{
    struct console_rows *spare = &c->rows[!c->use];
    int64_t              now = clock_ms();
    struct err           e = { 0 };

    if (now - c->tried_ms < CONSOLE_EVERY_MS - 100)
        return;
    c->tried_ms = now;
    take_over(spare, &c->rows[c->use]);
    if (read_all(c, spare, now, &e) == RC_OK) {
        spare->at_ms = now;
        c->use = !c->use;
        c->silent_since_ms = 0;
        return;
    }
    if (!c->silent_since_ms) {
        c->silent_since_ms = c->rows[c->use].at_ms ? c->rows[c->use].at_ms : now;
        log_event(LOG_WARN, "console.database", KZ("why", e.text));
    }
}

void console_here(struct console *c, struct sample *ret)
{
    const struct console_rows *r = &c->rows[c->use];

    struct metrics *m = c->api->house->metrics;
    if (!metrics_get(&m->mark.memory)) /* the first minute is not over */
        metrics_set(&m->mark.memory, metrics_memory(m));
    sample_now(m, c->api->conf->data, ret);
    for (size_t k = 1; r->count_ms && k < KINDS_END; k++) {
        const struct job_counts *n = &r->count[k];
        ret->kind[k].ready = n->ready;
        ret->kind[k].claimed = n->claimed;
        ret->kind[k].later = n->later;
        ret->kind[k].dead = n->dead;
        ret->kind[k].oldest_ms = n->oldest_ms ? i64_max(0, ret->at_ms - n->oldest_ms) : 0;
    }
}

struct agent_kind console_kind(const struct console_rows *r, enum job_kind kind)
{
    struct agent_kind all = { .kind = kind, .held_by = S("") };

    for (size_t i = 0; i < r->nagent_kinds; i++) {
        const struct agent_kind *one = &r->agent_kind[i];
        if (one->kind != kind)
            continue;
        all.target += one->target;
        all.running += one->running;
        all.busy += one->busy;
        all.arrived_milli += one->arrived_milli;
        all.service_us = i64_max(all.service_us, one->service_us);
        if (one->held_by.n)
            all.held_by = one->held_by;
    }
    return all;
}

void console_cost(const struct console_rows *r, const struct sample *here, int64_t *ret_hour, int64_t *ret_day)
{
    int64_t cores = here->cores, now = clock_ms(), calls = 0;

    for (size_t i = 0; i < r->nhosts; i++)
        cores += r->host[i].cores;
    for (size_t i = 0; i < r->nservices; i++)
        calls += r->service[i].span_before * 360 * r->service[i].price_micro;
    *ret_hour = cores * r->prices.core_hour_micro + calls;
    int64_t left_ms = DAY_MS - now % DAY_MS;
    *ret_day = r->today.cost_micro + (int64_t)((double)*ret_hour * (double)left_ms / HOUR_MS);
}
