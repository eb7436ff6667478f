/* ops/scale/scale_plan.c - `kith scale plan`: a recorded day replayed through the law, beside what others would have done. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include "base/json.h"
#include "base/options.h"
#include "ops/local.h"
#include "ops/scale/cmd_scale.h"
#include "ops/scale/scale_chart.h"
#include "ops/scale/simulate.h"

enum { CORES_UNLIMITED = 1000000, PAGE_BYTES = 64 << 10, CHART_BYTES = 4 << 20 };

static enum rc read_trace(struct arena *a, const char *path, struct trace *ret, struct err *e)
{
    auto_buf b = buf_of(TRACE_BYTES_MAX + 1);
    ssize_t  n = 1;
    int      fd = open(path, O_RDONLY | O_CLOEXEC);

    for (char *room; fd >= 0 && n > 0 && (room = buf_room(&b, 256 << 10));) {
        n = read(fd, room, size_min(256 << 10, b.size - b.n));
        b.n += n > 0 ? (size_t)n : 0;
    }
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (fd < 0 || n < 0)
        return err_set(e, RC_NOT_FOUND, "%s: %s", path, strerror(why));
    enum rc rc = buf_full(&b) ? err_set(e, RC_TOO_LARGE, "more than %d MiB", TRACE_BYTES_MAX >> 20)
                              : trace_parse(a, buf_str(&b), ret, e);
    return rc == RC_OK ? RC_OK : err_in(e, rc, "%s", path);
}

/* ---- options ---- */

struct number_option {
    const char *name;
    int64_t     min, max, usual;
    int64_t    *to;
};

static enum rc read_number(struct scale_ask *q, const struct number_option *o, struct err *e)
{
    const char *text = option_text(&q->argc, q->argv, o->name);

    *o->to = o->usual;
    if (text && !str_i64(str_of(text), o->min, o->max, o->to))
        return err_set(e, RC_INVALID, "%s: want %lld to %lld, got '%.40s'", o->name, (long long)o->min,
                       (long long)o->max, text);
    return RC_OK;
}

static enum rc read_options(struct scale_ask *q, struct sim_options *o, struct err *e)
{
    int64_t                    service_ms, rho, slo_ms, quota, cores, kinds;
    const struct number_option numbers[] = {
        { "--service-ms", 1, 3600000, 500, &service_ms },
        { "--max", 1, 1000000, 300, &o->set.max },
        { "--min", 0, 1000000, 0, &o->set.min },
        { "--rho", 10, 100, 90, &rho },
        { "--down", 0, SCALE_DOWN_MAX_S, 60, &o->set.down_s },
        { "--slo-ms", 100, 86400000, 5000, &slo_ms },
        { "--boot", 0, 3600, 0, &o->boot_s },
        { "--quota", 0, 100000000, 0, &quota },
        { "--cores", 0, CORES_UNLIMITED, 0, &cores },
        { "--kinds", 1, SCALE_KINDS_MAX, 1, &kinds },
    };

    for (size_t i = 0; i < countof(numbers); i++)
        TRY(read_number(q, &numbers[i], e));
    o->service_s = (double)service_ms / 1e3;
    o->kinds = (size_t)kinds;
    o->set.rho = (double)rho / 100;
    o->set.slo_s = (double)slo_ms / 1e3;
    o->set.quota_per_s = (double)quota;
    o->set.weight = 1;
    o->set.cores = 1;
    o->host =
        (struct scale_host){ .cores = cores ? (double)cores : CORES_UNLIMITED, .workers = INT32_MAX, .budget = -1 };
    return RC_OK;
}

/* ---- saying ---- */

static void print_table(const struct trace *t, const struct sim_options *o, const struct sim_run *run)
{
    double pure = sim_pure_work_s(t, o), still = run[SIM_STATIC_PEAK].worker_s;

    printf("%.1f h, %.0f jobs, peak %.0f/s, %.0f ms each%s: %.0f worker-hours of pure work\n\n", (double)t->n / 3600,
           t->sum, t->peak, o->service_s * 1e3, o->kinds > 1 ? " in each kind" : "", pure / 3600);
    printf("%-28s %7s %7s %7s %9s %6s %9s %9s %9s\n", "policy", "p50", "p99", "max age", "left", "peak", "worker-h",
           "% of pure", "% static");
    for (size_t i = 0; i < SIM_POLICIES; i++)
        printf("%-28s %5.0f s %5.0f s %5.0f s %9.0f %6lld %9.0f %9.0f %9.0f\n", sim_policy_name[i], run[i].p50_s,
               run[i].p99_s, run[i].max_s, run[i].left, (long long)run[i].peak, run[i].worker_s / 3600,
               run[i].worker_s / fmax(pure, 1e-9) * 100, run[i].worker_s / fmax(still, 1e-9) * 100);
}

static void print_json(const struct trace *t, const struct sim_options *o, const struct sim_run *run)
{
    auto_buf        b = buf_of(PAGE_BYTES);
    struct json_out j = json_out_of(&b);
    double          pure = sim_pure_work_s(t, o), still = run[SIM_STATIC_PEAK].worker_s;

    json_out_open(&j, JSON_ELEMENT, '{');
    json_out_i64(&j, S("seconds"), (int64_t)t->n);
    json_out_real(&j, S("jobs"), t->sum);
    json_out_real(&j, S("pure_worker_hours"), pure / 3600);
    json_out_open(&j, S("policies"), '[');
    for (size_t i = 0; i < SIM_POLICIES; i++) {
        json_out_open(&j, JSON_ELEMENT, '{');
        json_out_text(&j, S("policy"), str_of(sim_policy_name[i]));
        json_out_real(&j, S("p50_s"), run[i].p50_s);
        json_out_real(&j, S("p99_s"), run[i].p99_s);
        json_out_real(&j, S("max_s"), run[i].max_s);
        json_out_real(&j, S("left"), run[i].left);
        json_out_i64(&j, S("peak"), run[i].peak);
        json_out_i64(&j, S("raised"), run[i].raised);
        json_out_real(&j, S("worker_hours"), run[i].worker_s / 3600);
        json_out_real(&j, S("of_pure_pct"), run[i].worker_s / fmax(pure, 1e-9) * 100);
        json_out_real(&j, S("of_static_pct"), run[i].worker_s / fmax(still, 1e-9) * 100);
        json_out_close(&j, '}');
    }
    json_out_close(&j, ']');
    json_out_close(&j, '}');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

static enum rc write_chart(const char *path, const struct trace *t, const struct sim_run *run, struct err *e)
{
    auto_buf b = buf_of(CHART_BYTES);

    scale_chart(&b, t, run);
    int  fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool good = fd >= 0 && write(fd, b.p, b.n) == (ssize_t)b.n;
    int  why = errno;
    if (fd >= 0)
        close(fd);
    return good ? RC_OK : err_set(e, RC_UNAVAILABLE, "%s: %s", path, strerror(why));
}

enum rc scale_plan(struct scale_ask *q, struct err *e)
{
    const char *path = option_text(&q->argc, q->argv, "--trace"), *html = option_text(&q->argc, q->argv, "--html");
    struct sim_options o = { .set = { 0 } };
    struct sim_run     run[SIM_POLICIES];
    struct trace       t;

    TRY(read_options(q, &o, e));
    q->misused = !path || q->argc != 1;
    if (q->misused)
        return RC_OK;
    TRY(read_trace(q->a, path, &t, e));
    for (size_t i = 0; i < SIM_POLICIES; i++)
        sim_run(q->a, &t, &o, (enum sim_policy)i, &run[i]);
    (q->json ? print_json : print_table)(&t, &o, run);
    return html ? write_chart(html, &t, run, e) : RC_OK;
}
