/* What an account holds and may hold: shown to people, and checked before it grows. */
#include "api/resources/quota.h"
#include "api/http/handlers.h"
#include "contact/email.h"
#include "store/account/usage.h"
#include "store/account/users.h"

static int64_t storage_max(const struct req *r) { return r->api->conf->account_storage_mb << 20; }

struct bound {
    int64_t     used, more, max;
    const char *what, *setting, *advice;
};

/* Bytes are told in MiB, rounded up. */
static enum rc hold(struct req *r, const struct bound *b, int64_t unit, struct err *e)
{
    if (b->more == 0 || b->used + b->more <= b->max)
        return RC_OK;
    return answer_refuse(r, 403, "QUOTA", e, "this account may have %lld %s and has %lld: %s, or ask the operator (%s)",
                         (long long)(b->max / unit), b->what, (long long)((b->used + unit - 1) / unit), b->advice,
                         b->setting);
}

enum rc quota_check(struct req *r, struct quota_more more, struct err *e)
{
    const struct conf *c = r->api->conf;
    struct usage       u;

    TRY(usage_of(r->db, r->account, &u, e));
    const struct bound bounds[] = {
        { u.cards, more.book ? i64_max(1, more.book - u.cards) : more.cards, c->account_cards_max, "cards",
          "account-cards-max", "delete some, they count until the trash is emptied" },
        { u.tokens, more.tokens, c->account_tokens_max, "API tokens", "account-tokens-max", "revoke one" },
        { u.imports_today, more.imports, c->account_imports_per_day, "imports a day", "account-imports-per-day",
          "go on tomorrow" },
    };
    const struct bound bytes = { usage_bytes(&u),      more.bytes,
                                 storage_max(r),       "MiB",
                                 "account-storage-mb", "remove imports that were not committed or cards" };

    for (size_t i = 0; i < countof(bounds); i++)
        TRY(hold(r, &bounds[i], 1, e));
    return hold(r, &bytes, 1 << 20, e);
}

static void put(struct json_out *o, const char *name, int64_t used, int64_t max)
{
    json_out_open(o, str_of(name), '{');
    json_out_i64(o, S("used"), used);
    json_out_i64(o, S("max"), max);
    json_out_close(o, '}');
}

enum rc usage_show(struct req *r, struct err *e)
{
    const struct conf *c = r->api->conf;
    struct json_out   *o = &r->json;
    struct usage       u;

    TRY(usage_of(r->db, r->account, &u, e));
    json_out_open(o, JSON_ELEMENT, '{');
    put(o, "cards", u.cards, c->account_cards_max);
    put(o, "bytes", usage_bytes(&u), storage_max(r));
    put(o, "tokens", u.tokens, c->account_tokens_max);
    put(o, "imports_today", u.imports_today, c->account_imports_per_day);
    json_out_close(o, '}');
    return RC_OK;
}

/* ---- for operators: what each account holds ---- */

enum { ACCOUNTS_SHOWN = 50, ACCOUNTS_MAX = 200 };

static void put_limits(struct req *r)
{
    const struct conf *c = r->api->conf;

    json_out_open(&r->json, S("max"), '{');
    json_out_i64(&r->json, S("cards"), c->account_cards_max);
    json_out_i64(&r->json, S("bytes"), storage_max(r));
    json_out_i64(&r->json, S("tokens"), c->account_tokens_max);
    json_out_i64(&r->json, S("imports_today"), c->account_imports_per_day);
    json_out_close(&r->json, '}');
}

static enum rc put_account(struct req *r, const struct user *owner, struct err *e)
{
    struct usage u;
    enum rc      rc = usage_of(r->db, owner->account, &u, e);

    if (rc == RC_NOT_FOUND)
        return RC_OK; /* erased meanwhile */
    TRY(rc);
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("account"), owner->account);
    json_out_text(&r->json, S("email"), owner->email);
    json_out_i64(&r->json, S("cards"), u.cards);
    json_out_i64(&r->json, S("bytes"), usage_bytes(&u));
    json_out_i64(&r->json, S("tokens"), u.tokens);
    json_out_i64(&r->json, S("imports_today"), u.imports_today);
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* The one of this address, or a page of all. */
static enum rc find_owners(struct req *r, int64_t limit, struct user **ret, size_t *ret_n, struct err *e)
{
    struct str email = req_query(r, "email"), key;
    int64_t    after;

    TRY(req_query_id(r, "cursor", &after, e));
    if (!email.n)
        return users_list(r->db, r->a, after, (int)limit, ret, ret_n, e);
    *ret = arena_new_of(r->a, struct user);
    *ret_n = 0;
    enum rc rc = email_login_key(r->a, email, &key, e);
    if (rc == RC_OK)
        rc = users_by_login(r->db, r->a, key, *ret, e);
    *ret_n = rc == RC_OK;
    return rc == RC_NOT_FOUND || rc == RC_INVALID ? RC_OK : rc;
}

enum rc admin_accounts(struct req *r, struct err *e)
{
    struct user *owner;
    int64_t      limit;
    size_t       n;

    TRY(req_query_i64(r, "limit", 1, ACCOUNTS_MAX, ACCOUNTS_SHOWN, &limit, e));
    TRY(find_owners(r, limit, &owner, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    put_limits(r);
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++)
        if (i == 0 || owner[i].account != owner[i - 1].account)
            TRY(put_account(r, &owner[i], e));
    json_out_close(&r->json, ']');
    if (n == (size_t)limit)
        json_out_id(&r->json, S("next"), owner[n - 1].account);
    else
        json_out_raw(&r->json, S("next"), S("null"));
    json_out_close(&r->json, '}');
    return RC_OK;
}
