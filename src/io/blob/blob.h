/* io/blob/blob.h - large things that are no card: uploads.  Kept by one of two drivers (setting `blobs`):
 *
 *   file   files of one folder of this host (blob_file.c): the way of one host
 *   db     tables of the database, in pieces of 256 KiB (blob_sql.c): hosts share nothing but the database
 * What the other driver kept before the setting was changed is still found, and deleted when asked.
 *
 * A blob is written once, under a key this module makes, and read or deleted after; it is never changed.  The key is
 * "<account>/<id>" in base-32 text, so keys cannot leave the account's folder: any other form is RC_INVALID.
 * Half a blob is never seen.  A file has no name until it is complete and on disk (O_TMPFILE, fdatasync, linkat); in the database the one
 * row that says how long it is comes last.  What a crash left there goes with blob_collect().
 * rc: INVALID bad key, NOT_FOUND, TOO_LARGE past the cap given, UNAVAILABLE disk full, database away. */
#pragma once
#include "base/buf.h"
#include "base/conf.h"
#include "io/sql/sql.h"

enum { BLOB_KEY_MAX = 32 };

struct blob_dir; /* opened once per process */
struct blob_writer;

/* db: open, lent for as long as the blobs are; nothing may be read from it in between that blocks a write. */
enum rc blob_open(struct blob_dir **ret, const struct conf *conf, struct sql *db, struct err *e) must_use;
/* Only what is kept in files of this host; RC_NOT_FOUND: nothing is. */
enum rc            blob_open_files(struct blob_dir **ret, const struct conf *conf, struct err *e) must_use;
void               blob_free(struct blob_dir *d);
static inline void blob_dir_freep(struct blob_dir **d) { blob_free(*d); }

/* Not inside a transaction: what is written is kept piece by piece. */
enum rc blob_create(struct blob_dir *d, int64_t account, int64_t max_bytes, struct blob_writer **ret,
                    struct err *e) must_use;
/* The same under a key it had before, in place of what is there: for `kith restore`. */
enum rc blob_create_again(struct blob_dir *d, struct str key, int64_t max_bytes, struct blob_writer **ret,
                          struct err *e) must_use;
enum rc blob_write(struct blob_writer *w, struct str bytes, struct err *e) must_use;
int64_t blob_written(const struct blob_writer *w);
/* Makes it a blob; the writer is gone after it.  ret_key is in the arena. */
enum rc blob_finish(struct blob_writer **w, struct arena *a, struct str *ret_key, struct err *e) must_use;
void    blob_writer_free(struct blob_writer *w); /* without finish: nothing is kept */
DEFINE_AUTO_FREE(blob_writer)

/* A read-only descriptor the caller closes, with a place of its own in the file; also what workers are given. */
enum rc blob_fd(struct blob_dir *d, struct str key, int *ret_fd, int64_t *ret_bytes, struct err *e) must_use;
/* The same in pieces of BLOB_PIECE at most, for whoever must not wait for all of a large one. */
enum { BLOB_PIECE = 256 << 10 };
struct blob_reader;
enum rc blob_read(struct blob_dir *d, struct str key, struct blob_reader **ret, int64_t *ret_bytes,
                  struct err *e) must_use;
void    blob_reader_free(struct blob_reader *r);
DEFINE_AUTO_FREE(blob_reader)
/* Appends the next piece; ret_end: it was the last. */
enum rc blob_next(struct blob_reader *r, struct buf *out, bool *ret_end, struct err *e) must_use;

enum rc blob_delete(struct blob_dir *d, struct str key, struct err *e) must_use; /* fine when it is not there */
/* All of one account: accounts_erase() has no reach into files, so its caller does this after it. */
enum rc blob_delete_account(struct blob_dir *d, int64_t account, struct err *e) must_use;
/* What an account has that nobody will ask for: uploads begun or finished before before_ms whose keys are not among those to keep. */
enum rc blob_collect(struct blob_dir *d, int64_t account, const struct str *keep, size_t nkeep, int64_t before_ms,
                     struct err *e) must_use;

/* The agent asks for the same blob once a chunk: from now on some stay in memory (of the driver db; BLOB_KEEP_BYTES at most, or one
 * that is larger) until blob_trim(). */
enum { BLOB_KEEP = 4, BLOB_KEEP_BYTES = 256 << 20 };
void blob_keep(struct blob_dir *d);
void blob_trim(struct blob_dir *d);
