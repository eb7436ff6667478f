/* Writes what the console shows as JSON. */
#include "api/console/console.h"
#include "base/clock.h"
#include "base/schedule.h"
#include "io/disk.h"
#include "io/shared/metrics.h"

/* ---- is all well? ---- */

static int64_t processes_up(struct metrics *m)
{
    int64_t n = 0;

    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        n += atomic_load(&m->process[i].pid) && atomic_load(&m->process[i].role) == ROLE_HTTP;
    return n;
}

static void look_kinds(const struct console_rows *r, const struct sample *here, struct look *ret)
{
    for (size_t i = 0; i < r->nkinds && ret->nkinds < DIAGNOSIS_KINDS; i++) {
        const struct kind_row *k = &r->kind[i];
        if (k->kind <= 0 || k->kind >= KINDS_END)
            continue;
        const struct sample_kind *n = &here->kind[k->kind];
        struct agent_kind         agents = console_kind(r, k->kind);
        ret->kind[ret->nkinds++] = (struct look_kind){ .name = k->name,
                                                       .held_by = agents.held_by,
                                                       .service = k->service,
                                                       .ready = n->ready,
                                                       .dead = n->dead,
                                                       .oldest_ms = n->oldest_ms,
                                                       .slo_ms = k->slo_ms,
                                                       .running = agents.running,
                                                       .paused = k->paused };
    }
}

/* Those of hosts that only answer people claim nothing: they have no slots. */
static int64_t working_agents(const struct console_rows *r)
{
    int64_t n = 0;

    for (size_t i = 0; i < r->nagents; i++)
        n += r->agent[i].slots > 0;
    return n;
}

/* Only where this host was told to make them. */
static int64_t backup_late(const struct console *c, int64_t now)
{
    struct schedule s;
    bool            on = schedule_parse(c->api->conf->backup, &s) && s.every;

    return on ? backups_late_ms(&c->rows[c->use].backup, now) : 0;
}

void console_look(struct console *c, const struct sample *here, struct look *ret)
{
    const struct console_rows *r = &c->rows[c->use];
    struct metrics            *m = c->api->shared->metrics;
    int64_t                    now = clock_ms();

    *ret = (struct look){ .visits = here->n[TALLY_VISITS],
                          .errors = here->n[TALLY_ERRORS],
                          .refused = here->n[TALLY_REFUSED],
                          .slow_us = i64_max(here->class[CLASS_READ].p99_us, here->class[CLASS_WRITE].p99_us),
                          .processes = processes_up(m),
                          .processes_wanted = metrics_get(&m->http_wanted),
                          .agents = working_agents(r),
                          .silent_ms = c->silent_since_ms ? now - c->silent_since_ms : 0,
                          .disk = here->disk,
                          .disk_free = here->disk_free,
                          .disk_full = disk_is_low(c->api->conf->data, c->api->conf->disk_floor_mb),
                          .backup_late_ms = backup_late(c, now),
                          .launch_factor = launches_factor(r->launch, r->nlaunches, now) };
    for (size_t k = 0; k < CLASSES; k++)
        ret->requests += here->class[k].n;
    for (size_t i = 0; i < r->nhosts; i++)
        ret->visits += r->host[i].n[TALLY_VISITS] * 60 / i64_max(1, r->host[i].span_s);
    look_kinds(r, here, ret);
}

static void write_words(struct console *c, struct arena *a, const struct sample *here, struct json_out *o)
{
    struct look      look;
    struct diagnosis w;

    console_look(c, here, &look);
    diagnosis_of(a, &look, &w);
    json_out_open(o, S("status"), '{');
    json_out_text(o, S("mood"), str_of(mood_name[w.line[0].mood]));
    json_out_text(o, S("text"), w.line[0].text);
    json_out_open(o, S("more"), '[');
    for (size_t i = 1; i < w.n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("mood"), str_of(mood_name[w.line[i].mood]));
        json_out_text(o, S("text"), w.line[i].text);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    json_out_close(o, '}');
    json_out_open(o, S("processes"), '{');
    json_out_i64(o, S("up"), look.processes);
    json_out_i64(o, S("wanted"), look.processes_wanted);
    json_out_i64(o, S("agents"), look.agents);
    json_out_close(o, '}');
}

/* ---- who came, how it went ---- */

static void write_span(struct json_out *o, const char *name, const struct sample *s)
{
    json_out_open(o, str_of(name), '{');
    for (size_t i = 0; i < TALLIES; i++)
        json_out_i64(o, str_of(tally_name[i]), s->n[i]);
    json_out_close(o, '}');
}

/* Rows of the history end at the last minute: what this host has counted since is added. */
static struct sample with_rest(struct metrics *m, const struct sample *kept)
{
    struct sample s = *kept;

    for (size_t i = 0; i < TALLIES; i++)
        s.n[i] += i64_max(0, atomic_load(&m->tally.total[i]) - metrics_get(&m->mark.n[i]));
    return s;
}

static void write_people(struct console *c, const struct sample *here, struct json_out *o)
{
    const struct console_rows *r = &c->rows[c->use];
    struct metrics            *m = c->api->shared->metrics;
    struct sample              hour = with_rest(m, &r->hour), today = with_rest(m, &r->today);

    json_out_open(o, S("people"), '{');
    write_span(o, "minute", here);
    write_span(o, "hour", &hour);
    write_span(o, "hour_before", &r->hour_before);
    write_span(o, "today", &today);
    json_out_i64(o, S("visitors"), here->visitors);
    json_out_open(o, S("pages"), '{');
    for (size_t i = 0; i < VISIT_PAGES; i++)
        json_out_i64(o, str_of(visit_page[i]), visits_today(&m->visits, i, here->at_ms));
    json_out_close(o, '}');
    json_out_close(o, '}');
    json_out_open(o, S("classes"), '[');
    for (size_t k = 0; k < CLASSES; k++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("class"), str_of(tally_class_name[k]));
        json_out_i64(o, S("minute"), here->class[k].n);
        json_out_i64(o, S("p50_us"), here->class[k].p50_us);
        json_out_i64(o, S("p99_us"), here->class[k].p99_us);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
}

/* ---- work ---- */

static void write_kind(struct console *c, const struct kind_row *k, const struct sample *here, struct json_out *o)
{
    const struct sample_kind *n = &here->kind[k->kind];
    struct agent_kind         agents = console_kind(&c->rows[c->use], k->kind);

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("kind"), k->name);
    json_out_i64(o, S("ready"), n->ready);
    json_out_i64(o, S("claimed"), n->claimed);
    json_out_i64(o, S("later"), n->later);
    json_out_i64(o, S("dead"), n->dead);
    json_out_i64(o, S("oldest_ms"), n->oldest_ms);
    json_out_i64(o, S("target"), agents.target ? agents.target : n->target);
    json_out_i64(o, S("running"), agents.running ? agents.running : n->workers);
    json_out_i64(o, S("busy"), agents.busy);
    json_out_text(o, S("held_by"), agents.held_by);
    json_out_i64(o, S("service_us"), agents.service_us);
    json_out_i64(o, S("arrived_milli"), agents.arrived_milli);
    json_out_i64(o, S("done"), metrics_get(&c->api->shared->metrics->jobs_done[k->kind]));
    json_out_i64(o, S("min"), k->min_workers);
    json_out_i64(o, S("max"), k->max_workers);
    json_out_i64(o, S("slo_ms"), k->slo_ms);
    json_out_i64(o, S("rho_pct"), k->rho_pct);
    json_out_i64(o, S("down_s"), k->down_s);
    json_out_i64(o, S("weight"), k->weight);
    json_out_text(o, S("service"), k->service);
    json_out_bool(o, S("paused"), k->paused);
    json_out_close(o, '}');
}

static void write_kinds(struct console *c, const struct sample *here, struct json_out *o)
{
    const struct console_rows *r = &c->rows[c->use];

    json_out_open(o, S("kinds"), '[');
    for (size_t i = 0; i < r->nkinds; i++)
        if (r->kind[i].kind > 0 && r->kind[i].kind < KINDS_END)
            write_kind(c, &r->kind[i], here, o);
    json_out_close(o, ']');
}

/* ---- where it runs ---- */

static void write_host(struct json_out *o, const struct sample *s, bool here)
{
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("host"), str_of(s->host));
    json_out_bool(o, S("here"), here);
    json_out_time(o, S("at"), s->at_ms);
    json_out_i64(o, S("cores"), s->cores);
    json_out_i64(o, S("cpu_permille"), s->cpu_permille);
    json_out_i64(o, S("load_milli"), s->load_milli);
    json_out_i64(o, S("memory"), s->memory);
    json_out_i64(o, S("memory_used"), s->memory_used);
    json_out_i64(o, S("disk"), s->disk);
    json_out_i64(o, S("disk_free"), s->disk_free);
    json_out_i64(o, S("kith_memory"), s->kith_memory);
    json_out_i64(o, S("workers"), s->workers);
    json_out_close(o, '}');
}

static void write_database(struct console *c, struct json_out *o)
{
    const struct database *d = &c->rows[c->use].base;

    json_out_open(o, S("database"), '{');
    json_out_text(o, S("kind"), d->kind);
    json_out_bool(o, S("answers"), !c->silent_since_ms);
    json_out_time(o, S("silent_since"), c->silent_since_ms);
    json_out_i64(o, S("ping_us"), d->ping_us);
    json_out_i64(o, S("bytes"), d->bytes);
    json_out_i64(o, S("connections"), d->connections);
    json_out_open(o, S("replicas"), '[');
    for (size_t i = 0; i < d->nreplicas; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("name"), d->replica[i].name);
        json_out_text(o, S("state"), d->replica[i].state);
        json_out_i64(o, S("lag_bytes"), d->replica[i].lag_bytes);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    json_out_close(o, '}');
}

static void write_service(const struct service *s, int64_t now, struct json_out *o)
{
    bool window = now < s->window_start_ms + s->window_ms;

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("service"), str_of(s->name));
    json_out_i64(o, S("limit"), s->limit_calls);
    json_out_i64(o, S("window_ms"), s->window_ms);
    json_out_i64(o, S("used"), window ? s->used : 0);
    json_out_i64(o, S("hour"), now < s->hour_start_ms + 3600 * 1000 ? s->hour_used : 0);
    json_out_time(o, S("closed_until"), s->closed_until_ms > now ? s->closed_until_ms : 0);
    json_out_text(o, S("closed_why"), s->closed_until_ms > now ? str_of(s->closed_why) : S(""));
    json_out_i64(o, S("price_micro"), s->price_micro);
    json_out_text(o, S("note"), str_of(s->raise_note));
    json_out_close(o, '}');
}

static void write_launches(const struct console_rows *r, int64_t now, struct json_out *o)
{
    json_out_i64(o, S("factor"), launches_factor(r->launch, r->nlaunches, now));
    json_out_open(o, S("launches"), '[');
    for (size_t i = 0; i < r->nlaunches; i++) {
        const struct launch *l = &r->launch[i];
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("id"), l->id);
        json_out_i64(o, S("factor"), l->factor);
        json_out_time(o, S("starts"), l->starts_ms);
        json_out_time(o, S("ends"), l->ends_ms);
        json_out_text(o, S("actor"), l->actor);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
}

static void write_cost(const struct console_rows *r, const struct sample *here, struct json_out *o)
{
    int64_t hour, day;

    console_cost(r, here, &hour, &day);
    json_out_open(o, S("cost"), '{');
    json_out_text(o, S("currency"), r->prices.currency);
    json_out_i64(o, S("core_hour_micro"), r->prices.core_hour_micro);
    json_out_i64(o, S("hour_micro"), hour);
    json_out_i64(o, S("day_micro"), day);
    json_out_close(o, '}');
}

void console_write(struct console *c, struct arena *a, struct json_out *o)
{
    const struct console_rows *r = &c->rows[c->use];
    struct sample              here;

    console_here(c, &here);
    json_out_time(o, S("at"), here.at_ms);
    json_out_time(o, S("rows_at"), r->at_ms);
    write_words(c, a, &here, o);
    write_people(c, &here, o);
    write_kinds(c, &here, o);
    json_out_open(o, S("hosts"), '[');
    write_host(o, &here, true);
    for (size_t i = 0; i < r->nhosts; i++)
        write_host(o, &r->host[i], false);
    json_out_close(o, ']');
    write_database(c, o);
    json_out_open(o, S("services"), '[');
    for (size_t i = 0; i < r->nservices; i++)
        write_service(&r->service[i], here.at_ms, o);
    json_out_close(o, ']');
    write_launches(r, here.at_ms, o);
    write_cost(r, &here, o);
}
