/* Reads what operators set: limits of each kind, launches, services, prices, and this agent's share of all agents. */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/agent/law_inputs.h"
#include "store/installation/moving.h"
#include "store/installation/prices.h"
#include "store/installation/settings.h"

enum {
    MEMORY_PART = 8,
    WORKERS_MOST = 1500,
    FILES_MOST = 1 << 20,
    FILES_KEPT = 128 /* for all that is not a worker */
};

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

static double quota_of(const struct service *all, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, all[i].name) && all[i].limit_calls > 0)
            return (double)all[i].limit_calls * 1000 / (double)i64_max(all[i].window_ms, 1);
    return 0;
}

static enum rc read_rows(struct targets *t, struct arena *in, struct err *e)
{
    struct service   service[SERVICES_MAX];
    struct kind_row *row;
    size_t           rows, services = 0;

    TRY(kinds_list(t->in.db, in, &row, &rows, e));
    TRY(services_list(t->in.db, service, &services, e));
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < t->in.fleet->workers_n; k++)
            if ((int64_t)row[i].kind == t->in.line[k].worker->kind) {
                t->row[k] = row[i];
                t->in.line[k].quota = quotas_of(t->in.quotas, row[i].service);
                t->quota_per_s[k] = quota_of(service, services, row[i].service);
                t->row[k].name = t->row[k].service = S(""); /* borrowed */
            }
    return RC_OK;
}

static enum rc read_launches(struct targets *t, struct arena *in, struct err *e)
{
    struct launch *l;
    size_t         n;

    TRY(launches_open(t->in.db, in, clock_ms(), &l, &n, e));
    t->launches = size_min(n, LAUNCHES_LISTED);
    for (size_t i = 0; i < t->launches; i++)
        t->launch[i] = (struct launch){ .factor = l[i].factor, .starts_ms = l[i].starts_ms, .ends_ms = l[i].ends_ms };
    return RC_OK;
}

static enum rc read_slots(struct targets *t, struct arena *in, struct err *e)
{
    struct agent_slots *g;
    struct job_slice    slice = { 0 };
    size_t              n;
    int64_t             before = 0, all = 0;

    TRY(agents_slots(t->in.db, in, clock_ms(), &g, &n, e));
    for (size_t i = 0; i < n; i++) {
        before += g[i].agent < t->in.incarnation ? g[i].slots : 0;
        all += g[i].agent == t->in.incarnation ? 0 : g[i].slots;
        slice.mine += g[i].slots && g[i].agent < t->in.incarnation;
        slice.all += g[i].slots != 0;
    }
    *t->in.slice = slice;
    t->slots_before = before;
    t->slots_all = all + t->slots;
    return RC_OK;
}

static enum rc read_money(struct targets *t, struct arena *in, struct err *e)
{
    struct scale_host *h = &t->host;
    struct prices      p;

    TRY(prices_read(t->in.db, in, &p, e));
    h->price_per_core = (double)p.core_hour_micro / 1e6;
    h->budget = -1;
    if (p.budget_hour_micro > 0 && p.core_hour_micro > 0)
        h->budget = (double)p.budget_hour_micro / 1e6 * targets_share(t);
    return RC_OK;
}

/* Every agent's log says who set the scale. */
static enum rc log_change(struct targets *t, struct arena *in, struct err *e)
{
    struct str change = S("");
    enum rc    rc = settings_get(t->in.db, in, S("scale.last_change"), &change, e);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (str_is(str_head(change, sizeof t->last_change - 1), t->last_change))
        return RC_OK;
    if (t->ticked_us)
        log_event(LOG_INFO, "scale.changed", KS("what", change));
    snprintf(t->last_change, sizeof t->last_change, STR_FMT, STR_ARG(change));
    return RC_OK;
}

static enum rc read_all(struct targets *t, struct arena *in, bool *ret_moving, struct err *e)
{
    struct moving m;

    TRY(read_rows(t, in, e));
    TRY(read_launches(t, in, e));
    TRY(read_slots(t, in, e));
    TRY(read_money(t, in, e));
    TRY(log_change(t, in, e));
    return moving_get(t->in.db, &m, ret_moving, e);
}

enum rc targets_read(struct targets *t, bool *ret_moving, struct err *e)
{
    auto_free(arena) in = arena_new(4096);
    enum rc rc;

    *ret_moving = false;
    rc = read_all(t, in, ret_moving, e);
    for (size_t k = 0; k < t->in.fleet->workers_n; k++)
        t->in.line[k].paused = *ret_moving || t->row[k].paused;
    return rc;
}
