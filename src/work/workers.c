/* The table of all kinds of workers. */
#include "work/all_kinds.h"
#include "store/account/accounts.h"
#include "base/json.h"
#include "work/password.h"

const struct worker *const workers[] = {
    &worker_import, &worker_enrich, &worker_dedupe, &worker_index, &worker_undo, &worker_password, &worker_expire,
};
const size_t workers_n = countof(workers);

enum rc account_country(struct sql *db, struct arena *a, int64_t account, struct str *ret, struct err *e)
{
    struct account row;
    struct json   *settings;

    *ret = S("");
    TRY(accounts_get(db, a, account, &row, e));
    if (json_parse(a, row.settings_json, &settings, NULL) == RC_OK)
        *ret = json_get_text(settings, S("country"));
    return RC_OK;
}
