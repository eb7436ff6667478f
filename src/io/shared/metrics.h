/* io/shared/metrics.h - numbers all processes add to and any process can print (Prometheus text format 0.0.4).
 *
 * One anonymous shared mapping, made by the master before it forks; every field is a lock-free 64-bit atomic, so adding
 * costs nanoseconds, survives the death of any process but the master, and needs no owner.  It stands in io because api prints
 * it, fleet and api fill it, and neither may include the other.  Labels are small numbers with a name table in the area:
 * kinds of workers (named by the master), routes (named by the http processes, all with the same names).
 * A counter counts from the start of the master.  Size: METRICS_BYTES_MAX. */
#pragma once
#include <stdatomic.h>
#include "base/buf.h"
#include "base/log.h"
#include "io/shared/longest.h"
#include "io/shared/machine.h"
#include "io/shared/tally.h"
#include "io/shared/visits.h"

enum {
    METRICS_KINDS = 16,
    METRICS_ROUTES = 96,
    METRICS_PROCESSES = 2304,
    METRICS_BUCKETS = 14,
    METRICS_NAME = 48,
    METRICS_HELD = 12
};

typedef _Atomic int64_t metric;
struct metrics_histogram {
    metric bucket[METRICS_BUCKETS + 1], sum_us;
}; /* the last bucket is +Inf */

enum metrics_role { ROLE_NONE, ROLE_MASTER, ROLE_HTTP, ROLE_AGENT, ROLE_NURSERY, ROLE_WORKER };

struct metrics {
    /* per kind of work, index = enum job_kind */
    char   kind[METRICS_KINDS][METRICS_NAME];
    metric jobs_ready[METRICS_KINDS], jobs_claimed[METRICS_KINDS], jobs_later[METRICS_KINDS], jobs_dead[METRICS_KINDS];
    metric oldest_ms[METRICS_KINDS]; /* Unix ms at which the oldest ready job was queued; 0 = none */
    metric jobs_urgent[METRICS_KINDS], urgent_oldest_ms[METRICS_KINDS]; /* those of the ready ones somebody waits for */
    metric workers[METRICS_KINDS], workers_target[METRICS_KINDS];
    metric held_by
        [METRICS_KINDS]; /* what keeps it from more workers: index of held_name, 0 = nothing (fleet/law/scale.h) */
    char   held_name[METRICS_HELD][METRICS_NAME];
    metric service_us[METRICS_KINDS],
        arrived_milli[METRICS_KINDS]; /* of a job; thousandths of a job a second, last minute */
    metric                   units_done[METRICS_KINDS], units_failed[METRICS_KINDS], units_crashed[METRICS_KINDS];
    metric                   jobs_done[METRICS_KINDS], jobs_retried[METRICS_KINDS], jobs_buried[METRICS_KINDS];
    struct metrics_histogram unit_time[METRICS_KINDS]; /* sent to answered */
    struct longest           save, save_cpu;           /* transactions in which the agent saves */
    /* per route of the API */
    char                     route[METRICS_ROUTES][METRICS_NAME];
    struct metrics_histogram request_time[METRICS_ROUTES];
    metric                   responses[6];               /* by first digit of the status */
    metric                   connections, event_streams; /* open now */
    /* processes: slot of every process alive, looked for from pid % METRICS_PROCESSES on */
    struct {
        _Atomic int32_t pid;
        _Atomic int32_t role;
    } process[METRICS_PROCESSES];
    metric writer_waits_us;           /* when somebody last had to wait to write for people: metrics_writer_waits() */
    metric http_wanted;               /* http processes this house should have */
    metric agent_rejoins;             /* its lease had ended while it was busy */
    metric database_waits;            /* requests that waited because the database did not answer, */
    metric database_refusals;         /* and those that were answered 503 in the end */
    metric storage_refusals;          /* requests that were answered 507: the disk takes nothing */
    metric restarts[ROLE_WORKER + 1]; /* died and were started again by the master, by role */
    /* what happens here, and to whom it matters */
    struct tallies  tally;
    struct visits   visits;
    struct log_ring log;
    /* what was seen of the machine, and up to where the history has it (store/installation/samples.h) */
    struct machine_seen machine;
    struct {
        metric at_ms, memory, restarts, n[TALLIES], requests[CLASSES], done[METRICS_KINDS];
    } mark;
};
enum { METRICS_BYTES_MAX = 256 << 10 };
_Static_assert(sizeof(struct metrics) <= METRICS_BYTES_MAX, "the shared area has outgrown its limit");

struct metrics *metrics_new(void); /* stops the process when there is no memory */

static inline void    metrics_add(metric *m, int64_t n) { atomic_fetch_add_explicit(m, n, memory_order_relaxed); }
static inline void    metrics_set(metric *m, int64_t v) { atomic_store_explicit(m, v, memory_order_relaxed); }
static inline int64_t metrics_get(metric *m) { return atomic_load_explicit(m, memory_order_relaxed); }
/* SQLite has one writer at a time: an http process that found it busy says so, and the agent, whose transactions are long, ends
 * the one it is in and gives way. */
enum { WRITER_WAITS_US = 8000 };
static inline bool metrics_writer_waits(struct metrics *m, int64_t now_us)
{
    return now_us - metrics_get(&m->writer_waits_us) < WRITER_WAITS_US;
}
void metrics_time(struct metrics_histogram *h, int64_t us);
void metrics_name(char to[METRICS_NAME], struct str name); /* cut, and quotes and line ends replaced by '_' */

/* The master and the agent enter and strike out what they see live and die. */
void metrics_process_born(struct metrics *m, int32_t pid, enum metrics_role role);
void metrics_process_gone(struct metrics *m, int32_t pid);
bool metrics_alive(struct metrics *m, enum metrics_role role); /* at least one */
/* All of a role: whoever should have struck them out was killed. */
void metrics_process_forget(struct metrics *m, enum metrics_role role);

/* Memory of all processes with shared pages divided among them (PSS), in bytes.  Some 50 us a process, but of each role 64 at
 * most are looked at, and the rest is taken to be like them. */
int64_t metrics_memory(struct metrics *m);

/* All of it as text; RSS and PSS per role cost as said above. */
void metrics_print(struct metrics *m, struct buf *b);
/* Its part about visits, sign-ups and response times (metrics_people.c), and the two lines before each family. */
void metrics_print_people(struct metrics *m, struct buf *b);
void metrics_head(struct buf *b, const char *name, const char *type, const char *help);
