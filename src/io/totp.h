/* io/totp.h - one-time codes computed from a shared secret and the time: HOTP (RFC 4226) and TOTP (RFC 6238).
 *
 * The parameters every authenticator app knows: HMAC-SHA-1 (OpenSSL's, in this process, microseconds), steps of 30 s, 6 digits, a
 * secret of 20 bytes.  A code is accepted one step early or late, for clocks that differ.  Pure: the time comes from the caller. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP_S = 30, TOTP_DIGITS = 6, TOTP_WINDOW = 1 };

/* RFC 4226, 5.3; secret of any length.  RC_INTERNAL: the library refuses. */
enum rc hotp(struct str secret, uint64_t counter, int digits, uint32_t *ret, struct err *e) must_use;

int64_t totp_step(int64_t now_ms);
/* ret_step: the step that has this code, later than after_step and within the window; 0 when there is none. */
enum rc totp_find(struct str secret, struct str code, int64_t now_ms, int64_t after_step, int64_t *ret_step,
                  struct err *e) must_use;

/* RFC 4648 base 32 without padding, as apps take it by hand. */
struct str totp_text(struct arena *a, struct str secret);
/* otpauth://totp/Kith:EMAIL?secret=...&issuer=Kith: what the QR code says. */
struct str totp_uri(struct arena *a, struct str secret, struct str email);
