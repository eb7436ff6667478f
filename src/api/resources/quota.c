/* What an account holds and may hold: shown to people, and checked before it grows. */
#include "api/resources/quota.h"
#include "api/http/handlers.h"
#include "store/usage.h"

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
