/* The scaling law: how many workers each kind gets. Pure. */
#include "fleet/law/scale.h"
#include <assert.h>
#include <math.h>

#define DRAIN_S         2.5 /* a backlog is worked off in this time */
#define PANIC_AT        1.2
#define SQUARE_ROOT     0.5
#define QUOTA_HEADROOM  1.2  /* enough to use all of a quota though calls take longer at times */
#define SERVICE_UNKNOWN 0.05 /* seconds; until the first unit has ended */
#define SERVICE_WEIGHT  0.2
#define ALMOST          1e-9

const char *const scale_held_name[SCALE_HELD_END] = {
    [SCALE_FREE] = "",
    [SCALE_HELD_MAX] = "max",
    [SCALE_HELD_CPU] = "cpu",
    [SCALE_HELD_MEMORY] = "memory",
    [SCALE_HELD_BUDGET] = "budget",
    [SCALE_HELD_QUOTA] = "quota",
    [SCALE_HELD_DATABASE] = "database",
    [SCALE_HELD_PAUSED] = "paused",
};

/* ---- the last minute ---- */

static double *slot(struct scale_ring *r, int64_t back)
{
    return &r->v[(r->at + SCALE_WINDOW_S - back) % SCALE_WINDOW_S];
}

static void ring_roll(struct scale_ring *r, int64_t at)
{
    int64_t fresh = i64_min(at - r->at, SCALE_WINDOW_S);

    r->at = i64_max(r->at, at);
    for (int64_t i = 0; i < fresh; i++)
        *slot(r, i) = 0;
}

static double ring_sum(const struct scale_ring *r, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += *slot((struct scale_ring *)(uintptr_t)r, i);
    return sum;
}

static double ring_most(struct scale_ring *r, int64_t n)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++)
        most = fmax(most, *slot(r, i));
    return most;
}

double scale_rate(const struct scale_state *s, int64_t seconds)
{
    assert(seconds >= 1 && seconds <= SCALE_WINDOW_S);
    return ring_sum(&s->arrived, seconds) / (double)seconds;
}

/* ---- what one kind wants ---- */

double scale_need(double per_s, double service_s, double rho)
{
    double busy = per_s * service_s;
    return busy / rho + SQUARE_ROOT * sqrt(busy);
}

double scale_service(double before_s, double busy_s, double jobs)
{
    if (jobs <= 0)
        return before_s;
    return before_s > 0 ? before_s + SERVICE_WEIGHT * (busy_s / jobs - before_s) : busy_s / jobs;
}

static void want(struct scale_kind *k, int64_t now_s)
{
    double s = k->seen.service_s > 0 ? k->seen.service_s : SERVICE_UNKNOWN;

    ring_roll(&k->state.arrived, now_s);
    *slot(&k->state.arrived, 0) += fmax(k->seen.arrived, 0);
    double l60 = scale_rate(&k->state, SCALE_WINDOW_S), l6 = scale_rate(&k->state, SCALE_PANIC_S);
    double backlog = fmax(0, k->seen.depth - l6), calm = scale_need(l60, s, k->set.rho);
    double panic = scale_need(l6, s, k->set.rho) + backlog * s / DRAIN_S;
    k->panic = panic > PANIC_AT * calm || k->seen.oldest_s > k->set.slo_s / 2;
    k->wanted = k->panic ? fmax(calm, panic) : calm;
}

/* The highest target of the last down_s seconds, in at most 60 slots. */
static double released_slowly(struct scale_kind *k, int64_t now_s)
{
    int64_t down = i64_min(k->set.down_s, SCALE_DOWN_MAX_S),
            width = i64_max(1, (down + SCALE_WINDOW_S - 1) / SCALE_WINDOW_S);

    if (k->state.width_s != width) { /* the setting was changed */
        k->state.width_s = width;
        k->state.high = (struct scale_ring){ 0 };
        ring_roll(&k->state.high, now_s / width);
        *slot(&k->state.high, 0) = (double)k->state.target;
    }
    ring_roll(&k->state.high, now_s / width);
    double most = ring_most(&k->state.high, (down + width - 1) / width);
    return k->panic ? fmax(most, (double)k->state.target) : most;
}

/* ---- caps ---- */

struct cap {
    double          most;
    enum scale_held why;
};

static void lower(struct cap *c, double most, enum scale_held why)
{
    if (most < c->most)
        *c = (struct cap){ most, why };
}

static struct cap own_cap(const struct scale_kind *k)
{
    struct cap c = { (double)k->set.max, SCALE_HELD_MAX };

    if (k->set.quota_per_s > 0 && k->seen.service_s > 0)
        lower(&c, fmax(1, ceil(k->set.quota_per_s * k->seen.service_s * QUOTA_HEADROOM - ALMOST)), SCALE_HELD_QUOTA);
    if (k->seen.saving_late)
        lower(&c, fmax(1, (double)k->seen.running), SCALE_HELD_DATABASE);
    if (k->set.paused)
        lower(&c, 0, SCALE_HELD_PAUSED);
    return c;
}

/* Parts of `all` by weight; who takes less than its part leaves the rest to the others.  take[] becomes what each gets. */
static void divide(double all, size_t n, const struct scale_kind *kinds, double take[])
{
    bool   served[SCALE_KINDS_MAX] = { 0 };
    double left = all;

    for (bool again = true; again;) {
        double weights = 0;
        again = false;
        for (size_t i = 0; i < n; i++)
            weights += served[i] || take[i] <= 0 ? 0 : (double)kinds[i].set.weight;
        for (size_t i = 0; i < n && !again; i++) {
            if (served[i] || take[i] <= 0 || take[i] > left * (double)kinds[i].set.weight / weights + ALMOST)
                continue;
            served[i] = again = true;
            left -= take[i];
        }
        for (size_t i = 0; i < n && !again; i++)
            if (!served[i] && take[i] > 0)
                take[i] = fmax(0, left) * (double)kinds[i].set.weight / weights;
    }
}

/* Something all kinds share: a worker of kind i takes each[i] of it, and the kind asks for ask[i] workers.  Who gets less than it asked
 * for is capped; one worker of a kind is never refused. */
static void share_out(double all, const double each[], const double ask[], enum scale_held why, size_t n,
                      const struct scale_kind *kinds, struct cap cap[])
{
    double asked[SCALE_KINDS_MAX], got[SCALE_KINDS_MAX], sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += asked[i] = got[i] = fmin(ask[i], cap[i].most) * each[i];
    if (sum <= all + ALMOST)
        return;
    divide(all, n, kinds, got);
    for (size_t i = 0; i < n; i++)
        if (got[i] < asked[i] - ALMOST)
            lower(&cap[i], fmax(1, floor(got[i] / each[i] + ALMOST)), why);
}

/* Idle workers take memory, not cores nor money. */
static void cap_all(const struct scale_host *host, size_t n, const struct scale_kind *kinds, const double target[],
                    struct cap cap[])
{
    double cores[SCALE_KINDS_MAX] = { 0 }, one[SCALE_KINDS_MAX] = { 0 }, cost[SCALE_KINDS_MAX] = { 0 },
           wanted[SCALE_KINDS_MAX] = { 0 };

    for (size_t i = 0; i < n; i++) {
        cores[i] = kinds[i].set.cores;
        one[i] = 1;
        cost[i] = kinds[i].set.cores * host->price_per_core;
        wanted[i] = ceil(kinds[i].wanted - ALMOST);
    }
    share_out(host->cores, cores, wanted, SCALE_HELD_CPU, n, kinds, cap);
    if (host->budget >= 0)
        share_out(host->budget, cost, wanted, SCALE_HELD_BUDGET, n, kinds, cap);
    share_out((double)host->workers, one, target, SCALE_HELD_MEMORY, n, kinds, cap);
}

/* ---- the tick ---- */

static void settle(struct scale_kind *k, double held, struct cap cap)
{
    double most = k->set.paused ? 0 : fmax(cap.most, (double)k->set.min);
    double fresh = fmin(fmax(ceil(k->wanted - ALMOST), (double)k->set.min), most);

    k->target = k->state.target = (int64_t)fmin(fmax(fresh, held), most);
    k->held = k->set.paused || ceil(k->wanted - ALMOST) > most ? cap.why : SCALE_FREE;
    *slot(&k->state.high, 0) = fmax(*slot(&k->state.high, 0), fresh);
}

void scale_tick(const struct scale_host *host, struct scale_kind *kinds, size_t n, int64_t now_s)
{
    double     held[SCALE_KINDS_MAX] = { 0 }, target[SCALE_KINDS_MAX] = { 0 };
    struct cap cap[SCALE_KINDS_MAX];

    assert(n <= SCALE_KINDS_MAX && now_s > 0);
    for (size_t i = 0; i < n; i++) {
        want(&kinds[i], now_s);
        held[i] = released_slowly(&kinds[i], now_s);
        target[i] = fmax(fmax(ceil(kinds[i].wanted - ALMOST), held[i]), (double)kinds[i].set.min);
        cap[i] = own_cap(&kinds[i]);
    }
    cap_all(host, n, kinds, target, cap);
    for (size_t i = 0; i < n; i++)
        settle(&kinds[i], held[i], cap[i]);
}

int64_t scale_share(int64_t total, int64_t before, int64_t mine, int64_t all)
{
    return all > 0 ? total * (before + mine) / all - total * before / all : total;
}
