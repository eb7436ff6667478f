/* Counts and facets of an account for the overview. */
#include "api/resources/stats.h"
#include <stdlib.h>
#include "api/http/handlers.h"
#include "base/clock.h"
#include "contact/place.h"
#include "enrich/enrich.h"
#include "store/work/stats.h"

enum { FACETS = 50, KEPT = 16, KEPT_BYTES_MAX = 256 << 10, KEPT_FACTOR = 20 };

/* Facets read every fact of the account (3.7 us a card): they are kept for 20 times as long as they took. */
struct facets {
    int64_t    account, until_us;
    struct buf text;
};
struct stats_kept {
    struct facets facets[KEPT];
};

struct stats_kept *stats_kept_new(void)
{
    struct stats_kept *k = calloc(1, sizeof *k);
    if (!k)
        abort();
    return k;
}

void stats_kept_free(struct stats_kept *k)
{
    for (size_t i = 0; k && i < KEPT; i++)
        buf_done(&k->facets[i].text);
    free(k);
}

static enum rc fact_facets(struct req *r, const char *key, const char *field, const char *member, struct err *e)
{
    struct json_out *o = &r->json;
    struct facet    *facets;
    size_t           n;

    TRY(stats_facts(r->db, r->a, r->account, str_of(field), FACETS, &facets, &n, e));
    json_out_open(o, str_of(key), '[');
    for (size_t i = 0; i < n; i++) {
        struct str name = place_country_name(facets[i].value);
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, str_of(member), facets[i].value);
        json_out_text(o, S("name"),
                      name.n && str_is(S("country"), field) ? name : enrich_label(str_of(field), facets[i].value));
        json_out_i64(o, S("count"), facets[i].count);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    return RC_OK;
}

static enum rc company_facets(struct req *r, struct err *e)
{
    struct facet *facets;
    size_t        n;

    TRY(stats_companies(r->db, r->a, r->account, FACETS, &facets, &n, e));
    json_out_open(&r->json, S("companies"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_text(&r->json, S("name"), facets[i].value);
        json_out_i64(&r->json, S("count"), facets[i].count);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    return RC_OK;
}

static enum rc facet_members(struct req *r, struct err *e)
{
    TRY(fact_facets(r, "countries", "country", "code", e));
    TRY(company_facets(r, e));
    return fact_facets(r, "seniorities", "seniority", "value", e);
}

/* The members as text, ready to stand in the answer. */
static enum rc kept_facets(struct req *r, struct str *ret, struct err *e)
{
    struct facets *f = &r->api->stats->facets[(uint64_t)r->account % KEPT];
    int64_t        now_us = clock_mono_us();
    struct buf     out = r->out;

    if (f->account != r->account || now_us > f->until_us) {
        f->account = 0;
        buf_done(&f->text);
        r->out = buf_of(KEPT_BYTES_MAX);
        r->json = json_out_of(&r->out);
        enum rc rc = facet_members(r, e);
        f->text = r->out;
        r->out = out;
        r->json = json_out_of(&r->out);
        TRY(rc);
        int64_t took_us = clock_mono_us() - now_us;
        *f = (struct facets){ r->account, now_us + took_us * KEPT_FACTOR, f->text };
    }
    *ret = buf_str(&f->text);
    return RC_OK;
}

static void work_member(struct req *r, const struct stats *s)
{
    struct json_out *o = &r->json;

    json_out_open(o, S("work"), '{');
    json_out_i64(o, S("waiting"), s->waiting);
    json_out_i64(o, S("running"), s->running);
    json_out_close(o, '}');
}

/* For those who wait until all is done, and ask often. */
static enum rc only_work(struct req *r, struct err *e)
{
    struct stats s = { 0 };

    TRY(stats_work(r->db, r->account, &s, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    work_member(r, &s);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc stats_show(struct req *r, struct err *e)
{
    struct json_out *o = &r->json;
    struct stats     s;
    struct str       facets;

    if (str_is(req_query(r, "only"), "work"))
        return only_work(r, e);
    TRY(kept_facets(r, &facets, e));
    TRY(stats_get(r->db, r->a, r->account, &s, e));
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_i64(o, S("cards"), s.cards);
    json_out_i64(o, S("trash"), s.trash);
    json_out_i64(o, S("duplicates"), s.duplicates);
    json_out_i64(o, S("imports"), s.imports);
    json_out_open(o, S("sources"), '[');
    for (size_t i = 0; i < s.nsources; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("id"), s.sources[i].id);
        json_out_text(o, S("name"), s.sources[i].name);
        json_out_text(o, S("kind"), s.sources[i].kind);
        json_out_i64(o, S("count"), s.sources[i].records);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    buf_char(o->b, ',');
    buf_put(o->b, facets);
    work_member(r, &s);
    json_out_close(o, '}');
    return RC_OK;
}
