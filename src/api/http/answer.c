/* What handlers answer with: fields of the body, ids, ETags, empty answers, attachments, refusals. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include "api/http/api.h"
#include "base/rand.h"

/* The agent of this house has a doorbell; other hosts hear it through the database. */
static void ring_again(void *to);
static void ring_others(struct api *api)
{
    if (sql_ring(api->db))
        loop_after(api->loop, &api->ring, RING_AGAIN_MS, ring_again, api);
}
static void ring_again(void *to) { ring_others(to); }

void api_wrote(struct api *api)
{
    api->writes++;
    shared_ring(api->shared);
    ring_others(api);
}

/* ---- what was asked ---- */

enum rc req_id(struct req *r, size_t part, int64_t *ret, struct err *e)
{
    return id_parse(r->part[part], ret) ? RC_OK : err_set(e, RC_NOT_FOUND, "there is nothing with this id");
}

struct str req_query(const struct req *r, const char *name)
{
    struct str v = query_get(&r->query, str_of(name));
    return v.p ? v : S("");
}

enum rc req_query_i64(struct req *r, const char *name, int64_t min, int64_t max, int64_t otherwise, int64_t *ret,
                      struct err *e)
{
    struct str v = req_query(r, name);

    *ret = otherwise;
    if (v.n == 0 || str_i64(v, min, max, ret))
        return RC_OK;
    return err_set(e, RC_MALFORMED, "%s must be a number from %lld to %lld", name, (long long)min, (long long)max);
}

enum rc req_query_id(struct req *r, const char *name, int64_t *ret, struct err *e)
{
    struct str v = req_query(r, name);

    *ret = 0;
    return v.n == 0 || id_parse(v, ret) ? RC_OK : err_set(e, RC_MALFORMED, "%s must be an id", name);
}

enum rc req_text(struct req *r, const char *name, size_t min, size_t max, struct str *ret, struct err *e)
{
    const struct json *v = json_get(r->body, str_of(name));

    *ret = str_trim(json_text(v));
    if (v && v->type != JSON_STRING && v->type != JSON_NULL)
        return answer_invalid(r, name, e, "%s must be text", name);
    if (ret->n < min || ret->n > max)
        return answer_invalid(r, name, e, "%s must have %zu to %zu bytes", name, min, max);
    return RC_OK;
}

enum rc req_body_id(struct req *r, const char *name, int64_t *ret, struct err *e)
{
    const struct json *v = json_get(r->body, str_of(name));

    *ret = 0;
    return !v || v->type == JSON_NULL || id_parse(json_text(v), ret)
               ? RC_OK
               : answer_invalid(r, name, e, "%s must be an id", name);
}

enum rc req_ids(struct req *r, const char *name, int64_t **ret, size_t *ret_n, struct err *e)
{
    const struct json *list = json_get(r->body, str_of(name));

    *ret_n = 0;
    if (!list || list->type != JSON_ARRAY || list->n == 0 || list->n > API_IDS_MAX)
        return answer_invalid(r, name, e, "%s must be an array of 1 to %d ids", name, API_IDS_MAX);
    *ret = arena_array(r->a, int64_t, list->n);
    json_each(item, list)
        if (!id_parse(json_text(item), &(*ret)[(*ret_n)++]))
            return answer_invalid(r, name, e, "%s holds something that is no id", name);
    return RC_OK;
}

struct str req_actor(struct req *r)
{
    struct str id = id_text(r->a, r->user);
    return str_fmt(r->a, "user:" STR_FMT, STR_ARG(id));
}

/* ---- answering ---- */

void answer_field(struct req *r, const char *name, struct str value)
{
    assert(r->nfields < API_FIELDS_MAX);
    r->field[r->nfields++] = (struct http_field){ str_of(name), value };
}

void answer_etag(struct req *r, int64_t seq) { answer_field(r, "ETag", str_fmt(r->a, "\"%lld\"", (long long)seq)); }

void answer_attachment(struct req *r, struct str file_name)
{
    char  *plain = arena_get(r->a, file_name.n + 1), *encoded = arena_get(r->a, file_name.n * 3 + 1);
    size_t n = 0;

    for (size_t i = 0; i < file_name.n; i++) {
        char c = file_name.p[i];
        bool safe = ascii_alpha(c) || ascii_digit(c) || c == '.' || c == '-' || c == '_';
        plain[i] = safe || c == ' ' ? c : '_';
        if (safe)
            encoded[n++] = c;
        else
            n += (size_t)snprintf(encoded + n, 4, "%%%02X", (unsigned char)c);
    }
    answer_field(r, "Content-Disposition",
                 str_fmt(r->a, "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, encoded));
}

enum rc answer_empty(struct req *r)
{
    r->status = 204;
    return RC_OK;
}

enum rc answer_bytes(struct req *r, int status, struct str type, struct str bytes)
{
    answer_field(r, "Content-Type", type);
    answer_field(r, "X-Content-Type-Options", S("nosniff"));
    r->answered = true;
    http_answer(r->http, status, r->field, r->nfields, bytes);
    return RC_OK;
}

enum rc answer_stream(struct req *r, struct str type, const struct http_stream *s)
{
    answer_field(r, "Content-Type", type);
    answer_field(r, "Cache-Control", S("no-store"));
    answer_field(r, "X-Content-Type-Options", S("nosniff"));
    r->answered = true;
    r->live = s->live;
    http_answer_stream(r->http, 200, r->field, r->nfields, s);
    return RC_OK;
}

enum rc answer_refuse(struct req *r, int status, const char *code, struct err *e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    r->status = status;
    r->code = str_of(code);
    return RC_INVALID;
}

enum rc answer_invalid(struct req *r, const char *pointer, struct err *e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    r->pointer = str_fmt(r->a, "/%s", pointer);
    return RC_INVALID;
}

void answer_next(struct req *r, struct str cursor)
{
    if (cursor.n)
        json_out_text(&r->json, S("next"), cursor);
    else
        json_out_raw(&r->json, S("next"), S("null"));
}
