/* Replays a recorded load through the scaling law. */
#include "ops/scale/simulate.h"
#include <math.h>

/* The others, with their usual settings. */
#define STATIC_RHO   0.8
#define DEPTH_EACH   10.0 /* jobs waiting for a worker: the depth autoscalers aim at */
#define TOLERANCE    0.1
#define TRACKED_BUSY 0.6

enum {
    DEPTH_EVERY_S = 15,
    DEPTH_DOWN_S = 300,
    DEPTH_LOOKS = DEPTH_DOWN_S / DEPTH_EVERY_S,
    TRACK_EVERY_S = 60,
    TRACK_DOWN_S = 300
};

const char *const sim_policy_name[SIM_POLICIES] = {
    [SIM_STATIC_PEAK] = "static for peak",
    [SIM_STATIC_MEAN] = "static for mean",
    [SIM_DEPTH] = "depth target 10 (HPA, KEDA)",
    [SIM_TRACKING] = "target tracking, 60 % busy",
    [SIM_LAW] = "Kith",
};

struct state {
    const struct trace       *t;
    const struct sim_options *o;
    struct scale_kind         kind[SCALE_KINDS_MAX];
    double                    wanted[DEPTH_LOOKS];
    double                    busy_sum;
    int64_t                   workers, last_up_s;
};

/* ---- policies: how many workers for second t ---- */

static int64_t bounded(const struct sim_options *o, double n)
{
    return i64_min(i64_max((int64_t)ceil(n - 1e-9), i64_max(o->set.min, 1)), o->set.max);
}

static int64_t static_for(const struct sim_options *o, double per_s)
{
    return (int64_t)ceil(per_s * o->service_s / STATIC_RHO);
}

static int64_t static_peak(struct state *s, const struct sim_seen *seen)
{
    (void)seen;
    return static_for(s->o, s->t->peak);
}

static int64_t static_mean(struct state *s, const struct sim_seen *seen)
{
    (void)seen;
    return static_for(s->o, s->t->sum / (double)s->t->n);
}

/* Every 15 s: so many that each has ten waiting; at most doubled, lowered to the most that was wanted in five minutes. */
static int64_t by_depth(struct state *s, const struct sim_seen *seen)
{
    double want = seen->depth / DEPTH_EACH, now = (double)s->workers, most = 0;

    if (seen->t % DEPTH_EVERY_S)
        return s->workers;
    if (now > 0 && fabs(want / now - 1) <= TOLERANCE)
        want = now;
    s->wanted[seen->t / DEPTH_EVERY_S % DEPTH_LOOKS] = want;
    for (size_t i = 0; i < DEPTH_LOOKS; i++)
        most = fmax(most, s->wanted[i]);
    return bounded(s->o, fmin(most, fmax(2 * now, now + 4)));
}

/* Every minute, from the mean of that minute; down only five minutes after the last way up. */
static int64_t tracked(struct state *s, const struct sim_seen *seen)
{
    s->busy_sum += seen->busy;
    if (seen->t % TRACK_EVERY_S)
        return s->workers;
    int64_t want = bounded(s->o, s->busy_sum / TRACK_EVERY_S / TRACKED_BUSY);
    s->busy_sum = 0;
    if (want > s->workers)
        s->last_up_s = seen->t;
    return want < s->workers && seen->t - s->last_up_s < TRACK_DOWN_S ? s->workers : want;
}

static int64_t by_law(struct state *s, const struct sim_seen *seen)
{
    for (size_t i = 0; i < s->o->kinds; i++) {
        s->kind[i].set = s->o->set;
        s->kind[i].seen = (struct scale_seen){ .arrived = seen->arrived,
                                               .depth = seen->depth,
                                               .oldest_s = seen->oldest_s,
                                               .service_s = s->o->service_s,
                                               .running = s->workers };
    }
    scale_tick(&s->o->host, s->kind, s->o->kinds, seen->t + 1);
    return s->kind[0].target;
}

static int64_t (*const policies[SIM_POLICIES])(struct state *s, const struct sim_seen *seen) = {
    [SIM_STATIC_PEAK] = static_peak,
    [SIM_STATIC_MEAN] = static_mean,
    [SIM_DEPTH] = by_depth,
    [SIM_TRACKING] = tracked,
    [SIM_LAW] = by_law,
};

/* ---- the queue ---- */

struct queue {
    double *left; /* of each second's arrivals */
    size_t  head;
    double  depth, *by_age; /* jobs by the seconds they waited */
    double  served;
};

static void serve(struct queue *q, size_t now, double most)
{
    while (most > 0 && q->head <= now) {
        double some = fmin(q->left[q->head], most);
        q->by_age[now - q->head] += some;
        q->left[q->head] -= some;
        q->served += some;
        q->depth -= some;
        most -= some;
        if (q->left[q->head] > 0)
            break;
        q->head++;
    }
    if (q->head > now)
        q->depth = 0; /* what rounding left */
}

static double age_at(const struct queue *q, double share)
{
    double sum = 0;
    size_t age = 0;

    while ((sum += q->by_age[age]) < share * q->served - 1e-6)
        age++;
    return (double)age;
}

/* Those ordered boot_s ago and wanted ever since. */
static int64_t up_since(const double *workers, size_t t, int64_t boot_s)
{
    double least = workers[t];
    for (size_t i = 1; i <= (size_t)boot_s; i++)
        least = fmin(least, t >= i ? workers[t - i] : 0);
    return (int64_t)least;
}

static double quota_most(const struct sim_options *o) { return o->set.quota_per_s > 0 ? o->set.quota_per_s : INFINITY; }

void sim_run(struct arena *a, const struct trace *t, const struct sim_options *o, enum sim_policy policy,
             struct sim_run *ret)
{
    struct state    s = { .t = t, .o = o, .workers = i64_max(o->set.min, 0) };
    struct queue    q = { .left = arena_array(a, double, t->n), .by_age = arena_array(a, double, t->n) };
    struct sim_seen seen = { 0 };

    *ret = (struct sim_run){ .workers = arena_array(a, double, t->n), .age_s = arena_array(a, double, t->n) };
    memset(q.by_age, 0, t->n * sizeof *q.by_age);
    for (size_t i = 0; i < t->n; i++) {
        seen.t = (int64_t)i;
        int64_t n = policies[policy](&s, &seen);
        ret->raised += n > s.workers;
        s.workers = n;
        ret->workers[i] = (double)n;
        ret->peak = i64_max(ret->peak, n);
        ret->worker_s += (double)n;

        double before = q.served, up = (double)up_since(ret->workers, i, o->boot_s);
        q.left[i] = t->arrived[i];
        q.depth += t->arrived[i];
        serve(&q, i, fmin(up / o->service_s, quota_most(o)));
        seen.arrived = t->arrived[i];
        seen.depth = q.depth;
        seen.busy = (q.served - before) * o->service_s;
        seen.oldest_s = q.head <= i ? (double)(i - q.head) : 0;
        ret->age_s[i] = seen.oldest_s;
        ret->max_s = fmax(ret->max_s, seen.oldest_s);
    }
    ret->left = q.depth * (double)o->kinds;
    ret->worker_s *= (double)o->kinds;
    ret->peak *= (int64_t)o->kinds;
    ret->p50_s = age_at(&q, 0.50);
    ret->p99_s = age_at(&q, 0.99);
}

double sim_pure_work_s(const struct trace *t, const struct sim_options *o)
{
    return t->sum * o->service_s * (double)o->kinds;
}
