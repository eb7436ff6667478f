/* What an operator does to the queue: reads what was given up, holds an account's work back, opens a service that was closed. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/account/accounts.h"
#include "store/installation/kinds.h"
#include "store/installation/queue.h"
#include "store/installation/services.h"

enum { DEAD_SHOWN = 200, DEAD_NORMAL = 50 };

/* 0: all kinds. */
static enum rc kind_number(struct req *r, struct str name, int64_t *ret, struct err *e)
{
    struct kind_row *list;
    size_t           n;

    *ret = 0;
    if (!name.n)
        return RC_OK;
    TRY(kinds_list(r->db, r->a, &list, &n, e));
    for (size_t i = 0; i < n && !*ret; i++)
        *ret = str_eq(list[i].name, name) ? (int64_t)list[i].kind : 0;
    return *ret ? RC_OK : err_set(e, RC_NOT_FOUND, "no such kind of work");
}

static void write_dead(struct json_out *o, int64_t account, const struct dead_job *d)
{
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_id(o, S("account"), account);
    json_out_text(o, S("kind"), str_of(job_kind_name[d->kind]));
    json_out_id(o, S("subject"), d->subject);
    json_out_i64(o, S("attempts"), d->attempt);
    json_out_time(o, S("at"), d->at_ms);
    json_out_text(o, S("last_words"), d->why);
    json_out_close(o, '}');
}

/* Account by account, the latest of each first, up to the limit. */
enum rc admin_dead(struct req *r, struct err *e)
{
    int64_t kind, limit, account = 0;
    enum rc rc;

    TRY(kind_number(r, req_query(r, "kind"), &kind, e));
    TRY(req_query_i64(r, "limit", 1, DEAD_SHOWN, DEAD_NORMAL, &limit, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    while (limit > 0 && (rc = queue_next_dead(r->db, account, &account, e)) != RC_NOT_FOUND) {
        struct dead_job *d;
        size_t           n;
        TRY(rc);
        TRY(jobs_dead(r->db, r->a, account, kind, (int)limit, &d, &n, e));
        for (size_t i = 0; i < n; i++)
            if (d[i].kind > 0 && d[i].kind < KINDS_END)
                write_dead(&r->json, account, &d[i]);
        limit -= (int64_t)n;
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc admin_pause(struct req *r, struct err *e)
{
    struct json   *paused = json_get(r->body, S("paused"));
    struct str     name = S("");
    struct account account;
    int64_t        id, kind;
    bool           on = paused && paused->type == JSON_TRUE;

    TRY(req_body_id(r, "account", &id, e));
    TRY(req_text(r, "kind", 0, 40, &name, e));
    if (!paused || (!on && paused->type != JSON_FALSE))
        return answer_invalid(r, "paused", e, "paused must be true or false");
    TRY(accounts_get(r->db, r->a, id, &account, e));
    TRY(kind_number(r, name, &kind, e));
    TRY(on ? queue_pause(r->db, id, kind, e) : queue_resume(r->db, id, kind, e));
    log_event(LOG_INFO, "admin.pause", KID("of", id), KS("kind", name), KI("paused", on), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, on ? S("an account's work held back") : S("an account's work let go on"), e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("account"), id);
    json_out_bool(&r->json, S("paused"), on);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc admin_open(struct req *r, struct err *e)
{
    TRY(services_open(r->db, r->part[0], e));
    log_event(LOG_INFO, "admin.open", KS("service", r->part[0]), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, str_join(r->a, S("opened service"), S(" "), r->part[0]), e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_text(&r->json, S("service"), r->part[0]);
    json_out_close(&r->json, '}');
    return RC_OK;
}
