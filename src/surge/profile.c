/* A day as rates over time, and the arrivals drawn from them. */
#include "surge/profile.h"
#include <math.h>
#include <stdlib.h>
#include "base/hash.h"
#include "base/vec.h"

/* The story's day: the post goes up at eight, three waves of press, people go to bed after six in the evening. */
const struct profile profiles[] = {
    { .name = "producthunt",
      .help = "a launch at 08:00: visits x60, sign-ups x40, ten hours, three waves",
      .from_h = 4,
      .to_h = 24,
      .step_h = 8,
      .end_h = 18,
      .plateau = 0.45,
      .fade_h = 1.2,
      .wave = { { 8.2, 0.8, 0.55 }, { 12, 0.7, 0.4 }, { 16, 0.7, 0.3 } },
      .arrival = { [ARRIVE_VISIT] = { 1.0, 60 },
                   [ARRIVE_SIGN_UP] = { 0.48, 40 },
                   [ARRIVE_LOG_IN] = { 0.2, 8 },
                   [ARRIVE_READ] = { 2, 4 },
                   [ARRIVE_SEARCH] = { 1, 4 },
                   [ARRIVE_EDIT] = { 0.5, 4 } } },
    { .name = "calm",
      .help = "the same hours of an ordinary day",
      .from_h = 4,
      .to_h = 24,
      .step_h = 24,
      .end_h = 24,
      .arrival = { [ARRIVE_VISIT] = { 1.0, 1 },
                   [ARRIVE_SIGN_UP] = { 0.48, 1 },
                   [ARRIVE_LOG_IN] = { 0.2, 1 },
                   [ARRIVE_READ] = { 2, 1 },
                   [ARRIVE_SEARCH] = { 1, 1 },
                   [ARRIVE_EDIT] = { 0.5, 1 } } },
};
const size_t profiles_n = countof(profiles);

const char *const arrival_name[ARRIVALS] = { "visit", "sign-up", "log-in", "read", "search", "edit" };

const struct profile *profile_find(struct str name)
{
    for (size_t i = 0; i < profiles_n; i++)
        if (str_is(name, profiles[i].name))
            return &profiles[i];
    return NULL;
}

double profile_shape(const struct profile *p, double hour)
{
    if (hour < p->step_h)
        return 0;
    double now = fmin(hour, p->end_h), shape = p->plateau;
    for (size_t i = 0; i < WAVES_MAX; i++)
        if (p->wave[i].width_h > 0)
            shape += p->wave[i].height * exp(-pow((now - p->wave[i].at_h) / p->wave[i].width_h, 2));
    shape = fmin(1, shape);
    return hour > p->end_h ? shape * exp(-(hour - p->end_h) / p->fade_h) : shape;
}

double profile_hour(const struct profile *p, double run_s, double at_s)
{
    return p->from_h + (p->to_h - p->from_h) * at_s / run_s;
}

double profile_rate(const struct profile *p, enum arrival what, double scale, double run_s, double at_s)
{
    double shape = profile_shape(p, profile_hour(p, run_s, at_s));
    return scale * p->arrival[what].calm_per_s * (1 + (p->arrival[what].peak - 1) * shape);
}

/* 0 < answer <= 1 */
static double uniform(struct rand_seeded *r) { return (double)((rand_next(r) >> 11) + 1) * 0x1p-53; }

static int by_time(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    return a->at_us != b->at_us ? (a->at_us < b->at_us ? -1 : 1) : (int)a->what - (int)b->what;
}

enum rc schedule_draw(struct arena *a, const struct profile *p, double scale, double run_s, uint64_t seed,
                      struct schedule *ret, struct err *e)
{
    VEC(struct event) events = { 0 };

    *ret = (struct schedule){ 0 };
    for (enum arrival w = 0; w < ARRIVALS; w++) {
        struct rand_seeded r = { hash64_mix(seed, 0x5c4ed + (uint64_t)w) };
        double             most = scale * p->arrival[w].calm_per_s * fmax(1, p->arrival[w].peak), at = 0;
        if (most * run_s > PROFILE_EVENTS_MAX / ARRIVALS)
            return err_set(e, RC_TOO_LARGE, "more than %d arrivals: a smaller --scale or fewer --minutes",
                           PROFILE_EVENTS_MAX);
        while (most > 0 && (at -= log(uniform(&r)) / most) < run_s) {
            if (uniform(&r) * most > profile_rate(p, w, scale, run_s, at))
                continue;
            *vec_push(a, &events) = (struct event){ (int64_t)(at * 1e6), w };
            ret->of[w]++;
        }
    }
    ret->event = events.v;
    ret->n = events.n;
    if (events.n)
        qsort(events.v, events.n, sizeof *events.v, by_time);
    return RC_OK;
}

void book_sizes(int64_t *size, size_t n, uint64_t seed)
{
    static const double tail =
        1.2; /* Pareto's exponent: half of the books have fewer than 90 cards, one in 30 more than 700 */
    struct rand_seeded r = { hash64_mix(seed, 0xb00c) };
    double             rest = 1 - pow((double)BOOK_LEAST / BOOK_MOST, tail);

    for (size_t i = 0; i < n; i++) {
        double q = ((double)i + uniform(&r)) / (double)n;
        size[i] = (int64_t)(BOOK_LEAST / pow(1 - q * rest, 1 / tail));
    }
    for (size_t i = n; i > 1; i--) {
        size_t  k = rand_below(&r, i);
        int64_t swap = size[i - 1];
        size[i - 1] = size[k];
        size[k] = swap;
    }
}
