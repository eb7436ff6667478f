#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <dirent.h>
#include "base/rand.h"
#include "io/blob.h"

struct blob_dir {
    int fd;
};

enum { NAME_MAX_ = ID_CHARS + 8 };

struct blob_writer {
    int     account_fd, fd;
    int64_t account, id, max_bytes, written;
    bool    named; /* the file system knows no nameless files: written as "<id>.part" */
};

static enum rc fault(struct err *e, const char *what)
{
    enum rc rc = errno == ENOENT                                         ? RC_NOT_FOUND
                 : errno == ENOSPC || errno == EDQUOT || errno == EMFILE ? RC_UNAVAILABLE
                 : errno == EACCES || errno == EROFS || errno == EPERM   ? RC_DENIED
                                                                         : RC_INTERNAL;
    return err_set(e, rc, "blob: %s: %s", what, strerror(errno));
}

/* Ids as names: a NUL behind them. */
static void name_of(int64_t id, const char *tail, char to[NAME_MAX_])
{
    id_print(id, to);
    snprintf(to + ID_CHARS, NAME_MAX_ - ID_CHARS, "%s", tail);
}

enum rc blob_open(struct blob_dir **ret, struct str folder, struct err *e)
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
    struct blob_dir *d = calloc(1, sizeof *d);
    if (!d)
        abort();
    d->fd = fd;
    *ret = d;
    return RC_OK;
}

void blob_free(struct blob_dir *d)
{
    if (!d)
        return;
    close(d->fd);
    free(d);
}

void blob_writer_free(struct blob_writer *w)
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

static int open_account(struct blob_dir *d, int64_t account, bool make)
{
    char name[NAME_MAX_];

    name_of(account, "", name);
    if (make && mkdirat(d->fd, name, 0700) != 0 && errno != EEXIST)
        return -1;
    return openat(d->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_new(struct blob_writer *w)
{
    char name[NAME_MAX_];
    int  fd = openat(w->account_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    w->named = true;
    name_of(w->id, ".part", name);
    return openat(w->account_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

enum rc blob_create(struct blob_dir *d, int64_t account, int64_t max_bytes, struct blob_writer **ret, struct err *e)
{
    auto_free(blob_writer) w = calloc(1, sizeof *w);

    if (!w)
        abort();
    *w = (struct blob_writer){ .account = account, .id = id_new(), .max_bytes = max_bytes, .account_fd = -1, .fd = -1 };
    w->account_fd = open_account(d, account, true);
    if (w->account_fd < 0 || (w->fd = open_new(w)) < 0)
        return fault(e, "create");
    *ret = w;
    w = NULL;
    return RC_OK;
}

enum rc blob_write(struct blob_writer *w, struct str bytes, struct err *e)
{
    if ((int64_t)bytes.n > w->max_bytes - w->written)
        return err_set(e, RC_TOO_LARGE, "the file is over %lld bytes", (long long)w->max_bytes);
    while (bytes.n) {
        ssize_t n = write(w->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault(e, "write");
        bytes = str_from(bytes, (size_t)n);
        w->written += n;
    }
    return RC_OK;
}

int64_t blob_written(const struct blob_writer *w) { return w->written; }

static int give_name(const struct blob_writer *w)
{
    char part[NAME_MAX_], name[NAME_MAX_], path[64];

    name_of(w->id, "", name);
    name_of(w->id, ".part", part);
    if (w->named)
        return renameat(w->account_fd, part, w->account_fd, name);
    snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
    return linkat(AT_FDCWD, path, w->account_fd, name, AT_SYMLINK_FOLLOW);
}

enum rc blob_finish(struct blob_writer **writer, struct arena *a, struct str *ret_key, struct err *e)
{
    auto_free(blob_writer) w = *writer;

    *writer = NULL;
    if (fdatasync(w->fd) != 0 || give_name(w) != 0 || fsync(w->account_fd) != 0)
        return fault(e, "finish");
    w->named = false;
    *ret_key = str_join(a, id_text(a, w->account), S("/"), id_text(a, w->id));
    return RC_OK;
}

static enum rc key_read(struct str key, int64_t *ret_account, char name[NAME_MAX_], struct err *e)
{
    int64_t id = 0;

    if (key.n != 2 * ID_CHARS + 1 || key.p[ID_CHARS] != '/' || !id_parse(str_head(key, ID_CHARS), ret_account) ||
        !id_parse(str_from(key, ID_CHARS + 1), &id))
        return err_set(e, RC_INVALID, "blob: that is no key");
    name_of(id, "", name);
    return RC_OK;
}

enum rc blob_fd(struct blob_dir *d, struct str key, int *ret_fd, int64_t *ret_bytes, struct err *e)
{
    char        name[NAME_MAX_];
    int64_t     account = 0;
    struct stat st;

    TRY(key_read(key, &account, name, e));
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

enum rc blob_delete(struct blob_dir *d, struct str key, struct err *e)
{
    char    name[NAME_MAX_];
    int64_t account = 0;

    TRY(key_read(key, &account, name, e));
    int folder = open_account(d, account, false);
    if (folder < 0)
        return errno == ENOENT ? RC_OK : fault(e, "delete");
    int failed = unlinkat(folder, name, 0) != 0 && errno != ENOENT;
    close(folder);
    return failed ? fault(e, "delete") : RC_OK;
}

static void closedirp(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

enum rc blob_delete_account(struct blob_dir *d, int64_t account, struct err *e)
{
    char name[NAME_MAX_];
    int  folder = open_account(d, account, false);

    if (folder < 0)
        return errno == ENOENT ? RC_OK : fault(e, "delete");
    __attribute__((cleanup(closedirp))) DIR *dir = fdopendir(folder);
    if (!dir)
        return fault(e, "delete");
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.' && unlinkat(folder, entry->d_name, 0) != 0)
            return fault(e, "delete");
    name_of(account, "", name);
    return unlinkat(d->fd, name, AT_REMOVEDIR) == 0 ? RC_OK : fault(e, "delete");
}
