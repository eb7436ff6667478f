/* What an hour of a core costs. */
#include "store/installation/prices.h"
#include "store/installation/settings.h"

static enum rc read_or(struct sql *db, struct arena *a, struct str name, struct str *inout, struct err *e)
{
    enum rc rc = settings_get(db, a, name, inout, e);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc prices_read(struct sql *db, struct arena *a, struct prices *ret, struct err *e)
{
    struct str core_hour = S("0"), budget = S("0");

    *ret = (struct prices){ .currency = S("EUR") };
    TRY(read_or(db, a, S("scale.currency"), &ret->currency, e));
    TRY(read_or(db, a, S("scale.price_core_hour_micro"), &core_hour, e));
    TRY(read_or(db, a, S("scale.budget_hour_micro"), &budget, e));
    if (!str_i64(core_hour, 0, INT64_C(1000000000), &ret->core_hour_micro))
        ret->core_hour_micro = 0;
    if (!str_i64(budget, 0, INT64_C(1000000000000), &ret->budget_hour_micro))
        ret->budget_hour_micro = 0;
    return RC_OK;
}
