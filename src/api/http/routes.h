/* api/http/routes.h - the whole HTTP surface on one screen; openapi.json is held against it by tests/unit/u_routes.c. */
#pragma once
#include "api/http/api.h"

/* Who may: anybody; an account, by cookie or token; only a person at a browser; an operator, who may look with a token
 * too, but change only at a browser. */
enum need { NEED_NOBODY, NEED_USER, NEED_BROWSER, NEED_ADMIN };
/* What a call costs of the account's requests a minute (io/shared/limits.h); LOGIN: log-ins of that address instead. */
enum rate { RATE_FREE, RATE_READ, RATE_WRITE, RATE_HEAVY, RATE_LOGIN };
/* UPLOAD: run() is called before the body comes and says where it goes (http_body_sink); then() when it is there.
 * TINY, JSON and CARD are a JSON object of one of three sizes (body_limits): what anybody may send who is not known yet; commands
 * and lists of ids; a card or a patch of one.  413 names the limit that is passed. */
enum body { BODY_NONE, BODY_UPLOAD, BODY_TINY, BODY_JSON, BODY_CARD, BODY_KINDS };

struct route {
    const char *method, *path;
    enum need   need;
    enum rate   rate;
    enum body   body;
    handler    *run;
};
extern const struct route routes[];
extern const size_t       routes_n;

/* What a token must have of enum session_scope, any one of them; 0: no token will do.  It follows from need, method and path, so that a
 * new route is closed rather than open: looking is READ, imports are IMPORT (READ may look at them), operators' calls are OPERATOR,
 * everything else is WRITE; who it is and logging out are anybody's. */
int64_t route_scopes(const struct route *route);

/* What the body of a route may cost: bytes, members of any object in it, values in all. */
struct json_limits body_limits(enum body body);
static inline bool body_is_json(enum body body) { return body >= BODY_TINY; }

/* RC_NOT_FOUND: no such path; RC_INVALID: the path is there, but not for this method: ret_allow has those it has. */
enum rc route_find(struct arena *a, struct str method, struct str path, const struct route **ret,
                   struct str part[API_PARTS_MAX], struct str *ret_allow) must_use;
