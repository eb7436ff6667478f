/* store/account/users.h - people who may log in.  Passwords arrive as argon2id texts: hashing is the work of KIND_PASSWORD workers. */
#pragma once
#include "io/sql/sql.h"

/* Who sees the console and sets the scale of the whole installation: nobody else, always, or only from this very machine
 * (the demo account, which everybody may enter). */
enum user_admin { ADMIN_NO, ADMIN_YES, ADMIN_LOCAL };

struct user {
    int64_t         account, id;
    struct str      email, name, role, password_hash;
    enum user_admin admin;
};

struct signup {
    struct str email, email_key;    /* as typed; the form two spellings share (contact/email.h) */
    struct str name, password_hash; /* hash may be "": nobody can log in with a password yet */
    struct str account_name, settings_json;
    bool       demo;              /* never the operator, but for who sits at this machine */
    bool       by_strangers_name; /* asked for under a name that anybody may have pointed here: never the operator */
};

/* Account, user, login and default book, in one transaction.  The first one of an empty installation (the demo does not count)
 * becomes its operator; when they may not, nobody does before `kith account admin`.  RC_CONFLICT when the e-mail is known. */
enum rc users_sign_up(struct sql *db, struct arena *a, const struct signup *s, struct user *ret,
                      struct err *e) must_use;

/* By email_login_key(); RC_NOT_FOUND. */
enum rc users_by_login(struct sql *db, struct arena *a, struct str email_key, struct user *ret, struct err *e) must_use;
enum rc users_get(struct sql *db, struct arena *a, int64_t account, int64_t user, struct user *ret,
                  struct err *e) must_use;
enum rc users_set_admin(struct sql *db, int64_t account, int64_t user, enum user_admin admin,
                        struct err *e) must_use; /* RC_NOT_FOUND */
/* The users of the accounts after `after`, at most limit, by account; for `kith account list`. */
enum rc users_list(struct sql *db, struct arena *a, int64_t after, int limit, struct user **ret, size_t *ret_n,
                   struct err *e) must_use;
enum rc users_set_password(struct sql *db, int64_t account, int64_t user, struct str password_hash,
                           struct err *e) must_use;
