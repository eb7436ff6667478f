/* The people of a run: they arrive, act, wait and leave. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/json.h"
#include "surge/visitor.h"

enum { RETURNING_PERCENT = 40, EDIT_TURNS_MAX = 6, READ_ONE_PERCENT = 50, NETWORK = 18 };

struct visitors {
    struct visitor    *free[ARRIVALS], *everybody;
    struct rand_seeded dice;
};

static void visit_step(struct visitor *p, const struct answer *a);
static void one_step(struct visitor *p, const struct answer *a);
static void log_in_step(struct visitor *p, const struct answer *a);
static void edit_step(struct visitor *p, const struct answer *a);

static void (*const steps[ARRIVALS])(struct visitor *p, const struct answer *a) = {
    [ARRIVE_VISIT] = visit_step, [ARRIVE_SIGN_UP] = newcomer_step, [ARRIVE_LOG_IN] = log_in_step,
    [ARRIVE_READ] = one_step,    [ARRIVE_SEARCH] = one_step,       [ARRIVE_EDIT] = edit_step,
};
static const enum deed deed_of[ARRIVALS] = { DEED_VISIT, DEED_SIGN_UP, DEED_LOG_IN, DEED_READ, DEED_SEARCH, DEED_EDIT };

static void on_answer(void *to, const struct answer *a)
{
    struct visitor *p = to;
    steps[p->what](p, a);
}

static struct visitor *visitor_of(struct run *r, enum arrival what, int64_t due_us)
{
    struct visitors *all = r->people;
    struct visitor  *p = all->free[what];

    if (p) {
        all->free[what] = p->next;
    } else {
        p = calloc(1, sizeof *p);
        if (!p)
            abort();
        p->all = all->everybody;
        all->everybody = p;
    }
    p->run = r;
    p->what = what;
    p->due_us = due_us;
    p->step = p->turn = 0;
    p->part = p->asset = 0;
    p->account = NULL;
    client_init(&p->client, &r->net, on_answer, p);
    r->active++;
    return p;
}

void visitor_leave(struct visitor *p, bool hang_up)
{
    struct visitors *all = p->run->people;

    if (hang_up)
        client_close(&p->client);
    p->next = all->free[p->what];
    all->free[p->what] = p;
    p->run->active--;
}

void visitor_fail(struct visitor *p, enum fault why)
{
    score_failed(&p->run->score, deed_of[p->what], why);
    if (p->what == ARRIVE_SIGN_UP)
        p->account->lost = true;
    visitor_leave(p, true);
}

/* What the client gave up on (0, 429, 5xx) is counted already. */
bool visitor_refused(struct visitor *p, const struct answer *a)
{
    if (a->status && a->status < 400)
        return false;
    if (a->status >= 400 && a->status < 500 && a->status != 429)
        score_failed(&p->run->score, deed_of[p->what], FAULT_4XX);
    if (p->what == ARRIVE_SIGN_UP)
        p->account->lost = true;
    visitor_leave(p, true);
    return true;
}

void visitor_ask(struct visitor *p, enum deed deed, const char *method, int64_t due_us, bool with_body,
                 const char *path, ...)
{
    struct call call = { .method = method, .deed = deed, .due_us = due_us };
    va_list     ap;

    va_start(ap, path);
    vsnprintf(call.path, sizeof call.path, path, ap);
    va_end(ap);
    if (with_body)
        call.body = str_of(p->body);
    client_send(&p->client, &call);
}

void visitor_wear(struct client *c, const struct account_made *a)
{
    memcpy(c->cookie, a->cookie, sizeof c->cookie);
    memcpy(c->csrf, a->csrf, sizeof c->csrf);
    memcpy(c->forwarded, a->forwarded, sizeof c->forwarded);
}

/* ---- a visit of the public page: the page, then what it names, one after the other on a connection of its own ---- */

static void next_asset(struct visitor *p, int64_t due_us)
{
    const struct asset *asset = &p->run->asset[p->asset];
    struct call         call = { .method = "GET", .deed = DEED_VISIT, .part = true, .due_us = due_us };

    snprintf(call.path, sizeof call.path, "%s", asset->path);
    if (p->returning && asset->etag[0])
        snprintf(call.match, sizeof call.match, "If-None-Match: %.60s", asset->etag);
    client_send(&p->client, &call);
}

static void visit_step(struct visitor *p, const struct answer *a)
{
    struct run *r = p->run;

    if (visitor_refused(p, a))
        return;
    do
        p->asset++;
    while (p->asset < r->nassets && p->returning && r->asset[p->asset].for_ever);
    if (p->asset < r->nassets) {
        next_asset(p, clock_mono_us());
        return;
    }
    score_done(&r->score, DEED_VISIT, clock_mono_us() - p->due_us);
    visitor_leave(p, true);
}

static void visit(struct visitor *p)
{
    struct rand_seeded *dice = &p->run->people->dice;
    uint64_t            n = rand_next(dice);

    /* the network set aside for benchmarks (RFC 2544): nobody lives there */
    snprintf(p->client.forwarded, sizeof p->client.forwarded, "198.%u.%u.%u", NETWORK + (unsigned)(n >> 16 & 1),
             (unsigned)(n >> 8 & 255), (unsigned)(n & 255));
    p->returning = rand_below(dice, 100) < RETURNING_PERCENT;
    p->run->score.began[DEED_VISIT] += p->run->score.counts;
    next_asset(p, p->due_us);
}

/* ---- those who are there already ---- */

static void one_step(struct visitor *p, const struct answer *a)
{
    if (!visitor_refused(p, a))
        visitor_leave(p, false);
}

static void read_something(struct visitor *p)
{
    struct rand_seeded        *dice = &p->run->people->dice;
    const struct account_made *a = p->account;

    if (a->ncards && rand_below(dice, 100) < READ_ONE_PERCENT)
        visitor_ask(p, DEED_READ, "GET", p->due_us, false, "/api/v1/cards/%s", a->card[rand_below(dice, a->ncards)]);
    else
        visitor_ask(p, DEED_READ, "GET", p->due_us, false, "/api/v1/cards?limit=50&sort=%s",
                    rand_below(dice, 2) ? "name" : "updated");
}

static void search_something(struct visitor *p)
{
    struct rand_seeded        *dice = &p->run->people->dice;
    const struct account_made *a = p->account;

    visitor_ask(p, DEED_SEARCH, "GET", p->due_us, false, "/api/v1/search?limit=20&q=%s",
                a->nnames ? a->name[rand_below(dice, a->nnames)] : "an");
}

static void log_in_step(struct visitor *p, const struct answer *a)
{
    if (!visitor_refused(p, a))
        visitor_leave(p, false);
}

static void log_in(struct visitor *p)
{
    p->client.cookie[0] = p->client.csrf[0] = 0;
    newcomer_credentials(p->body, sizeof p->body, p->account);
    visitor_ask(p, DEED_LOG_IN, "POST", p->due_us, true, "/api/v1/login");
}

/* An edit reads the card for its number, then changes it if it is still that one; when somebody (a merge, say) was faster, again. */
enum { EDIT_READS, EDIT_WRITES };

static void edit_reads(struct visitor *p, int64_t due_us)
{
    p->step = EDIT_READS;
    visitor_ask(p, DEED_READ, "GET", due_us, false, "/api/v1/cards/%s", p->card);
}

static void edit_writes(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(16 << 10);
    struct json *card;
    struct call  call = { .method = "PATCH", .deed = DEED_EDIT, .due_us = clock_mono_us() };

    if (json_parse(arena, a->body, &card, NULL) != RC_OK) {
        visitor_fail(p, FAULT_MALFORMED);
        return;
    }
    snprintf(p->body, sizeof p->body, "{\"notes/surge\":{\"note\":\"called at second %.3f\"}}",
             run_now_s(p->run, call.due_us));
    snprintf(call.path, sizeof call.path, "/api/v1/cards/%s", p->card);
    snprintf(call.match, sizeof call.match, "If-Match: \"%lld\"", (long long)json_get_i64(card, S("seq"), 0));
    call.body = str_of(p->body);
    p->step = EDIT_WRITES;
    client_send(&p->client, &call);
}

static void edit_step(struct visitor *p, const struct answer *a)
{
    bool overtaken = a->status == 409 || a->status == 404 || a->status == 410;

    if (p->step == EDIT_WRITES && overtaken && ++p->turn < EDIT_TURNS_MAX)
        edit_reads(p, clock_mono_us());
    else if (p->step == EDIT_READS && a->status == 200)
        edit_writes(p, a);
    else if (!visitor_refused(p, a))
        visitor_leave(p, false);
}

static void act(struct visitor *p)
{
    struct run *r = p->run;

    p->account = &r->account[rand_below(&r->people->dice, r->nolder)];
    visitor_wear(&p->client, p->account);
    if (p->what == ARRIVE_READ) {
        read_something(p);
    } else if (p->what == ARRIVE_SEARCH) {
        search_something(p);
    } else if (p->what == ARRIVE_LOG_IN) {
        log_in(p);
    } else {
        uint64_t n = (uint64_t)i64_max(1, (int64_t)p->account->ncards);
        memcpy(p->card, p->account->card[rand_below(&r->people->dice, n)], sizeof p->card);
        edit_reads(p, p->due_us);
    }
}

/* ---- who comes ---- */

void visitors_enter(struct run *r, size_t account, int64_t due_us)
{
    struct visitor      *p = visitor_of(r, ARRIVE_SIGN_UP, due_us);
    struct account_made *a = &r->account[account];

    p->account = a;
    snprintf(a->email, sizeof a->email, "surge-%s-%zu@example.com", r->tag, account);
    snprintf(a->forwarded, sizeof a->forwarded, "198.%u.%u.%u", NETWORK + (unsigned)(account >> 16 & 1),
             (unsigned)(account >> 8 & 255), (unsigned)(account & 255));
    newcomer_begin(p);
}

void visitors_arrive(struct run *r, const struct event *e)
{
    int64_t due_us = r->start_us + e->at_us;

    r->arrivals[e->what]++;
    if (e->what == ARRIVE_SIGN_UP) {
        visitors_enter(r, r->nolder + r->next_new++, due_us);
        return;
    }
    struct visitor *p = visitor_of(r, e->what, due_us);
    if (e->what == ARRIVE_VISIT)
        visit(p);
    else
        act(p);
}

void visitors_open(struct run *r)
{
    r->people = arena_new_of(r->a, struct visitors);
    r->people->dice.state = r->o.seed ^ 0x9e091e;
}

void visitors_close(struct run *r)
{
    struct visitor *next;

    for (struct visitor *p = r->people ? r->people->everybody : NULL; p; p = next) {
        next = p->all;
        client_done(&p->client);
        free(p);
    }
    r->people = NULL;
}
