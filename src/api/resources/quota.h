/* api/resources/quota.h - what one account may hold, checked where it grows.
 *
 * The limits are settings: account-cards-max, account-storage-mb, account-tokens-max, account-imports-per-day.  What is held is read from
 * store/account/usage.h, one row.  Who holds more than is allowed (the setting was lowered) keeps everything, and may read, export and delete.
 * Two requests at once may pass by one each: these are bounds, not counters of money. */
#pragma once
#include "api/http/api.h"

/* What a request is about to add. */
struct quota_more {
    int64_t cards, bytes, tokens, imports;
    int64_t
        book; /* cards of a whole book: some may be there already, so it is refused when it alone is too large, or nothing more fits */
};
/* RC_INVALID answered as 403 QUOTA: which limit, how much of it is used, what to do. */
enum rc quota_check(struct req *r, struct quota_more more, struct err *e) must_use;
