/* api/http/admission.h - who may come in when there is more to do than can be done.
 *
 * People who look at a screen are let in always.  Work in bulk (RATE_HEAVY) is told to come later, with a Retry-After that was
 * measured, when
 *   the queue holds more than conf.backlog_max_min of work, at the rate of the last half minute: uploads and imports.  A large bound:
 *       below it everybody's file is taken and queued, whatever else goes on, and accounts get turns;
 *   this account has HEAVY_AN_ACCOUNT pieces of bulk work under way in this process (edits in bulk, exports, merge-all: what is done
 *       here and not queued), or all accounts together have HEAVY_MAX, and one has waited for HEAVY_WAIT_MS; or the loop has not come
 *       to rest for 100 ms, with turns over HEAVY_LAG_US.
 * What is under way is worked on slice by slice, accounts in turn (api/http/turns.h): a place is memory, not the right to compute, so
 * that no account keeps another from its export.
 * When the disk has less room than conf.disk_floor_mb, nothing that needs room is taken (STORAGE, 507): looking, deleting and logging in go
 * on, bulk edits too, because they may delete. */
#pragma once
#include "api/http/api.h"

enum { HEAVY_AN_ACCOUNT = 4, HEAVY_MAX = 64, HEAVY_WAIT_MS = 3000, HEAVY_LAG_US = 20000 };

struct admission;
struct admission *admission_new(void);
void              admission_free(struct admission *a);

/* It reads, deletes, or is needed for that: let in also when the disk is full. */
bool admission_keeps_room(const struct req *r);
/* STORAGE; or THROTTLED with e->retry_after_s, or it is counted until admission_leave().  In head() only. */
enum rc admission_enter(struct req *r, struct err *e) must_use;
/* After THROTTLED: true: it stands in line, head() will be called again. */
bool admission_waits(struct req *r);
void admission_leave(struct req *r);
/* Work that outlives its request keeps its place until admission_end(); false: it had none. */
bool admission_keep(struct req *r);
void admission_end(struct api *api, int64_t account);

/* ---- the arithmetic, for tests ---- */
/* Seconds until what is ready has been done: the slowest kind decides.  `done` are counters that only grow, but for agents that
 * come and go; what was seen in less than BACKLOG_LOOK_US is not looked at anew. */
enum { BACKLOG_LOOK_US = 1000000, BACKLOG_KINDS = 16 };
struct backlog {
    int64_t at_us, done[BACKLOG_KINDS], ready[BACKLOG_KINDS];
    double  rate[BACKLOG_KINDS]; /* a second; 0 = nothing was measured yet */
};
bool    backlog_is_old(const struct backlog *b, int64_t now_us);
void    backlog_see(struct backlog *b, const int64_t done[BACKLOG_KINDS], const int64_t ready[BACKLOG_KINDS],
                    int64_t now_us);
int64_t backlog_s(const struct backlog *b);
