/* api/http/auth.h - who is asking. */
#pragma once
#include "api/http/routes.h"
#include "store/account/users.h"

/* Sets r->session, account and user from the cookie or the bearer token; nobody is fine.  A token that is none of ours is
 * RC_UNAUTHENTICATED, a cookie that has expired is nobody. */
enum rc auth_who(struct req *r, struct err *e) must_use;
/* Is this user an operator, asking from where they ask? */
bool auth_is_admin(const struct req *r, const struct user *u);
bool auth_has_admin(struct req *r); /* the request carries an operator's token or session */
/* The session's cookie: __Host-kith_session over https, kith_session otherwise; age_s 0 takes it away. */
struct str auth_cookie_name(const struct req *r);
void       auth_set_cookie(struct req *r, struct str secret, int64_t age_s);
uint64_t   auth_address_key(const struct req *r, uint64_t seed); /* for limits: of the client's address, IPv6 by /64 */
/* May they?  RC_UNAUTHENTICATED; RC_DENIED without the CSRF token, from another site, with a token where only a browser
 * session will do, or without the right of an operator. */
enum rc auth_may(struct req *r, struct err *e) must_use;
/* The call's cost is taken from the account's (or address's) minute; RC_THROTTLED with retry_after_s. */
enum rc auth_rate(struct req *r, struct err *e) must_use;
