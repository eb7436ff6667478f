#include <jansson.h>
#include <stdlib.h>
#include "tests/bench/peer_jansson.h"

bool peer_jansson_read(const char *text, size_t n)
{
    json_error_t why;
    json_t      *v = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    bool         ok = v != NULL;

    json_decref(v);
    return ok;
}

size_t peer_jansson_write(const char *text, size_t n, int times)
{
    json_error_t why;
    json_t      *v = json_loadb(text, n, 0, &why);
    size_t       bytes = 0;

    for (int i = 0; v && i < times; i++) {
        char buffer[1 << 14];
        bytes = json_dumpb(v, buffer, sizeof buffer, JSON_COMPACT);
    }
    json_decref(v);
    return bytes;
}
