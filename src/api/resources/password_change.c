/* A new password: the present one is asked for, every other session ends, tokens when that is asked for. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/own_password.h"
#include "api/resources/session_view.h"

static enum rc end_tokens(struct req *r, int64_t *ret_ended, size_t *ret_left, struct err *e)
{
    struct session    *s;
    const struct json *asked = json_get(r->body, S("tokens"));

    *ret_ended = 0;
    if (asked && asked->type == JSON_TRUE)
        TRY(sessions_delete_others(r->db, r->account, r->user, SESSION_TOKEN, 0, ret_ended, e));
    return sessions_list(r->db, r->a, r->account, r->user, SESSION_TOKEN, &s, ret_left, e);
}

static enum rc change_hashed(struct req *r, struct err *e)
{
    int64_t sessions = 0, tokens;
    size_t  left;

    TRY(users_set_password(r->db, r->account, r->user, str_of(r->password.hash), e));
    TRY(sessions_delete_others(r->db, r->account, r->user, SESSION_BROWSER, r->session.id, &sessions, e));
    TRY(end_tokens(r, &tokens, &left, e));
    TRY(req_audit(r, AUDIT_PASSWORD_CHANGED, S(""), e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_i64(&r->json, S("sessions_ended"), sessions);
    json_out_i64(&r->json, S("tokens_ended"), tokens);
    json_out_i64(&r->json, S("tokens_left"), (int64_t)left);
    json_out_close(&r->json, '}');
    return RC_OK;
}

static enum rc change_proved(struct req *r, struct err *e)
{
    TRY(own_password_right(r, e));
    return req_ask_hash(r, json_get_text(r->body, S("new")), change_hashed, e);
}

enum rc account_password(struct req *r, struct err *e)
{
    struct str  next;
    struct user u;

    TRY(users_get(r->db, r->a, r->account, r->user, &u, e));
    TRY(password_read(r, "new", u.email, &next, e));
    if (str_eq(next, json_get_text(r->body, S("password"))))
        return answer_invalid(r, "new", e, "this is the password you have: choose another");
    return own_password_ask(r, change_proved, e);
}
