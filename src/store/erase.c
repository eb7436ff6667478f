/* Erases accounts and expired cards, in slices. */
#include "base/clock.h"
#include "base/vec.h"
#include "io/search/search.h"
#include "store/accounts.h"
#include "store/cards_int.h"
#include "store/usage.h"

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
    "update journal set prev_json = '' where account_id = $1 and card_id = $2 and prev_json <> ''",
    "delete from cards where account_id = $1 and id = $2",
};

/* What of_card takes away, as differences of usage. */
static const char HELD[] = "select cast(-count(*) as bigint), cast(-coalesce(sum(" TEXT_BYTES(
    "card_json") "), 0) as bigint),"
                 " -(select cast(coalesce(sum(" TEXT_BYTES(
                     "prev_json") "), 0) as bigint) from journal where account_id = $1"
                                  " and card_id = $2),"
                                  " -(select cast(coalesce(sum(" RECORD_BYTES(
                                      "") "), 0) as bigint) from records where account_id = $1 and card_id = $2)"
                                          " -(select cast(coalesce(sum(" RECORD_BYTES(
                                              "") "), 0) as bigint) from records_before where account_id = $1"
                                                  " and home_card_id = $2) from cards where account_id = $1 and id = "
                                                  "$2";

static enum rc count_usage(struct sql *db, int64_t account, int64_t card, struct err *e)
{
    auto_rows    rows = { 0 };
    struct usage less = { 0 };

    TRY(sql_rows(db, &rows, e, HELD, SQL_ARGS(I64(account), I64(card))));
    if (rows_next(&rows))
        less = (struct usage){ .cards = row_i64(&rows, 0),
                               .card_bytes = row_i64(&rows, 1),
                               .history_bytes = row_i64(&rows, 2),
                               .original_bytes = row_i64(&rows, 3) };
    TRY(rows_end(&rows, e));
    return usage_add(db, account, &less, e);
}

static enum rc erase_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct err *e)
{
    int64_t *family = NULL;
    size_t   n = 0;

    TRY(cards_family(db, a, account, card, &family, &n, e));
    for (size_t i = 0; i < n; i++)
        TRY(count_usage(db, account, family[i], e));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < countof(of_card); k++)
            TRY(sql_run(db, e, of_card[k], SQL_ARGS(I64(account), I64(family[i])), NULL));
    return search_remove(db, account, family, n, e);
}

enum rc cards_expire(struct sql *db, struct arena *a, int64_t account, int64_t now_ms, int most, size_t *ret_n,
                     struct err *e)
{
    auto_rollback own = { 0 };
    auto_rows     rows = { 0 };
    VEC(int64_t) list = { 0 };

    TRY(accounts_hold(db, &own, account, e));
    TRY(sql_rows(db, &rows, e, OVERDUE,
                 SQL_ARGS(I64(account), I64(now_ms - (int64_t)TRASH_DAYS * 86400 * 1000), I64(most))));
    while (rows_next(&rows))
        *vec_push(a, &list) = row_i64(&rows, 0);
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < list.n; i++)
        TRY(erase_card(db, a, account, list.v[i], e));
    *ret_n = list.n;
    return sql_leave(&own, e);
}

/* ---- whole accounts ---- */

/* In this order: first nobody gets in, the account itself is last.  The key of a slice is the table's own. */
#define BY(table, key)                                                                         \
    "delete from " table " where account_id = $1 and (" key ") in (select " key " from " table \
    " where account_id = $1 limit $2)"
static const char *const of_account[] = {
    BY("logins", "email_key"),
    BY("sessions", "secret_hash"),
    BY("second_factors", "user_id"),
    BY("recovery_codes", "user_id, code_hash"),
    BY("users", "id"),
    BY("job_ready", "kind, subject"),
    BY("job_later", "kind, subject"),
    BY("job_dead", "kind, subject"),
    BY("account_pauses", "kind"),
    BY("idempotency", "idem_key"),
    BY("cards", "id"),
    BY("keys", "key_hash, card_id"),
    BY("tags", "tag, card_id"),
    BY("facts", "card_id"),
    BY("facets", "field, value, card_id"),
    BY("pairs", "low_id, high_id"),
    BY("merges", "id"),
    BY("records", "source_id, remote_key"),
    BY("records_before", "home_card_id, batch_id, source_id, remote_key"),
    BY("blobs", "id"),
    BY("journal", "seq"),
    BY("undos", "id"),
    BY("import_chunks", "id"),
    BY("imports", "id"),
    BY("files", "id"),
    BY("file_chunks", "file_id, no"),
    BY("sources", "id"),
    BY("books", "id"),
    BY("usage", "account_id"),
    BY("audit", "id"),
    BY("accounts", "account_id"),
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
    int64_t       deleted = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(forget_search(db, a, account, most, e));
    for (size_t i = 0; i < countof(of_account) && deleted < most; i++)
        TRY(sql_run(db, e, of_account[i], SQL_ARGS(I64(account), I64(most)), &deleted));
    *ret_done = deleted < most;
    return sql_leave(&own, e);
}
