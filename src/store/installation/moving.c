/* The sign that the installation moves to another database. */
#include "store/installation/moving.h"
#include <stdio.h>
#include "base/clock.h"
#include "store/account/accounts.h"
#include "store/installation/settings.h"

static const char END[] = "delete from settings where name = 'moving'";

enum rc moving_set(struct sql *db, const struct moving *m, int64_t until_ms, struct err *e)
{
    char text[80];

    snprintf(text, sizeof text, "%lld %lld %lld", (long long)until_ms, (long long)m->done_pct, (long long)m->left_s);
    return settings_set(db, S("moving"), str_of(text), e);
}

enum rc moving_end(struct sql *db, struct err *e) { return sql_run(db, e, END, SQL_NONE, NULL); }

enum rc moving_get(struct sql *db, struct moving *ret, bool *ret_on, struct err *e)
{
    auto_free(arena) a = arena_new(256);
    struct str text, word;
    int64_t    number[3] = { 0 };
    enum rc    rc = settings_get(db, a, S("moving"), &text, e);

    *ret_on = false;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    for (size_t i = 0; i < countof(number) && str_next(&text, ' ', &word); i++)
        if (!str_i64(word, 0, INT64_MAX, &number[i]))
            return err_set(e, RC_INTERNAL, "settings: 'moving' is broken");
    *ret_on = number[0] > clock_ms();
    *ret = (struct moving){ number[1], number[2] };
    return RC_OK;
}

enum { GONE_PCT = 100, GONE_RETRY_S = 5 };
static const int64_t FOR_EVER_MS = 253402300799000; /* the year 9999 */

enum rc moving_gone(struct sql *db, struct err *e)
{
    struct moving m = { GONE_PCT, GONE_RETRY_S };

    return moving_set(db, &m, FOR_EVER_MS, e);
}

enum rc moving_is_gone(struct sql *db, bool *ret, struct err *e)
{
    struct moving m = { 0 };
    bool          on;

    TRY(moving_get(db, &m, &on, e));
    *ret = on && m.done_pct == GONE_PCT;
    return RC_OK;
}

enum rc moving_refuse(struct sql *db, struct err *e)
{
    struct moving m;
    bool          on;

    TRY(moving_get(db, &m, &on, e));
    if (!on)
        return RC_OK;
    if (e)
        e->retry_after_s = (int)i64_max(2, i64_min(m.left_s, 3600));
    return err_set(e, RC_UNAVAILABLE,
                   "being moved to another database, %lld %% done, about %lld s left: reading goes on",
                   (long long)m.done_pct, (long long)m.left_s);
}

/* ---- the other end ---- */

static const char ARRIVING[] = "create table arriving (at_ms bigint primary key);";
static const char ARRIVED[] = "drop table arriving";
static const char THERE[] = "/*sqlite: select count(*) from sqlite_schema where name = 'arriving' */"
                            "/*postgres: select count(*) from pg_class where oid = to_regclass('arriving') */";

enum rc arriving_there(struct sql *db, bool *ret, struct err *e)
{
    int64_t n = 0;

    TRY(sql_one_i64(db, e, THERE, SQL_NONE, &n));
    *ret = n > 0;
    return RC_OK;
}

enum rc arriving_begin(struct sql *db, struct err *e)
{
    int64_t first = 0;
    bool    there;

    TRY(arriving_there(db, &there, e));
    if (there)
        return RC_OK;
    enum rc rc = accounts_next(db, 0, &first, e);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, "there is an installation in that database already: give an empty one");
    return rc == RC_NOT_FOUND ? sql_script(db, e, str_of(ARRIVING)) : rc;
}

enum rc arriving_end(struct sql *db, struct err *e)
{
    TRY(moving_end(db, e));
    return sql_run(db, e, ARRIVED, SQL_NONE, NULL);
}
