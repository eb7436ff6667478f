/* What an operator sees, for a Prometheus: the part of /metrics that needs the database. */
#include "api/console/console.h"
#include "base/clock.h"
#include "io/disk.h"
#include "io/shared/metrics.h"

static void put(struct buf *b, const char *name, const char *help, double v)
{
    metrics_head(b, name, "gauge", help);
    buf_fmt(b, "%s %.9g\n", name, v);
}

/* A value of a label, whoever gave the name. */
static const char *label(char room[METRICS_NAME], struct str s)
{
    metrics_name(room, s);
    return room;
}

static void put_kinds(const struct console_rows *r, struct buf *b)
{
    char    room[METRICS_NAME], by[METRICS_NAME];
    int64_t factor = launches_factor(r->launch, r->nlaunches, clock_ms());

    metrics_head(b, "kith_kind_wanted_workers", "gauge", "workers the law wants, of all agents together");
    for (size_t i = 0; i < r->nkinds; i++)
        buf_fmt(b, "kith_kind_wanted_workers{kind=\"%s\"} %lld\n", label(room, r->kind[i].name),
                (long long)console_kind(r, r->kind[i].kind).target);
    metrics_head(b, "kith_kind_max_workers", "gauge", "most workers a kind may have, a launch counted in");
    for (size_t i = 0; i < r->nkinds; i++)
        buf_fmt(b, "kith_kind_max_workers{kind=\"%s\"} %lld\n", label(room, r->kind[i].name),
                (long long)i64_min(KIND_MAX_WORKERS, r->kind[i].max_workers * factor));
    metrics_head(b, "kith_kind_slo_seconds", "gauge", "a job older than that is late");
    for (size_t i = 0; i < r->nkinds; i++)
        buf_fmt(b, "kith_kind_slo_seconds{kind=\"%s\"} %.3f\n", label(room, r->kind[i].name),
                (double)r->kind[i].slo_ms / 1e3);
    metrics_head(b, "kith_kind_paused", "gauge", "1: an operator holds this kind back");
    for (size_t i = 0; i < r->nkinds; i++)
        buf_fmt(b, "kith_kind_paused{kind=\"%s\"} %d\n", label(room, r->kind[i].name), r->kind[i].paused);
    metrics_head(b, "kith_kind_held", "gauge", "1: what keeps a kind from more workers");
    for (size_t i = 0; i < r->nkinds; i++) {
        struct str held = console_kind(r, r->kind[i].kind).held_by;
        if (held.n)
            buf_fmt(b, "kith_kind_held{kind=\"%s\",by=\"%s\"} 1\n", label(room, r->kind[i].name), label(by, held));
    }
}

static void put_database(const struct console *c, struct buf *b)
{
    const struct database *d = &c->rows[c->use].base;
    char                   name[METRICS_NAME], state[METRICS_NAME];

    put(b, "kith_database_up", "1: the database answers", !c->silent_since_ms);
    put(b, "kith_database_ping_seconds", "a round trip to it", (double)d->ping_us / 1e6);
    put(b, "kith_database_bytes", "its size", (double)d->bytes);
    put(b, "kith_database_connections", "connections to it, of all hosts", (double)d->connections);
    metrics_head(b, "kith_replica_lag_bytes", "gauge", "what a replica has not replayed yet");
    for (size_t i = 0; i < d->nreplicas; i++)
        buf_fmt(b, "kith_replica_lag_bytes{replica=\"%s\",state=\"%s\"} %lld\n", label(name, d->replica[i].name),
                label(state, d->replica[i].state), (long long)d->replica[i].lag_bytes);
}

static void put_services(const struct console_rows *r, struct buf *b)
{
    int64_t now = clock_ms();

    metrics_head(b, "kith_service_limit", "gauge", "calls a service outside allows in its window, 0 = not known");
    for (size_t i = 0; i < r->nservices; i++)
        buf_fmt(b, "kith_service_limit{service=\"%s\"} %lld\n", r->service[i].name,
                (long long)r->service[i].limit_calls);
    metrics_head(b, "kith_service_used", "gauge", "calls made in that window");
    for (size_t i = 0; i < r->nservices; i++) {
        const struct service *s = &r->service[i];
        buf_fmt(b, "kith_service_used{service=\"%s\"} %lld\n", s->name,
                (long long)(now < s->window_start_ms + s->window_ms ? s->used : 0));
    }
    metrics_head(b, "kith_service_closed", "gauge", "1: it has said that it takes no more for now");
    for (size_t i = 0; i < r->nservices; i++)
        buf_fmt(b, "kith_service_closed{service=\"%s\"} %d\n", r->service[i].name, r->service[i].closed_until_ms > now);
}

static void put_host(const struct conf *conf, const struct sample *here, struct buf *b)
{
    put(b, "kith_host_cpu_ratio", "CPU of this host in use, of all its cores", (double)here->cpu_permille / 1e3);
    put(b, "kith_host_cores", "cores of this host", (double)here->cores);
    put(b, "kith_host_load", "load of the last minute", (double)here->load_milli / 1e3);
    put(b, "kith_host_memory_bytes", "memory of this host", (double)here->memory);
    put(b, "kith_host_memory_used_bytes", "memory of this host that cannot be had at once", (double)here->memory_used);
    put(b, "kith_host_disk_bytes", "the disk the data folder is on", (double)here->disk);
    put(b, "kith_host_disk_free_bytes", "what is left of it", (double)here->disk_free);
    put(b, "kith_host_disk_full", "1 while less than the setting disk-floor is left",
        disk_is_low(conf->data, conf->disk_floor_mb));
}

static void put_cost(const struct console_rows *r, const struct sample *here, struct buf *b)
{
    int64_t hour, day;

    console_cost(r, here, &hour, &day);
    put(b, "kith_cost_hour", "what an hour costs as things are now, in the currency of kith scale price",
        (double)hour / 1e6);
    put(b, "kith_cost_day", "what this day will cost if they stay so", (double)day / 1e6);
}

void console_metrics(struct console *c, struct buf *b)
{
    auto_free(arena) a = arena_new(4096);
    const struct console_rows *r;
    struct sample              here;
    struct look                look;
    struct diagnosis           w;

    console_read(c);
    r = &c->rows[c->use];
    console_here(c, &here);
    console_look(c, &here, &look);
    diagnosis_of(a, &look, &w);
    put(b, "kith_status", "is all well? 0 yes, 1 worth knowing, 2 attention, 3 trouble", w.line[0].mood);
    put(b, "kith_agents", "agents at work, of all hosts", (double)look.agents);
    put(b, "kith_http_wanted", "http processes this host should have", (double)look.processes_wanted);
    put(b, "kith_launch_factor", "what every limit counts for now", (double)look.launch_factor);
    put(b, "kith_database_silent_seconds", "since when the database does not answer, 0 = it does",
        (double)look.silent_ms / 1e3);
    put(b, "kith_backup_last_success_timestamp_seconds", "when the last scheduled backup was whole, 0 = never",
        (double)(r->backup.good_ms / 1000));
    put(b, "kith_backup_late_seconds", "age of the last good one when that is more than two days and one is scheduled",
        (double)look.backup_late_ms / 1e3);
    put(b, "kith_backup_bytes", "its size", (double)r->backup.good_bytes);
    put_kinds(r, b);
    put_database(c, b);
    put_services(r, b);
    put_host(c->api->conf, &here, b);
    put_cost(r, &here, b);
}
