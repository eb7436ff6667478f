/* api/resources/session_view.h - users and accounts as JSON. */
#pragma once
#include "api/http/api.h"
#include "store/accounts.h"
#include "store/users.h"

void session_write(struct req *r, const struct user *u, const struct account *account, struct str csrf);
/* id, name, settings: into an object that is open. */
void account_members(struct req *r, const struct account *account);
