/* fleet/agent/quota.h - calls to services outside, shared out among all agents.
 *
 * A row of table services (store/installation/services.h) is one bucket for everybody.  A kind draws on it when its row in kinds names it: one
 * token a subject, or what save() reports in unit.calls.  An agent draws a lease in one short transaction, so the bucket needs
 * no process of its own and outlives all of them:
 *   a window of a minute or less is paced.  A lease is the next places on the service's time line, one each step; a place nobody
 *     took in time lapses.  So however a window is laid over the calls, it holds no more than the limit
 *   a longer window is counted.  A lease is some of what is left; when nothing is left, the next window is waited for
 *   without a limit a lease is what was asked for: the service says itself when it is too much
 * What was drawn and not used goes back with the next lease.  RC_THROTTLED from a worker closes the bucket for everybody until the
 * service said; claims of that kind stop, jobs in hand go back as they were, no attempt is counted.  The same when units fail
 * DEAD_AFTER times in a row with RC_UNAVAILABLE: a service that is down buries nobody's jobs.
 *
 * How many units may be out at a service at once: postfix's feedback.  N units that went well allow one more, one that did not takes
 * one away; at least 1.
 *
 * Times are Unix microseconds where they place calls, milliseconds else; agents on several hosts need clocks that agree to
 * some milliseconds.  quota_draw() and what only looks at a service are pure. */
#pragma once
#include "store/installation/services.h"

enum {
    QUOTA_PACED_MS = 60 * 1000,
    QUOTA_PACE_PCT = 96,  /* of the limit; the rest is for calls that come late: */
    QUOTA_LATE_PCT = 2,   /* of the window may a token be taken late, then it lapses; as much again for the way */
    QUOTA_LEASE_MS = 250, /* how far ahead one agent reserves */
    QUOTA_LEASE_MOST = 100,
    QUOTA_LIFE_MS = 2000, /* tokens that have no place on a time line lapse after this */
    QUOTA_AT_FIRST = 5,   /* units out at once */
    QUOTA_AT_MOST = 300,
    QUOTA_DEAD_AFTER = 5,
    QUOTA_DEAD_MS = 30 * 1000,
    QUOTA_DEAD_MOST_MS = 10 * 60 * 1000
};

struct quota_lease {
    int64_t n, first_us, step_us; /* step 0: at any time */
    int64_t again_us;             /* n == 0: when to ask again */
};
/* Takes at most want tokens from s, which changes as its row is to change.  unused: of earlier leases (< 0: spent beyond them). */
void quota_draw(struct service *s, int64_t now_us, int64_t want, int64_t unused, struct quota_lease *ret);

/* ---- looking at a service: for tables, the console, the law ---- */
int64_t quota_rate_milli(const struct service *s, int64_t now_ms); /* calls made in 1,000 s, as of late */
int64_t quota_used(const struct service *s, int64_t now_ms);       /* in the window that runs */
int64_t quota_hour_calls(const struct service *s, int64_t now_ms);
/* When the window is used up at this rate; 0 = not before it ends. */
int64_t quota_runs_out_ms(const struct service *s, int64_t now_ms);
/* How long until jobs that wait now have had their turn. */
int64_t quota_behind_ms(const struct service *s, int64_t backlog, int64_t now_ms);

/* Services that are known to matter, as first rows.  The operator says what was agreed on with them. */
extern const struct service quota_known[];
extern const size_t         quota_known_n;

/* ---- one service as one agent sees it ---- */
struct quota {
    struct service     s; /* as last read */
    struct quota_lease hand;
    int64_t            until_us, again_us, unused, out, out_milli, fails, dead_times;
};
void quota_init(struct quota *q, struct str name);

/* Those an agent has met so far. */
struct quotas {
    struct quota q[SERVICES_MAX];
    size_t       n;
};
/* The agent's view of a service, made when it is the first to ask; NULL for "", or when there are too many. */
struct quota *quotas_of(struct quotas *all, struct str service);
/* What was read anew: other agents or the operator may have closed or opened it. */
void quota_renew(struct quota *q, const struct service *s);

/* Might a unit begin now?  Reads nothing. */
bool quota_may(const struct quota *q, int64_t now_us);
/* Lowers *most to the tokens there are, drawing a lease when there are none in hand.  RC_THROTTLED: none now, see again_us. */
enum rc quota_some(struct quota *q, struct sql *db, int64_t now_us, size_t *most, struct err *e) must_use;
/* A unit of n subjects begins; it ends (rc of the unit; RC_OK also when its subjects failed for reasons of their own). */
void quota_begin(struct quota *q, size_t n);
void quota_end(struct quota *q, enum rc rc);
/* It made more calls (or fewer, < 0) than it took tokens. */
void quota_owe(struct quota *q, int64_t calls);
/* Nothing is out, and what is in hand or lapsed is stale. */
bool quota_idle(const struct quota *q, int64_t now_us);
/* What is in hand goes back: it is idle, or the agent leaves. */
enum rc quota_return(struct quota *q, struct sql *db, int64_t now_us, struct err *e) must_use;

/* In the transaction that settles the unit. */
enum rc quota_close(struct quota *q, struct sql *db, int64_t until_ms, struct str why, struct err *e) must_use;
bool    quota_seems_dead(const struct quota *q);
int64_t quota_dead_ms(const struct quota *q); /* how long to leave it alone */
