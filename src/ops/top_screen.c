/* ops/top_screen.c - the console in a terminal: the status in words, then numbers, as much as there is room for. */
#include <stdio.h>
#include "base/utf8.h"
#include "api/console/diagnosis.h"
#include "ops/top.h"

enum { LINE = 512 };
static const char *const mood_colour[] = { "32", "36", "33", "31" };

static double of(const struct reading *r, struct arena *a, const char *name, const char *label, const char *value)
{
    return top_of(r, a, name, label, str_of(value));
}

static double one(const struct reading *r, const char *name) { return top_value(r, str_of(name)); }

static int64_t whole(double v) { return (int64_t)(v + 0.5); }

static double p99(const struct reading *r, struct arena *a, const char *class)
{
    return top_value(r, str_fmt(a, "kith_last_minute_seconds{class=\"%s\",quantile=\"0.99\"}", class));
}

static struct look look_of(const struct reading *r, struct arena *a)
{
    static const char *const classes[] = { "site", "read", "write", "login", "bulk" };
    struct look              l = { .visits = whole(of(r, a, "kith_last_minute", "what", "visits")),
                                   .errors = whole(of(r, a, "kith_last_minute", "what", "errors")),
                                   .refused = whole(of(r, a, "kith_last_minute", "what", "refused")),
                                   .processes = whole(of(r, a, "kith_processes", "role", "http")),
                                   .processes_wanted = whole(one(r, "kith_http_wanted")),
                                   .agents = whole(one(r, "kith_agents")),
                                   .silent_ms = whole(one(r, "kith_database_silent_seconds") * 1e3),
                                   .disk = whole(one(r, "kith_host_disk_bytes")),
                                   .disk_free = whole(one(r, "kith_host_disk_free_bytes")),
                                   .disk_full = one(r, "kith_host_disk_full") > 0,
                                   .launch_factor = whole(one(r, "kith_launch_factor")) };
    double                   slow = p99(r, a, "read") > p99(r, a, "write") ? p99(r, a, "read") : p99(r, a, "write");

    l.slow_us = whole(slow * 1e6);
    for (size_t i = 0; i < countof(classes); i++)
        l.requests += whole(of(r, a, "kith_last_minute_requests", "class", classes[i]));
    for (size_t i = 0; i < r->nkinds && l.nkinds < DIAGNOSIS_KINDS; i++) {
        struct str k = r->kind[i];
        l.kind[l.nkinds++] =
            (struct look_kind){ .name = k,
                                .held_by = top_held_by(r, k),
                                .ready = whole(top_of(r, a, "kith_jobs_ready", "kind", k)),
                                .dead = whole(top_of(r, a, "kith_jobs_dead", "kind", k)),
                                .oldest_ms = whole(top_of(r, a, "kith_queue_oldest_seconds", "kind", k) * 1e3),
                                .slo_ms = whole(top_of(r, a, "kith_kind_slo_seconds", "kind", k) * 1e3),
                                .running = whole(top_of(r, a, "kith_workers", "kind", k)),
                                .paused = top_of(r, a, "kith_kind_paused", "kind", k) > 0 };
    }
    return l;
}

/* ---- lines ---- */

struct screen {
    struct buf   *b;
    struct arena *a;
    size_t        columns, left;
};

static void line(struct screen *s, const char *colour, struct str text)
{
    if (!s->left)
        return;
    s->left--;
    text = utf8_head(utf8_plain(s->a, text), s->columns);
    if (colour)
        buf_fmt(s->b, "\033[%sm" STR_FMT "\033[0m\n", colour, STR_ARG(text));
    else
        buf_fmt(s->b, STR_FMT "\n", STR_ARG(text));
}

static struct str ms(struct arena *a, double seconds)
{
    return seconds <= 0 ? S("-") : str_fmt(a, seconds < 0.01 ? "%.1fms" : "%.0fms", seconds * 1e3);
}

static struct str bytes(struct arena *a, double n)
{
    return n < 1e6   ? str_fmt(a, "%.0fKB", n / 1e3)
           : n < 1e9 ? str_fmt(a, "%.0fMB", n / 1e6)
                     : str_fmt(a, "%.1fGB", n / 1e9);
}

static void put_status(struct screen *s, const struct reading *now, bool colour)
{
    struct look      l = look_of(now, s->a);
    struct diagnosis w;

    diagnosis_of(s->a, &l, &w);
    for (size_t i = 0; i < w.n && i < 4; i++)
        line(s, colour ? mood_colour[w.line[i].mood] : NULL,
             i ? str_fmt(s->a, "  " STR_FMT, STR_ARG(w.line[i].text)) : w.line[i].text);
    line(s, NULL, S(""));
}

static void put_people(struct screen *s, const struct reading *r)
{
    struct arena *a = s->a;

    line(s, NULL,
         str_fmt(a, "a minute   visits %.0f  sign-ups %.0f  log-ins %.0f  imports %.0f  contacts %.0f  errors %.0f",
                 of(r, a, "kith_last_minute", "what", "visits"), of(r, a, "kith_last_minute", "what", "signups"),
                 of(r, a, "kith_last_minute", "what", "logins"), of(r, a, "kith_last_minute", "what", "imports"),
                 of(r, a, "kith_last_minute", "what", "contacts"), of(r, a, "kith_last_minute", "what", "errors")));
    line(s, NULL,
         str_fmt(
             a, "99 of 100  pages " STR_FMT "  read " STR_FMT "  write " STR_FMT "  log-in " STR_FMT "  bulk " STR_FMT,
             STR_ARG(ms(a, p99(r, a, "site"))), STR_ARG(ms(a, p99(r, a, "read"))), STR_ARG(ms(a, p99(r, a, "write"))),
             STR_ARG(ms(a, p99(r, a, "login"))), STR_ARG(ms(a, p99(r, a, "bulk")))));
}

static void put_places(struct screen *s, const struct reading *r)
{
    struct arena *a = s->a;
    double        cost = one(r, "kith_cost_hour");

    line(s, NULL,
         str_fmt(a, "host       cpu %.0f%% of %.0f  load %.2f  memory " STR_FMT " of " STR_FMT "  disk free " STR_FMT,
                 one(r, "kith_host_cpu_ratio") * 100, one(r, "kith_host_cores"), one(r, "kith_host_load"),
                 STR_ARG(bytes(a, one(r, "kith_host_memory_used_bytes"))),
                 STR_ARG(bytes(a, one(r, "kith_host_memory_bytes"))),
                 STR_ARG(bytes(a, one(r, "kith_host_disk_free_bytes")))));
    struct str bill = cost > 0 ? str_fmt(a, "  cost %.3f an hour, %.2f today", cost, one(r, "kith_cost_day")) : S("");
    line(s, NULL,
         str_fmt(a, "database   " STR_FMT "  " STR_FMT "  %.0f connections" STR_FMT,
                 STR_ARG(ms(a, one(r, "kith_database_ping_seconds"))), STR_ARG(bytes(a, one(r, "kith_database_bytes"))),
                 one(r, "kith_database_connections"), STR_ARG(bill)));
    for (size_t i = 0; i < r->nservices; i++) {
        double limit = top_of(r, a, "kith_service_limit", "service", r->service[i]);
        double used = top_of(r, a, "kith_service_used", "service", r->service[i]);
        bool   closed = top_of(r, a, "kith_service_closed", "service", r->service[i]) > 0;
        if (used <= 0 && !closed)
            continue; /* nobody draws on it */
        line(s, NULL,
             str_fmt(a, "quota      %-12.*s used %.0f of %.0f%s", STR_ARG(r->service[i]), used, limit,
                     closed ? ", closed" : ""));
    }
}

static double rate(struct screen *s, const struct reading *now, const struct reading *before, const char *name,
                   struct str kind)
{
    double seconds = before->at_us ? (double)(now->at_us - before->at_us) / 1e6 : 0;

    return seconds <= 0 ? 0
                        : (top_of(now, s->a, name, "kind", kind) - top_of(before, s->a, name, "kind", kind)) / seconds;
}

static void put_kinds(struct screen *s, const struct reading *now, const struct reading *before)
{
    line(s, NULL, S(""));
    line(s, NULL,
         str_fmt(s->a, "%-9s %8s %6s %8s %7s %6s %6s %8s %5s  %s", "kind", "waiting", "later", "oldest", "workers",
                 "wanted", "most", "done/s", "dead", "held by"));
    for (size_t i = 0; i < now->nkinds; i++) {
        struct str k = now->kind[i];
        double     oldest = top_of(now, s->a, "kith_queue_oldest_seconds", "kind", k);
        struct str age = oldest > 0 ? diagnosis_age(s->a, (int64_t)(oldest * 1e3)) : S("-");
        bool       paused = top_of(now, s->a, "kith_kind_paused", "kind", k) > 0;
        struct str held = paused ? S("paused") : top_held_by(now, k);
        line(s, NULL,
             str_fmt(s->a, "%-9.*s %8.0f %6.0f %8.*s %7.0f %6.0f %6.0f %8.0f %5.0f  " STR_FMT, STR_ARG(k),
                     top_of(now, s->a, "kith_jobs_ready", "kind", k), top_of(now, s->a, "kith_jobs_later", "kind", k),
                     STR_ARG(age), top_of(now, s->a, "kith_workers", "kind", k),
                     top_of(now, s->a, "kith_kind_wanted_workers", "kind", k),
                     top_of(now, s->a, "kith_kind_max_workers", "kind", k),
                     rate(s, now, before, "kith_jobs_done_total", k), top_of(now, s->a, "kith_jobs_dead", "kind", k),
                     STR_ARG(held)));
    }
}

void top_screen(struct buf *b, struct arena *a, const struct reading *now, const struct reading *before, size_t columns,
                size_t rows, bool colour)
{
    struct screen s = { .b = b, .a = a, .columns = columns, .left = rows };

    put_status(&s, now, colour);
    put_people(&s, now);
    put_places(&s, now);
    put_kinds(&s, now, before);
}
