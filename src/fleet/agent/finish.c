/* Ends tasks: fences, saves and completes them in one transaction, or retries, or buries. */
#include "fleet/agent/finish.h"
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "store/account/accounts.h"

enum { BACKOFF_MAX_MS = 3600 * 1000, AT_ONCE_MS = 20, LATER_MS = 60 * 1000 };

int64_t finish_backoff_ms(int64_t attempt, uint64_t random)
{
    int64_t most = attempt >= 12 ? BACKOFF_MAX_MS : i64_min(BACKOFF_MAX_MS, (int64_t)1000 << i64_max(attempt, 0));
    return most / 2 + (int64_t)(random % (uint64_t)(most / 2 + 1));
}

/* ---- one job ---- */

/* Last words are whatever bytes a worker left, or half a letter where they were cut; databases take letters only. */
static struct str in_letters(struct arena *a, struct str words)
{
    auto_buf b = buf_of(4 * sizeof(((struct err *)0)->text));
    uint32_t letter;

    if (utf8_valid(words))
        return words;
    while (utf8_next(&words, &letter))
        utf8_put(&b, letter);
    return str_copy(a, buf_str(&b));
}

static enum rc put_off(struct finish *f, struct task *t, size_t i, int64_t ms, struct str why, struct err *e)
{
    t->retried++;
    return jobs_retry(f->db, t->unit.account, (enum job_kind)t->worker->kind, &t->jobs[i], clock_ms() + ms,
                      in_letters(t->arena, why), e);
}

static enum rc bury(struct finish *f, struct task *t, size_t i, struct str why, struct err *e)
{
    t->buried++;
    log_event(LOG_ERROR, "job.buried", KZ("kind", t->worker->name), KID("subject", t->jobs[i].subject),
              KI("attempt", t->jobs[i].attempt), KS("why", why));
    return jobs_bury(f->db, t->unit.account, (enum job_kind)t->worker->kind, &t->jobs[i], in_letters(t->arena, why), e);
}

/* The service said wait, or is not there: nobody asks it before then, and this job is as it was. */
static enum rc hand_back(struct finish *f, struct task *t, size_t i, int64_t ms, struct str why, struct err *e)
{
    t->retried++;
    TRY(quota_close(t->quota, f->db, clock_ms() + ms, in_letters(t->arena, why), e));
    return jobs_give_back(f->db, t->unit.account, (enum job_kind)t->worker->kind, &t->jobs[i], 1, e);
}

static enum rc fail_job(struct finish *f, struct task *t, size_t i, enum rc rc, struct str why, struct err *e)
{
    int64_t attempt = t->jobs[i].attempt;

    switch (rc_action(rc)) {
    case JOB_DONE: return jobs_done(f->db, t->unit.account, (enum job_kind)t->worker->kind, &t->jobs[i], 1, e);
    case JOB_LATER:
        if (t->quota)
            return hand_back(f, t, i, t->why.retry_after_s > 0 ? t->why.retry_after_s * 1000LL : LATER_MS, why, e);
        return put_off(f, t, i, t->why.retry_after_s > 0 ? t->why.retry_after_s * 1000LL : LATER_MS, why, e);
    case JOB_RETRY:
        if (rc == RC_UNAVAILABLE && t->quota && quota_seems_dead(t->quota))
            return hand_back(f, t, i, quota_dead_ms(t->quota), why, e);
        if (attempt < t->worker->max_tries)
            return put_off(f, t, i, finish_backoff_ms(attempt, rand_u64()), why, e);
        return t->unsaved ? put_off(f, t, i, LATER_MS, why, e) : bury(f, t, i, why, e);
    case JOB_BURY: break;
    }
    return bury(f, t, i, why, e);
}

static int64_t crashes(struct finish *f, const struct task *t)
{
    struct suspect now = { t->unit.account, t->worker->kind, t->jobs[0].subject, 1 };

    for (size_t i = 0; i < SUSPECTS_MAX; i++) {
        struct suspect *s = &f->suspect[i];
        if (s->account == now.account && s->kind == now.kind && s->subject == now.subject)
            return ++s->crashes;
    }
    f->suspect[f->next_suspect++ % SUSPECTS_MAX] = now;
    return 1;
}

/* Alone in its unit, a job is buried after three attempts of which at least two crashed for certain: attempts also grow when
 * an agent is killed, which is not the job's doing. */
static enum rc crash_job(struct finish *f, struct task *t, struct str why, struct err *e)
{
    int64_t n = crashes(f, t), attempt = t->jobs[0].attempt;
    if (attempt >= CRASHES_MAX && n >= CRASHES_MAX - 1)
        return bury(f, t, 0, why, e);
    return put_off(f, t, 0, finish_backoff_ms(0, rand_u64()), why, e);
}

/* ---- one task ---- */

static enum rc fail_all(struct finish *f, struct task *t, struct err *e)
{
    enum job_kind kind = (enum job_kind)t->worker->kind;
    struct str    why = str_of(t->why.text);

    if (t->end == TASK_LOST)
        return jobs_give_back(f->db, t->unit.account, kind, t->jobs, t->unit.n, e);
    if (t->end == TASK_CRASHED && t->unit.n == 1)
        return crash_job(f, t, why, e);
    enum job_action what = rc_action(t->rc);
    bool            find_poison = t->unit.n > 1 && (t->end == TASK_CRASHED || what == JOB_BURY);
    for (size_t i = 0; i < t->unit.n; i++)
        TRY(find_poison ? put_off(f, t, i, AT_ONCE_MS, why, e) : fail_job(f, t, i, t->rc, why, e));
    return RC_OK;
}

static enum rc complete_held(struct finish *f, struct task *t, struct err *e)
{
    enum job_kind kind = (enum job_kind)t->worker->kind;
    struct job   *done = arena_array(t->arena, struct job, t->unit.n);
    size_t        n = 0;

    for (size_t i = 0; i < t->unit.n; i++) {
        if (t->held[i] && t->unit.rc[i] == RC_OK)
            done[n++] = t->jobs[i];
        else if (t->held[i])
            TRY(fail_job(f, t, i, t->unit.rc[i], t->unit.why[i], e));
    }
    t->done = (int64_t)n;
    return jobs_done(f->db, t->unit.account, kind, done, n, e);
}

static bool failed(const struct task *t) { return t->end != TASK_ANSWERED || t->rc != RC_OK; }

static enum rc settle(struct finish *f, struct task *t, struct err *e)
{
    task_clear(t);
    if (failed(t))
        return fail_all(f, t, e);
    TRY(jobs_held(f->db, t->unit.account, (enum job_kind)t->worker->kind, t->jobs, t->unit.n, t->held, e));
    if (t->worker->save) {
        struct str out = t->worker->run ? t->output.bytes : buf_str(&t->input);
        TRY(t->worker->save(f->db, t->arena, &t->unit, out, e));
    }
    return complete_held(f, t, e);
}

void finish_give_way(const struct finish *f)
{
    for (int i = 0; i < GIVE_WAY_LOOKS && metrics_writer_waits(f->metrics, clock_mono_us()); i++)
        usleep(GIVE_WAY_US);
}

/* ---- how long others wait behind a transaction ---- */

struct watch {
    struct finish     *f;
    const struct task *first, *last;
    int64_t            from_us, from_cpu_us;
};
#define auto_watch __attribute__((cleanup(watch_end))) struct watch

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct watch watch_begin(struct finish *f, const struct task *first)
{
    return (struct watch){ f, first, first, clock_mono_us(), cpu_us() };
}

/* A kind that passes SAVE_MOST_MS of CPU time has slices that are too large: that is a fault of ours. */
static void watch_end(struct watch *w)
{
    int64_t now_us = clock_mono_us(), us = now_us - w->from_us, cpu = cpu_us() - w->from_cpu_us;

    longest_add(&w->f->metrics->save, now_us, us);
    longest_add(&w->f->metrics->save_cpu, now_us, cpu);
    if (us > SAVE_MOST_MS * 1000)
        log_event(LOG_WARN, "save.long", KZ("kind", w->last->worker->name), KI("ms", us / 1000),
                  KI("cpu_ms", cpu / 1000), KI("jobs", (int64_t)w->last->unit.n), KZ("first", w->first->worker->name));
}

/* At least the first; ret_rest: those there was no time for. */
static enum rc settle_group(struct finish *f, struct task *first, struct task **ret_rest, struct err *e)
{
    auto_rollback own = { 0 };
    struct task  *t = first;
    int64_t       until_us = clock_mono_us() + GROUP_US, now_us;

    finish_give_way(f);
    TRY(accounts_hold(f->db, &own, first->unit.account, e));
    auto_watch watch = watch_begin(f, first);
    do {
        watch.last = t;
        TRY(settle(f, t, e));
        t = t->next;
        now_us = clock_mono_us();
    } while (t && now_us < until_us && !metrics_writer_waits(f->metrics, now_us));
    TRY(sql_leave(&own, e));
    *ret_rest = t;
    return RC_OK;
}

/* ---- groups ---- */

/* What the service is told of it: the worst of its subjects. */
static enum rc outcome(const struct task *t)
{
    if (t->end != TASK_ANSWERED)
        return RC_OK;
    for (size_t i = 0; i < t->unit.n && t->rc == RC_OK; i++)
        if (t->unit.rc[i] == RC_THROTTLED || t->unit.rc[i] == RC_UNAVAILABLE)
            return t->unit.rc[i];
    return t->rc;
}

static void end_quota(const struct task *t)
{
    quota_end(t->quota, outcome(t));
    if (*t->unit.calls >= 0)
        quota_owe(t->quota, *t->unit.calls - (int64_t)t->unit.n);
}

static void count(struct finish *f, const struct task *t)
{
    if (t->quota)
        end_quota(t);
    metric *m = t->end == TASK_CRASHED ? f->metrics->units_crashed
                : failed(t)            ? f->metrics->units_failed
                                       : f->metrics->units_done;
    if (t->end != TASK_LOST)
        metrics_add(&m[t->worker->kind], 1);
    metrics_add(&f->metrics->jobs_done[t->worker->kind], t->done);
    metrics_add(&f->metrics->jobs_retried[t->worker->kind], t->retried);
    metrics_add(&f->metrics->jobs_buried[t->worker->kind], t->buried);
    tally_add(&f->metrics->tally, TALLY_CONTACTS, t->cards);
    tally_add(&f->metrics->tally, TALLY_JOBS, t->done);
    if (failed(t))
        log_event(t->end == TASK_LOST ? LOG_DEBUG : LOG_WARN, "unit.failed", KZ("kind", t->worker->name),
                  KI("jobs", (int64_t)t->unit.n),
                  KZ("rc", t->end == TASK_ANSWERED ? rc_name(t->rc)
                           : t->end == TASK_LOST   ? "lost"
                                                   : "crashed"),
                  KZ("why", t->why.text));
}

/* Tasks that may share a transaction with the first, in order, as a list of their own; the rest stays. */
static struct task *take_group(const struct finish *f, struct task_list *ended)
{
    struct task_list group, rest;
    size_t           bytes = 0;

    task_list_init(&group);
    task_list_init(&rest);
    int64_t account = ended->first->unit.account;
    for (struct task *t; (t = task_pop(ended));) {
        bool fits = group.n < GROUP_TASKS_MAX && (group.n == 0 || bytes + t->output.bytes.n <= GROUP_BYTES_MAX);
        bool in = (f->mixed || t->unit.account == account) && fits;
        bytes += in ? t->output.bytes.n : 0;
        task_push(in ? &group : &rest, t);
    }
    for (struct task *t; (t = task_pop(&rest));)
        task_push(ended, t);
    return group.first;
}

static void put_back(struct task_list *ended, struct task *first)
{
    for (struct task *t = first, *next; t; t = next) {
        next = t->next;
        task_push(ended, t);
    }
}

/* Alone; what save() says becomes the task's outcome. */
static enum rc finish_one(struct finish *f, struct task *t, struct err *e)
{
    int64_t      troubles = sql_troubles(f->db);
    struct task *none;
    enum rc      rc = settle_group(f, t, &none, e);
    if (rc == RC_OK || failed(t))
        return rc;
    t->rc = rc;
    t->why = *e;
    t->unsaved = sql_troubles(f->db) != troubles;
    return settle_group(f, t, &none, e);
}

enum rc finish_some(struct finish *f, struct task_list *ended, struct err *e)
{
    struct task *group = take_group(f, ended), *rest = NULL;
    enum rc      rc = settle_group(f, group, &rest, e);
    bool         alone = rc != RC_OK;

    put_back(ended, rest);
    for (struct task *t = group, *next; t != rest; t = next) {
        next = t->next;
        t->next = NULL;
        rc = alone ? finish_one(f, t, e) : RC_OK;
        if (rc != RC_OK) { /* not even its failure could be written */
            t->next = next;
            put_back(ended, t);
            return rc == RC_UNAVAILABLE ? rc : err_in(e, RC_UNAVAILABLE, "finish");
        }
        count(f, t);
        task_free(t);
    }
    return RC_OK;
}
