/* ops/cmd_quota.c - `kith quota`: what services outside allow, what is used of it, when it runs out and what it costs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/options.h"
#include "fleet/agent/quota.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/installation/kinds.h"

enum { PAGE_BYTES = 256 << 10, LIMIT_MAX = 1000000000, WINDOW_MAX_S = 31 * 86400, PRICE_MAX = 1000000 };

static const struct {
    char    letter;
    int64_t ms;
} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };

/* ---- what is typed ---- */

/* "3000/1m", "50/s": calls in a window. */
static bool read_limit(struct str text, struct service *s)
{
    struct str calls, window = text;
    int64_t    n = 1;

    if (!str_next(&window, '/', &calls) || !str_i64(calls, 0, LIMIT_MAX, &s->limit_calls) || !window.n)
        return false;
    struct str count = str_head(window, window.n - 1);
    if (count.n && !str_i64(count, 1, WINDOW_MAX_S, &n))
        return false;
    for (size_t i = 0; i < countof(units); i++)
        if (units[i].letter == window.p[window.n - 1] && n <= WINDOW_MAX_S * 1000LL / units[i].ms) {
            s->window_ms = n * units[i].ms;
            return true;
        }
    return false;
}

static bool read_price(const char *text, struct service *s)
{
    char  *end;
    double v = strtod(text, &end);

    if (end == text || *end || !(v >= 0 && v <= PRICE_MAX))
        return false;
    s->price_micro = (int64_t)(v * 1e6 + 0.5);
    return true;
}

/* ---- what is shown ---- */

static struct str window_text(struct arena *a, int64_t ms)
{
    for (size_t i = countof(units); i-- > 0;)
        if (ms % units[i].ms == 0)
            return ms == units[i].ms ? str_fmt(a, "%c", units[i].letter)
                                     : str_fmt(a, "%lld %c", (long long)(ms / units[i].ms), units[i].letter);
    return str_fmt(a, "%lld ms", (long long)ms);
}

static struct str limit_text(struct arena *a, const struct service *s)
{
    struct str window = window_text(a, s->window_ms);
    return s->limit_calls ? str_fmt(a, "%lld / " STR_FMT, (long long)s->limit_calls, STR_ARG(window)) : S("not known");
}

static struct str span_text(struct arena *a, int64_t ms)
{
    int64_t s = (ms + 999) / 1000;
    return !ms        ? S("-")
           : s < 120  ? str_fmt(a, "%lld s", (long long)s)
           : s < 7200 ? str_fmt(a, "%lld min", (long long)s / 60)
                      : str_fmt(a, "%lld h", (long long)s / 3600);
}

static struct str clock_text(struct arena *a, int64_t ms)
{
    struct tm tm;
    time_t    t = (time_t)(ms / 1000);
    char      text[32] = "-";

    if (ms && localtime_r(&t, &tm))
        strftime(text, sizeof text, "%d %b %H:%M", &tm);
    return str_copy(a, str_of(text));
}

/* Jobs that wait for the service: all kinds that draw on it. */
static int64_t backlog_of(const struct service *s, const struct kind_row *kinds, size_t n,
                          const struct job_counts counts[KINDS_END])
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        if (kinds[i].kind < KINDS_END && str_is(kinds[i].service, s->name))
            sum += counts[kinds[i].kind].ready;
    return sum;
}

static void print_row(struct arena *a, const struct service *s, int64_t backlog, int64_t now)
{
    int64_t out = quota_runs_out_ms(s, now), behind = quota_behind_ms(s, backlog, now);

    printf("%-10s %14.*s %9lld %8.1f/s %12.*s %9.*s %10.6g %10.2f\n", s->name, STR_ARG(limit_text(a, s)),
           (long long)quota_used(s, now), (double)quota_rate_milli(s, now) / 1e3, STR_ARG(clock_text(a, out)),
           STR_ARG(span_text(a, behind)), (double)s->price_micro / 1e6,
           (double)(quota_hour_calls(s, now) * s->price_micro) / 1e6);
    if (s->closed_until_ms > now)
        printf("           closed for " STR_FMT ": %s\n", STR_ARG(span_text(a, s->closed_until_ms - now)),
               s->closed_why);
    if (backlog)
        printf("           %lld jobs wait: held by %s quota, " STR_FMT " behind\n", (long long)backlog, s->name,
               STR_ARG(span_text(a, behind)));
    if (s->raise_note[0])
        printf("           to raise it: %s\n", s->raise_note);
}

static void put_row(struct json_out *o, const struct service *s, int64_t backlog, int64_t now)
{
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("service"), str_of(s->name));
    json_out_i64(o, S("limit"), s->limit_calls);
    json_out_real(o, S("window_s"), (double)s->window_ms / 1e3);
    json_out_i64(o, S("used"), quota_used(s, now));
    json_out_real(o, S("per_second"), (double)quota_rate_milli(s, now) / 1e3);
    json_out_time(o, S("runs_out"), quota_runs_out_ms(s, now));
    json_out_time(o, S("closed_until"), s->closed_until_ms > now ? s->closed_until_ms : 0);
    json_out_text(o, S("closed_why"), s->closed_until_ms > now ? str_of(s->closed_why) : S(""));
    json_out_i64(o, S("waiting"), backlog);
    json_out_real(o, S("behind_s"), (double)quota_behind_ms(s, backlog, now) / 1e3);
    json_out_i64(o, S("price_micro"), s->price_micro);
    json_out_i64(o, S("hour_calls"), quota_hour_calls(s, now));
    json_out_i64(o, S("hour_cost_micro"), quota_hour_calls(s, now) * s->price_micro);
    json_out_text(o, S("raise"), str_of(s->raise_note));
    json_out_close(o, '}');
}

static enum rc show(struct sql *db, struct arena *a, bool json, struct err *e)
{
    struct service    s[SERVICES_MAX];
    struct job_counts counts[KINDS_END];
    struct kind_row  *kinds;
    size_t            n, nkinds;
    auto_buf          b = buf_of(PAGE_BYTES);
    struct json_out   o = json_out_of(&b);
    int64_t           now = clock_ms();

    TRY(services_list(db, s, &n, e));
    TRY(kinds_list(db, a, &kinds, &nkinds, e));
    TRY(jobs_counts(db, 0, counts, e));
    if (!json)
        printf("%-10s %14s %9s %10s %12s %9s %10s %10s\n", "service", "limit", "used", "now", "runs out", "behind",
               "a call", "this hour");
    json_out_open(&o, JSON_ELEMENT, '[');
    for (size_t i = 0; i < n; i++) {
        int64_t backlog = backlog_of(&s[i], kinds, nkinds, counts);
        put_row(&o, &s[i], backlog, now);
        if (!json)
            print_row(a, &s[i], backlog, now);
    }
    json_out_close(&o, ']');
    if (json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    return RC_OK;
}

/* ---- what is set ---- */

struct wish {
    const char *name, *limit, *price, *raise, *kind;
};

static enum rc set_kind(struct sql *db, struct arena *a, const struct wish *w, struct err *e)
{
    struct kind_row *kinds;
    size_t           n;

    TRY(kinds_list(db, a, &kinds, &n, e));
    for (size_t i = 0; i < n; i++)
        if (str_is(kinds[i].name, w->kind)) {
            kinds[i].service = str_of(w->name);
            return kinds_set(db, &kinds[i], e);
        }
    return err_set(e, RC_NOT_FOUND, "no kind of work is called '%.40s': see `kith queue show`", w->kind);
}

static enum rc set(struct sql *db, struct arena *a, const struct wish *w, struct err *e)
{
    struct service s = { .window_ms = 1000 };

    if (!w->name[0] || strlen(w->name) > SERVICE_NAME_MAX)
        return err_set(e, RC_INVALID, "a service's name has 1 to %d bytes", SERVICE_NAME_MAX);
    enum rc rc = services_get(db, str_of(w->name), &s, e);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    snprintf(s.name, sizeof s.name, "%s", w->name);
    if (w->limit && !read_limit(str_of(w->limit), &s))
        return err_set(e, RC_INVALID, "--limit is CALLS/WINDOW as 50/s, 3000/1m, 100000/30d; 0/s = not known");
    if (w->price && !read_price(w->price, &s))
        return err_set(e, RC_INVALID, "--price is what a call costs, as 0.00075");
    if (w->raise)
        snprintf(s.raise_note, sizeof s.raise_note, "%s", w->raise);
    TRY(services_set(db, &s, e));
    return w->kind ? set_kind(db, a, w, e) : RC_OK;
}

static enum rc run(const struct conf *conf, struct arena *a, const char *verb, const struct wish *w, bool json,
                   struct err *e)
{
    auto_free(sql) db = NULL;

    TRY(local_database(conf, a, &db, e));
    if (!strcmp(verb, "set"))
        TRY(set(db, a, w, e));
    else if (!strcmp(verb, "open"))
        TRY(services_open(db, str_of(w->name), e));
    return show(db, a, json, e);
}

int quota_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    bool        json = option_given(&argc, argv, "--json");
    struct wish w = { .limit = option_text(&argc, argv, "--limit"),
                      .price = option_text(&argc, argv, "--price"),
                      .raise = option_text(&argc, argv, "--raise"),
                      .kind = option_text(&argc, argv, "--kind") };
    struct conf conf;
    struct err  e = { 0 };

    enum rc     rc = conf_load(&conf, a, &argc, argv, &e);
    const char *verb = argc > 1 ? argv[1] : "show";
    bool        showing = !strcmp(verb, "show"), setting = !strcmp(verb, "set");
    bool        asked = w.limit || w.price || w.raise || w.kind;
    bool        fits = showing ? argc <= 2 : argc == 3 && (setting || !strcmp(verb, "open"));
    if (rc == RC_OK && (!fits || asked != setting))
        return command_misused(command_find("quota"));
    w.name = argc > 2 ? argv[2] : "";
    if (rc == RC_OK)
        rc = run(&conf, a, verb, &w, json, &e);
    return rc == RC_OK ? 0 : command_failed("quota", &e);
}
