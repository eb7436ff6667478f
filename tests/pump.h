/* tests/pump.h - all kinds of work of one database done in this process: what agent and workers do, without them. */
#pragma once
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/rand.h"
#include "io/blob/blob_driver.h"
#include "io/sql/sql.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"
#include "store/account/usage.h"
#include "store/account/users.h"
#include "tests/database.h"
#include "work/worker.h"

struct pump {
    struct sql      *db;
    struct blob_dir *blobs;
    int64_t          account;
    char             folder[64];
    int64_t          load_us[KINDS_END], run_us[KINDS_END], save_us[KINDS_END], jobs[KINDS_END], failed;
    int64_t          longest_save_us, units[KINDS_END];
    void (*meanwhile)(struct pump         *p,
                      const struct worker *w); /* somebody writes after a unit ran, before it is saved; may be NULL */
};

/* CPU of this process: other work on the machine does not count, nor waiting for the disk. */
static inline int64_t pump_cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static inline void pump_must(enum rc rc, const struct err *e, const char *what)
{
    if (rc != RC_OK) {
        fprintf(stderr, "%s: %s %s\n", what, rc_name(rc), e->text);
        abort();
    }
}

static inline void pump_open(struct pump *p)
{
    auto_free(arena) a = arena_new(4096);
    struct err  e = { 0 };
    struct user user;
    char        url[DATABASE_URL_MAX];

    *p = (struct pump){ 0 };
    strcpy(p->folder, "/tmp/kith-pump-XXXXXX");
    pump_must(mkdtemp(p->folder) ? RC_OK : RC_UNAVAILABLE, &e, "folder");
    database_make(p->folder, "kith", url);
    pump_must(sql_open(&p->db, str_of(url), &e), &e, "open");
    pump_must(sql_bulk(p->db, &e), &e, "bulk");
    pump_must(migrate_up(p->db, NULL, &e), &e, "migrate");
    pump_must(blob_open_folder(&p->blobs, str_fmt(a, "%s/blobs", p->folder), &e), &e, "blobs");
    struct signup s = { .email = S("a@example.com"),
                        .email_key = S("a@example.com"),
                        .name = S("A"),
                        .account_name = S("A"),
                        .settings_json = S("{\"country\":\"DE\"}") };
    pump_must(users_sign_up(p->db, a, &s, &user, &e), &e, "sign up");
    p->account = user.account;
}

/* What is kept beside the rows is what they come to. */
static inline void pump_check_usage(struct pump *p)
{
    static const struct usage none;
    struct usage              wrong_by;
    struct err                e = { 0 };
    bool                      due;

    pump_must(usage_count(p->db, p->account, &due, &wrong_by, &e), &e, "usage");
    if (due && memcmp(&wrong_by, &none, sizeof none) != 0)
        pump_must(RC_INTERNAL, &e, "usage is not what the rows come to");
}

static inline void pump_close(struct pump *p)
{
    char command[128];

    pump_check_usage(p);
    sql_free(p->db);
    blob_free(p->blobs);
    database_drop(p->folder, "kith");
    snprintf(command, sizeof command, "rm -rf %s", p->folder);
    if (system(command))
        fprintf(stderr, "%s stays\n", p->folder);
}

/* One unit; false when this kind has nothing to do. */
static inline bool pump_unit(struct pump *p, const struct worker *w)
{
    auto_free(arena) a = arena_new(64 << 10);
    auto_free(arena) worker = arena_new(64 << 10);
    struct job    jobs[JOBS_CLAIM_MAX];
    int64_t       subject[JOBS_CLAIM_MAX], account, cards = 0;
    bool          held[JOBS_CLAIM_MAX];
    enum rc       rc[JOBS_CLAIM_MAX] = { 0 };
    struct str    why[JOBS_CLAIM_MAX];
    struct err    e = { 0 };
    size_t        n, taken;
    auto_buf      in = buf_of(UNIT_INPUT_MAX), out = buf_of(UNIT_OUTPUT_MAX);
    struct files  files = { 0 };
    auto_rollback view = { 0 };

    enum job_lane lane = JOB_LANE_URGENT;
    if (jobs_next_account(p->db, (enum job_kind)w->kind, lane, 0, &account, &e) != RC_OK &&
        jobs_next_account(p->db, (enum job_kind)w->kind, lane = JOB_LANE_BULK, 0, &account, &e) != RC_OK)
        return false;
    pump_must(jobs_claim(p->db, account, (enum job_kind)w->kind, lane, (size_t)w->unit, 1, jobs, &n, &e), &e, "claim");
    if (!n)
        return false;
    for (size_t i = 0; i < n; i++)
        subject[i] = jobs[i].subject;
    struct unit u = { .account = account,
                      .prio = JOB_PRIO_NORMAL,
                      .n = n,
                      .subject = subject,
                      .taken = &taken,
                      .blobs = p->blobs,
                      .held = held,
                      .rc = rc,
                      .why = why,
                      .cards = &cards };
    taken = n;
    int64_t t0 = pump_cpu_us();
    enum rc whole = sql_view(p->db, &view, &e);
    if (whole == RC_OK && w->load)
        whole = w->load(p->db, a, &u, &in, &files, &e);
    sql_rollback(p->db);
    view.db = NULL;
    if (taken < n)
        pump_must(jobs_give_back(p->db, account, (enum job_kind)w->kind, jobs + taken, n - taken, &e), &e, "give back");
    u.n = n = taken;
    int64_t t1 = pump_cpu_us();
    if (whole == RC_OK && w->run)
        whole = w->run(worker, buf_str(&in), &files, &out, &e);
    int64_t t2 = pump_cpu_us();
    for (size_t i = 0; i < files.n; i++)
        close(files.fd[i]);
    if (p->meanwhile)
        p->meanwhile(p, w);
    t2 = pump_cpu_us();
    pump_must(sql_begin(p->db, &e), &e, "begin");
    pump_must(jobs_held(p->db, account, (enum job_kind)w->kind, jobs, n, held, &e), &e, "held");
    if (whole == RC_OK)
        pump_must(w->save(p->db, a, &u, buf_str(w->run ? &out : &in), &e), &e, w->name);
    else if (rc_action(whole) != JOB_DONE) {
        p->failed += (int64_t)n;
        fprintf(stderr, "%s: %s %s\n", w->name, rc_name(whole), e.text);
    }
    pump_must(jobs_done(p->db, account, (enum job_kind)w->kind, jobs, n, &e), &e, "done");
    pump_must(sql_commit(p->db, &e), &e, "commit");
    p->load_us[w->kind] += t1 - t0;
    p->run_us[w->kind] += t2 - t1;
    int64_t save_us = pump_cpu_us() - t2;
    p->save_us[w->kind] += save_us;
    p->longest_save_us = i64_max(p->longest_save_us, save_us);
    p->units[w->kind]++;
    p->jobs[w->kind] += (int64_t)n;
    return true;
}

static inline void pump_all(struct pump *p)
{
    for (bool any = true; any;) {
        any = false;
        for (size_t k = 0; k < workers_n; k++)
            while (workers[k]->save && pump_unit(p, workers[k]))
                any = true;
    }
}
