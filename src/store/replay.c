/* Plays a card's history again without what is taken out. */
#include "base/vec.h"
#include "contact/merge.h"
#include "store/back_out.h"
#include "store/journal.h"
#include "store/merges.h"

static const char HISTORY[] =
    "select seq, batch_id, op, prev_json from journal where account_id = $1 and card_id = $2 order by seq";

enum { CLIMB_MAX = 100 };

struct step {
    int64_t    seq, batch;
    bool       unmerge;
    struct str prev;
};

static enum rc history(const struct backing *b, int64_t card, struct step **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct step) list = { 0 };

    TRY(sql_rows(b->db, &rows, e, HISTORY, SQL_ARGS(I64(b->batch.account), I64(card))));
    while (rows_next(&rows))
        *vec_push(b->a, &list) =
            (struct step){ row_i64(&rows, 0), row_i64(&rows, 1), str_is(row_text(&rows, 2), "unmerge"),
                           str_copy(b->a, row_text(&rows, 3)) };
    *ret = list.v;
    *ret_n = list.n;
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

static enum rc play_merge(const struct backing *b, const struct merge_row *m, const struct step *s, struct str next,
                          struct str *t, struct err *e)
{
    struct card_row then = { .json = S("") }, now = { .json = S("") };
    struct json    *base = NULL, *theirs = NULL;

    TRY(cards_get(b->db, b->a, b->batch.account, m->loser, &now, e));
    TRY(journal_card_at(b->db, b->a, b->batch.account, m->loser, s->seq, &then, e));
    if (str_eq(*t, s->prev) && str_eq(then.json, now.json)) {
        *t = next;
        return RC_OK;
    }
    TRY(people(b, s->prev, then.json, m->choices_json, &base, e));
    TRY(people(b, *t, now.json, m->choices_json, &theirs, e));
    return carry_over(b, base, next, theirs, t, e);
}

static enum rc play(const struct backing *b, int64_t card, const struct step *s, struct str next, struct str *t,
                    struct err *e)
{
    struct merge_row m = { 0 };
    enum rc          rc = s->batch ? merges_get(b->db, b->a, b->batch.account, s->batch, &m, e) : RC_NOT_FOUND;

    if (rc == RC_NOT_FOUND)
        return str_eq(s->prev, next) ? RC_OK : play_edit(b, s->prev, next, t, e);
    TRY(rc);
    return m.winner == card && !m.undone_ms ? play_merge(b, &m, s, next, t, e) : RC_OK;
}

enum rc replay_card(const struct backing *b, const struct card_row *now, int64_t without, struct str *ret,
                    struct err *e)
{
    struct step *steps = NULL;
    size_t       n = 0;

    TRY(history(b, now->id, &steps, &n, e));
    *ret = n ? steps[0].prev : now->json;
    for (size_t i = 0; i < n; i++) {
        struct str next = i + 1 < n ? steps[i + 1].prev : now->json;
        if (!steps[i].unmerge && !(without && steps[i].batch == without))
            TRY(play(b, now->id, &steps[i], next, ret, e));
    }
    return RC_OK;
}

enum rc replay_up(const struct backing *b, int64_t card, struct err *e)
{
    for (int steps = 0; steps < CLIMB_MAX; steps++) {
        struct card_row now;
        enum rc         rc = cards_get(b->db, b->a, b->batch.account, card, &now, e);
        if (rc == RC_NOT_FOUND)
            return RC_OK;
        TRY(rc);
        struct card_change c = { .id = card, .state = now.state, .merged_into = now.merged_into, .op = S("unmerge") };
        TRY(replay_card(b, &now, 0, &c.json, e));
        TRY(cards_save(b->db, b->a, &b->batch, &c, 1, NULL, e));
        if (now.state != CARD_MERGED)
            return RC_OK;
        card = now.merged_into;
    }
    return RC_OK;
}
