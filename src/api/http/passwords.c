/* Keeps the line of those who wait for a password worker. */
#include "api/http/passwords.h"
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"

enum { FIRST_PACE_US = 30000, PACE_MAX_US = 1000000, LOGINS_IN_A_ROW = 3, PACE_SHARE = 8 };

struct asked {
    struct req        *r;
    struct str         password, hash;
    passwords_came    *came;
    struct asked      *next, **link; /* in line; link NULL: on the channel */
    enum password_lane lane;
    int                fd; /* -1 in line */
    struct loop_timer  late;
};

struct passwords {
    struct asked *first[PASSWORD_LANES], **end[PASSWORD_LANES];
    int64_t       waiting[PASSWORD_LANES], here, own_here; /* here: on the channel */
    int64_t       logins, pace_us, last_us;                /* logins in a row; pace: between two answers */
    bool          own_was_last;                            /* of the two lanes behind log-ins */
};

struct passwords *passwords_new(void)
{
    struct passwords *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    for (int i = 0; i < PASSWORD_LANES; i++)
        p->end[i] = &p->first[i];
    p->pace_us = FIRST_PACE_US;
    return p;
}

void passwords_free(struct passwords *p) { free(p); }

static void step_out(struct passwords *p, struct asked *q)
{
    *q->link = q->next;
    if (q->next)
        q->next->link = q->link;
    else
        p->end[q->lane] = q->link;
    q->link = NULL;
    p->waiting[q->lane]--;
}

static void line_up(struct passwords *p, struct asked *q)
{
    q->next = NULL;
    q->link = p->end[q->lane];
    *q->link = q;
    p->end[q->lane] = &q->next;
    p->waiting[q->lane]++;
}

/* NULL: nobody may go on. */
static struct asked *next_in_line(struct passwords *p)
{
    struct asked *login = p->first[PASSWORD_LOGIN], *signup = p->first[PASSWORD_SIGNUP],
                 *own = p->own_here ? NULL : p->first[PASSWORD_OWN];

    if (login && ((!signup && !own) || p->logins < LOGINS_IN_A_ROW)) {
        p->logins++;
        return login;
    }
    p->logins = 0;
    p->own_was_last = own && (!signup || !p->own_was_last);
    return p->own_was_last ? own : signup;
}

static void go_on(struct api *api);

/* It waits no longer, for whatever reason. */
static void end(struct asked *q)
{
    struct passwords *p = q->r->api->passwords;

    loop_cancel(&q->late);
    if (q->link)
        step_out(p, q);
    if (q->fd >= 0) {
        loop_unwatch(q->r->api->loop, q->fd);
        close(q->fd);
        q->fd = -1;
        p->here--;
        p->own_here -= q->lane == PASSWORD_OWN;
    }
    q->r->asked = NULL;
}

static void came(struct asked *q, enum rc rc, struct err *e)
{
    struct req *r = q->r;

    end(q);
    go_on(r->api);
    q->came(r, rc, e);
}

/* The pace counts while somebody waits: then the time between two answers is what one more costs. */
static void measure(struct passwords *p)
{
    int64_t now = clock_mono_us();
    bool    anybody = p->waiting[PASSWORD_LOGIN] + p->waiting[PASSWORD_SIGNUP] > 0;

    if (p->last_us && anybody)
        p->pace_us += (i64_min(now - p->last_us, PACE_MAX_US) - p->pace_us) / PACE_SHARE;
    p->last_us = anybody ? now : 0;
}

static void answered(int fd, uint32_t events, void *to)
{
    struct asked *q = to;
    struct err    e = { 0 };
    enum rc       rc = password_answer(fd, &q->r->password, &e);

    (void)events;
    measure(q->r->api->passwords);
    if (rc == RC_OK && !q->hash.n && !q->r->password.hash[0]) /* an account without one lets nobody in */
        rc = err_set(&e, RC_UNAVAILABLE, "passwords: broken answer");
    came(q, rc, &e);
}

static void too_late(void *to)
{
    struct err e = { .retry_after_s = 5 };
    came(to, err_set(&e, RC_UNAVAILABLE, "the password could not be checked in time"), &e);
}

static enum rc put_on_channel(struct asked *q, struct err *e)
{
    struct api *api = q->r->api;
    int         channel = api->shared->password_fd;

    TRY(q->hash.n ? password_ask_verify(channel, q->password, q->hash, &q->fd, e)
                  : password_ask_hash(channel, q->password, &q->fd, e));
    api->passwords->here++;
    api->passwords->own_here += q->lane == PASSWORD_OWN;
    loop_watch(api->loop, q->fd, EPOLLIN, answered, q);
    return RC_OK;
}

static void go_on(struct api *api)
{
    struct passwords *p = api->passwords;
    struct asked     *q;

    while (p->here < PASSWORDS_AT_ONCE && (q = next_in_line(p))) {
        struct err e = { 0 };
        step_out(p, q);
        enum rc rc = put_on_channel(q, &e);
        if (rc != RC_OK)
            came(q, rc, &e);
    }
}

/* Log-ins stand behind those who log in, and behind a third as many of the others; the others behind log-ins, and in turn. */
static int64_t wait_us(const struct passwords *p, enum password_lane lane)
{
    int64_t logins = p->waiting[PASSWORD_LOGIN], signups = p->waiting[PASSWORD_SIGNUP], own = p->waiting[PASSWORD_OWN];
    int64_t mine = lane == PASSWORD_SIGNUP ? signups : own, other = signups + own - mine;
    int64_t before = lane == PASSWORD_LOGIN ? logins + i64_min(signups + own, logins / LOGINS_IN_A_ROW)
                                            : logins + mine + i64_min(other, mine);
    return before * p->pace_us;
}

static enum rc must_be_short(const struct passwords *p, const struct asked *q, struct err *e)
{
    int64_t over_us = wait_us(p, q->lane) - (int64_t)PASSWORDS_PATIENCE_MS * 1000;
    int     mine = 0;

    for (struct asked *o = p->first[PASSWORD_OWN]; o && q->lane == PASSWORD_OWN; o = o->next)
        mine += o->r->account == q->r->account;
    if (mine >= PASSWORDS_OWN_MAX) {
        e->retry_after_s = 1;
        return err_set(e, RC_THROTTLED, "this account has asked for its password %d times at once: one after the other",
                       mine + 1);
    }
    if (over_us <= 0)
        return RC_OK;
    e->retry_after_s = (int)(over_us / 1000000) + 1;
    return err_set(e, RC_THROTTLED, "very many people come in at this moment: try again in %d s", e->retry_after_s);
}

enum rc passwords_ask(struct req *r, struct str password, struct str hash, enum password_lane lane,
                      passwords_came *then, struct err *e)
{
    struct passwords *p = r->api->passwords;
    struct asked     *q = arena_new_of(r->a, struct asked);

    *q = (struct asked){ .r = r, .password = password, .hash = hash, .came = then, .lane = lane, .fd = -1 };
    TRY(must_be_short(p, q, e));
    if (p->here < PASSWORDS_AT_ONCE && (lane != PASSWORD_OWN || !p->own_here))
        TRY(put_on_channel(q, e));
    else
        line_up(p, q);
    r->asked = q;
    loop_after(r->api->loop, &q->late, PASSWORD_WAIT_MS, too_late, q);
    return RC_OK;
}

void passwords_forget(struct req *r)
{
    struct asked *q = r->asked;

    if (!q)
        return;
    end(q);
    go_on(r->api);
}
