/* fleet/nursery/landlock.h - a Landlock domain in which nothing is allowed: the second wall of the cage (kernel.org, userspace-api/landlock).
 *
 * What a kernel can deny depends on its ABI: 1 files and folders by path (Linux 5.13), 4 also TCP bind and connect (6.7), 6 also
 * signals and abstract sockets that lead out of the domain (6.12).  A kernel without it (or with lsm= that leaves it out) is no
 * error: seccomp alone holds then.  Called by number: the C library of Debian 12 has no functions for it. */
#pragma once
#include <stdbool.h>

int landlock_abi(void); /* 0: this kernel has none */
/* From now on, for this process and its children, whatever the ABI can deny (0: nothing, true).  PR_SET_NO_NEW_PRIVS must be set. */
bool landlock_enter(int abi);
