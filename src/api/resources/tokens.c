/* API tokens: list, make, revoke. */
#include "api/http/handlers.h"

enum rc tokens_list(struct req *r, struct err *e)
{
    struct session *s;
    size_t          n;

    TRY(sessions_list(r->db, r->a, r->account, SESSION_TOKEN, &s, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_id(&r->json, S("id"), s[i].id);
        json_out_text(&r->json, S("name"), s[i].name);
        json_out_time(&r->json, S("created"), s[i].created_ms);
        json_out_time(&r->json, S("seen"), s[i].seen_ms);
        json_out_time(&r->json, S("expires"), s[i].expires_ms);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc tokens_create(struct req *r, struct err *e)
{
    struct session s;
    struct str     name, secret;

    TRY(req_text(r, "name", 1, 100, &name, e));
    TRY(sessions_create(r->db, r->a, r->account, r->user, SESSION_TOKEN, name, 0, &s, &secret, e));
    r->status = 201;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("id"), s.id);
    json_out_text(&r->json, S("name"), name);
    json_out_text(&r->json, S("token"), secret);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc tokens_delete(struct req *r, struct err *e)
{
    struct session *s;
    size_t          n;
    int64_t         id;

    TRY(req_id(r, 0, &id, e));
    /* The list first: a browser session of one's own is no token. */
    TRY(sessions_list(r->db, r->a, r->account, SESSION_TOKEN, &s, &n, e));
    for (size_t i = 0; i < n; i++)
        if (s[i].id == id) {
            TRY(sessions_delete(r->db, r->account, id, e));
            return answer_empty(r);
        }
    return err_set(e, RC_NOT_FOUND, "there is no token with this id");
}
