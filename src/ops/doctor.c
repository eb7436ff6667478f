/* ops/doctor.c - `kith doctor`: looks at the machine, the data folder, the settings, the database and the queue, and says what to do. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/options.h"
#include "base/vec.h"
#include "fleet/nursery/cage.h"
#include "fleet/nursery/landlock.h"
#include "ops/commands.h"
#include "ops/doctor.h"
#include "ops/http_get.h"
#include "ops/local.h"
#include "base/schedule.h"
#include "store/installation/backups.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"

void note(struct patient *p, enum health h, const char *what, struct str text, struct str advice)
{
    findings_add(&p->findings, p->a, h, what, text, advice);
}

static void check_machine(struct patient *p)
{
    struct sysinfo s;
    struct rlimit  files;

    if (sysinfo(&s) == 0) {
        uint64_t mib = (uint64_t)s.totalram * s.mem_unit >> 20;
        note(p, mib < 256 ? MIND : FINE, "memory",
             str_fmt(p->a, "%llu MiB, %ld cores", (unsigned long long)mib, sysconf(_SC_NPROCESSORS_ONLN)),
             mib < 256 ? S("256 MiB is little for imports of many thousand cards") : S(""));
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        bool few = files.rlim_cur < 1024;
        note(p, few ? MIND : FINE, "open files", str_fmt(p->a, "%llu allowed", (unsigned long long)files.rlim_cur),
             few ? S("raise it: ulimit -n 4096, or LimitNOFILE= of the unit") : S(""));
    }
    bool early = clock_ms() < 1735689600000; /* 2025-01-01: before this program was written */
    note(p, early ? BROKEN : FINE, "clock", clock_rfc3339(p->a, clock_ms()),
         early ? S("set the clock: ids and journals follow it") : S(""));
}

/* What holds a worker that went wild (fleet/nursery/cage.h): the filter and the limits always, Landlock where there is one. */
static void check_cage(struct patient *p)
{
    auto_free(cage) cage = NULL;
    struct err e = { 0 };
    int        abi = landlock_abi();

    if (cage_new(&cage, &e) != RC_OK)
        note(p, BROKEN, "cage", str_copy(p->a, str_of(e.text)), S("workers need a kernel with seccomp filters"));
    else if (!abi)
        note(p, MIND, "cage", S("system calls and memory are limited; no Landlock"),
             S("a kernel with Landlock (lsm=landlock, best Linux 6.12 or later) is a second wall"));
    else
        note(p, FINE, "cage",
             str_fmt(p->a, "system calls and memory are limited; Landlock %d%s", abi,
                     abi < 4   ? ": files"
                     : abi < 6 ? ": files and TCP"
                               : ": files, TCP, signals"),
             S(""));
}

/* How long one small write takes to be on disk: it bounds how many commits a second are possible. */
static int64_t sync_us(struct patient *p)
{
    struct str path = str_fmt(p->a, STR_FMT "/.doctor", STR_ARG(p->conf->data));
    int        fd = open(path.p, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    char       block[4096] = { 0 };
    int64_t    best = INT64_MAX;

    if (fd < 0)
        return -1;
    for (int i = 0; i < 5; i++) {
        int64_t began = clock_mono_us();
        if (pwrite(fd, block, sizeof block, 0) != (ssize_t)sizeof block || fdatasync(fd) != 0) {
            best = -1;
            break;
        }
        best = i64_min(best, clock_mono_us() - began);
    }
    close(fd);
    unlink(path.p);
    return best;
}

static void check_folder(struct patient *p)
{
    struct statvfs v;
    struct str     data = p->conf->data;

    if (access(data.p, F_OK) != 0) {
        note(p, MIND, "data folder", str_fmt(p->a, STR_FMT " is not there yet", STR_ARG(data)),
             S("`kith up` makes it"));
        return;
    }
    int64_t us = sync_us(p);
    if (us < 0) {
        note(p, BROKEN, "data folder", str_fmt(p->a, STR_FMT ": %s", STR_ARG(data), strerror(errno)),
             S("the user that runs kith must be able to write there"));
        return;
    }
    note(p, us > 20000 ? MIND : FINE, "data folder",
         str_fmt(p->a, STR_FMT ", a write is on disk after %lld us", STR_ARG(data), (long long)us),
         us > 20000 ? S("a slow disk: saving a card waits for it") : S(""));
    if (statvfs(data.p, &v) == 0) {
        uint64_t mib = (uint64_t)v.f_bavail * v.f_frsize >> 20;
        note(p,
             mib < 100    ? BROKEN
             : mib < 1024 ? MIND
                          : FINE,
             "disk", str_fmt(p->a, "%llu MiB free", (unsigned long long)mib),
             mib < 1024 ? S("make room: the database and uploads grow in the data folder") : S(""));
    }
}

/* Whoever can read these can read every address book. */
static void check_modes(struct patient *p)
{
    static const char *const files[] = { "kith.db", "kith.db-wal", "kith.conf" };
    struct stat              st;

    for (size_t i = 0; i < countof(files); i++) {
        struct str path = str_fmt(p->a, STR_FMT "/%s", STR_ARG(p->conf->data), files[i]);
        if (stat(path.p, &st) == 0 && st.st_mode & 077)
            note(p, MIND, "private",
                 str_fmt(p->a, STR_FMT " can be read by others (%o)", STR_ARG(path), st.st_mode & 0777),
                 str_fmt(p->a, "chmod 600 " STR_FMT, STR_ARG(path)));
    }
}

static void check_schema(struct patient *p, int64_t version)
{
    struct err e = { 0 };
    int        waits = 0;
    enum rc    fits = migrate_fits(p->db, &e);

    if (fits == RC_OK && migrate_waits(p->db, &waits, &e) != RC_OK)
        waits = 0;
    note(p,
         fits == RC_OK          ? waits ? MIND : FINE
         : fits == RC_NOT_FOUND ? MIND
                                : BROKEN,
         "schema", str_fmt(p->a, "%lld, this program knows %d", (long long)version, migrate_newest()),
         fits == RC_NOT_FOUND ? S("`kith up` brings it up to date")
         : fits != RC_OK      ? S("this program is older than the data: install the newer one")
         : waits
             ? S("when every host runs this release: `kith migrate --contract` takes away what is not needed any more")
             : S(""));
}

static void check_database(struct patient *p)
{
    struct err e = { 0 };
    int64_t    version = 0;

    if (access(p->conf->data.p, F_OK) != 0)
        return;
    if (local_database(p->conf, p->a, &p->db, &e) != RC_OK || migrate_version(p->db, &version, &e) != RC_OK) {
        note(p, BROKEN, "database", str_of(str_copy(p->a, str_of(e.text)).p),
             S("kith restore a backup (docs/backup.md), or start with an empty data folder"));
        return;
    }
    if (version == 0) {
        note(p, MIND, "database", S("empty"), S("`kith up` fills it"));
        return;
    }
    check_schema(p, version);
    if (!conf_embedded(p->conf))
        return; /* check_postgres() looks at the server */
    bool sound = sql_integrity(p->db, &e) == RC_OK;
    note(p, sound ? FINE : BROKEN, "integrity", sound ? S("sound") : str_of(str_copy(p->a, str_of(e.text)).p),
         sound ? S("") : S("stop kith, keep a copy of the data folder, and restore a backup"));
}

static void check_queue(struct patient *p)
{
    struct job_counts counts[KINDS_END];
    struct err        e = { 0 };
    int64_t           dead = 0, ready = 0, oldest = 0;

    if (!p->db || jobs_counts(p->db, 0, counts, &e) != RC_OK)
        return;
    for (int k = 1; k < KINDS_END; k++) {
        dead += counts[k].dead;
        ready += counts[k].ready;
        if (counts[k].oldest_ms && (!oldest || counts[k].oldest_ms < oldest))
            oldest = counts[k].oldest_ms;
    }
    int64_t age_s = oldest ? (clock_ms() - oldest) / 1000 : 0;
    note(p, age_s > 600 ? MIND : FINE, "queue",
         str_fmt(p->a, "%lld waiting, the oldest %lld s", (long long)ready, (long long)age_s),
         age_s > 600 ? S("is `kith up` running? `kith top` shows its workers") : S(""));
    note(p, dead ? MIND : FINE, "given up", str_fmt(p->a, "%lld jobs", (long long)dead),
         dead ? S("the log tells why (job.buried)") : S(""));
}

static void check_backups(struct patient *p)
{
    struct backups_state s;
    struct schedule      plan;
    struct err           e = { 0 };

    if (!p->db || migrate_fits(p->db, NULL) != RC_OK || backups_state(p->db, p->a, &s, &e) != RC_OK)
        return;
    bool       on = schedule_parse(p->conf->backup, &plan) && plan.every, late = backups_late_ms(&s, clock_ms()) > 0;
    struct str last =
        s.good_ms ? str_fmt(p->a, "the last good one is of " STR_FMT ", %lld MB",
                            STR_ARG(clock_rfc3339(p->a, s.good_ms / 1000 * 1000)), (long long)s.good_bytes / 1000000)
                  : S("none yet");
    if (!on)
        note(p, MIND, "backup", S("none is made by itself"),
             S("set backup = daily, keep 7; or kith backup by cron (docs/backup.md)"));
    else
        note(p, late || s.why.n ? MIND : FINE, "backup", last,
             s.why.n ? str_fmt(p->a, "the last attempt: " STR_FMT, STR_ARG(s.why))
             : late  ? S("is an agent at work? its log says why (backup.failed)")
                     : S(""));
}

static void check_server(struct patient *p)
{
    struct err e = { 0 };
    struct str body;
    int        status;

    if (http_get(p->conf->listen, "/readyz", p->a, &status, &body, &e) != RC_OK)
        note(p, MIND, "server", str_fmt(p->a, "nobody listens at " STR_FMT, STR_ARG(p->conf->listen)),
             S("start it: kith up"));
    else
        note(p, status == 200 ? FINE : BROKEN, "server",
             str_fmt(p->a, STR_FMT " answers %d", STR_ARG(p->conf->listen), status),
             status == 200 ? S("") : S("its log says why"));
}

static void (*const checks[])(struct patient *p) = { check_machine, check_cage,     check_folder,
                                                     check_modes,   check_database, check_postgres,
                                                     check_queue,   check_backups,  check_server };

static void print_json(const struct patient *p)
{
    auto_buf        b = buf_of(1 << 20);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '[');
    findings_write(&p->findings, &o);
    json_out_close(&o, ']');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

static int print_conf(const struct conf *c, struct arena *a, bool json)
{
    auto_buf        b = buf_of(1 << 20);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '{');
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++) {
        struct str value = conf_text(c, a, k);
        json_out_text(&o, str_of(k->name), value);
        if (json)
            continue;
        printf("%-20s %-16.*s %-12s %s", k->name, STR_ARG(value), conf_origin_name(c, k), k->help);
        if (k->type == CONF_INT)
            printf(" (%lld to %lld%s%s)", (long long)k->min, (long long)k->max, *k->unit ? " " : "", k->unit);
        printf("\n");
    }
    json_out_close(&o, '}');
    if (json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    return 0;
}

int doctor_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct conf    conf;
    struct err     e = { 0 };
    struct patient p = { .a = a, .conf = &conf };
    bool           json = option_given(&argc, argv, "--json"), settings = option_given(&argc, argv, "--conf"),
         citus = option_given(&argc, argv, "--citus");

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("doctor", &e);
    if (settings)
        return print_conf(&conf, a, json);
    if (citus)
        return doctor_citus(&conf, a);
    for (size_t i = 0; i < countof(checks); i++)
        checks[i](&p);
    if (json)
        print_json(&p);
    else
        findings_print(&p.findings);
    sql_free(p.db);
    return findings_broken(&p.findings) != NULL;
}
