/* Uploads and other large things: the calls common to both drivers. */
#include "io/blob/blob.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/rand.h"
#include "io/blob/blob_driver.h"

enum { PATH_ROOM = 4096 };

static enum rc folder_of(const struct conf *conf, char path[PATH_ROOM], struct err *e)
{
    if ((size_t)snprintf(path, PATH_ROOM, STR_FMT "/blobs", STR_ARG(conf->data)) >= PATH_ROOM)
        return err_set(e, RC_INVALID, "blob: the folder's name is too long");
    return RC_OK;
}

enum rc blob_open(struct blob_dir **ret, const struct conf *conf, struct sql *db, struct err *e)
{
    char path[PATH_ROOM];
    bool in_db = conf->blobs == CONF_BLOBS_DB || (conf->blobs == CONF_BLOBS_AUTO && !conf_embedded(conf));
    __attribute__((cleanup(blob_dir_freep))) struct blob_dir *d = NULL;

    TRY(folder_of(conf, path, e));
    TRY(in_db ? blob_open_sql(&d, db, e) : blob_open_folder(&d, str_of(path), e));
    if (!in_db)
        TRY(blob_open_sql(&d->also, db, e));
    else if (access(path, F_OK) == 0)
        TRY(blob_open_folder(&d->also, str_of(path), e));
    *ret = d;
    d = NULL;
    return RC_OK;
}

enum rc blob_open_files(struct blob_dir **ret, const struct conf *conf, struct err *e)
{
    char path[PATH_ROOM];

    TRY(folder_of(conf, path, e));
    if (access(path, F_OK) != 0)
        return err_set(e, RC_NOT_FOUND, "blob: no folder");
    return blob_open_folder(ret, str_of(path), e);
}

void blob_free(struct blob_dir *d)
{
    if (!d)
        return;
    blob_free(d->also);
    d->driver->free(d);
}

/* ---- writing ---- */

static enum rc key_read(struct str key, int64_t *ret_account, int64_t *ret_id, struct err *e)
{
    if (key.n != 2 * ID_CHARS + 1 || key.p[ID_CHARS] != '/' || !id_parse(str_head(key, ID_CHARS), ret_account) ||
        !id_parse(str_from(key, ID_CHARS + 1), ret_id))
        return err_set(e, RC_INVALID, "blob: that is no key");
    return RC_OK;
}

static enum rc create(struct blob_dir *d, int64_t account, int64_t id, int64_t max_bytes, struct blob_writer **ret,
                      struct err *e)
{
    TRY(d->driver->create(d, account, id, ret, e));
    (*ret)->driver = d->driver;
    (*ret)->account = account;
    (*ret)->id = id;
    (*ret)->max_bytes = max_bytes;
    return RC_OK;
}

enum rc blob_create(struct blob_dir *d, int64_t account, int64_t max_bytes, struct blob_writer **ret, struct err *e)
{
    return create(d, account, id_new(), max_bytes, ret, e);
}

enum rc blob_create_again(struct blob_dir *d, struct str key, int64_t max_bytes, struct blob_writer **ret,
                          struct err *e)
{
    int64_t account = 0, id = 0;

    TRY(blob_delete(d, key, e));
    TRY(key_read(key, &account, &id, e));
    return create(d, account, id, max_bytes, ret, e);
}

enum rc blob_write(struct blob_writer *w, struct str bytes, struct err *e)
{
    if ((int64_t)bytes.n > w->max_bytes - w->written)
        return err_set(e, RC_TOO_LARGE, "the file is over %lld bytes", (long long)w->max_bytes);
    TRY(w->driver->write(w, bytes, e));
    w->written += (int64_t)bytes.n;
    return RC_OK;
}

int64_t blob_written(const struct blob_writer *w) { return w->written; }

static struct str key_of(struct arena *a, int64_t account, int64_t id)
{
    return str_join(a, id_text(a, account), S("/"), id_text(a, id));
}

enum rc blob_finish(struct blob_writer **writer, struct arena *a, struct str *ret_key, struct err *e)
{
    auto_free(blob_writer) w = *writer;

    *writer = NULL;
    TRY(w->driver->finish(w, e));
    w->done = true;
    *ret_key = key_of(a, w->account, w->id);
    return RC_OK;
}

void blob_writer_free(struct blob_writer *w)
{
    if (w)
        w->driver->writer_free(w);
}

/* ---- reading, deleting ---- */

enum rc blob_fd(struct blob_dir *d, struct str key, int *ret_fd, int64_t *ret_bytes, struct err *e)
{
    int64_t account = 0, id = 0;
    enum rc rc = RC_NOT_FOUND;

    TRY(key_read(key, &account, &id, e));
    for (; d && rc == RC_NOT_FOUND; d = d->also)
        rc = d->driver->fd(d, account, id, ret_fd, ret_bytes, e);
    return rc;
}

struct blob_reader {
    struct blob_dir *d; /* the driver that has it */
    int64_t          account, id, at, bytes;
    int              fd; /* -1: in the driver's pieces */
};

void blob_reader_free(struct blob_reader *r)
{
    if (r && r->fd >= 0)
        close(r->fd);
    free(r);
}

static enum rc look_for(struct blob_reader *r, struct err *e)
{
    const struct blob_driver *driver = r->d->driver;
    return driver->size ? driver->size(r->d, r->account, r->id, &r->bytes, e)
                        : driver->fd(r->d, r->account, r->id, &r->fd, &r->bytes, e);
}

enum rc blob_read(struct blob_dir *d, struct str key, struct blob_reader **ret, int64_t *ret_bytes, struct err *e)
{
    auto_free(blob_reader) r = calloc(1, sizeof *r);
    enum rc rc = RC_NOT_FOUND;

    if (!r)
        abort();
    r->fd = -1;
    TRY(key_read(key, &r->account, &r->id, e));
    for (; d && rc == RC_NOT_FOUND; d = d->also) {
        r->d = d;
        rc = look_for(r, e);
    }
    TRY(rc);
    *ret_bytes = r->bytes;
    *ret = r;
    r = NULL;
    return RC_OK;
}

static enum rc next_of_file(struct blob_reader *r, struct buf *out, struct err *e)
{
    size_t  most = (size_t)i64_min(BLOB_PIECE, r->bytes - r->at);
    char   *room = buf_room(out, most);
    ssize_t n = room ? pread(r->fd, room, most, r->at) : 0;

    if (n < 0)
        return err_set(e, RC_UNAVAILABLE, "blob: a stored file cannot be read: %s", strerror(errno));
    out->n += (size_t)n;
    return RC_OK;
}

enum rc blob_next(struct blob_reader *r, struct buf *out, bool *ret_end, struct err *e)
{
    size_t before = out->n;

    if (r->at < r->bytes) {
        TRY(r->fd >= 0 ? next_of_file(r, out, e) : r->d->driver->piece(r->d, r->account, r->id, r->at, out, e));
        if (out->n == before)
            return err_set(e, RC_INTERNAL, "blob: a stored file ends too early");
        r->at += (int64_t)(out->n - before);
    }
    *ret_end = r->at >= r->bytes;
    return RC_OK;
}

enum rc blob_delete(struct blob_dir *d, struct str key, struct err *e)
{
    int64_t account = 0, id = 0;

    TRY(key_read(key, &account, &id, e));
    for (; d; d = d->also)
        TRY(d->driver->delete (d, account, id, e));
    return RC_OK;
}

static bool wanted(int64_t account, int64_t id, const struct str *keep, size_t nkeep)
{
    int64_t owner = 0, other = 0;
    for (size_t i = 0; i < nkeep; i++)
        if (key_read(keep[i], &owner, &other, NULL) == RC_OK && owner == account && other == id)
            return true;
    return false;
}

enum rc blob_collect(struct blob_dir *d, int64_t account, const struct str *keep, size_t nkeep, int64_t before_ms,
                     struct err *e)
{
    int64_t id[BLOB_LIST], after = 0;
    size_t  n = BLOB_LIST;

    for (; d; d = d->also, after = 0, n = BLOB_LIST)
        while (n == BLOB_LIST) {
            TRY(d->driver->list(d, account, after, id, &n, e));
            for (size_t i = 0; i < n; i++)
                if (id_ms(id[i]) < before_ms && !wanted(account, id[i], keep, nkeep))
                    TRY(d->driver->delete (d, account, id[i], e));
            after = n ? id[n - 1] : 0;
        }
    return RC_OK;
}

enum rc blob_delete_account(struct blob_dir *d, int64_t account, struct err *e)
{
    TRY(blob_collect(d, account, NULL, 0, INT64_MAX, e));
    for (; d; d = d->also)
        TRY(d->driver->forget(d, account, e));
    return RC_OK;
}

void blob_keep(struct blob_dir *d)
{
    for (; d; d = d->also)
        if (d->driver->keep)
            d->driver->keep(d);
}

void blob_trim(struct blob_dir *d)
{
    for (; d; d = d->also)
        if (d->driver->trim)
            d->driver->trim(d);
}
