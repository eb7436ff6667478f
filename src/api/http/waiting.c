/* Requests that wait for PostgreSQL: two lines, and a door that opens when it is time to ask again. */
#include "api/http/waiting.h"
#include <assert.h>
#include <stdlib.h>
#include "base/clock.h"

enum { LOOK_MS = 40, AT_ONCE = 16, CALM_US = 1000000 };
enum { PUT_OFF, FAILED, LINES };

struct waiting {
    struct api       *api;
    struct req       *first[LINES], **end[LINES];
    struct loop_timer door;
    int64_t           closed_us;
};

struct waiting *waiting_new(struct api *api)
{
    struct waiting *w = calloc(1, sizeof *w);

    if (!w)
        abort();
    w->api = api;
    for (int i = 0; i < LINES; i++)
        w->end[i] = &w->first[i];
    return w;
}

void waiting_free(struct waiting *w)
{
    if (!w)
        return;
    assert(!w->first[PUT_OFF] && !w->first[FAILED]);
    loop_cancel(&w->door);
    free(w);
}

void waiting_close(struct waiting *w, int64_t now_us, int64_t took_us) { w->closed_us = now_us + took_us; }

bool waiting_is_open(const struct waiting *w, int64_t now_us) { return now_us >= w->closed_us; }

void waiting_leave(struct req *r)
{
    struct waiting *w = r->api->waiting;

    loop_cancel(&r->again_timer);
    if (!r->wait_link)
        return;
    *r->wait_link = r->wait_next;
    if (r->wait_next)
        r->wait_next->wait_link = r->wait_link;
    for (int i = 0; i < LINES; i++)
        if (w->end[i] == &r->wait_next)
            w->end[i] = r->wait_link;
    r->wait_link = NULL;
}

static void go(struct req *r)
{
    waiting_leave(r);
    r->called = true; /* it may run in a later turn, when another has closed the door again */
    r->again(r);
}

static void too_late(void *to) { go(to); }

static struct req *next(const struct waiting *w) { return w->first[PUT_OFF] ? w->first[PUT_OFF] : w->first[FAILED]; }

/* Some at a time, because those that arrive meanwhile are served, too; one, while attempts fail. */
static void open_door(void *to)
{
    struct waiting *w = to;
    bool            there = sql_wait_ready(w->api->db, 0, NULL) == RC_OK;
    int             most = clock_mono_us() - w->closed_us < CALM_US ? 1 : AT_ONCE;

    for (int i = 0; there && i < most && next(w) && waiting_is_open(w, clock_mono_us()); i++)
        go(next(w));
    if (next(w) && !w->door.place) {
        int64_t closed_ms = (w->closed_us - clock_mono_us() + 999) / 1000;
        loop_after(w->api->loop, &w->door, there ? i64_max(1, closed_ms) : LOOK_MS, open_door, w);
    }
}

void waiting_add(struct req *r, bool failed, int64_t until_us)
{
    struct waiting *w = r->api->waiting;
    int             line = failed ? FAILED : PUT_OFF;
    int64_t         now = clock_mono_us();

    assert(!r->wait_link && r->again);
    r->wait_next = NULL;
    r->wait_link = w->end[line];
    *w->end[line] = r;
    w->end[line] = &r->wait_next;
    loop_after(r->api->loop, &r->again_timer, i64_max(0, (until_us - now) / 1000 + 1), too_late, r);
    if (!w->door.place)
        loop_after(r->api->loop, &w->door, i64_max(1, (w->closed_us - now + 999) / 1000), open_door, w);
}
