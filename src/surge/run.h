/* surge/run.h - one run of `kith surge`: what its parts share.
 *
 * surge.c      options, the phases in order          people.c    who comes: visitors, new people, those who are there already
 * prepare.c    accounts that exist before the start  seconds.c   one row a second
 * chaos.c      kills                                 check.c     afterwards: every contact of every account
 * verdict.c    the goals                             report.c    terminal and JSON; page.c, chart.c: the HTML page
 *
 * Single-threaded; everything waits in one loop.  What lives as long as the run is in its arena. */
#pragma once
#include "base/vec.h"
#include "surge/book_files.h"
#include "surge/client.h"
#include "surge/profile.h"
#include "surge/marks.h"
#include "surge/watch.h"

struct surge_options {
    const char           *url, *report, *json, *chaos, *db_restart;
    const struct profile *profile;
    double                minutes, scale, every_s, price_core_hour, drain_minutes, idle_s;
    uint64_t              seed;
    int                   pid, db_pid;
    bool                  own_server, quiet;
};

enum { ASSETS_MAX = 24, KNOWN_CARDS_MAX = 100, KNOWN_NAMES_MAX = 50 };

/* The public page as a browser knows it after one visit. */
struct asset {
    char path[128], etag[80];
    bool for_ever; /* immutable: a browser that has it does not ask again */
};

/* Somebody with an account, there before the start or come since. */
struct account_made {
    char    email[64], cookie[96], csrf[64], forwarded[20];
    int64_t sent, created, updated, skipped, failed; /* cards: uploaded and committed; what the imports say of them */
    double  began_s, imported_s, processed_s;        /* of the run; 0: not (yet) */
    double  dry_run_s;                               /* the longest wait from an upload to its dry run */
    bool    entered, lost;                           /* signed up; something failed for good */
    char    card[KNOWN_CARDS_MAX][16];               /* ids, of those there before the start; see known */
    char    name[KNOWN_NAMES_MAX][24];               /* beginnings of names, to be searched for; percent-encoded */
    size_t  ncards, nnames;
};

/* What there is to say about one second of the run. */
struct second {
    double  at_s;
    int64_t arrivals[ARRIVALS], done[DEEDS], p50_us[DEEDS], p99_us[DEEDS], p999_us[DEEDS];
    int64_t all_p50_us, all_p99_us, all_p999_us; /* of everything a person waits for */
    int64_t failed, retried, kills;
    int64_t sent, imported, processed; /* contacts so far */
    double  waiting, oldest_interactive_s, oldest_bulk_s, workers[WATCH_KINDS], all_workers;
    double  cpu[WATCH_ROLES], all_cpu, db_cpu, own_cpu; /* cores */
    double  bytes, db_bytes;
    bool    seen; /* /metrics answered */
};

struct kind_names {
    char   name[WATCH_KINDS][24];
    size_t n;
};

struct cost {
    bool   priced; /* else in core-hours */
    double price;  /* of a core-hour */
    double used_core_s, baseline_cores, peak_cores, run_s;
    double day_used, day_baseline, day_static;
};

struct verdict {
    struct {
        char name[64], want[64], got[96];
        int  state; /* 1 reached, 0 not, -1 not measured */
    } goal[12];
    size_t n;
    bool   valid, good, killed; /* killed: goals of speed are told, not judged */
    char   why_invalid[160];
};

struct run {
    struct surge_options o;
    struct arena        *a;
    struct loop         *loop;
    struct net           net;
    struct score         score;
    struct schedule      schedule;
    struct books         books;
    struct account_made *account; /* first those there before, then one for each sign-up */
    size_t               naccounts, nolder, next_new;
    struct asset         asset[ASSETS_MAX];
    size_t               nassets;
    char                 tag[9]; /* in addresses: runs on one server do not meet */
    double               run_s;

    struct visitors *people; /* its matter */
    struct chaos    *chaos;

    int64_t     start_us; /* of the run's time 0; 0: not yet */
    size_t      next_event;
    int64_t     arrivals[ARRIVALS]; /* since the last row */
    int64_t     active;             /* people who are not done */
    int64_t     sent, imported, processed;
    struct hist lag; /* from due to sent: ours, not the server's */
    VEC(struct second) seconds;
    struct kind_names    kinds;
    struct watch_metrics metrics; /* the newest */
    struct watch_tree   *tree, *db_tree;
    double               own_cpu_before, tree_cpu_before[WATCH_ROLES], all_cpu_before, db_cpu_before;
    bool                 metrics_seen;
    struct client        looker;
    bool                 looking;
    struct loop_timer    each_second;
    int64_t              seconds_due_us;

    double idle_before_cores, idle_after_cores, idle_before_bytes, idle_after_bytes, idle_workers_before,
        idle_workers_after;
    double           finished_s;                 /* everything was processed; 0: never */
    double           own_cpu_s, cpu_s, db_cpu_s; /* used between start and finish */
    int64_t          kills[WATCH_ROLES], db_restarts;
    struct marks_sum found;
    int64_t          unread; /* accounts that could not be read */
    struct cost      cost;
    struct verdict   verdict;
};

static inline double run_now_s(const struct run *r, int64_t now_us) { return (double)(now_us - r->start_us) / 1e6; }

/* people.c */
void visitors_open(struct run *r);
void visitors_close(struct run *r);
void visitors_arrive(struct run *r, const struct event *e);         /* due at its own time */
void visitors_enter(struct run *r, size_t account, int64_t due_us); /* somebody new */
/* prepare.c */
enum rc prepare_run(struct run *r, struct err *e) must_use;
/* seconds.c */
void seconds_begin(struct run *r);
void seconds_end(struct run *r);
void seconds_idle(struct run *r, double for_s, double *ret_cores, double *ret_bytes); /* runs the loop */
/* chaos.c */
enum rc chaos_open(struct run *r, struct err *e) must_use; /* RC_INVALID: asked for what cannot be done */
void    chaos_begin(struct run *r);
void    chaos_end(struct run *r);
/* check.c */
void check_accounts(struct run *r);
/* verdict.c */
void    verdict_reach(struct run *r);
int64_t run_interactive_at(const struct run *r, double q); /* of all a person waits for, in us */
/* report.c, page.c */
void    report_live(const struct run *r);
void    report_print(const struct run *r);
enum rc report_json(const struct run *r, const char *path, struct err *e) must_use;
enum rc page_write(const struct run *r, const char *path, struct err *e) must_use;
