/* Plays a card's history again without what is taken out. */
#include "base/map.h"
#include "base/vec.h"
#include "contact/merge.h"
#include "store/cards/back_out.h"
#include "store/cards/journal.h"
#include "store/cards/merges_read.h"

static const char HISTORY[] =
    "select seq, batch_id, op from journal where account_id = $1 and card_id = $2 order by seq";
static const char TEXT_BEFORE[] = "select prev_json from journal where account_id = $1 and seq = $2";

enum { CLIMB_MAX = 100 };

struct step {
    int64_t                 seq, batch;
    bool                    unmerge;
    const struct merge_row *merge; /* NULL: none of its own */
};

struct replay {
    const struct backing  *b;
    const struct card_row *now;
    int64_t                without;
    struct step           *step;
    size_t                 n;
};

static enum rc mark_merges(struct replay *r, struct err *e)
{
    struct merge_row *merges;
    struct map        by_id = map_of(r->b->a);
    size_t            n;

    TRY(merges_ever_of_card(r->b->db, r->b->a, r->b->batch.account, r->now->id, &merges, &n, e));
    for (size_t i = 0; i < n; i++)
        *map_at_u64(&by_id, (uint64_t)merges[i].id) = i + 1;
    for (size_t i = 0; i < r->n; i++) {
        uint64_t *at = r->step[i].batch ? map_find_u64(&by_id, (uint64_t)r->step[i].batch) : NULL;
        r->step[i].merge = at ? &merges[*at - 1] : NULL;
    }
    return RC_OK;
}

static enum rc history(struct replay *r, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct step) list = { 0 };

    TRY(sql_rows(r->b->db, &rows, e, HISTORY, SQL_ARGS(I64(r->b->batch.account), I64(r->now->id))));
    while (rows_next(&rows))
        *vec_push(r->b->a, &list) = (struct step){ .seq = row_i64(&rows, 0),
                                                   .batch = row_i64(&rows, 1),
                                                   .unmerge = str_is(row_text(&rows, 2), "unmerge") };
    TRY(rows_end(&rows, e));
    r->step = list.v;
    r->n = list.n;
    return mark_merges(r, e);
}

/* Before step i; after the last: now. */
static enum rc text_before(const struct replay *r, struct arena *a, size_t i, struct str *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = r->now->json;
    if (i == r->n)
        return RC_OK;
    TRY(sql_rows(r->b->db, &rows, e, TEXT_BEFORE, SQL_ARGS(I64(r->b->batch.account), I64(r->step[i].seq))));
    *ret = rows_next(&rows) ? str_copy(a, row_text(&rows, 0)) : S("");
    return rows_end(&rows, e);
}

static enum rc write_text(const struct backing *b, const struct json *card, struct str *ret, struct err *e)
{
    auto_buf text = buf_of(CARD_BYTES_MAX);

    json_write(&text, card);
    *ret = str_copy(b->a, buf_str(&text));
    return buf_full(&text) ? err_set(e, RC_TOO_LARGE, "card: over %d bytes after the merge", CARD_BYTES_MAX) : RC_OK;
}

/* What leads from base to next, done to theirs. */
static enum rc carry_over(const struct backing *b, const struct json *base, struct str next, const struct json *theirs,
                          struct str *ret, struct err *e)
{
    struct json *ours = NULL;
    struct merge merged;

    TRY(json_parse(b->a, next, &ours, e));
    if (json_equal(base, ours))
        return write_text(b, theirs, ret, e);
    merge_three(b->a, base, ours, theirs, &merged);
    return write_text(b, merged.card, ret, e);
}

static enum rc play_edit(const struct backing *b, struct str prev, struct str next, struct str *t, struct err *e)
{
    struct json *base = NULL, *theirs = NULL;

    if (str_eq(*t, prev) || str_eq(*t, next)) {
        *t = next;
        return RC_OK;
    }
    TRY(json_parse(b->a, prev, &base, e));
    TRY(json_parse(b->a, *t, &theirs, e));
    return carry_over(b, base, next, theirs, t, e);
}

static enum rc people(const struct backing *b, struct str winner, struct str loser, struct str choices,
                      struct json **ret, struct err *e)
{
    struct json *x = NULL, *y = NULL, *c = NULL;

    TRY(json_parse(b->a, winner, &x, e));
    TRY(json_parse(b->a, loser, &y, e));
    TRY(json_parse(b->a, choices, &c, e));
    return merge_people(b->a, x, y, c, b->batch.region, ret, e);
}

static enum rc play_merge(const struct backing *b, const struct step *s, struct str prev, struct str next,
                          struct str *t, struct err *e)
{
    const struct merge_row *m = s->merge;
    struct card_row         then = { .json = S("") }, now = { .json = S("") };
    struct json            *base = NULL, *theirs = NULL;

    TRY(cards_get(b->db, b->a, b->batch.account, m->loser, &now, e));
    TRY(journal_card_at(b->db, b->a, b->batch.account, m->loser, s->seq, &then, e));
    if (str_eq(*t, prev) && str_eq(then.json, now.json)) {
        *t = next;
        return RC_OK;
    }
    TRY(people(b, prev, then.json, m->choices_json, &base, e));
    TRY(people(b, *t, now.json, m->choices_json, &theirs, e));
    return carry_over(b, base, next, theirs, t, e);
}

/* ---- which steps are played, and how ---- */

enum play { PLAY_EDIT, PLAY_MERGE, PLAY_NOT };

static enum play play_of(const struct replay *r, const struct step *s)
{
    if (s->unmerge || (r->without && s->batch == r->without))
        return PLAY_NOT;
    if (!s->merge)
        return PLAY_EDIT;
    return s->merge->winner == r->now->id && !s->merge->undone_ms ? PLAY_MERGE : PLAY_NOT;
}

/* Steps from `from` on, until one that is played otherwise; each merge by itself. */
static size_t run_end(const struct replay *r, size_t from)
{
    enum play how = play_of(r, &r->step[from]);
    size_t    end = from + 1;

    while (how != PLAY_MERGE && end < r->n && play_of(r, &r->step[end]) == how)
        end++;
    return end;
}

/* Is it too much?  Each run that is played reads, and merges, some three texts. */
static bool is_long(const struct replay *r)
{
    size_t runs = 0;

    for (size_t i = 0; i < r->n; i = run_end(r, i))
        runs += play_of(r, &r->step[i]) != PLAY_NOT;
    return runs > 3 && 3 * runs * r->now->json.n > REPLAY_BYTES_MAX;
}

/* t: in the arena, or as it was. */
static enum rc play(const struct replay *r, struct arena *a, size_t from, size_t end, enum play how, struct str *t,
                    struct err *e)
{
    struct backing one = { r->b->db, a, r->b->batch };
    struct str     prev, next;

    if (how == PLAY_NOT)
        return RC_OK;
    TRY(text_before(r, a, from, &prev, e));
    TRY(text_before(r, a, end, &next, e));
    if (how == PLAY_MERGE)
        return play_merge(&one, &r->step[from], prev, next, t, e);
    return str_eq(prev, next) ? RC_OK : play_edit(&one, prev, next, t, e);
}

/* The result lives beside the texts it is made of, which go after each run. */
static enum rc play_run(const struct replay *r, size_t from, size_t end, enum play how, struct buf *text, struct err *e)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct str t = buf_str(text);

    TRY(play(r, a, from, end, how, &t, e));
    if (t.p != buf_str(text).p || t.n != text->n) {
        struct str own = str_copy(a, t);
        buf_clear(text);
        buf_put(text, own);
    }
    return RC_OK;
}

static enum rc play_all(const struct replay *r, struct buf *text, struct err *e)
{
    for (size_t i = 0, end; i < r->n; i = end) {
        end = run_end(r, i);
        TRY(play_run(r, i, end, play_of(r, &r->step[i]), text, e));
    }
    return RC_OK;
}

/* The change with which it begins, played or left out; then all that followed as one edit. */
static enum rc play_rest(const struct replay *r, size_t first, int64_t from, struct buf *text, struct err *e)
{
    enum play how = play_of(r, &r->step[first]);
    size_t    end = first + 1;

    while (how != PLAY_MERGE && end < r->n && r->step[end].batch == from)
        end++;
    TRY(play_run(r, first, end, how, text, e));
    return end < r->n ? play_run(r, end, r->n, PLAY_EDIT, text, e) : RC_OK;
}

static size_t first_of(const struct replay *r, int64_t batch)
{
    size_t i = 0;

    while (i < r->n && r->step[i].batch != batch)
        i++;
    return i;
}

enum rc replay_card(const struct backing *b, const struct card_row *now, int64_t without, int64_t from, struct str *ret,
                    struct err *e)
{
    struct replay r = { .b = b, .now = now, .without = without };
    auto_buf      text = buf_of(CARD_BYTES_MAX);
    struct str    begin;

    TRY(history(&r, e));
    size_t first = first_of(&r, from);
    bool   cut = first < r.n && is_long(&r);
    TRY(text_before(&r, b->a, cut ? first : 0, &begin, e));
    buf_put(&text, begin);
    TRY(cut ? play_rest(&r, first, from, &text, e) : play_all(&r, &text, e));
    *ret = str_copy(b->a, buf_str(&text));
    return RC_OK;
}

/* The merge by which a card is hidden in the one above. */
static enum rc merge_above(const struct backing *b, int64_t card, int64_t merged_into, int64_t *ret, struct err *e)
{
    struct merge_row *merges;
    size_t            n;

    *ret = 0;
    TRY(merges_of_card(b->db, b->a, b->batch.account, card, &merges, &n, e));
    for (size_t i = 0; i < n; i++)
        if (merges[i].loser == card && merges[i].winner == merged_into)
            *ret = merges[i].id;
    return RC_OK;
}

static enum rc replay_one(const struct backing *b, const struct card_row *now, int64_t from, struct err *e)
{
    struct card_change c = { .id = now->id, .state = now->state, .merged_into = now->merged_into, .op = S("unmerge") };

    TRY(replay_card(b, now, 0, from, &c.json, e));
    return cards_save(b->db, b->a, &b->batch, &c, 1, NULL, e);
}

enum rc replay_up(const struct backing *b, int64_t card, int64_t from, struct err *e)
{
    for (int steps = 0; steps < CLIMB_MAX; steps++) {
        struct card_row now;
        enum rc         rc = cards_get(b->db, b->a, b->batch.account, card, &now, e);
        if (rc == RC_NOT_FOUND)
            return RC_OK;
        TRY(rc);
        TRY(replay_one(b, &now, from, e));
        if (now.state != CARD_MERGED)
            return RC_OK;
        TRY(merge_above(b, now.id, now.merged_into, &from, e));
        card = now.merged_into;
    }
    return RC_OK;
}

enum rc replay_above(const struct backing *b, int64_t card, int64_t merged_into, struct err *e)
{
    int64_t from = 0;

    TRY(merge_above(b, card, merged_into, &from, e));
    return replay_up(b, merged_into, from, e);
}
