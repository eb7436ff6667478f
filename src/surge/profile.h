/* surge/profile.h - a day as rates over time, and the arrivals drawn from them.
 *
 * Pure.  A profile gives, for each way of arriving, the calm rate and how many times that the peak is; the day's shape lies between 0
 * (an ordinary day) and 1 (the peak).  A run plays its hours in as many seconds as it is given: the rates are those of the run's own seconds,
 * the shape is the day's.
 *
 * Arrivals are an inhomogeneous Poisson process, drawn by thinning (Lewis and Shedler 1979) before the run begins: nothing the server
 * does can change when the next one comes (open loop).  Equal seeds give equal arrivals. */
#pragma once
#include "base/err.h"
#include "base/rand.h"

enum arrival { ARRIVE_VISIT, ARRIVE_SIGN_UP, ARRIVE_LOG_IN, ARRIVE_READ, ARRIVE_SEARCH, ARRIVE_EDIT, ARRIVALS };

enum { WAVES_MAX = 4, PROFILE_EVENTS_MAX = 20000000 };

struct wave {
    double at_h, width_h, height;
};
struct profile {
    const char *name, *help;
    double      from_h, to_h;    /* what of the day is played */
    double      step_h, end_h;   /* the news is out; interest begins to fade */
    double      plateau, fade_h; /* share of the peak that stays between the waves; e-folding time of the fading */
    struct wave wave[WAVES_MAX];
    struct {
        double calm_per_s, peak; /* peak: times the calm rate */
    } arrival[ARRIVALS];
};
extern const struct profile profiles[];
extern const size_t         profiles_n;
const struct profile       *profile_find(struct str name); /* NULL when there is none */
extern const char *const    arrival_name[ARRIVALS];

/* 0 .. 1 at an hour of the day. */
double profile_shape(const struct profile *p, double hour);
double profile_hour(const struct profile *p, double run_s, double at_s);
/* Arrivals per second of the run, at_s seconds after its start. */
double profile_rate(const struct profile *p, enum arrival what, double scale, double run_s, double at_s);

struct event {
    int64_t      at_us; /* from the run's start */
    enum arrival what;
};
struct schedule {
    struct event *event; /* in order of time */
    size_t        n;
    int64_t       of[ARRIVALS];
};
/* In the arena; RC_TOO_LARGE when there would be more than PROFILE_EVENTS_MAX. */
enum rc schedule_draw(struct arena *a, const struct profile *p, double scale, double run_s, uint64_t seed,
                      struct schedule *ret, struct err *e) must_use;

/* Sizes of n address books, between least and most cards: a bounded Pareto distribution, one draw from each n-th of it, shuffled, so
 * that the sum hardly depends on the seed. */
enum { BOOK_LEAST = 50, BOOK_MOST = 3000 };
void book_sizes(int64_t *size, size_t n, uint64_t seed);
