/* The account: its name and settings, and its erasure in slices. */
#include <stdlib.h>
#include "api/http/auth.h"
#include "api/http/execute.h"
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/own_password.h"
#include "api/resources/session_view.h"
#include "base/rand.h"
#include "base/log.h"

enum { SETTINGS_BYTES_MAX = 16384, ERASE_ROWS = 500 };

enum rc account_change(struct req *r, struct err *e)
{
    const struct json *settings = json_get(r->body, S("settings"));
    struct account     account;
    struct str         name;
    struct buf         text = buf_of(SETTINGS_BYTES_MAX);

    TRY(req_text(r, "name", 0, 200, &name, e));
    if (settings && settings->type != JSON_OBJECT)
        return answer_invalid(r, "settings", e, "settings must be an object");
    if (settings)
        json_write(&text, settings);
    bool       full = buf_full(&text);
    struct str copy = str_copy(r->a, buf_str(&text));
    buf_done(&text);
    if (full)
        return answer_invalid(r, "settings", e, "settings are larger than %d bytes", SETTINGS_BYTES_MAX);
    TRY(accounts_change(r->db, r->account, name, copy, e));
    TRY(accounts_get(r->db, r->a, r->account, &account, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    account_members(r, &account);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* An erasure goes on when its client has gone: it belongs to the process, not to the request. */
struct erasure {
    struct api       *api;
    struct req       *r;
    int64_t           account;
    int               failures; /* of this slice: the database */
    struct loop_timer timer;
};

static void forget_request(struct req *r)
{
    struct erasure *x = r->own;
    if (x)
        x->r = NULL;
}

static void erase_slice(void *to)
{
    struct erasure *x = to;
    struct err      e = { 0 };
    bool            done = false;
    enum rc         rc = accounts_erase(x->api->db, x->account, ERASE_ROWS, &done, &e);

    if (rc == RC_UNAVAILABLE && execute_tries_again(&x->failures)) {
        loop_after(x->api->loop, &x->timer, execute_again_ms(x->api), erase_slice, x);
        return;
    }
    x->failures = 0;
    if (rc == RC_OK && !done) {
        loop_after(x->api->loop, &x->timer, 0, erase_slice, x);
        return;
    }
    if (rc == RC_OK)
        rc = blob_delete_account(x->api->blobs, x->account, &e);
    log_event(rc == RC_OK ? LOG_INFO : LOG_ERROR, "account.erased", KID("account", x->account), KZ("rc", rc_name(rc)));
    if (x->r) {
        x->r->own = NULL;
        x->r->status = rc == RC_OK ? 204 : 0;
        answer_later(x->r, rc, &e);
    }
    free(x);
}

static enum rc erase_verified(struct req *r, struct err *e)
{
    struct str gone = id_text(r->a, r->account);

    TRY(own_password_right(r, e));
    struct user nobody = { .id = r->user }; /* of account 0: the log of this one goes with it */
    TRY(req_audit_of(r, &nobody, AUDIT_ERASED, gone, e));
    struct erasure *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    *x = (struct erasure){ .api = r->api, .r = r, .account = r->account };
    r->own = x;
    r->own_done = forget_request;
    r->answered = true;
    auth_set_cookie(r, S(""), 0);
    loop_after(r->api->loop, &x->timer, 0, erase_slice, x);
    return RC_OK;
}

enum rc account_erase(struct req *r, struct err *e) { return own_password_ask(r, erase_verified, e); }
