/* io/disk.h - room on the file system of the data folder, and a reserve that lets people delete when there is none.
 *
 * The floor is the setting disk-floor, at most an eighth of the file system: below it nothing new is taken.  Then the database's log moves into
 * its file, which takes at most the log's 64 MiB of it, and from there on the log's own file is room for what deleting writes.  Other programs may take that as well.  The reserve is a file of DISK_RESERVE_BYTES, at most a
 * fiftieth of the file system, that is let go when a delete finds no room, and made again when there is plenty. */
#pragma once
#include "base/base.h"
#include "base/str.h"

enum { DISK_RESERVE_BYTES = 32 << 20 };

struct disk {
    int64_t bytes, free, floor; /* free: for this user */
};
/* false: the folder cannot be looked at. */
bool disk_look(struct str folder, int64_t floor_mb, struct disk *ret);
bool disk_is_low(struct str folder, int64_t floor_mb); /* less than the floor is free */

/* Makes the reserve when it is not there and twice its size would be left above the floor. */
void disk_keep_reserve(struct str folder, int64_t floor_mb);
/* true: it was there, and its room is free now. */
bool disk_spend_reserve(struct str folder);
