/* io/unzip.h - reading a .zip that lies in memory: stored and deflated entries, by the central directory.
 *
 * Our own and small because workers read hostile archives inside a cage without a file system, where the archive library's
 * calendar functions look for time zone files and are killed.  No ZIP64, no encryption, no multi-volume.
 * Bombs: at most UNZIP_ENTRIES_MAX entries, UNZIP_TOTAL_MAX bytes unpacked, UNZIP_RATIO_MAX times the packed size of an entry (small
 * ones pass); what an entry claims is checked before and held to while unpacking.
 * rc: MALFORMED no or a broken archive, TOO_LARGE past a limit, INVALID a method or encryption we do not read. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { UNZIP_ENTRIES_MAX = 10000, UNZIP_TOTAL_MAX = 1 << 30, UNZIP_RATIO_MAX = 200, UNZIP_SMALL = 1 << 20 };

struct unzip {
    struct str file;
    size_t     at, entry, entries;
};
struct unzip_entry {
    struct str name; /* as stored: borrowed, any bytes */
    struct str packed;
    uint32_t   bytes; /* unpacked, as claimed */
    bool       deflated;
};

bool unzip_looks(struct str file);
/* Walks the whole directory once: limits hold for all that unzip_next() gives. */
enum rc unzip_open(struct str file, struct unzip *ret, struct err *e) must_use;
bool    unzip_next(struct unzip *z, struct unzip_entry *ret);
/* Appends the entry to b. */
enum rc unzip_read(const struct unzip_entry *entry, struct buf *b, struct err *e) must_use;
