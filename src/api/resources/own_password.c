/* Asks who is logged in for their password before an act that cannot be taken back. */
#include "api/resources/own_password.h"
#include "api/http/origin.h"

enum rc own_user(struct req *r, struct user *ret, struct err *e)
{
    TRY(users_get(r->db, r->a, r->account, r->user, ret, e));
    if (!ret->password_hash.n)
        return err_set(e, RC_DENIED,
                       "this account is open to everybody and has no password: sign up for one of your own");
    return RC_OK;
}

enum rc own_password_ask(struct req *r, handler *then, struct err *e)
{
    struct str  password = json_get_text(r->body, S("password"));
    struct user u;

    if (!password.n || password.n > PASSWORD_BYTES_MAX)
        return answer_invalid(r, "password", e, "your present password is needed for this");
    TRY(own_user(r, &u, e));
    return req_ask_verify(r, password, u.password_hash, then, e);
}

enum rc own_password_right(struct req *r, struct err *e)
{
    if (r->password.same)
        return RC_OK;
    TRY(req_audit(r, AUDIT_LOGIN_FAILED, S("in settings"), e));
    r->lasting = true;
    return err_set(e, RC_DENIED, "this is not the password of this account");
}
