/* ops/backup/dump.h - writes a backup (ops/backup/manifest.h) of a database and its uploads to a file or pipe, while others go on working.
 *
 * All tables are of one moment: one read transaction on SQLite, one repeatable read on PostgreSQL.  Nobody waits for it; what it
 * costs is that until its end SQLite's log grows by what others write, and PostgreSQL keeps the rows they replace.
 * Uploads are files that are written once, so those the tables name are copied after them; one that was deleted meanwhile is counted
 * as gone.  Memory: a page of rows (store/installation/tables.h), whatever the size of the installation. */
#pragma once
#include "base/conf.h"
#include "ops/backup/manifest.h"

/* Asked after every piece: shows how far it is, and may end it by any rc but OK.  done and total are rows. */
struct dump_watch {
    enum rc (*ask)(void *to, int64_t done, int64_t total, struct err *e);
    void *to;
    bool  shown; /* a person looks on: bars are drawn */
};
/* db: nothing else may use it meanwhile.  ret lives in a; ret_bytes: what was written to fd.  Does not fsync.
 * RC_INVALID: the installation was moved away from this database. */
enum rc dump_write(struct sql *db, const struct conf *conf, int fd, const struct dump_watch *watch, struct arena *a,
                   struct manifest *ret, int64_t *ret_bytes, struct err *e) must_use;
