/* The driver that keeps blobs as rows of the database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/log.h"
#include "io/blob/blob_driver.h"

/* A row of files with bytes < 0 is being written, or was when its writer died. */
static const char BEGIN_FILE[] = "insert into files (account_id, id, bytes) values ($1, $2, -1)";
static const char CHUNK[] = "insert into file_chunks (account_id, file_id, no, bytes) values ($1, $2, $3, $4)";
static const char COMPLETE[] = "update files set bytes = $3 where account_id = $1 and id = $2 and bytes < 0";
static const char SIZE[] = "select bytes from files where account_id = $1 and id = $2 and bytes >= 0";
static const char READ[] =
    "select no, bytes from file_chunks where account_id = $1 and file_id = $2 and no >= $3 order by no limit 16";
static const char ONE[] = "select bytes from file_chunks where account_id = $1 and file_id = $2 and no = $3";
static const char DROP[] = "delete from files where account_id = $1 and id = $2";
static const char DROP_CHUNKS[] = "delete from file_chunks where account_id = $1 and file_id = $2";
static const char LIST[] = "select id from files where account_id = $1 and id > $2 order by id limit 256";
_Static_assert(BLOB_LIST == 256, "the limit is a literal");

enum { CHUNK_BYTES = BLOB_PIECE };

struct kept {
    int64_t  account, id, bytes;
    int      fd;   /* -1: free */
    uint64_t used; /* number of its last use; 0: free */
};

struct tables {
    struct blob_dir dir;
    struct sql     *db;
    bool            keeps;
    uint64_t        uses;
    struct kept     kept[BLOB_KEEP];
};

struct chunk_writer {
    struct blob_writer w;
    struct sql        *db;
    struct buf         buf;
    int64_t            account, id, no;
};

static struct tables       *self(struct blob_dir *d) { return (struct tables *)d; }
static struct chunk_writer *writer(struct blob_writer *w) { return (struct chunk_writer *)w; }

static void let_go(struct kept *k)
{
    if (k->fd >= 0)
        close(k->fd);
    *k = (struct kept){ .fd = -1 };
}

static void trim(struct blob_dir *d)
{
    for (size_t i = 0; i < BLOB_KEEP; i++)
        let_go(&self(d)->kept[i]);
}

static void keep(struct blob_dir *d) { self(d)->keeps = true; }

static void tables_free(struct blob_dir *d)
{
    trim(d);
    free(self(d));
}

/* ---- writing ---- */

static enum rc create(struct blob_dir *d, int64_t account, int64_t id, struct blob_writer **ret, struct err *e)
{
    struct sql *db = self(d)->db;

    TRY(sql_run(db, e, BEGIN_FILE, SQL_ARGS(I64(account), I64(id)), NULL));
    struct chunk_writer *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    *w = (struct chunk_writer){ .db = db, .buf = buf_of(CHUNK_BYTES), .account = account, .id = id };
    *ret = &w->w;
    return RC_OK;
}

static enum rc put_light(struct chunk_writer *w, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join_light(w->db, &own, e));
    TRY(sql_run(w->db, e, CHUNK, SQL_ARGS(I64(w->account), I64(w->id), I64(w->no), BLOB(buf_str(&w->buf))), NULL));
    return sql_leave(&own, e);
}

/* The disk is waited for once, when the file is complete: that makes its pieces last as well. */
static enum rc put_chunk(struct chunk_writer *w, struct err *e)
{
    sql_quiet(w->db, true);
    enum rc rc = put_light(w, e);
    sql_quiet(w->db, false);
    w->no += rc == RC_OK;
    buf_clear(&w->buf);
    return rc;
}

/* The caller waits for each piece: a body is read no faster than it is kept. */
static enum rc write_some(struct blob_writer *own, struct str bytes, struct err *e)
{
    struct chunk_writer *w = writer(own);

    while (bytes.n) {
        size_t n = size_min(bytes.n, CHUNK_BYTES - w->buf.n);
        buf_put(&w->buf, str_head(bytes, n));
        bytes = str_from(bytes, n);
        if (w->buf.n == CHUNK_BYTES)
            TRY(put_chunk(w, e));
    }
    return RC_OK;
}

static enum rc finish(struct blob_writer *own, struct err *e)
{
    struct chunk_writer *w = writer(own);
    int64_t              changed = 0;

    if (w->buf.n)
        TRY(put_chunk(w, e));
    TRY(sql_run(w->db, e, COMPLETE, SQL_ARGS(I64(w->account), I64(w->id), I64(own->written)), &changed));
    return changed ? RC_OK : err_set(e, RC_UNAVAILABLE, "blob: the upload took too long");
}

static enum rc drop(struct sql *db, int64_t account, int64_t id, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    TRY(sql_run(db, e, DROP_CHUNKS, SQL_ARGS(I64(account), I64(id)), NULL));
    TRY(sql_run(db, e, DROP, SQL_ARGS(I64(account), I64(id)), NULL));
    return sql_leave(&own, e);
}

static void writer_free(struct blob_writer *own)
{
    struct chunk_writer *w = writer(own);
    struct err           e = { 0 };

    if (!own->done && drop(w->db, w->account, w->id, &e) != RC_OK)
        log_event(LOG_INFO, "blob.left", KZ("why", e.text)); /* blob_collect() finds it */
    buf_done(&w->buf);
    free(w);
}

/* ---- reading ---- */

static enum rc fill(int fd, struct str bytes, struct err *e)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n <= 0)
            return err_set(e, RC_UNAVAILABLE, "blob: memfd: %s", strerror(errno));
        bytes = str_from(bytes, (size_t)n);
    }
    return RC_OK;
}

static enum rc read_chunks(struct sql *db, int64_t account, int64_t id, int64_t bytes, int fd, struct err *e)
{
    int64_t no = 0, before = -1;

    for (; bytes > 0 && no != before;) {
        auto_rows rows = { 0 };
        before = no;
        TRY(sql_rows(db, &rows, e, READ, SQL_ARGS(I64(account), I64(id), I64(no))));
        for (; rows_next(&rows) && row_i64(&rows, 0) == no; no++) {
            bytes -= (int64_t)row_text(&rows, 1).n;
            TRY(fill(fd, row_text(&rows, 1), e));
        }
        TRY(rows_end(&rows, e));
    }
    return bytes == 0 ? RC_OK : err_set(e, RC_INTERNAL, "blob: pieces of the file are missing");
}

/* The same bytes, at a place of their own. */
static enum rc open_again(int fd, int *ret, struct err *e)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    *ret = open(path, O_RDONLY | O_CLOEXEC);
    return *ret >= 0 ? RC_OK : err_set(e, RC_UNAVAILABLE, "blob: memfd: %s", strerror(errno));
}

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static struct kept *kept_of(struct tables *t, int64_t account, int64_t id)
{
    for (size_t i = 0; i < BLOB_KEEP; i++)
        if (t->kept[i].fd >= 0 && t->kept[i].account == account && t->kept[i].id == id)
            return &t->kept[i];
    return NULL;
}

/* Of those whose last use has at least this number, the one used longest ago; a free one has 0. */
static struct kept *least_used(struct tables *t, uint64_t from)
{
    struct kept *least = NULL;
    for (size_t i = 0; i < BLOB_KEEP; i++)
        if (t->kept[i].used >= from && (!least || t->kept[i].used < least->used))
            least = &t->kept[i];
    return least;
}

/* Takes the descriptor; what was used longest ago makes room. */
static void keep_one(struct tables *t, int64_t account, int64_t id, int64_t bytes, int fd)
{
    int64_t all = bytes;
    for (size_t i = 0; i < BLOB_KEEP; i++)
        all += t->kept[i].bytes;
    for (struct kept *k; all > BLOB_KEEP_BYTES && (k = least_used(t, 1)); let_go(k))
        all -= k->bytes;
    struct kept *k = least_used(t, 0);
    let_go(k);
    *k = (struct kept){ account, id, bytes, fd, ++t->uses };
}

static enum rc open_one(struct blob_dir *d, int64_t account, int64_t id, int *ret_fd, int64_t *ret_bytes, struct err *e)
{
    struct tables *t = self(d);
    struct kept   *k = kept_of(t, account, id);

    if (k) {
        k->used = ++t->uses;
        *ret_bytes = k->bytes;
        return open_again(k->fd, ret_fd, e);
    }
    TRY(sql_one_i64(t->db, e, SIZE, SQL_ARGS(I64(account), I64(id)), ret_bytes));
    __attribute__((cleanup(closep))) int fd = memfd_create("kith-blob", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return err_set(e, RC_UNAVAILABLE, "blob: memfd: %s", strerror(errno));
    TRY(read_chunks(t->db, account, id, *ret_bytes, fd, e));
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return err_set(e, RC_UNAVAILABLE, "blob: memfd: %s", strerror(errno));
    TRY(open_again(fd, ret_fd, e));
    if (t->keeps) {
        keep_one(t, account, id, *ret_bytes, fd);
        fd = -1;
    }
    return RC_OK;
}

static enum rc size(struct blob_dir *d, int64_t account, int64_t id, int64_t *ret_bytes, struct err *e)
{
    return sql_one_i64(self(d)->db, e, SIZE, SQL_ARGS(I64(account), I64(id)), ret_bytes);
}

/* A reader goes from piece to piece, so `at` is where one begins. */
static enum rc piece(struct blob_dir *d, int64_t account, int64_t id, int64_t at, struct buf *out, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(self(d)->db, &rows, e, ONE, SQL_ARGS(I64(account), I64(id), I64(at / CHUNK_BYTES))));
    if (rows_next(&rows))
        buf_put(out, row_text(&rows, 0));
    return rows_end(&rows, e);
}

/* ---- deleting ---- */

static enum rc delete_one(struct blob_dir *d, int64_t account, int64_t id, struct err *e)
{
    struct kept *k = kept_of(self(d), account, id);

    if (k)
        let_go(k);
    return drop(self(d)->db, account, id, e);
}

static enum rc list(struct blob_dir *d, int64_t account, int64_t after, int64_t *ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };

    *ret_n = 0;
    TRY(sql_rows(self(d)->db, &rows, e, LIST, SQL_ARGS(I64(account), I64(after))));
    while (*ret_n < BLOB_LIST && rows_next(&rows))
        ret[(*ret_n)++] = row_i64(&rows, 0);
    return rows_end(&rows, e);
}

static enum rc forget(struct blob_dir *d, int64_t account, struct err *e)
{
    (void)d, (void)account, (void)e;
    return RC_OK;
}

static const struct blob_driver blob_sql = { .free = tables_free,
                                             .create = create,
                                             .write = write_some,
                                             .finish = finish,
                                             .writer_free = writer_free,
                                             .fd = open_one,
                                             .size = size,
                                             .piece = piece,
                                             .delete = delete_one,
                                             .list = list,
                                             .forget = forget,
                                             .keep = keep,
                                             .trim = trim };

enum rc blob_open_sql(struct blob_dir **ret, struct sql *db, struct err *e)
{
    struct tables *t = calloc(1, sizeof *t);

    (void)e;
    if (!t)
        abort();
    t->dir.driver = &blob_sql;
    t->db = db;
    for (size_t i = 0; i < BLOB_KEEP; i++)
        t->kept[i].fd = -1;
    *ret = &t->dir;
    return RC_OK;
}
