/* ops/backup/scheduled.h - makes one backup of the schedule, in a process that the agent started (fleet/agent/backup_run.h): keeps its record
 * (store/installation/backups.h), says in the log how it went, and deletes those that are too many.
 *
 * Deleted is only what the record says this host has written; other files of the folder are nobody's business here.  A failure is tried
 * again after an hour. */
#pragma once
#include "base/conf.h"

/* path: as claimed for due_ms.  The exit code. */
int scheduled_backup(const struct conf *conf, int64_t due_ms, const char *path);
