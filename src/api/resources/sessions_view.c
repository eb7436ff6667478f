/* The browser sessions of who is logged in: listed with device, place and last use; one ended, or all others. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/own_password.h"

static void write_session(struct req *r, const struct session *s)
{
    struct json_out *o = &r->json;

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_id(o, S("id"), s->id);
    json_out_bool(o, S("current"), s->id == r->session.id);
    json_out_text(o, S("device"), s->device);
    json_out_text(o, S("address"), s->address);
    json_out_time(o, S("created"), s->created_ms);
    json_out_time(o, S("seen"), s->seen_ms);
    json_out_time(o, S("expires"), s->idle_until_ms ? i64_min(s->expires_ms, s->idle_until_ms) : s->expires_ms);
    json_out_close(o, '}');
}

enum rc sessions_show(struct req *r, struct err *e)
{
    struct session *s;
    struct user     u;
    size_t          n;

    TRY(own_user(r, &u, e));
    TRY(sessions_list(r->db, r->a, r->account, r->user, SESSION_BROWSER, &s, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++)
        write_session(r, &s[i]);
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc sessions_end(struct req *r, struct err *e)
{
    struct user u;
    int64_t     id;

    TRY(req_id(r, 0, &id, e));
    TRY(own_user(r, &u, e));
    TRY(sessions_delete(r->db, r->account, r->user, SESSION_BROWSER, id, e));
    TRY(req_audit(r, AUDIT_SESSION_ENDED, S("one"), e));
    return answer_empty(r);
}

enum rc sessions_end_others(struct req *r, struct err *e)
{
    struct user u;
    int64_t     ended = 0;

    TRY(own_user(r, &u, e));
    TRY(sessions_delete_others(r->db, r->account, r->user, SESSION_BROWSER, r->session.id, &ended, e));
    TRY(req_audit(r, AUDIT_SESSION_ENDED, S("all others"), e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_i64(&r->json, S("ended"), ended);
    json_out_close(&r->json, '}');
    return RC_OK;
}
