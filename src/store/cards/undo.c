/* Undoes a batch or goes back to a moment, in slices. */
#include "base/clock.h"
#include "base/rand.h"
#include "store/account/accounts.h"
#include "store/cards/back_out.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/cards/journal.h"
#include "store/cards/merges.h"
#include "store/cards/undo.h"
#include "store/account/usage.h"

static const char ADD[] = "insert into undos (account_id, id, batch_id, to_seq, from_seq, total, actor, created_ms) "
                          "values ($1, $2, $3, $4, $5, $6, $7, $8)";
#define COLUMNS "id, batch_id, to_seq, done, total, created_ms, finished_ms, from_seq, after_card, actor"
static const char GET[] = "select " COLUMNS " from undos where account_id = $1 and id = $2";
static const char RUNNING[] =
    "select id from undos where account_id = $1 and batch_id = $2 and finished_ms = 0 limit 1";
static const char PROGRESS[] =
    "update undos set done = done + $3, after_card = $4, finished_ms = $5 where account_id = $1 and id = $2";

static const char BATCH_COUNT[] =
    "select count(distinct card_id) from journal where account_id = $1 and batch_id = $2 and batch_id <> 0";
static const char MOMENT_COUNT[] = "select count(distinct card_id) from journal where account_id = $1 and seq > $2";
/* Statements of a slice: card, first and last number. */
static const char BATCH_SPANS[] = "select card_id, min(seq), max(seq) from journal where account_id = $1 and batch_id "
                                  "= $2 and batch_id <> 0 and card_id > $3"
                                  " group by card_id order by card_id limit 500";
/* Card by card from where the last slice ended, in the index of cards: by number each slice would read all that came since. */
static const char MOMENT_SPANS[] = "select card_id, min(seq), max(seq) from journal where account_id = $1 and card_id "
                                   "> $3 and +seq > $2 and +seq <= $4"
                                   " group by card_id order by card_id limit 500";

/* The record's present form is kept for the undo of the undo, then the form before the batch comes back. */
static const char RECORDS_KEEP[] =
    "insert into records_before (account_id, home_card_id, batch_id, source_id, remote_key, fingerprint, format, "
    "base_json,"
    " original, seen_ms) select r.account_id, r.home_card_id, $4, r.source_id, r.remote_key, r.fingerprint, r.format, "
    "r.base_json,"
    " r.original, r.seen_ms from records_before b join records r on r.account_id = b.account_id and r.source_id = "
    "b.source_id"
    " and r.remote_key = b.remote_key where b.account_id = $1 and b.home_card_id = $2 and b.batch_id = $3"
    " on conflict (account_id, home_card_id, batch_id, source_id, remote_key) do nothing";
static const char RECORDS_BACK[] =
    "insert into records (account_id, source_id, remote_key, card_id, home_card_id, fingerprint, format, base_json, "
    "original, seen_ms)"
    " select account_id, source_id, remote_key, home_card_id, home_card_id, fingerprint, format, base_json, original, "
    "seen_ms"
    " from records_before where account_id = $1 and home_card_id = $2 and batch_id = $3"
    " on conflict (account_id, source_id, remote_key) do update set fingerprint = excluded.fingerprint, format = "
    "excluded.format,"
    " base_json = excluded.base_json, original = excluded.original, seen_ms = excluded.seen_ms";

static const char RECORDS_BYTES[] =
    "select cast(sum(" RECORD_BYTES("") ") as bigint) from records_before where account_id = $1 and home_card_id = $2"
                                        " and batch_id = $3 having count(*) > 0";

enum { SLICE_MAX = 500 };

struct work {
    struct undo u;
    int64_t     from_seq, after_card;
    struct str  actor;
};

static enum rc load(struct sql *db, struct arena *a, int64_t account, int64_t id, struct work *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(id))));
    if (!rows_next(&rows)) {
        TRY(rows_end(&rows, e));
        return err_set(e, RC_NOT_FOUND, "no such undo");
    }
    ret->u = (struct undo){ row_i64(&rows, 0), row_i64(&rows, 1),
                            row_i64(&rows, 2), row_i64(&rows, 3),
                            row_i64(&rows, 4), row_i64(&rows, 5),
                            row_i64(&rows, 6), row_i64(&rows, 6) ? S("done") : S("running") };
    ret->from_seq = row_i64(&rows, 7);
    ret->after_card = row_i64(&rows, 8);
    ret->actor = str_copy(a, row_text(&rows, 9));
    return RC_OK;
}

enum rc undo_get(struct sql *db, struct arena *a, int64_t account, int64_t undo, struct undo *ret, struct err *e)
{
    struct work w;

    TRY(load(db, a, account, undo, &w, e));
    *ret = w.u;
    return RC_OK;
}

static enum rc start(struct sql *db, struct arena *a, int64_t account, int64_t batch, int64_t to_seq, int64_t total,
                     struct str actor, struct undo *ret, struct err *e)
{
    int64_t id = id_new(), seq = 0;

    TRY(accounts_seq(db, account, &seq, e));
    TRY(sql_run(
        db, e, ADD,
        SQL_ARGS(I64(account), I64(id), I64(batch), I64(to_seq), I64(seq), I64(total), TEXT(actor), I64(clock_ms())),
        NULL));
    TRY(jobs_add(db, account, KIND_UNDO, JOB_PRIO_NOW, &id, 1, e));
    return undo_get(db, a, account, id, ret, e);
}

/* An import follows its undo, and the undo of its undo. */
static enum rc import_follows(struct sql *db, struct arena *a, int64_t account, int64_t batch, struct str from,
                              struct str to, struct err *e)
{
    struct import import;
    enum rc       rc = imports_get(db, a, account, batch, &import, e);

    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return imports_state(db, account, batch, from, to, e);
}

enum rc undo_batch(struct sql *db, struct arena *a, int64_t account, int64_t batch, struct str actor, struct undo *ret,
                   struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       running = 0, total = 0;

    TRY(accounts_hold(db, &own, account, e));
    enum rc rc = sql_one_i64(db, e, RUNNING, SQL_ARGS(I64(account), I64(batch)), &running);
    if (rc == RC_OK) {
        TRY(undo_get(db, a, account, running, ret, e));
        return err_set(e, RC_CONFLICT, "this is being undone already");
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(sql_one_i64(db, e, BATCH_COUNT, SQL_ARGS(I64(account), I64(batch)), &total));
    if (total == 0)
        return err_set(e, RC_NOT_FOUND, "nothing was changed under this number");
    TRY(import_follows(db, a, account, batch, S("done failed"), S("undoing"), e));
    TRY(start(db, a, account, batch, 0, total, actor, ret, e));
    return sql_leave(&own, e);
}

enum rc undo_moment_count(struct sql *db, int64_t account, int64_t at_ms, int64_t *ret, struct err *e)
{
    int64_t seq = 0;

    TRY(journal_seq_at(db, account, at_ms, &seq, e));
    return sql_one_i64(db, e, MOMENT_COUNT, SQL_ARGS(I64(account), I64(seq)), ret);
}

enum rc undo_to_moment(struct sql *db, struct arena *a, int64_t account, int64_t at_ms, struct str actor,
                       struct undo *ret, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       seq = 0, total = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(journal_seq_at(db, account, at_ms, &seq, e));
    TRY(sql_one_i64(db, e, MOMENT_COUNT, SQL_ARGS(I64(account), I64(seq)), &total));
    TRY(start(db, a, account, 0, seq, total, actor, ret, e));
    return sql_leave(&own, e);
}

/* ---- a slice ---- */

static enum rc list_spans(struct sql *db, int64_t account, const struct work *w, size_t most, struct span *ret,
                          size_t *ret_n, struct err *e)
{
    auto_rows   rows = { 0 };
    const char *text = w->u.batch ? BATCH_SPANS : MOMENT_SPANS;

    TRY(sql_rows(
        db, &rows, e, text,
        SQL_ARGS(I64(account), I64(w->u.batch ? w->u.batch : w->u.to_seq), I64(w->after_card), I64(w->from_seq))));
    while (*ret_n < most && rows_next(&rows))
        ret[(*ret_n)++] = (struct span){ row_i64(&rows, 0), row_i64(&rows, 1), row_i64(&rows, 2) };
    return rows_end(&rows, e);
}

/* Others wait while a slice is made: it ends after so long, after whatever it is at. */
enum { SLICE_US = 60000 };

struct slice {
    int64_t until_us;
    size_t  done;  /* spans */
    bool    ended; /* in the middle of a span, which is gone into again by the next slice */
};

static bool is_over(const struct slice *s) { return clock_mono_us() >= s->until_us; }

/* A card that an import made may have been merged since: those merges go first. */
static enum rc take_back_merges(const struct backing *b, const struct span *s, struct slice *slice, struct err *e)
{
    struct journal_row first;
    struct merge_row  *merges = NULL;
    size_t             n = 0;

    TRY(journal_next_of_card(b->db, b->a, b->batch.account, s->card, s->first - 1, &first, e));
    if (first.prev_json.n)
        return RC_OK;
    TRY(merges_of_card(b->db, b->a, b->batch.account, s->card, &merges, &n, e));
    for (size_t i = 0; i < n && !slice->ended; i++) {
        TRY(merges_take_back(b, &merges[i], S("suggested"), e));
        slice->ended = i + 1 < n && is_over(slice);
    }
    return RC_OK;
}

static enum rc records_back(const struct backing *b, const struct work *w, const struct span *s, struct err *e)
{
    struct sql_arg args[] = { I64(b->batch.account), I64(s->card), I64(w->u.batch), I64(w->u.id) };
    struct usage   more = { 0 };
    enum rc        rc = sql_one_i64(b->db, e, RECORDS_BYTES, args, 3, &more.original_bytes);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(sql_run(b->db, e, RECORDS_KEEP, args, 4, NULL));
    TRY(sql_run(b->db, e, RECORDS_BACK, args, 3, NULL));
    return usage_add(b->db, b->batch.account, &more, e);
}

static enum rc undo_in_batch(const struct backing *b, const struct work *w, const struct span *s, struct slice *slice,
                             struct err *e)
{
    TRY(take_back_merges(b, s, slice, e));
    if (slice->ended)
        return RC_OK;
    TRY(back_out(b, w->u.batch, s, e));
    return records_back(b, w, s, e);
}

/* A merge is undone as a whole; RC_NOT_FOUND when the batch is none. */
static enum rc undo_merge(const struct backing *b, const struct work *w, struct err *e)
{
    struct merge_row m;

    TRY(merges_get(b->db, b->a, b->batch.account, w->u.batch, &m, e));
    return m.undone_ms ? RC_OK : merges_take_back(b, &m, S("different"), e);
}

/* The card before its first change after the moment; what somebody changed while the restore ran stays. */
static enum rc to_moment(const struct backing *b, const struct work *w, const struct span *s, struct err *e)
{
    struct journal_row row;
    struct card_row    now;
    enum rc            rc = cards_get(b->db, b->a, b->batch.account, s->card, &now, e);

    if (rc == RC_NOT_FOUND || (rc == RC_OK && now.seq > w->from_seq))
        return RC_OK;
    TRY(rc);
    TRY(journal_next_of_card(b->db, b->a, b->batch.account, s->card, s->first - 1, &row, e));
    struct card_change c = { .id = s->card,
                             .state = row.prev_state,
                             .book = row.prev_book,
                             .merged_into = row.prev_merged_into,
                             .json = row.prev_json };
    if (row.prev_json.n == 0)
        c = (struct card_change){ .id = s->card, .state = CARD_TRASH };
    return cards_save(b->db, b->a, &b->batch, &c, 1, NULL, e);
}

static enum rc undo_spans(const struct backing *b, const struct work *w, const struct span *spans, size_t n,
                          struct slice *slice, struct err *e)
{
    enum rc rc = w->u.batch ? undo_merge(b, w, e) : RC_NOT_FOUND;

    slice->done = n;
    if (rc != RC_NOT_FOUND)
        return rc;
    for (slice->done = 0; slice->done < n && !slice->ended;) {
        auto_free(arena) a = arena_new(64 << 10);
        struct backing one = { b->db, a, b->batch };
        TRY(w->u.batch ? undo_in_batch(&one, w, &spans[slice->done], slice, e)
                       : to_moment(&one, w, &spans[slice->done], e));
        slice->done += !slice->ended;
        slice->ended |= is_over(slice);
    }
    return RC_OK;
}

static enum rc finish(struct sql *db, struct arena *a, int64_t account, const struct work *w, struct err *e)
{
    struct work undone;

    if (!w->u.batch)
        return RC_OK;
    TRY(import_follows(db, a, account, w->u.batch, S("undoing"), S("undone"), e));
    enum rc rc = load(db, a, account, w->u.batch, &undone, e);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return import_follows(db, a, account, undone.u.batch, S("undone"), S("done"), e);
}

enum rc undo_slice(struct sql *db, struct arena *a, int64_t account, int64_t undo, int most, bool *ret_done,
                   struct err *e)
{
    auto_rollback  own = { 0 };
    struct span    spans[SLICE_MAX];
    struct backing b = { db, a, { .account = account, .batch = undo, .prio = JOB_PRIO_NORMAL } };
    struct work    w;
    size_t         n = 0, limit = size_min(SLICE_MAX, (size_t)most);
    struct slice   slice = { .until_us = clock_mono_us() + SLICE_US };

    TRY(accounts_hold(db, &own, account, e));
    TRY(load(db, a, account, undo, &w, e));
    *ret_done = w.u.finished_ms != 0;
    if (*ret_done)
        return sql_leave(&own, e);
    TRY(list_spans(db, account, &w, limit, spans, &n, e));
    TRY(accounts_region(db, a, account, &b.batch.region, e));
    b.batch.actor = w.actor;
    TRY(undo_spans(&b, &w, spans, n, &slice, e));
    *ret_done = n < limit && slice.done == n;
    n = slice.done;
    if (*ret_done)
        TRY(finish(db, a, account, &w, e));
    TRY(sql_run(db, e, PROGRESS,
                SQL_ARGS(I64(account), I64(undo), I64((int64_t)n), I64(n ? spans[n - 1].card : w.after_card),
                         I64(*ret_done ? clock_ms() : 0)),
                NULL));
    return sql_leave(&own, e);
}

enum rc undo_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t seq, struct str actor,
                  struct card_row *ret, struct err *e)
{
    auto_rollback     own = { 0 };
    struct card_batch b = { .account = account, .actor = actor, .prio = JOB_PRIO_NOW };
    struct card_row   then, now;

    TRY(accounts_hold(db, &own, account, e));
    TRY(cards_get(db, a, account, card, &now, e));
    TRY(journal_card_at(db, a, account, card, seq, &then, e));
    if (now.state == CARD_MERGED)
        return err_set(e, RC_CONFLICT, "the card was merged into another: undo the merge");
    struct card_change c = { .id = card, .json = then.json, .op = S("restore") };
    TRY(accounts_region(db, a, account, &b.region, e));
    TRY(cards_save(db, a, &b, &c, 1, NULL, e));
    TRY(cards_get(db, a, account, card, ret, e));
    return sql_leave(&own, e);
}
