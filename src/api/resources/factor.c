/* The second factor of who is logged in: set up, confirmed, new recovery codes, switched off. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/own_password.h"
#include "base/rand.h"
#include "io/totp.h"
#include "store/account/second_factor.h"

enum { CODE_CHARS_MAX = 40 };

enum rc factor_show(struct req *r, struct err *e)
{
    struct second_factor f = { 0 };
    struct user          u;
    int64_t              codes;

    TRY(own_user(r, &u, e));
    enum rc rc = second_factor_get(r->db, r->a, r->account, r->user, &f, e);
    if (rc != RC_NOT_FOUND)
        TRY(rc);
    TRY(second_factor_codes_left(r->db, r->account, r->user, &codes, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_bool(&r->json, S("on"), f.on_ms != 0);
    json_out_time(&r->json, S("since"), f.on_ms);
    json_out_i64(&r->json, S("recovery_codes"), codes);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- set up ---- */

static enum rc begin_proved(struct req *r, struct err *e)
{
    char        bytes[TOTP_SECRET_BYTES];
    struct str  secret = { bytes, sizeof bytes };
    struct user u;

    TRY(own_password_right(r, e));
    TRY(own_user(r, &u, e));
    rand_bytes(bytes, sizeof bytes);
    TRY(second_factor_begin(r->db, r->account, r->user, secret, e));
    r->status = 201;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_text(&r->json, S("secret"), totp_text(r->a, secret));
    json_out_text(&r->json, S("uri"), totp_uri(r->a, secret, u.email));
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc factor_begin(struct req *r, struct err *e) { return own_password_ask(r, begin_proved, e); }

/* The member "code"; a try that was refused is counted and noted. */
static enum rc check_code(struct req *r, struct err *e)
{
    struct str code;
    bool       recovery;

    TRY(req_text(r, "code", 1, CODE_CHARS_MAX, &code, e));
    enum rc rc = second_factor_check(r->db, r->a, r->account, r->user, code, &recovery, e);
    if (rc != RC_DENIED && rc != RC_THROTTLED)
        return rc;
    TRY(req_audit(r, AUDIT_CODE_FAILED, S("in settings"), e));
    r->lasting = true;
    return rc;
}

static enum rc answer_codes(struct req *r, struct err *e)
{
    struct str code[RECOVERY_CODES];

    TRY(second_factor_codes(r->db, r->a, r->account, r->user, code, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("recovery_codes"), '[');
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        json_out_text(&r->json, JSON_ELEMENT, code[i]);
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc factor_confirm(struct req *r, struct err *e)
{
    struct user u;
    bool        on;

    TRY(own_user(r, &u, e));
    TRY(second_factor_is_on(r->db, r->a, r->account, r->user, &on, e));
    if (on)
        return err_set(e, RC_CONFLICT, "the second factor is on already");
    TRY(check_code(r, e));
    TRY(second_factor_turn_on(r->db, r->account, r->user, e));
    TRY(req_audit(r, AUDIT_FACTOR_ON, S(""), e));
    return answer_codes(r, e);
}

/* ---- once it is on: password and code ---- */

static enum rc codes_proved(struct req *r, struct err *e)
{
    bool on;

    TRY(own_password_right(r, e));
    TRY(second_factor_is_on(r->db, r->a, r->account, r->user, &on, e));
    if (!on)
        return err_set(e, RC_NOT_FOUND, "there is no second factor: set one up first");
    TRY(check_code(r, e));
    TRY(req_audit(r, AUDIT_CODES_MADE, S(""), e));
    return answer_codes(r, e);
}

enum rc factor_codes(struct req *r, struct err *e) { return own_password_ask(r, codes_proved, e); }

static enum rc off_proved(struct req *r, struct err *e)
{
    TRY(own_password_right(r, e));
    TRY(check_code(r, e));
    TRY(second_factor_off(r->db, r->account, r->user, e));
    TRY(req_audit(r, AUDIT_FACTOR_OFF, S(""), e));
    return answer_empty(r);
}

enum rc factor_off(struct req *r, struct err *e) { return own_password_ask(r, off_proved, e); }
