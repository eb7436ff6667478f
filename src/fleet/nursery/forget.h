/* fleet/nursery/forget.h - overwrites secrets in the process's own memory, wherever copies of them are left.
 *
 * The master reads the settings, so the database's password stands in its heap, in its command line, in buffers of the C library that
 * were freed long ago.  A worker must not hold what it has no use for: the nursery, a fork of the master, calls this before its first
 * fork.  It looks through all memory that is writable and private (some milliseconds), not only where copies are known to be. */
#pragma once
#include "base/str.h"

/* Every variable, and environ is empty after it. */
void forget_environment(void);
/* A setting db: the whole text, and its password alone (user:PASSWORD@, password=).  The text itself is overwritten as well.
 * A password of less than FORGET_LEAST bytes is looked for only as part of the whole: so few bytes stand anywhere. */
enum { FORGET_LEAST = 6 };
void forget_database(struct str url);
