/* ops/backup/backup_file.h - makes a backup as a file that is whole under its name or not there: written as NAME.part, fsync, read back from its
 * beginning and checked, then renamed.
 *
 * One that was interrupted leaves NAME.part, which the next one writes over.  Files are readable by their owner only: they hold
 * password hashes, keys and settings. */
#pragma once
#include "ops/backup/dump.h"

/* force: takes the place of what has that name; otherwise RC_CONFLICT.  RC_CONFLICT also when another process writes it now,
 * RC_UNAVAILABLE when the disk is full. */
enum rc backup_file_make(struct sql *db, const struct conf *conf, const char *path, bool force,
                         const struct dump_watch *watch, struct arena *a, struct manifest *ret, int64_t *ret_bytes,
                         struct err *e) must_use;
/* Reads all of it.  progress may be NULL: shown on stderr as "checking". */
enum rc backup_file_check(const char *path, bool shown, struct arena *a, struct manifest *ret, struct err *e) must_use;
/* Is there room on the disk of that folder or file?  Below the floor (setting disk-floor) a backup ends: people come first. */
enum rc backup_file_room(const char *path, int64_t floor_mb, struct err *e) must_use;
