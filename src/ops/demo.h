/* ops/demo.h - the demo account: a fictional address book of three sources, made once on an empty database.
 *
 * Runs as a process of its own beside the house that does the work, and ends when it is done.  Interrupted, it goes on at the
 * next start: what is imported already is recognised and skipped. */
#pragma once
#include <sys/types.h>
#include "base/conf.h"

/* 0 when there is nothing to do or no process could be started; it never holds up the start. */
pid_t demo_start(const struct conf *conf);
