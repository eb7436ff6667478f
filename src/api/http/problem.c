/* Writes errors as problem+json (RFC 9457). */
#include "api/http/problem.h"
#include <stdarg.h>
#include <stdio.h>
#include "base/log.h"
#include "io/shared/metrics.h"

static struct str title_of(int status)
{
    static const struct {
        int         status;
        const char *title;
    } titles[] = {
        { 400, "Malformed request" },
        { 401, "Log in first" },
        { 403, "Not allowed" },
        { 404, "Not found" },
        { 405, "Method not allowed" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 413, "Too large" },
        { 415, "Unsupported media type" },
        { 421, "Misdirected request" },
        { 422, "Not valid" },
        { 428, "If-Match is missing" },
        { 429, "Too many requests" },
        { 500, "Something broke" },
        { 503, "Not available now" },
        { 507, "No room on the disk" },
    };

    for (size_t i = 0; i < countof(titles); i++)
        if (titles[i].status == status)
            return str_of(titles[i].title);
    return S("Error");
}

void problem_open(struct req *r, int status, const char *code, const char *detail)
{
    buf_clear(&r->out);
    r->json = json_out_of(&r->out);
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_text(&r->json, S("type"), S("about:blank"));
    json_out_text(&r->json, S("title"), title_of(status));
    json_out_i64(&r->json, S("status"), status);
    json_out_text(&r->json, S("detail"), str_of(detail));
    json_out_text(&r->json, S("code"), str_of(code));
}

enum rc problem_answer(struct req *r, int status)
{
    return answer_bytes(r, status, S("application/problem+json"), buf_str(&r->out));
}

/* "card: /emails/e1/address: text expected": the check of a card names the member at fault in its text. */
static struct str pointer_in(struct str text)
{
    size_t at = str_find(text, S(": /"), 0), end;

    if (at == SIZE_MAX)
        return (struct str){ 0 };
    end = str_find(text, S(": "), at + 2);
    return end == SIZE_MAX ? (struct str){ 0 } : (struct str){ text.p + at + 2, end - at - 2 };
}

/* What people read of a fault that is ours. */
static const char *apology(struct req *r, enum rc rc)
{
    if (rc == RC_STORAGE) {
        metrics_add(&r->api->shared->metrics->storage_refusals, 1);
        return "The disk of the server is full: nothing new can be saved until there is room. Looking, exporting and "
               "deleting go on.";
    }
    if (rc != RC_UNAVAILABLE)
        return "This is our fault, and it is in the log.";
    return r->trouble_us && !conf_embedded(r->api->conf) ? "The database does not answer; try again in a moment."
                                                         : "The server is busy; try again in a moment.";
}

void problem_write(struct req *r, enum rc rc, struct err *e)
{
    int         status = r->status >= 400 ? r->status : rc_http(rc);
    const char *code = r->code.n ? r->code.p : rc_name(rc);
    const char *detail = e->text;

    if (status >= 500 && !r->code.n) {
        log_event(LOG_ERROR, "http.failed", KZ("rc", rc_name(rc)), KZ("why", e->text));
        detail = apology(r, rc);
    }
    if (e->retry_after_s == 0)
        e->retry_after_s = rc == RC_UNAVAILABLE ? 2 : rc == RC_STORAGE ? 60 : 0;
    if (e->retry_after_s)
        answer_field(r, "Retry-After", str_fmt(r->a, "%d", e->retry_after_s));
    if (status == 401)
        answer_field(r, "WWW-Authenticate", S("Bearer realm=\"kith\""));
    problem_open(r, status, code, detail);
    struct str pointer = r->pointer.n ? r->pointer : pointer_in(str_of(e->text));
    if (pointer.n) {
        json_out_open(&r->json, S("errors"), '[');
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_text(&r->json, S("pointer"), pointer);
        json_out_text(&r->json, S("detail"), str_of(detail));
        json_out_close(&r->json, '}');
        json_out_close(&r->json, ']');
    }
    if (r->problem_members)
        r->problem_members(r);
    json_out_close(&r->json, '}');
    r->status = status;
    r->code = str_of(code);
}
