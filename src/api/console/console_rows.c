/* Reads what the console shows from the database, once a second at most, and keeps it for all who look. */
#include "api/console/console.h"
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "io/shared/metrics.h"

enum { DAY_MS = 24 * 3600 * 1000, HOUR_MS = 3600 * 1000, HOST_LOST_MS = 5 * 60 * 1000 };

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
    TRY(backups_state(db, r->a, &r->backup, e));
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
    struct metrics *m = c->api->shared->metrics;

    if (!metrics_get(&m->mark.memory)) /* the first minute is not over */
        metrics_set(&m->mark.memory, metrics_memory(m));
    sample_now(m, c->api->conf->data, ret);
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
