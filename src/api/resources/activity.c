/* The audit log as JSON: a person's own, and for an operator the whole installation's. */
#include "api/http/handlers.h"
#include "api/resources/own_password.h"
#include "base/rand.h"
#include "contact/email.h"
#include "store/account/audit.h"

enum { PAGE_NORMAL = 50 };

struct page {
    struct audit *v;
    size_t        n;
    int64_t       before, limit;
};

static void write_entry(struct req *r, const struct audit *x, bool whose)
{
    struct json_out *o = &r->json;

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_id(o, S("id"), x->id);
    json_out_text(o, S("what"), str_of(audit_name(x->what)));
    json_out_text(o, S("detail"), x->detail);
    json_out_time(o, S("at"), id_ms(x->id));
    json_out_time(o, S("last"), x->last_ms);
    json_out_i64(o, S("times"), x->times);
    json_out_text(o, S("device"), x->device);
    json_out_text(o, S("address"), x->address);
    json_out_bool(o, S("by_server"), x->account && !x->user);
    if (whose)
        json_out_text(o, S("email"), x->email);
    json_out_close(o, '}');
}

static enum rc read_page(struct req *r, struct page *p, struct err *e)
{
    TRY(req_query_id(r, "cursor", &p->before, e));
    return req_query_i64(r, "limit", 1, AUDIT_PAGE_MAX, PAGE_NORMAL, &p->limit, e);
}

/* only: AUDIT_WHATS for all. */
static enum rc answer_page(struct req *r, const struct page *p, enum audit_what only, bool whose)
{
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].what != AUDIT_WHATS && (only == AUDIT_WHATS || p->v[i].what == only))
            write_entry(r, &p->v[i], whose);
    json_out_close(&r->json, ']');
    if ((int64_t)p->n == p->limit)
        json_out_id(&r->json, S("next"), p->v[p->n - 1].id);
    else
        json_out_raw(&r->json, S("next"), S("null"));
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc audit_show(struct req *r, struct err *e)
{
    struct page p;
    struct user u;

    TRY(own_user(r, &u, e));
    TRY(read_page(r, &p, e));
    TRY(audit_page(r->db, r->a, r->account, p.before, p.limit, &p.v, &p.n, e));
    return answer_page(r, &p, AUDIT_WHATS, false);
}

/* ---- operators ---- */

static enum rc page_of_person(struct req *r, struct str email, struct page *p, struct err *e)
{
    struct str  key;
    struct user u;
    enum rc     rc = email_key(r->a, email, &key, e);

    if (rc == RC_OK)
        rc = users_by_login(r->db, r->a, key, &u, e);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND || rc == RC_INVALID ? err_set(e, RC_NOT_FOUND, "nobody has this address here") : rc;
    TRY(audit_page(r->db, r->a, u.account, p->before, p->limit, &p->v, &p->n, e));
    for (size_t i = 0; i < p->n; i++)
        p->v[i].email = u.email;
    return RC_OK;
}

/* What is asked for is picked from the page that was read: a page may be short, or empty, and have a next one. */
enum rc admin_audit(struct req *r, struct err *e)
{
    struct str      email = req_query(r, "email"), what = req_query(r, "what");
    enum audit_what only = AUDIT_WHATS;
    struct page     p;

    TRY(read_page(r, &p, e));
    if (what.n && !audit_find(what, &only))
        return err_set(e, RC_MALFORMED, "what is none of the acts that are noted");
    if (what.n)
        p.limit = AUDIT_PAGE_MAX;
    if (email.n)
        TRY(page_of_person(r, email, &p, e));
    else
        TRY(audit_all(r->db, r->a, p.before, p.limit, &p.v, &p.n, e));
    return answer_page(r, &p, only, true);
}
