/* Draws calls to services outside from one bucket that all agents share. */
#include "fleet/agent/quota.h"
#include <stdio.h>
#include "base/clock.h"

enum { HOUR_MS = 3600 * 1000, SPAN_MS = 10 * 1000, MILLI = 1000 };

/* clang-format off */
const struct service quota_known[] = {
    { .name = "google", .window_ms = 60000,
      .raise_note = "Cloud console, APIs & Services, People API, Quotas: per project; an increase is asked for there, free, takes days" },
    { .name = "log", .window_ms = 1000,
      .raise_note = "lines a second of the log service, as in its contract" },
    { .name = "mandrill", .window_ms = 3600000,
      .raise_note = "hourly quota grows with the sender's reputation; more at once: ask their support, or a dedicated address" },
    { .name = "mapbox", .limit_calls = 1000, .window_ms = 60000,
      .raise_note = "requests a minute of the geocoder; a higher limit comes with a contract: ask their sales" },
    { .name = "microsoft", .window_ms = 600000,
      .raise_note = "Graph throttles each mailbox of each app; it cannot be raised: spread the calls" },
};
/* clang-format on */
const size_t quota_known_n = countof(quota_known);

/* ---- the bucket ---- */

static bool paced(const struct service *s) { return s->limit_calls > 0 && s->window_ms <= QUOTA_PACED_MS; }

static int64_t step_us(const struct service *s)
{
    return i64_max(1, s->window_ms * 1000 * 100 / (s->limit_calls * QUOTA_PACE_PCT));
}

static int64_t late_us(const struct service *s) { return s->window_ms * 10 * QUOTA_LATE_PCT; }

/* Windows, hours and spans begin on the clock, so agents agree on them; one that begins in the future was written by a clock
 * that has been set back. */
static bool over(int64_t start_ms, int64_t length_ms, int64_t now_ms)
{
    return now_ms >= start_ms + length_ms || now_ms < start_ms;
}

static void roll(struct service *s, int64_t now_ms)
{
    if (over(s->window_start_ms, s->window_ms, now_ms)) {
        s->window_start_ms = now_ms - now_ms % s->window_ms;
        s->used = 0;
    }
    if (over(s->hour_start_ms, HOUR_MS, now_ms)) {
        s->hour_start_ms = now_ms - now_ms % HOUR_MS;
        s->hour_used = 0;
    }
    if (over(s->span_start_ms, SPAN_MS, now_ms)) {
        s->span_before = over(s->span_start_ms, 2 * SPAN_MS, now_ms) ? 0 : s->span_used;
        s->span_start_ms = now_ms - now_ms % SPAN_MS;
        s->span_used = 0;
    }
    if (s->next_us > now_ms * 1000 + 10 * s->window_ms * 1000)
        s->next_us = 0;
}

static void spend(struct service *s, int64_t n)
{
    s->used = i64_max(0, s->used + n);
    s->hour_used = i64_max(0, s->hour_used + n);
    s->span_used = i64_max(0, s->span_used + n);
}

static void draw_paced(struct service *s, int64_t now_us, int64_t want, struct quota_lease *ret)
{
    int64_t step = step_us(s), first = i64_max(s->next_us, now_us), ahead = now_us + QUOTA_LEASE_MS * 1000;

    /* half a lease or nothing: who comes early would else get a place at a time, and the other one all the rest */
    ret->again_us = first - QUOTA_LEASE_MS * 1000 / 2;
    ret->n = ret->again_us <= now_us ? i64_min(want, (ahead - first + step - 1) / step) : 0;
    ret->first_us = first;
    ret->step_us = step;
    s->next_us = first + ret->n * step;
}

static void draw_counted(struct service *s, int64_t want, struct quota_lease *ret)
{
    ret->n = i64_max(0, i64_min(want, s->limit_calls - s->used));
    ret->again_us = (s->window_start_ms + s->window_ms) * 1000;
}

void quota_draw(struct service *s, int64_t now_us, int64_t want, int64_t unused, struct quota_lease *ret)
{
    *ret = (struct quota_lease){ .again_us = now_us };
    roll(s, now_us / 1000);
    spend(s, -unused);
    if (unused < 0 && paced(s))
        s->next_us = i64_max(s->next_us, now_us) - unused * step_us(s);
    if (s->closed_until_ms * 1000 > now_us) {
        ret->again_us = s->closed_until_ms * 1000;
        return;
    }
    if (paced(s))
        draw_paced(s, now_us, want, ret);
    else if (s->limit_calls > 0)
        draw_counted(s, want, ret);
    else
        ret->n = want;
    spend(s, ret->n);
}

/* ---- looking ---- */

int64_t quota_rate_milli(const struct service *s, int64_t now_ms)
{
    struct service now = *s;

    roll(&now, now_ms);
    return (now.span_before + now.span_used) * 1000 * MILLI / (SPAN_MS + now_ms - now.span_start_ms);
}

int64_t quota_used(const struct service *s, int64_t now_ms)
{
    return over(s->window_start_ms, s->window_ms, now_ms) ? 0 : s->used;
}

int64_t quota_hour_calls(const struct service *s, int64_t now_ms)
{
    return over(s->hour_start_ms, HOUR_MS, now_ms) ? 0 : s->hour_used;
}

int64_t quota_runs_out_ms(const struct service *s, int64_t now_ms)
{
    int64_t rate = quota_rate_milli(s, now_ms), left = i64_max(0, s->limit_calls - quota_used(s, now_ms));
    int64_t ends = now_ms - now_ms % s->window_ms + s->window_ms;

    if (!s->limit_calls || !rate)
        return 0;
    int64_t at = now_ms + left * 1000 * MILLI / rate;
    return at < ends ? at : 0;
}

int64_t quota_behind_ms(const struct service *s, int64_t backlog, int64_t now_ms)
{
    int64_t rate = quota_rate_milli(s, now_ms), closed = i64_max(0, s->closed_until_ms - now_ms);

    if (!backlog)
        return 0;
    if (s->limit_calls)
        return closed + backlog * s->window_ms / s->limit_calls;
    return closed + (rate ? backlog * 1000 * MILLI / rate : 0);
}

/* ---- one agent ---- */

void quota_init(struct quota *q, struct str name)
{
    *q = (struct quota){ .s = { .window_ms = 1000 }, .out_milli = QUOTA_AT_FIRST * MILLI };
    snprintf(q->s.name, sizeof q->s.name, STR_FMT, STR_ARG(name));
}

static void let_lapse(struct quota *q)
{
    q->unused += q->hand.n;
    q->hand.n = 0;
}

struct quota *quotas_of(struct quotas *all, struct str service)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_is(service, all->q[i].s.name))
            return &all->q[i];
    if (!service.n || all->n == countof(all->q))
        return NULL;
    quota_init(&all->q[all->n], service);
    return &all->q[all->n++];
}

void quota_renew(struct quota *q, const struct service *s)
{
    bool changed = s->closed_until_ms != q->s.closed_until_ms || s->limit_calls != q->s.limit_calls ||
                   s->window_ms != q->s.window_ms;

    q->s = *s;
    if (!changed)
        return;
    let_lapse(q);
    q->again_us = 0;
}

/* Tokens whose time has come; those whose time is over lapse. */
static int64_t ready(struct quota *q, int64_t now_us)
{
    struct quota_lease *h = &q->hand;

    if (!h->step_us) {
        if (now_us > q->until_us)
            let_lapse(q);
        return h->n;
    }
    while (h->n && h->first_us + late_us(&q->s) < now_us) {
        h->first_us += h->step_us;
        h->n--;
        q->unused++;
    }
    return h->first_us > now_us ? 0 : i64_min(h->n, (now_us - h->first_us) / h->step_us + 1);
}

bool quota_may(const struct quota *q, int64_t now_us)
{
    return now_us >= q->again_us && q->out < i64_max(1, q->out_milli / MILLI);
}

static enum rc lease(struct quota *q, struct sql *db, int64_t now_us, int64_t want, struct err *e)
{
    auto_rollback guard = { db };

    TRY(sql_begin(db, e));
    TRY(services_get(db, str_of(q->s.name), &q->s, e));
    quota_draw(&q->s, now_us, want, q->unused, &q->hand);
    TRY(services_drawn(db, &q->s, e));
    TRY(sql_commit(db, e));
    q->unused = 0;
    q->until_us = now_us + QUOTA_LIFE_MS * 1000;
    q->again_us = q->hand.n ? 0 : i64_max(q->hand.again_us, now_us);
    return RC_OK;
}

enum rc quota_some(struct quota *q, struct sql *db, int64_t now_us, size_t *most, struct err *e)
{
    int64_t n = ready(q, now_us);

    if (!n && !q->hand.n) {
        TRY(lease(q, db, now_us, QUOTA_LEASE_MOST, e));
        n = ready(q, now_us);
    }
    if (!n) {
        q->again_us = i64_max(q->again_us, q->hand.n ? q->hand.first_us : 0);
        return err_set(e, RC_THROTTLED, "%s: no call is free", q->s.name);
    }
    *most = size_min(*most, (size_t)n);
    return RC_OK;
}

void quota_begin(struct quota *q, size_t n)
{
    q->hand.n -= (int64_t)n;
    q->hand.first_us += q->hand.step_us * (int64_t)n;
    q->out++;
}

void quota_end(struct quota *q, enum rc rc)
{
    bool bad = rc == RC_THROTTLED || rc == RC_UNAVAILABLE;

    q->out--;
    q->fails = rc == RC_UNAVAILABLE ? q->fails + 1 : 0;
    q->dead_times = bad ? q->dead_times : 0;
    q->out_milli = bad ? i64_max(MILLI, q->out_milli - MILLI)
                       : i64_min(QUOTA_AT_MOST * MILLI, q->out_milli + MILLI * MILLI / q->out_milli);
}

void quota_owe(struct quota *q, int64_t calls) { q->unused -= calls; }

bool quota_idle(const struct quota *q, int64_t now_us)
{
    return !q->out && now_us > q->until_us && (q->hand.n || q->unused);
}

enum rc quota_return(struct quota *q, struct sql *db, int64_t now_us, struct err *e)
{
    let_lapse(q);
    return q->unused ? lease(q, db, now_us, 0, e) : RC_OK;
}

enum rc quota_close(struct quota *q, struct sql *db, int64_t until_ms, struct str why, struct err *e)
{
    if (until_ms <= q->s.closed_until_ms)
        return RC_OK;
    TRY(services_close(db, str_of(q->s.name), until_ms, why, e));
    q->s.closed_until_ms = until_ms;
    q->dead_times += quota_seems_dead(q);
    snprintf(q->s.closed_why, sizeof q->s.closed_why, STR_FMT, STR_ARG(why));
    let_lapse(q);
    q->again_us = until_ms * 1000;
    return RC_OK;
}

bool quota_seems_dead(const struct quota *q) { return q->fails >= QUOTA_DEAD_AFTER; }

int64_t quota_dead_ms(const struct quota *q)
{
    return i64_min(QUOTA_DEAD_MOST_MS, (int64_t)QUOTA_DEAD_MS << i64_min(q->dead_times, 8));
}
