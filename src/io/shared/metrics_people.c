/* Prints the counters of visits, sign-ups and requests. */
#include "base/clock.h"
#include "io/shared/metrics.h"

enum { EDGES = TALLY_BUCKETS / TALLY_EIGHTHS }; /* Prometheus gets every doubling */

static const struct {
    const char *name, *help;
} totals[TALLIES] = {
    /* visits and jobs have labels */
    [TALLY_SIGNUPS] = { "kith_signups_total", "accounts made" },
    [TALLY_LOGINS] = { "kith_logins_total", "log-ins" },
    [TALLY_IMPORTS] = { "kith_imports_total", "imports committed" },
    [TALLY_CONTACTS] = { "kith_contacts_total", "contacts made, by hand or by import" },
    [TALLY_ERRORS] = { "kith_errors_total", "answers that were a fault of ours (5xx)" },
    [TALLY_REFUSED] = { "kith_refused_total", "answers that asked to come again later (429)" },
};

static void put_totals(struct buf *b, struct tallies *t)
{
    for (size_t i = 0; i < TALLIES; i++) {
        if (!totals[i].name)
            continue;
        metrics_head(b, totals[i].name, "counter", totals[i].help);
        buf_fmt(b, "%s %lld\n", totals[i].name, (long long)atomic_load(&t->total[i]));
    }
}

static void put_visits(struct buf *b, struct visits *v)
{
    metrics_head(b, "kith_visits_total", "counter", "pages loaded by people, by the first word of their path");
    for (size_t i = 0; i < VISIT_PAGES; i++)
        buf_fmt(b, "kith_visits_total{page=\"%s\"} %lld\n", visit_page[i], (long long)atomic_load(&v->total[i]));
    metrics_head(b, "kith_visitors_today", "gauge", "different people since midnight UTC, estimated to 2.3 %");
    buf_fmt(b, "kith_visitors_today %lld\n", (long long)visits_people(v, clock_ms()));
}

static void put_class(struct buf *b, struct tallies *t, size_t c)
{
    int64_t sum = 0;

    for (size_t i = 0; i < TALLY_BUCKETS; i++) {
        sum += atomic_load(&t->time[c][i]);
        if (i % TALLY_EIGHTHS == 0 && i / TALLY_EIGHTHS < EDGES)
            buf_fmt(b, "kith_class_seconds_bucket{class=\"%s\",le=\"%g\"} %lld\n", tally_class_name[c],
                    (double)tally_bucket_end_us(i) / 1e6, (long long)sum);
    }
    buf_fmt(b, "kith_class_seconds_bucket{class=\"%s\",le=\"+Inf\"} %lld\n", tally_class_name[c], (long long)sum);
    buf_fmt(b, "kith_class_seconds_sum{class=\"%s\"} %.6f\n", tally_class_name[c],
            (double)atomic_load(&t->time_us[c]) / 1e6);
    buf_fmt(b, "kith_class_seconds_count{class=\"%s\"} %lld\n", tally_class_name[c], (long long)sum);
}

static void put_minute(struct buf *b, struct tallies *t)
{
    struct tally_minute now;

    tally_minute(t, &now);
    metrics_head(b, "kith_last_minute", "gauge", "what happened in the last 60 s");
    for (size_t i = 0; i < TALLIES; i++)
        buf_fmt(b, "kith_last_minute{what=\"%s\"} %lld\n", tally_name[i], (long long)now.n[i]);
    metrics_head(b, "kith_last_minute_requests", "gauge", "requests in the last 60 s");
    for (size_t c = 0; c < CLASSES; c++)
        buf_fmt(b, "kith_last_minute_requests{class=\"%s\"} %lld\n", tally_class_name[c], (long long)now.requests[c]);
    metrics_head(b, "kith_last_minute_seconds", "gauge", "response times of the last 60 s, exact to 9 %");
    for (size_t c = 0; c < CLASSES; c++)
        buf_fmt(b,
                "kith_last_minute_seconds{class=\"%s\",quantile=\"0.5\"} %.6f\n"
                "kith_last_minute_seconds{class=\"%s\",quantile=\"0.99\"} %.6f\n",
                tally_class_name[c], (double)now.p50_us[c] / 1e6, tally_class_name[c], (double)now.p99_us[c] / 1e6);
}

void metrics_print_people(struct metrics *m, struct buf *b)
{
    put_totals(b, &m->tally);
    put_visits(b, &m->visits);
    metrics_head(b, "kith_class_seconds", "histogram", "time from the request read to the response queued, by class");
    for (size_t c = 0; c < CLASSES; c++)
        put_class(b, &m->tally, c);
    put_minute(b, &m->tally);
}
