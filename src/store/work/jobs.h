/* store/work/jobs.h - the queue.  A job names a row (its subject) and may run twice; at most one waits per (kind, account, subject).
 *
 * Claims take two steps, so that tenants get turns and every statement stays in one account: jobs_next_account(), then jobs_claim().
 * Each kind has two lanes: in the one people wait, in the other machines; neither ever sees the other's jobs.
 * A completion is fenced by (id, attempt): jobs_held() says which of the claimed are still ours, inside the transaction that saves
 * their results.  A change that arrives while its job runs sets `again`, and completion makes the row ready anew.
 * Done jobs leave the table; waiting for a time: job_later; given up: job_dead.
 * The statements over all accounts (next_account, counts, agents, due) are the list of exceptions tests/unit/u_store_sql.c allows. */
#pragma once
#include "io/sql/sql.h"

enum job_kind {
    KIND_IMPORT = 1,
    KIND_ENRICH,
    KIND_DEDUPE,
    KIND_INDEX,
    KIND_UNDO,
    KIND_PASSWORD,
    KIND_EXPIRE,
    KINDS_END
};
extern const char *const job_kind_name[KINDS_END]; /* as workers, metrics and the API call them */
enum { JOB_PRIO_NOW = 1, JOB_PRIO_NORMAL = 5, JOB_PRIO_BULK = 9, JOBS_CLAIM_MAX = 100 };

struct job {
    int64_t subject, id, attempt;
}; /* attempt: 1 at the first claim */

/* Priorities below JOB_PRIO_NORMAL are urgent: somebody looks at a screen until they are done. */
enum job_lane { JOB_LANE_URGENT, JOB_LANE_BULK, JOB_LANES };

/* Enqueues subjects, coalescing with what waits (the more urgent prio stays).  Inside or outside a transaction. */
enum rc jobs_add(struct sql *db, int64_t account, enum job_kind kind, int prio, const int64_t *subjects, size_t n,
                 struct err *e) must_use;
/* The same at a time: replaced by a later call for the same subject. */
enum rc jobs_add_later(struct sql *db, int64_t account, enum job_kind kind, int64_t subject, int64_t run_at_ms,
                       int prio, struct err *e) must_use;

/* The first account after `after` with ready work of this kind and lane, going round; RC_NOT_FOUND: none at all. */
enum rc jobs_next_account(struct sql *db, enum job_kind kind, enum job_lane lane, int64_t after, int64_t *ret,
                          struct err *e) must_use;
/* Several agents on one database: each claims bulk work of its own accounts first, so that they do not wait for each other's rows.
 * The account belongs to agent number `mine` of `all` when its id leaves that remainder; all == 1: every account. */
struct job_slice {
    int64_t mine, all;
};
/* The same in the bulk lane, of a slice.  RC_NOT_FOUND: none among the next SLICE_LOOK accounts with work. */
enum { SLICE_LOOK = 256 };
enum rc jobs_next_of_slice(struct sql *db, enum job_kind kind, const struct job_slice *s, int64_t after, int64_t *ret,
                           struct err *e) must_use;
/* At most n (<= JOBS_CLAIM_MAX) of one account and lane, low priority numbers and old ones first; may give fewer than there are.
 * ret has room for n.  agent: incarnation that holds them. */
enum rc jobs_claim(struct sql *db, int64_t account, enum job_kind kind, enum job_lane lane, size_t n, int64_t agent,
                   struct job *ret, size_t *ret_n, struct err *e) must_use;

/* ---- in the transaction that saves the unit's results ---- */
enum rc jobs_held(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n, bool *ret_held,
                  struct err *e) must_use;
/* Only rows that are still held are touched, by all four.  When `again` is set, each of the first three makes the row ready anew. */
enum rc jobs_done(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n,
                  struct err *e) must_use;
/* In the lane it came from: what somebody waits for does not fall behind machines because it failed once. */
enum rc jobs_retry(struct sql *db, int64_t account, enum job_kind kind, const struct job *job, int64_t run_at_ms,
                   struct str why, struct err *e) must_use;
enum rc jobs_bury(struct sql *db, int64_t account, enum job_kind kind, const struct job *job, struct str why,
                  struct err *e) must_use;
/* Back to ready without counting the attempt: drain, shutdown. */
enum rc jobs_give_back(struct sql *db, int64_t account, enum job_kind kind, const struct job *jobs, size_t n,
                       struct err *e) must_use;

/* Moves jobs whose time has come to ready, at most 500 a call, in one transaction. */
enum rc jobs_due(struct sql *db, int64_t now_ms, size_t *ret_n, struct err *e) must_use;
/* When the next one is due; INT64_MAX when none waits. */
enum rc jobs_next_due(struct sql *db, int64_t *ret_ms, struct err *e) must_use;

/* ---- agents: one lease row each; the claims of one that died return, their attempt counted ---- */
/* Also again, after its lease has ended: what it claimed and another has freed meanwhile is held back by the fence of (id, attempt). */
enum rc agents_join(struct sql *db, int64_t agent, struct str host, int64_t pid, int64_t lease_until_ms,
                    struct err *e) must_use;
enum rc agents_renew(struct sql *db, int64_t agent, int64_t lease_until_ms,
                     struct err *e) must_use; /* RC_GONE: declared dead */
/* Frees the claims of agents whose lease ended before now (or of the one that leaves), at most 500 a call: call until 0. */
enum rc agents_bury(struct sql *db, int64_t now_ms, size_t *ret_freed, struct err *e) must_use;
enum rc agents_count(struct sql *db, int64_t *ret, struct err *e) must_use; /* with a valid lease; those that claim */
/* When the first lease of the others ends; INT64_MAX when there are none. */
enum rc agents_next_end(struct sql *db, int64_t agent, int64_t *ret_ms, struct err *e) must_use;
enum rc agents_leave(struct sql *db, int64_t agent, size_t *ret_freed, struct err *e) must_use;

/* ---- looking ---- */
struct job_counts {
    int64_t ready, claimed, later, dead, oldest_ms, urgent, urgent_oldest_ms;
}; /* oldest_ms: when the oldest ready one was queued, 0 = none; urgent: those of the ready ones somebody waits for */
/* Ready jobs of a kind over all accounts, counted up to JOBS_SEEN_MAX, and the oldest id among those; 0 = none.  Costs the same
 * however many there are. */
enum { JOBS_SEEN_MAX = 10000 };
enum rc jobs_ready_some(struct sql *db, enum job_kind kind, int64_t *ret_n, int64_t *ret_oldest_id,
                        struct err *e) must_use;
/* ret[KINDS_END], index = kind; all accounts (0) or one. */
enum rc jobs_counts(struct sql *db, int64_t account, struct job_counts ret[KINDS_END], struct err *e) must_use;

struct dead_job {
    enum job_kind kind;
    int64_t       subject, attempt, at_ms;
    struct str    why;
};
/* The latest ones; kind 0: of all kinds. */
enum rc jobs_dead(struct sql *db, struct arena *a, int64_t account, int64_t kind, int limit, struct dead_job **ret,
                  size_t *ret_n, struct err *e) must_use;
/* Buried jobs of a kind (0 = all kinds) are ready again, their attempts forgotten; at most 500 a call: call until 0. */
enum rc jobs_redrive(struct sql *db, int64_t account, int64_t kind, size_t *ret_n, struct err *e) must_use;
