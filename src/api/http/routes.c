/* The table of all routes, and the search in it. */
#include "api/http/routes.h"
#include "api/http/handlers.h"
#include "contact/diff.h"

#define V1 "/api/v1"

/* clang-format off */
const struct route routes[] = {
    { "POST",   V1 "/signup",                       NEED_NOBODY,  RATE_LOGIN, BODY_TINY,   auth_signup },
    { "POST",   V1 "/login",                        NEED_NOBODY,  RATE_LOGIN, BODY_TINY,   auth_login },
    { "POST",   V1 "/login/code",                   NEED_NOBODY,  RATE_LOGIN, BODY_TINY,   auth_code },
    { "POST",   V1 "/demo",                         NEED_NOBODY,  RATE_LOGIN, BODY_TINY,   auth_demo },
    { "GET",    V1 "/welcome",                      NEED_NOBODY,  RATE_FREE,  BODY_NONE,   auth_welcome },
    { "POST",   V1 "/logout",                       NEED_USER,    RATE_FREE,  BODY_TINY,   auth_logout },
    { "GET",    V1 "/session",                      NEED_USER,    RATE_READ,  BODY_NONE,   auth_session },
    { "PATCH",  V1 "/account",                      NEED_USER,    RATE_WRITE, BODY_JSON,   account_change },
    { "GET",    V1 "/usage",                        NEED_USER,    RATE_READ,  BODY_NONE,   usage_show },
    { "DELETE", V1 "/account",                      NEED_BROWSER, RATE_WRITE, BODY_JSON,   account_erase },
    { "POST",   V1 "/account/password",             NEED_BROWSER, RATE_WRITE, BODY_JSON,   account_password },
    { "GET",    V1 "/account/second-factor",        NEED_BROWSER, RATE_READ,  BODY_NONE,   factor_show },
    { "POST",   V1 "/account/second-factor",        NEED_BROWSER, RATE_WRITE, BODY_JSON,   factor_begin },
    { "DELETE", V1 "/account/second-factor",        NEED_BROWSER, RATE_WRITE, BODY_JSON,   factor_off },
    { "POST",   V1 "/account/second-factor/confirm", NEED_BROWSER, RATE_WRITE, BODY_JSON,  factor_confirm },
    { "POST",   V1 "/account/second-factor/codes",  NEED_BROWSER, RATE_WRITE, BODY_JSON,   factor_codes },
    { "GET",    V1 "/account/sessions",             NEED_BROWSER, RATE_READ,  BODY_NONE,   sessions_show },
    { "DELETE", V1 "/account/sessions",             NEED_BROWSER, RATE_WRITE, BODY_NONE,   sessions_end_others },
    { "DELETE", V1 "/account/sessions/{id}",        NEED_BROWSER, RATE_WRITE, BODY_NONE,   sessions_end },
    { "GET",    V1 "/account/audit",                NEED_BROWSER, RATE_READ,  BODY_NONE,   audit_show },
    { "GET",    V1 "/tokens",                       NEED_BROWSER, RATE_READ,  BODY_NONE,   tokens_list },
    { "POST",   V1 "/tokens",                       NEED_BROWSER, RATE_WRITE, BODY_JSON,   tokens_create },
    { "DELETE", V1 "/tokens/{id}",                  NEED_BROWSER, RATE_WRITE, BODY_NONE,   tokens_delete },

    { "GET",    V1 "/cards",                        NEED_USER,    RATE_READ,  BODY_NONE,   cards_list },
    { "POST",   V1 "/cards",                        NEED_USER,    RATE_WRITE, BODY_CARD,   cards_create },
    { "POST",   V1 "/cards/bulk",                   NEED_USER,    RATE_HEAVY, BODY_JSON,   bulk_run },
    { "GET",    V1 "/cards/{id}",                   NEED_USER,    RATE_READ,  BODY_NONE,   cards_read },
    { "PATCH",  V1 "/cards/{id}",                   NEED_USER,    RATE_WRITE, BODY_CARD,   cards_change },
    { "DELETE", V1 "/cards/{id}",                   NEED_USER,    RATE_WRITE, BODY_NONE,   cards_delete },
    { "POST",   V1 "/cards/{id}/restore",           NEED_USER,    RATE_WRITE, BODY_JSON,   cards_restore },
    { "GET",    V1 "/cards/{id}/history",           NEED_USER,    RATE_READ,  BODY_NONE,   cards_history },
    { "GET",    V1 "/cards/{id}/photo",             NEED_USER,    RATE_FREE,  BODY_NONE,   cards_photo },
    { "GET",    V1 "/cards/{id}/original",          NEED_USER,    RATE_READ,  BODY_NONE,   cards_original },
    { "GET",    V1 "/cards/{id}/duplicates",        NEED_USER,    RATE_READ,  BODY_NONE,   cards_duplicates },
    { "POST",   V1 "/cards/{id}/facts/{n}/accept",  NEED_USER,    RATE_WRITE, BODY_JSON,   facts_accept_one },
    { "POST",   V1 "/cards/{id}/facts/{n}/reject",  NEED_USER,    RATE_WRITE, BODY_JSON,   facts_reject_one },
    { "POST",   V1 "/undo",                         NEED_USER,    RATE_HEAVY, BODY_JSON,   undo_run },
    { "POST",   V1 "/restore",                      NEED_USER,    RATE_HEAVY, BODY_JSON,   restore_run },

    { "GET",    V1 "/books",                        NEED_USER,    RATE_READ,  BODY_NONE,   books_show },
    { "POST",   V1 "/books",                        NEED_USER,    RATE_WRITE, BODY_JSON,   books_add },
    { "PATCH",  V1 "/books/{id}",                   NEED_USER,    RATE_WRITE, BODY_JSON,   books_change },
    { "DELETE", V1 "/books/{id}",                   NEED_USER,    RATE_HEAVY, BODY_NONE,   books_remove },
    { "GET",    V1 "/tags",                         NEED_USER,    RATE_READ,  BODY_NONE,   tags_show },
    { "GET",    V1 "/search",                       NEED_USER,    RATE_READ,  BODY_NONE,   search_run },
    { "GET",    V1 "/stats",                        NEED_USER,    RATE_READ,  BODY_NONE,   stats_show },

    { "GET",    V1 "/imports",                      NEED_USER,    RATE_READ,  BODY_NONE,   imports_show },
    { "POST",   V1 "/imports",                      NEED_USER,    RATE_HEAVY, BODY_UPLOAD, imports_upload },
    { "GET",    V1 "/imports/{id}",                 NEED_USER,    RATE_READ,  BODY_NONE,   imports_read },
    { "DELETE", V1 "/imports/{id}",                 NEED_USER,    RATE_WRITE, BODY_NONE,   imports_remove },
    { "POST",   V1 "/imports/{id}/commit",          NEED_USER,    RATE_HEAVY, BODY_JSON,   imports_commit },
    { "POST",   V1 "/imports/{id}/rescan",          NEED_USER,    RATE_HEAVY, BODY_JSON,   imports_rescan },
    { "POST",   V1 "/imports/{id}/undo",            NEED_USER,    RATE_HEAVY, BODY_JSON,   imports_undo },
    { "GET",    V1 "/imports/{id}/file",            NEED_USER,    RATE_READ,  BODY_NONE,   imports_file },

    { "GET",    V1 "/duplicates",                   NEED_USER,    RATE_READ,  BODY_NONE,   duplicates_list },
    { "POST",   V1 "/duplicates/merge-all",         NEED_USER,    RATE_HEAVY, BODY_JSON,   duplicates_merge_all },
    { "POST",   V1 "/duplicates/{id}/merge",        NEED_USER,    RATE_WRITE, BODY_JSON,   duplicates_merge },
    { "POST",   V1 "/duplicates/{id}/different",    NEED_USER,    RATE_WRITE, BODY_JSON,   duplicates_different },
    { "POST",   V1 "/duplicates/{id}/reopen",       NEED_USER,    RATE_WRITE, BODY_JSON,   duplicates_reopen },
    { "POST",   V1 "/merge",                        NEED_USER,    RATE_WRITE, BODY_JSON,   merge_run },
    { "GET",    V1 "/merges",                       NEED_USER,    RATE_READ,  BODY_NONE,   merges_show },
    { "POST",   V1 "/merges/{id}/undo",             NEED_USER,    RATE_WRITE, BODY_JSON,   merge_take_back },
    { "GET",    V1 "/facts",                        NEED_USER,    RATE_READ,  BODY_NONE,   facts_show },
    { "POST",   V1 "/facts/accept",                 NEED_USER,    RATE_WRITE, BODY_JSON,   facts_accept },
    { "POST",   V1 "/facts/reject",                 NEED_USER,    RATE_WRITE, BODY_JSON,   facts_reject },
    { "GET",    V1 "/export",                       NEED_USER,    RATE_HEAVY, BODY_NONE,   export_run },
    { "GET",    V1 "/events",                       NEED_USER,    RATE_READ,  BODY_NONE,   events_run },

    { "GET",    V1 "/admin/fleet",                  NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_fleet },
    { "GET",    V1 "/admin/history",                NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_history },
    { "GET",    V1 "/admin/log",                    NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_log },
    { "GET",    V1 "/admin/events",                 NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_events },
    { "GET",    V1 "/admin/audit",                  NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_audit },
    { "PATCH",  V1 "/admin/kinds/{kind}",           NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_kind },
    { "POST",   V1 "/admin/launch",                 NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_launch },
    { "POST",   V1 "/admin/land",                   NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_land },
    { "POST",   V1 "/admin/redrive",                NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_redrive },
    { "GET",    V1 "/admin/dead",                   NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_dead },
    { "POST",   V1 "/admin/pause",                  NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_pause },
    { "GET",    V1 "/admin/accounts",               NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_accounts },
    { "GET",    V1 "/admin/invitations",            NEED_ADMIN,   RATE_READ,  BODY_NONE,   admin_invited },
    { "POST",   V1 "/admin/invitations",            NEED_ADMIN,   RATE_WRITE, BODY_JSON,   admin_invite },
    { "DELETE", V1 "/admin/invitations",            NEED_ADMIN,   RATE_WRITE, BODY_NONE,   admin_uninvite },
    { "POST",   V1 "/admin/services/{service}/open", NEED_ADMIN,  RATE_WRITE, BODY_NONE,   admin_open },

    { "GET",    V1 "/openapi.json",                 NEED_NOBODY,  RATE_FREE,  BODY_NONE,   openapi_show },
    { "GET",    "/healthz",                         NEED_NOBODY,  RATE_FREE,  BODY_NONE,   health_live },
    { "GET",    "/readyz",                          NEED_NOBODY,  RATE_FREE,  BODY_NONE,   health_ready },
    { "GET",    "/metrics",                         NEED_NOBODY,  RATE_FREE,  BODY_NONE,   health_metrics },
    { "GET",    "/.well-known/security.txt",        NEED_NOBODY,  RATE_FREE,  BODY_NONE,   security_show },
    { "GET",    "/*",                               NEED_NOBODY,  RATE_FREE,  BODY_NONE,   web_show },
};
/* clang-format on */
const size_t routes_n = countof(routes);

int64_t route_scopes(const struct route *route)
{
    bool looks = str_is(str_of(route->method), "GET");

    if (route->need == NEED_NOBODY || route->run == auth_session || route->run == auth_logout)
        return SCOPE_ALL;
    if (route->need == NEED_BROWSER)
        return 0;
    if (route->need == NEED_ADMIN)
        return SCOPE_OPERATOR;
    if (str_starts(str_of(route->path), S(V1 "/imports")))
        return looks ? SCOPE_IMPORT | SCOPE_READ : SCOPE_IMPORT;
    return looks ? SCOPE_READ : SCOPE_WRITE;
}

struct json_limits body_limits(enum body body)
{
    static const struct {
        size_t bytes, members;
    } most[BODY_KINDS] = {
        [BODY_TINY] = { 8 << 10, 32 }, [BODY_JSON] = { 256 << 10, 1024 }, [BODY_CARD] = { API_BODY_MAX, DIFF_PATCH_MAX }
    };

    /* sixteen bytes a value: a text that is nothing but values of a few letters is no command and no card */
    return (
        struct json_limits){ .bytes = most[body].bytes, .members = most[body].members, .nodes = most[body].bytes / 16 };
}

static bool path_fits(struct str pattern, struct str path, struct str part[API_PARTS_MAX])
{
    struct str want, got;
    size_t     parts = 0;

    if (str_is(pattern, "/*"))
        return !str_starts(path, S("/api/"));
    while (str_next(&pattern, '/', &want)) {
        if (!str_next(&path, '/', &got))
            return false;
        if (want.n && want.p[0] == '{') {
            if (got.n == 0)
                return false;
            part[parts++] = got;
        } else if (!str_eq(want, got)) {
            return false;
        }
    }
    return !path.p;
}

enum rc route_find(struct arena *a, struct str method, struct str path, const struct route **ret,
                   struct str part[API_PARTS_MAX], struct str *ret_allow)
{
    if (str_is(method, "HEAD"))
        method = S("GET");
    *ret_allow = S("");
    for (size_t i = 0; i < routes_n; i++) {
        if (!path_fits(str_of(routes[i].path), path, part))
            continue;
        if (str_is(method, routes[i].method)) {
            *ret = &routes[i];
            return RC_OK;
        }
        *ret_allow = str_join(a, *ret_allow, S(", "), str_of(routes[i].method));
    }
    return ret_allow->n ? RC_INVALID : RC_NOT_FOUND;
}
