/* Writes the search index anew and zeroes free pages after something was erased, in slices. */
#include "store/cards/shred.h"
#include "base/clock.h"
#include "io/search/search.h"
#include "store/installation/settings.h"

enum { PAGES_AT_ONCE = 256, ROWS_AT_ONCE = 4, ROOM_OF_A_ROW = 64 };

/* Free pages are taken by rows of zeros.  The table is there only meanwhile; its name keeps it out of backups and moves. */
static const char ZEROS[] =
    "/*sqlite: create table if not exists search_zeros (id integer primary key, zeros blob not null) strict*/"
    " /*postgres: select 1::bigint*/";
static const char FREE[] = "/*sqlite: select freelist_count * page_size from pragma_freelist_count, pragma_page_size*/"
                           " /*postgres: select 0::bigint*/";
static const char PAGE[] = "/*sqlite: select page_size from pragma_page_size*/ /*postgres: select 8192::bigint*/";
static const char FILL[] =
    "/*sqlite: insert into search_zeros (zeros) values (zeroblob($1))*/ /*postgres: select $1::bigint*/";
static const char EMPTY[] = "/*sqlite: delete from search_zeros where id in (select id from search_zeros limit $1)*/ "
                            "/*postgres: select $1::bigint*/";
static const char THERE[] =
    "/*sqlite: select count(*) from sqlite_schema where name = 'search_zeros'*/ /*postgres: select 0::bigint*/";
static const char LEFT[] =
    "/*sqlite: select count(*) from (select 1 from search_zeros limit 1)*/ /*postgres: select 0::bigint*/";
static const char NO_ZEROS[] = "/*sqlite: drop table search_zeros*/ /*postgres: select 1::bigint*/";

/* ---- the steps of a pass: each does some, and says when it is over ---- */

static enum rc begin_index(struct sql *db, int64_t ms, bool *ret_over, struct err *e)
{
    (void)ms;
    *ret_over = true;
    return search_rewrite(db, e);
}

static enum rc fill(struct sql *db, int64_t ms, bool *ret_over, struct err *e)
{
    int64_t page = 0, left = 0;

    (void)ms;
    TRY(sql_one_i64(db, e, FREE, SQL_NONE, &left));
    *ret_over = left == 0;
    if (*ret_over)
        return RC_OK;
    TRY(sql_run(db, e, ZEROS, SQL_NONE, NULL));
    TRY(sql_one_i64(db, e, PAGE, SQL_NONE, &page));
    return sql_run(db, e, FILL, SQL_ARGS(I64(i64_min(left, PAGES_AT_ONCE * page) - ROOM_OF_A_ROW)), NULL);
}

static enum rc empty(struct sql *db, int64_t ms, bool *ret_over, struct err *e)
{
    int64_t there = 0, left = 0;

    (void)ms;
    TRY(sql_one_i64(db, e, THERE, SQL_NONE, &there));
    *ret_over = there == 0;
    if (*ret_over)
        return RC_OK;
    TRY(sql_run(db, e, EMPTY, SQL_ARGS(I64(ROWS_AT_ONCE)), NULL));
    TRY(sql_one_i64(db, e, LEFT, SQL_NONE, &left));
    *ret_over = left == 0;
    return *ret_over ? sql_run(db, e, NO_ZEROS, SQL_NONE, NULL) : RC_OK;
}

static const struct step {
    const char *name; /* the value of the setting while it is at this step */
    enum rc (*some)(struct sql *db, int64_t ms, bool *ret_over, struct err *e);
} steps[] = {
    { "asked", begin_index },
    { "index", search_tidy },
    { "fill", fill },
    { "empty", empty },
};

/* ---- a pass ---- */

static const char SETTING[] = "shred", OVER[] = "over";

enum rc shred_ask(struct sql *db, struct err *e) { return settings_set(db, str_of(SETTING), str_of(steps[0].name), e); }

static enum rc find_step(struct sql *db, size_t *ret, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    struct str at = S("");
    enum rc    rc = settings_get(db, a, str_of(SETTING), &at, e);

    for (*ret = 0; *ret < countof(steps) && !str_is(at, steps[*ret].name);)
        ++*ret;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Somebody may have asked anew meanwhile: then the pass begins again. */
static const char NEXT[] = "update settings set value = $1 where name = 'shred' and value = $2";

enum rc shred_some(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
{
    int64_t until_us = clock_mono_us() + ms * 1000;
    size_t  at;

    TRY(find_step(db, &at, e));
    do {
        bool over = false;
        *ret_done = at == countof(steps);
        if (*ret_done)
            return RC_OK;
        TRY(steps[at].some(db, ms, &over, e));
        if (!over)
            continue;
        const char *next = at + 1 < countof(steps) ? steps[at + 1].name : OVER;
        TRY(sql_run(db, e, NEXT, SQL_ARGS(TEXT(str_of(next)), TEXT(str_of(steps[at].name))), NULL));
        TRY(find_step(db, &at, e));
    } while (clock_mono_us() < until_us);
    *ret_done = at == countof(steps);
    return RC_OK;
}
