/* ops/http_get.h - asks the server on this machine one thing: what `kith top` and `kith doctor` need, no more.
 * listen: as in the settings, "127.0.0.1:8080"; 0.0.0.0 is asked at 127.0.0.1.  The whole answer may have 4 MiB.
 * RC_UNAVAILABLE when nobody listens there or it takes longer than 5 s. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum rc http_get(struct str listen, const char *path, struct arena *a, int *ret_status, struct str *ret_body,
                 struct err *e) must_use;
