/* The driver that keeps blobs as files of one folder. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <dirent.h>
#include "base/rand.h"
#include "io/blob/blob_driver.h"

struct folder {
    struct blob_dir dir;
    int             fd;
    char           *path;
};

enum { NAME_MAX_ = ID_CHARS + 8 };

struct file_writer {
    struct blob_writer w;
    int                account_fd, fd;
    int64_t            id;
    bool               named; /* the file system knows no nameless files: written as "<id>.part" */
};

static const struct blob_driver blob_file;

static struct folder      *self(struct blob_dir *d) { return (struct folder *)d; }
static struct file_writer *writer(struct blob_writer *w) { return (struct file_writer *)w; }

static enum rc fault(struct err *e, const char *what)
{
    enum rc rc = errno == ENOENT                                                         ? RC_NOT_FOUND
                 : errno == ENOSPC || errno == EDQUOT || errno == EROFS                  ? RC_STORAGE
                 : errno == EMFILE || errno == ENFILE || errno == EIO || errno == ENOMEM ? RC_UNAVAILABLE
                 : errno == EACCES || errno == EPERM                                     ? RC_DENIED
                                                                                         : RC_INTERNAL;
    return err_set(e, rc, "blob: %s: %s", what, strerror(errno));
}

/* Ids as names: a NUL behind them. */
static void name_of(int64_t id, const char *tail, char to[NAME_MAX_])
{
    id_print(id, to);
    snprintf(to + ID_CHARS, NAME_MAX_ - ID_CHARS, "%s", tail);
}

enum rc blob_open_folder(struct blob_dir **ret, struct str folder, struct err *e)
{
    char path[4096];

    if (folder.n >= sizeof path)
        return err_set(e, RC_INVALID, "blob: the folder's name is too long");
    memcpy(path, folder.p, folder.n);
    path[folder.n] = 0;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fault(e, "make the folder");
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fault(e, "open the folder");
    struct folder *d = calloc(1, sizeof *d);
    if (!d)
        abort();
    *d = (struct folder){ .dir.driver = &blob_file, .fd = fd, .path = strdup(path) };
    if (!d->path)
        abort();
    *ret = &d->dir;
    return RC_OK;
}

static void folder_free(struct blob_dir *d)
{
    close(self(d)->fd);
    free(self(d)->path);
    free(self(d));
}

static void file_writer_free(struct file_writer *w)
{
    char name[NAME_MAX_];

    if (!w)
        return;
    if (w->named && w->fd >= 0) {
        name_of(w->id, ".part", name);
        unlinkat(w->account_fd, name, 0);
    }
    if (w->fd >= 0)
        close(w->fd);
    if (w->account_fd >= 0)
        close(w->account_fd);
    free(w);
}

DEFINE_AUTO_FREE(file_writer)
static void writer_free(struct blob_writer *w) { file_writer_free(writer(w)); }

/* A folder that somebody removed while we held it is made again, or found where another process has made it. */
static void find_again(struct folder *d)
{
    struct stat st;

    if (fstat(d->fd, &st) != 0 || st.st_nlink > 0 || (mkdir(d->path, 0700) != 0 && errno != EEXIST))
        return;
    int fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    close(d->fd);
    d->fd = fd;
}

static int open_account(struct blob_dir *dir, int64_t account, bool make)
{
    char           name[NAME_MAX_];
    struct folder *d = self(dir);

    find_again(d);
    name_of(account, "", name);
    if (make && mkdirat(d->fd, name, 0700) != 0 && errno != EEXIST)
        return -1;
    return openat(d->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_new(struct file_writer *w)
{
    char name[NAME_MAX_];
    int  fd = openat(w->account_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    w->named = true;
    name_of(w->id, ".part", name);
    return openat(w->account_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static enum rc create(struct blob_dir *d, int64_t account, int64_t id, struct blob_writer **ret, struct err *e)
{
    auto_free(file_writer) w = calloc(1, sizeof *w);

    if (!w)
        abort();
    *w = (struct file_writer){ .id = id, .account_fd = -1, .fd = -1 };
    w->account_fd = open_account(d, account, true);
    if (w->account_fd < 0 || (w->fd = open_new(w)) < 0)
        return fault(e, "create");
    *ret = &w->w;
    w = NULL;
    return RC_OK;
}

static enum rc write_all(struct blob_writer *w, struct str bytes, struct err *e)
{
    while (bytes.n) {
        ssize_t n = write(writer(w)->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault(e, "write");
        bytes = str_from(bytes, (size_t)n);
    }
    return RC_OK;
}

static int give_name(const struct file_writer *w)
{
    char part[NAME_MAX_], name[NAME_MAX_], path[64];

    name_of(w->id, "", name);
    name_of(w->id, ".part", part);
    if (w->named)
        return renameat(w->account_fd, part, w->account_fd, name);
    snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
    return linkat(AT_FDCWD, path, w->account_fd, name, AT_SYMLINK_FOLLOW);
}

static enum rc finish(struct blob_writer *own, struct err *e)
{
    struct file_writer *w = writer(own);

    if (fdatasync(w->fd) != 0 || give_name(w) != 0 || fsync(w->account_fd) != 0)
        return fault(e, "finish");
    w->named = false;
    return RC_OK;
}

static enum rc open_one(struct blob_dir *d, int64_t account, int64_t id, int *ret_fd, int64_t *ret_bytes, struct err *e)
{
    char        name[NAME_MAX_];
    struct stat st;

    name_of(id, "", name);
    int folder = open_account(d, account, false);
    if (folder < 0)
        return fault(e, "open");
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    close(folder);
    if (fd < 0 || fstat(fd, &st) != 0)
        return fault(e, "open");
    *ret_fd = fd;
    *ret_bytes = st.st_size;
    return RC_OK;
}

static bool gone(int folder, int64_t id, const char *tail)
{
    char name[NAME_MAX_];
    name_of(id, tail, name);
    return unlinkat(folder, name, 0) == 0 || errno == ENOENT;
}

static enum rc delete_one(struct blob_dir *d, int64_t account, int64_t id, struct err *e)
{
    int folder = open_account(d, account, false);
    if (folder < 0)
        return errno == ENOENT ? RC_OK : fault(e, "delete");
    bool all = gone(folder, id, "") && gone(folder, id, ".part");
    close(folder);
    return all ? RC_OK : fault(e, "delete");
}

static void closedirp(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

/* The lowest BLOB_LIST above after, of a folder in any order. */
static void keep_lowest(int64_t *ret, size_t *n, int64_t id)
{
    size_t at = *n;
    for (size_t i = 0; i < *n; i++)
        if (ret[i] == id)
            return; /* "<id>" and "<id>.part" */
    if (at == BLOB_LIST && id > ret[at - 1])
        return;
    at = size_min(at, BLOB_LIST - 1);
    for (; at && ret[at - 1] > id; at--)
        ret[at] = ret[at - 1];
    ret[at] = id;
    *n += *n < BLOB_LIST;
}

static enum rc list(struct blob_dir *d, int64_t account, int64_t after, int64_t *ret, size_t *ret_n, struct err *e)
{
    int folder = open_account(d, account, false);

    *ret_n = 0;
    if (folder < 0)
        return errno == ENOENT ? RC_OK : fault(e, "list");
    __attribute__((cleanup(closedirp))) DIR *dir = fdopendir(folder);
    if (!dir) {
        close(folder);
        return fault(e, "list");
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        int64_t id = 0;
        if (strlen(entry->d_name) >= ID_CHARS && id_parse((struct str){ entry->d_name, ID_CHARS }, &id) && id > after)
            keep_lowest(ret, ret_n, id);
    }
    return RC_OK;
}

static enum rc forget(struct blob_dir *d, int64_t account, struct err *e)
{
    char name[NAME_MAX_];

    name_of(account, "", name);
    return unlinkat(self(d)->fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? RC_OK : fault(e, "delete");
}

static const struct blob_driver blob_file = { .free = folder_free,
                                              .create = create,
                                              .write = write_all,
                                              .finish = finish,
                                              .writer_free = writer_free,
                                              .fd = open_one,
                                              .delete = delete_one,
                                              .list = list,
                                              .forget = forget };
