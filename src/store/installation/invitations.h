/* store/installation/invitations.h - invitations: codes that let one e-mail address sign up once, while the setting sign-up asks for them.
 *
 * A code is 32 random bytes in base 32, shown once; stored is only its keyed hash (sessions_mac()).  It holds for one address, so a link
 * that was passed on opens nothing for others.  What has expired goes with the next invitation. */
#pragma once
#include "io/sql/sql.h"

enum { INVITATION_DAYS = 14, INVITATION_CHARS = 52 };

struct invitation {
    struct str code;
    int64_t    expires_ms;
};
/* One made before for this address holds no longer. */
enum rc invitations_create(struct sql *db, struct arena *a, struct str email_key, struct invitation *ret,
                           struct err *e) must_use;
/* RC_DENIED, and what to do, unless this code is that of this address and in time. */
enum rc invitations_check(struct sql *db, struct arena *a, struct str email_key, struct str code,
                          struct err *e) must_use;
/* Those that are in time, the newest first; at most INVITATIONS_SHOWN. */
enum { INVITATIONS_SHOWN = 200 };
struct invited {
    struct str email_key;
    int64_t    created_ms, expires_ms;
};
enum rc invitations_list(struct sql *db, struct arena *a, struct invited **ret, size_t *ret_n, struct err *e) must_use;
/* It is used up: in the transaction that makes the account. */
enum rc invitations_end(struct sql *db, struct str email_key, struct err *e) must_use;
