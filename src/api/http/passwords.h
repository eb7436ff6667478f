/* api/http/passwords.h - lines for a password worker: who waits for one, in which order, and for how long.
 *
 * The workers' channel (io/shared/password.h) takes what comes first.  So that 500 people who sign up at once, or one account that asks
 * again and again, do not keep out those who log in, an http process puts only PASSWORDS_AT_ONCE questions on it; the others stand in
 * lanes here.  Of four that go on three are log-ins, if there are any.  OWN is who is logged in already and proves it once more:
 * one of them is on the channel at a time, PASSWORDS_OWN_MAX of one account in line.  The wait is known: the place in line times the
 * measured pace.  Whoever would wait longer than PASSWORDS_PATIENCE_MS is told at once when to come again. */
#pragma once
#include "api/http/api.h"

enum { PASSWORDS_AT_ONCE = 4, PASSWORDS_OWN_MAX = 2, PASSWORDS_PATIENCE_MS = 15000 };
enum password_lane { PASSWORD_LOGIN, PASSWORD_SIGNUP, PASSWORD_OWN, PASSWORD_LANES };

struct passwords;
struct passwords *passwords_new(void);
void              passwords_free(struct passwords *p);

/* Called once, with r->password when rc is RC_OK. */
typedef void passwords_came(struct req *r, enum rc rc, struct err *e);
/* hash.n == 0: to be hashed, else verified against it.  Texts are borrowed until the answer.  THROTTLED with
 * e->retry_after_s: the line is too long. */
enum rc passwords_ask(struct req *r, struct str password, struct str hash, enum password_lane lane,
                      passwords_came *came, struct err *e) must_use;
void    passwords_forget(struct req *r); /* the request ends; nothing happens when it does not wait */
