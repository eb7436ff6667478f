/* tests/fuzz/oracle_jansson.h - what the reference library makes of a text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Its own compact dump (free() it), or NULL when it refuses.  ret_limit: refused for a limit of its C types, not a fault. */
char *oracle_jansson(const char *text, size_t n, bool *ret_limit);
