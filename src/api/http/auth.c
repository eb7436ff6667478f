/* Finds out who asks (session cookie, bearer token), what they may do, and how often. */
#include "api/http/auth.h"
#include <sodium.h>
#include "api/http/origin.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "io/shared/limits.h"

/* Over https no other site of the same domain can set a cookie of this name (RFC 6265bis, 4.1.3.2). */
struct str auth_cookie_name(const struct req *r)
{
    return r->caller.is_https ? S("__Host-kith_session") : S("kith_session");
}

void auth_set_cookie(struct req *r, struct str secret, int64_t age_s)
{
    struct str name = auth_cookie_name(r);

    answer_field(r, "Set-Cookie",
                 str_fmt(r->a, STR_FMT "=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", STR_ARG(name),
                         STR_ARG(secret), (long long)age_s, r->caller.is_https ? "; Secure" : ""));
}

uint64_t auth_address_key(const struct req *r, uint64_t seed)
{
    struct address site = address_site(&r->caller.from);
    return hash64((struct str){ (const char *)site.byte, sizeof site.byte }, seed);
}

/* Where the session is used now; a token's first use is worth a word. */
static enum rc saw(struct req *r, struct err *e)
{
    auto_rollback  own = { 0 };
    struct session at = { .kind = r->session.kind };
    bool           first;

    if (clock_ms() - r->session.seen_ms < SESSION_SEEN_MS)
        return RC_OK;
    origin_of(r, &at);
    TRY(sql_join(r->db, &own, e));
    TRY(sessions_seen(r->db, &r->session, &at, &first, e));
    if (first)
        TRY(req_audit(r, AUDIT_TOKEN_USED, r->session.name, e));
    return sql_leave(&own, e);
}

enum rc auth_who(struct req *r, struct err *e)
{
    struct str bearer = http_header(r->http, "Authorization"), secret = { 0 };

    if (bearer.n > 7 && str_ieq(str_head(bearer, 7), S("Bearer ")))
        secret = str_trim(str_from(bearer, 7));
    else if (bearer.n)
        return err_set(e, RC_UNAUTHENTICATED, "Authorization must be a bearer token");
    if (!secret.n) {
        secret = cookie_get(http_header(r->http, "Cookie"), auth_cookie_name(r));
        r->by_cookie = secret.n > 0;
    }
    if (!secret.n)
        return RC_OK;
    enum rc rc = sessions_find(r->db, r->a, secret, &r->session, e);
    if (rc == RC_UNAUTHENTICATED && r->by_cookie) {
        r->by_cookie = false;
        return RC_OK;
    }
    TRY(rc);
    if (r->by_cookie != (r->session.kind == SESSION_BROWSER))
        return err_set(e, RC_UNAUTHENTICATED, "a browser session belongs in the cookie, a token in Authorization");
    r->account = r->session.account;
    r->user = r->session.user;
    struct err seen = { 0 };
    rc = saw(r, &seen);
    if (rc != RC_OK) /* busy: the next request will say it */
        log_event(rc == RC_UNAVAILABLE ? LOG_DEBUG : LOG_WARN, "session.seen",
                  KZ("why", seen.text)); /* no reason to turn anybody away */
    return RC_OK;
}

static bool same_text(struct str a, struct str b) { return a.n == b.n && a.n && sodium_memcmp(a.p, b.p, a.n) == 0; }

static bool has_scope(const struct req *r, int64_t any) { return r->by_cookie || (r->session.scope & any); }

bool auth_has_admin(struct req *r)
{
    struct user u;
    struct err  e = { 0 };

    return auth_who(r, &e) == RC_OK && r->account && has_scope(r, SCOPE_OPERATOR) &&
           users_get(r->db, r->a, r->account, r->user, &u, &e) == RC_OK && auth_is_admin(r, &u);
}

bool auth_is_admin(const struct req *r, const struct user *u)
{
    return u->admin == ADMIN_YES || (u->admin == ADMIN_LOCAL && r->caller.is_here);
}

static enum rc must_be_admin(struct req *r, bool writes, struct err *e)
{
    struct user u;

    TRY(users_get(r->db, r->a, r->account, r->user, &u, e));
    if (!auth_is_admin(r, &u))
        return err_set(e, RC_DENIED, "this is for operators: `kith account admin EMAIL` makes one");
    if (writes && !r->by_cookie)
        return err_set(e, RC_DENIED, "a token may look, but not change the fleet: log in with a browser");
    return RC_OK;
}

enum rc auth_may(struct req *r, struct err *e)
{
    bool writes = !str_is(http_method(r->http), "GET") && !str_is(http_method(r->http), "HEAD");

    if (writes && str_ieq(http_header(r->http, "Sec-Fetch-Site"), S("cross-site")))
        return err_set(e, RC_DENIED, "this request comes from another site");
    if (r->route->need == NEED_NOBODY)
        return RC_OK;
    if (!r->account)
        return err_set(e, RC_UNAUTHENTICATED, "log in, or send a token");
    if (writes && r->by_cookie && !same_text(http_header(r->http, "X-CSRF-Token"), r->session.csrf))
        return err_set(e, RC_DENIED, "X-CSRF-Token is missing or not that of this session");
    if (r->route->need == NEED_BROWSER && !r->by_cookie)
        return err_set(e, RC_DENIED, "a token may not do this: log in with a browser");
    if (!has_scope(r, route_scopes(r->route)))
        return err_set(e, RC_DENIED, "this token has no right to do this: make one with the scope it needs");
    return r->route->need == NEED_ADMIN ? must_be_admin(r, writes, e) : RC_OK;
}

enum rc auth_rate(struct req *r, struct err *e)
{
    static const int64_t cost[] = {
        [RATE_FREE] = 0, [RATE_READ] = 1, [RATE_WRITE] = 1, [RATE_HEAVY] = 5, [RATE_LOGIN] = 1
    };
    const struct conf *conf = r->api->conf;
    bool               login = r->route->rate == RATE_LOGIN;
    struct limit_state s;

    if (!cost[r->route->rate])
        return RC_OK;
    /* Many people share an address: it may try ten times as often as one of them. */
    uint64_t     key = login ? auth_address_key(r, 2) : hash64_mix((uint64_t)r->account, 3);
    struct limit per = { login ? conf->login_per_minute * 10 : conf->requests_per_minute, 60 };
    bool         ok = limits_take(r->api->shared->limits, key, per, cost[r->route->rate], clock_mono_us(), &s);
    answer_field(r, "RateLimit-Limit", str_fmt(r->a, "%lld", (long long)s.limit));
    answer_field(r, "RateLimit-Remaining", str_fmt(r->a, "%lld", (long long)s.remaining));
    answer_field(r, "RateLimit-Reset", str_fmt(r->a, "%lld", (long long)s.reset_s));
    if (ok)
        return RC_OK;
    e->retry_after_s = (int)s.retry_s;
    return err_set(e, RC_THROTTLED, "too many requests: try again in %lld s", (long long)s.retry_s);
}
