/* Reads a recorded load from CSV. */
#include "ops/scale/trace.h"
#include <math.h>
#include <stdlib.h>

enum { NUMBER_MAX = 40, MINUTE = 60 };

struct columns {
    int t, arrived, rate; /* -1: not there */
};

static bool number(struct str s, double most, double *ret)
{
    char text[NUMBER_MAX], *end;

    s = str_trim(s);
    if (!s.n || s.n >= sizeof text || !(ascii_digit(s.p[0]) || s.p[0] == '.'))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *ret = strtod(text, &end);
    return *end == 0 && isfinite(*ret) && *ret <= most;
}

static int split(struct str line, struct str field[TRACE_COLUMNS_MAX])
{
    int n = 0;
    for (struct str f; n < TRACE_COLUMNS_MAX && str_next(&line, ',', &f);)
        field[n++] = str_trim(f);
    return n;
}

static int column(const struct str *field, int n, struct str name)
{
    for (int i = 0; i < n; i++)
        if (str_ieq(field[i], name))
            return i;
    return -1;
}

/* True: the line is names. */
static bool find_columns(const struct str *field, int n, struct columns *c)
{
    double v;

    if (number(field[0], INFINITY, &v)) {
        *c = n >= 3 ? (struct columns){ 0, 2, 1 } : (struct columns){ 0, 1, -1 };
        return false;
    }
    *c = (struct columns){ column(field, n, S("t_s")), column(field, n, S("arrivals")),
                           column(field, n, S("lambda_per_s")) };
    return true;
}

struct reading {
    struct arena  *a;
    struct trace  *t;
    struct columns at;
    size_t         room;
    int64_t        line, first_s, last_s;
    double         peak;
};

static enum rc second(struct reading *r, int64_t t_s, double arrived, struct err *e)
{
    size_t i = (size_t)(t_s - r->first_s);

    if (i >= TRACE_SECONDS_MAX)
        return err_set(e, RC_TOO_LARGE, "line %lld: more than %d seconds after the first", (long long)r->line,
                       TRACE_SECONDS_MAX);
    if (i >= r->room) {
        size_t  more = size_min(TRACE_SECONDS_MAX, 2 * i + 4096);
        double *bigger = arena_array(r->a, double, more);
        for (size_t k = 0; k < more; k++)
            bigger[k] = k < r->t->n ? r->t->arrived[k] : 0;
        r->t->arrived = bigger;
        r->room = more;
    }
    r->t->n = i + 1 > r->t->n ? i + 1 : r->t->n;
    r->t->arrived[i] += arrived;
    r->t->sum += arrived;
    return RC_OK;
}

static enum rc take_line(struct reading *r, const struct str *field, int n, struct err *e)
{
    double t, arrived, rate = 0;

    if (r->at.t >= n || r->at.arrived >= n || r->at.rate >= n)
        return err_set(e, RC_INVALID, "line %lld: %d columns, too few", (long long)r->line, n);
    if (!number(field[r->at.t], 1e12, &t) || t != floor(t))
        return err_set(e, RC_INVALID, "line %lld: '%.30s' is no whole second", (long long)r->line,
                       str_copy(r->a, field[r->at.t]).p);
    if (!number(field[r->at.arrived], TRACE_ARRIVALS_MAX, &arrived))
        return err_set(e, RC_INVALID, "line %lld: '%.30s' is no number of arrivals", (long long)r->line,
                       str_copy(r->a, field[r->at.arrived]).p);
    if (r->at.rate >= 0 && !number(field[r->at.rate], TRACE_ARRIVALS_MAX, &rate))
        return err_set(e, RC_INVALID, "line %lld: '%.30s' is no rate", (long long)r->line,
                       str_copy(r->a, field[r->at.rate]).p);
    if (r->first_s < 0)
        r->first_s = r->last_s = (int64_t)t;
    if ((int64_t)t < r->last_s)
        return err_set(e, RC_INVALID, "line %lld: time goes back, from %lld to %lld", (long long)r->line,
                       (long long)r->last_s, (long long)t);
    r->last_s = (int64_t)t;
    r->peak = fmax(r->peak, rate);
    return second(r, (int64_t)t, arrived, e);
}

static double best_minute(const struct trace *t)
{
    double sum = 0, best = 0;

    for (size_t i = 0; i < t->n; i++) {
        sum += t->arrived[i] - (i >= MINUTE ? t->arrived[i - MINUTE] : 0);
        best = fmax(best, sum);
    }
    return best / (double)size_min(MINUTE, t->n);
}

enum rc trace_parse(struct arena *a, struct str text, struct trace *ret, struct err *e)
{
    struct str     line, field[TRACE_COLUMNS_MAX];
    struct reading r = { .a = a, .t = ret, .first_s = -1 };
    bool           begun = false;

    *ret = (struct trace){ 0 };
    if (text.n > TRACE_BYTES_MAX)
        return err_set(e, RC_TOO_LARGE, "more than %d MiB", TRACE_BYTES_MAX >> 20);
    for (r.line = 1; str_next(&text, '\n', &line); r.line++) {
        line = str_trim(line);
        if (!line.n || line.p[0] == '#')
            continue;
        int n = split(line, field);
        if (!begun) {
            begun = true;
            if (find_columns(field, n, &r.at)) {
                if (r.at.t < 0 || r.at.arrived < 0)
                    return err_set(e, RC_INVALID, "line %lld: want columns t_s and arrivals", (long long)r.line);
                continue;
            }
        }
        TRY(take_line(&r, field, n, e));
    }
    if (!ret->n)
        return err_set(e, RC_INVALID, "no second in it");
    ret->peak = r.peak > 0 ? r.peak : best_minute(ret);
    return RC_OK;
}
