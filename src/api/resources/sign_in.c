/* Sign-up, log-in, log-out, the session, and the demo account. */
#include "api/http/auth.h"
#include "api/http/guesses.h"
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/second_step.h"
#include "api/resources/session_view.h"
#include "base/clock.h"
#include "contact/email.h"
#include "store/account/accounts.h"
#include "store/installation/invitations.h"
#include "store/installation/settings.h"
#include "store/account/second_factor.h"
#include "store/account/users.h"

enum { COOKIE_DAYS = SESSION_BROWSER_DAYS };
enum { EMAIL, EMAIL_KEY, NAME }; /* of r->memo, while the password is hashed */
static const char SAME_TEXT[] = "this e-mail and password do not belong together";

/* ---- the session ---- */

void session_write(struct req *r, const struct user *u, const struct account *account, struct str csrf)
{
    struct json_out *o = &r->json;

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_open(o, S("user"), '{');
    json_out_id(o, S("id"), u->id);
    json_out_text(o, S("email"), u->email);
    json_out_text(o, S("name"), u->name);
    json_out_bool(o, S("admin"), auth_is_admin(r, u));
    json_out_close(o, '}');
    json_out_open(o, S("account"), '{');
    account_members(r, account);
    json_out_close(o, '}');
    json_out_text(o, S("csrf"), csrf);
    json_out_close(o, '}');
}

void account_members(struct req *r, const struct account *account)
{
    json_out_id(&r->json, S("id"), account->id);
    json_out_text(&r->json, S("name"), account->name);
    json_out_raw(&r->json, S("settings"), account->settings_json.n ? account->settings_json : S("{}"));
}

/* Noted, and the browser is known from now on.  Not for the demo, which everybody enters. */
static enum rc welcome(struct req *r, const struct user *u, enum audit_what what, struct err *e)
{
    struct str key;

    TRY(sessions_trim(r->db, u->account, u->id, e));
    TRY(req_audit_of(r, u, what, S(""), e));
    TRY(email_key(r->a, u->email, &key, e));
    return guess_was_right(r, key, e);
}

enum rc session_begin(struct req *r, const struct user *u, enum audit_what what, struct err *e)
{
    int64_t        age_s = (int64_t)COOKIE_DAYS * 86400;
    struct session s = { .account = u->account,
                         .user = u->id,
                         .kind = SESSION_BROWSER,
                         .scope = SCOPE_ALL,
                         .expires_ms = clock_ms() + age_s * 1000 };
    struct account account;
    struct str     secret;

    origin_of(r, &s);
    TRY(sessions_create(r->db, r->a, &s, &s, &secret, e));
    TRY(accounts_get(r->db, r->a, u->account, &account, e));
    r->account = u->account;
    auth_set_cookie(r, secret, age_s);
    if (what != AUDIT_WHATS)
        TRY(welcome(r, u, what, e));
    session_write(r, u, &account, s.csrf);
    api_count(r, r->status == 201 ? TALLY_SIGNUPS : TALLY_LOGINS, 1);
    return RC_OK;
}

/* ---- signing up ---- */

enum rc password_read(struct req *r, const char *member, struct str email, struct str *ret, struct err *e)
{
    *ret = json_get_text(r->body, str_of(member));
    const char *fault = password_fault(*ret, email);
    return fault ? answer_invalid(r, member, e, "%s", fault) : RC_OK;
}

static enum rc read_email(struct req *r, struct err *e)
{
    struct err why = { 0 };

    TRY(req_text(r, "email", 3, EMAIL_MAX, &r->memo[EMAIL], e));
    if (email_sign_up_key(r->a, r->memo[EMAIL], &r->memo[EMAIL_KEY], &why) != RC_OK)
        return answer_invalid(r, "email", e, "%s", why.text);
    return RC_OK;
}

/* Does the house take this person? */
static enum rc must_be_asked_in(struct req *r, struct err *e)
{
    struct str code;

    if (r->api->conf->sign_up == CONF_SIGN_UP_CLOSED)
        return answer_refuse(r, 403, "SIGN_UP_CLOSED", e,
                             "nobody can sign up here: the operator makes accounts (kith account add)");
    if (r->api->conf->sign_up == CONF_SIGN_UP_OPEN)
        return RC_OK;
    TRY(req_text(r, "invitation", 0, INVITATION_CHARS, &code, e));
    enum rc rc = invitations_check(r->db, r->a, r->memo[EMAIL_KEY], code, e);
    if (rc != RC_DENIED)
        return rc;
    r->code = S("INVITATION_NEEDED");
    return rc;
}

static enum rc signup_hashed(struct req *r, struct err *e)
{
    struct signup s = { .email = r->memo[EMAIL],
                        .email_key = r->memo[EMAIL_KEY],
                        .name = r->memo[NAME],
                        .password_hash = str_of(r->password.hash),
                        .account_name = r->memo[NAME].n ? r->memo[NAME] : r->memo[EMAIL],
                        .settings_json = S("{}"),
                        .by_strangers_name = !r->caller.knows_us };
    struct user   u;

    TRY(must_be_asked_in(r, e)); /* once more: the same invitation may have been used meanwhile */
    enum rc rc = users_sign_up(r->db, r->a, &s, &u, e);
    if (rc == RC_CONFLICT)
        return err_set(e, RC_CONFLICT, "there is an account with this e-mail already");
    TRY(rc);
    TRY(invitations_end(r->db, r->memo[EMAIL_KEY], e));
    r->status = 201;
    return session_begin(r, &u, AUDIT_SIGNED_UP, e);
}

enum rc auth_signup(struct req *r, struct err *e)
{
    struct str  password;
    struct user u;

    TRY(read_email(r, e));
    TRY(must_be_asked_in(r, e));
    TRY(password_read(r, "password", r->memo[EMAIL_KEY], &password, e));
    TRY(req_text(r, "name", 0, 200, &r->memo[NAME], e));
    enum rc rc = users_by_login(r->db, r->a, r->memo[EMAIL_KEY], &u, e);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, "there is an account with this e-mail already");
    if (rc != RC_NOT_FOUND)
        return rc;
    return req_ask_hash(r, password, signup_hashed, e);
}

/* ---- logging in ---- */

/* The password was right: who has a second factor is asked for it, the others are in. */
static enum rc let_in(struct req *r, const struct user *u, struct err *e)
{
    bool on;

    TRY(second_factor_is_on(r->db, r->a, u->account, u->id, &on, e));
    return on ? second_step_ask(r, u, e) : session_begin(r, u, AUDIT_LOGIN, e);
}

/* Noted where it belongs; an address that nobody has in the log of the installation, so that both cost the same. */
static enum rc login_refused(struct req *r, const struct user *u, struct err *e)
{
    TRY(req_audit_of(r, u, AUDIT_LOGIN_FAILED, S(""), e));
    r->lasting = true;
    guess_was_wrong(r);
    return err_set(e, RC_UNAUTHENTICATED, SAME_TEXT);
}

static enum rc login_rehashed(struct req *r, struct err *e)
{
    struct user u;

    TRY(users_by_login(r->db, r->a, r->memo[EMAIL_KEY], &u, e));
    TRY(users_set_password(r->db, u.account, u.id, str_of(r->password.hash), e));
    return let_in(r, &u, e);
}

static enum rc login_verified(struct req *r, struct err *e)
{
    struct user u;

    TRY(users_by_login(r->db, r->a, r->memo[EMAIL_KEY], &u, e));
    if (!r->password.same)
        return login_refused(r, &u, e);
    if (r->password.old)
        return req_ask_hash(r, json_get_text(r->body, S("password")), login_rehashed, e);
    return let_in(r, &u, e);
}

static enum rc login_unknown(struct req *r, struct err *e)
{
    struct user nobody = { 0 };
    return login_refused(r, &nobody, e);
}

enum rc auth_login(struct req *r, struct err *e)
{
    struct str  password = json_get_text(r->body, S("password")), text;
    struct user u;

    TRY(req_text(r, "email", 1, EMAIL_MAX, &text, e));
    if (email_login_key(r->a, text, &r->memo[EMAIL_KEY], e) != RC_OK)
        r->memo[EMAIL_KEY] = text; /* nobody's, and answered like everybody else's */
    TRY(guess_take(r, r->memo[EMAIL_KEY], e));
    if (!password.n || password.n > PASSWORD_BYTES_MAX)
        password = S("no password is this one");
    enum rc rc = users_by_login(r->db, r->a, r->memo[EMAIL_KEY], &u, e);
    if (rc == RC_OK && u.password_hash.n)
        return req_ask_verify(r, password, u.password_hash, login_verified, e);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    /* Hashing costs what verifying costs: the time tells nothing either. */
    return req_ask_hash(r, password, login_unknown, e);
}

enum rc auth_logout(struct req *r, struct err *e)
{
    TRY(sessions_delete(r->db, r->account, r->user, r->session.kind, r->session.id, e));
    TRY(r->by_cookie ? req_audit(r, AUDIT_LOGOUT, S(""), e) : req_audit(r, AUDIT_TOKEN_ENDED, r->session.name, e));
    auth_set_cookie(r, S(""), 0);
    return answer_empty(r);
}

enum rc auth_session(struct req *r, struct err *e)
{
    struct user    u;
    struct account account;

    TRY(users_get(r->db, r->a, r->account, r->user, &u, e));
    TRY(accounts_get(r->db, r->a, r->account, &account, e));
    session_write(r, &u, &account, r->session.csrf);
    return RC_OK;
}

enum rc auth_demo(struct req *r, struct err *e)
{
    struct str  login;
    struct user u;

    enum rc rc = settings_get(r->db, r->a, S("demo_login"), &login, e);
    if (rc == RC_NOT_FOUND || !r->api->conf->demo)
        return err_set(e, RC_NOT_FOUND, "there is no demo here");
    TRY(rc);
    TRY(users_by_login(r->db, r->a, login, &u, e));
    return session_begin(r, &u, AUDIT_WHATS, e);
}

enum rc auth_welcome(struct req *r, struct err *e)
{
    static const char *const words[] = {
        [CONF_SIGN_UP_OPEN] = "open", [CONF_SIGN_UP_INVITATION] = "invitation", [CONF_SIGN_UP_CLOSED] = "closed"
    };
    (void)e;
    answer_field(r, "Cache-Control", S("no-store"));
    return answer_bytes(r, 200, S("application/json"),
                        str_fmt(r->a, "{\"sign_up\":\"%s\",\"demo\":%s,\"password_bytes_min\":%d}",
                                words[r->api->conf->sign_up], r->api->conf->demo ? "true" : "false",
                                PASSWORD_BYTES_MIN));
}
