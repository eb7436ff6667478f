/* ops/backup/dump.c - from a database and a folder of uploads into a sealed bundle. */
#include "ops/backup/dump.h"
#include <stdio.h>
#include "base/clock.h"
#include "base/version.h"
#include "io/blob/blob.h"
#include "io/bundle.h"
#include "ops/conf_file.h"
#include "store/account/accounts.h"
#include "store/work/imports.h"
#include "store/installation/moving.h"
#include "store/installation/schema_steps.h"

struct dump {
    struct sql              *db;
    const struct dump_watch *watch;
    struct manifest         *m;
    struct bundle_writer    *out;
    struct buf               buf; /* a piece */
    int64_t                  done, total;
};

static enum rc ask(struct dump *d, struct err *e)
{
    return d->watch ? d->watch->ask(d->watch->to, d->done, d->total, e) : RC_OK;
}

/* ---- tables ---- */

static enum rc put_piece(struct dump *d, size_t i, const struct table_page *page, int64_t number, struct err *e)
{
    const struct table *t = &d->m->table[i];
    char                name[MANIFEST_NAME_MAX + 32];

    buf_clear(&d->buf);
    manifest_piece(&d->buf, t, page);
    if (buf_full(&d->buf))
        return err_set(e, RC_TOO_LARGE, "table " STR_FMT ": rows over %d MiB", STR_ARG(t->name),
                       MANIFEST_PIECE_MAX >> 20);
    tables_add(&d->m->sum[i], t, page);
    return bundle_put(d->out, manifest_piece_name(t, number, name), buf_str(&d->buf), e);
}

static enum rc put_table(struct dump *d, size_t i, struct err *e)
{
    struct table_page page[2], *before = NULL;
    size_t            at = 0;
    auto_free(arena) one = arena_new(1 << 20);
    auto_free(arena) other = arena_new(1 << 20);
    struct arena *const room[] = { one, other }; /* the page before names where the next begins */

    for (int64_t number = 1;; number++, before = &page[at], at = !at) {
        arena_reset(room[at]);
        TRY(tables_page(d->db, room[at], &d->m->table[i], before, &page[at], e));
        if (page[at].rows == 0)
            return RC_OK;
        TRY(put_piece(d, i, &page[at], number, e));
        d->done += (int64_t)page[at].rows;
        TRY(ask(d, e));
    }
}

static enum rc put_tables(struct dump *d, struct err *e)
{
    for (size_t i = 0; i < d->m->ntables; i++) {
        int64_t rows = 0;
        TRY(tables_count(d->db, &d->m->table[i], &rows, e));
        d->total += rows;
    }
    for (size_t i = 0; i < d->m->ntables; i++)
        TRY(put_table(d, i, e));
    return RC_OK;
}

/* ---- uploads ---- */

static enum rc put_upload(struct dump *d, struct str key, struct blob_reader *r, int64_t bytes, struct err *e)
{
    char name[BUNDLE_NAME_MAX];
    bool end = false;

    snprintf(name, sizeof name, "uploads/" STR_FMT, STR_ARG(key));
    TRY(bundle_begin(d->out, str_of(name), bytes, e));
    while (!end) {
        buf_clear(&d->buf);
        TRY(blob_next(r, &d->buf, &end, e));
        TRY(bundle_write(d->out, buf_str(&d->buf), e));
        TRY(ask(d, e));
    }
    d->m->uploads++;
    d->m->upload_bytes += bytes;
    return RC_OK;
}

/* In a file: copied.  In the database: it was, among its tables.  Nowhere: deleted meanwhile. */
static enum rc put_key(struct dump *d, struct blob_dir *files, struct blob_dir *all, struct str key, struct err *e)
{
    auto_free(blob_reader) in_file = NULL;
    auto_free(blob_reader) anywhere = NULL;
    int64_t bytes = 0;
    enum rc rc = blob_read(files, key, &in_file, &bytes, e);

    if (rc == RC_OK)
        return put_upload(d, key, in_file, bytes, e);
    if (rc == RC_NOT_FOUND)
        rc = blob_read(all, key, &anywhere, &bytes, e);
    d->m->uploads_gone += rc == RC_NOT_FOUND;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc put_uploads(struct dump *d, const struct conf *conf, struct err *e)
{
    auto_free(blob_dir) files = NULL;
    auto_free(blob_dir) all = NULL;
    auto_free(arena) a = arena_new(64 << 10);
    int64_t     account = 0;
    struct str *key;
    size_t      n;
    enum rc     rc = blob_open_files(&files, conf, e);

    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(blob_open(&all, conf, d->db, e));
    while ((rc = accounts_next(d->db, account, &account, e)) == RC_OK) {
        arena_reset(a);
        TRY(imports_blobs(d->db, a, account, &key, &n, e));
        for (size_t i = 0; i < n; i++)
            if (key[i].n)
                TRY(put_key(d, files, all, key[i], e));
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- all of it ---- */

static enum rc put_first(struct dump *d, struct arena *a, const struct conf *conf, struct err *e)
{
    bool gone;

    TRY(moving_is_gone(d->db, &gone, e));
    if (gone)
        return err_set(e, RC_INVALID, "the installation was moved away from this database: --db names the new one");
    *d->m = (struct manifest){ .made_by = str_of(kith_version),
                               .made_ms = clock_ms(),
                               .database = conf_embedded(conf) ? S("sqlite") : S("postgresql") };
    TRY(migrate_files(d->db, a, &d->m->schema, &d->m->nschema, e));
    TRY(tables_list(d->db, a, &d->m->table, &d->m->ntables, e));
    d->m->sum = arena_array(a, struct table_sum, d->m->ntables);
    manifest_write_first(&d->buf, d->m);
    return bundle_put(d->out, MANIFEST_FIRST, buf_str(&d->buf), e);
}

static enum rc put_conf(struct dump *d, const struct conf *conf, struct err *e)
{
    bool there;

    buf_clear(&d->buf);
    TRY(conf_file_read(conf, &d->buf, &there, e));
    return there ? bundle_put(d->out, MANIFEST_CONF, buf_str(&d->buf), e) : RC_OK;
}

static enum rc put_all(struct dump *d, const struct conf *conf, struct arena *a, struct err *e)
{
    auto_rollback view = { 0 };

    TRY(tables_view(d->db, &view, e));
    TRY(put_first(d, a, conf, e));
    TRY(put_tables(d, e));
    TRY(put_uploads(d, conf, e));
    TRY(put_conf(d, conf, e));
    buf_clear(&d->buf);
    manifest_write_last(&d->buf, d->m);
    return bundle_put(d->out, MANIFEST_LAST, buf_str(&d->buf), e);
}

enum rc dump_write(struct sql *db, const struct conf *conf, int fd, const struct dump_watch *watch, struct arena *a,
                   struct manifest *ret, int64_t *ret_bytes, struct err *e)
{
    auto_free(bundle_writer) out = NULL;
    struct dump d = { .db = db, .watch = watch, .m = ret, .buf = buf_of(MANIFEST_PIECE_MAX) };

    TRY(bundle_create(&out, fd, e));
    d.out = out;
    enum rc rc = put_all(&d, conf, a, e);
    buf_done(&d.buf);
    TRY(rc);
    return bundle_seal(out, ret_bytes, e);
}
