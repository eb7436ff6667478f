/* io/shared/machine.h - this machine as an operator sees it: CPU, memory, disk.  From /proc and statvfs; some 30 us.
 *
 * CPU in use is measured between two looks at least a second apart, whoever took the one before: what was seen last stands in
 * the shared area.  What cannot be read stays 0. */
#pragma once
#include <stdatomic.h>
#include "base/str.h"

struct machine_seen {
    _Atomic int64_t at_us, busy, all, permille;
};

enum { MACHINE_NAME = 64 };
struct machine {
    char    name[MACHINE_NAME];
    int64_t cores, cpu_permille, load_milli; /* of all cores; load of the last minute */
    int64_t memory, memory_used, disk, disk_free;
}; /* bytes; the disk the data folder is on */

void machine_look(struct machine_seen *seen, struct str data, struct machine *ret);
