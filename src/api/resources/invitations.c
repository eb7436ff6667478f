/* An operator invites somebody to sign up. */
#include "api/http/handlers.h"
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
