/* One request as the application sees it: its head, its body, its answer. */
#include <stdlib.h>
#include "io/http/http_int.h"

struct header_lines {
    struct arena *arena;
    struct str    name, all;
};

/* ---- what was asked ---- */

struct arena *http_arena(const struct http_request *q) { return q->arena; }
struct str    http_method(const struct http_request *q) { return q->method; }
struct str    http_path(const struct http_request *q) { return q->path; }
struct str    http_query(const struct http_request *q) { return q->query; }
int64_t       http_started_us(const struct http_request *q) { return q->started_us; }
int64_t       http_body_bytes(const struct http_request *q) { return q->got; }
int           http_status(const struct http_request *q) { return q->status; }
int64_t       http_sent_bytes(const struct http_request *q) { return q->sent; }
void        **http_user(struct http_request *q) { return &q->user; }
struct str    http_header(const struct http_request *q, const char *name)
{
    return str_of(MHD_lookup_connection_value(q->mhd, MHD_HEADER_KIND, name));
}

static enum MHD_Result join_lines(void *to, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct header_lines *l = to;

    (void)kind;
    if (str_ieq(str_of(name), l->name))
        l->all = l->all.p ? str_fmt(l->arena, STR_FMT ", %s", STR_ARG(l->all), value ? value : "")
                          : str_of(value ? value : "");
    return MHD_YES;
}

struct str http_header_all(const struct http_request *q, const char *name)
{
    struct header_lines l = { q->arena, str_of(name), { NULL, 0 } };

    MHD_get_connection_values(q->mhd, MHD_HEADER_KIND, join_lines, &l);
    return l.all;
}

bool http_is_1_0(const struct http_request *q) { return q->is_1_0; }

struct address http_peer(const struct http_request *q)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(q->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    return info && info->client_addr ? address_of(info->client_addr) : (struct address){ { 0 } };
}

/* ---- the answer ---- */
void http_wake(struct http_request *q)
{
    if (q->suspended) {
        q->suspended = false;
        q->server->run_again = true;
        MHD_resume_connection(q->mhd);
    }
}
static void take_response(struct http_request *q, int status, const struct http_field *field, size_t n,
                          struct MHD_Response *response)
{
    if (!response)
        abort(); /* memory */
    for (size_t i = 0; i < n; i++)
        if (MHD_add_response_header(response, str_copy(q->arena, field[i].name).p,
                                    str_copy(q->arena, field[i].value).p) != MHD_YES)
            abort(); /* a line end in a header: the caller's bug */
    q->response = response;
    q->status = status;
    http_wake(q);
}
void http_answer(struct http_request *q, int status, const struct http_field *field, size_t n, struct str body)
{
    if (q->response)
        abort(); /* a second answer */
    q->sent = (int64_t)body.n;
    take_response(q, status, field, n,
                  MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT));
}
static ssize_t stream_read(void *to, uint64_t at, char *into, size_t room)
{
    struct http_request *q = to;
    struct err           e = { 0 };
    (void)at;
    if (q->chunk_sent == q->chunk.n && !q->ended) {
        buf_clear(&q->chunk);
        q->chunk_sent = 0;
        if (q->abandoned || (q->stream.live && q->server->drain_us))
            q->ended = true;
        else if (q->stream.more(q->stream.to, &q->chunk, &q->ended, &e) != RC_OK || buf_full(&q->chunk))
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = size_min(room, q->chunk.n - q->chunk_sent);
    if (n == 0 && q->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        q->suspended = true;
        MHD_suspend_connection(q->mhd);
        return 0;
    }
    memcpy(into, q->chunk.p + q->chunk_sent, n);
    q->chunk_sent += n;
    q->sent += (int64_t)n;
    return (ssize_t)n;
}
void http_answer_stream(struct http_request *q, int status, const struct http_field *field, size_t n,
                        const struct http_stream *stream)
{
    if (q->response)
        abort();
    q->stream = *stream;
    q->chunk = buf_of(stream->chunk_cap);
    take_response(q, status, field, n,
                  MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CONNECTION_BYTES / 2, stream_read, q, NULL));
}
void http_head_wait(struct http_request *q) { q->head_waits = true; }

void http_head_again(struct http_request *q) { http_wake(q); }

/* ---- bodies ---- */

void http_body_keep(struct http_request *q, int64_t cap_bytes)
{
    q->cap = cap_bytes;
    q->kept = buf_of((size_t)cap_bytes);
}

void http_body_sink(struct http_request *q, int64_t cap_bytes, http_take *take, void *to)
{
    q->cap = cap_bytes;
    q->take = take;
    q->take_to = to;
}

enum rc http_body(const struct http_request *q, struct str *ret, struct err *e)
{
    if (q->body_rc != RC_OK)
        return err_set(e, q->body_rc, "%s", q->body_err.text);
    *ret = buf_str(&q->kept);
    return RC_OK;
}
