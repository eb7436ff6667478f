/* fleet/master.h - `kith up`: the process that holds the house together and never parses input.
 *
 *   master ── http x n     accept on the inherited socket
 *          ├─ agent        the only process that claims jobs
 *          └─ nursery      forks workers for the agent
 *
 * It takes the lock of the data directory (a second `kith up` on it is refused, a lock left by a killed one is not in the
 * way), binds and keeps the listening socket, lets a short-lived child bring the schema up to date, forks the others and starts
 * again what dies, with back-off (50 ms doubling to 5 s for those that lived less than 2 s).  It opens no database.
 *   SIGTERM, SIGINT  drain: http and agent finish within conf.drain_s; a second signal ends at once
 *   SIGHUP           reads the configuration again and replaces http and agent one after the other by new ones;
 *                    listen, data and db stay as they were;
 *                    when it comes because the terminal was closed: drain
 * Every process dies with the master (PR_SET_PDEATHSIG).  NOTIFY_SOCKET and LISTEN_FDS of systemd are honoured. */
#pragma once
#include "io/house.h"
#include "work/worker.h"

/* What fleet cannot know by itself; kith.c and ops/up.c fill it in. */
struct fleet {
    const struct worker *const *workers; /* all kinds */
    size_t                      workers_n;
    house_main                 *http_main;
    /* In a short-lived child before anything else starts. */
    enum rc (*migrate)(const struct conf *conf, struct err *e);
    /* In the nursery before the first fork: what its workers shall share (tables, libraries); may be NULL. */
    void (*warm)(const struct conf *conf);
    /* Reads the configuration again (SIGHUP), from what `reload_from` says; may be NULL. */
    enum rc (*reload)(void *from, struct conf *ret, struct arena *a, struct err *e);
    void *reload_from;
    /* In the master, once it answers at this address: what to tell the person at the terminal; may be NULL. */
    void (*ready)(const struct conf *conf, const char *address);
};

/* Runs until it is told to stop.  conf.listen: "HOST:PORT" with a numeric host, "[::1]:8080" too.
 * rc: CONFLICT another kith runs on this data directory, UNAVAILABLE the address is taken or the disk says no,
 * INVALID the address is none; what migrate() says. */
enum rc master_run(const struct conf *conf, const struct fleet *fleet, struct err *e) must_use;
