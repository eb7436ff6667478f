/* ops/scale/trace.h - a recorded load: how many jobs arrived in each second.
 *
 * CSV, with or without a line of names.  Columns by name: t_s (seconds, whole, never going back), arrivals (jobs, >= 0), and, when
 * there, lambda_per_s (the rate that was meant); without names two columns are t_s,arrivals and three t_s,lambda_per_s,arrivals.
 * Seconds that are missing brought nothing; lines of the same second add up.  Pure: text in, numbers out. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum {
    TRACE_SECONDS_MAX = 14 * 86400,
    TRACE_BYTES_MAX = 64 << 20,
    TRACE_COLUMNS_MAX = 16,
    TRACE_ARRIVALS_MAX = 10000000
};

struct trace {
    size_t  n;       /* seconds, from the first that was named */
    double *arrived; /* in each */
    double  peak;    /* jobs a second: of lambda_per_s, else the highest mean of a minute */
    double  sum;
};
/* Arrays in a.  RC_INVALID names the line; RC_TOO_LARGE past a limit above. */
enum rc trace_parse(struct arena *a, struct str text, struct trace *ret, struct err *e) must_use;
