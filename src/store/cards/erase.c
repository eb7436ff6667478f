/* Erases accounts and expired cards, in slices. */
#include "base/clock.h"
#include "base/vec.h"
#include "io/search/search.h"
#include "store/account/accounts.h"
#include "store/cards/blobs.h"
#include "store/cards/cards_int.h"
#include "store/cards/shred.h"
#include "store/account/usage.h"

/* ---- cards whose time in the trash is over ---- */

static const char OVERDUE[] =
    "select id from cards where account_id = $1 and state = 1 and deleted_ms < $2 order by id limit $3";
static const char *const of_card[] = {
    "delete from records where account_id = $1 and card_id = $2",
    "delete from records_before where account_id = $1 and home_card_id = $2",
    "delete from facts where account_id = $1 and card_id = $2",
    "delete from pairs where account_id = $1 and low_id = $2",
    "delete from pairs where account_id = $1 and high_id = $2",
    "delete from merges where account_id = $1 and winner_id = $2",
    "delete from merges where account_id = $1 and loser_id = $2",
    "delete from cards where account_id = $1 and id = $2",
};
/* Earlier texts go some at a time: a large card may have hundreds. */
#define SOME_TEXTS \
    "(select seq from journal where account_id = $1 and card_id = $2 and prev_json <> '' order by seq limit 8)"
static const char TEXTS_BYTES[] =
    "select cast(coalesce(sum(" TEXT_BYTES("prev_json") "), 0) as bigint) from journal where account_id = $1"
                                                        " and card_id = $2 and seq in " SOME_TEXTS;
static const char TEXTS_GO[] =
    "update journal set prev_json = '' where account_id = $1 and card_id = $2 and seq in " SOME_TEXTS;

/* What of_card takes away. */
static const char CARD_BYTES[] =
    "select cast(count(*) as bigint), cast(coalesce(sum(" TEXT_BYTES("card_json") "), 0) as bigint) from cards"
                                                                                  " where account_id = $1 and id = $2";
static const char RECORDS_BYTES[] =
    "select cast(coalesce(sum(" RECORD_BYTES("") "), 0) as bigint) from records"
                                                 " where account_id = $1 and card_id = $2";
static const char BEFORE_BYTES[] =
    "select cast(coalesce(sum(" RECORD_BYTES("") "), 0) as bigint) from records_before"
                                                 " where account_id = $1 and home_card_id = $2";

/* What is erased is overwritten, not only let go of: zeros in SQLite's file (its free pages, too). */
static const char SHRED[] = "/*sqlite: pragma secure_delete = on*/ /*postgres: select 1::bigint*/";
static const char SHRED_NO_MORE[] = "/*sqlite: pragma secure_delete = fast*/ /*postgres: select 0::bigint*/";
/* Others wait while a slice is made: it ends after so long, after the statement it is at. */
enum { SLICE_US = 60000, WIDE_ROWS = 16 };

struct shredder {
    struct sql *db;
};
#define auto_shredder __attribute__((cleanup(shredder_done))) struct shredder

static void shredder_done(struct shredder *s)
{
    int64_t    now;
    struct err e;

    if (s->db && sql_one_i64(s->db, &e, SHRED_NO_MORE, SQL_NONE, &now) != RC_OK)
        return; /* the connection is gone, and the setting with it */
}

static enum rc shred(struct sql *db, struct shredder *ret, struct err *e)
{
    int64_t now;

    ret->db = db;
    return sql_one_i64(db, e, SHRED, SQL_NONE, &now);
}

static enum rc count_card(struct sql *db, int64_t account, int64_t card, struct err *e)
{
    auto_rows    rows = { 0 };
    struct usage less = { 0 };
    int64_t      records = 0, before = 0;

    TRY(sql_rows(db, &rows, e, CARD_BYTES, SQL_ARGS(I64(account), I64(card))));
    if (rows_next(&rows)) {
        less.cards = -row_i64(&rows, 0);
        less.card_bytes = -row_i64(&rows, 1);
    }
    TRY(rows_end(&rows, e));
    TRY(sql_one_i64(db, e, RECORDS_BYTES, SQL_ARGS(I64(account), I64(card)), &records));
    TRY(sql_one_i64(db, e, BEFORE_BYTES, SQL_ARGS(I64(account), I64(card)), &before));
    less.original_bytes = -(records + before);
    return usage_add(db, account, &less, e);
}

/* ret: none is left. */
static enum rc erase_texts(struct sql *db, int64_t account, int64_t card, int64_t until_us, bool *ret, struct err *e)
{
    for (*ret = false; !*ret && clock_mono_us() < until_us;) {
        int64_t bytes = 0;
        TRY(sql_one_i64(db, e, TEXTS_BYTES, SQL_ARGS(I64(account), I64(card)), &bytes));
        *ret = bytes == 0;
        if (*ret)
            break;
        TRY(sql_run(db, e, TEXTS_GO, SQL_ARGS(I64(account), I64(card)), NULL));
        TRY(usage_add(db, account, &(struct usage){ .history_bytes = -bytes }, e));
    }
    return RC_OK;
}

/* One card of a family.  Its own row goes last: until then the next slice finds it again. */
static enum rc erase_one(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t until_us, bool *ret,
                         struct err *e)
{
    TRY(erase_texts(db, account, card, until_us, ret, e));
    if (!*ret)
        return RC_OK;
    TRY(count_card(db, account, card, e));
    TRY(blobs_forget(db, a, account, card, e));
    for (size_t k = 0; k < countof(of_card); k++)
        TRY(sql_run(db, e, of_card[k], SQL_ARGS(I64(account), I64(card)), NULL));
    return search_remove(db, account, &card, 1, e);
}

/* Those that were merged into it first: without it nobody would find them. */
static enum rc erase_family(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t until_us, bool *ret,
                            struct err *e)
{
    int64_t *family = NULL;
    size_t   n = 0;

    *ret = true;
    TRY(cards_family(db, a, account, card, &family, &n, e));
    while (n-- && *ret)
        TRY(erase_one(db, a, account, family[n], until_us, ret, e));
    return RC_OK;
}

static enum rc overdue(struct sql *db, struct arena *a, int64_t account, int64_t before_ms, int most, int64_t **ret,
                       size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(int64_t) list = { 0 };

    TRY(sql_rows(db, &rows, e, OVERDUE, SQL_ARGS(I64(account), I64(before_ms), I64(most))));
    while (rows_next(&rows))
        *vec_push(a, &list) = row_i64(&rows, 0);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc cards_expire(struct sql *db, struct arena *a, int64_t account, int64_t now_ms, int most, size_t *ret_n,
                     bool *ret_more, struct err *e)
{
    auto_rollback own = { 0 };
    auto_shredder shredder = { 0 };
    int64_t      *cards, until_us = clock_mono_us() + SLICE_US;
    size_t        n;
    bool          gone = true;

    *ret_n = 0;
    TRY(accounts_hold(db, &own, account, e));
    TRY(overdue(db, a, account, now_ms - (int64_t)TRASH_DAYS * 86400 * 1000, most, &cards, &n, e));
    if (n)
        TRY(shred(db, &shredder, e));
    for (; *ret_n < n && gone && clock_mono_us() < until_us; *ret_n += gone)
        TRY(erase_family(db, a, account, cards[*ret_n], until_us, &gone, e));
    *ret_more = *ret_n < n || n == (size_t)most;
    if (*ret_n)
        TRY(shred_ask(db, e));
    return sql_leave(&own, e);
}

/* ---- whole accounts ---- */

/* In this order: first nobody gets in, the account itself is last.  The key of a slice is the table's own. */
#define BY(table, key)                                                                         \
    "delete from " table " where account_id = $1 and (" key ") in (select " key " from " table \
    " where account_id = $1 limit $2)"
#define WIDE true /* rows of megabytes: few at a time */
static const struct {
    const char *text;
    bool        wide;
} of_account[] = {
    { BY("logins", "email_key"), false },
    { BY("sessions", "secret_hash"), false },
    { BY("second_factors", "user_id"), false },
    { BY("recovery_codes", "user_id, code_hash"), false },
    { BY("users", "id"), false },
    { BY("job_ready", "kind, subject"), false },
    { BY("job_later", "kind, subject"), false },
    { BY("job_dead", "kind, subject"), false },
    { BY("account_pauses", "kind"), false },
    { BY("idempotency", "idem_key"), WIDE },
    { BY("cards", "id"), WIDE },
    { BY("keys", "key_hash, card_id"), false },
    { BY("tags", "tag, card_id"), false },
    { BY("facts", "card_id"), false },
    { BY("facets", "field, value, card_id"), false },
    { BY("pairs", "low_id, high_id"), false },
    { BY("merges", "id"), false },
    { BY("records", "source_id, remote_key"), WIDE },
    { BY("records_before", "home_card_id, batch_id, source_id, remote_key"), WIDE },
    { BY("blobs", "id"), WIDE },
    { BY("card_blobs", "card_id, blob_id"), false },
    { BY("journal", "seq"), WIDE },
    { BY("undos", "id"), false },
    { BY("import_chunks", "id"), WIDE },
    { BY("imports", "id"), WIDE },
    { BY("files", "id"), false },
    { BY("file_chunks", "file_id, no"), WIDE },
    { BY("sources", "id"), false },
    { BY("books", "id"), false },
    { BY("usage", "account_id"), false },
    { BY("audit", "id"), false },
    { BY("accounts", "account_id"), false },
};
static const char IDS[] = "select id from cards where account_id = $1 order by id limit $2";

/* The search index goes with the cards it knows. */
static enum rc forget_search(struct sql *db, struct arena *a, int64_t account, int most, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(int64_t) list = { 0 };

    TRY(sql_rows(db, &rows, e, IDS, SQL_ARGS(I64(account), I64(most))));
    while (rows_next(&rows))
        *vec_push(a, &list) = row_i64(&rows, 0);
    TRY(rows_end(&rows, e));
    return search_remove(db, account, list.v, list.n, e);
}

enum rc accounts_erase(struct sql *db, int64_t account, int most, bool *ret_done, struct err *e)
{
    auto_free(arena) a = arena_new(16 << 10);
    auto_rollback own = { 0 };
    auto_shredder shredder = { 0 };
    int64_t       until_us = clock_mono_us() + SLICE_US;

    *ret_done = true;
    TRY(accounts_hold(db, &own, account, e));
    TRY(shred(db, &shredder, e));
    TRY(forget_search(db, a, account, WIDE_ROWS, e));
    for (size_t i = 0; i < countof(of_account) && *ret_done; i++) {
        int64_t deleted = 0, some = of_account[i].wide ? i64_min(most, WIDE_ROWS) : most;
        TRY(sql_run(db, e, of_account[i].text, SQL_ARGS(I64(account), I64(some)), &deleted));
        *ret_done = deleted < some && clock_mono_us() < until_us;
    }
    if (*ret_done)
        TRY(shred_ask(db, e));
    return sql_leave(&own, e);
}
