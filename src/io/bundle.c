/* io/bundle.c - sealed tar files in zstd, through libarchive's streaming reader and writer. */
#include "io/bundle.h"
#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SEAL_BYTES = 32, SEAL_HEX = 2 * SEAL_BYTES, READ_BYTES = 64 << 10 };
static const char SEAL[] = "seal";

/* ---- the seal ---- */

static void seal_member(crypto_generichash_state *seal, struct str name, int64_t bytes)
{
    unsigned char length[8];

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (unsigned char)((uint64_t)bytes >> (8 * i));
    crypto_generichash_update(seal, (const unsigned char *)name.p, name.n);
    crypto_generichash_update(seal, (const unsigned char *)"", 1);
    crypto_generichash_update(seal, length, sizeof length);
}

static void seal_text(crypto_generichash_state *seal, char to[SEAL_HEX + 1])
{
    unsigned char hash[SEAL_BYTES];

    crypto_generichash_final(seal, hash, sizeof hash);
    sodium_bin2hex(to, SEAL_HEX + 1, hash, sizeof hash);
}

/* ---- writing ---- */

struct bundle_writer {
    struct archive          *tar;
    struct archive_entry    *entry;
    crypto_generichash_state seal;
    int64_t                  written, left; /* bytes of the file; of the member that is begun */
    int                      fd, fault;     /* errno of the write that failed */
};

static la_ssize_t wrote(struct archive *tar, void *to, const void *bytes, size_t n)
{
    struct bundle_writer *w = to;
    ssize_t               done;

    do
        done = write(w->fd, bytes, n);
    while (done < 0 && errno == EINTR);
    if (done < 0) {
        w->fault = errno;
        archive_set_error(tar, errno, "write");
        return -1;
    }
    w->written += done;
    return done;
}

static enum rc failed(const struct bundle_writer *w, struct err *e)
{
    switch (w->fault) {
    case ENOSPC:
    case EDQUOT: return err_set(e, RC_UNAVAILABLE, "the disk is full");
    case EPIPE: return err_set(e, RC_UNAVAILABLE, "whoever reads it has gone");
    case 0: return err_set(e, RC_INTERNAL, "archive: %s", archive_error_string(w->tar));
    default: return err_set(e, RC_UNAVAILABLE, "cannot be written: %s", strerror(w->fault));
    }
}

enum rc bundle_create(struct bundle_writer **ret, int fd, struct err *e)
{
    auto_free(bundle_writer) w = calloc(1, sizeof *w);

    if (!w || !(w->tar = archive_write_new()) || !(w->entry = archive_entry_new()))
        abort();
    w->fd = fd;
    crypto_generichash_init(&w->seal, NULL, 0, SEAL_BYTES);
    if (archive_write_set_format_pax_restricted(w->tar) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(w->tar) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(w->tar, 1) != ARCHIVE_OK ||
        archive_write_open(w->tar, w, NULL, wrote, NULL) != ARCHIVE_OK)
        return failed(w, e);
    *ret = w;
    w = NULL;
    return RC_OK;
}

static enum rc begin(struct bundle_writer *w, struct str name, int64_t bytes, struct err *e)
{
    char path[BUNDLE_NAME_MAX + 1] = "";

    assert(name.n && name.n <= BUNDLE_NAME_MAX && bytes >= 0 && bytes <= BUNDLE_MEMBER_MAX && w->left == 0);
    memcpy(path, name.p, name.n);
    archive_entry_clear(w->entry);
    archive_entry_set_pathname(w->entry, path);
    archive_entry_set_filetype(w->entry, AE_IFREG);
    archive_entry_set_perm(w->entry, 0600);
    archive_entry_set_size(w->entry, bytes);
    archive_entry_set_mtime(w->entry, time(NULL), 0);
    w->left = bytes;
    return archive_write_header(w->tar, w->entry) == ARCHIVE_OK ? RC_OK : failed(w, e);
}

enum rc bundle_begin(struct bundle_writer *w, struct str name, int64_t bytes, struct err *e)
{
    assert(!str_is(name, SEAL));
    seal_member(&w->seal, name, bytes);
    return begin(w, name, bytes, e);
}

enum rc bundle_write(struct bundle_writer *w, struct str bytes, struct err *e)
{
    assert((int64_t)bytes.n <= w->left);
    crypto_generichash_update(&w->seal, (const unsigned char *)bytes.p, bytes.n);
    w->left -= (int64_t)bytes.n;
    return archive_write_data(w->tar, bytes.p, bytes.n) == (la_ssize_t)bytes.n ? RC_OK : failed(w, e);
}

enum rc bundle_put(struct bundle_writer *w, struct str name, struct str bytes, struct err *e)
{
    TRY(bundle_begin(w, name, (int64_t)bytes.n, e));
    return bundle_write(w, bytes, e);
}

enum rc bundle_seal(struct bundle_writer *w, int64_t *ret_bytes, struct err *e)
{
    char text[SEAL_HEX + 1];

    seal_text(&w->seal, text);
    TRY(begin(w, str_of(SEAL), SEAL_HEX, e));
    w->left = 0;
    if (archive_write_data(w->tar, text, SEAL_HEX) != SEAL_HEX || archive_write_close(w->tar) != ARCHIVE_OK)
        return failed(w, e);
    *ret_bytes = w->written;
    return RC_OK;
}

/* A writer that did not come to its seal must not write what it held back: nobody asks whether that works. */
void bundle_writer_free(struct bundle_writer *w)
{
    if (!w)
        return;
    archive_write_fail(w->tar);
    archive_write_free(w->tar);
    archive_entry_free(w->entry);
    free(w);
}

/* ---- reading ---- */

struct bundle_reader {
    struct archive          *tar;
    crypto_generichash_state seal;
    int64_t                  left; /* bytes of the member not read yet */
};

static enum rc broken(const struct bundle_reader *r, struct err *e)
{
    const char *why = archive_error_string(r->tar);
    return err_set(e, RC_INVALID, "it is damaged or cut short: %s", why ? why : "it cannot be read");
}

enum rc bundle_open(struct bundle_reader **ret, int fd, struct err *e)
{
    auto_free(bundle_reader) r = calloc(1, sizeof *r);

    if (!r || !(r->tar = archive_read_new()))
        abort();
    crypto_generichash_init(&r->seal, NULL, 0, SEAL_BYTES);
    if (archive_read_support_filter_zstd(r->tar) != ARCHIVE_OK ||
        archive_read_support_format_tar(r->tar) != ARCHIVE_OK ||
        archive_read_open_fd(r->tar, fd, READ_BYTES) != ARCHIVE_OK)
        return err_set(e, RC_INVALID, "it is no backup of Kith (a tar in zstd), or its beginning is damaged");
    *ret = r;
    r = NULL;
    return RC_OK;
}

enum rc bundle_read(struct bundle_reader *r, struct buf *out, size_t most, struct err *e)
{
    size_t want = (size_t)i64_min((int64_t)most, r->left);
    char  *room = want ? buf_room(out, want) : NULL;

    if (!want)
        return RC_OK;
    if (!room)
        return err_set(e, RC_TOO_LARGE, "a part of it is over %zu bytes", out->cap);
    la_ssize_t n = archive_read_data(r->tar, room, want);
    if (n <= 0)
        return broken(r, e);
    crypto_generichash_update(&r->seal, (const unsigned char *)room, (size_t)n);
    out->n += (size_t)n;
    r->left -= n;
    return RC_OK;
}

enum rc bundle_read_all(struct bundle_reader *r, struct buf *out, struct err *e)
{
    if (r->left > (int64_t)(out->cap - out->n))
        return err_set(e, RC_TOO_LARGE, "a part of it is over %zu bytes", out->cap);
    while (r->left)
        TRY(bundle_read(r, out, READ_BYTES, e));
    return RC_OK;
}

static enum rc pass_by(struct bundle_reader *r, struct err *e)
{
    auto_buf rest = buf_of(READ_BYTES);

    while (r->left) {
        TRY(bundle_read(r, &rest, READ_BYTES, e));
        buf_clear(&rest);
    }
    return RC_OK;
}

/* The seal has been reached: it must fit, and be the last. */
static enum rc check_seal(struct bundle_reader *r, struct err *e)
{
    struct archive_entry *entry;
    char                  text[SEAL_HEX + 1], there[SEAL_HEX];

    seal_text(&r->seal, text);
    if (archive_read_data(r->tar, there, SEAL_HEX) != SEAL_HEX)
        return broken(r, e);
    if (memcmp(text, there, SEAL_HEX) != 0)
        return err_set(e, RC_INVALID, "it is damaged: what it holds is not what was sealed");
    return archive_read_next_header(r->tar, &entry) == ARCHIVE_EOF
               ? RC_OK
               : err_set(e, RC_INVALID, "it is damaged: something stands behind its seal");
}

enum rc bundle_next(struct bundle_reader *r, struct bundle_member *ret, bool *ret_end, struct err *e)
{
    struct archive_entry *entry;

    *ret_end = false;
    TRY(pass_by(r, e));
    int code = archive_read_next_header(r->tar, &entry);
    if (code == ARCHIVE_EOF)
        return err_set(e, RC_INVALID, "it is cut short: its seal is missing");
    if (code != ARCHIVE_OK)
        return broken(r, e);
    *ret = (struct bundle_member){ str_of(archive_entry_pathname(entry)), archive_entry_size(entry) };
    if (archive_entry_filetype(entry) != AE_IFREG || !ret->name.n || ret->name.n > BUNDLE_NAME_MAX || ret->bytes < 0 ||
        ret->bytes > BUNDLE_MEMBER_MAX)
        return err_set(e, RC_INVALID, "it holds what no backup of Kith holds");
    *ret_end = str_is(ret->name, SEAL);
    if (*ret_end)
        return ret->bytes == SEAL_HEX ? check_seal(r, e) : broken(r, e);
    seal_member(&r->seal, ret->name, ret->bytes);
    r->left = ret->bytes;
    return RC_OK;
}

int64_t bundle_read_bytes(const struct bundle_reader *r) { return archive_filter_bytes(r->tar, -1); }

void bundle_reader_free(struct bundle_reader *r)
{
    if (!r)
        return;
    archive_read_free(r->tar);
    free(r);
}
