/* Answers the files of the web app, which are compiled in. */
#include "api/http/web.h"
#include "api/http/handlers.h"
#include "base/clock.h"
#include "io/shared/metrics.h"

/* Styles and scripts only from our own files; pictures also from the page itself (previews of what is being uploaded). */
static const char POLICY[] = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
                             "form-action 'self'; frame-ancestors 'none'";

static const struct web_file *file_find(struct str path)
{
    for (size_t i = 0; i < web_files_n; i++)
        if (str_eq(web_files[i].path, path))
            return &web_files[i];
    return NULL;
}

enum rc web_answer(struct req *r, const struct web_file *f)
{
    struct str accepts = http_header(r->http, "Accept-Encoding"), bytes = f->plain;

    answer_field(r, "ETag", f->etag);
    answer_field(r, "Vary", S("Accept-Encoding"));
    answer_field(r, "Cache-Control", f->hashed ? S("public, max-age=31536000, immutable") : S("no-cache"));
    if (str_eq(http_header(r->http, "If-None-Match"), f->etag))
        return answer_bytes(r, 304, f->type, S(""));
    if (f->brotli.n && header_accepts(accepts, S("br"))) {
        answer_field(r, "Content-Encoding", S("br"));
        bytes = f->brotli;
    } else if (f->gzip.n && header_accepts(accepts, S("gzip"))) {
        answer_field(r, "Content-Encoding", S("gzip"));
        bytes = f->gzip;
    }
    return answer_bytes(r, 200, f->type, bytes);
}

/* Pages of the app have no file: any path without a dot in its last part is the app's own. */
static bool is_page(struct str path)
{
    struct str part = path, last = { 0 };

    while (str_next(&part, '/', &last))
        continue;
    return str_find(last, S("."), 0) == SIZE_MAX;
}

static void count_visit(struct req *r, struct str path)
{
    struct metrics *m = r->api->shared->metrics;
    struct str      purpose = http_header(r->http, "Sec-Purpose");
    struct visit    one = { .path = path,
                            .address = address_text(r->a, &r->caller.from),
                            .browser = http_header(r->http, "User-Agent"),
                            .purpose = purpose.n ? purpose : http_header(r->http, "Purpose") };

    if (str_is(http_method(r->http), "GET") && visits_add(&m->visits, &one, clock_ms()))
        api_count(r, TALLY_VISITS, 1);
}

enum rc web_show(struct req *r, struct err *e)
{
    struct str             path = http_path(r->http);
    const struct web_file *f = str_is(path, "/") ? NULL : file_find(path);

    if (!f && is_page(path))
        f = file_find(S("/index.html"));
    if (!f)
        return err_set(e, RC_NOT_FOUND, "there is nothing at this path");
    if (str_starts(f->type, S("text/html")))
        count_visit(r, path);
    answer_field(r, "Content-Security-Policy", str_of(POLICY));
    answer_field(r, "Referrer-Policy", S("same-origin"));
    answer_field(r, "Permissions-Policy", S("camera=(), microphone=(), geolocation=()"));
    answer_field(r, "Cross-Origin-Opener-Policy", S("same-origin"));
    return web_answer(r, f);
}
