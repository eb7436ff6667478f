/* API tokens of who is logged in: made with a scope and an end, listed with their last use, revoked. */
#include "api/http/handlers.h"
#include "api/resources/quota.h"
#include "api/http/origin.h"
#include "base/clock.h"

enum { DAYS_MAX = 3650 };
static const int64_t DAY_MS = 24LL * 3600 * 1000;

static const struct {
    struct str name;
    int64_t    bit;
} scopes[] = {
    { { "read", 4 }, SCOPE_READ },
    { { "write", 5 }, SCOPE_WRITE },
    { { "import", 6 }, SCOPE_IMPORT },
    { { "operator", 8 }, SCOPE_OPERATOR },
};

/* ---- listed ---- */

static void write_members(struct req *r, const struct session *s)
{
    struct json_out *o = &r->json;

    json_out_id(o, S("id"), s->id);
    json_out_text(o, S("name"), s->name);
    json_out_open(o, S("scopes"), '[');
    for (size_t i = 0; i < countof(scopes); i++)
        if (s->scope & scopes[i].bit)
            json_out_text(o, JSON_ELEMENT, scopes[i].name);
    json_out_close(o, ']');
    json_out_time(o, S("created"), s->created_ms);
    json_out_time(o, S("seen"), s->seen_ms);
    json_out_text(o, S("device"), s->device);
    json_out_text(o, S("address"), s->address);
    json_out_time(o, S("expires"), s->expires_ms);
}

enum rc tokens_list(struct req *r, struct err *e)
{
    struct session *s;
    size_t          n;

    TRY(sessions_list(r->db, r->a, r->account, r->user, SESSION_TOKEN, &s, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        write_members(r, &s[i]);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- made ---- */

static int64_t scope_bit(struct str name)
{
    for (size_t i = 0; i < countof(scopes); i++)
        if (str_eq(name, scopes[i].name))
            return scopes[i].bit;
    return 0;
}

/* All of the account when not said; the operator's only when said. */
static enum rc read_scopes(struct req *r, int64_t *ret, struct err *e)
{
    const struct json *list = json_get(r->body, S("scopes"));

    *ret = list ? 0 : SCOPE_READ | SCOPE_WRITE | SCOPE_IMPORT;
    if (list && (list->type != JSON_ARRAY || !list->n || list->n > countof(scopes)))
        return answer_invalid(r, "scopes", e, "scopes must be an array of read, write, import and operator");
    json_each(item, list) {
        int64_t bit = scope_bit(json_text(item));
        if (!bit)
            return answer_invalid(r, "scopes", e, "a scope is read, write, import or operator");
        *ret |= bit;
    }
    return RC_OK;
}

static enum rc read_days(struct req *r, int64_t *ret_expires_ms, struct err *e)
{
    const struct json *v = json_get(r->body, S("days"));
    int64_t            days = 0;

    *ret_expires_ms = 0;
    if (!v || v->type == JSON_NULL)
        return RC_OK;
    if (!json_i64(v, &days) || days < 1 || days > DAYS_MAX)
        return answer_invalid(r, "days", e, "days must be a whole number of 1 to %d, or null for no end", DAYS_MAX);
    *ret_expires_ms = clock_ms() + days * DAY_MS;
    return RC_OK;
}

enum rc tokens_create(struct req *r, struct err *e)
{
    struct session s = {
        .account = r->account, .user = r->user, .kind = SESSION_TOKEN, .device = S(""), .address = S("")
    };
    struct str secret;

    TRY(req_text(r, "name", 1, 100, &s.name, e));
    TRY(read_scopes(r, &s.scope, e));
    TRY(read_days(r, &s.expires_ms, e));
    TRY(quota_check(r, (struct quota_more){ .tokens = 1 }, e));
    TRY(sessions_create(r->db, r->a, &s, &s, &secret, e));
    TRY(req_audit(r, AUDIT_TOKEN_MADE, s.name, e));
    r->status = 201;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    write_members(r, &s);
    json_out_text(&r->json, S("token"), secret);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc tokens_delete(struct req *r, struct err *e)
{
    struct str name;
    int64_t    id;

    TRY(req_id(r, 0, &id, e));
    TRY(sessions_name(r->db, r->a, r->account, r->user, SESSION_TOKEN, id, &name, e));
    TRY(sessions_delete(r->db, r->account, r->user, SESSION_TOKEN, id, e));
    TRY(req_audit(r, AUDIT_TOKEN_ENDED, name, e));
    return answer_empty(r);
}
