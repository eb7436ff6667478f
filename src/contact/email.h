/* contact/email.h - e-mail addresses as identity keys.
 *
 * email_key() gives the form that all spellings of one mailbox share:
 *   " Ann <Ann.Smith+news@GoogleMail.com> " -> "annsmith@gmail.com",   "mailto:Bob@Example.COM" -> "bob@example.com"
 *   "anna@xn--mller-kva.de" -> "anna@müller.de"      "\"ann\"@x.org," -> "ann@x.org"      "ann＠x.org (private)" -> "ann@x.org"
 * Lower case on both sides (no provider in use distinguishes it); the domain in its letters, however it was written (IDNA 2008, RFC 5891, by
 * libidn2: tables only, no files); a quoted local part (RFC 5321) without quotation marks where it needs none; gmail.com drops dots and +tags, elsewhere a +tag stays: it may be another mailbox.
 * Whether a domain gives free mailboxes to everybody is known in enrich/.
 * Input: UTF-8, at most EMAIL_MAX bytes of address in EMAIL_RAW_MAX with what stands around it.  Output lives in the arena. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { EMAIL_MAX = 320, EMAIL_RAW_MAX = 4096 };

/* RC_INVALID when there is no single '@' with text on both sides, or white space inside (but in quotes).  A key's key is itself. */
enum rc email_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e) must_use;

/* The key of somebody who logs in: first other spellings of the same letters (full-width, ligatures) are folded (Unicode NFKC), and
 * what is invisible is dropped, so that nobody looks like somebody else.  Same errors. */
enum rc email_login_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e) must_use;
/* The same for somebody new, and RC_INVALID with what is wrong unless mail can be sent there: EMAIL_SIGN_UP_MAX bytes (RFC 5321, erratum
 * 1690), 64 before the '@', one bare address, a domain with a dot and labels of 1 to 63, or localhost. */
enum { EMAIL_SIGN_UP_MAX = 254 };
enum rc email_sign_up_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e) must_use;

/* The key with its domain as programs write it: "anna@xn--mller-kva.de"; the key itself where that is the same. */
struct str email_ascii(struct arena *a, struct str key);
struct str email_local(struct str key);  /* "annsmith" */
struct str email_domain(struct str key); /* "gmail.com" */
/* A mailbox of a function, not of a person: info@, sales@, office@ ... in the main languages of Europe.  Never an
 * identity. */
bool email_is_role(struct str key);
