/* io/bundle.h - reads and writes a file of named members in one pass: a tar (pax) compressed by zstd, both of libarchive, closed by a seal.
 *
 * The seal is the last member, named "seal": BLAKE2b-256, as 64 hex digits, over every member before it: its name, a NUL, its
 * length as 8 bytes (low first), its bytes.  A file without it was cut short; one that it does not fit was changed.  It guards
 * against accidents, not against forgers: who can write the file can write a seal.
 * Both ends stream: a pipe does, memory is a few MiB (the windows of zstd) whatever the file holds.  `tar --zstd -xf` reads it too.
 * Limits: names of 1 to BUNDLE_NAME_MAX bytes, members of up to BUNDLE_MEMBER_MAX bytes, plain files only.
 * rc: UNAVAILABLE disk full, reader gone; INVALID no bundle, cut short, changed; TOO_LARGE past a limit. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { BUNDLE_NAME_MAX = 200 };
#define BUNDLE_MEMBER_MAX ((int64_t)1 << 40)

struct bundle_writer;
/* Writes to fd from where it stands; fd stays the caller's. */
enum rc bundle_create(struct bundle_writer **ret, int fd, struct err *e) must_use;
/* Begins a member; bundle_write() must then give exactly so many bytes (assert). */
enum rc bundle_begin(struct bundle_writer *w, struct str name, int64_t bytes, struct err *e) must_use;
enum rc bundle_write(struct bundle_writer *w, struct str bytes, struct err *e) must_use;
enum rc bundle_put(struct bundle_writer *w, struct str name, struct str bytes, struct err *e) must_use; /* both */
/* The seal, and all that was held back.  Does not fsync.  ret_bytes: of the whole file. */
enum rc bundle_seal(struct bundle_writer *w, int64_t *ret_bytes, struct err *e) must_use;
void    bundle_writer_free(struct bundle_writer *w);
DEFINE_AUTO_FREE(bundle_writer)

struct bundle_reader;
struct bundle_member {
    struct str name; /* until the next one */
    int64_t    bytes;
};
enum rc bundle_open(struct bundle_reader **ret, int fd, struct err *e) must_use;
/* The next member; what was not read of the one before is passed by, but counts for the seal.  ret_end: there are no more, and the
 * seal fits all of them. */
enum rc bundle_next(struct bundle_reader *r, struct bundle_member *ret, bool *ret_end, struct err *e) must_use;
/* Appends the next bytes of the member, at most `most`; none: its end. */
enum rc bundle_read(struct bundle_reader *r, struct buf *out, size_t most, struct err *e) must_use;
/* Appends all of it; RC_TOO_LARGE past the buffer's cap. */
enum rc bundle_read_all(struct bundle_reader *r, struct buf *out, struct err *e) must_use;
int64_t bundle_read_bytes(const struct bundle_reader *r); /* of the file, so far: for a bar */
void    bundle_reader_free(struct bundle_reader *r);
DEFINE_AUTO_FREE(bundle_reader)
