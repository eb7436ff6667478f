/* store/users.h - people who may log in.  Passwords arrive as argon2id texts: hashing is the work of KIND_PASSWORD workers. */
#pragma once
#include "io/sql.h"

struct user {
    int64_t    account, id;
    struct str email, name, role, password_hash;
};

struct signup {
    struct str email, email_key;    /* as typed; the form two spellings share (contact/email.h) */
    struct str name, password_hash; /* hash may be "": nobody can log in with a password yet */
    struct str account_name, settings_json;
};

/* Account, user, login and default book, in one transaction.  RC_CONFLICT when the e-mail is known. */
enum rc users_sign_up(struct sql *db, struct arena *a, const struct signup *s, struct user *ret,
                      struct err *e) must_use;

/* By e-mail key; RC_NOT_FOUND. */
enum rc users_by_login(struct sql *db, struct arena *a, struct str email_key, struct user *ret, struct err *e) must_use;
enum rc users_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct user *ret,
                  struct err *e) must_use;
enum rc users_set_password(struct sql *db, int64_t account, int64_t user, struct str password_hash,
                           struct err *e) must_use;
