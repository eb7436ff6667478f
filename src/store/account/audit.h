/* store/account/audit.h - the audit log: who did what to an account's doors, when and from where.
 *
 * Rows are written in the transaction of the act, one a kind of act, place and hour: the same again within AUDIT_SAME_MS counts up
 * `times` of the row that is there, so a script that logs in all day, or somebody who guesses, makes few rows.  Whoever changes
 * the place with every attempt makes AUDIT_HOUR_MAX rows an hour; what comes then is counted without place.
 * A row says until when it is kept, and audit_expire() takes it away then, some at a time.
 * Texts hold no secret and no address of e-mail; longer ones than AUDIT_TEXT_MAX are cut.  Account 0 is the installation: what
 * concerns an account that is gone. */
#pragma once
#include "io/sql/sql.h"

enum audit_what {
    AUDIT_SIGNED_UP,
    AUDIT_LOGIN,
    AUDIT_LOGIN_FAILED,
    AUDIT_CODE_FAILED, /* the password was right, the second factor was not */
    AUDIT_RECOVERY_USED,
    AUDIT_LOGOUT,
    AUDIT_SESSION_ENDED,
    AUDIT_PASSWORD_CHANGED,
    AUDIT_PASSWORD_RESET, /* on the server: kith account password */
    AUDIT_FACTOR_ON,
    AUDIT_FACTOR_OFF,
    AUDIT_CODES_MADE,
    AUDIT_TOKEN_MADE,
    AUDIT_TOKEN_USED, /* for the first time */
    AUDIT_TOKEN_ENDED,
    AUDIT_EXPORT,
    AUDIT_IMPORT_UNDONE,
    AUDIT_ERASED, /* in account 0; detail is the account's id */
    AUDIT_ADMIN_MADE,
    AUDIT_ADMIN_ENDED,
    AUDIT_ADMIN_ACT, /* detail: what an operator changed */
    AUDIT_WHATS
};
enum { AUDIT_SAME_MS = 3600 * 1000, AUDIT_HOUR_MAX = 200, AUDIT_TEXT_MAX = 120, AUDIT_PAGE_MAX = 500 };

struct audit {
    int64_t         account, id, user; /* id is made by audit_add() and tells when; user 0: the server's command line */
    enum audit_what what;              /* AUDIT_WHATS: a later program wrote it */
    struct str      detail, device, address;
    int64_t         times, last_ms;
    int64_t         keep_until_ms; /* when adding */
    struct str      email;         /* audit_all() only: whose it is; "" when they are gone */
};

const char *audit_name(enum audit_what what); /* "login": in the API */
bool        audit_find(struct str name, enum audit_what *ret);

/* Joins the transaction that is open. */
enum rc audit_add(struct sql *db, const struct audit *entry, struct err *e) must_use;
/* At most limit (1 to AUDIT_PAGE_MAX) of an account, the latest first, from before the row `before` (0: all). */
enum rc audit_page(struct sql *db, struct arena *a, int64_t account, int64_t before, int64_t limit, struct audit **ret,
                   size_t *ret_n, struct err *e) must_use;
/* The same of all accounts, for an operator. */
enum rc audit_all(struct sql *db, struct arena *a, int64_t before, int64_t limit, struct audit **ret, size_t *ret_n,
                  struct err *e) must_use;
/* Deletes what need not be kept of the oldest `most` rows; ret_n: how many went, most when there may be more. */
enum rc audit_expire(struct sql *db, int64_t account, int64_t now_ms, int most, int64_t *ret_n, struct err *e) must_use;
