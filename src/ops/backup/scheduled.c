/* A backup of the schedule: made, recorded, logged; older ones rotated away. */
#include "ops/backup/scheduled.h"
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/schedule.h"
#include "ops/backup/backup_file.h"
#include "ops/local.h"
#include "store/installation/backups.h"

enum { AGAIN_MS = 3600 * 1000, LOOK_US = 1000000 };

struct scheduled {
    const struct conf *conf;
    const char        *path;
    struct sql        *db, *record; /* record: another connection, to write while db is a view */
    int64_t            due_ms, looked_us, renewed_us;
};

static enum rc ask(void *to, int64_t done, int64_t total, struct err *e)
{
    struct scheduled *s = to;
    int64_t           now = clock_mono_us();

    (void)done, (void)total;
    if (now - s->looked_us < LOOK_US)
        return RC_OK;
    s->looked_us = now;
    TRY(backup_file_room(s->path, s->conf->disk_floor_mb, e));
    TRY(backup_file_room(s->conf->data.p, s->conf->disk_floor_mb, e));
    if (now - s->renewed_us < BACKUP_RENEW_MS * 1000)
        return RC_OK;
    s->renewed_us = now;
    return backups_renew(s->record, s->due_ms, clock_ms(), e);
}

/* The file is gone, or was never there. */
static bool gone(const char *path)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    log_event(LOG_WARN, "backup.rotate", KZ("file", path), KZ("why", strerror(errno)));
    return false;
}

/* Of older ones keep - 1 stay beside the new one; of those that were never finished nothing. */
static enum rc rotate(struct scheduled *s, struct arena *a, int64_t keep, struct err *e)
{
    struct backup *list;
    char           host[256] = "";
    size_t         n;
    int64_t        kept = 1;

    gethostname(host, sizeof host - 1);
    TRY(backups_files(s->record, a, str_of(host), s->due_ms, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        const char *path = list[i].done_ms ? list[i].file.p : str_fmt(a, STR_FMT ".part", STR_ARG(list[i].file)).p;
        if ((list[i].done_ms && kept++ < keep) || !gone(path))
            continue;
        TRY(backups_forget(s->record, list[i].due_ms, e));
        log_event(LOG_INFO, "backup.rotate", KZ("file", path));
    }
    return RC_OK;
}

/* An attempt before this one may have died between the name and the record: then what has the name is whole. */
static enum rc make(struct scheduled *s, struct arena *a, int64_t *ret_bytes, struct manifest *ret, struct err *e)
{
    struct dump_watch watch = { ask, s, false };

    TRY(local_database(s->conf, a, &s->db, e));
    TRY(backup_file_room(s->conf->data.p, s->conf->disk_floor_mb, e));
    return backup_file_make(s->db, s->conf, s->path, true, &watch, a, ret, ret_bytes, e);
}

static enum rc run(struct scheduled *s, struct arena *a, struct err *e)
{
    struct manifest m = { 0 };
    struct schedule plan;
    int64_t         bytes = 0, began = clock_mono_us();

    TRY(local_database(s->conf, a, &s->record, e));
    TRY(make(s, a, &bytes, &m, e));
    TRY(backups_done(s->record, s->due_ms, clock_ms(), bytes, manifest_rows(&m), e));
    log_event(LOG_INFO, "backup.done", KZ("file", s->path), KI("bytes", bytes), KI("rows", manifest_rows(&m)),
              KI("uploads", m.uploads), KI("ms", (clock_mono_us() - began) / 1000));
    return schedule_parse(s->conf->backup, &plan) && plan.every ? rotate(s, a, plan.keep, e) : RC_OK;
}

int scheduled_backup(const struct conf *conf, int64_t due_ms, const char *path)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct scheduled s = { .conf = conf, .path = path, .due_ms = due_ms };
    struct err       e = { 0 };

    log_set(log_level_of(conf->log_level), "backup");
    enum rc rc = run(&s, a, &e);
    if (rc != RC_OK) {
        signal(SIGTERM, SIG_IGN); /* an agent that leaves now must not say that it was in the way */
        if (s.record && backups_failed(s.record, due_ms, clock_ms() + AGAIN_MS, str_of(e.text), NULL) != RC_OK)
            log_event(LOG_WARN, "backup.record", KI("due_ms", due_ms));
        log_event(LOG_WARN, "backup.failed", KI("due_ms", due_ms), KZ("rc", rc_name(rc)), KZ("why", e.text));
    }
    sql_free(s.db);
    sql_free(s.record);
    return rc != RC_OK;
}
