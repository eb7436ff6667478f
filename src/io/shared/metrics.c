/* Counters that all processes share, printed for Prometheus. */
#include "io/shared/metrics.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/clock.h"

static const int32_t bound_us[METRICS_BUCKETS] = { 500,    1000,   2500,   5000,    10000,   25000,   50000,
                                                   100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };

enum { LOOKS_MAX = 64 };

static const char *const role_name[] = { "none", "master", "http", "agent", "nursery", "worker" };

struct metrics *metrics_new(void)
{
    void *p = mmap(NULL, sizeof(struct metrics), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("metrics: mmap");
        abort();
    }
    struct metrics *m = p;
    m->tally.started_us = clock_mono_us();
    return m;
}

void metrics_time(struct metrics_histogram *h, int64_t us)
{
    size_t i = 0;
    while (i < METRICS_BUCKETS && us > bound_us[i])
        i++;
    metrics_add(&h->bucket[i], 1);
    metrics_add(&h->sum_us, us);
}

void metrics_name(char to[METRICS_NAME], struct str name)
{
    size_t n = size_min(name.n, METRICS_NAME - 1);
    for (size_t i = 0; i < n; i++)
        to[i] = name.p[i] == '"' || name.p[i] == '\\' || name.p[i] < ' ' ? '_' : name.p[i];
    to[n] = 0;
}

static size_t slot(int32_t pid, size_t i) { return ((size_t)pid + i) % METRICS_PROCESSES; }

void metrics_process_born(struct metrics *m, int32_t pid, enum metrics_role role)
{
    for (size_t i = 0; i < METRICS_PROCESSES; i++) {
        size_t  s = slot(pid, i);
        int32_t none = 0;
        if (!atomic_load(&m->process[s].pid) && atomic_compare_exchange_strong(&m->process[s].pid, &none, pid)) {
            atomic_store(&m->process[s].role, (int32_t)role);
            return;
        }
    }
}

void metrics_process_gone(struct metrics *m, int32_t pid)
{
    for (size_t i = 0; i < METRICS_PROCESSES; i++) {
        size_t s = slot(pid, i);
        if (atomic_load(&m->process[s].pid) == pid) {
            atomic_store(&m->process[s].pid, 0);
            return;
        }
    }
}

void metrics_process_forget(struct metrics *m, enum metrics_role role)
{
    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        if (atomic_load(&m->process[i].role) == (int32_t)role)
            atomic_store(&m->process[i].pid, 0);
}

bool metrics_alive(struct metrics *m, enum metrics_role role)
{
    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        if (atomic_load(&m->process[i].pid) && atomic_load(&m->process[i].role) == (int32_t)role)
            return true;
    return false;
}

/* ---- printing ---- */

struct family {
    const char *name, *type, *help;
    size_t      at;
};
#define KIND_FAMILY(field, name, type, help)              \
    {                                                     \
        name, type, help, offsetof(struct metrics, field) \
    }
static const struct family kind_families[] = {
    KIND_FAMILY(jobs_ready, "kith_jobs_ready", "gauge", "jobs waiting to be claimed"),
    KIND_FAMILY(jobs_urgent, "kith_jobs_urgent", "gauge", "those of the ready jobs somebody waits for"),
    KIND_FAMILY(jobs_claimed, "kith_jobs_claimed", "gauge", "jobs in work"),
    KIND_FAMILY(jobs_later, "kith_jobs_later", "gauge", "jobs waiting for their time"),
    KIND_FAMILY(jobs_dead, "kith_jobs_dead", "gauge", "jobs given up"),
    KIND_FAMILY(workers, "kith_workers", "gauge", "worker processes alive"),
    KIND_FAMILY(workers_target, "kith_workers_target", "gauge", "worker processes wanted"),
    KIND_FAMILY(units_done, "kith_units_done_total", "counter", "units of work saved"),
    KIND_FAMILY(units_failed, "kith_units_failed_total", "counter", "units of work that answered with an error"),
    KIND_FAMILY(units_crashed, "kith_units_crashed_total", "counter", "units of work whose worker died"),
    KIND_FAMILY(jobs_done, "kith_jobs_done_total", "counter", "jobs completed"),
    KIND_FAMILY(jobs_retried, "kith_jobs_retried_total", "counter", "jobs put off to be tried again"),
    KIND_FAMILY(jobs_buried, "kith_jobs_buried_total", "counter", "jobs given up since the start"),
};

void metrics_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_ages(struct buf *b, struct metrics *m, metric *since_ms, const char *name, const char *help)
{
    metrics_head(b, name, "gauge", help);
    for (size_t k = 0; k < METRICS_KINDS; k++) {
        int64_t since = metrics_get(&since_ms[k]);
        if (m->kind[k][0])
            buf_fmt(b, "%s{kind=\"%s\"} %.3f\n", name, m->kind[k],
                    since ? (double)i64_max(0, clock_ms() - since) / 1e3 : 0.0);
    }
}

static void put_scaled(struct buf *b, struct metrics *m, metric *values, double unit, const char *name,
                       const char *help)
{
    metrics_head(b, name, "gauge", help);
    for (size_t k = 0; k < METRICS_KINDS; k++)
        if (m->kind[k][0])
            buf_fmt(b, "%s{kind=\"%s\"} %.6g\n", name, m->kind[k], (double)metrics_get(&values[k]) / unit);
}

/* What the law saw, and what held it. */
static void put_law(struct buf *b, struct metrics *m)
{
    put_scaled(b, m, m->arrived_milli, 1e3, "kith_arrivals_per_second", "jobs that arrived, mean of the last minute");
    put_scaled(b, m, m->service_us, 1e6, "kith_service_seconds", "time one job keeps one worker that has a core");
    metrics_head(b, "kith_workers_held", "gauge", "1 while something keeps a kind from more workers");
    for (size_t k = 0; k < METRICS_KINDS; k++) {
        int64_t by = metrics_get(&m->held_by[k]);
        if (m->kind[k][0] && by > 0 && by < METRICS_HELD)
            buf_fmt(b, "kith_workers_held{kind=\"%s\",by=\"%s\"} 1\n", m->kind[k], m->held_name[by]);
    }
}

static void put_kinds(struct buf *b, struct metrics *m)
{
    for (const struct family *f = kind_families; f < kind_families + countof(kind_families); f++) {
        metric *values = (metric *)((char *)m + f->at);
        metrics_head(b, f->name, f->type, f->help);
        for (size_t k = 0; k < METRICS_KINDS; k++)
            if (m->kind[k][0])
                buf_fmt(b, "%s{kind=\"%s\"} %lld\n", f->name, m->kind[k], (long long)metrics_get(&values[k]));
    }
    put_ages(b, m, m->oldest_ms, "kith_queue_oldest_seconds", "age of the job that waits longest");
    put_ages(b, m, m->urgent_oldest_ms, "kith_queue_oldest_urgent_seconds",
             "age of the job that waits longest of those somebody waits for");
    put_law(b, m);
}

static void put_histogram(struct buf *b, const char *name, const char *label, const char *value,
                          struct metrics_histogram *h)
{
    int64_t sum = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        sum += metrics_get(&h->bucket[i]);
        buf_fmt(b, "%s_bucket{%s=\"%s\",le=\"%g\"} %lld\n", name, label, value, bound_us[i] / 1e6, (long long)sum);
    }
    sum += metrics_get(&h->bucket[METRICS_BUCKETS]);
    buf_fmt(b, "%s_bucket{%s=\"%s\",le=\"+Inf\"} %lld\n", name, label, value, (long long)sum);
    buf_fmt(b, "%s_sum{%s=\"%s\"} %.6f\n", name, label, value, (double)metrics_get(&h->sum_us) / 1e6);
    buf_fmt(b, "%s_count{%s=\"%s\"} %lld\n", name, label, value, (long long)sum);
}

static void put_http(struct buf *b, struct metrics *m)
{
    metrics_head(b, "kith_unit_seconds", "histogram", "time from sending a unit to its answer");
    for (size_t k = 0; k < METRICS_KINDS; k++)
        if (m->kind[k][0])
            put_histogram(b, "kith_unit_seconds", "kind", m->kind[k], &m->unit_time[k]);
    metrics_head(b, "kith_request_seconds", "histogram", "time from the request read to the response queued");
    for (size_t r = 0; r < METRICS_ROUTES; r++)
        if (m->route[r][0])
            put_histogram(b, "kith_request_seconds", "route", m->route[r], &m->request_time[r]);
    metrics_head(b, "kith_responses_total", "counter", "responses by first digit of their status");
    for (size_t i = 1; i < countof(m->responses); i++)
        buf_fmt(b, "kith_responses_total{status=\"%zuxx\"} %lld\n", i, (long long)metrics_get(&m->responses[i]));
    metrics_head(b, "kith_connections", "gauge", "connections open");
    buf_fmt(b, "kith_connections %lld\n", (long long)metrics_get(&m->connections));
    metrics_head(b, "kith_event_streams", "gauge", "event streams open");
    buf_fmt(b, "kith_event_streams %lld\n", (long long)metrics_get(&m->event_streams));
}

/* Sum of the lines that begin with `word`, in KiB; 0 when the process is gone. */
static int64_t proc_kib(int32_t pid, const char *word)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = 0;
    const char *at = strstr(text, word);
    return at ? strtoll(at + strlen(word), NULL, 10) : 0;
}

struct role_sum {
    int64_t n, seen, rss_kib, pss_kib;
};

static struct role_sum *sum_of(struct metrics *m, size_t i, struct role_sum *sum)
{
    int32_t role = atomic_load(&m->process[i].role);
    return atomic_load(&m->process[i].pid) && role >= 0 && (size_t)role < countof(role_name) ? &sum[role] : NULL;
}

/* Of each role every so-manieth process is looked at, LOOKS_MAX at most: a scrape must not take longer than a request may. */
static void look_at_processes(struct metrics *m, struct role_sum *sum)
{
    int64_t          passed[countof(role_name)] = { 0 };
    struct role_sum *s;
    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        if ((s = sum_of(m, i, sum)))
            s->n++;
    for (size_t i = 0; i < METRICS_PROCESSES; i++) {
        if (!(s = sum_of(m, i, sum)) || passed[s - sum]++ % i64_max(1, (s->n + LOOKS_MAX - 1) / LOOKS_MAX) != 0)
            continue;
        s->seen++;
        s->rss_kib += proc_kib(atomic_load(&m->process[i].pid), "\nRss:");
        s->pss_kib += proc_kib(atomic_load(&m->process[i].pid), "\nPss:");
    }
    for (s = sum; s < sum + countof(role_name); s++) {
        s->rss_kib = s->rss_kib * s->n / i64_max(1, s->seen);
        s->pss_kib = s->pss_kib * s->n / i64_max(1, s->seen);
    }
}

int64_t metrics_memory(struct metrics *m)
{
    struct role_sum sum[countof(role_name)] = { 0 };
    int64_t         kib = 0;
    look_at_processes(m, sum);
    for (size_t r = 0; r < countof(role_name); r++)
        kib += sum[r].pss_kib;
    return kib * 1024;
}

static void put_processes(struct buf *b, struct metrics *m)
{
    struct role_sum sum[countof(role_name)] = { 0 };
    look_at_processes(m, sum);
    metrics_head(b, "kith_processes", "gauge", "processes alive");
    for (size_t r = 1; r < countof(role_name); r++)
        buf_fmt(b, "kith_processes{role=\"%s\"} %lld\n", role_name[r], (long long)sum[r].n);
    metrics_head(b, "kith_resident_bytes", "gauge", "resident memory, shared pages counted in each process");
    for (size_t r = 1; r < countof(role_name); r++)
        buf_fmt(b, "kith_resident_bytes{role=\"%s\"} %lld\n", role_name[r], (long long)sum[r].rss_kib * 1024);
    metrics_head(b, "kith_proportional_bytes", "gauge", "memory with shared pages divided among their users");
    for (size_t r = 1; r < countof(role_name); r++)
        buf_fmt(b, "kith_proportional_bytes{role=\"%s\"} %lld\n", role_name[r], (long long)sum[r].pss_kib * 1024);
    metrics_head(b, "kith_restarts_total", "counter", "processes that died and were started again");
    for (size_t r = ROLE_HTTP; r <= ROLE_NURSERY; r++)
        buf_fmt(b, "kith_restarts_total{role=\"%s\"} %lld\n", role_name[r], (long long)metrics_get(&m->restarts[r]));
}

static void put_saves(struct buf *b, struct metrics *m)
{
    metrics_head(b, "kith_agent_save_seconds_max", "gauge",
                 "longest transaction in which the agent saved, last minute");
    buf_fmt(b, "kith_agent_save_seconds_max %.6f\n", (double)longest_minute_us(&m->save, clock_mono_us()) / 1e6);
    metrics_head(b, "kith_agent_save_cpu_seconds_max", "gauge", "CPU time of the dearest of them since the start");
    buf_fmt(b, "kith_agent_save_cpu_seconds_max %.6f\n", (double)m->save_cpu.ever_us / 1e6);
}

static void put_count(struct buf *b, metric *m, const char *name, const char *help)
{
    metrics_head(b, name, "counter", help);
    buf_fmt(b, "%s %lld\n", name, (long long)metrics_get(m));
}

/* What this house lacked for a while. */
static void put_lacks(struct buf *b, struct metrics *m)
{
    put_count(b, &m->database_waits, "kith_database_waits_total",
              "requests that waited for a database that did not answer");
    put_count(b, &m->database_refusals, "kith_database_refusals_total", "requests refused because it still did not");
    put_count(b, &m->storage_refusals, "kith_storage_refusals_total", "requests refused because the disk is full");
    put_count(b, &m->agent_rejoins, "kith_agent_rejoins_total", "times the agent was late and took its place again");
}

void metrics_print(struct metrics *m, struct buf *b)
{
    put_kinds(b, m);
    put_saves(b, m);
    put_http(b, m);
    metrics_print_people(m, b);
    put_processes(b, m);
    put_lacks(b, m);
}
