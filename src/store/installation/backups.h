/* store/installation/backups.h - keeps the record of scheduled backups (setting `backup`), one row for each moment the schedule names.
 *
 * The row is the claim as well: whoever adds it makes that backup.  One whose maker is silent for BACKUP_SILENT_MS, or that failed, is
 * claimed again, by any agent.  Rows of a year stay. */
#pragma once
#include "io/sql/sql.h"

enum { BACKUP_SILENT_MS = 3600 * 1000, BACKUP_RENEW_MS = 30 * 1000, BACKUP_LATE_MS = 2 * 24 * 3600 * 1000 };

/* *ret_mine: this caller makes it now. */
enum rc backups_claim(struct sql *db, int64_t due_ms, struct str host, struct str file, int64_t now_ms, bool *ret_mine,
                      struct err *e) must_use;
enum rc backups_renew(struct sql *db, int64_t due_ms, int64_t now_ms, struct err *e) must_use;
enum rc backups_done(struct sql *db, int64_t due_ms, int64_t now_ms, int64_t bytes, int64_t rows,
                     struct err *e) must_use;
/* again_ms: not claimed before that moment; now: at once. */
enum rc backups_failed(struct sql *db, int64_t due_ms, int64_t again_ms, struct str why, struct err *e) must_use;

struct backup {
    int64_t    due_ms, began_ms, done_ms, bytes;
    struct str file, why;
};
/* Files made by this host, or begun and not finished, of moments before due_ms, newest first. */
enum rc backups_files(struct sql *db, struct arena *a, struct str host, int64_t due_ms, struct backup **ret,
                      size_t *ret_n, struct err *e) must_use;
/* That file is gone. */
enum rc backups_forget(struct sql *db, int64_t due_ms, struct err *e) must_use;
/* All of them: they belong to the house this one was restored from. */
enum rc backups_forget_all(struct sql *db, struct err *e) must_use;

/* What an operator should know.  All 0: none was ever tried. */
struct backups_state {
    int64_t    good_ms, good_bytes, first_ms; /* end of the last good one; begin of the first known */
    struct str why;                           /* the newest that is not done: what was the matter; "" */
};
enum rc backups_state(struct sql *db, struct arena *a, struct backups_state *ret, struct err *e) must_use;
/* Since when there should have been one, by state; 0 when all is well. */
int64_t backups_late_ms(const struct backups_state *s, int64_t now_ms);
