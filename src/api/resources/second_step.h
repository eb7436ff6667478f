/* api/resources/second_step.h - logging in with a second factor: the password was right, a code is asked for.
 *
 * Between the two steps nothing is kept: the client holds a ticket that says who it is and until when it is good, signed with the
 * installation's key together with the hash of the password, so a new password makes it void. */
#pragma once
#include "api/http/api.h"
#include "store/account/users.h"

enum { TICKET_S = 300 };

/* Answers with a ticket for POST /login/code. */
enum rc second_step_ask(struct req *r, const struct user *u, struct err *e) must_use;
