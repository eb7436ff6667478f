/* ops/scale/cmd_scale.c - `kith scale`: how many workers each kind of work gets, seen and set on a running installation. */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/options.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "ops/scale/cmd_scale.h"
#include "store/installation/settings.h"

enum { PAGE_BYTES = 256 << 10, SAID_MAX = 400, ACTOR_MAX = 40 };

/* ---- the record ---- */

struct str scale_actor(struct arena *a)
{
    const struct passwd *who = getpwuid(getuid());
    return who ? str_head(str_copy(a, str_of(who->pw_name)), ACTOR_MAX) : str_fmt(a, "uid %u", (unsigned)getuid());
}

void scale_say(struct scale_ask *q, struct str what)
{
    q->lines = str_join(q->a, q->lines, S("\n"), what);
    q->said = str_join(q->a, q->said, S("; "), what);
}

enum rc scale_record(struct scale_ask *q, struct err *e)
{
    if (!q->said.n)
        return RC_OK;
    struct str line = str_fmt(q->a, STR_FMT " " STR_FMT ": " STR_FMT, STR_ARG(clock_rfc3339(q->a, clock_ms())),
                              STR_ARG(scale_actor(q->a)), STR_ARG(str_head(q->said, SAID_MAX)));
    return settings_set(q->db, S("scale.last_change"), line, e);
}

/* ---- show ---- */

/* One kind, over all agents. */
struct seen {
    int64_t    target, running, busy, service_us, arrived_milli;
    struct str held_by; /* of the first that is held */
};

static struct seen sum_of(const struct agent_kind *k, size_t n, enum job_kind kind)
{
    struct seen s = { 0 };

    for (size_t i = 0; i < n; i++) {
        if (k[i].kind != kind)
            continue;
        s.target += k[i].target;
        s.running += k[i].running;
        s.busy += k[i].busy;
        s.arrived_milli += k[i].arrived_milli;
        s.service_us = i64_max(s.service_us, k[i].service_us);
        s.held_by = s.held_by.n ? s.held_by : k[i].held_by;
    }
    return s;
}

static double since_s(int64_t ms) { return ms ? (double)i64_max(clock_ms() - ms, 0) / 1e3 : 0; }

static void show_kind(struct scale_ask *q, const struct kind_row *k, const struct seen *s, const struct job_counts *c,
                      int64_t factor)
{
    struct str held =
        str_is(s->held_by, "quota") && k->service.n ? str_fmt(q->a, STR_FMT " quota", STR_ARG(k->service)) : s->held_by;
    printf("%-9.*s %5lld %5lld %7lld %7lld %5lld %8lld %8.1f s %9.2f ms %8.1f/s  " STR_FMT "\n", STR_ARG(k->name),
           (long long)(k->min_workers * factor), (long long)i64_min(k->max_workers * factor, KIND_MAX_WORKERS),
           (long long)s->target, (long long)s->running, (long long)s->busy, (long long)c->ready, since_s(c->oldest_ms),
           (double)s->service_us / 1e3, (double)s->arrived_milli / 1e3, STR_ARG(held));
}

static void json_kind(struct json_out *o, const struct kind_row *k, const struct seen *s, const struct job_counts *c,
                      int64_t factor)
{
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("kind"), k->name);
    json_out_i64(o, S("min"), k->min_workers);
    json_out_i64(o, S("max"), k->max_workers);
    json_out_i64(o, S("effective_min"), k->min_workers * factor);
    json_out_i64(o, S("effective_max"), i64_min(k->max_workers * factor, KIND_MAX_WORKERS));
    json_out_i64(o, S("slo_age_ms"), k->slo_ms);
    json_out_i64(o, S("rho_pct"), k->rho_pct);
    json_out_i64(o, S("down_s"), k->down_s);
    json_out_i64(o, S("weight"), k->weight);
    json_out_bool(o, S("paused"), k->paused);
    json_out_text(o, S("service"), k->service);
    json_out_i64(o, S("target"), s->target);
    json_out_i64(o, S("running"), s->running);
    json_out_i64(o, S("busy"), s->busy);
    json_out_i64(o, S("ready"), c->ready);
    json_out_real(o, S("oldest_s"), since_s(c->oldest_ms));
    json_out_real(o, S("service_ms"), (double)s->service_us / 1e3);
    json_out_real(o, S("arrivals_per_s"), (double)s->arrived_milli / 1e3);
    json_out_text(o, S("held_by"), s->held_by);
    json_out_close(o, '}');
}

static void show_launches(struct scale_ask *q, const struct launch *l, size_t n, struct json_out *o)
{
    json_out_open(o, S("launches"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_i64(o, S("factor"), l[i].factor);
        json_out_time(o, S("starts"), l[i].starts_ms);
        json_out_time(o, S("ends"), l[i].ends_ms);
        json_out_text(o, S("actor"), l[i].actor);
        json_out_close(o, '}');
        if (!q->json)
            printf("launch: %lld times the usual, %s " STR_FMT ", ends " STR_FMT " by itself; begun by " STR_FMT "\n",
                   (long long)l[i].factor, l[i].starts_ms > clock_ms() ? "begins" : "since",
                   STR_ARG(clock_rfc3339(q->a, l[i].starts_ms / 1000 * 1000)),
                   STR_ARG(clock_rfc3339(q->a, l[i].ends_ms / 1000 * 1000)), STR_ARG(l[i].actor));
    }
    json_out_close(o, ']');
}

static void show_agents(struct scale_ask *q, const struct agent_slots *g, size_t n, const struct prices *p,
                        struct json_out *o)
{
    int64_t slots = 0, agents = 0;

    for (size_t i = 0; i < n; i++) {
        slots += g[i].slots;
        agents += g[i].slots > 0; /* others only hash passwords */
    }
    json_out_i64(o, S("agents"), agents);
    json_out_i64(o, S("cores"), slots);
    if (q->json)
        return;
    printf("%lld agent%s, %lld core%s", (long long)agents, agents == 1 ? "" : "s", (long long)slots,
           slots == 1 ? "" : "s");
    if (p->core_hour_micro)
        printf("; " STR_FMT " " STR_FMT " an hour", STR_ARG(p->currency),
               STR_ARG(scale_money_text(q->a, slots * p->core_hour_micro)));
    if (p->budget_hour_micro)
        printf(", budget " STR_FMT, STR_ARG(scale_money_text(q->a, p->budget_hour_micro)));
    puts(n ? "" : ": `kith up` is not running");
}

static enum rc show_kinds(struct scale_ask *q, int64_t factor, struct json_out *o, struct err *e)
{
    struct job_counts  counts[KINDS_END];
    struct agent_kind *k;
    size_t             nk;

    TRY(jobs_counts(q->db, 0, counts, e));
    TRY(agent_kinds_list(q->db, q->a, clock_ms(), &k, &nk, e));
    json_out_open(o, S("kinds"), '[');
    if (!q->json)
        printf("%-9s %5s %5s %7s %7s %5s %8s %10s %12s %10s  %s\n", "kind", "min", "max", "target", "running", "busy",
               "ready", "oldest", "service", "arrivals", "held by");
    for (size_t i = 0; i < q->nkinds; i++) {
        struct seen s = sum_of(k, nk, q->kinds[i].kind);
        if (q->kinds[i].kind >= KINDS_END)
            continue;
        if (q->json)
            json_kind(o, &q->kinds[i], &s, &counts[q->kinds[i].kind], factor);
        else
            show_kind(q, &q->kinds[i], &s, &counts[q->kinds[i].kind], factor);
    }
    json_out_close(o, ']');
    return RC_OK;
}

enum rc scale_show(struct scale_ask *q, struct err *e)
{
    bool                file = option_given(&q->argc, q->argv, "--file");
    struct agent_slots *g;
    struct launch      *l;
    struct prices       p;
    size_t              ng, nl;
    auto_buf            b = buf_of(PAGE_BYTES);
    struct json_out     o = json_out_of(&b);

    q->misused = q->argc != 1;
    if (q->misused || file)
        return q->misused ? RC_OK : scale_print_file(q, e);
    TRY(agents_slots(q->db, q->a, clock_ms(), &g, &ng, e));
    TRY(launches_open(q->db, q->a, clock_ms(), &l, &nl, e));
    TRY(prices_read(q->db, q->a, &p, e));
    int64_t factor = launches_factor(l, nl, clock_ms());

    json_out_open(&o, JSON_ELEMENT, '{');
    TRY(show_kinds(q, factor, &o, e));
    json_out_i64(&o, S("factor"), factor);
    show_agents(q, g, ng, &p, &o);
    show_launches(q, l, nl, &o);
    json_out_close(&o, '}');
    if (q->json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    return RC_OK;
}

/* ---- the command ---- */

static const struct {
    const char *name, *command;
    bool        without_database;
    enum rc (*run)(struct scale_ask *q, struct err *e);
} verbs[] = {
    { "show", "scale show", false, scale_show },      { "set", "scale set", false, scale_set },
    { "price", "scale price", false, scale_price },   { "launch", "scale launch", false, scale_launch },
    { "land", "scale land", false, scale_land },      { "plan", "scale plan", true, scale_plan },
    { "export", "scale export", true, scale_export },
};

static enum rc prepare(struct scale_ask *q, struct err *e)
{
    TRY(local_database(q->conf, q->a, &q->db, e));
    TRY(kinds_list(q->db, q->a, &q->kinds, &q->nkinds, e));
    return services_list(q->db, q->service, &q->nservices, e);
}

int scale_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct conf      conf;
    struct scale_ask q = { .conf = &conf, .a = a, .json = option_given(&argc, argv, "--json") };
    struct err       e = { 0 };
    size_t           v = 0;

    enum rc     rc = conf_load(&conf, a, &argc, argv, &e);
    const char *verb = argc > 1 ? argv[1] : "show";
    while (v < countof(verbs) && strcmp(verbs[v].name, verb))
        v++;
    if (v == countof(verbs))
        return command_misused(command_find("scale"));
    q.argc = argc > 1 ? argc - 1 : 1;
    q.argv = argc > 1 ? argv + 1 : argv;
    if (rc == RC_OK && !verbs[v].without_database)
        rc = prepare(&q, &e);
    if (rc == RC_OK)
        rc = verbs[v].run(&q, &e);
    sql_free(q.db);
    if (rc == RC_OK && q.lines.n && !q.json)
        printf(STR_FMT "\n", STR_ARG(q.lines));
    if (q.misused && rc == RC_OK)
        return command_misused(command_find(verbs[v].command));
    return rc == RC_OK ? 0 : command_failed("scale", &e);
}
