/* ops/scale/simulate.h - what a policy would have done with a recorded load: one queue, first come first served, a second at a time.
 *
 * The law is the agent's own function (fleet/law/scale.h), fed with what it would have seen; the others are what is common elsewhere.
 * Work flows like water: N workers take N/S jobs a second, and ages are whole seconds (0 = less than one).  Pure. */
#pragma once
#include "fleet/law/scale.h"
#include "ops/scale/trace.h"

struct sim_options {
    struct scale_set  set;
    struct scale_host host;
    double            service_s;
    int64_t           boot_s; /* from ordered to working */
    size_t            kinds;  /* so many alike: each arrival is a job of each */
};

/* What is looked at before each second. */
struct sim_seen {
    int64_t t, workers, depth_every_s;
    double  arrived, depth, oldest_s, busy; /* of the second before; busy: workers' worth of work done */
};

struct sim_run {
    double  p50_s, p99_s, max_s, left, worker_s; /* left: jobs at the end; all kinds together */
    int64_t peak, raised;                        /* most workers; how often their number grew */
    double *workers, *age_s;                     /* each second, for charts */
};

enum sim_policy { SIM_STATIC_PEAK, SIM_STATIC_MEAN, SIM_DEPTH, SIM_TRACKING, SIM_LAW, SIM_POLICIES };
extern const char *const sim_policy_name[SIM_POLICIES];

/* Arrays in a. */
void   sim_run(struct arena *a, const struct trace *t, const struct sim_options *o, enum sim_policy policy,
               struct sim_run *ret);
double sim_pure_work_s(const struct trace *t, const struct sim_options *o); /* worker-seconds, nobody ever idle */
