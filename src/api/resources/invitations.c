/* An operator invites somebody to sign up, sees who was invited, and takes it back. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "contact/email.h"
#include "store/installation/invitations.h"

enum rc admin_invite(struct req *r, struct err *e)
{
    struct str        email, key, url = r->api->rules.url;
    struct invitation made;
    struct err        why = { 0 };

    TRY(req_text(r, "email", 3, EMAIL_MAX, &email, e));
    if (email_sign_up_key(r->a, email, &key, &why) != RC_OK)
        return answer_invalid(r, "email", e, "%s", why.text);
    TRY(invitations_create(r->db, r->a, key, &made, e));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, S("somebody invited"), e));
    r->status = 201;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_text(&r->json, S("email"), email);
    json_out_text(&r->json, S("invitation"), made.code);
    json_out_text(&r->json, S("link"),
                  str_fmt(r->a, STR_FMT "/#invitation=" STR_FMT, STR_ARG(url), STR_ARG(made.code)));
    json_out_time(&r->json, S("expires"), made.expires_ms);
    json_out_close(&r->json, '}');
    return RC_OK;
}

static struct str sign_up_word(const struct req *r)
{
    static const char *const words[] = {
        [CONF_SIGN_UP_OPEN] = "open", [CONF_SIGN_UP_INVITATION] = "invitation", [CONF_SIGN_UP_CLOSED] = "closed"
    };
    return str_of(words[r->api->conf->sign_up]);
}

enum rc admin_invited(struct req *r, struct err *e)
{
    struct json_out *o = &r->json;
    struct invited  *list;
    size_t           n;

    TRY(invitations_list(r->db, r->a, &list, &n, e));
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("sign_up"), sign_up_word(r));
    json_out_open(o, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("email"), list[i].email_key);
        json_out_time(o, S("created"), list[i].created_ms);
        json_out_time(o, S("expires"), list[i].expires_ms);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    json_out_close(o, '}');
    return RC_OK;
}

/* One that is not there is no error: the address can sign up no more. */
enum rc admin_uninvite(struct req *r, struct err *e)
{
    struct str key;
    struct err why = { 0 };

    if (email_sign_up_key(r->a, req_query(r, "email"), &key, &why) != RC_OK)
        return answer_invalid(r, "email", e, "%s", why.text);
    TRY(invitations_end(r->db, key, e));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, S("invitation withdrawn"), e));
    return answer_empty(r);
}
