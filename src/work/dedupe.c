#include <stdlib.h>
#include "base/map.h"
#include "base/vec.h"
#include "contact/keys.h"
#include "store/accounts.h"
#include "store/cards.h"
#include "store/jobs.h"
#include "store/keys.h"
#include "store/merges.h"
#include "store/pairs.h"
#include "work/dedupe_unit.h"
#include "work/kinds.h"

/* ---- load: every subject with the cards that share a key ---- */

struct candidate {
    int64_t card;
    int     weight;
};

/* Shared strong keys count first: only DEDUPE_CANDIDATES_MAX are looked at.  Kinds without weight are not looked up: what they
 * alone find is never worth showing (tests/spec/dedupe.py). */
static int weight_of(int64_t key)
{
    static const int weights[KEY_KINDS] = {
        [KEY_EMAIL] = 8, [KEY_PHONE] = 8,    [KEY_HANDLE] = 8,  [KEY_PHONE_TAIL] = 6, [KEY_NAME] = 6,
        [KEY_NICK] = 4,  [KEY_BIRTHDAY] = 4, [KEY_COMPANY] = 2, [KEY_INITIAL] = 1,    [KEY_SOUND] = 2
    };
    return weights[key_kind_of(key)];
}

static int heavier_first(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    return a->weight != b->weight ? b->weight - a->weight : (a->card > b->card) - (a->card < b->card);
}

static int by_card(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    return (a->card > b->card) - (a->card < b->card);
}

static enum rc candidates_of(struct sql *db, struct arena *a, int64_t account, int64_t card, const int64_t *keys,
                             size_t nkeys, struct candidate **ret, size_t *ret_n, struct err *e)
{
    struct key_card *shared;
    int64_t          worth[KEYS_MAX];
    size_t           n, nworth = 0, kept = 0;

    for (size_t i = 0; i < nkeys; i++)
        if (weight_of(keys[i]))
            worth[nworth++] = keys[i];
    TRY(keys_cards(db, a, account, worth, nworth, &shared, &n, NULL, e));
    struct candidate *c = arena_array(a, struct candidate, n + 1);
    for (size_t i = 0; i < n; i++)
        if (shared[i].card != card)
            c[kept++] = (struct candidate){ shared[i].card, weight_of(shared[i].key) };
    qsort(c, kept, sizeof *c, by_card);
    size_t distinct = 0;
    for (size_t i = 0; i < kept; i++) {
        if (distinct && c[distinct - 1].card == c[i].card)
            c[distinct - 1].weight += c[i].weight;
        else
            c[distinct++] = c[i];
    }
    qsort(c, distinct, sizeof *c, heavier_first);
    *ret = c;
    *ret_n = size_min(distinct, DEDUPE_CANDIDATES_MAX);
    return RC_OK;
}

struct loading {
    struct sql   *db;
    struct arena *a;
    int64_t       account;
    struct str    region;
    struct map    place; /* card id -> 1 + place in cards */
    VEC(struct dedupe_card) cards;
    VEC(struct dedupe_ask) asks;
};

static uint32_t place_card(struct loading *l, const struct card_row *row)
{
    uint64_t *at = map_at_u64(&l->place, (uint64_t)row->id);
    if (!*at) {
        *vec_push(l->a, &l->cards) = (struct dedupe_card){ row->id, row->seq, row->json };
        *at = l->cards.n;
    }
    return (uint32_t)*at - 1;
}

/* Live candidates nobody has decided about and that this unit does not look at from the other side. */
static enum rc add_candidates(struct loading *l, const struct card_row *subject, struct candidate *c, size_t n,
                              struct err *e)
{
    int64_t          *ids = arena_array(l->a, int64_t, n + 1);
    struct str       *state = arena_array(l->a, struct str, n + 1);
    struct card_row  *rows;
    size_t            nrows, kept = 0;
    struct dedupe_ask ask = { .subject = place_card(l, subject) };
    uint32_t         *places = arena_array(l->a, uint32_t, n + 1);

    for (size_t i = 0; i < n; i++)
        ids[i] = c[i].card;
    TRY(pairs_states(l->db, l->a, l->account, subject->id, ids, n, state, e));
    for (size_t i = 0; i < n; i++)
        if (!str_is(state[i], "different"))
            ids[kept++] = ids[i];
    TRY(cards_by_ids(l->db, l->a, l->account, ids, kept, &rows, &nrows, e));
    for (size_t i = 0; i < nrows; i++)
        if (rows[i].state == CARD_LIVE)
            places[ask.n++] = place_card(l, &rows[i]);
    ask.candidate = places;
    *vec_push(l->a, &l->asks) = ask;
    return RC_OK;
}

static enum rc add_subject(struct loading *l, const struct card_row *row, struct err *e)
{
    struct json      *card;
    struct candidate *c;
    int64_t           keys[KEYS_MAX];
    size_t            n;

    TRY(json_parse(l->a, row->json, &card, e));
    size_t nkeys = keys_of_card(l->a, card, l->region, keys);
    TRY(candidates_of(l->db, l->a, l->account, row->id, keys, nkeys, &c, &n, e));
    return n ? add_candidates(l, row, c, n, e) : RC_OK;
}

static enum rc merge_allowed(struct sql *db, struct arena *a, int64_t account, bool *ret, struct err *e)
{
    struct account row;
    struct json   *settings;

    TRY(accounts_get(db, a, account, &row, e));
    *ret = json_parse(a, row.settings_json, &settings, NULL) != RC_OK || json_get_bool(settings, S("auto_merge"), true);
    return RC_OK;
}

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    struct loading   l = { .db = db, .a = a, .account = u->account, .place = map_of(a) };
    struct card_row *rows;
    size_t           n;
    bool             merge;

    (void)files;
    TRY(account_country(db, a, u->account, &l.region, e));
    TRY(merge_allowed(db, a, u->account, &merge, e));
    TRY(cards_by_ids(db, a, u->account, u->subject, u->n, &rows, &n, e));
    for (size_t i = 0; i < n && l.cards.n < DEDUPE_CARDS_MAX - DEDUPE_CANDIDATES_MAX; i++)
        if (rows[i].state == CARD_LIVE)
            TRY(add_subject(&l, &rows[i], e));
    dedupe_ask_head(in, l.region, merge, l.cards.v, l.cards.n);
    for (size_t i = 0; i < l.asks.n; i++)
        dedupe_ask_add(in, &l.asks.v[i]);
    return RC_OK;
}

/* ---- save ---- */

static struct pair pair_of(const struct dedupe_found *f)
{
    bool low = f->card < f->other;
    return (struct pair){ .low = low ? f->card : f->other,
                          .high = low ? f->other : f->card,
                          .score = f->score,
                          .evidence_json = f->evidence_json };
}

static bool is_held(const struct unit *u, int64_t card)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->subject[i] == card)
            return u->held[i];
    return false;
}

/* A card that changed since it was read is a subject again already: then this merge is not for now. */
static enum rc merge(struct sql *db, struct arena *a, const struct unit *u, const struct dedupe_found *f, struct err *e)
{
    bool             first = f->card < f->other;
    struct pair      p = pair_of(f);
    int64_t          id;
    struct merge_ask ask = { .account = u->account,
                             .winner = p.low,
                             .loser = p.high,
                             .winner_seen = first ? f->card_seq : f->other_seq,
                             .loser_seen = first ? f->other_seq : f->card_seq,
                             .merged_json = f->merged_json,
                             .choices_json = S("{}"),
                             .actor = S("rule:certain"),
                             .prio = u->prio };
    enum rc          rc = merges_do(db, a, &ask, &id, e);

    if (rc == RC_CONFLICT || rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return pairs_decide(db, u->account, p.low, p.high, S("merged"), S("rule:certain"), e);
}

static enum rc withdraw_rest(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    for (size_t i = 0; i < u->n; i++) {
        VEC(int64_t) keep = { 0 };
        struct dedupe_found f;
        for (struct str rest = out; dedupe_found_next(&rest, &f);)
            if (f.card == u->subject[i] || f.other == u->subject[i])
                *vec_push(a, &keep) = f.card == u->subject[i] ? f.other : f.card;
        if (u->held[i])
            TRY(pairs_withdraw(db, a, u->account, u->subject[i], keep.v, keep.n, e));
    }
    return RC_OK;
}

static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    VEC(struct pair) pairs = { 0 };
    struct dedupe_found f;

    for (struct str rest = out; dedupe_found_next(&rest, &f);)
        if (is_held(u, f.card))
            *vec_push(a, &pairs) = pair_of(&f);
    TRY(withdraw_rest(db, a, u, out, e));
    TRY(pairs_suggest(db, u->account, pairs.v, pairs.n, NULL, e));
    for (struct str rest = out; dedupe_found_next(&rest, &f);)
        if (is_held(u, f.card) && f.merged_json.n)
            TRY(merge(db, a, u, &f, e));
    return RC_OK;
}

const struct worker worker_dedupe = {
    .name = "dedupe",
    .kind = KIND_DEDUPE,
    .unit = 100,
    .lease_s = 60,
    .max_tries = 5,
    .memory_mb = 512,
    .min = 1,
    .max = 4,
    .load = load,
    .run = dedupe_run,
    .save = save,
};
