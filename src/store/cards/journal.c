/* The journal read back: rows of a card, the card as it was, numbers by time. */
#include <assert.h>
#include "base/vec.h"
#include "store/cards/journal.h"

#define COLUMNS "seq, at_ms, card_id, batch_id, op, actor, prev_state, prev_book_id, prev_merged_into"
static const char OF_CARD[] =
    "select " COLUMNS ", prev_json from journal where account_id = $1 and card_id = $2 and seq < $3"
    " order by seq desc limit $4";
static const char BEFORE[] = "select seq from journal where account_id = $1 and card_id = $2 and seq < $3"
                             " order by seq desc limit 1";
static const char NEXT_OF_CARD[] =
    "select " COLUMNS ", prev_json from journal where account_id = $1 and card_id = $2 and seq > $3"
    " order by seq limit 1";
static const char LAST[] = "select seq from journal where account_id = $1 order by seq desc limit 1";
static const char AT_MS[] = "select at_ms from journal where account_id = $1 and seq >= $2 order by seq limit 1";

static struct journal_row take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct journal_row){
        .seq = row_i64(rows, 0),
        .at_ms = row_i64(rows, 1),
        .card = row_i64(rows, 2),
        .batch = row_i64(rows, 3),
        .op = str_copy(a, row_text(rows, 4)),
        .actor = str_copy(a, row_text(rows, 5)),
        .prev_state = (enum card_state)row_i64(rows, 6),
        .prev_book = row_i64(rows, 7),
        .prev_merged_into = row_i64(rows, 8),
    };
}

enum rc journal_next_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t after,
                             struct journal_row *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, NEXT_OF_CARD, SQL_ARGS(I64(account), I64(card), I64(after))));
    if (rows_next(&rows)) {
        *ret = take_row(a, &rows);
        ret->prev_json = str_copy(a, row_text(&rows, 9));
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no later change");
}

/* The card's text after number seq: before the next change, or now. */
static enum rc text_after(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t seq, struct str *ret,
                          struct err *e)
{
    struct journal_row next;
    struct card_row    now = { .json = S("") };
    enum rc            rc = journal_next_of_card(db, a, account, card, seq, &next, e);

    if (rc == RC_OK)
        *ret = next.prev_json;
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = cards_get(db, a, account, card, &now, e);
    *ret = now.json;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc journal_first_text(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str *ret,
                           struct err *e)
{
    struct journal_row made;
    enum rc            rc = journal_next_of_card(db, a, account, card, 0, &made, e);

    if (rc == RC_OK)
        rc = text_after(db, a, account, card, made.seq, ret, e);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !ret->n))
        *ret = S("{}");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* At most `room` rows before a number; ends behind the one that passes the bytes of a page. */
static enum rc read_some(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t before, size_t room,
                         struct journal_row *to, size_t *ret_n, size_t *bytes, struct err *e)
{
    auto_rows rows = { 0 };

    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, OF_CARD, SQL_ARGS(I64(account), I64(card), I64(before), I64((int64_t)room))));
    while (*ret_n < room && *bytes <= JOURNAL_PAGE_BYTES && rows_next(&rows)) {
        struct journal_row *r = &to[(*ret_n)++];
        *r = take_row(a, &rows);
        r->prev_json = str_copy(a, row_text(&rows, 9));
        *bytes += r->prev_json.n;
    }
    return rows_end(&rows, e);
}

static enum rc is_more(struct sql *db, int64_t account, int64_t card, int64_t before, bool *ret, struct err *e)
{
    int64_t seq;
    enum rc rc = sql_one_i64(db, e, BEFORE, SQL_ARGS(I64(account), I64(card), I64(before)), &seq);

    *ret = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum { ROWS_STEP = 16 }; /* a server sends all it was asked for, however large */

enum rc journal_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t before, int limit,
                        struct journal_row **ret, size_t *ret_n, int64_t *ret_next, struct err *e)
{
    auto_rollback       view = { 0 };
    struct journal_row *list = arena_array(a, struct journal_row, (size_t)limit + 1);
    size_t              n = 0, some, bytes = 0;
    bool                more = false;

    assert(limit > 0);
    before = before ? before : INT64_MAX;
    TRY(sql_view(db, &view, e));
    do {
        size_t room = size_min((size_t)limit - n, ROWS_STEP);
        TRY(read_some(db, a, account, card, n ? list[n - 1].seq : before, room, list + n, &some, &bytes, e));
        n += some;
    } while (some && n < (size_t)limit && bytes <= JOURNAL_PAGE_BYTES);
    if (n) {
        TRY(is_more(db, account, card, list[n - 1].seq, &more, e));
        TRY(text_after(db, a, account, card, list[0].seq, &list[0].next_json, e));
    }
    for (size_t i = 1; i < n; i++)
        list[i].next_json = list[i - 1].prev_json;
    *ret = list;
    *ret_n = n;
    *ret_next = more ? list[n - 1].seq : 0;
    return RC_OK;
}

enum rc journal_card_at(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t seq,
                        struct card_row *ret, struct err *e)
{
    struct journal_row next;
    struct json       *tree = NULL;
    struct card_head   head;

    TRY(cards_get(db, a, account, card, ret, e));
    if (ret->seq <= seq)
        return RC_OK;
    TRY(journal_next_of_card(db, a, account, card, seq, &next, e));
    if (next.prev_json.n == 0)
        return err_set(e, RC_NOT_FOUND, "the card was not there yet");
    TRY(json_parse(a, next.prev_json, &tree, e));
    card_head(a, tree, &head);
    *ret = (struct card_row){ .id = card,
                              .book = next.prev_book,
                              .seq = seq,
                              .created_ms = ret->created_ms,
                              .updated_ms = next.at_ms,
                              .merged_into = next.prev_merged_into,
                              .state = next.prev_state,
                              .uid = head.uid,
                              .name = head.name,
                              .sort_key = head.sort_key,
                              .company = head.company,
                              .json = next.prev_json };
    return RC_OK;
}

/* Numbers and times run in the same order: look in halves. */
enum rc journal_seq_at(struct sql *db, int64_t account, int64_t at_ms, int64_t *ret, struct err *e)
{
    int64_t low = 0, high = 0;
    enum rc rc = sql_one_i64(db, e, LAST, SQL_ARGS(I64(account)), &high);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2, then = 0;
        TRY(sql_one_i64(db, e, AT_MS, SQL_ARGS(I64(account), I64(middle)), &then));
        if (then <= at_ms)
            low = middle;
        else
            high = middle - 1;
    }
    *ret = low;
    return RC_OK;
}
