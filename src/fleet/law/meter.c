/* Measures how long a job of a kind takes. */
#include "fleet/law/meter.h"
#include <math.h>
#include "fleet/law/scale.h"

#define CALM_GROWS 1.001 /* a tick: the service itself may have become slower */

void meter_sent(struct meter *m, const struct task *t)
{
    m->units_out++;
    m->jobs_out += (int64_t)t->unit.n;
    m->out_since_us += t->sent_us;
}

void meter_ended(struct meter *m, const struct task *t, int64_t now_us)
{
    int64_t took_us = now_us - t->sent_us;

    m->units_out--;
    m->jobs_out -= (int64_t)t->unit.n;
    m->out_since_us -= t->sent_us;
    m->ended += (int64_t)t->unit.n;
    m->busy_us += took_us;
    m->cpu_us += i64_max(0, i64_min(t->cpu_us, took_us)); /* a worker is not trusted */
}

double meter_service_s(struct meter *m, bool network, int64_t now_us)
{
    double out_us = (double)(m->units_out * now_us - m->out_since_us);

    m->service_s = scale_service(m->service_s, (double)m->busy_us / 1e6, (double)m->ended);
    m->cpu_s = scale_service(m->cpu_s, (double)m->cpu_us / 1e6, (double)m->ended);
    if (m->ended)
        m->calm_s = fmin(m->service_s, m->calm_s > 0 ? m->calm_s * CALM_GROWS : m->service_s);
    m->busy_us = m->ended = m->cpu_us = 0;
    if (!network && m->cpu_s > 0)
        return m->cpu_s;
    return m->jobs_out > 0 ? fmax(m->service_s, out_us / 1e6 / (double)m->jobs_out) : m->service_s;
}

/* Those that wait take what they took when cores were free: in a crowd every job takes longer, and by that measure there would always
 * be room for more. */
double meter_cores(const struct meter *m, bool network)
{
    if (!network)
        return 1;
    return m->calm_s > 0 ? fmin(1, fmax(METER_CORES_LEAST, m->cpu_s / m->calm_s)) : METER_CORES_FIRST;
}

bool meter_is_long(const struct meter *m, int64_t now_us)
{
    return m->units_out * (now_us - METER_LONG_US) > m->out_since_us;
}
