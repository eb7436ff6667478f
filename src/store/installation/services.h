/* store/installation/services.h - services outside, one row each: what they allow, what was drawn, until when they said no.
 *
 * The rows are few and shared by all agents; what a row means and how tokens are drawn from it is fleet/agent/quota.h. */
#pragma once
#include "io/sql/sql.h"

enum { SERVICE_NAME_MAX = 32, SERVICE_TEXT_MAX = 200, SERVICES_MAX = 32 };

struct service {
    char    name[SERVICE_NAME_MAX + 1];
    int64_t limit_calls, window_ms, window_start_ms, used, next_us, closed_until_ms, hour_start_ms, hour_used,
        span_start_ms, span_used, span_before, price_micro;
    char closed_why[SERVICE_TEXT_MAX + 1], raise_note[SERVICE_TEXT_MAX + 1];
};

/* Adds those that are missing, with limit, window, price and note; rows that are there stay. */
enum rc services_ensure(struct sql *db, const struct service *rows, size_t n, struct err *e) must_use;
/* RC_NOT_FOUND.  Inside a transaction the row is kept from others until its end. */
enum rc services_get(struct sql *db, struct str name, struct service *ret, struct err *e) must_use;
/* ret has room for SERVICES_MAX; ordered by name. */
enum rc services_list(struct sql *db, struct service *ret, size_t *ret_n, struct err *e) must_use;
/* What was drawn: the fields of windows, hour and span, and next_us. */
enum rc services_drawn(struct sql *db, const struct service *s, struct err *e) must_use;
/* What the operator says: limit, window, price, note. */
enum rc services_set(struct sql *db, const struct service *s, struct err *e) must_use;
/* Nobody draws from it before then; never opens what is closed for longer. */
enum rc services_close(struct sql *db, struct str name, int64_t until_ms, struct str why, struct err *e) must_use;
enum rc services_open(struct sql *db, struct str name, struct err *e) must_use; /* RC_NOT_FOUND */
