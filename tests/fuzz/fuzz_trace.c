/* A trace is refused or is numbers that add up; read again it gives the same. */
#include <math.h>
#include <stdlib.h>
#include "ops/scale/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool true_of_every_input)
{
    if (!true_of_every_input)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(8192);
    struct trace t, again;
    struct str   text = { (const char *)data, n };
    struct err   e = { 0 };
    double       sum = 0;

    if (trace_parse(a, text, &t, &e) != RC_OK) {
        must(e.text[0]);
        return 0;
    }
    must(t.n >= 1 && t.n <= TRACE_SECONDS_MAX);
    for (size_t i = 0; i < t.n; i++) {
        must(t.arrived[i] >= 0);
        sum += t.arrived[i];
    }
    must(fabs(sum - t.sum) <= 1e-6 * fmax(1, sum));
    must(t.peak >= 0 && isfinite(t.peak));
    must(trace_parse(a, text, &again, &e) == RC_OK && again.n == t.n && again.peak == t.peak);
    return 0;
}
