/* base/clock.h - time.  Wall clock for what is stored, monotonic for what is measured. */
#pragma once
#include "base/str.h"

int64_t clock_ms(void);      /* Unix time in milliseconds */
int64_t clock_mono_us(void); /* monotonic microseconds; only differences mean something */

/* RFC 3339 UTC, "2026-11-23T22:54:01Z" (with milliseconds when ms % 1000), and back. */
struct str clock_rfc3339(struct arena *a, int64_t ms);
bool       clock_parse(struct str s, int64_t *ret_ms); /* RFC 3339 with Z or an offset */
