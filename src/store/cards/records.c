/* Sources and their records, with the verbatim originals. */
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/account/accounts.h"
#include "store/cards/records.h"
#include "store/account/usage.h"

static const char SOURCES[] =
    "select s.id, s.created_ms, (select count(*) from records r where r.account_id = $1 and r.source_id = s.id),"
    " s.kind, s.name, s.cursor from sources s where s.account_id = $1 order by s.created_ms, s.id limit 1000";
static const char SOURCE_NAMES[] = "select s.id, s.created_ms, 0, s.kind, s.name, s.cursor from sources s"
                                   " where s.account_id = $1 order by s.id limit 1000";
static const char SOURCE_NAME[] = "select name from sources where account_id = $1 and id = $2";
static const char SOURCE[] =
    "select id from sources where account_id = $1 and kind = $2 and name = $3 order by id limit 1";
static const char SOURCE_ADD[] =
    "insert into sources (account_id, id, kind, name, created_ms) values ($1, $2, $3, $4, $5)";

#define COLUMNS "r.source_id, r.card_id, r.home_card_id, r.fingerprint, r.seen_ms, r.remote_key, r.format, c.state"
#define FROM \
    " from records r left join cards c on c.account_id = r.account_id and c.id = r.card_id where r.account_id = $1"
static const char FIND[] = "select " COLUMNS FROM " and r.source_id = $2 and r.remote_key = $3";
static const char BASE[] = "select base_json from records where account_id = $1 and source_id = $2 and remote_key = $3";
static const char OF_CARD[] =
    "select " COLUMNS ", r.base_json, r.original" FROM " and r.card_id = $2 order by r.seen_ms desc, r.source_id,"
    " r.remote_key limit 4 offset $3";
static const char VCARD[] =
    "select r.original from records r where r.account_id = $1 and r.card_id = $2 and r.home_card_id = $2"
    " and r.format = 'vcard' order by r.seen_ms desc limit 1";
static const char OF_CARD_SHORT[] = "select " COLUMNS FROM " and r.card_id = $2 order by r.seen_ms desc limit 1000";

static const char PUT[] =
    "insert into records (account_id, source_id, remote_key, card_id, home_card_id, fingerprint, format, base_json,"
    " original, seen_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " on conflict (account_id, source_id, remote_key) do update set fingerprint = excluded.fingerprint,"
    " format = excluded.format, base_json = excluded.base_json, original = excluded.original, seen_ms = "
    "excluded.seen_ms";
/* What is there already: its size, and whether this batch has kept it. */
static const char THERE[] = "select " RECORD_BYTES("r.") ", (select count(*) from records_before b"
                                                         " where b.account_id = $1 and b.home_card_id = r.home_card_id "
                                                         "and b.batch_id = $2 and b.source_id = r.source_id"
                                                         " and b.remote_key = r.remote_key) from records r where "
                                                         "r.account_id = $1 and r.source_id = $3 and r.remote_key = $4";
/* Only the first time a batch replaces a row counts. */
static const char KEEP[] =
    "insert into records_before (account_id, home_card_id, batch_id, source_id, remote_key, fingerprint, format, "
    "base_json,"
    " original, seen_ms) select account_id, home_card_id, $2, source_id, remote_key, fingerprint, format, base_json,"
    " original, seen_ms from records where account_id = $1 and source_id = $3 and remote_key = $4"
    " on conflict (account_id, home_card_id, batch_id, source_id, remote_key) do nothing";
static const char SEEN[] =
    "update records set seen_ms = $4 where account_id = $1 and source_id = $2 and remote_key = $3";

static enum rc sources_by(struct sql *db, const char *text, struct arena *a, int64_t account, struct source **ret,
                          size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct source) list = { 0 };

    TRY(sql_rows(db, &rows, e, text, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct source){ row_i64(&rows, 0),
                                               row_i64(&rows, 1),
                                               row_i64(&rows, 2),
                                               str_copy(a, row_text(&rows, 3)),
                                               str_copy(a, row_text(&rows, 4)),
                                               str_copy(a, row_text(&rows, 5)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc sources_list(struct sql *db, struct arena *a, int64_t account, struct source **ret, size_t *ret_n,
                     struct err *e)
{
    return sources_by(db, SOURCES, a, account, ret, ret_n, e);
}

enum rc sources_names(struct sql *db, struct arena *a, int64_t account, struct source **ret, size_t *ret_n,
                      struct err *e)
{
    return sources_by(db, SOURCE_NAMES, a, account, ret, ret_n, e);
}

enum rc sources_name(struct sql *db, struct arena *a, int64_t account, int64_t id, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = S("");
    TRY(sql_rows(db, &rows, e, SOURCE_NAME, SQL_ARGS(I64(account), I64(id))));
    if (rows_next(&rows))
        *ret = str_copy(a, row_text(&rows, 0));
    return rows_end(&rows, e);
}

enum rc sources_ensure(struct sql *db, int64_t account, struct str kind, struct str name, int64_t *ret, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(accounts_hold(db, &own, account, e));
    enum rc rc = sql_one_i64(db, e, SOURCE, SQL_ARGS(I64(account), TEXT(kind), TEXT(name)), ret);
    if (rc == RC_NOT_FOUND) {
        *ret = id_new();
        rc = sql_run(db, e, SOURCE_ADD, SQL_ARGS(I64(account), I64(*ret), TEXT(kind), TEXT(name), I64(clock_ms())),
                     NULL);
    }
    TRY(rc);
    return sql_leave(&own, e);
}

static struct record take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct record){
        .source = row_i64(rows, 0),
        .card = row_i64(rows, 1),
        .home = row_i64(rows, 2),
        .fingerprint = row_i64(rows, 3),
        .seen_ms = row_i64(rows, 4),
        .remote_key = str_copy(a, row_text(rows, 5)),
        .format = str_copy(a, row_text(rows, 6)),
        .card_state = (int)row_i64(rows, 7),
    };
}

enum rc records_find(struct sql *db, struct arena *a, int64_t account, int64_t source, const struct str *remote_keys,
                     size_t n, struct record **ret, struct err *e)
{
    auto_rollback   view = { 0 };
    auto_rows       rows = { 0 };
    struct record  *list = arena_array(a, struct record, n ? n : 1);
    struct sql_arg *each = arena_array(a, struct sql_arg, n ? n : 1);

    for (size_t i = 0; i < n; i++)
        each[i] = TEXT(remote_keys[i]);
    TRY(sql_view(db, &view, e));
    TRY(sql_rows_each(db, &rows, e, FIND, SQL_ARGS(I64(account), I64(source)), each, 1, n));
    while (rows_next(&rows))
        list[rows_which(&rows)] = take_row(a, &rows);
    *ret = list;
    return rows_end(&rows, e);
}

enum rc records_base(struct sql *db, struct arena *a, int64_t account, int64_t source, struct str remote_key,
                     struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = S("");
    TRY(sql_rows(db, &rows, e, BASE, SQL_ARGS(I64(account), I64(source), TEXT(remote_key))));
    if (rows_next(&rows))
        *ret = str_copy(a, row_text(&rows, 0));
    return rows_end(&rows, e);
}

struct there {
    bool    replaced, keep; /* keep: its batch has to */
    int64_t bytes;
};

static enum rc what_is_there(struct sql *db, struct arena *a, int64_t account, int64_t batch,
                             const struct record *records, size_t n, struct there *ret, struct err *e)
{
    struct sql_arg *each = arena_array(a, struct sql_arg, 2 * n + 1);
    auto_rows       rows = { 0 };

    for (size_t i = 0; i < n; i++) {
        each[2 * i] = I64(records[i].source);
        each[2 * i + 1] = TEXT(records[i].remote_key);
    }
    TRY(sql_rows_each(db, &rows, e, THERE, SQL_ARGS(I64(account), I64(batch)), each, 2, n));
    while (rows_next(&rows))
        ret[rows_which(&rows)] = (struct there){ true, batch && row_i64(&rows, 1) == 0, row_i64(&rows, 0) };
    return rows_end(&rows, e);
}

static enum rc put_one(struct sql *db, int64_t account, const struct record *r, struct err *e)
{
    return sql_run(db, e, PUT,
                   SQL_ARGS(I64(account), I64(r->source), TEXT(r->remote_key), I64(r->card), I64(r->home),
                            I64(r->fingerprint), TEXT(r->format), TEXT(r->base_json), BLOB(r->original),
                            I64(r->seen_ms ? r->seen_ms : clock_ms())),
                   NULL);
}

enum rc records_put(struct sql *db, int64_t account, int64_t batch, const struct record *records, size_t n,
                    struct err *e)
{
    auto_free(arena) a = arena_new(16 << 10);
    struct there *there = arena_array(a, struct there, n + 1);
    struct usage  more = { 0 };

    TRY(what_is_there(db, a, account, batch, records, n, there, e));
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &records[i];
        if (there[i].keep)
            TRY(sql_run(db, e, KEEP, SQL_ARGS(I64(account), I64(batch), I64(r->source), TEXT(r->remote_key)), NULL));
        TRY(put_one(db, account, r, e));
        more.original_bytes += (int64_t)(r->original.n + r->base_json.n);
        more.original_bytes -= there[i].replaced && !there[i].keep ? there[i].bytes : 0;
    }
    return usage_add(db, account, &more, e);
}

enum rc records_seen(struct sql *db, int64_t account, int64_t source, const struct str *remote_keys, size_t n,
                     struct err *e)
{
    int64_t now = clock_ms();

    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, SEEN, SQL_ARGS(I64(account), I64(source), TEXT(remote_keys[i]), I64(now)), NULL));
    return RC_OK;
}

_Static_assert(RECORDS_STEP == 4, "as OF_CARD says");

enum rc records_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t first,
                        struct record **ret, size_t *ret_n, int64_t *ret_next, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = arena_array(a, struct record, RECORDS_STEP);
    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, OF_CARD, SQL_ARGS(I64(account), I64(card), I64(first))));
    while (*ret_n < RECORDS_STEP && rows_next(&rows)) {
        struct record *r = &(*ret)[(*ret_n)++];
        *r = take_row(a, &rows);
        r->base_json = str_copy(a, row_text(&rows, 8));
        r->original = str_copy(a, row_text(&rows, 9));
    }
    *ret_next = *ret_n == RECORDS_STEP ? first + RECORDS_STEP : 0;
    return rows_end(&rows, e);
}

enum rc records_vcard(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = S("");
    TRY(sql_rows(db, &rows, e, VCARD, SQL_ARGS(I64(account), I64(card))));
    if (rows_next(&rows))
        *ret = str_copy(a, row_text(&rows, 0));
    return rows_end(&rows, e);
}

enum rc records_of_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *cards, size_t n,
                         struct record **ret, size_t *ret_n, struct err *e)
{
    auto_rollback view = { 0 };
    VEC(struct record) list = { 0 };

    TRY(sql_view(db, &view, e));
    for (size_t i = 0; i < n; i++) {
        auto_rows rows = { 0 };
        TRY(sql_rows(db, &rows, e, OF_CARD_SHORT, SQL_ARGS(I64(account), I64(cards[i]))));
        while (rows_next(&rows))
            *vec_push(a, &list) = take_row(a, &rows);
        TRY(rows_end(&rows, e));
    }
    *ret = list.v;
    *ret_n = list.n;
    return RC_OK;
}
