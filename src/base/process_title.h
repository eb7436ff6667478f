/* base/process_title.h - what ps and top show: "kith: agent" instead of the command line.
 *
 * process_title_keep() once at the start of main: it moves the environment away, so that the memory behind argv can be written.
 * process_title_set() after a fork.  Linux only; without process_title_keep() only the short name (comm, 15 characters) changes. */
#pragma once
#include "base/base.h"

void process_title_keep(int argc, char **argv);
void process_title_set(const char *fmt, ...) printf_like(1, 2);
