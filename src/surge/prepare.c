/* Looks at the server before the run: page, assets, cards. */
#include <stdio.h>
#include "base/clock.h"
#include "base/json.h"
#include "surge/run.h"

/* Before the start: the public page is looked at once, accounts are made whose owners will go on with their day during the surge. */
enum { ENTER_AT_ONCE = 6, PREPARE_MAX_S = 600, NAME_PREFIX = 3 };

/* One request, waited for. */
struct waited {
    struct client client;
    struct answer answer;
    bool          there;
};

static void on_answer(void *to, const struct answer *a)
{
    struct waited *w = to;
    w->answer = *a;
    w->there = true;
}

static void waited_done(struct waited *w) { client_done(&w->client); }

/* The body lives until the next call. */
static enum rc get(struct run *r, struct waited *w, const char *path, struct err *e)
{
    struct call call = { .method = "GET", .deed = DEED_OTHER, .due_us = clock_mono_us() };

    snprintf(call.path, sizeof call.path, "%s", path);
    w->there = false;
    client_send(&w->client, &call);
    while (!w->there)
        loop_turn(r->loop, -1);
    if (w->answer.status == 200)
        return RC_OK;
    return w->answer.status ? err_set(e, RC_UNAVAILABLE, "GET %s is answered %d", path, w->answer.status)
                            : err_set(e, RC_UNAVAILABLE, "no Kith answers at %s", r->o.url);
}

/* ---- the public page ---- */

static void keep_asset(struct run *r, struct str path)
{
    if (r->nassets == ASSETS_MAX || path.n >= sizeof r->asset[0].path || !str_starts(path, S("/")))
        return;
    memcpy(r->asset[r->nassets].path, path.p, path.n);
    r->asset[r->nassets++].path[path.n] = 0;
}

static void find_assets(struct run *r, struct str html)
{
    static const char *const marks[] = { " src=\"", " href=\"" };

    for (size_t i = 0; i < countof(marks); i++) {
        struct str mark = str_of(marks[i]);
        for (size_t at = 0; (at = str_find(html, mark, at)) != SIZE_MAX;) {
            struct str rest = str_from(html, at += mark.n);
            keep_asset(r, str_head(rest, str_find(rest, S("\""), 0)));
        }
    }
}

static void keep_validators(struct asset *asset, const struct reply *reply)
{
    struct str etag = reply_header(reply, "ETag");

    if (etag.n && etag.n < sizeof asset->etag)
        memcpy(asset->etag, etag.p, etag.n);
    asset->for_ever = str_find(reply_header(reply, "Cache-Control"), S("immutable"), 0) != SIZE_MAX;
}

static enum rc look_at_page(struct run *r, struct err *e)
{
    __attribute__((cleanup(waited_done))) struct waited w = { 0 };

    client_init(&w.client, &r->net, on_answer, &w);
    snprintf(r->asset[0].path, sizeof r->asset[0].path, "/");
    r->nassets = 1;
    for (size_t i = 0; i < r->nassets; i++) {
        TRY(get(r, &w, r->asset[i].path, e));
        keep_validators(&r->asset[i], &w.client.reply);
        if (i)
            continue;
        /* plain text only when the page is not compressed; it is small, so servers leave it */
        find_assets(r, w.answer.body);
    }
    return RC_OK;
}

/* ---- those who are there already ---- */

static void keep_name(struct account_made *a, struct str name)
{
    if (a->nnames == KNOWN_NAMES_MAX)
        return;
    char  *to = a->name[a->nnames];
    size_t n = 0;
    for (size_t i = 0; i < name.n && i < NAME_PREFIX; i++)
        n += ascii_alpha(name.p[i]) ? (size_t)snprintf(to + n, sizeof a->name[0] - n, "%c", name.p[i]) : 0;
    a->nnames += n > 1;
}

static enum rc look_at_cards(struct run *r, struct account_made *account, struct err *e)
{
    __attribute__((cleanup(waited_done))) struct waited w = { 0 };
    auto_free(arena) a = arena_new(256 << 10);
    struct json *list;

    client_init(&w.client, &r->net, on_answer, &w);
    memcpy(w.client.cookie, account->cookie, sizeof w.client.cookie);
    TRY(get(r, &w, "/api/v1/cards?limit=100", e));
    TRY(json_parse(a, w.answer.body, &list, e));
    json_each(card, json_get(list, S("items"))) {
        struct str id = json_get_text(card, S("id"));
        if (account->ncards == KNOWN_CARDS_MAX || id.n >= sizeof account->card[0])
            break;
        memcpy(account->card[account->ncards++], id.p, id.n);
        keep_name(account, json_get_text(card, S("name")));
    }
    return account->ncards ? RC_OK : err_set(e, RC_UNAVAILABLE, "an account that was made for the run is empty");
}

enum rc prepare_run(struct run *r, struct err *e)
{
    int64_t until_us = clock_mono_us() + PREPARE_MAX_S * (int64_t)1000000;
    size_t  next = 0;

    TRY(look_at_page(r, e));
    while (next < r->nolder || r->active) {
        while (next < r->nolder && r->active < ENTER_AT_ONCE)
            visitors_enter(r, next++, clock_mono_us());
        loop_turn(r->loop, 100);
        if (clock_mono_us() > until_us)
            return err_set(e, RC_UNAVAILABLE, "the accounts to begin with are not ready after %d s", PREPARE_MAX_S);
    }
    for (size_t i = 0; i < r->nolder; i++) {
        if (r->account[i].lost || r->account[i].processed_s <= 0)
            return err_set(e, RC_UNAVAILABLE,
                           "an account to begin with could not be made (sign-up, import or work failed)");
        TRY(look_at_cards(r, &r->account[i], e));
    }
    return RC_OK;
}
