/* api/http/web.h - files compiled into the binary (tools/embed_web), and the way they are answered. */
#pragma once
#include "api/http/api.h"

struct web_file {
    struct str path, type, etag;
    bool       hashed;
    struct str plain, gzip, brotli;
}; /* hashed: its name changes with it */

extern const struct web_file web_files[]; /* web/dist, or a page that says how to build it */
extern const size_t          web_files_n;
extern const struct web_file openapi_files[]; /* one: openapi.json */
extern const size_t          openapi_files_n;

/* With the smallest body the client takes; 304 when it has it already. */
enum rc web_answer(struct req *r, const struct web_file *f);
