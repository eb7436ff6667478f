/* Tells listeners what changed in their account, by event streams. */
#include "api/resources/events.h"
#include <stdlib.h>
#include "api/http/handlers.h"
#include "api/resources/import_view.h"
#include "api/http/stream.h"
#include "base/clock.h"
#include "base/hash.h"
#include "store/accounts.h"
#include "store/jobs.h"
#include "store/pairs.h"
#include "store/records.h"

enum { IMPORTS_WATCHED = 20 };

struct listener {
    struct stream s; /* first: the list is of these */
    bool          begun;
    int64_t       seq, duplicates;
    uint64_t      work, import[IMPORTS_WATCHED]; /* hashes of what was said last */
};

struct events {
    struct api       *api;
    struct streams    all;
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

static enum rc say_changed(struct listener *l, struct sql *db, bool *ret_changed, struct err *e)
{
    int64_t seq;

    TRY(accounts_seq(db, l->s.r->account, &seq, e));
    *ret_changed = seq != l->seq;
    if (!*ret_changed)
        return RC_OK;
    buf_fmt(&l->s.out, "id: %lld\n", (long long)seq);
    struct json_out o = stream_event(&l->s, "changed");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("seq"), seq);
    json_out_i64(&o, S("cards"), seq - l->seq);
    json_out_close(&o, '}');
    stream_event_end(&l->s);
    l->seq = seq;
    return RC_OK;
}

static enum rc say_work(struct listener *l, struct sql *db, bool *ret_changed, struct err *e)
{
    struct job_counts c[KINDS_END];
    int64_t           waiting = 0, running = 0;

    TRY(jobs_counts(db, l->s.r->account, c, e));
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
    struct json_out o = stream_event(&l->s, "work");
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
    stream_event_end(&l->s);
    return RC_OK;
}

static enum rc say_duplicates(struct listener *l, struct sql *db, struct err *e)
{
    int64_t total;

    TRY(pairs_count(db, l->s.r->account, S("suggested"), 0, &total, e));
    if (total == l->duplicates)
        return RC_OK;
    l->duplicates = total;
    struct json_out o = stream_event(&l->s, "duplicates");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("total"), total);
    json_out_close(&o, '}');
    stream_event_end(&l->s);
    return RC_OK;
}

/* The slots belong to ids by their remainder; a clash says an import once more than needed, nothing worse. */
static enum rc say_imports(struct listener *l, struct sql *db, struct err *e)
{
    auto_free(arena) a = arena_new(16384);
    struct import *list;
    struct str     source;
    size_t         n;

    TRY(imports_list(db, a, l->s.r->account, IMPORTS_WATCHED, &list, &n, e));
    for (size_t i = n; i-- > 0;) {
        const struct import *it = &list[i];
        uint64_t             hash =
            hash64_mix(hash64(it->state, (uint64_t)it->id),
                       hash64(it->summary_json, (uint64_t)(it->created * 3 + it->updated * 5 + it->skipped * 7 +
                                                           it->failed * 11 + it->chunks_done * 13)));
        uint64_t *said = &l->import[(uint64_t)it->id % IMPORTS_WATCHED];
        if (*said == hash)
            continue;
        bool first = !l->begun;
        *said = hash;
        if (first && it->finished_ms)
            continue;
        TRY(sources_name(db, a, l->s.r->account, it->source, &source, e));
        struct json_out o = stream_event(&l->s, "import");
        import_write(&o, a, it, source, false);
        stream_event_end(&l->s);
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
    for (struct stream *s = v->all.first; s; s = s->next) {
        struct err e = { 0 };
        if (stream_is_busy(s))
            continue;
        if (commits && look((struct listener *)s, v->api->db, &e) != RC_OK)
            v->version = version - 1; /* busy: look again */
        stream_say(s, began_us);
    }
    int64_t took_ms = (clock_mono_us() - began_us) / 1000;
    if (v->all.first)
        loop_after(v->api->loop, &v->timer, i64_max(EVENTS_POLL_MS, took_ms * 10), poll_all, v);
}

enum rc events_run(struct req *r, struct err *e)
{
    struct events   *v = r->api->events;
    struct listener *l = arena_new_of(r->a, struct listener);
    int64_t          last;
    int              mine = 0;

    for (struct stream *o = v->all.first; o; o = o->next)
        mine += o->r->account == r->account;
    if (mine >= EVENTS_PER_ACCOUNT) {
        e->retry_after_s = EVENTS_AGAIN_S;
        return err_set(e, RC_THROTTLED, "this account has %d event streams open", mine);
    }
    *l = (struct listener){ .duplicates = -1 };
    stream_init(&l->s, r, EVENTS_BYTES_MAX);
    TRY(accounts_seq(r->db, r->account, &l->seq, e));
    if (str_i64(http_header(r->http, "Last-Event-ID"), 0, INT64_MAX, &last))
        l->seq = i64_min(last, l->seq);
    TRY(look(l, r->db, e));
    l->begun = true;
    if (!loop_timer_set(&v->timer))
        loop_after(r->api->loop, &v->timer, EVENTS_POLL_MS, poll_all, v);
    return stream_open(&v->all, &l->s);
}
