/* store/installation/kinds.h - the live settings of the fleet, one row a kind of work, and what each agent makes of them.
 *
 * Agents read the settings within a second of any change; `kith scale` and the console write them.  None of it is account data. */
#pragma once
#include "store/work/jobs.h"

enum { KIND_MAX_WORKERS = 2000, KIND_SERVICE_MAX = 40 };

struct kind_row {
    enum job_kind kind;
    struct str    name;
    int64_t       min_workers, max_workers; /* over all agents together */
    bool          paused;
    int64_t       slo_ms, rho_pct, down_s, weight; /* what they mean: fleet/law/scale.h */
    struct str    service;                         /* row of services its units draw on; "" = none */
};
/* The values of a kind nobody has set anything for. */
struct kind_row kind_first(enum job_kind kind, struct str name, int64_t min, int64_t max);
/* Adds missing kinds with these first values; rows that are there stay. */
enum rc kinds_ensure(struct sql *db, const struct kind_row *rows, size_t n, struct err *e) must_use;
/* All rows, by kind; texts in a. */
enum rc kinds_list(struct sql *db, struct arena *a, struct kind_row **ret, size_t *ret_n, struct err *e) must_use;
/* All but kind and name; RC_NOT_FOUND. */
enum rc kinds_set(struct sql *db, const struct kind_row *row, struct err *e) must_use;

/* ---- what agents do ---- */
/* Agents with a lease, in the order of their ids: each takes its share of what is wanted, by its slots. */
struct agent_slots {
    int64_t agent, slots;
};
enum rc agents_set_slots(struct sql *db, int64_t agent, int64_t slots, struct err *e) must_use;
enum rc agents_slots(struct sql *db, struct arena *a, int64_t now_ms, struct agent_slots **ret, size_t *ret_n,
                     struct err *e) must_use;

struct agent_kind {
    int64_t       agent;
    enum job_kind kind;
    int64_t       target, running, busy, done, service_us,
        arrived_milli; /* jobs since it began; a job; a thousandth of a job a second */
    struct str held_by;
    int64_t    at_ms, wanted; /* wanted: target, were there more processors and memory; what more hosts could do */
};
/* In one transaction. */
enum rc agent_kinds_put(struct sql *db, const struct agent_kind *rows, size_t n, struct err *e) must_use;
/* Workers wanted of all living agents, of all kinds: what hosts are bought by. */
enum rc agent_kinds_wanted(struct sql *db, int64_t now_ms, int64_t *ret, struct err *e) must_use;
/* Of living agents. */
enum rc agent_kinds_list(struct sql *db, struct arena *a, int64_t now_ms, struct agent_kind **ret, size_t *ret_n,
                         struct err *e) must_use;
