/* ops/scale/scale_launch.c - `kith scale launch` and `land`: more of everything for some time, after a look at what would break and what it
 * costs.  Only rows are written; what is in flight is not touched, and nothing has to run for a launch to end. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "base/options.h"
#include "fleet/agent/law_inputs.h"
#include "ops/findings.h"
#include "ops/local.h"
#include "ops/scale/cmd_scale.h"
#include "store/installation/database.h"
#include "work/worker.h"

enum {
    HOUR_MS = 3600 * 1000,
    FOR_MIN_MS = 1000,
    BYTES_A_JOB = 5 << 10, /* what a contact leaves on the disk, through all kinds: 4.4 KB of database, 0.4 of upload */
    DISK_LEAST_MIB = 100,
    DISK_KEPT_MIB = 1024,
    PAGE_BYTES = 64 << 10
};

/* One kind at this moment, and at so many times its load. */
struct outlook {
    const struct kind_row *row;
    double                 per_s, service_s, cores; /* now; cores: of one busy worker */
    double                 workers_then, cores_now, cores_then;
};

struct launch_plan {
    struct scale_ask *q;
    struct launch     launch;
    struct prices     prices;
    struct outlook   *kind;
    int64_t           cores, agents;
    double            cores_now, cores_then;
    struct findings   findings;
};

static void note(struct launch_plan *p, enum health h, const char *what, struct str text, struct str advice)
{
    findings_add(&p->findings, p->q->a, h, what, text, advice);
}

/* ---- reckoning ---- */

static double cores_of(enum job_kind kind)
{
    for (size_t i = 0; i < workers_n; i++)
        if (workers[i]->kind == (int64_t)kind)
            return !workers[i]->run ? 0 : workers[i]->network ? METER_CORES_FIRST : 1;
    return 0;
}

static enum rc look(struct launch_plan *p, struct err *e)
{
    struct scale_ask   *q = p->q;
    struct agent_kind  *k;
    struct agent_slots *g;
    size_t              nk, ng;

    TRY(agent_kinds_list(q->db, q->a, clock_ms(), &k, &nk, e));
    TRY(agents_slots(q->db, q->a, clock_ms(), &g, &ng, e));
    TRY(prices_read(q->db, q->a, &p->prices, e));
    for (size_t i = 0; i < ng; i++) {
        p->cores += g[i].slots;
        p->agents += g[i].slots > 0;
    }
    p->kind = arena_array(q->a, struct outlook, q->nkinds);
    for (size_t i = 0; i < q->nkinds; i++) {
        struct outlook *o = &p->kind[i];
        *o = (struct outlook){ .row = &q->kinds[i], .cores = cores_of(q->kinds[i].kind) };
        for (size_t j = 0; j < nk; j++)
            if (k[j].kind == o->row->kind) {
                o->per_s += (double)k[j].arrived_milli / 1e3;
                o->service_s = fmax(o->service_s, (double)k[j].service_us / 1e6);
            }
        double then = o->per_s * (double)p->launch.factor;
        o->workers_then = scale_need(then, o->service_s, (double)o->row->rho_pct / 100);
        p->cores_now += o->cores_now = o->per_s * o->service_s * o->cores;
        p->cores_then += o->cores_then = then * o->service_s * o->cores;
    }
    return RC_OK;
}

/* ---- what would break ---- */

static enum rc check_workers(struct launch_plan *p, struct err *e)
{
    struct arena *a = p->q->a;
    int64_t       room = targets_workers_max(p->q->conf) * i64_max(p->agents, 1), most = 0, least = 0;
    int64_t       free_mib = sysconf(_SC_AVPHYS_PAGES) * (sysconf(_SC_PAGESIZE) >> 10) / 1024;

    (void)e;
    for (size_t i = 0; i < p->q->nkinds; i++) {
        if (p->kind[i].cores <= 0)
            continue;
        most += i64_min(p->kind[i].row->max_workers * p->launch.factor, KIND_MAX_WORKERS);
        least += i64_min(p->kind[i].row->min_workers * p->launch.factor, KIND_MAX_WORKERS);
    }
    int64_t here = i64_min(most, room), mib = here * WORKER_KIB / 1024;
    note(p,
         least > room  ? BROKEN
         : most > room ? MIND
                       : FINE,
         "workers",
         str_fmt(a, "%lld always, %lld at most; %lld of them have room (%lld MiB of their own)", (long long)least,
                 (long long)most, (long long)here, (long long)mib),
         least > room
             ? S("min of the kinds times the factor is more than there is room for: lower it, or raise workers-max")
         : most > room ? S("kinds share that room by weight; workers-max, open files and hosts raise it")
                       : S(""));
    note(p, mib > free_mib ? MIND : FINE, "memory",
         str_fmt(a, "%lld MiB are free on this host, %lld MiB are wanted if all of them are needed",
                 (long long)free_mib, (long long)mib),
         mib > free_mib ? S("page caches give some back; else lower max of the kinds, or add a host") : S(""));
    return RC_OK;
}

static enum rc check_cpu(struct launch_plan *p, struct err *e)
{
    bool short_of = p->cores_then > (double)p->cores;

    (void)e;
    if (p->cores_now <= 0) {
        note(p, MIND, "cpu", S("nothing arrived in the last minute: limits are checked, load cannot be reckoned"),
             S(""));
        return RC_OK;
    }
    note(p, short_of ? MIND : FINE, "cpu",
         str_fmt(p->q->a, "workers take %.2f cores now, %.2f then; %lld are there", p->cores_now, p->cores_then,
                 (long long)p->cores),
         short_of ? S("bulk work will wait and catch up later, interactive work goes first; more hosts make it shorter")
                  : S(""));
    return RC_OK;
}

static enum rc check_database(struct launch_plan *p, struct err *e)
{
    struct database d;

    TRY(database_look(p->q->db, p->q->a, &d, e));
    bool few = d.connections_max && d.connections * 10 > d.connections_max * 8;
    note(p, few ? MIND : FINE, "database",
         d.connections_max
             ? str_fmt(p->q->a, STR_FMT ": %lld of %lld connections in use; workers hold none, so none more",
                       STR_ARG(d.kind), (long long)d.connections, (long long)d.connections_max)
             : str_fmt(p->q->a, STR_FMT ": workers hold no connection", STR_ARG(d.kind)),
         few ? S("few are left for more hosts: raise max_connections") : S(""));
    return RC_OK;
}

static enum rc check_disk(struct launch_plan *p, struct err *e)
{
    struct statvfs v;
    double         jobs_a_s = 0;

    (void)e;
    if (statvfs(p->q->conf->data.p, &v) != 0)
        return RC_OK;
    for (size_t i = 0; i < p->q->nkinds; i++)
        jobs_a_s = p->kind[i].per_s > jobs_a_s ? p->kind[i].per_s : jobs_a_s;
    double  seconds = (double)(p->launch.ends_ms - p->launch.starts_ms) / 1e3;
    int64_t free_mib = (int64_t)((uint64_t)v.f_bavail * v.f_frsize >> 20);
    int64_t mib = (int64_t)(jobs_a_s * (double)p->launch.factor * seconds * BYTES_A_JOB / 1048576);
    note(p,
         free_mib < DISK_LEAST_MIB        ? BROKEN
         : free_mib < mib + DISK_KEPT_MIB ? MIND
                                          : FINE,
         "disk",
         str_fmt(p->q->a, "%lld MiB free; about %lld MiB more at this load", (long long)free_mib, (long long)mib),
         free_mib < mib + DISK_KEPT_MIB ? S("make room: a full disk stops everything") : S(""));
    return RC_OK;
}

static enum rc check_files(struct launch_plan *p, struct err *e)
{
    struct rlimit r;

    (void)e;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0)
        return RC_OK;
    int64_t wanted = 2 * targets_workers_max(p->q->conf) + 128,
            most = r.rlim_max > INT32_MAX ? INT32_MAX : (int64_t)r.rlim_max;
    note(p, most < wanted ? MIND : FINE, "open files",
         str_fmt(p->q->a, "%lld allowed to a process, an agent with all its workers has %lld", (long long)most,
                 (long long)wanted),
         most < wanted ? S("the agent stays below it by itself; LimitNOFILE= of the unit, or ulimit -Hn, raises it")
                       : S(""));
    return RC_OK;
}

static enum rc check_quotas(struct launch_plan *p, struct err *e)
{
    struct arena *a = p->q->a;

    (void)e;
    for (size_t i = 0; i < p->q->nkinds; i++) {
        const struct outlook *o = &p->kind[i];
        const struct service *s = scale_service_of(p->q, o->row->service);
        if (!s || !s->limit_calls)
            continue;
        double allowed = (double)s->limit_calls * 1000 / (double)s->window_ms,
               then = o->per_s * (double)p->launch.factor;
        bool over = then > allowed;
        note(p, over ? MIND : FINE, "quota",
             over ? str_fmt(a, "%s allows %.1f calls/s, " STR_FMT " will want %.1f: %.0f min behind after an hour",
                            s->name, allowed, STR_ARG(o->row->name), then, (then / allowed - 1) * 60)
                  : str_fmt(a, "%s allows %.1f calls/s, " STR_FMT " will want %.1f", s->name, allowed,
                            STR_ARG(o->row->name), then),
             over ? str_fmt(a, "to raise it: %s%s", s->raise_note[0] ? s->raise_note : "ask them",
                            s->price_micro
                                ? str_fmt(a, " (" STR_FMT " " STR_FMT " a thousand calls)", STR_ARG(p->prices.currency),
                                          STR_ARG(scale_money_text(a, s->price_micro * 1000)))
                                      .p
                                : "")
                  : S(""));
    }
    return RC_OK;
}

static enum rc (*const checks[])(struct launch_plan *p, struct err *e) = {
    check_workers, check_cpu, check_database, check_disk, check_files, check_quotas,
};

/* ---- the bill ---- */

static int64_t cost(const struct launch_plan *p, double cores)
{
    return (int64_t)(cores * (double)p->prices.core_hour_micro);
}

static double within(const struct launch_plan *p, double cores)
{
    return cores < (double)p->cores ? cores : (double)p->cores;
}

static enum rc check_bill(struct launch_plan *p, struct err *e)
{
    struct arena *a = p->q->a;
    int64_t       then = cost(p, within(p, p->cores_then)), most = cost(p, (double)p->cores);
    double        hours = (double)(p->launch.ends_ms - p->launch.starts_ms) / HOUR_MS;
    bool          over = p->prices.budget_hour_micro && then > p->prices.budget_hour_micro;

    (void)e;
    if (!p->prices.core_hour_micro) {
        note(p, MIND, "bill", S("no price is set, so nothing can be said"), S("kith scale price core_hour=0.04"));
        return RC_OK;
    }
    note(p, over ? MIND : FINE, "bill",
         str_fmt(a,
                 STR_FMT " " STR_FMT " an hour now, " STR_FMT " at %lld times this load, " STR_FMT
                         " at most; at most " STR_FMT " in all",
                 STR_ARG(p->prices.currency), STR_ARG(scale_money_text(a, cost(p, within(p, p->cores_now)))),
                 STR_ARG(scale_money_text(a, then)), (long long)p->launch.factor, STR_ARG(scale_money_text(a, most)),
                 STR_ARG(scale_money_text(a, (int64_t)((double)most * hours)))),
         over ? S("the budget holds workers back: kith scale price budget_hour=...") : S(""));
    return RC_OK;
}

/* ---- saying ---- */

static void print_text(const struct launch_plan *p)
{
    struct arena *a = p->q->a;

    printf("launch: %lld times the usual for " STR_FMT ", until " STR_FMT "\n\n", (long long)p->launch.factor,
           STR_ARG(scale_duration(a, p->launch.ends_ms - p->launch.starts_ms)),
           STR_ARG(clock_rfc3339(a, p->launch.ends_ms / 1000 * 1000)));
    printf("%-9s %16s %18s %14s %14s\n", "kind", "min", "max", "arrivals then", "workers then");
    for (size_t i = 0; i < p->q->nkinds; i++) {
        const struct outlook *o = &p->kind[i];
        if (o->cores > 0)
            printf("%-9.*s %6lld -> %6lld %8lld -> %6lld %12.1f/s %14.1f\n", STR_ARG(o->row->name),
                   (long long)o->row->min_workers, (long long)(o->row->min_workers * p->launch.factor),
                   (long long)o->row->max_workers,
                   (long long)i64_min(o->row->max_workers * p->launch.factor, KIND_MAX_WORKERS),
                   o->per_s * (double)p->launch.factor, o->workers_then);
    }
    puts("");
    findings_print(&p->findings);
}

static void write_json(const struct launch_plan *p, struct buf *b)
{
    struct json_out o = json_out_of(b);

    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("factor"), p->launch.factor);
    json_out_time(&o, S("starts"), p->launch.starts_ms);
    json_out_time(&o, S("ends"), p->launch.ends_ms);
    json_out_open(&o, S("checks"), '[');
    findings_write(&p->findings, &o);
    json_out_close(&o, ']');
    json_out_text(&o, S("currency"), p->prices.currency);
    json_out_i64(&o, S("hour_now_micro"), cost(p, within(p, p->cores_now)));
    json_out_i64(&o, S("hour_then_micro"), cost(p, within(p, p->cores_then)));
    json_out_i64(&o, S("hour_most_micro"), cost(p, (double)p->cores));
    json_out_close(&o, '}');
}

/* ---- the verbs ---- */

static bool agreed(void)
{
    char word[8] = "";

    if (!isatty(STDIN_FILENO))
        return false;
    printf("\nbegin? [y/N] ");
    fflush(stdout);
    return fgets(word, sizeof word, stdin) && (word[0] == 'y' || word[0] == 'Y');
}

static enum rc begin(struct launch_plan *p, bool yes, struct buf *json, struct err *e)
{
    struct scale_ask     *q = p->q;
    auto_rollback         guard = { q->db };
    const struct finding *broken = findings_broken(&p->findings);

    if (broken)
        return err_set(e, RC_INVALID, "%s would break: mend it, or lower the factor", broken->what);
    if (!yes && (q->json || !agreed()))
        return err_set(e, RC_INVALID, "not begun (--yes begins without asking)");
    p->launch.actor = scale_actor(q->a);
    p->launch.plan_json = buf_str(json);
    TRY(sql_begin(q->db, e));
    TRY(launches_begin(q->db, &p->launch, e));
    if (!q->json)
        puts("");
    scale_say(q, str_fmt(q->a, "launch begun: %lld times the usual until " STR_FMT ", then it ends by itself",
                         (long long)p->launch.factor, STR_ARG(clock_rfc3339(q->a, p->launch.ends_ms / 1000 * 1000))));
    TRY(scale_record(q, e));
    return sql_commit(q->db, e);
}

static enum rc read_words(struct scale_ask *q, struct launch *l, struct err *e)
{
    const char *factor = option_text(&q->argc, q->argv, "--factor"), *span = option_text(&q->argc, q->argv, "--for");
    int64_t     ms;

    q->misused = !factor || !span || q->argc != 1;
    if (q->misused)
        return RC_OK;
    if (!str_i64(str_of(factor), 2, LAUNCH_FACTOR_MAX, &l->factor))
        return err_set(e, RC_INVALID, "--factor: want 2 to %d, got '%.40s'", LAUNCH_FACTOR_MAX, factor);
    if (!scale_duration_ms(str_of(span), FOR_MIN_MS, (int64_t)LAUNCH_DAYS_MAX * 24 * HOUR_MS, &ms))
        return err_set(e, RC_INVALID, "--for: want 1s to %dd as in 12h, got '%.40s'", LAUNCH_DAYS_MAX, span);
    l->starts_ms = clock_ms();
    l->ends_ms = l->starts_ms + ms;
    return RC_OK;
}

enum rc scale_launch(struct scale_ask *q, struct err *e)
{
    bool dry = option_given(&q->argc, q->argv, "--dry-run"), yes = option_given(&q->argc, q->argv, "--yes");
    struct launch_plan p = { .q = q };
    auto_buf           json = buf_of(PAGE_BYTES);

    TRY(read_words(q, &p.launch, e));
    if (q->misused)
        return RC_OK;
    TRY(look(&p, e));
    for (size_t i = 0; i < countof(checks); i++)
        TRY(checks[i](&p, e));
    TRY(check_bill(&p, e));
    write_json(&p, &json);
    if (q->json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&json)));
    else
        print_text(&p);
    return dry ? RC_OK : begin(&p, yes, &json, e);
}

enum rc scale_land(struct scale_ask *q, struct err *e)
{
    auto_rollback guard = { q->db };
    int64_t       n = 0;

    q->misused = q->argc != 1;
    if (q->misused)
        return RC_OK;
    TRY(sql_begin(q->db, e));
    TRY(launches_land(q->db, clock_ms(), &n, e));
    if (!n)
        return err_set(e, RC_NOT_FOUND, "no launch is on");
    scale_say(q, S("landed: the usual limits count again; workers above them leave when they are idle"));
    TRY(scale_record(q, e));
    return sql_commit(q->db, e);
}
