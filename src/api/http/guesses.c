/* How often a password may be guessed, and which browsers are known. */
#include "api/http/guesses.h"
#include <sodium.h>
#include "api/http/auth.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "io/shared/limits.h"

enum { NONCE_CHARS = 52, MAC_HEX = 2 * SESSION_MAC_BYTES };
enum { SEED_MINUTE = 4, SEED_HOUR = 5, SEED_OWN = 6, SEED_DEVICE = 7 };

static const struct str COOKIE = { "kith_device", 11 };

/* ---- devices ---- */

static enum rc sign(struct req *r, struct str nonce, struct str email_key, struct str *ret, struct err *e)
{
    char      *hex = arena_get(r->a, MAC_HEX + 1);
    struct str mac, text = str_fmt(r->a, "device " STR_FMT " " STR_FMT, STR_ARG(nonce), STR_ARG(email_key));

    TRY(sessions_mac(r->db, r->a, text, &mac, e));
    sodium_bin2hex(hex, MAC_HEX + 1, (const unsigned char *)mac.p, SESSION_MAC_BYTES);
    *ret = (struct str){ hex, MAC_HEX };
    return RC_OK;
}

/* The nonce of this browser's cookie, when it was made for this e-mail address; "" otherwise. */
static enum rc device_of(struct req *r, struct str email_key, struct str *ret, struct err *e)
{
    struct str mac, cookie = cookie_get(http_header(r->http, "Cookie"), COOKIE);

    *ret = S("");
    if (cookie.n != NONCE_CHARS + 1 + MAC_HEX || cookie.p[NONCE_CHARS] != '.')
        return RC_OK;
    TRY(sign(r, str_head(cookie, NONCE_CHARS), email_key, &mac, e));
    if (sodium_memcmp(mac.p, cookie.p + NONCE_CHARS + 1, MAC_HEX) == 0)
        *ret = str_head(cookie, NONCE_CHARS);
    return RC_OK;
}

static enum rc know_device(struct req *r, struct str email_key, struct err *e)
{
    struct str nonce = sessions_random(r->a), mac;

    TRY(sign(r, nonce, email_key, &mac, e));
    answer_field(
        r, "Set-Cookie",
        str_fmt(r->a, STR_FMT "=" STR_FMT "." STR_FMT "; Path=/api/v1/login; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                STR_ARG(COOKIE), STR_ARG(nonce), STR_ARG(mac), (long long)GUESS_DEVICE_DAYS * 86400,
                r->caller.is_https ? "; Secure" : ""));
    return RC_OK;
}

/* ---- buckets ---- */

struct guess {
    uint64_t minute, hour; /* keys */
    bool     known;
};

static enum rc guess_of(struct req *r, struct str email_key, struct guess *ret, struct err *e)
{
    struct str device;

    TRY(device_of(r, email_key, &device, e));
    uint64_t where = device.n ? hash64(device, SEED_DEVICE) : auth_address_key(r, SEED_MINUTE);
    *ret = (struct guess){ hash64(email_key, where), hash64(email_key, device.n ? where + SEED_HOUR : SEED_HOUR),
                           device.n > 0 };
    return RC_OK;
}

static struct limit a_minute(const struct req *r) { return (struct limit){ r->api->conf->login_per_minute, 60 }; }
static struct limit an_hour(const struct req *r) { return (struct limit){ r->api->conf->guesses_per_hour, 3600 }; }

static enum rc take(struct req *r, uint64_t key, struct limit per, struct err *e)
{
    struct limit_state s;

    if (limits_take(r->api->shared->limits, key, per, 1, clock_mono_us(), &s))
        return RC_OK;
    e->retry_after_s = (int)s.retry_s;
    return err_set(e, RC_THROTTLED, "too many attempts: try again in %lld s", (long long)s.retry_s);
}

static enum rc refused(const struct req *r, enum rc rc)
{
    if (rc == RC_THROTTLED)
        guess_was_wrong(r);
    return rc;
}

enum rc guess_take(struct req *r, struct str email_key, struct err *e)
{
    struct guess g;

    TRY(guess_of(r, email_key, &g, e));
    TRY(refused(r, take(r, g.minute, a_minute(r), e)));
    enum rc rc = refused(r, take(r, g.hour, an_hour(r), e));
    if (rc == RC_THROTTLED && !g.known)
        err_set(
            e, rc,
            "too many wrong passwords for this account: log in from a browser that has done so before, or try again in "
            "%d min",
            e->retry_after_s / 60 + 1);
    return rc;
}

enum rc guess_take_own(struct req *r, struct err *e)
{
    return refused(r, take(r, hash64_mix((uint64_t)r->user, SEED_OWN), a_minute(r), e));
}

enum rc guess_was_right(struct req *r, struct str email_key, struct err *e)
{
    struct guess g;

    TRY(guess_of(r, email_key, &g, e));
    limits_give(r->api->shared->limits, g.hour, an_hour(r), 1, clock_mono_us());
    return g.known ? RC_OK : know_device(r, email_key, e);
}

void guess_was_wrong(const struct req *r)
{
    if (r->api->conf->log_failed_logins)
        log_event(LOG_INFO, "login.failed", KS("address", address_text(r->a, &r->caller.from)));
}
