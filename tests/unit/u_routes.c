/* openapi.json and the table of routes say the same, in both directions; every reference in it leads somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "api/http/handlers.h"
#include "api/http/routes.h"
#include "api/http/web.h"
#include "base/json.h"
#include "contact/card.h"

static struct json *document(struct arena *a)
{
    struct json *doc;
    struct err   e = { 0 };

    if (json_parse(a, openapi_files[0].plain, &doc, &e) != RC_OK)
        fail_msg("%s", e.text);
    return doc;
}

static struct json *operation(const struct json *doc, struct arena *a, const struct route *r)
{
    return json_get(json_get(json_get(doc, S("paths")), str_of(r->path)), str_lower(a, str_of(r->method)));
}

static void every_route_is_described(void **state)
{
    auto_free(arena) a = arena_new(65536);
    struct json *doc = document(a);

    (void)state;
    for (size_t i = 0; i < routes_n; i++) {
        struct json *op = operation(doc, a, &routes[i]);
        if (str_is(str_of(routes[i].path), "/*"))
            continue;
        if (!op)
            fail_msg("%s %s is not in openapi.json", routes[i].method, routes[i].path);
        struct json *security = json_get(op, S("security"));
        assert_int_equal(routes[i].need == NEED_NOBODY, security && security->n == 0);
        assert_int_equal(routes[i].need == NEED_BROWSER, security && security->n == 1);
    }
}

static void every_description_has_a_route(void **state)
{
    auto_free(arena) a = arena_new(65536);

    (void)state;
    json_each(path, json_get(document(a), S("paths")))
        json_each(op, path) {
            bool found = false;
            for (size_t i = 0; i < routes_n; i++)
                found |= str_ieq(op->key, str_of(routes[i].method)) && str_eq(path->key, str_of(routes[i].path));
            if (!found)
                fail_msg(STR_FMT " " STR_FMT " has no route", STR_ARG(op->key), STR_ARG(path->key));
        }
}

/* A route that writes is not open to a token that may only read. */
static void tokens_may_what_their_scope_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes_n; i++) {
        const struct route *r = &routes[i];
        int64_t             scopes = route_scopes(r);
        bool looks = str_is(str_of(r->method), "GET"), who = r->need == NEED_NOBODY || r->run == auth_logout;
        if ((r->need == NEED_BROWSER) != (scopes == 0) || (r->need == NEED_ADMIN) != (scopes == SCOPE_OPERATOR) ||
            (!looks && !who && (scopes & SCOPE_READ)))
            fail_msg("%s %s: scopes %d", r->method, r->path, (int)scopes);
        if (r->run == imports_upload)
            assert_int_equal(scopes, SCOPE_IMPORT);
        if (r->run == imports_read)
            assert_int_equal(scopes, SCOPE_IMPORT | SCOPE_READ);
        if (r->run == cards_delete || r->run == account_change || r->run == undo_run)
            assert_int_equal(scopes, SCOPE_WRITE);
        if (r->run == export_run || r->run == cards_list)
            assert_int_equal(scopes, SCOPE_READ);
    }
}

/* Whoever is not known yet gives little to read; a card still fits where cards are sent. */
static void bodies_have_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes_n; i++) {
        if (!body_is_json(routes[i].body))
            continue;
        struct json_limits most = body_limits(routes[i].body);
        assert_true(most.bytes && most.members && most.nodes && most.bytes <= API_BODY_MAX);
        if (routes[i].need == NEED_NOBODY && (most.bytes > 8192 || most.members > 32))
            fail_msg("%s %s: anybody may send %zu bytes", routes[i].method, routes[i].path, most.bytes);
        if (str_is(str_of(routes[i].path), "/api/v1/cards") || str_is(str_of(routes[i].path), "/api/v1/cards/{id}"))
            assert_true(most.bytes >= CARD_BYTES_MAX && most.members >= CARD_MEMBERS_MAX);
    }
}

static void check_references(struct arena *a, const struct json *doc, const struct json *v)
{
    json_each(item, v) {
        if (v->type == JSON_OBJECT && str_is(item->key, "$ref") && !json_pointer(doc, a, str_from(json_text(item), 1)))
            fail_msg("a reference leads nowhere: " STR_FMT, STR_ARG(json_text(item)));
        check_references(a, doc, item);
    }
}

static void references_lead_somewhere(void **state)
{
    auto_free(arena) a = arena_new(65536);
    struct json *doc = document(a);

    (void)state;
    check_references(a, doc, doc);
}

static void paths_find_their_routes(void **state)
{
    static const struct {
        const char *method, *path, *want;
        enum rc     rc;
        const char *part;
    } cases[] = {
        { "GET", "/api/v1/cards", "/api/v1/cards", RC_OK, NULL },
        { "HEAD", "/api/v1/cards", "/api/v1/cards", RC_OK, NULL },
        { "GET", "/api/v1/cards/x1", "/api/v1/cards/{id}", RC_OK, "x1" },
        { "POST", "/api/v1/cards/bulk", "/api/v1/cards/bulk", RC_OK, NULL },
        { "PUT", "/api/v1/cards", NULL, RC_INVALID, NULL },
        { "GET", "/api/v1/cards/", NULL, RC_NOT_FOUND, NULL },
        { "GET", "/api/v1/nothing", NULL, RC_NOT_FOUND, NULL },
        { "GET", "/api/v2", NULL, RC_NOT_FOUND, NULL },
        { "GET", "/people/x", "/*", RC_OK, NULL },
        { "GET", "/", "/*", RC_OK, NULL },
        { "POST", "/people", NULL, RC_INVALID, NULL },
        { "GET", "/api/v1/cards/a/b/c/d/e/f", NULL, RC_NOT_FOUND, NULL },
    };
    auto_free(arena) a = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        const struct route *route = NULL;
        struct str          part[API_PARTS_MAX] = { 0 }, allow;
        enum rc             rc = route_find(a, str_of(cases[i].method), str_of(cases[i].path), &route, part, &allow);
        if (rc != cases[i].rc || (cases[i].want && strcmp(route->path, cases[i].want) != 0) ||
            (cases[i].part && !str_is(part[0], cases[i].part)))
            fail_msg("%s %s: rc %d", cases[i].method, cases[i].path, rc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described),
        cmocka_unit_test(every_description_has_a_route),
        cmocka_unit_test(tokens_may_what_their_scope_says),
        cmocka_unit_test(references_lead_somewhere),
        cmocka_unit_test(bodies_have_limits),
        cmocka_unit_test(paths_find_their_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
