/* api/resources/session_view.h - users and accounts as JSON. */
#pragma once
#include "api/http/api.h"
#include "store/account/accounts.h"
#include "store/account/audit.h"
#include "store/account/users.h"

/* The cookie of a new session, and the session as JSON; status 201 for a new account.  what: noted in the audit log, AUDIT_WHATS: nothing
 * is (the demo, which everybody enters). */
enum rc session_begin(struct req *r, const struct user *u, enum audit_what what, struct err *e) must_use;
/* A password that may be set, from a member of the body; RC_INVALID says why not. */
enum rc password_read(struct req *r, const char *member, struct str email, struct str *ret, struct err *e) must_use;
void    session_write(struct req *r, const struct user *u, const struct account *account, struct str csrf);
/* id, name, settings: into an object that is open. */
void account_members(struct req *r, const struct account *account);
