/* What steps of the agent do to its state: look again, rest, take back claims of the dead. */
#include "base/clock.h"
#include "base/log.h"
#include "fleet/agent/agent_int.h"

enum { DB_PAUSE_MS = 200, SAY_EVERY_US = 5 * 1000 * 1000 };

void agent_stir(struct agent *a)
{
    a->changed = a->counts_stale = a->ready_stale = true;
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        for (size_t i = 0; i < JOB_LANES; i++)
            a->line[k].lane[i].empty = false;
}

static void pause_over(void *to)
{
    struct agent *a = to;
    a->db_pause = false;
    agent_stir(a);
}

void agent_pause(struct agent *a, const char *what, const struct err *e)
{
    int64_t now_us = clock_mono_us();

    if (now_us - a->said_us > SAY_EVERY_US) { /* each try of an outage would be a line */
        log_event(LOG_WARN, "agent.database", KZ("in", what), KZ("why", e->text));
        a->said_us = now_us;
    }
    a->db_pause = true;
    loop_after(a->loop, &a->pause, DB_PAUSE_MS, pause_over, a);
}

bool agent_has_ended(const struct agent *a) { return a->ended[JOB_LANE_URGENT].n || a->ended[JOB_LANE_BULK].n; }

bool agent_has_work(const struct agent *a)
{
    for (size_t k = 0; k < a->fleet->workers_n; k++)
        if (pool_busy(a->pool, k) || line_waiting(&a->line[k]))
            return true;
    return agent_has_ended(a);
}

enum rc agent_bury(struct agent *a, int64_t now_ms, struct err *e)
{
    size_t n = 0, all = 0;
    do {
        TRY(agents_bury(a->db, now_ms, &n, e));
        all += n;
    } while (n);
    if (all) {
        log_event(LOG_INFO, "agent.took_back", KI("jobs", (int64_t)all));
        agent_stir(a);
    }
    return RC_OK;
}
