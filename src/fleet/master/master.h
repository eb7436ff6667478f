/* fleet/master/master.h - `kith up`: the process that holds the house together and never parses input.
 *
 *   master ── http x n     accept on the inherited socket
 *          ├─ agent        the only process that claims jobs
 *          └─ nursery      forks workers for the agent
 *
 * It takes the lock of the data directory (a second `kith up` on it is refused, a lock left by a killed one is not in the
 * way), binds and keeps the listening socket, lets a short-lived child bring the schema up to date, forks the others and starts
 * again what dies, with back-off (50 ms doubling to 5 s for those that lived less than 2 s).  It opens no database.
 *   SIGTERM, SIGINT  drain: /readyz says no for conf.drain_notice_s, then http finishes its requests, then the agent its units
 *                    (conf.drain_s) or hands them back; a second signal ends at once
 *   SIGHUP           reads the configuration again (listen and data stay as they were) and starts a new generation of
 *                    processes; when all of it is up, the old one is told to leave;
 *                    when the signal comes because the terminal was closed: drain
 *   SIGUSR2          the same with a new program (kith upgrade): the one DATA/kith.upgrade names, else the one at its own path.
 *                    It is tried first (`up --check`), then the master execs it, keeping pid, lock and listening socket
 *                    (fleet/master/handover.h).  When its processes do not come up, the old program takes over again; the old
 *                    processes serve all the while.  What became of it stands in DATA/kith.lock (startup_status)
 * Every process dies with the master (PR_SET_PDEATHSIG).  NOTIFY_SOCKET and LISTEN_FDS of systemd are honoured. */
#pragma once
#include "fleet/fleet.h"

/* Runs until it is told to stop.  conf.listen: "HOST:PORT" with a numeric host, "[::1]:8080" too.
 * rc: CONFLICT another kith runs on this data directory, UNAVAILABLE the address is taken or the disk says no,
 * INVALID the address is none; what migrate() says. */
enum rc master_run(const struct conf *conf, const struct fleet *fleet, struct err *e) must_use;
