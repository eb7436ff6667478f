/* fleet/master/process_title.h - what ps and top show: "kith: agent" instead of the command line.
 *
 * title_keep() once at the start of main: it moves the environment away, so that the memory behind argv can be written.
 * title_set() after a fork.  Linux only; without title_keep() only the short name (comm, 15 characters) changes. */
#pragma once
#include "base/base.h"

void title_keep(int argc, char **argv);
void title_set(const char *fmt, ...) printf_like(1, 2);
