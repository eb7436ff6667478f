/* The report of a run as one HTML page. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "surge/chart.h"
#include "surge/page_style.h"
#include "surge/run.h"

enum { PAGE_CAP = 64 << 20 };

/* Columns of the run's rows, thinned to what a chart can show: each point is the most of its seconds. */
struct columns {
    const struct run *r;
    struct arena     *a;
    struct chart_axis axis;
    size_t            each; /* seconds a point */
};

typedef double column_of(const struct second *s, size_t k);

static const double *column(const struct columns *c, column_of *get, size_t k)
{
    double *v = arena_array(c->a, double, c->axis.n);

    for (size_t i = 0; i < c->axis.n; i++) {
        v[i] = NAN;
        for (size_t j = i * c->each; j < (i + 1) * c->each && j < c->r->seconds.n; j++)
            v[i] = fmax(v[i], get(&c->r->seconds.v[j], k));
    }
    return v;
}

static struct columns columns_of(const struct run *r, struct arena *a)
{
    struct columns c = { .r = r, .a = a, .each = (r->seconds.n + CHART_POINTS_MAX - 1) / CHART_POINTS_MAX };

    c.each = c.each ? c.each : 1;
    size_t  n = (r->seconds.n + c.each - 1) / c.each;
    double *at = arena_array(a, double, n + 1);
    for (size_t i = 0; i < n; i++)
        at[i] = r->seconds.v[i * c.each].at_s;
    c.axis = (struct chart_axis){ .at_s = at,
                                  .n = n,
                                  .end_s = fmax(r->run_s, n ? at[n - 1] : 0),
                                  .run_s = r->run_s,
                                  .from_h = r->o.profile->from_h,
                                  .to_h = r->o.profile->to_h };
    return c;
}

static double none_is_nan(double v, bool is) { return is ? v : NAN; }
static double get_arrivals(const struct second *s, size_t k) { return (double)s->arrivals[k]; }
static double get_all(const struct second *s, size_t k)
{
    const int64_t us[] = { s->all_p50_us, s->all_p99_us, s->all_p999_us };
    return none_is_nan((double)us[k] / 1e3, s->all_p999_us > 0);
}
static double get_p50(const struct second *s, size_t k) { return none_is_nan((double)s->p50_us[k] / 1e3, s->done[k]); }
static double get_p99(const struct second *s, size_t k) { return none_is_nan((double)s->p99_us[k] / 1e3, s->done[k]); }
static double get_p999(const struct second *s, size_t k)
{
    return none_is_nan((double)s->p999_us[k] / 1e3, s->done[k]);
}
static double get_contacts(const struct second *s, size_t k)
{
    const int64_t n[] = { s->sent, s->imported, s->processed };
    return (double)n[k];
}
static double get_waiting(const struct second *s, size_t k)
{
    (void)k;
    return none_is_nan(s->waiting, s->seen);
}
static double get_oldest(const struct second *s, size_t k)
{
    double v = k ? s->oldest_bulk_s : s->oldest_interactive_s;
    return none_is_nan(v, s->seen && v >= 0);
}
static double get_workers(const struct second *s, size_t k) { return s->workers[k]; }
static double get_cpu(const struct second *s, size_t k) { return s->cpu[k]; }
static double get_other_cpu(const struct second *s, size_t k) { return k ? s->own_cpu : s->db_cpu; }
static double get_memory(const struct second *s, size_t k) { return (k ? s->db_bytes : s->bytes) / 1048576; }
static double get_faults(const struct second *s, size_t k)
{
    const int64_t n[] = { s->failed, s->retried, s->kills };
    return (double)n[k];
}

static void add_series(struct chart *c, const char *name, int colour, const double *v)
{
    if (c->n < CHART_SERIES_MAX)
        c->series[c->n++] = (struct chart_series){ .name = name, .colour = colour, .v = v };
}

/* ---- the charts ---- */

static void chart_arrivals(struct buf *b, const struct columns *c)
{
    static const int colours[ARRIVALS] = { 8, 1, 2, 3, 5, 4 };
    struct chart     ch = { .title = "Who comes, per second",
                            .note = "drawn before the run began: nothing the server does changes it",
                            .unit = "/s",
                            .stacked = true };

    for (size_t i = 0; i < ARRIVALS; i++)
        add_series(&ch, arrival_name[i], colours[i], column(c, get_arrivals, i));
    chart_draw(b, &ch, &c->axis);
}

static void chart_waits(struct buf *b, const struct columns *c)
{
    struct chart ch = { .title = "What a person waits for",
                        .note = "everything but progress polls, from the moment it was due; logarithmic",
                        .unit = "ms",
                        .logarithmic = true,
                        .goal = 100,
                        .goal_name = "goal for p99: 100 ms" };

    add_series(&ch, "p99.9", 2, column(c, get_all, 2));
    add_series(&ch, "p99", 1, column(c, get_all, 1));
    add_series(&ch, "p50", 3, column(c, get_all, 0));
    chart_draw(b, &ch, &c->axis);
}

static void chart_contacts(struct buf *b, const struct columns *c)
{
    struct chart ch = { .title = "Contacts",
                        .size = CHART_HALF,
                        .note = "processed: enriched, deduplicated and indexed, as each owner sees it",
                        .unit = "" };

    add_series(&ch, "sent", 7, column(c, get_contacts, 0));
    add_series(&ch, "imported", 1, column(c, get_contacts, 1));
    add_series(&ch, "processed", 3, column(c, get_contacts, 2));
    chart_draw(b, &ch, &c->axis);
}

static void chart_queue(struct buf *b, const struct columns *c)
{
    struct chart depth = { .title = "Jobs waiting or in work", .size = CHART_HALF, .unit = "", .stacked = false };
    struct chart age = { .title = "Age of the oldest job",
                         .size = CHART_HALF,
                         .unit = "s",
                         .least_top = 6,
                         .goal = 5,
                         .goal_name = "goal, interactive: 5 s" };

    add_series(&depth, "jobs", 1, column(c, get_waiting, 0));
    chart_draw(b, &depth, &c->axis);
    add_series(&age, "all kinds", 7, column(c, get_oldest, 1));
    add_series(&age, "interactive", 2, column(c, get_oldest, 0));
    chart_draw(b, &age, &c->axis);
}

static void chart_workers(struct buf *b, const struct columns *c)
{
    struct chart ch = { .title = "Workers",
                        .size = CHART_HALF,
                        .note = "forked on demand, gone when nothing is left to do",
                        .unit = "",
                        .stacked = true };

    for (size_t i = 0; i < c->r->kinds.n && i < 8; i++)
        add_series(&ch, c->r->kinds.name[i], 1 + (int)i, column(c, get_workers, i));
    chart_draw(b, &ch, &c->axis);
}

static void chart_machine(struct buf *b, const struct columns *c)
{
    static const int    colours[WATCH_ROLES] = { 7, 1, 2, 6, 3, 7 };
    static const size_t order[] = { WATCH_AGENT, WATCH_WORKER, WATCH_HTTP, WATCH_NURSERY, WATCH_MASTER, WATCH_OTHER };
    struct chart        cpu = { .title = "CPU, cores",
                                .size = CHART_HALF,
                                .unit = "",
                                .stacked = true,
                                .least_top = (double)sysconf(_SC_NPROCESSORS_ONLN) };
    struct chart        memory = { .title = "Memory", .size = CHART_HALF, .unit = "MiB", .stacked = true };

    if (!c->r->o.pid)
        return;
    for (size_t i = 0; i < countof(order) - 1; i++)
        add_series(&cpu, watch_role_name[order[i]], colours[order[i]], column(c, get_cpu, order[i]));
    if (c->r->o.db_pid)
        add_series(&cpu, "database", 5, column(c, get_other_cpu, 0));
    add_series(&cpu, "this generator", 4, column(c, get_other_cpu, 1));
    chart_draw(b, &cpu, &c->axis);
    add_series(&memory, "Kith", 1, column(c, get_memory, 0));
    if (c->r->o.db_pid)
        add_series(&memory, "database", 5, column(c, get_memory, 1));
    chart_draw(b, &memory, &c->axis);
}

static void chart_faults(struct buf *b, const struct columns *c)
{
    struct chart ch = {
        .title = "Errors, requests sent again, kills", .size = CHART_HALF, .note = "since the start", .unit = ""
    };

    if (!score_failures(&c->r->score) && !score_retries(&c->r->score) && !c->r->o.chaos)
        return;
    add_series(&ch, "errors a person saw", 4, column(c, get_faults, 0));
    add_series(&ch, "sent again", 2, column(c, get_faults, 1));
    add_series(&ch, "kills", 7, column(c, get_faults, 2));
    chart_draw(b, &ch, &c->axis);
}

static void charts_by_deed(struct buf *b, const struct columns *c)
{
    buf_put(b, S("<h2>By what they do</h2><div class=\"smalls\">\n"));
    for (enum deed d = 0; d < DEEDS_INTERACTIVE; d++) {
        struct chart ch = { .title = deed_name[d], .unit = "ms", .logarithmic = true, .size = CHART_SMALL };
        if (!c->r->score.all[d].n)
            continue;
        add_series(&ch, "p99.9", 2, column(c, get_p999, d));
        add_series(&ch, "p99", 1, column(c, get_p99, d));
        add_series(&ch, "p50", 3, column(c, get_p50, d));
        chart_draw(b, &ch, &c->axis);
    }
    buf_put(b, S("</div>\n"));
}

/* ---- the words ---- */

static void tile(struct buf *b, const char *what, const char *unit, double v)
{
    buf_put(b, S("<div class=\"tile\"><b>"));
    chart_number(b, v);
    buf_fmt(b, "%s</b><span>%s</span></div>", unit, what);
}

static const char *headline(const struct run *r)
{
    if (!r->verdict.valid)
        return "This run does not count";
    return r->verdict.good ? "A launch day, and nobody noticed" : "A launch day, and it was noticed";
}

static void put_header(struct buf *b, const struct run *r)
{
    size_t missed = 0;

    for (size_t i = 0; i < r->verdict.n; i++)
        missed += r->verdict.goal[i].state == 0;
    buf_fmt(b, "<header><h1>%s</h1><p class=\"soft\">", headline(r));
    if (!r->verdict.valid)
        buf_fmt(b, "<span class=\"no\">%s.</span> ", r->verdict.why_invalid);
    if (missed)
        buf_fmt(b, "%zu of %zu goals were missed. ", missed, r->verdict.n);
    buf_fmt(b, "Profile %s: %02.0f:00 to %02.0f:00 in %g minute%s, scale %g, seed %llu%s.</p></header>\n",
            r->o.profile->name, r->o.profile->from_h, r->o.profile->to_h, r->o.minutes, r->o.minutes == 1 ? "" : "s",
            r->o.scale, (unsigned long long)r->o.seed, r->o.chaos ? ", with processes killed" : "");
}

static void put_tiles(struct buf *b, const struct run *r)
{
    int64_t kills = r->db_restarts, peak = 0;

    for (size_t i = 0; i < WATCH_ROLES; i++)
        kills += r->kills[i];
    for (size_t i = 0; i < r->seconds.n; i++)
        peak = i64_max(peak, r->seconds.v[i].arrivals[ARRIVE_SIGN_UP]);
    buf_put(b, S("<div class=\"tiles\">"));
    tile(b, "contacts processed", "", (double)r->processed);
    tile(b, "people signed up", "", (double)r->schedule.of[ARRIVE_SIGN_UP]);
    tile(b, "sign-ups in the busiest second", "", (double)peak);
    tile(b, "visits", "", (double)r->schedule.of[ARRIVE_VISIT]);
    tile(b, "what a person waits for, p99", " ms", (double)run_interactive_at(r, 0.99) / 1e3);
    tile(b, "errors a person saw", "", (double)score_failures(&r->score));
    tile(b, "contacts lost or doubled", "", (double)(r->found.lost + r->found.doubled + r->found.astray));
    if (kills)
        tile(b, "processes killed", "", (double)kills);
    buf_put(b, S("</div>\n"));
}

static const char *sign_of(const char *want)
{
    return want[0] == '>' ? "&ge; " : want[0] != '<' ? "" : want[1] == '=' ? "&le; " : "&lt; ";
}

static void put_goals(struct buf *b, const struct run *r)
{
    static const char *const mark[] = { "<td class=\"soft\">&ndash;", "<td class=\"no\">&#10007; missed",
                                        "<td class=\"yes\">&#10003; reached" };

    buf_put(b, S("<h2>The goals</h2><div class=\"box\"><table class=\"goals\">"));
    for (size_t i = 0; i < r->verdict.n; i++)
        buf_fmt(b, "<tr>%s</td><td>%s</td><td class=\"soft\">%s%s</td><td>%s</td></tr>",
                mark[r->verdict.goal[i].state + 1], r->verdict.goal[i].name, sign_of(r->verdict.goal[i].want),
                r->verdict.goal[i].want + strspn(r->verdict.goal[i].want, "<>= "), r->verdict.goal[i].got);
    buf_put(b, S("</table></div>\n"));
}

static void put_table(struct buf *b, const struct run *r)
{
    static const double q[] = { 0.5, 0.9, 0.99, 0.999, 1 };

    buf_put(
        b, S("<h2>All of it in numbers</h2><div class=\"box\"><table><tr><th></th><th>n</th><th>p50 ms</th><th>p90</th>"
             "<th>p99</th><th>p99.9</th><th>longest</th><th>errors</th><th>sent again</th></tr>"));
    for (enum deed d = 0; d < DEEDS; d++) {
        const struct hist *h = &r->score.all[d];
        int64_t            failed = 0, again = 0;
        for (size_t f = 0; f < FAULTS; f++) {
            failed += r->score.failed[d][f];
            again += r->score.retried[d][f];
        }
        buf_fmt(b, "<tr><td>%s</td><td>%lld</td>", deed_name[d], (long long)h->n);
        for (size_t i = 0; i < countof(q); i++)
            buf_fmt(b, "<td>%.1f</td>", (double)hist_at(h, q[i]) / 1e3);
        buf_fmt(b, "<td%s>%lld</td><td>%lld</td></tr>", failed ? " class=\"no\"" : "", (long long)failed,
                (long long)again);
    }
    buf_put(b, S("</table></div>\n"));
}

static void put_faults(struct buf *b, const struct run *r)
{
    if (!score_failures(&r->score) && !score_retries(&r->score) && !score_told_later(&r->score))
        return;
    buf_put(b, S("<h2>What went wrong</h2><div class=\"box\"><table><tr><th></th><th>why</th><th>seen by a "
                 "person</th><th>sent again"
                 "</th></tr>"));
    for (enum deed d = 0; d < DEEDS; d++)
        for (size_t f = 0; f < FAULTS; f++)
            if (r->score.failed[d][f] || r->score.retried[d][f])
                buf_fmt(b, "<tr><td>%s</td><td>%s</td><td>%lld</td><td>%lld</td></tr>", deed_name[d], fault_name[f],
                        (long long)r->score.failed[d][f], (long long)r->score.retried[d][f]);
    buf_put(b, S("</table></div>\n"));
}

static void bar(struct buf *b, const char *name, double v, double most, int colour, const char *note)
{
    buf_fmt(
        b,
        "<div class=\"bar\"><span>%s</span><div><i style=\"width:%.1f%%;background:var(--c%d)\"></i><span>%.3f <span "
        "class=\"soft\">%s</span></span></div></div>",
        name, most > 0 ? v / most * 70 : 0, colour, v, note);
}

static void put_cost(struct buf *b, const struct run *r)
{
    const struct cost *c = &r->cost;
    double             most = fmax(c->day_static, c->day_used);
    char               note[80] = "", price[64] = "no --price was given: everything is in core-hours";

    if (!r->o.pid || c->day_baseline <= 0)
        return;
    if (c->priced)
        snprintf(price, sizeof price, "price: %.4g a core-hour", c->price);
    snprintf(note, sizeof note, "%+.0f %%", (c->day_used / c->day_baseline - 1) * 100);
    buf_put(b, S("<h2>What the day costs</h2><div class=\"box bars\">"));
    bar(b, "an ordinary day", c->day_baseline, most, 7, "");
    bar(b, "this day", c->day_used, most, 3, note);
    bar(b, "the peak kept all day", c->day_static, most, 2, "");
    buf_fmt(b, "<details><summary>how that is computed</summary><ul><li>%s</li>", price);
    buf_fmt(b, "<li>an ordinary day = 24 h &times; %.3f cores, the mean of the calm hours of this run</li>",
            c->baseline_cores);
    buf_fmt(b,
            "<li>this day = the hours played &times; %.3f cores, the mean from the start until the last job was done "
            "(%.1f core-s in %.0f s), and the other hours as on an ordinary day</li>",
            c->run_s > 0 ? c->used_core_s / c->run_s : 0, c->used_core_s, c->run_s);
    buf_fmt(b,
            "<li>the peak kept all day = 24 h &times; %.2f cores, the busiest ten seconds: what somebody pays who "
            "cannot scale</li>",
            c->peak_cores);
    buf_put(b, S("<li>a compressed day is denser than a real one: read the shares, not the sums</li></ul></details>"
                 "</div>\n"));
}

static void put_about(struct buf *b, const struct run *r)
{
    char      when[40] = "";
    time_t    now = time(NULL);
    struct tm tm;

    if (gmtime_r(&now, &tm))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &tm);
    buf_fmt(b, "<h2>About this run</h2><p class=\"soft\">%s, %ld cores, shared by the server and this generator. ",
            when, sysconf(_SC_NPROCESSORS_ONLN));
    buf_fmt(b,
            "The generator used %.1f core-s (the server %.1f, its database %.1f) and sent what was due %.2f ms late at "
            "p99, %.1f ms at "
            "most. %lld kept connections were found closed and opened anew. Every contact carries a mark of its own "
            "and was looked "
            "for in its owner's export afterwards: %lld of %lld found.</p>",
            r->own_cpu_s, r->cpu_s, r->db_cpu_s, (double)hist_at(&r->lag, 0.99) / 1e3, (double)r->lag.max_us / 1e3,
            (long long)r->score.stale, (long long)r->found.found, (long long)r->found.sent);
}

static void put_page(struct buf *b, const struct run *r, const struct columns *c)
{
    buf_fmt(b,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            "content=\"width=device-width,initial-scale=1\"><title>Kith surge: "
            "%s</title><style>%s</style></head><body><main>\n",
            headline(r), PAGE_STYLE);
    put_header(b, r);
    put_tiles(b, r);
    put_goals(b, r);
    buf_put(b, S("<h2>The day</h2><div class=\"charts\">\n"));
    chart_arrivals(b, c);
    chart_waits(b, c);
    chart_contacts(b, c);
    chart_queue(b, c);
    chart_workers(b, c);
    chart_machine(b, c);
    chart_faults(b, c);
    buf_put(b, S("</div>\n"));
    charts_by_deed(b, c);
    put_table(b, r);
    put_faults(b, r);
    put_cost(b, r);
    put_about(b, r);
    buf_put(b, S("\n</main><script type=\"application/json\" id=\"at\">{\"t\":["));
    for (size_t i = 0; i < c->axis.n; i++)
        buf_fmt(b, "%s%.2f", i ? "," : "", c->axis.at_s[i]);
    buf_fmt(b, "],\"end\":%.3f}</script><script>%s</script></body></html>\n", c->axis.end_s, PAGE_SCRIPT);
}

enum rc page_write(const struct run *r, const char *path, struct err *e)
{
    auto_free(arena) a = arena_new(1 << 20);
    auto_buf       b = buf_of(PAGE_CAP);
    struct columns c = columns_of(r, a);
    FILE          *f = fopen(path, "wb");

    if (!f)
        return err_set(e, RC_UNAVAILABLE, "%s: %s", path, strerror(errno));
    put_page(&b, r, &c);
    bool bad = fwrite(buf_str(&b).p, 1, b.n, f) != b.n;
    bad = fclose(f) != 0 || bad;
    return bad || buf_full(&b) ? err_set(e, RC_UNAVAILABLE, "%s cannot be written", path) : RC_OK;
}
