/* The report of a run as text and JSON. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/json.h"
#include "surge/run.h"

enum { JSON_CAP = 64 << 20 };

static int64_t arrived(const struct second *s)
{
    int64_t n = 0;
    for (size_t i = 0; i < ARRIVALS; i++)
        n += s->arrivals[i];
    return n;
}

void report_live(const struct run *r)
{
    const struct second *s = &r->seconds.v[r->seconds.n - 1];
    bool                 terminal = isatty(STDERR_FILENO);
    double               hour = profile_hour(r->o.profile, r->run_s, s->at_s);

    if (r->o.quiet || (!terminal && r->seconds.n % 10))
        return;
    hour = hour < r->o.profile->to_h ? hour : r->o.profile->to_h;
    fprintf(stderr,
            "%s%4.0f s  %02d:%02d  %4lld/s come  p50 %6.1f p99 %7.1f ms  errors %lld again %lld  contacts %lld > %lld "
            "> %lld  "
            "waiting %.0f  workers %.0f  cpu %.2f+%.2f gen %.2f%s",
            terminal ? "\r\033[K" : "", s->at_s, (int)hour, (int)(hour * 60) % 60, (long long)arrived(s),
            (double)s->all_p50_us / 1e3, (double)s->all_p99_us / 1e3, (long long)s->failed, (long long)s->retried,
            (long long)s->sent, (long long)s->imported, (long long)s->processed, s->waiting, s->all_workers, s->all_cpu,
            s->db_cpu, s->own_cpu, terminal ? "" : "\n");
}

static void print_times(const struct run *r)
{
    printf("\n%-10s %9s %9s %9s %9s %9s %9s %8s %8s\n", "", "n", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms",
           "errors", "again");
    for (enum deed d = 0; d < DEEDS; d++) {
        const struct hist *h = &r->score.all[d];
        int64_t            failed = 0, again = 0;
        for (size_t f = 0; f < FAULTS; f++) {
            failed += r->score.failed[d][f];
            again += r->score.retried[d][f];
        }
        if (h->n || failed || again)
            printf("%-10s %9lld %9.1f %9.1f %9.1f %9.1f %9.1f %8lld %8lld\n", deed_name[d], (long long)h->n,
                   (double)hist_at(h, 0.5) / 1e3, (double)hist_at(h, 0.9) / 1e3, (double)hist_at(h, 0.99) / 1e3,
                   (double)hist_at(h, 0.999) / 1e3, (double)h->max_us / 1e3, (long long)failed, (long long)again);
    }
}

static void print_faults(const struct run *r)
{
    for (enum deed d = 0; d < DEEDS; d++)
        for (size_t f = 0; f < FAULTS; f++)
            if (r->score.failed[d][f] || r->score.retried[d][f])
                printf("  %s, %s: %lld seen, %lld sent again\n", deed_name[d], fault_name[f],
                       (long long)r->score.failed[d][f], (long long)r->score.retried[d][f]);
}

static void print_cost(const struct run *r)
{
    const struct cost *c = &r->cost;

    if (r->o.pid)
        printf("\nCPU %.1f core-s (server %.1f, database %.1f), generator %.1f; calm %.3f cores, peak %.2f cores\n",
               c->used_core_s, r->cpu_s, r->db_cpu_s, r->own_cpu_s, c->baseline_cores, c->peak_cores);
    if (r->o.pid && c->day_baseline > 0)
        printf("the day, %s: %.2f; an ordinary day %.2f (%+.0f %%); the peak kept all day %.2f\n",
               c->priced ? "at the price given" : "in core-hours", c->day_used, c->day_baseline,
               (c->day_used / c->day_baseline - 1) * 100, c->day_static);
}

static void print_kills(const struct run *r)
{
    if (!r->o.chaos)
        return;
    printf("\nkilled:");
    for (size_t i = 0; i < WATCH_ROLES; i++)
        if (r->kills[i])
            printf(" %lld %s", (long long)r->kills[i], watch_role_name[i]);
    printf(" %lld database\n", (long long)r->db_restarts);
}

void report_print(const struct run *r)
{
    static const char *const mark[] = { "  -   ", "NOT   ", "yes   " };

    if (!r->o.quiet && isatty(STDERR_FILENO))
        fputc('\n', stderr);
    print_times(r);
    print_faults(r);
    print_kills(r);
    print_cost(r);
    printf("\n");
    for (size_t i = 0; i < r->verdict.n; i++)
        printf("%s%-46s %-18s %s\n", mark[r->verdict.goal[i].state + 1], r->verdict.goal[i].name,
               r->verdict.goal[i].want, r->verdict.goal[i].got);
    if (!r->verdict.valid)
        printf("\nINVALID: %s\n", r->verdict.why_invalid);
    fflush(stdout);
}

/* ---- JSON ---- */

static void put_times(struct json_out *o, const struct run *r)
{
    json_out_open(o, S("deeds"), '{');
    for (enum deed d = 0; d < DEEDS; d++) {
        const struct hist *h = &r->score.all[d];
        json_out_open(o, str_of(deed_name[d]), '{');
        json_out_i64(o, S("began"), r->score.began[d]);
        json_out_i64(o, S("done"), h->n);
        json_out_i64(o, S("p50_us"), hist_at(h, 0.5));
        json_out_i64(o, S("p99_us"), hist_at(h, 0.99));
        json_out_i64(o, S("p999_us"), hist_at(h, 0.999));
        json_out_i64(o, S("max_us"), h->max_us);
        json_out_open(o, S("failed"), '{');
        for (size_t f = 0; f < FAULTS; f++)
            if (r->score.failed[d][f])
                json_out_i64(o, str_of(fault_name[f]), r->score.failed[d][f]);
        json_out_close(o, '}');
        json_out_open(o, S("again"), '{');
        for (size_t f = 0; f < FAULTS; f++)
            if (r->score.retried[d][f])
                json_out_i64(o, str_of(fault_name[f]), r->score.retried[d][f]);
        json_out_close(o, '}');
        json_out_close(o, '}');
    }
    json_out_close(o, '}');
}

static void put_verdict(struct json_out *o, const struct run *r)
{
    json_out_bool(o, S("valid"), r->verdict.valid);
    json_out_bool(o, S("good"), r->verdict.good);
    json_out_open(o, S("goals"), '[');
    for (size_t i = 0; i < r->verdict.n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("name"), str_of(r->verdict.goal[i].name));
        json_out_text(o, S("want"), str_of(r->verdict.goal[i].want));
        json_out_text(o, S("got"), str_of(r->verdict.goal[i].got));
        json_out_text(o, S("reached"),
                      r->verdict.goal[i].state < 0 ? S("")
                      : r->verdict.goal[i].state   ? S("yes")
                                                   : S("no"));
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
}

static void put_totals(struct json_out *o, const struct run *r)
{
    json_out_text(o, S("profile"), str_of(r->o.profile->name));
    json_out_real(o, S("minutes"), r->o.minutes);
    json_out_real(o, S("scale"), r->o.scale);
    json_out_i64(o, S("seed"), (int64_t)r->o.seed);
    json_out_i64(o, S("arrivals"), (int64_t)r->schedule.n);
    json_out_i64(o, S("signups"), r->schedule.of[ARRIVE_SIGN_UP]);
    json_out_i64(o, S("sent"), r->sent);
    json_out_i64(o, S("imported"), r->imported);
    json_out_i64(o, S("processed"), r->processed);
    json_out_real(o, S("finished_s"), r->finished_s);
    json_out_i64(o, S("checked"), r->found.sent);
    json_out_i64(o, S("found"), r->found.found);
    json_out_i64(o, S("lost"), r->found.lost);
    json_out_i64(o, S("doubled"), r->found.doubled);
    json_out_i64(o, S("astray"), r->found.astray);
    json_out_i64(o, S("unread"), r->unread);
    json_out_i64(o, S("errors"), score_failures(&r->score));
    json_out_i64(o, S("again"), score_retries(&r->score));
    json_out_i64(o, S("told_later"), score_told_later(&r->score));
    json_out_i64(o, S("stale"), r->score.stale);
    json_out_i64(o, S("lag_p99_us"), hist_at(&r->lag, 0.99));
    json_out_i64(o, S("lag_max_us"), r->lag.max_us);
    json_out_open(o, S("kills"), '{');
    for (size_t i = 0; i < WATCH_ROLES; i++)
        if (r->kills[i])
            json_out_i64(o, str_of(watch_role_name[i]), r->kills[i]);
    if (r->db_restarts)
        json_out_i64(o, S("db"), r->db_restarts);
    json_out_close(o, '}');
    json_out_real(o, S("cpu_s"), r->cpu_s);
    json_out_real(o, S("db_cpu_s"), r->db_cpu_s);
    json_out_real(o, S("own_cpu_s"), r->own_cpu_s);
}

static void put_seconds(struct json_out *o, const struct run *r)
{
    json_out_open(o, S("seconds"), '[');
    for (size_t i = 0; i < r->seconds.n; i++) {
        const struct second *s = &r->seconds.v[i];
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_real(o, S("at"), s->at_s);
        json_out_i64(o, S("arrived"), arrived(s));
        json_out_i64(o, S("p50_us"), s->all_p50_us);
        json_out_i64(o, S("p99_us"), s->all_p99_us);
        json_out_i64(o, S("p999_us"), s->all_p999_us);
        json_out_i64(o, S("processed"), s->processed);
        json_out_real(o, S("waiting"), s->waiting);
        json_out_real(o, S("workers"), s->all_workers);
        json_out_real(o, S("cpu"), s->all_cpu);
        json_out_real(o, S("db_cpu"), s->db_cpu);
        json_out_real(o, S("own_cpu"), s->own_cpu);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
}

static enum rc write_file(const char *path, struct str text, struct err *e)
{
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");

    if (!f)
        return err_set(e, RC_UNAVAILABLE, "%s: %s", path, strerror(errno));
    bool bad = fwrite(text.p, 1, text.n, f) != text.n;
    bad = (f == stdout ? fflush(f) : fclose(f)) != 0 || bad;
    return bad ? err_set(e, RC_UNAVAILABLE, "%s cannot be written", path) : RC_OK;
}

enum rc report_json(const struct run *r, const char *path, struct err *e)
{
    auto_buf        b = buf_of(JSON_CAP);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '{');
    put_totals(&o, r);
    put_verdict(&o, r);
    put_times(&o, r);
    put_seconds(&o, r);
    json_out_close(&o, '}');
    buf_char(&b, '\n');
    return write_file(path, buf_str(&b), e);
}
