/* Saves cards, and all that follows from it, in one transaction. */
#include <stdlib.h>
#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "contact/keys.h"
#include "store/account/accounts.h"
#include "store/cards/blobs.h"
#include "store/cards/books.h"
#include "store/cards/cards_int.h"
#include "store/account/usage.h"

static const char OLD[] = "select " CARD_COLUMNS " from cards c where c.account_id = $1 and c.id = $2";
static const char NUMBERS[] =
    "update accounts set journal_seq = journal_seq + $2 where account_id = $1 returning journal_seq";
static const char INSERT[] =
    "insert into cards (account_id, id, book_id, uid, state, merged_into, seq, created_ms, updated_ms, deleted_ms,"
    " sort_key, name, company, match_keys, card_json)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14)";
static const char UPDATE[] =
    "update cards set book_id = $3, uid = $4, state = $5, merged_into = $6, seq = $7, updated_ms = $8, deleted_ms = $9,"
    " sort_key = $10, name = $11, company = $12, match_keys = $13, card_json = $14 where account_id = $1 and id = $2";
static const char UPDATE_STATE[] =
    "update cards set book_id = $3, state = $4, merged_into = $5, seq = $6, updated_ms = $7, deleted_ms = $8"
    " where account_id = $1 and id = $2";
static const char JOURNAL[] =
    "insert into journal (account_id, seq, at_ms, card_id, op, actor, batch_id, prev_state, prev_book_id,"
    " prev_merged_into, prev_json) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

struct saving {
    struct sql              *db;
    struct arena            *a;
    const struct card_batch *b;
    int64_t                  now_ms, default_book;
    struct card_save        *v;
    size_t                   n;
};

static int key_order(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static size_t sort_once(int64_t *keys, size_t n)
{
    size_t kept = 0;

    if (n > 1)
        qsort(keys, n, sizeof *keys, key_order);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || keys[i] != keys[kept - 1])
            keys[kept++] = keys[i];
    return kept;
}

static void give_keys(struct arena *a, struct card_save *s, const int64_t *keys, size_t n)
{
    int64_t *own = arena_array(a, int64_t, n ? n : 1);

    if (n)
        memcpy(own, keys, n * sizeof *own);
    s->keys = own;
    s->nkeys = sort_once(own, n);
}

/* Text without a head comes from people and programs: it is checked, and its photos go to blobs. */
static enum rc read_text(struct saving *w, struct card_save *s, struct err *e)
{
    struct json *card = NULL;
    struct blob *blobs = NULL;
    size_t       nblobs = 0;
    int64_t      keys[KEYS_MAX];

    TRY(card_parse_stored(w->a, s->json, &card, e));
    blobs_extract(w->a, card, &blobs, &nblobs);
    if (nblobs) {
        auto_buf text = buf_of(CARD_BYTES_MAX);
        json_write(&text, card);
        s->json = str_copy(w->a, buf_str(&text));
        TRY(blobs_put(w->db, w->b->account, blobs, nblobs, e));
    }
    if (s->json.n > CARD_BYTES_MAX)
        return err_set(e, RC_TOO_LARGE, "card: over %d bytes without its photos", CARD_BYTES_MAX);
    card_head(w->a, card, &s->head);
    give_keys(w->a, s, keys, keys_of_card(w->a, card, w->b->region, keys));
    return RC_OK;
}

static enum rc read_given(struct saving *w, struct card_save *s, struct err *e)
{
    if (s->json.n == 0)
        return RC_OK;
    if (!s->change->head)
        return read_text(w, s, e);
    s->head = *s->change->head;
    give_keys(w->a, s, s->change->keys, s->change->nkeys);
    return RC_OK;
}

/* Of all at once: a server is asked once, however many cards change. */
static enum rc load_old(struct saving *w, struct err *e)
{
    struct sql_arg *each = arena_array(w->a, struct sql_arg, w->n + 1);
    size_t         *at = arena_array(w->a, size_t, w->n + 1), n = 0;
    auto_rows       rows = { 0 };

    for (size_t i = 0; i < w->n; i++) {
        w->v[i].is_new = true;
        if (w->v[i].change->id) {
            at[n] = i;
            each[n++] = I64(w->v[i].change->id);
        }
    }
    TRY(sql_rows_each(w->db, &rows, e, OLD, SQL_ARGS(I64(w->b->account)), each, 1, n));
    while (rows_next(&rows)) {
        struct card_save *s = &w->v[at[rows_which(&rows)]];
        s->old = cards_take_row(w->a, &rows);
        s->is_new = false;
    }
    return rows_end(&rows, e);
}

static enum rc default_book(struct saving *w, int64_t *ret, struct err *e)
{
    if (!w->default_book)
        TRY(books_default(w->db, w->b->account, &w->default_book, e));
    *ret = w->default_book;
    return RC_OK;
}

/* What the change comes to.  Reads only, so that a refusal leaves a caller's transaction as it was. */
static enum rc settle(struct saving *w, struct card_save *s, struct err *e)
{
    struct card_change *c = s->change;

    if (s->is_new && s->json.n == 0)
        return err_set(e, RC_NOT_FOUND, "no such card");
    if (c->seq && c->seq != s->old.seq)
        return err_set(e, RC_CONFLICT, "the card was changed meanwhile");
    s->book = c->book ? c->book : s->old.book;
    if (!s->book)
        TRY(default_book(w, &s->book, e));
    s->new_text = s->json.n && !str_eq(s->json, s->old.json);
    if (!s->new_text) {
        s->json = s->old.json;
        s->keys = s->old.keys;
        s->nkeys = s->old.nkeys;
    }
    if (c->state != CARD_MERGED)
        c->merged_into = 0;
    c->changed = c->always || s->new_text || s->book != s->old.book || c->state != s->old.state ||
                 c->merged_into != s->old.merged_into;
    return RC_OK;
}

static struct str op_of(const struct card_save *s)
{
    enum card_state from = s->old.state, to = s->change->state;

    if (s->change->op.n)
        return s->change->op;
    if (s->is_new)
        return S("create");
    if (to == from)
        return to == CARD_MERGED && s->old.merged_into != s->change->merged_into ? S("merge") : S("update");
    return to == CARD_TRASH     ? S("delete")
           : to == CARD_MERGED  ? S("merge")
           : from == CARD_TRASH ? S("restore")
                                : S("unmerge");
}

static int64_t deleted_ms(const struct saving *w, const struct card_save *s)
{
    if (s->change->state != CARD_TRASH)
        return 0;
    return s->old.state == CARD_TRASH && !s->is_new ? s->old.deleted_ms : w->now_ms;
}

static enum rc write_row(struct saving *w, const struct card_save *s, struct err *e)
{
    const struct card_change *c = s->change;
    struct str                keys = { (const char *)s->keys, s->nkeys * sizeof *s->keys };

    if (!s->new_text)
        return sql_run(w->db, e, UPDATE_STATE,
                       SQL_ARGS(I64(w->b->account), I64(c->id), I64(s->book), I64(c->state), I64(c->merged_into),
                                I64(s->seq), I64(w->now_ms), I64(deleted_ms(w, s))),
                       NULL);
    return sql_run(w->db, e, s->is_new ? INSERT : UPDATE,
                   SQL_ARGS(I64(w->b->account), I64(c->id), I64(s->book), TEXT(s->head.uid), I64(c->state),
                            I64(c->merged_into), I64(s->seq), I64(w->now_ms), I64(deleted_ms(w, s)),
                            TEXT(s->head.sort_key), TEXT(s->head.name), TEXT(s->head.company), BLOB(keys),
                            TEXT(s->json)),
                   NULL);
}

static enum rc write_journal(struct saving *w, const struct card_save *s, struct err *e)
{
    return sql_run(w->db, e, JOURNAL,
                   SQL_ARGS(I64(w->b->account), I64(s->seq), I64(w->now_ms), I64(s->change->id), TEXT(op_of(s)),
                            TEXT(w->b->actor), I64(w->b->batch), I64(s->old.state), I64(s->old.book),
                            I64(s->old.merged_into), TEXT(s->old.json)),
                   NULL);
}

static enum rc take_numbers(struct saving *w, struct err *e)
{
    int64_t changed = 0, last = 0;

    for (size_t i = 0; i < w->n; i++)
        changed += w->v[i].change->changed;
    if (changed)
        TRY(sql_one_i64(w->db, e, NUMBERS, SQL_ARGS(I64(w->b->account), I64(changed)), &last));
    for (size_t i = 0; i < w->n; i++)
        w->v[i].seq = w->v[i].change->changed ? last - --changed : w->v[i].old.seq;
    return RC_OK;
}

/* Every change keeps the text before it; a merge moves texts, it makes none. */
static enum rc count_usage(const struct saving *w, struct err *e)
{
    struct usage more = { 0 };

    for (const struct card_save *s = w->v; s < w->v + w->n; s++) {
        if (!s->change->changed)
            continue;
        more.cards += s->is_new;
        more.card_bytes += (int64_t)s->json.n - (int64_t)s->old.json.n;
        more.history_bytes += (int64_t)s->old.json.n;
    }
    return usage_add(w->db, w->b->account, &more, e);
}

static enum rc write_all(struct saving *w, struct err *e)
{
    TRY(take_numbers(w, e));
    TRY(count_usage(w, e));
    for (struct card_save *s = w->v; s < w->v + w->n; s++) {
        if (s->change->changed) {
            if (!s->change->id)
                s->change->id = id_new();
            TRY(write_row(w, s, e));
            TRY(write_journal(w, s, e));
            TRY(cards_follow_tags(w->db, w->a, w->b->account, s, e));
            if (s->new_text)
                TRY(blobs_shown(w->db, w->a, w->b->account, s->change->id, s->json, e));
        }
        s->change->seq = s->seq;
    }
    TRY(cards_follow_keys(w->db, w->a, w->b->account, w->v, w->n, e));
    for (struct card_save *s = w->v; s < w->v + w->n; s++)
        if (s->change->merged_into != s->old.merged_into)
            TRY(cards_follow_merge(w->db, w->a, w->b->account, s, e));
    return w->b->quiet ? RC_OK : cards_follow_jobs(w->db, w->a, w->b, w->v, w->n, e);
}

static enum rc once_each(struct saving *w, struct err *e)
{
    struct map seen = map_of(w->a);

    for (size_t i = 0; i < w->n; i++) {
        int64_t id = w->v[i].change->id;
        if (id && (*map_at_u64(&seen, (uint64_t)id))++)
            return err_set(e, RC_INVALID, "one card twice in a batch");
    }
    return RC_OK;
}

enum rc cards_save(struct sql *db, struct arena *a, const struct card_batch *b, struct card_change *changes, size_t n,
                   size_t *ret_stale, struct err *e)
{
    struct saving w = {
        .db = db, .a = a, .b = b, .now_ms = clock_ms(), .v = arena_array(a, struct card_save, n ? n : 1), .n = n
    };
    auto_rollback own = { 0 };

    if (n > CARDS_BATCH_MAX)
        return err_set(e, RC_TOO_LARGE, "more than %d cards at once", CARDS_BATCH_MAX);
    for (size_t i = 0; i < n; i++)
        w.v[i] = (struct card_save){ .change = &changes[i], .json = changes[i].json };
    TRY(once_each(&w, e));
    TRY(accounts_hold(db, &own, b->account, e));
    TRY(load_old(&w, e));
    for (size_t i = 0; i < n; i++) {
        if (ret_stale)
            *ret_stale = i;
        TRY(read_given(&w, &w.v[i], e));
        TRY(settle(&w, &w.v[i], e));
    }
    TRY(write_all(&w, e));
    return sql_leave(&own, e);
}
