/* The strict reader in front of HTTP: however a stream is cut into pieces, it says the same, and lets the same bytes through. */
#include <stdint.h>
#include <stdlib.h>
#include "io/http/http_gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct outcome {
    size_t   passed;
    int      status;
    uint32_t requests;
};

/* Passed: up to where the fault was found, in pieces of `size` bytes. */
static struct outcome feed(const char *p, size_t n, size_t size)
{
    struct http_gate g = { 0 };
    struct outcome   o = { 0 };
    for (size_t at = 0, piece; at < n && !o.status; at += piece) {
        piece = n - at < size ? n - at : size;
        size_t good = http_gate_pass(&g, p + at, piece, &o.status);
        if (good > piece || (!o.status && good != piece))
            abort();
        o.passed += good;
    }
    o.requests = g.requests;
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const size_t sizes[] = { 1, 2, 3, 7, 64 };
    struct outcome      whole = feed((const char *)data, n, n ? n : 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct outcome cut = feed((const char *)data, n, sizes[i]);
        /* in pieces more of the request that is refused has gone on before its fault was seen */
        if (cut.status != whole.status || cut.requests != whole.requests || cut.passed < whole.passed)
            abort();
    }
    return 0;
}
