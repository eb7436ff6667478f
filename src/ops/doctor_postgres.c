/* What kith doctor checks of a PostgreSQL server. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/clock.h"
#include "ops/doctor.h"
#include "store/installation/server.h"

enum { CLOCK_MOST_MS = 1000, CONNECTIONS_SPARE = 10, IDLE_MOST_S = 60, OLD_MOST_S = 300, BLOAT_BYTES = 256 << 20 };

static void check_version(struct patient *p, const struct server *s)
{
    bool old = s->version < 150000;

    note(p, old ? MIND : FINE, "postgresql",
         str_fmt(p->a, "%lld.%lld, " STR_FMT ", %lld MiB%s", (long long)(s->version / 10000),
                 (long long)(s->version % 10000), STR_ARG(s->encoding), (long long)(s->bytes >> 20),
                 s->citus ? ", Citus" : ""),
         old ? S("tested with 15; 14 works too, but has few years left") : S(""));
}

/* What an acknowledged write is worth. */
static void check_durable(struct patient *p, const struct server *s)
{
    bool lax = str_is(s->synchronous_commit, "off"), no_fsync = str_is(s->fsync, "off"),
         torn = str_is(s->full_page_writes, "off");

    note(p,
         no_fsync      ? BROKEN
         : lax || torn ? MIND
                       : FINE,
         "durability",
         str_fmt(
             p->a, "synchronous_commit=" STR_FMT " fsync=" STR_FMT " full_page_writes=" STR_FMT " wal_level=" STR_FMT,
             STR_ARG(s->synchronous_commit), STR_ARG(s->fsync), STR_ARG(s->full_page_writes), STR_ARG(s->wal_level)),
         no_fsync ? S("fsync=on: without it a power failure can destroy the database")
         : lax    ? S("synchronous_commit=on: now the last moments before a crash can be lost")
         : torn   ? S("full_page_writes=on, unless the disk never tears a page")
                  : S(""));
}

static void check_standbys(struct patient *p, const struct server *s)
{
    bool asked = s->standbys.n > 0, none = s->standbys_sync == 0;
    bool local = str_is(s->synchronous_commit, "local") || str_is(s->synchronous_commit, "off");

    if (!asked && s->standbys_all == 0) {
        note(p, FINE, "standby", S("none"), S(""));
        return;
    }
    note(p,
         asked && (none || local) ? BROKEN
         : asked                  ? FINE
                                  : MIND,
         "standby",
         str_fmt(p->a, "synchronous_standby_names='" STR_FMT "', connected %lld, of them synchronous %lld",
                 STR_ARG(s->standbys), (long long)s->standbys_all, (long long)s->standbys_sync),
         asked && none
             ? S("NO SYNCHRONOUS STANDBY IS CONNECTED: commits hang, or, should this server be started without the "
                 "setting, acknowledged writes are lost with it. Connect one: pg_stat_replication.sync_state")
         : asked && local ? S("ACKNOWLEDGED WRITES DO NOT WAIT FOR THE STANDBY: synchronous_commit=on")
         : !asked
             ? S("writes are acknowledged before a standby has them: set synchronous_standby_names if none may be lost")
             : S(""));
}

static void check_connections(struct patient *p, const struct server *s)
{
    int64_t http = p->conf->http_processes ? p->conf->http_processes : sysconf(_SC_NPROCESSORS_ONLN);
    int64_t need = http + 1 + CONNECTIONS_SPARE, left = s->connections_max - s->connections;
    bool    few = s->connections_max < 2 * need, none = left < CONNECTIONS_SPARE;

    note(p,
         none  ? BROKEN
         : few ? MIND
               : FINE,
         "connections",
         str_fmt(p->a, "%lld of %lld in use; a host needs %lld, twice that during an upgrade",
                 (long long)s->connections, (long long)s->connections_max, (long long)need),
         none || few ? S("raise max_connections, or find who keeps them (pg_stat_activity)") : S(""));
}

static void check_clocks(struct patient *p, const struct server *s, int64_t before_ms, int64_t after_ms)
{
    int64_t off = s->clock_ms < before_ms  ? s->clock_ms - before_ms
                  : s->clock_ms > after_ms ? s->clock_ms - after_ms
                                           : 0;

    note(p, llabs(off) > CLOCK_MOST_MS ? MIND : FINE, "clocks",
         str_fmt(p->a, "the server's is %lld ms from this host's", (long long)off),
         llabs(off) > CLOCK_MOST_MS
             ? S("let both follow one time server: leases and the order of changes are counted in time")
             : S(""));
}

static void check_upkeep(struct patient *p, const struct server *s)
{
    bool off = !str_is(s->autovacuum, "on"), held = s->idle_s > IDLE_MOST_S, old = s->old_s > OLD_MOST_S;
    bool bloat = s->ready_bytes > BLOAT_BYTES && s->ready_dead > 10 * (s->ready_live + 1000);

    note(p, off ? BROKEN : FINE, "autovacuum", s->autovacuum,
         off ? S("autovacuum=on: without it the queue's table grows for ever") : S(""));
    note(p, held || old ? MIND : FINE, "transactions",
         str_fmt(p->a, "idle in one for %lld s, oldest view %lld s", (long long)s->idle_s, (long long)s->old_s),
         held || old ? S("somebody keeps dead rows alive and the queue slow: pg_stat_activity tells who; let reports "
                         "and pg_dump "
                         "run on a standby")
                     : S(""));
    note(p, bloat ? MIND : FINE, "queue table",
         str_fmt(p->a, "%lld MiB, %lld rows, %lld dead", (long long)(s->ready_bytes >> 20), (long long)s->ready_live,
                 (long long)s->ready_dead),
         bloat ? S("vacuum job_ready; reindex table concurrently job_ready") : S(""));
    if (s->invalid_indexes)
        note(p, MIND, "indexes", str_fmt(p->a, "%lld are not valid", (long long)s->invalid_indexes),
             S("making one was interrupted: `kith up` makes it again"));
}

/* Only when the server's folder is on this host. */
static void check_its_disk(struct patient *p, const struct server *s)
{
    struct statvfs v;

    if (s->folder.n == 0 || statvfs(s->folder.p, &v) != 0) {
        note(p, FINE, "its disk", S("on another host, or not shown to this role"), S(""));
        return;
    }
    uint64_t mib = (uint64_t)v.f_bavail * v.f_frsize >> 20;
    note(p,
         mib < 512    ? BROKEN
         : mib < 4096 ? MIND
                      : FINE,
         "its disk", str_fmt(p->a, "%llu MiB free", (unsigned long long)mib),
         mib < 4096 ? S("make room: PostgreSQL stops when the disk is full") : S(""));
}

void check_postgres(struct patient *p)
{
    struct server s = { 0 };
    struct err    e = { 0 };
    int64_t       before = clock_ms();

    if (!p->db || conf_embedded(p->conf))
        return;
    enum rc rc = server_look(p->db, p->a, &s, &e);
    if (rc != RC_OK) {
        note(p, BROKEN, "postgresql", str_copy(p->a, str_of(e.text)), S("the server's log says more"));
        return;
    }
    check_version(p, &s);
    check_durable(p, &s);
    check_standbys(p, &s);
    check_connections(p, &s);
    check_clocks(p, &s, before, clock_ms());
    check_upkeep(p, &s);
    check_its_disk(p, &s);
}
