/* fleet/law/meter.h - how long a job of a kind takes, from the units that go to workers and come back.  Pure; one per kind.
 *
 * Who waits for a network is measured by the clock, and those that are still at it count as soon as they take longer than the others did.
 * Who computes is measured by the CPU: by the clock jobs grow longer the more of them stand in line for a core, and more workers
 * would be wanted the less they help. */
#pragma once
#include "fleet/agent/task.h"

/* What a busy worker that waits for a network takes of the CPU: before anything is measured, and at least. */
#define METER_CORES_FIRST 0.01
#define METER_CORES_LEAST 0.002

enum { METER_LONG_US = 250000 };

struct meter {
    int64_t ended, busy_us, cpu_us; /* jobs, and the time workers had them, since the last meter_service_s() */
    int64_t units_out, jobs_out, out_since_us; /* in workers now; sum of the times they were sent */
    int64_t ready, oldest;                     /* what waited at the last tick: jobs, and the first one's id */
    double  service_s, calm_s, cpu_s;          /* of a job: now; when nobody waits for a core; of the CPU */
};

void   meter_sent(struct meter *m, const struct task *t); /* t->sent_us is set */
void   meter_ended(struct meter *m, const struct task *t, int64_t now_us);
double meter_service_s(struct meter *m, bool network, int64_t now_us); /* once a tick; 0 = never measured */
/* The part of a core a busy worker takes. */
double meter_cores(const struct meter *m, bool network);
/* Those in work have been there for METER_LONG_US, on average. */
bool meter_is_long(const struct meter *m, int64_t now_us);
