/* Looks after the run for every contact that was sent. */
#include <stdio.h>
#include "base/clock.h"
#include "surge/run.h"

/* Afterwards: the export of every account that got in, read as it streams by. */
enum { CHECK_AT_ONCE = 2, CHECK_TIMEOUT_S = 120 };

struct checker {
    struct run   *run;
    struct client client;
    struct arena *a;
    struct marks  marks;
    size_t       *next; /* account, shared */
    int          *busy;
    int           tries; /* of the client, whose bytes were counted */
};

static void check_next(struct checker *c);

static void ask(struct checker *c, size_t account)
{
    struct account_made *a = &c->run->account[account];
    struct call          call = { .method = "GET",
                                  .path = "/api/v1/export?format=jscontact",
                                  .deed = DEED_OTHER,
                                  .due_us = clock_mono_us(),
                                  .timeout_s = CHECK_TIMEOUT_S };

    arena_reset(c->a);
    c->marks = marks_of(c->a, (int64_t)account, c->run->books.book[account].cards);
    c->tries = 0;
    memcpy(c->client.cookie, a->cookie, sizeof c->client.cookie);
    client_send(&c->client, &call);
}

static void take(void *to, struct str bytes)
{
    struct checker *c = to;

    if (c->tries != c->client.tries) { /* an export that broke off begins anew */
        c->tries = c->client.tries;
        marks_forget(&c->marks);
    }
    marks_feed(&c->marks, bytes);
}

static void on_answer(void *to, const struct answer *a)
{
    struct checker *c = to;

    if (a->status == 200)
        marks_end(&c->marks, c->run->account[c->marks.account].sent, &c->run->found);
    else
        c->run->unread++;
    check_next(c);
}

static void check_next(struct checker *c)
{
    struct run *r = c->run;

    while (*c->next < r->naccounts && !r->account[*c->next].sent)
        ++*c->next;
    if (*c->next < r->naccounts)
        ask(c, (*c->next)++);
    else
        --*c->busy;
}

void check_accounts(struct run *r)
{
    struct checker all[CHECK_AT_ONCE] = { 0 };
    size_t         next = 0;
    int            busy = CHECK_AT_ONCE;

    for (size_t i = 0; i < CHECK_AT_ONCE; i++) {
        all[i] = (struct checker){ .run = r, .a = arena_new(8192), .next = &next, .busy = &busy };
        client_init(&all[i].client, &r->net, on_answer, &all[i]);
        all[i].client.sink = take;
        check_next(&all[i]);
    }
    while (busy)
        loop_turn(r->loop, -1);
    for (size_t i = 0; i < CHECK_AT_ONCE; i++) {
        client_done(&all[i].client);
        arena_free(all[i].a);
    }
}
