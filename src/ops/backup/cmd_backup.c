/* ops/backup/cmd_backup.c - `kith backup FILE|-`: everything of the installation in one checked file, while it goes on working. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/options.h"
#include "ops/backup/backup_file.h"
#include "ops/backup/scheduled.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "ops/progress.h"

enum { TEXT_MAX = 64 << 10 };

struct backup {
    struct conf     conf;
    struct progress bar;
    const char     *path; /* "-": the standard output */
    int64_t         asked_us;
};

/* Room is looked for once a second. */
static enum rc ask(void *to, int64_t done, int64_t total, struct err *e)
{
    struct backup *b = to;
    int64_t        now = clock_mono_us();

    progress_show(&b->bar, done, total);
    if (now - b->asked_us < 1000000)
        return RC_OK;
    b->asked_us = now;
    if (strcmp(b->path, "-") != 0)
        TRY(backup_file_room(b->path, b->conf.disk_floor_mb, e));
    return backup_file_room(b->conf.data.p, b->conf.disk_floor_mb, e);
}

static void write_json(const char *path, const struct manifest *m, int64_t bytes)
{
    auto_buf        b = buf_of(TEXT_MAX);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, S("file"), str_of(path));
    json_out_text(&o, S("kith"), m->made_by);
    json_out_text(&o, S("database"), m->database);
    json_out_time(&o, S("made"), m->made_ms);
    json_out_i64(&o, S("rows"), manifest_rows(m));
    json_out_i64(&o, S("uploads"), m->uploads);
    if (bytes)
        json_out_i64(&o, S("bytes"), bytes);
    manifest_write_sums(&o, m);
    json_out_close(&o, '}');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

static void tell(FILE *to, const char *path, const struct manifest *m, int64_t bytes, int64_t us)
{
    fprintf(to, "%s: %lld rows of %zu tables, %lld uploads", path, (long long)manifest_rows(m), m->ntables,
            (long long)m->uploads);
    if (bytes)
        fprintf(to, "; %.1f MB in %.1f s", (double)bytes / 1e6, (double)us / 1e6);
    if (m->uploads_gone)
        fprintf(to, "; %lld uploads were deleted meanwhile", (long long)m->uploads_gone);
}

static enum rc to_stdout(struct backup *b, struct sql *db, const struct dump_watch *watch, struct arena *a,
                         struct manifest *m, int64_t *bytes, struct err *e)
{
    if (isatty(STDOUT_FILENO))
        return err_set(e, RC_INVALID, "a backup is no text for a terminal: kith backup - > FILE, or a pipe");
    signal(SIGPIPE, SIG_IGN); /* said instead */
    return dump_write(db, &b->conf, STDOUT_FILENO, watch, a, m, bytes, e);
}

static int make(struct backup *b, bool force, bool json, struct arena *a)
{
    auto_free(sql) db = NULL;
    struct manifest   m;
    struct err        e = { 0 };
    int64_t           bytes = 0, began = clock_mono_us();
    bool              piped = !strcmp(b->path, "-");
    struct dump_watch watch = { ask, b, true };

    b->bar = progress_of("backup, rows");
    enum rc rc = local_database(&b->conf, a, &db, &e);
    if (rc == RC_OK)
        rc = piped ? to_stdout(b, db, &watch, a, &m, &bytes, &e)
                   : backup_file_make(db, &b->conf, b->path, force, &watch, a, &m, &bytes, &e);
    progress_end(&b->bar);
    if (rc != RC_OK)
        return command_failed("backup", &e);
    if (json && !piped)
        return write_json(b->path, &m, bytes), 0;
    FILE *to = piped ? stderr : stdout;
    tell(to, piped ? "standard output" : b->path, &m, bytes, clock_mono_us() - began);
    fputs(piped ? ". Check what arrived with `kith backup --check FILE`.\n" : "; read back and whole.\n", to);
    if (!piped)
        fputs("It holds password hashes, keys and settings: keep it as safe as the data folder (docs/backup.md).\n",
              to);
    return 0;
}

static int check(const char *path, bool json, struct arena *a)
{
    struct manifest m;
    struct err      e = { 0 };

    if (backup_file_check(path, true, a, &m, &e) != RC_OK)
        return command_failed("backup", &e);
    if (json)
        return write_json(path, &m, 0), 0;
    tell(stdout, path, &m, 0, 0);
    return printf("; whole. Made " STR_FMT " by Kith " STR_FMT " on " STR_FMT ".\n",
                  STR_ARG(clock_rfc3339(a, m.made_ms)), STR_ARG(m.made_by), STR_ARG(m.database)) < 0;
}

int backup_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct backup b = { 0 };
    struct err    e = { 0 };

    if (conf_load(&b.conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("backup", &e);
    const char *due = option_text(&argc, argv, "--scheduled"); /* by the agent */
    int64_t     due_ms = 0;
    bool        json = option_given(&argc, argv, "--json"), force = option_given(&argc, argv, "--force"),
         checks = option_given(&argc, argv, "--check");
    if (argc != 2 || (checks && (force || !strcmp(argv[1], "-"))))
        return command_misused(command_find("backup"));
    b.path = argv[1];
    if (due)
        return str_i64(str_of(due), 1, INT64_MAX, &due_ms) ? scheduled_backup(&b.conf, due_ms, b.path)
                                                           : command_misused(command_find("backup"));
    return checks ? check(b.path, json, a) : make(&b, force, json, a);
}
