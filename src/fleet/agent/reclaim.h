/* fleet/agent/reclaim.h - what the agent before this one left behind, in the same data folder.
 *
 * The folder is locked by one master, which has one agent at a time; so when the process that DATA/kith.agent names is no more, its
 * claims are nobody's and need not wait for its lease to end.  While it lives (it drains, or its number is another process's by
 * now) nothing is taken: the lease decides.  A host whose folder is gone is known by its lease only. */
#pragma once
#include "io/sql/sql.h"

/* Frees the claims of the agent before (*ret_freed jobs), then writes down that we are the one. */
enum rc reclaim_take_over(struct sql *db, struct str data, int64_t incarnation, size_t *ret_freed,
                          struct err *e) must_use;
