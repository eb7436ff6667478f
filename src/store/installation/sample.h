/* store/installation/sample.h - one look at a host: what the console shows of now, and what it keeps of a minute or an hour.
 *
 * Pure: the row of numbers, its JSON, and how two of them become one.  Every number is one line of the tables in sample.c:
 * its name, and what becomes of it over time and over hosts.  In JSON what is 0 is left out.  At most SAMPLE_JSON_MAX bytes. */
#pragma once
#include "base/json.h"
#include "io/shared/tally.h"
#include "store/work/jobs.h"

enum { SAMPLE_JSON_MAX = 8 << 10, SAMPLE_HOST = 64 };

struct sample_class {
    int64_t n, p50_us, p99_us;
};
struct sample_kind {
    int64_t ready, claimed, later, dead, oldest_ms, workers, target, done; /* done: jobs in the span */
};
struct sample {
    int64_t at_ms, span_s; /* it speaks of the span_s before at_ms */
    char    host[SAMPLE_HOST];
    int64_t n[TALLIES], visitors; /* in the span; of the day so far */
    int64_t cores, cpu_permille, load_milli, memory, memory_used, disk, disk_free, kith_memory;
    int64_t processes, workers, restarts; /* restarts in the span */
    int64_t db_bytes, db_ping_us, db_connections;
    int64_t cost_micro; /* of the span, in millionths of the currency */
    struct sample_class class[CLASSES];
    struct sample_kind kind[KINDS_END];
};

/* Without at_ms and host; members: into an object that is open. */
void sample_write(struct json_out *o, struct str key, const struct sample *s);
void sample_members(struct json_out *o, const struct sample *s);
/* What is unknown is passed by, what is missing is 0. */
void sample_read(const struct json *v, struct sample *ret);

/* The same host, later: counts add up, peaks stay, the rest is the mean by time, or what was last. */
void sample_after(struct sample *s, const struct sample *later);
/* Another host in the same span: counts and means add up; what every host sees of the one database is not counted twice. */
void sample_beside(struct sample *s, const struct sample *other);
