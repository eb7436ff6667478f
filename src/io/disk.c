/* Room on the disk of the data folder, and the file that keeps some of it in reserve. */
#include "io/disk.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, FLOOR_SHARE = 8, RESERVE_SHARE = 50 };

static bool name_of(struct str folder, const char *file, char path[PATH_ROOM])
{
    return (size_t)snprintf(path, PATH_ROOM, STR_FMT "%s", STR_ARG(folder), file) < PATH_ROOM;
}

bool disk_look(struct str folder, int64_t floor_mb, struct disk *ret)
{
    char           path[PATH_ROOM];
    struct statvfs v;

    if (!name_of(folder, "", path) || statvfs(path, &v) != 0)
        return false;
    ret->bytes = (int64_t)(v.f_blocks * v.f_frsize);
    ret->free = (int64_t)(v.f_bavail * v.f_frsize);
    ret->floor = i64_min(floor_mb << 20, ret->bytes / FLOOR_SHARE);
    return true;
}

bool disk_is_low(struct str folder, int64_t floor_mb)
{
    struct disk d;
    return disk_look(folder, floor_mb, &d) && d.free < d.floor;
}

void disk_keep_reserve(struct str folder, int64_t floor_mb)
{
    char        path[PATH_ROOM];
    struct disk d;
    struct stat st;

    if (!name_of(folder, "/kith.reserve", path) || stat(path, &st) == 0 || !disk_look(folder, floor_mb, &d))
        return;
    int64_t size = i64_min(DISK_RESERVE_BYTES, d.bytes / RESERVE_SHARE);
    if (d.free < d.floor + 3 * size)
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, size) != 0)
        unlink(path);
    close(fd);
}

bool disk_spend_reserve(struct str folder)
{
    char path[PATH_ROOM];
    return name_of(folder, "/kith.reserve", path) && unlink(path) == 0;
}
