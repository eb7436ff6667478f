/* work/password.h - hashes and verifies passwords (argon2id) for the http processes, on the channel of io/shared/password.h.
 *
 * No jobs, no load, no save: fleet gives such a kind the shared channel to read.  max of its row in table kinds bounds
 * how many cores and how often 19 MiB a wave of log-ins can take. */
#pragma once
#include "work/worker.h"

extern const struct worker worker_password;
