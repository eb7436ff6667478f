/* Tells listeners what changed in their account, by event streams. */
#include "api/resources/events.h"
#include <stdlib.h>
#include "api/http/handlers.h"
#include "api/resources/import_view.h"
#include "api/http/stream.h"
#include "base/clock.h"
#include "base/hash.h"
#include "store/account/accounts.h"
#include "store/work/jobs.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"

enum { IMPORTS_WATCHED = 20 };

struct listener {
    struct stream s; /* first: the list is of these */
    bool          begun;
    int64_t       seq, duplicates;
    uint64_t      work, imports, import[IMPORTS_WATCHED]; /* hashes of what was said last */
};

/* What one account was found to be in this round. */
struct news {
    struct arena     *a;
    int64_t           account, round, seq, duplicates;
    struct job_counts jobs[KINDS_END];
    uint64_t          work, mark; /* mark: imports_mark() */
    struct import    *imports;
    size_t            nimports;
    bool              has_imports, has_duplicates;
};

struct events {
    struct api       *api;
    struct streams    all;
    struct loop_timer timer;
    struct news       news;
    int64_t           version, round, round_us; /* round_us: what the present one has taken */
    bool              missed;                   /* an account could not be asked: one more round */
};

struct events *events_new(struct api *api)
{
    struct events *v = calloc(1, sizeof *v);
    if (!v)
        abort();
    v->api = api;
    v->news.a = arena_new(16384);
    return v;
}

void events_free(struct events *v)
{
    if (!v)
        return;
    loop_cancel(&v->timer);
    arena_free(v->news.a);
    free(v);
}

/* ---- asking ---- */

static uint64_t work_of(const struct job_counts c[KINDS_END])
{
    uint64_t hash = 1;
    for (int k = 1; k < KINDS_END; k++)
        hash = hash64_mix(hash, (uint64_t)(c[k].ready * 3 + c[k].claimed * 5 + c[k].later * 7 + c[k].dead));
    return hash;
}

static enum rc ask_account(struct events *v, int64_t account, struct err *e)
{
    struct news *n = &v->news;

    if (n->account == account && n->round == v->round)
        return RC_OK;
    arena_reset(n->a);
    *n = (struct news){ .a = n->a };
    TRY(accounts_seq(v->api->db, account, &n->seq, e));
    TRY(jobs_counts(v->api->db, account, n->jobs, e));
    TRY(imports_mark(v->api->db, account, &n->mark, e));
    n->work = work_of(n->jobs);
    n->account = account;
    n->round = v->round;
    return RC_OK;
}

static enum rc ask_imports(struct events *v, struct err *e)
{
    struct news *n = &v->news;

    if (!n->has_imports)
        TRY(imports_list(v->api->db, n->a, n->account, IMPORTS_WATCHED, &n->imports, &n->nimports, e));
    n->has_imports = true;
    return RC_OK;
}

static enum rc ask_duplicates(struct events *v, struct err *e)
{
    struct news *n = &v->news;

    if (!n->has_duplicates)
        TRY(pairs_count(v->api->db, n->account, S("suggested"), 0, &n->duplicates, e));
    n->has_duplicates = true;
    return RC_OK;
}

/* ---- saying ---- */

static void say_changed(struct listener *l, const struct news *n)
{
    buf_fmt(&l->s.out, "id: %lld\n", (long long)n->seq);
    struct json_out o = stream_event(&l->s, "changed");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("seq"), n->seq);
    json_out_i64(&o, S("cards"), n->seq - l->seq);
    json_out_close(&o, '}');
    stream_event_end(&l->s);
    l->seq = n->seq;
}

static void say_kinds(struct json_out *o, const struct job_counts *c)
{
    json_out_open(o, S("per_kind"), '{');
    for (int k = 1; k < KINDS_END; k++) {
        json_out_open(o, str_of(job_kind_name[k]), '{');
        json_out_i64(o, S("waiting"), c[k].ready + c[k].later);
        json_out_i64(o, S("running"), c[k].claimed);
        json_out_i64(o, S("dead"), c[k].dead);
        json_out_close(o, '}');
    }
    json_out_close(o, '}');
}

static void say_work(struct listener *l, const struct news *n)
{
    struct json_out o = stream_event(&l->s, "work");
    int64_t         waiting = 0, running = 0;

    for (int k = 1; k < KINDS_END; k++) {
        waiting += n->jobs[k].ready + n->jobs[k].later;
        running += n->jobs[k].claimed;
    }
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("waiting"), waiting);
    json_out_i64(&o, S("running"), running);
    say_kinds(&o, n->jobs);
    json_out_close(&o, '}');
    stream_event_end(&l->s);
    l->work = n->work;
}

static void say_duplicates(struct listener *l, const struct news *n)
{
    if (n->duplicates == l->duplicates)
        return;
    l->duplicates = n->duplicates;
    struct json_out o = stream_event(&l->s, "duplicates");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("total"), n->duplicates);
    json_out_close(&o, '}');
    stream_event_end(&l->s);
}

static uint64_t import_hash(const struct import *it)
{
    return hash64_mix(hash64(it->state, (uint64_t)it->id),
                      hash64(it->summary_json, (uint64_t)(it->created * 3 + it->updated * 5 + it->skipped * 7 +
                                                          it->failed * 11 + it->chunks_done * 13)));
}

/* The slots belong to ids by their remainder; a clash says an import once more than needed, nothing worse. */
static enum rc say_imports(struct listener *l, struct events *v, struct err *e)
{
    const struct news *n = &v->news;
    struct str         source;

    for (size_t i = n->nimports; i-- > 0;) {
        const struct import *it = &n->imports[i];
        uint64_t             hash = import_hash(it), *said = &l->import[(uint64_t)it->id % IMPORTS_WATCHED];
        bool                 news = *said != hash;
        *said = hash;
        if (!news || (!l->begun && it->finished_ms))
            continue;
        TRY(sources_name(v->api->db, n->a, n->account, it->source, &source, e));
        struct json_out o = stream_event(&l->s, "import");
        import_write(&o, n->a, it, source, false);
        stream_event_end(&l->s);
    }
    return RC_OK;
}

static enum rc tell(struct listener *l, struct events *v, struct err *e)
{
    TRY(ask_account(v, l->s.r->account, e));
    bool changed = v->news.seq != l->seq, work = v->news.work != l->work;
    if (changed)
        say_changed(l, &v->news);
    if (work)
        say_work(l, &v->news);
    if (changed || work || v->news.mark != l->imports) {
        TRY(ask_duplicates(v, e));
        say_duplicates(l, &v->news);
        TRY(ask_imports(v, e));
        TRY(say_imports(l, v, e));
        l->imports = v->news.mark;
    }
    return RC_OK;
}

/* ---- rounds ---- */

/* Some of those that listen; the others in the next turn. */
static void tell_some(struct events *v, int64_t began_us)
{
    while (v->all.at && clock_mono_us() - began_us < EVENTS_SLICE_US) {
        struct stream *s = v->all.at;
        struct err     e = { 0 };
        v->all.at = s->next;
        if (!stream_is_busy(s) && tell((struct listener *)s, v, &e) != RC_OK)
            v->missed = true;
        stream_say(s, began_us);
    }
}

static void begin_round(struct events *v, int64_t now_us)
{
    int64_t version = sql_version(v->api->db) + v->api->writes;

    v->round_us = 0;
    if (version != v->version || v->missed) {
        v->round++;
        v->missed = false;
        v->all.at = v->all.first;
    } else {
        for (struct stream *s = v->all.first; s; s = s->next)
            stream_say(s, now_us);
    }
    v->version = version;
}

static void turn(void *to)
{
    struct events *v = to;
    int64_t        began_us = clock_mono_us();

    if (!v->all.at)
        begin_round(v, began_us);
    tell_some(v, began_us);
    int64_t took_us = clock_mono_us() - began_us;
    v->round_us += took_us;
    if (v->all.at)
        loop_after(v->api->loop, &v->timer, took_us / 1000, turn, v);
    else if (v->all.first)
        loop_after(v->api->loop, &v->timer, i64_max(EVENTS_POLL_MS, v->round_us / 100), turn, v);
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
    v->round++; /* what was found for others may be of before */
    TRY(tell(l, v, e));
    l->begun = true;
    if (!loop_timer_set(&v->timer))
        loop_after(r->api->loop, &v->timer, EVENTS_POLL_MS, turn, v);
    return stream_open(&v->all, &l->s);
}
