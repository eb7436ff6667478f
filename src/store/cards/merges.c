/* Merges two cards, and takes a merge back. */
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/account/accounts.h"
#include "store/cards/back_out.h"
#include "store/cards/merges.h"
#include "store/cards/pairs.h"

static const char ADD[] =
    "insert into merges (account_id, id, winner_id, loser_id, winner_seq, choices_json, actor, at_ms)"
    " values ($1, $2, $3, $4, 0, $5, $6, $7)";
static const char WINNER_SEQ[] = "update merges set winner_seq = $3 where account_id = $1 and id = $2";

static enum rc both_live(struct sql *db, struct arena *a, const struct merge_ask *m, struct err *e)
{
    int64_t          ids[] = { m->winner, m->loser };
    struct card_row *now;

    TRY(cards_stand(db, a, m->account, ids, countof(ids), &now, e));
    for (size_t i = 0; i < countof(ids); i++) {
        if (!now[i].id)
            return err_set(e, RC_NOT_FOUND, "no such card");
        if (now[i].state != CARD_LIVE)
            return err_set(e, RC_CONFLICT, "a card that is to be merged is not in the book any more");
    }
    return RC_OK;
}

static enum rc decide(struct sql *db, int64_t account, int64_t x, int64_t y, struct str state, struct str by,
                      struct err *e)
{
    return pairs_decide(db, account, i64_min(x, y), i64_max(x, y), state, by, e);
}

enum rc merges_do(struct sql *db, struct arena *a, const struct merge_ask *m, int64_t *ret_merge, struct err *e)
{
    auto_rollback      own = { 0 };
    int64_t            id = id_new();
    struct card_change changes[] = {
        { .id = m->winner,
          .seq = m->winner_seen,
          .json = m->merged_json,
          .head = m->head,
          .keys = m->keys,
          .nkeys = m->nkeys,
          .always = true,
          .op = S("merge") },
        { .id = m->loser, .seq = m->loser_seen, .state = CARD_MERGED, .merged_into = m->winner },
    };
    struct card_batch batch = { .account = m->account, .actor = m->actor, .batch = id, .prio = m->prio };

    if (m->winner == m->loser)
        return err_set(e, RC_INVALID, "a card cannot be merged with itself");
    TRY(accounts_hold(db, &own, m->account, e));
    TRY(both_live(db, a, m, e));
    TRY(accounts_region(db, a, m->account, &batch.region, e));
    TRY(sql_run(db, e, ADD,
                SQL_ARGS(I64(m->account), I64(id), I64(m->winner), I64(m->loser),
                         TEXT(m->choices_json.n ? m->choices_json : S("{}")), TEXT(m->actor), I64(clock_ms())),
                NULL));
    TRY(cards_save(db, a, &batch, changes, countof(changes), NULL, e));
    TRY(sql_run(db, e, WINNER_SEQ, SQL_ARGS(I64(m->account), I64(id), I64(changes[0].seq)), NULL));
    TRY(decide(db, m->account, m->winner, m->loser, S("merged"), m->actor, e));
    *ret_merge = id;
    return sql_leave(&own, e);
}

enum rc merges_take_back(const struct backing *b, const struct merge_row *m, struct str pair_state, struct err *e)
{
    struct card_row    loser;
    struct card_change c = { .id = m->loser, .op = S("unmerge") };
    enum rc            rc = cards_get(b->db, b->a, b->batch.account, m->loser, &loser, e);

    if (rc == RC_OK && loser.state == CARD_MERGED && loser.merged_into == m->winner)
        TRY(cards_save(b->db, b->a, &b->batch, &c, 1, NULL, e));
    else if (rc != RC_NOT_FOUND)
        TRY(rc);
    TRY(replay_up(b, m->winner, m->id, e));
    return decide(b->db, b->batch.account, m->winner, m->loser, pair_state, b->batch.actor, e);
}

/* Winner, loser, and the chain of cards the winner is hidden in. */
static enum rc touched(struct sql *db, struct arena *a, int64_t account, const struct merge_row *m, int64_t **ret,
                       size_t *ret_n, struct err *e)
{
    VEC(int64_t) list = { 0 };
    int64_t          up = m->winner;
    struct card_row *now;

    *vec_push(a, &list) = m->winner;
    *vec_push(a, &list) = m->loser;
    for (int steps = 0; steps < 100; steps++) {
        TRY(cards_stand(db, a, account, &up, 1, &now, e));
        if (now->state != CARD_MERGED)
            break;
        up = now->merged_into;
        *vec_push(a, &list) = up;
    }
    *ret = list.v;
    *ret_n = list.n;
    return RC_OK;
}

enum rc merges_undo(struct sql *db, struct arena *a, int64_t account, int64_t merge, struct str actor,
                    int64_t **ret_cards, size_t *ret_n, struct err *e)
{
    auto_rollback    own = { 0 };
    struct merge_row m;
    struct backing   b = { db, a, { .account = account, .actor = actor, .batch = id_new() } };

    TRY(accounts_hold(db, &own, account, e));
    TRY(merges_get(db, a, account, merge, &m, e));
    if (m.undone_ms)
        return err_set(e, RC_CONFLICT, "this merge is undone already");
    TRY(accounts_region(db, a, account, &b.batch.region, e));
    TRY(merges_take_back(&b, &m, S("different"), e));
    TRY(touched(db, a, account, &m, ret_cards, ret_n, e));
    return sql_leave(&own, e);
}
