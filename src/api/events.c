#include "api/events.h"
#include <stdlib.h>
#include "api/handlers.h"
#include "api/import_view.h"
#include "base/clock.h"
#include "base/hash.h"
#include "io/metrics.h"
#include "store/accounts.h"
#include "store/jobs.h"
#include "store/pairs.h"

enum { IMPORTS_WATCHED = 20 };

struct listener {
    struct listener *next, **link;
    struct req      *r;
    int64_t          seq, duplicates, spoke_us;
    uint64_t         work, import[IMPORTS_WATCHED]; /* hashes of what was said last */
    struct buf       out;
};

struct events {
    struct api       *api;
    struct listener  *first;
    struct loop_timer timer;
    int64_t           version;
};

struct events *events_new(struct api *api)
{
    struct events *v = calloc(1, sizeof *v);
    if (!v)
        abort();
    v->api = api;
    return v;
}

void events_free(struct events *v)
{
    if (v)
        loop_cancel(&v->timer);
    free(v);
}

static struct json_out event_open(struct listener *l, const char *name)
{
    buf_fmt(&l->out, "event: %s\ndata: ", name);
    return json_out_of(&l->out);
}

static enum rc say_changed(struct listener *l, struct sql *db, bool *ret_changed, struct err *e)
{
    int64_t seq;

    TRY(accounts_seq(db, l->r->account, &seq, e));
    *ret_changed = seq != l->seq;
    if (!*ret_changed)
        return RC_OK;
    buf_fmt(&l->out, "id: %lld\n", (long long)seq);
    struct json_out o = event_open(l, "changed");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("seq"), seq);
    json_out_i64(&o, S("cards"), seq - l->seq);
    json_out_close(&o, '}');
    buf_put(&l->out, S("\n\n"));
    l->seq = seq;
    return RC_OK;
}

static enum rc say_work(struct listener *l, struct sql *db, bool *ret_changed, struct err *e)
{
    struct job_counts c[KINDS_END];
    int64_t           waiting = 0, running = 0;

    TRY(jobs_counts(db, l->r->account, c, e));
    uint64_t now = 1;
    for (int k = 1; k < KINDS_END; k++) {
        waiting += c[k].ready + c[k].later;
        running += c[k].claimed;
        now = hash64_mix(now, (uint64_t)(c[k].ready * 3 + c[k].claimed * 5 + c[k].later * 7 + c[k].dead));
    }
    *ret_changed = now != l->work;
    if (!*ret_changed)
        return RC_OK;
    l->work = now;
    struct json_out o = event_open(l, "work");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("waiting"), waiting);
    json_out_i64(&o, S("running"), running);
    json_out_open(&o, S("per_kind"), '{');
    for (int k = 1; k < KINDS_END; k++) {
        json_out_open(&o, str_of(job_kind_name[k]), '{');
        json_out_i64(&o, S("waiting"), c[k].ready + c[k].later);
        json_out_i64(&o, S("running"), c[k].claimed);
        json_out_i64(&o, S("dead"), c[k].dead);
        json_out_close(&o, '}');
    }
    json_out_close(&o, '}');
    json_out_close(&o, '}');
    buf_put(&l->out, S("\n\n"));
    return RC_OK;
}

static enum rc say_duplicates(struct listener *l, struct sql *db, struct err *e)
{
    int64_t total;

    TRY(pairs_count(db, l->r->account, S("suggested"), &total, e));
    if (total == l->duplicates)
        return RC_OK;
    l->duplicates = total;
    struct json_out o = event_open(l, "duplicates");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("total"), total);
    json_out_close(&o, '}');
    buf_put(&l->out, S("\n\n"));
    return RC_OK;
}

/* The slots belong to ids by their remainder; a clash says an import once more than needed, nothing worse. */
static enum rc say_imports(struct listener *l, struct sql *db, struct err *e)
{
    auto_free(arena) a = arena_new(16384);
    struct import *list;
    struct str     source;
    size_t         n;

    TRY(imports_list(db, a, l->r->account, IMPORTS_WATCHED, &list, &n, e));
    for (size_t i = n; i-- > 0;) {
        const struct import *it = &list[i];
        uint64_t             hash =
            hash64_mix(hash64(it->state, (uint64_t)it->id),
                       hash64(it->summary_json, (uint64_t)(it->created * 3 + it->updated * 5 + it->skipped * 7 +
                                                           it->failed * 11 + it->chunks_done * 13)));
        uint64_t *said = &l->import[(uint64_t)it->id % IMPORTS_WATCHED];
        if (*said == hash)
            continue;
        bool first = l->spoke_us == 0;
        *said = hash;
        if (first && it->finished_ms)
            continue;
        TRY(import_source(db, a, l->r->account, it->source, &source, e));
        struct json_out o = event_open(l, "import");
        import_write(&o, a, it, source, false);
        buf_put(&l->out, S("\n\n"));
    }
    return RC_OK;
}

static enum rc look(struct listener *l, struct sql *db, struct err *e)
{
    bool changed, work;

    TRY(say_changed(l, db, &changed, e));
    TRY(say_work(l, db, &work, e));
    TRY(say_imports(l, db, e));
    return changed || work ? say_duplicates(l, db, e) : RC_OK;
}

static void poll_all(void *to)
{
    struct events *v = to;
    int64_t        began_us = clock_mono_us(), version = sql_version(v->api->db) + v->api->writes;
    bool           commits = version != v->version;

    v->version = version;
    for (struct listener *l = v->first; l; l = l->next) {
        struct err e = { 0 };
        if (l->out.n)
            continue; /* it has not taken what was said before */
        if (commits && look(l, v->api->db, &e) != RC_OK)
            v->version = version - 1; /* busy: look again */
        if (!l->out.n && began_us - l->spoke_us > EVENTS_PING_S * 1000000)
            buf_put(&l->out, S(": ping\n\n"));
        if (l->out.n) {
            l->spoke_us = began_us;
            http_wake(l->r->http);
        }
    }
    int64_t took_ms = (clock_mono_us() - began_us) / 1000;
    if (v->first)
        loop_after(v->api->loop, &v->timer, i64_max(EVENTS_POLL_MS, took_ms * 10), poll_all, v);
}

static enum rc more(void *to, struct buf *out, bool *ret_end, struct err *e)
{
    struct listener *l = to;

    (void)e;
    buf_put(out, buf_str(&l->out));
    buf_clear(&l->out);
    *ret_end = false;
    return RC_OK;
}

static void leave(struct req *r)
{
    struct listener *l = r->own;

    *l->link = l->next;
    if (l->next)
        l->next->link = l->link;
    buf_done(&l->out);
    metrics_add(&r->api->house->metrics->event_streams, -1);
}

enum rc events_run(struct req *r, struct err *e)
{
    struct events   *v = r->api->events;
    struct listener *l = arena_new_of(r->a, struct listener);
    int64_t          last;
    int              mine = 0;

    for (struct listener *o = v->first; o; o = o->next)
        mine += o->r->account == r->account;
    if (mine >= EVENTS_PER_ACCOUNT) {
        e->retry_after_s = EVENTS_PING_S;
        return err_set(e, RC_THROTTLED, "this account has %d event streams open", mine);
    }
    *l = (struct listener){ .r = r, .duplicates = -1, .out = buf_of(EVENTS_BYTES_MAX) };
    TRY(accounts_seq(r->db, r->account, &l->seq, e));
    if (str_i64(http_header(r->http, "Last-Event-ID"), 0, INT64_MAX, &last))
        l->seq = i64_min(last, l->seq);
    buf_put(&l->out, S("retry: 2000\n\n"));
    l->next = v->first;
    if (v->first)
        v->first->link = &l->next;
    l->link = &v->first;
    v->first = l;
    r->own = l;
    r->own_done = leave;
    metrics_add(&r->api->house->metrics->event_streams, 1);
    TRY(look(l, r->db, e));
    l->spoke_us = clock_mono_us();
    if (!loop_timer_set(&v->timer))
        loop_after(r->api->loop, &v->timer, EVENTS_POLL_MS, poll_all, v);
    struct http_stream s = { .more = more, .to = l, .chunk_cap = EVENTS_BYTES_MAX, .live = true };
    answer_field(r, "X-Accel-Buffering", S("no"));
    return answer_stream(r, S("text/event-stream"), &s);
}
