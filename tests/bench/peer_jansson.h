/* tests/bench/peer_jansson.h - the same work done by the reference library, in a file of its own: names clash. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

bool   peer_jansson_read(const char *text, size_t n);             /* parse and free */
size_t peer_jansson_write(const char *text, size_t n, int times); /* parse once, dump so often; bytes of one dump */
