/* What the agent does by the clock: lease, counts, samples, expiry, news. */
#include <malloc.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "fleet/agent/agent_int.h"
#include "io/blob/blob.h"
#include "io/disk.h"
#include "io/shared/metrics.h"
#include "io/search/search.h"
#include "store/account/accounts.h"
#include "store/installation/kinds.h"
#include "store/installation/samples.h"
#include "store/cards/shred.h"

enum {
    LOOKS_PER_KINDS = 4,
    LEASE_OVER_MS = 20,
    LOOKS_PER_COUNT = 8,
    COUNT_PART = 50,
    HOUR_MS = 3600 * 1000,
    MOMENT_MS = 100,
    FIRST_EXPIRE_MS = 60 * 1000,
    FIRST_BACKUP_MS = 5 * 1000,
    BACKUP_LOOK_MS = 30 * 1000,
    EXPIRE_AT_ONCE = 50,
    TRIM_AFTER_MS = 5000,
    TIDY_MS = 20
};

static void move_due(void *to)
{
    struct agent *a = to;
    struct err    e = { 0 };
    size_t        n = 0;
    if (jobs_due(a->db, clock_ms(), &n, &e) != RC_OK)
        agent_pause(a, "due", &e);
    else
        agent_stir(a);
}

static void schedule_due(struct agent *a)
{
    struct err e = { 0 };
    int64_t    at;
    if (jobs_next_due(a->db, &at, &e) != RC_OK)
        agent_pause(a, "next due", &e);
    else if (at == INT64_MAX)
        loop_cancel(&a->due);
    else
        loop_after(a->loop, &a->due, i64_min(i64_max(at - clock_ms(), 0), HOUR_MS), move_due, a);
}

static void count_jobs(struct agent *a)
{
    struct job_counts n[KINDS_END];
    struct err        e = { 0 };
    struct metrics   *m = a->shared->metrics;
    int64_t           began_us = clock_mono_us();
    enum rc           rc = jobs_counts(a->db, 0, n, &e);

    a->counted_us = clock_mono_us();
    a->count_took_us = a->counted_us - began_us;
    if (rc != RC_OK)
        return;
    for (size_t k = 0; k < KINDS_END; k++) {
        metrics_set(&m->jobs_ready[k], n[k].ready);
        metrics_set(&m->jobs_claimed[k], n[k].claimed);
        metrics_set(&m->jobs_later[k], n[k].later);
        metrics_set(&m->jobs_dead[k], n[k].dead);
        metrics_set(&m->oldest_ms[k], n[k].oldest_ms);
        metrics_set(&m->jobs_urgent[k], n[k].urgent);
        metrics_set(&m->urgent_oldest_ms[k], n[k].urgent_oldest_ms);
    }
}

/* An account that is let go on may have work that was stepped over. */
static void read_pauses(struct agent *a)
{
    struct pauses was = a->pauses;
    struct err    e = { 0 };

    a->pauses = (struct pauses){ 0 };
    arena_reset(a->pauses_in);
    if (queue_pauses(a->db, a->pauses_in, &a->pauses.v, &a->pauses.n, &e) != RC_OK) {
        a->kinds_stale = true;
        agent_pause(a, "pauses", &e);
    }
    if (was.n || a->pauses.n)
        agent_stir(a);
}

static void read_service(struct agent *a, struct quota *q, const struct service *rows, size_t n)
{
    struct err e = { 0 };

    for (size_t i = 0; i < n; i++)
        if (!strcmp(rows[i].name, q->s.name)) {
            quota_renew(q, &rows[i]);
            return;
        }
    if (services_ensure(a->db, &q->s, 1, &e) != RC_OK)
        agent_pause(a, "service", &e);
}

static void read_services(struct agent *a)
{
    struct service rows[SERVICES_MAX];
    struct err     e = { 0 };
    size_t         n = 0;

    if (!a->quotas.n)
        return;
    if (services_list(a->db, rows, &n, &e) != RC_OK)
        agent_pause(a, "services", &e);
    else
        for (size_t i = 0; i < a->quotas.n; i++)
            read_service(a, &a->quotas.q[i], rows, n);
}

static void read_settings(struct agent *a)
{
    struct err e = { 0 };
    bool       moving;
    enum rc    rc = targets_read(&a->targets, &moving, &e);

    a->kinds_stale |= moving || rc != RC_OK;
    if (rc != RC_OK)
        agent_pause(a, "settings", &e);
}

void upkeep_kinds(struct agent *a)
{
    read_settings(a);
    read_services(a);
    read_pauses(a);
}

static void return_idle_tokens(struct agent *a)
{
    struct err e = { 0 };
    int64_t    now_us = clock_ms() * 1000;

    for (size_t i = 0; i < a->quotas.n; i++)
        if (quota_idle(&a->quotas.q[i], now_us) && quota_return(&a->quotas.q[i], a->db, now_us, &e) != RC_OK)
            agent_pause(a, "quota", &e);
}

/* Work that grows the database waits until there is room, and nothing of it fails meanwhile. */
static void look_at_disk(struct agent *a)
{
    bool    was = a->disk_low;
    int64_t left = 0;

    if (!conf_embedded(a->conf) || a->looks % LOOKS_PER_KINDS)
        return;
    a->disk_low = disk_is_low(a->conf->data, a->conf->disk_floor_mb);
    if (a->disk_low && sql_checkpoint(a->db, &left, NULL) != RC_OK)
        log_event(LOG_WARN, "agent.disk_full_log", KI("pages", left)); /* no room to move the log into the file */
    if (!a->disk_low)
        disk_keep_reserve(a->conf->data, a->conf->disk_floor_mb);
    if (a->disk_low == was)
        return;
    log_event(a->disk_low ? LOG_ERROR : LOG_INFO, a->disk_low ? "agent.disk_full" : "agent.disk_has_room",
              KI("floor_mb", a->conf->disk_floor_mb));
    agent_stir(a);
}

/* Did another connection commit?  One look at a number, four times a second; the rest only when something changed. */
static void look(void *to)
{
    struct agent *a = to;
    int64_t       version = sql_version(a->db);

    if (version != a->seen_version) {
        a->seen_version = version;
        a->kinds_stale = true;
        a->worked |= a->alone; /* what others committed is ours to tidy up */
        agent_stir(a);
    }
    a->looks++;
    look_at_disk(a);
    if (a->kinds_stale && a->looks % LOOKS_PER_KINDS == 0) {
        a->kinds_stale = false;
        upkeep_kinds(a);
    }
    bool counts_due =
        clock_mono_us() - a->counted_us >= a->count_took_us * COUNT_PART; /* every host counts a long queue */
    if (a->counts_stale && counts_due && a->looks % LOOKS_PER_COUNT == 0) {
        a->counts_stale = false;
        count_jobs(a);
    }
    return_idle_tokens(a);
    loop_after(a->loop, &a->poll, AGENT_POLL_MS, look, a);
}

static void rung(int fd, uint32_t events, void *to)
{
    uint64_t n;
    (void)events;
    if (read(fd, &n, sizeof n) == sizeof n)
        agent_stir(to);
}

/* Those of another whose lease has ended, in the moment it has. */
static enum rc bury_others(struct agent *a, struct err *e);

static int64_t renew_ms(const struct agent *a) { return a->conf->agent_lease_s * 1000 / 3; }

static void bury_now(void *to)
{
    struct err e = { 0 };
    if (bury_others(to, &e) != RC_OK)
        agent_pause(to, "bury", &e);
}
static enum rc bury_others(struct agent *a, struct err *e)
{
    int64_t now = clock_ms(), ends;

    if (a->alone)
        return RC_OK;
    TRY(agents_next_end(a->db, a->incarnation, &ends, e));
    if (ends < now) {
        TRY(agent_bury(a, now, e));
        a->kinds_stale = true; /* its accounts and its share of the workers fall to the others */
        TRY(agents_next_end(a->db, a->incarnation, &ends, e));
    }
    if (ends - now < renew_ms(a))
        loop_after(a->loop, &a->bury, i64_max(ends - now, 0) + LEASE_OVER_MS, bury_now, a);
    return RC_OK;
}

/* Late: a transaction that was long, a machine that slept, a database that was away.  What others took over meanwhile is theirs, and the
 * results of it that come from our workers are dropped; all else goes on. */
static void rejoin(struct agent *a)
{
    struct err e = { 0 };
    enum rc    rc = agent_join(a, &e);

    if (rc != RC_OK) {
        agent_pause(a, "rejoin", &e);
        return;
    }
    log_event(LOG_WARN, "agent.rejoined", KID("incarnation", a->incarnation));
    metrics_add(&a->shared->metrics->agent_rejoins, 1);
    a->kinds_stale = true;
    agent_stir(a);
}

static void renew(void *to)
{
    struct agent *a = to;
    struct err    e = { 0 };
    enum rc       rc = agents_renew(a->db, a->incarnation, clock_ms() + a->conf->agent_lease_s * 1000, &e);

    if (rc == RC_OK)
        rc = bury_others(a, &e);
    if (rc != RC_OK)
        log_event(LOG_ERROR, "agent.renew", KZ("rc", rc_name(rc)), KZ("why", e.text));
    if (rc == RC_GONE)
        rejoin(a);
    loop_after(a->loop, &a->renew, renew_ms(a), renew, a);
}

/* Every account's turn to be tidied once an hour, some at a time. */
static void expire(void *to)
{
    struct agent *a = to;
    struct err    e = { 0 };
    enum rc       rc = RC_OK;

    if (a->slice.mine != 0) { /* one agent of all, the first that lives */
        loop_after(a->loop, &a->hour, FIRST_EXPIRE_MS, expire, a);
        return;
    }
    for (int i = 0; i < EXPIRE_AT_ONCE && rc == RC_OK; i++) {
        rc = accounts_next(a->db, a->expired, &a->expired, &e);
        if (rc == RC_OK)
            rc = jobs_add(a->db, a->expired, KIND_EXPIRE, JOB_PRIO_BULK, &a->expired, 1, &e);
    }
    if (rc == RC_NOT_FOUND)
        a->expired = 0;
    else if (rc != RC_OK)
        agent_pause(a, "expire", &e);
    agent_stir(a);
    loop_after(a->loop, &a->hour, rc == RC_NOT_FOUND ? HOUR_MS : MOMENT_MS, expire, a);
}

/* The history's row of this minute.  Thinned once an hour. */
static void sample(void *to)
{
    struct agent *a = to;
    struct err    e = { 0 };
    int64_t       now = clock_ms(), before = metrics_get(&a->shared->metrics->mark.at_ms);

    sql_quiet(a->db, true);
    enum rc rc = samples_keep(a->db, a->shared->metrics, a->conf->data, &e);
    if (rc == RC_OK && before / HOUR_MS != now / HOUR_MS)
        rc = samples_thin(a->db, now, &e);
    sql_quiet(a->db, false);
    if (rc != RC_OK)
        log_event(LOG_WARN, "agent.sample", KZ("rc", rc_name(rc)), KZ("why", e.text));
    loop_after(a->loop, &a->minute, SAMPLE_EVERY_S * 1000, sample, a);
}

static void back_up(void *to)
{
    struct agent *a = to;

    backup_run_look(&a->backup, a->conf, a->db);
    loop_after(a->loop, &a->back_up, BACKUP_LOOK_MS, back_up, a);
}

void upkeep_end(struct agent *a)
{
    struct err e = { 0 };

    loop_cancel(&a->minute);
    loop_cancel(&a->back_up);
    backup_run_end(&a->backup, a->db);
    if (samples_keep(a->db, a->shared->metrics, a->conf->data, &e) != RC_OK)
        log_event(LOG_WARN, "agent.sample", KZ("why", e.text));
}

static bool knows(const struct fleet *f, enum job_kind kind)
{
    for (size_t k = 0; k < f->workers_n; k++)
        if (f->workers[k]->kind == (int64_t)kind)
            return true;
    return false;
}

/* What bulk work left: pieces of the search index, traces of what was erased, the log.  A moment at a time; true: there is more. */
static bool tidy(struct agent *a)
{
    struct err e = { 0 };
    int64_t    left;
    bool       done = true;
    enum rc    rc = search_tidy(a->db, TIDY_MS, &done, &e);

    if (rc == RC_OK && done && a->slice.mine == 0) /* one agent of all */
        rc = shred_some(a->db, TIDY_MS, &done, &e);
    if (rc == RC_OK && done)
        rc = sql_checkpoint(a->db, &left, &e);
    if (rc != RC_OK)
        log_event(LOG_WARN, "agent.tidy", KZ("rc", rc_name(rc)), KZ("why", e.text));
    return rc == RC_OK && !done;
}

/* Quiet for a while: what was read and written last is not needed in memory any more.  Where it is never quiet, it is tidied after
 * an hour all the same. */
static void trim(void *to)
{
    struct agent *a = to;

    if (agent_has_work(a) && clock_mono_us() - a->tidied_us < HOUR_MS * 1000LL) {
        loop_after(a->loop, &a->trim, TRIM_AFTER_MS, trim, a);
        return;
    }
    if (tidy(a)) {
        loop_after(a->loop, &a->trim, MOMENT_MS, trim, a);
        return;
    }
    a->tidied_us = clock_mono_us();
    blob_trim(a->line[0].blobs);
    sql_release_memory(a->db);
    malloc_trim(0);
}

void upkeep_schedule(struct agent *a)
{
    schedule_due(a);
    if (a->worked)
        loop_after(a->loop, &a->trim, TRIM_AFTER_MS, trim, a);
    a->worked = false;
}

void upkeep_start(struct agent *a)
{
    a->tidied_us = clock_mono_us();
    loop_watch(a->loop, a->shared->doorbell_fd, EPOLLIN, rung, a);
    loop_after(a->loop, &a->renew, renew_ms(a), renew, a);
    loop_after(a->loop, &a->minute, SAMPLE_EVERY_S * 1000, sample, a);
    loop_after(a->loop, &a->back_up, FIRST_BACKUP_MS, back_up, a);
    if (knows(a->fleet, KIND_EXPIRE))
        loop_after(a->loop, &a->hour, FIRST_EXPIRE_MS, expire, a);
    look(a);
}
