/* api/resources/own_password.h - who is logged in proves it once more before what cannot be taken back: the member "password" of the body
 * against their hash, by a password worker.
 *
 *     enum rc thing_do(r, e)      { ... return own_password_ask(r, thing_proved, e); }
 *     enum rc thing_proved(r, e)  { TRY(own_password_right(r, e)); ... }
 *
 * An account without a password (the demo) is everybody's: RC_DENIED. */
#pragma once
#include "api/http/api.h"
#include "store/account/users.h"

enum rc own_password_ask(struct req *r, handler *then, struct err *e) must_use;
/* RC_DENIED, and noted in the audit log, when it was another. */
enum rc own_password_right(struct req *r, struct err *e) must_use;
/* The user of this request; RC_DENIED when the account is everybody's. */
enum rc own_user(struct req *r, struct user *ret, struct err *e) must_use;
