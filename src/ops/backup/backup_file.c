/* ops/backup/backup_file.c - a backup under a name: part file, check, rename. */
#include "ops/backup/backup_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "io/disk.h"
#include "ops/backup/load.h"
#include "ops/progress.h"

static void closep(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(closep))) int

static enum rc fault(struct err *e, const char *what, const char *path)
{
    enum rc rc = errno == ENOENT ? RC_NOT_FOUND : errno == EACCES || errno == EROFS ? RC_DENIED : RC_UNAVAILABLE;
    return err_set(e, rc, "cannot %s %s: %s", what, path, strerror(errno));
}

enum rc backup_file_room(const char *path, int64_t floor_mb, struct err *e)
{
    if (!disk_is_low(str_of(path), floor_mb))
        return RC_OK;
    return err_set(
        e, RC_UNAVAILABLE,
        "the disk of %s has less than %lld MiB left (setting disk-floor): make room, or write to another disk", path,
        (long long)floor_mb);
}

/* ---- checking ---- */

struct bar {
    struct progress bar;
    int64_t         total;
};

static void show(void *to, int64_t bytes_read)
{
    struct bar *b = to;
    progress_show(&b->bar, bytes_read >> 10, b->total >> 10);
}

static enum rc check(int fd, bool shown, struct arena *a, struct manifest *ret, struct err *e)
{
    struct stat      st;
    struct bar       b = { progress_of(shown ? "checking, KiB" : NULL), fstat(fd, &st) == 0 ? st.st_size : 0 };
    struct load_sink sink = { .progress = show, .to = &b };
    enum rc          rc = load_read(fd, &sink, a, ret, e);

    progress_end(&b.bar);
    return rc;
}

enum rc backup_file_check(const char *path, bool shown, struct arena *a, struct manifest *ret, struct err *e)
{
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fault(e, "read", path);
    enum rc rc = check(fd, shown, a, ret, e);
    return rc == RC_OK ? RC_OK : err_in(e, rc, "%s", path);
}

/* ---- making ---- */

static enum rc open_part(const char *part, int *ret, struct err *e)
{
    int fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return fault(e, "write", part);
    *ret = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, RC_CONFLICT, "another process writes %s now", part);
    if (fchmod(fd, 0600) != 0 || ftruncate(fd, 0) != 0)
        return fault(e, "write", part);
    return RC_OK;
}

/* Old file systems cannot refuse to rename over what is there: link() can. */
static int give_name(const char *part, const char *path, bool force)
{
    if (force)
        return rename(part, path);
    return link(part, path) == 0 ? unlink(part) : renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);
}

static enum rc finish(const char *part, const char *path, bool force, struct arena *a, struct err *e)
{
    size_t slash = str_of(path).n;
    while (slash && path[slash - 1] != '/')
        slash--;
    struct str folder = slash ? str_copy(a, (struct str){ path, slash }) : S("./");
    auto_fd    fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (give_name(part, path, force) != 0)
        return errno == EEXIST ? err_set(e, RC_CONFLICT, "%s is there already: --force replaces it", path)
                               : fault(e, "name", path);
    return fd >= 0 && fsync(fd) == 0 ? RC_OK : fault(e, "sync the folder of", path);
}

/* What was written is what can be read, and what was counted. */
static enum rc read_back(int fd, bool shown, const struct manifest *m, struct err *e)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct manifest again;

    if (fsync(fd) != 0)
        return err_set(e, RC_UNAVAILABLE, "it cannot be brought to the disk: %s", strerror(errno));
    if (lseek(fd, 0, SEEK_SET) != 0)
        return err_set(e, RC_INTERNAL, "it cannot be read back: %s", strerror(errno));
    TRY(check(fd, shown, a, &again, e));
    for (size_t i = 0; i < m->ntables; i++)
        TRY(manifest_same_sum(&m->table[i], &m->sum[i], &again.sum[i], e));
    return RC_OK;
}

static enum rc make(int fd, struct sql *db, const struct conf *conf, const struct dump_watch *watch, struct arena *a,
                    struct manifest *ret, int64_t *ret_bytes, struct err *e)
{
    TRY(dump_write(db, conf, fd, watch, a, ret, ret_bytes, e));
    enum rc rc = read_back(fd, watch && watch->shown, ret, e);
    return rc == RC_OK ? RC_OK : err_in(e, rc, "what was written cannot be read back");
}

enum rc backup_file_make(struct sql *db, const struct conf *conf, const char *path, bool force,
                         const struct dump_watch *watch, struct arena *a, struct manifest *ret, int64_t *ret_bytes,
                         struct err *e)
{
    const char *part = str_fmt(a, "%s.part", path).p;
    auto_fd     fd = -1;

    if (!force && access(path, F_OK) == 0)
        return err_set(e, RC_CONFLICT, "%s is there already: --force replaces it", path);
    TRY(open_part(part, &fd, e));
    enum rc rc = make(fd, db, conf, watch, a, ret, ret_bytes, e);
    if (rc == RC_OK)
        rc = finish(part, path, force, a, e);
    if (rc != RC_OK)
        unlink(part);
    return rc;
}
