/* bench_queue.c - the queue with one account that has 200,000 jobs: how fast, how fair, how soon for somebody who waits.
 *
 *     bench_queue                            in a folder of its own under TMPDIR
 *     KITH_DB=postgresql://... bench_queue   the same in an empty database there; of CPU time only the client's is seen */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"

enum { LARGE = 200000, SMALL = 1000, SPEED_JOBS = 60000, ASKS = 200, ADD = 500, AGENT = 77, LARGE_ACCOUNT = 1000 };

static void must(enum rc rc, const struct err *e)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", rc_name(rc), e->text);
    exit(1);
}

static double since(int64_t us) { return (double)(clock_mono_us() - us) / 1e6; }

static double cpu_s(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void add(struct sql *db, int64_t account, int prio, int64_t first, size_t n)
{
    struct err e;
    int64_t    subject[ADD];

    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < ADD ? n - done : ADD;
        for (size_t i = 0; i < some; i++)
            subject[i] = first + (int64_t)(done + i);
        must(jobs_add(db, account, KIND_ENRICH, prio, subject, some, &e), &e);
    }
}

/* As the agent does it: the claim commits, then fence and completion in a transaction of their own. */
static size_t one_unit(struct sql *db, int64_t account, enum job_lane lane)
{
    struct err e;
    struct job jobs[JOBS_CLAIM_MAX];
    bool       held[JOBS_CLAIM_MAX];
    size_t     n = 0;

    must(jobs_claim(db, account, KIND_ENRICH, lane, JOBS_CLAIM_MAX, AGENT, jobs, &n, &e), &e);
    must(sql_begin(db, &e), &e);
    must(jobs_held(db, account, KIND_ENRICH, jobs, n, held, &e), &e);
    must(jobs_done(db, account, KIND_ENRICH, jobs, n, &e), &e);
    must(sql_commit(db, &e), &e);
    return n;
}

static void speed(struct sql *db)
{
    int64_t start = clock_mono_us();
    double  cpu = cpu_s();
    size_t  n = 0;

    while (n < SPEED_JOBS)
        n += one_unit(db, LARGE_ACCOUNT, JOB_LANE_BULK);
    printf("speed     %zu jobs claimed, fenced and completed in batches of %d: %.0f jobs/s (%.0f per CPU second)\n", n,
           JOBS_CLAIM_MAX, (double)n / since(start), (double)n / (cpu_s() - cpu));
}

/* Everybody in turn, as the agent goes round: when has the last of the small ones started? */
static void fairness(struct sql *db)
{
    struct err e;
    int64_t    at = LARGE_ACCOUNT + SMALL / 4, start;
    size_t     small = 0, large = 0;

    for (int64_t i = 0; i < SMALL; i++) /* half of them before the large one, half behind it */
        add(db, LARGE_ACCOUNT - SMALL / 2 + i + (i >= SMALL / 2), JOB_PRIO_NORMAL, 1, 1);
    for (start = clock_mono_us(); small < SMALL;) {
        must(jobs_next_account(db, KIND_ENRICH, JOB_LANE_BULK, at, &at, &e), &e);
        size_t n = one_unit(db, at, JOB_LANE_BULK);
        small += at == LARGE_ACCOUNT ? 0 : n;
        large += at == LARGE_ACCOUNT ? n : 0;
    }
    printf(
        "fairness  %d accounts of one job beside one of %d: all done after %.2f s (%zu of the large one's meanwhile)\n",
        SMALL, LARGE, since(start), large);
}

static void urgency(struct sql *db)
{
    struct err e;
    int64_t    at = 0, us = 0;

    for (int64_t i = 0; i < ASKS; i++) {
        add(db, LARGE_ACCOUNT, JOB_PRIO_NOW, 1000000 + i, 1);
        int64_t start = clock_mono_us();
        must(jobs_next_account(db, KIND_ENRICH, JOB_LANE_URGENT, at, &at, &e), &e);
        if (one_unit(db, at, JOB_LANE_URGENT) != 1)
            exit(1);
        us += clock_mono_us() - start;
    }
    printf("urgency   a job somebody waits for, behind the same account's bulk: found, claimed, completed in %.2f ms\n",
           (double)us / ASKS / 1e3);
}

static void counting(struct sql *db)
{
    struct err        e;
    struct job_counts c[KINDS_END];
    int64_t           start = clock_mono_us();

    must(jobs_counts(db, 0, c, &e), &e);
    printf("counting  %lld ready jobs by kind and lane: %.1f ms\n", (long long)c[KIND_ENRICH].ready,
           since(start) * 1e3);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    char        folder[256], path[300], url[320];
    struct err  e;
    struct sql *db;

    snprintf(folder, sizeof folder, "%s/kith-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(url, sizeof url, "sqlite:%s/kith.db", folder);
    if (getenv("KITH_DB"))
        snprintf(url, sizeof url, "%s", getenv("KITH_DB"));
    must(sql_open(&db, str_of(url), &e), &e);
    must(sql_bulk(db, &e), &e);
    must(migrate_up(db, NULL, &e), &e);
    add(db, LARGE_ACCOUNT, JOB_PRIO_BULK, 1, LARGE);
    speed(db);
    add(db, LARGE_ACCOUNT, JOB_PRIO_BULK, 1, LARGE);
    fairness(db);
    urgency(db);
    counting(db);
    sql_free(db);
    static const char *const files[] = { "kith.db", "kith.db-wal", "kith.db-shm" };
    for (size_t i = 0; i < countof(files); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}
