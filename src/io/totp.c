/* One-time codes of RFC 4226 and RFC 6238; HMAC-SHA-1 comes from libcrypto. */
#include "io/totp.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include "base/buf.h"

enum { SHA1_BYTES = 20, DIGITS_MAX = 9 };

static uint32_t truncated(const unsigned char mac[SHA1_BYTES])
{
    size_t at = mac[SHA1_BYTES - 1] & 15;
    return (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

enum rc hotp(struct str secret, uint64_t counter, int digits, uint32_t *ret, struct err *e)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    uint32_t      modulus = 1;

    assert(digits > 0 && digits <= DIGITS_MAX);
    for (int i = 7; i >= 0; i--, counter >>= 8)
        message[i] = (unsigned char)counter;
    if (!HMAC(EVP_sha1(), secret.p, (int)secret.n, message, sizeof message, mac, NULL))
        return err_set(e, RC_INTERNAL, "libcrypto computes no HMAC-SHA-1");
    while (digits--)
        modulus *= 10;
    *ret = truncated(mac) % modulus;
    return RC_OK;
}

int64_t totp_step(int64_t now_ms) { return now_ms / 1000 / TOTP_STEP_S; }

static enum rc has_code(struct str secret, int64_t step, struct str code, bool *ret, struct err *e)
{
    char     text[DIGITS_MAX + 2];
    uint32_t value;

    TRY(hotp(secret, (uint64_t)step, TOTP_DIGITS, &value, e));
    int n = snprintf(text, sizeof text, "%0*u", TOTP_DIGITS, value % 1000000000u);
    *ret = code.n == (size_t)n && CRYPTO_memcmp(text, code.p, code.n) == 0;
    return RC_OK;
}

enum rc totp_find(struct str secret, struct str code, int64_t now_ms, int64_t after_step, int64_t *ret_step,
                  struct err *e)
{
    int64_t now = totp_step(now_ms);

    *ret_step = 0;
    for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
        bool same;
        TRY(has_code(secret, step, code, &same, e));
        if (same && step > after_step)
            *ret_step = step;
    }
    return RC_OK;
}

struct str totp_text(struct arena *a, struct str secret)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char             *to = arena_get(a, secret.n * 8 / 5 + 2);
    size_t            out = 0;
    unsigned          bits = 0, have = 0;

    for (size_t i = 0; i < secret.n; i++) {
        bits = bits << 8 | (unsigned char)secret.p[i];
        for (have += 8; have >= 5; have -= 5)
            to[out++] = digits[bits >> (have - 5) & 31];
    }
    if (have)
        to[out++] = digits[bits << (5 - have) & 31];
    return (struct str){ to, out };
}

struct str totp_uri(struct arena *a, struct str secret, struct str email)
{
    auto_buf   b = buf_of(4096);
    struct str text = totp_text(a, secret);

    buf_put(&b, S("otpauth://totp/Kith:"));
    for (size_t i = 0; i < email.n; i++)
        if (ascii_alpha(email.p[i]) || ascii_digit(email.p[i]) || email.p[i] == '.' || email.p[i] == '-')
            buf_char(&b, email.p[i]);
        else
            buf_fmt(&b, "%%%02X", (unsigned char)email.p[i]);
    buf_fmt(&b, "?secret=" STR_FMT "&issuer=Kith", STR_ARG(text));
    return str_copy(a, buf_str(&b));
}
