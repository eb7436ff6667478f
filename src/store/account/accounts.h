/* store/account/accounts.h - accounts: the tenant every other row belongs to. */
#pragma once
#include "io/sql/sql.h"

struct account {
    int64_t    id, created_ms;
    struct str name, settings_json;
};

/* RC_NOT_FOUND. */
enum rc accounts_get(struct sql *db, struct arena *a, int64_t account, struct account *ret, struct err *e) must_use;
/* Empty texts leave a member as it is. */
enum rc accounts_change(struct sql *db, int64_t account, struct str name, struct str settings_json,
                        struct err *e) must_use;

/* sql_join(), and until the end of the transaction nobody else who holds this account changes it: first thing in every transaction
 * that reads account data in order to write, and before rows of the queue are touched, so that no two wait for each other.  Inside a
 * transaction it does nothing: whoever began that one holds the account.  (On SQLite only one writes at a time anyway.) */
enum rc accounts_hold(struct sql *db, struct sql_guard *own, int64_t account, struct err *e) must_use;

/* "country" of the settings: the region of phone numbers without one; "" when not said. */
enum rc accounts_region(struct sql *db, struct arena *a, int64_t account, struct str *ret, struct err *e) must_use;

/* Last journal number given: what an event stream compares. */
enum rc accounts_seq(struct sql *db, int64_t account, int64_t *ret, struct err *e) must_use;

/* Every row of the account in every table, overwritten in SQLite's file; in slices of `most` rows (of tables with large ones, 16) and
 * some 60 ms, each one transaction; call until ret_done.  Logins go first, so nobody enters while it runs.  Files: blob_delete_account(). */
enum rc accounts_erase(struct sql *db, int64_t account, int most, bool *ret_done, struct err *e) must_use;

/* For loops over all tenants (search rebuild, expiry): the account after this one; RC_NOT_FOUND at the end. */
enum rc accounts_next(struct sql *db, int64_t after, int64_t *ret, struct err *e) must_use;
