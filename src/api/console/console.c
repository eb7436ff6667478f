/* The operator's console: the page's numbers, history and log, and one event stream for all who look. */
#include "api/console/console.h"
#include <stdlib.h>
#include "api/http/handlers.h"
#include "base/clock.h"
#include "io/shared/metrics.h"

enum { HISTORY_STEPS = 288, DAY_MS = 24 * 3600 * 1000, MINUTE_MS = 60 * 1000, LOG_AT_START = 60 };

struct watcher {
    struct stream s; /* first: the list is of these */
    uint64_t      log;
};

struct console *console_new(struct api *api)
{
    struct console *c = calloc(1, sizeof *c);

    if (!c)
        abort();
    c->api = api;
    for (size_t i = 0; i < countof(c->rows); i++)
        c->rows[i] = (struct console_rows){ .a = arena_new(16 << 10), .prices.currency = S(""), .base.kind = S("") };
    return c;
}

void console_free(struct console *c)
{
    if (!c)
        return;
    loop_cancel(&c->timer);
    for (size_t i = 0; i < countof(c->rows); i++)
        arena_free(c->rows[i].a);
    free(c);
}

enum rc admin_fleet(struct req *r, struct err *e)
{
    (void)e;
    console_read(r->api->console);
    json_out_open(&r->json, JSON_ELEMENT, '{');
    console_write(r->api->console, r->a, &r->json);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- what was ---- */

static enum rc query_time(struct req *r, const char *name, int64_t otherwise, int64_t *ret, struct err *e)
{
    struct str text = req_query(r, name);

    *ret = otherwise;
    if (text.n && !clock_parse(text, ret))
        return answer_invalid(r, name, e, "%s must be a time as 2026-11-24T08:00:00Z", name);
    return RC_OK;
}

/* Whole minutes, at most as many steps as a chart can show. */
static int64_t step_for(int64_t span_ms)
{
    int64_t minutes = (span_ms / HISTORY_STEPS + MINUTE_MS - 1) / MINUTE_MS;
    return i64_max(minutes, 1) * MINUTE_MS;
}

enum rc admin_history(struct req *r, struct err *e)
{
    int64_t        from_ms, to_ms, step_ms, now = clock_ms();
    struct sample *list;
    size_t         n;

    TRY(query_time(r, "to", now + 1, &to_ms, e));
    TRY(query_time(r, "from", to_ms - DAY_MS, &from_ms, e));
    if (from_ms >= to_ms)
        return answer_invalid(r, "from", e, "from must be before to");
    TRY(req_query_i64(r, "step", 60, 30 * 86400, step_for(to_ms - from_ms) / 1000, &step_ms, e));
    step_ms *= 1000;
    from_ms = from_ms / step_ms * step_ms;
    if ((to_ms - from_ms) / step_ms >= SAMPLES_MOST)
        return answer_invalid(r, "step", e, "at most %d steps: make them longer", SAMPLES_MOST);
    TRY(samples_list(r->db, r->a, from_ms, to_ms, step_ms, &list, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_time(&r->json, S("from"), from_ms);
    json_out_time(&r->json, S("to"), to_ms);
    json_out_i64(&r->json, S("step_s"), step_ms / 1000);
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_time(&r->json, S("at"), list[i].at_ms);
        sample_members(&r->json, &list[i]);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- warnings and errors ---- */

/* A line of the log, as base/log.c writes it: time level event key=value ... */
static void write_line(struct json_out *o, uint64_t number, const char *text)
{
    struct str rest = str_of(text), time = S(""), level = S(""), event = S("");
    int64_t    s = 0, ms = 0;

    (void)str_next(&rest, ' ', &time);
    (void)str_next(&rest, ' ', &level);
    (void)str_next(&rest, ' ', &event);
    size_t dot = str_find(time, S("."), 0);
    if (dot != SIZE_MAX) {
        (void)str_i64(str_head(time, dot), 0, INT64_MAX / 1000, &s);
        (void)str_i64(str_from(time, dot + 1), 0, 999, &ms);
    }
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_i64(o, S("number"), (int64_t)number);
    json_out_time(o, S("at"), s * 1000 + ms);
    json_out_text(o, S("level"), level);
    json_out_text(o, S("event"), event);
    json_out_text(o, S("text"), rest.p ? rest : S(""));
    json_out_close(o, '}');
}

enum rc admin_log(struct req *r, struct err *e)
{
    char     text[LOG_KEPT_BYTES];
    int64_t  after;
    uint64_t number;

    TRY(req_query_i64(r, "after", 0, INT64_MAX, 0, &after, e));
    number = (uint64_t)after;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    while (log_kept_next(&r->api->shared->metrics->log, &number, text))
        write_line(&r->json, number, text);
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- live ---- */

static void say_log(struct watcher *w)
{
    const struct log_ring *ring = &w->s.r->api->shared->metrics->log;
    char                   text[LOG_KEPT_BYTES];
    uint64_t               number = w->log;

    if (!log_kept_next(ring, &number, text))
        return;
    struct json_out o = stream_event(&w->s, "log");
    json_out_open(&o, JSON_ELEMENT, '[');
    do
        write_line(&o, number, text);
    while (log_kept_next(ring, &number, text));
    json_out_close(&o, ']');
    stream_event_end(&w->s);
    w->log = number;
}

static void say_fleet(struct watcher *w, struct str json)
{
    stream_event(&w->s, "fleet");
    buf_put(&w->s.out, json);
    stream_event_end(&w->s);
    say_log(w);
}

/* Written once, sent to all. */
static void tell_all(void *to)
{
    struct console *c = to;
    auto_free(arena) a = arena_new(16 << 10);
    auto_buf        text = buf_of(CONSOLE_BYTES_MAX / 2);
    struct json_out o = json_out_of(&text);
    int64_t         now_us = clock_mono_us();

    if (!c->all.first)
        return;
    console_read(c);
    json_out_open(&o, JSON_ELEMENT, '{');
    console_write(c, a, &o);
    json_out_close(&o, '}');
    for (struct stream *s = c->all.first; s; s = s->next) {
        s->ends = now_us - s->opened_us > (int64_t)CONSOLE_ANEW_S * 1000000;
        if (!stream_is_busy(s) && !buf_full(&text))
            say_fleet((struct watcher *)s, buf_str(&text));
        stream_say(s, now_us);
    }
    loop_after(c->api->loop, &c->timer, CONSOLE_EVERY_MS, tell_all, c);
}

enum rc admin_events(struct req *r, struct err *e)
{
    struct console *c = r->api->console;
    struct watcher *w = arena_new_of(r->a, struct watcher);
    uint64_t        newest = atomic_load(&r->api->shared->metrics->log.newest);
    int             n = 0;

    for (struct stream *s = c->all.first; s; s = s->next)
        n++;
    if (n >= CONSOLE_STREAMS) {
        e->retry_after_s = 15;
        return err_set(e, RC_THROTTLED, "%d consoles are open here already", n);
    }
    *w = (struct watcher){ .log = newest > LOG_AT_START ? newest - LOG_AT_START : 0 };
    stream_init(&w->s, r, CONSOLE_BYTES_MAX);
    loop_after(r->api->loop, &c->timer, 0, tell_all, c);
    return stream_open(&c->all, &w->s);
}
