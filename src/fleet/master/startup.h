/* fleet/master/startup.h - what the master takes hold of before it starts anything: the data directory, the address, the service manager.
 *
 * All descriptors are close-on-exec.  Texts of errors are meant for the person at the terminal. */
#pragma once
#include "base/err.h"
#include "base/str.h"

/* The lock of the data directory (made when missing): held while the descriptor, or a copy in a child, is open; the kernel
 * lets it go with the last of them, so a lock file left behind by a killed process is no obstacle.  Waits a second
 * for processes that are just dying.  RC_CONFLICT names the pid that holds it. */
enum rc startup_lock(struct str data, int *ret_fd, struct err *e) must_use;

/* After an exec: is the lock we were left the one of this folder? */
enum rc startup_same_lock(struct str data, int fd, struct err *e) must_use;
/* The lock file says who runs here, and how the last attempt to change that ended:
 *   PID
 *   TRIES ok VERSION      or      TRIES failed WHY
 * why NULL: ok. */
void startup_status(int lock_fd, int64_t tries, const char *why, const char *version);
/* Takes the wish DATA/kith.upgrade (a path, left by `kith upgrade`; ours, and no link) away; false: there is none. */
enum { STARTUP_PATH_MAX = 1024 };
bool startup_wish(struct str data, char to[STARTUP_PATH_MAX]);

/* A socket of the service manager (LISTEN_FDS, LISTEN_PID) when there is one, else bound to "HOST:PORT", numeric.
 * RC_UNAVAILABLE: the address is taken, or not of this machine; RC_INVALID: not an address. */
enum rc startup_listen(struct str address, int *ret_fd, struct err *e) must_use;

/* The address the socket is bound to, as HOST:PORT (a port asked for as 0 has its number now). */
enum { STARTUP_ADDRESS_MAX = 64 };
void startup_address(int fd, char to[STARTUP_ADDRESS_MAX]);

/* "READY=1", "STOPPING=1" ... to NOTIFY_SOCKET; silent when there is none. */
void startup_notify(const char *state);
