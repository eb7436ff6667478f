/* The progress bar of long commands. */
#include "ops/progress.h"
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"

enum { CELLS = 30, REDRAW_US = 100000 };

struct progress progress_of(const char *what)
{
    return (struct progress){ .what = what, .began_us = clock_mono_us(), .shown = what && isatty(STDERR_FILENO) };
}

void progress_show(struct progress *p, int64_t done, int64_t total)
{
    int64_t now = clock_mono_us();

    if (!p->shown || (now - p->drawn_us < REDRAW_US && done < total))
        return;
    p->drawn_us = now;
    double  seconds = (double)(now - p->began_us) / 1e6, rate = seconds > 0.2 ? (double)done / seconds : 0;
    int     full = total > 0 ? (int)(done * CELLS / total) : 0;
    int64_t left_s = rate > 0 ? (int64_t)((double)(total - done) / rate) : 0;
    fprintf(stderr, "\r%s [%.*s%*s] %lld of %lld", p->what, full, "##############################", CELLS - full, "",
            (long long)done, (long long)total);
    if (rate > 0)
        fprintf(stderr, ", %.0f/s, %lld:%02lld left ", rate, (long long)(left_s / 60), (long long)(left_s % 60));
    fputs("\033[K", stderr);
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}
