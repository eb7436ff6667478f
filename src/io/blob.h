/* io/blob.h - large things as files: uploads, exports.  One directory of the data folder; object storage later.
 *
 * A blob is written once, under a key this module makes, and read or deleted after; it is never changed.  The key is
 * "<account>/<id>" in base-32 text, so keys cannot leave the directory: any other form is RC_INVALID.
 * Writing goes to a nameless file that gets its name only when it is complete and on disk (O_TMPFILE, fdatasync, linkat):
 * a crash leaves nothing behind.  rc: INVALID bad key, NOT_FOUND, TOO_LARGE past the cap given, UNAVAILABLE disk full. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { BLOB_KEY_MAX = 32 };

struct blob_dir; /* opened once per process */
struct blob_writer;

/* folder: made when missing (0700). */
enum rc            blob_open(struct blob_dir **ret, struct str folder, struct err *e) must_use;
void               blob_free(struct blob_dir *d);
static inline void blob_dir_freep(struct blob_dir **d) { blob_free(*d); }

enum rc blob_create(struct blob_dir *d, int64_t account, int64_t max_bytes, struct blob_writer **ret,
                    struct err *e) must_use;
enum rc blob_write(struct blob_writer *w, struct str bytes, struct err *e) must_use;
int64_t blob_written(const struct blob_writer *w);
/* Names the file; the writer is gone after it.  ret_key is in the arena. */
enum rc blob_finish(struct blob_writer **w, struct arena *a, struct str *ret_key, struct err *e) must_use;
void    blob_writer_free(struct blob_writer *w); /* without finish: nothing is kept */
DEFINE_AUTO_FREE(blob_writer)

/* A read-only descriptor the caller closes; also what workers are given. */
enum rc blob_fd(struct blob_dir *d, struct str key, int *ret_fd, int64_t *ret_bytes, struct err *e) must_use;
enum rc blob_delete(struct blob_dir *d, struct str key, struct err *e) must_use; /* fine when it is not there */
/* All of one account: accounts_erase() has no reach into files, so its caller does this after it. */
enum rc blob_delete_account(struct blob_dir *d, int64_t account, struct err *e) must_use;
