/* An event stream (SSE) that stays open, and the list of all of them. */
#include "api/http/stream.h"
#include "base/clock.h"
#include "io/shared/metrics.h"

enum { PING_US = 15 * 1000 * 1000 };

static enum rc more(void *to, struct buf *out, bool *ret_end, struct err *e)
{
    struct stream *s = to;

    (void)e;
    buf_put(out, buf_str(&s->out));
    buf_clear(&s->out);
    *ret_end = s->ends;
    return RC_OK;
}

/* It never came to be. */
static void drop(struct req *r) { buf_done(&((struct stream *)r->own)->out); }

static void leave(struct req *r)
{
    struct stream *s = r->own;

    if (s->all->at == s)
        s->all->at = s->next;
    *s->link = s->next;
    if (s->next)
        s->next->link = s->link;
    buf_done(&s->out);
    metrics_add(&r->api->shared->metrics->event_streams, -1);
}

void stream_init(struct stream *s, struct req *r, size_t cap)
{
    *s = (struct stream){ .r = r, .out = buf_of(cap), .opened_us = clock_mono_us() };
    s->spoke_us = s->opened_us;
    buf_put(&s->out, S("retry: 2000\n\n"));
    r->own = s;
    r->own_done = drop;
}

enum rc stream_open(struct streams *all, struct stream *s)
{
    struct http_stream body = { .more = more, .to = s, .chunk_cap = s->out.cap, .live = true };
    struct req        *r = s->r;

    struct stream **place = &all->first;
    while (*place && (*place)->r->account != r->account)
        place = &(*place)->next;
    if (!*place)
        place = &all->first;
    s->all = all;
    s->next = *place;
    if (s->next)
        s->next->link = &s->next;
    s->link = place;
    *place = s;
    r->own_done = leave;
    metrics_add(&r->api->shared->metrics->event_streams, 1);
    answer_field(r, "X-Accel-Buffering", S("no"));
    return answer_stream(r, S("text/event-stream"), &body);
}

bool stream_is_busy(const struct stream *s) { return s->out.n > 0; }

void stream_say(struct stream *s, int64_t now_us)
{
    if (!s->out.n && now_us - s->spoke_us > PING_US)
        buf_put(&s->out, S(": ping\n\n"));
    if (!s->out.n && !s->ends)
        return;
    s->spoke_us = now_us;
    http_wake(s->r->http);
}

struct json_out stream_event(struct stream *s, const char *name)
{
    buf_fmt(&s->out, "event: %s\ndata: ", name);
    return json_out_of(&s->out);
}

void stream_event_end(struct stream *s) { buf_put(&s->out, S("\n\n")); }
