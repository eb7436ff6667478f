/* store/installation/prices.h - what an hour costs, for the console and for the plan of a launch.  Rows of table settings, set by an operator:
 *   scale.currency               "EUR" when not said
 *   scale.price_core_hour_micro  millionths of it an hour and core; 0 = nobody said, then nothing is reckoned
 *   scale.budget_hour_micro      what workers may cost an hour; 0 = no limit */
#pragma once
#include "io/sql/sql.h"

struct prices {
    struct str currency;
    int64_t    core_hour_micro, budget_hour_micro;
};
enum rc prices_read(struct sql *db, struct arena *a, struct prices *ret, struct err *e) must_use;
