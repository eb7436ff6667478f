/* Long work in slices: a queue of those that want a turn, ordered so that accounts are served round robin. */
#include "api/http/turns.h"
#include <assert.h>
#include <stdlib.h>
#include "base/clock.h"
#include "io/loop.h"

enum { REMEMBERED = 64 };

struct turns {
    struct loop      *loop;
    struct loop_timer timer;
    struct turn      *first;
    int64_t           round, rest_until_us;
    struct {
        int64_t account, round;
    } last
        [REMEMBERED]; /* the newest round of accounts; one that is forgotten is served a little early, nothing worse */
};

struct turns *turns_new(struct loop *loop)
{
    struct turns *ts = calloc(1, sizeof *ts);
    if (!ts)
        abort();
    ts->loop = loop;
    return ts;
}

void turns_free(struct turns *ts)
{
    if (!ts)
        return;
    while (ts->first)
        turn_cancel(ts->first);
    loop_cancel(&ts->timer);
    free(ts);
}

void turn_cancel(struct turn *t)
{
    if (!t->link)
        return;
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    t->next = NULL;
    t->link = NULL;
}

/* The first round in which this account is not ahead of anybody. */
static int64_t next_round(struct turns *ts, int64_t account)
{
    size_t  i = (uint64_t)account % REMEMBERED;
    int64_t round = ts->last[i].account == account ? i64_max(ts->round, ts->last[i].round + 1) : ts->round;

    ts->last[i].account = account;
    ts->last[i].round = round;
    return round;
}

static void serve(void *to);

static void wake(struct turns *ts)
{
    int64_t rest_us = i64_max(0, ts->rest_until_us - clock_mono_us());
    loop_after(ts->loop, &ts->timer, rest_us / 1000, serve, ts);
}

static void serve(void *to)
{
    struct turns *ts = to;
    struct turn  *t = ts->first;
    int64_t       began_us = clock_mono_us();

    if (!t)
        return;
    assert(t->round >= ts->round);
    turn_cancel(t);
    ts->round = t->round;
    t->slice(t->to);
    int64_t now_us = clock_mono_us();
    ts->rest_until_us = now_us + (now_us - began_us);
    if (ts->first)
        wake(ts);
}

void turn_ask(struct turns *ts, struct turn *t, int64_t account, void (*slice)(void *to), void *to)
{
    struct turn **at = &ts->first;

    if (t->link)
        return;
    *t = (struct turn){ .round = next_round(ts, account), .slice = slice, .to = to };
    while (*at && (*at)->round <= t->round)
        at = &(*at)->next;
    t->next = *at;
    if (t->next)
        t->next->link = &t->next;
    t->link = at;
    *at = t;
    if (!loop_timer_set(&ts->timer))
        wake(ts);
}
