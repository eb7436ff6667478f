/* Scheduled backups: claimed by the agent, made by a quiet process of their own. */
#include "fleet/agent/backup_run.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/schedule.h"
#include "store/installation/backups.h"

enum { IDLE_CLASS = 3 << 13, IOPRIO_PROCESS = 1, RETRY_MS = 10 * 60 * 1000, NAME_ROOM = 64 };

/* backup-dir, or DATA/backups: made when it is missing. */
static struct str folder_of(const struct conf *conf, struct arena *a)
{
    struct str folder =
        conf->backup_dir.n ? str_copy(a, conf->backup_dir) : str_fmt(a, STR_FMT "/backups", STR_ARG(conf->data));

    mkdir(folder.p, 0700); /* if it cannot be made, the backup says why */
    return folder;
}

/* The moment it is for, so that a second attempt writes over the part of the first. */
static struct str file_of(const struct conf *conf, struct arena *a, int64_t due_ms)
{
    char      name[NAME_ROOM];
    time_t    due = (time_t)(due_ms / 1000);
    struct tm t;

    strftime(name, sizeof name, "kith-%Y%m%dT%H%M%SZ.tar.zst", gmtime_r(&due, &t));
    return str_fmt(a, STR_FMT "/%s", STR_ARG(folder_of(conf, a)), name);
}

static void become_quiet(void)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpriority(PRIO_PROCESS, 0, 19);
    syscall(SYS_ioprio_set, IOPRIO_PROCESS, 0, IDLE_CLASS);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    closefrom(STDERR_FILENO + 1);
}

/* In the child: settings that came by flags are handed on; the database by the environment, since its name may hold a password. */
static void become_backup(const struct conf *conf, struct arena *a, int64_t due_ms, struct str file)
{
    char *const argv[] = { "kith",
                           "backup",
                           (char *)(uintptr_t)file.p,
                           "--scheduled",
                           (char *)(uintptr_t)str_fmt(a, "%lld", (long long)due_ms).p,
                           "--data",
                           (char *)(uintptr_t)str_copy(a, conf->data).p,
                           "--backup",
                           (char *)(uintptr_t)str_copy(a, conf->backup).p,
                           NULL };

    become_quiet();
    if (conf->db.n)
        setenv("KITH_DB", str_copy(a, conf->db).p, 1);
    execv("/proc/self/exe", argv);
    _exit(127);
}

static void start(struct backup_run *b, const struct conf *conf, struct arena *a, struct sql *db, struct str file)
{
    struct err e = { 0 };

    b->child = fork();
    if (b->child == 0)
        become_backup(conf, a, b->due_ms, file);
    if (b->child > 0) {
        log_event(LOG_INFO, "backup.begin", KI("due_ms", b->due_ms), KI("pid", b->child));
        return;
    }
    b->child = 0;
    log_event(LOG_WARN, "backup.failed", KZ("why", strerror(errno)));
    if (backups_failed(db, b->due_ms, clock_ms() + RETRY_MS, S("no process could be started"), &e) != RC_OK)
        log_event(LOG_WARN, "backup.record", KZ("why", e.text));
}

/* It says itself how it went; only an end it could not speak of is said here. */
static void look_after(struct backup_run *b)
{
    int status;

    if (waitpid(b->child, &status, WNOHANG) != b->child)
        return;
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
        log_event(LOG_WARN, "backup.failed", KI("due_ms", b->due_ms), KI("status", status));
    b->child = 0;
}

static void begin_due(struct backup_run *b, const struct conf *conf, struct sql *db)
{
    auto_free(arena) a = arena_new(4096);
    struct schedule s;
    struct err      e = { 0 };
    char            host[256] = "";
    bool            mine = false;
    int64_t         now = clock_ms(), due = schedule_parse(conf->backup, &s) ? schedule_last(&s, now) : 0;

    if (!due || (due == b->due_ms && now - b->asked_ms < RETRY_MS))
        return;
    gethostname(host, sizeof host - 1);
    struct str file = file_of(conf, a, due);
    enum rc    rc = backups_claim(db, due, str_of(host), file, now, &mine, &e);
    b->due_ms = due;
    b->asked_ms = now;
    if (rc != RC_OK)
        log_event(LOG_WARN, "backup.claim", KZ("rc", rc_name(rc)), KZ("why", e.text));
    else if (mine)
        start(b, conf, a, db, file);
}

void backup_run_look(struct backup_run *b, const struct conf *conf, struct sql *db)
{
    if (b->child)
        look_after(b);
    else
        begin_due(b, conf, db);
}

void backup_run_end(struct backup_run *b, struct sql *db)
{
    struct err e = { 0 };
    int        status = 0;

    if (!b->child)
        return;
    kill(b->child, SIGTERM);
    bool ended = waitpid(b->child, &status, 0) == b->child && WIFEXITED(status); /* by itself, and has said how */
    b->child = 0;
    if (ended)
        return;
    if (backups_failed(db, b->due_ms, clock_ms(), S("the agent left before it was done"), &e) != RC_OK)
        log_event(LOG_WARN, "backup.record", KZ("why", e.text));
}
