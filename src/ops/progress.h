/* ops/progress.h - a bar on the terminal's error output for long work: done, total, rate and time left.  Silent when stderr is
 * no terminal; redrawn ten times a second at most. */
#pragma once
#include "base/base.h"

struct progress {
    const char *what;
    int64_t     began_us, drawn_us;
    bool        shown;
};

struct progress progress_of(const char *what); /* NULL: shows nothing */
void            progress_show(struct progress *p, int64_t done, int64_t total);
void            progress_end(struct progress *p); /* wipes the bar */
