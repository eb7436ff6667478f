/* ops/backup/load.h - reads a backup (ops/backup/manifest.h) from a file or pipe, checks all of it, and hands its parts on.
 *
 * What it is given is not trusted: order, names, sizes and rows are checked before a part is handed on; counts, hashes and the seal
 * at the end.  So before load_read() has answered RC_OK nothing that was handed on may be relied on.
 * Memory: a piece of a table at a time. */
#pragma once
#include "ops/backup/manifest.h"

/* Where the parts go, in this order; any may be NULL.  Their rc ends the reading. */
struct load_sink {
    enum rc (*first)(void *to, const struct manifest *m, struct err *e);
    enum rc (*rows)(void *to, size_t table, const struct table_page *page, struct err *e);
    enum rc (*tables_end)(void *to, struct err *e);
    enum rc (*upload_begin)(void *to, struct str key, int64_t bytes, struct err *e);
    enum rc (*upload_bytes)(void *to, struct str bytes, struct err *e);
    enum rc (*upload_end)(void *to, struct err *e);
    enum rc (*settings)(void *to, struct str text, struct err *e);
    void (*progress)(void *to, int64_t bytes_read); /* of the file */
    void *to;
};
/* ret (in a): what it is, with the sums counted while reading.  RC_INVALID says why it is no whole backup. */
enum rc load_read(int fd, const struct load_sink *sink, struct arena *a, struct manifest *ret, struct err *e) must_use;
