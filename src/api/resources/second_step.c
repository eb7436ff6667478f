/* The second step of logging in: tickets, and the code that goes with one. */
#include "api/resources/second_step.h"
#include <sodium.h>
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/resources/session_view.h"
#include "base/clock.h"
#include "base/rand.h"
#include "store/account/second_factor.h"

enum { MAC_HEX = 2 * SESSION_MAC_BYTES, TICKET_CHARS_MAX = 128 };

/* ---- the ticket: account.user.expires_ms.mac ---- */

static enum rc sign(struct req *r, const struct user *u, struct str claim, struct str *ret, struct err *e)
{
    char      *hex = arena_get(r->a, MAC_HEX + 1);
    struct str mac;

    TRY(sessions_mac(r->db, r->a,
                     str_fmt(r->a, "ticket " STR_FMT " " STR_FMT, STR_ARG(claim), STR_ARG(u->password_hash)), &mac, e));
    sodium_bin2hex(hex, MAC_HEX + 1, (const unsigned char *)mac.p, SESSION_MAC_BYTES);
    *ret = (struct str){ hex, MAC_HEX };
    return RC_OK;
}

static enum rc old_ticket(struct err *e)
{
    return err_set(e, RC_UNAUTHENTICATED, "this log-in took too long, or the password was changed: begin again");
}

static enum rc read_ticket(struct req *r, struct str ticket, struct user *ret, struct err *e)
{
    struct str rest = ticket, account_text, user_text, until_text, mac;
    int64_t    account, user, until;

    if (ticket.n > TICKET_CHARS_MAX || !str_next(&rest, '.', &account_text) || !str_next(&rest, '.', &user_text) ||
        !str_next(&rest, '.', &until_text) || rest.n != MAC_HEX || !id_parse(account_text, &account) ||
        !id_parse(user_text, &user) || !str_i64(until_text, 0, INT64_MAX, &until))
        return old_ticket(e);
    enum rc rc = users_get(r->db, r->a, account, user, ret, e);
    if (rc == RC_NOT_FOUND)
        return old_ticket(e);
    TRY(rc);
    TRY(sign(r, ret, str_head(ticket, ticket.n - MAC_HEX - 1), &mac, e));
    return sodium_memcmp(mac.p, rest.p, MAC_HEX) == 0 && until > clock_ms() ? RC_OK : old_ticket(e);
}

enum rc second_step_ask(struct req *r, const struct user *u, struct err *e)
{
    int64_t    until = clock_ms() + TICKET_S * 1000;
    struct str account = id_text(r->a, u->account), user = id_text(r->a, u->id), mac;
    struct str claim = str_fmt(r->a, STR_FMT "." STR_FMT ".%lld", STR_ARG(account), STR_ARG(user), (long long)until);

    TRY(sign(r, u, claim, &mac, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_bool(&r->json, S("second_factor"), true);
    json_out_text(&r->json, S("ticket"), str_join(r->a, claim, S("."), mac));
    json_out_time(&r->json, S("expires"), until);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- the code ---- */

/* What was wrong is said as a log-in that failed: 401, or 429 with the time to wait. */
static enum rc refuse_code(struct req *r, const struct user *u, enum rc rc, struct err *e)
{
    if (rc != RC_DENIED && rc != RC_THROTTLED)
        return rc;
    TRY(req_audit_of(r, u, AUDIT_CODE_FAILED, S(""), e));
    r->lasting = true;
    return rc == RC_DENIED ? RC_UNAUTHENTICATED : rc;
}

enum rc auth_code(struct req *r, struct err *e)
{
    struct str  ticket, code;
    struct user u;
    bool        recovery;

    TRY(req_text(r, "ticket", 1, TICKET_CHARS_MAX, &ticket, e));
    TRY(req_text(r, "code", 1, 40, &code, e));
    TRY(read_ticket(r, ticket, &u, e));
    enum rc rc = second_factor_check(r->db, r->a, u.account, u.id, code, &recovery, e);
    if (rc == RC_NOT_FOUND) /* switched off meanwhile */
        return old_ticket(e);
    if (rc != RC_OK)
        return refuse_code(r, &u, rc, e);
    return session_begin(r, &u, recovery ? AUDIT_RECOVERY_USED : AUDIT_LOGIN, e);
}
