/* api/http/guesses.h - limits on guessing a password: by address, by account, and by devices that are known.
 *
 * Every attempt to log in takes from two buckets of the host (io/shared/limits.h):
 *   a minute   login-per-minute for one account from one address (address_site())
 *   an hour    guesses-per-hour for one account from all addresses together; given back when the password was right
 * so a thousand machines guess no faster than one.  That anybody can empty the second bucket of somebody must not keep them out: a browser
 * that logged in before has a cookie, kith_device, and takes from two buckets of its own, the same size (OWASP, "Device Cookies").
 * The cookie is nonce.mac, the mac of nonce and e-mail key under the installation's key; it opens nothing and lasts GUESS_DEVICE_DAYS.
 * Addresses of e-mail that nobody has are treated alike.
 *
 * Who is logged in and proves it once more takes from a bucket of the user, login-per-minute; who is refused there is refused only there.
 * auth_rate() bounds all attempts of an address besides. */
#pragma once
#include "api/http/api.h"

enum { GUESS_DEVICE_DAYS = 400 };

/* RC_THROTTLED with retry_after_s.  email_key: of whoever shall be logged in, also when nobody is. */
enum rc guess_take(struct req *r, struct str email_key, struct err *e) must_use;
enum rc guess_take_own(struct req *r, struct err *e) must_use;
/* The password was right, or is new: the attempt is given back, the browser is known from now on. */
enum rc guess_was_right(struct req *r, struct str email_key, struct err *e) must_use;
/* The log's line for fail2ban, with the address and without the name; nothing when log-failed-logins is off. */
void guess_was_wrong(const struct req *r);
