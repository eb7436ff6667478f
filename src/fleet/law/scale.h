/* fleet/law/scale.h - the law: how many workers each kind of work gets.  Pure: numbers in, numbers out; no clock, no file, no memory but
 * what the caller keeps.  The agent asks it once a second; `kith scale plan` asks it for every second of a recorded day.
 *
 *   l60, l6   arrivals a second, over the last 60 and the last 6 seconds         S   seconds one job keeps one worker
 *   need(l) = l*S/rho + 0.5*sqrt(l*S)         Little's law, and the square root for what chance adds
 *   backlog = depth - one second of arrivals, at least 0
 *   panic   = need(l6) + backlog*S/drain
 *   wanted  = need(l60); and at least panic when that is 1.2 times as much, or when the oldest job is older than slo/2
 *   target  = wanted, and at least the highest target of the last down_s seconds; at most every cap; at least min
 *
 * The rate of arrivals is the signal, age is the alarm; depth alone is the worst signal of all: it is 0 when all is well.
 * Nothing shrinks in panic, and letting go means that idle workers leave: none is ever stopped in its work. */
#pragma once
#include "base/base.h"

enum { SCALE_WINDOW_S = 60, SCALE_PANIC_S = 6, SCALE_DOWN_MAX_S = 3600, SCALE_KINDS_MAX = 16 };

/* What keeps a kind from more workers than it has. */
enum scale_held {
    SCALE_FREE,
    SCALE_HELD_MAX,    /* its own setting */
    SCALE_HELD_CPU,    /* more that compute would only wait for a core */
    SCALE_HELD_MEMORY, /* the host's room for workers of all kinds */
    SCALE_HELD_BUDGET,
    SCALE_HELD_QUOTA,    /* the service outside does not take more */
    SCALE_HELD_DATABASE, /* results wait to be saved: more of them help nobody */
    SCALE_HELD_PAUSED,
    SCALE_HELD_END
};
extern const char *const scale_held_name[SCALE_HELD_END]; /* "", "max", "cpu", ... */

/* Settings of a kind, as they count now.  No quota: 0. */
struct scale_set {
    int64_t min, max, down_s, weight;
    double  slo_s, rho, quota_per_s;
    double
        cores; /* what one busy worker takes of the CPU: 1 for those that compute, little for those that wait for a network */
    bool paused;
};

/* What was seen since the tick before. */
struct scale_seen {
    double arrived, depth, oldest_s,
        service_s; /* jobs; jobs not yet in a worker; their oldest's age; S, 0 = never measured */
    int64_t running;
    bool    saving_late; /* results wait for the database */
};

/* The last 60 slots of time. */
struct scale_ring {
    double  v[SCALE_WINDOW_S];
    int64_t at;
};
struct scale_state {
    struct scale_ring arrived, high;
    int64_t           width_s, target;
};

/* Of all kinds together.  budget and price: cost an hour, in the same currency; budget < 0: none set. */
struct scale_host {
    double  cores; /* workers that compute at the same time */
    int64_t workers;
    double  budget, price_per_core;
};

struct scale_kind {
    struct scale_set   set;
    struct scale_seen  seen;
    struct scale_state state; /* all 0 at the start */
    int64_t            target;
    double             wanted; /* before caps and slow release */
    enum scale_held    held;
    bool               panic;
};

/* One tick of all kinds; now_s: seconds of any clock that does not go back, > 0.  Calling twice in a second is fine; so is a pause. */
void scale_tick(const struct scale_host *host, struct scale_kind *kinds, size_t n, int64_t now_s);

double scale_need(double per_s, double service_s, double rho);
double scale_rate(const struct scale_state *s, int64_t seconds); /* arrivals a second, over the last 1..60 */
/* S from what ended since the last tick: `busy_s` of workers for `jobs`.  before_s 0: the first measurement. */
double scale_service(double before_s, double busy_s, double jobs);
/* One agent's part of what is wanted of all: with slots `mine` behind `before` of `all`.  The parts add up to total exactly. */
int64_t scale_share(int64_t total, int64_t before, int64_t mine, int64_t all);
