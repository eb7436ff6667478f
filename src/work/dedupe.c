/* KIND_DEDUPE: loads a card's candidates, saves pairs and certain merges. */
#include <stdlib.h>
#include "base/map.h"
#include "base/vec.h"
#include "contact/keys.h"
#include "store/account/accounts.h"
#include "store/cards/cards.h"
#include "store/work/jobs.h"
#include "store/cards/keys.h"
#include "store/cards/merges.h"
#include "store/cards/pairs.h"
#include "work/dedupe_unit.h"
#include "work/all_kinds.h"

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

struct loading {
    struct sql   *db;
    struct arena *a;
    int64_t       account;
    struct str    region;
    struct map    place; /* card id -> 1 + place in cards */
    VEC(struct dedupe_card) cards;
};

/* A subject with the cards that may be the same person, the likeliest first. */
struct subject {
    const struct card_row *row;
    struct candidate      *candidate;
    size_t                 n;
};

/* Cards behind the keys of all subjects, sorted by key. */
static enum rc sharers(struct loading *l, const struct subject *s, size_t n, struct key_card **ret, size_t *ret_n,
                       struct err *e)
{
    struct map seen = map_of(l->a);
    VEC(int64_t) keys = { 0 };

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s[i].row->nkeys; k++)
            if (weight_of(s[i].row->keys[k]) && !(*map_at_u64(&seen, (uint64_t)s[i].row->keys[k]))++)
                *vec_push(l->a, &keys) = s[i].row->keys[k];
    return keys_cards(l->db, l->a, l->account, keys.v, keys.n, ret, ret_n, NULL, e);
}

static size_t first_of(const struct key_card *shared, size_t n, int64_t key)
{
    size_t from = 0;

    while (from < n) {
        size_t half = from + (n - from) / 2;
        if (shared[half].key < key)
            from = half + 1;
        else
            n = half;
    }
    return from;
}

static void find_candidates(struct loading *l, struct subject *s, const struct key_card *shared, size_t nshared)
{
    VEC(struct candidate) c = { 0 };
    size_t distinct = 0;

    for (size_t k = 0; k < s->row->nkeys; k++)
        if (weight_of(s->row->keys[k]))
            for (size_t i = first_of(shared, nshared, s->row->keys[k]); i < nshared && shared[i].key == s->row->keys[k];
                 i++)
                if (shared[i].card != s->row->id)
                    *vec_push(l->a, &c) = (struct candidate){ shared[i].card, weight_of(shared[i].key) };
    if (c.n)
        qsort(c.v, c.n, sizeof *c.v, by_card);
    for (size_t i = 0; i < c.n; i++) {
        if (distinct && c.v[distinct - 1].card == c.v[i].card)
            c.v[distinct - 1].weight += c.v[i].weight;
        else
            c.v[distinct++] = c.v[i];
    }
    if (distinct)
        qsort(c.v, distinct, sizeof *c.v, heavier_first);
    s->candidate = c.v;
    s->n = size_min(distinct, DEDUPE_CANDIDATES_MAX);
}

/* What somebody decided to be different people is not looked at again. */
static enum rc leave_out_different(struct loading *l, struct subject *s, size_t n, struct err *e)
{
    VEC(struct two_cards) pairs = { 0 };
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s[i].n; k++) {
            int64_t x = s[i].row->id, y = s[i].candidate[k].card;
            *vec_push(l->a, &pairs) = (struct two_cards){ i64_min(x, y), i64_max(x, y) };
        }
    struct str *state = arena_array(l->a, struct str, pairs.n + 1);
    TRY(pairs_states(l->db, l->a, l->account, pairs.v, pairs.n, state, e));
    for (size_t i = 0; i < n; i++) {
        size_t kept = 0;
        for (size_t k = 0; k < s[i].n; k++)
            if (!str_is(state[at++], "different"))
                s[i].candidate[kept++] = s[i].candidate[k];
        s[i].n = kept;
    }
    return RC_OK;
}

static void place_live(struct loading *l, const struct card_row *row)
{
    uint64_t *at = map_at_u64(&l->place, (uint64_t)row->id);

    *at = 0;
    if (row->state == CARD_LIVE) {
        *vec_push(l->a, &l->cards) = (struct dedupe_card){ row->id, row->seq, row->json };
        *at = l->cards.n;
    }
}

/* Candidates that are no subjects are read too, each once; of very large ones only the first. */
static enum rc place_all(struct loading *l, const struct subject *s, size_t n, struct err *e)
{
    struct card_row *rows;
    size_t           nrows, taken;
    VEC(int64_t) ids = { 0 };

    for (size_t i = 0; i < n; i++)
        place_live(l, s[i].row);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s[i].n && l->cards.n + ids.n < DEDUPE_CARDS_MAX; k++) {
            uint64_t *at = map_at_u64(&l->place, (uint64_t)s[i].candidate[k].card);
            if (*at)
                continue;
            *at = UINT64_MAX;
            *vec_push(l->a, &ids) = s[i].candidate[k].card;
        }
    for (size_t i = 0; i < ids.n; i++)
        *map_at_u64(&l->place, (uint64_t)ids.v[i]) = 0;
    TRY(cards_some(l->db, l->a, l->account, ids.v, ids.n, UNIT_CANDIDATES_BYTES, &rows, &nrows, &taken, e));
    for (size_t i = 0; i < nrows; i++)
        place_live(l, &rows[i]);
    return RC_OK;
}

static void ask(struct loading *l, const struct subject *s, struct buf *in)
{
    uint32_t         *places = arena_array(l->a, uint32_t, s->n + 1);
    struct dedupe_ask one = { .subject = (uint32_t)*map_at_u64(&l->place, (uint64_t)s->row->id) - 1,
                              .candidate = places };

    for (size_t k = 0; k < s->n; k++) {
        uint64_t at = *map_at_u64(&l->place, (uint64_t)s->candidate[k].card);
        if (at)
            places[one.n++] = (uint32_t)at - 1;
    }
    if (one.n)
        dedupe_ask_add(in, &one);
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
    struct key_card *shared;
    size_t           n, nshared, live = 0;
    bool             merge;

    (void)files;
    TRY(account_country(db, a, u->account, &l.region, e));
    TRY(merge_allowed(db, a, u->account, &merge, e));
    TRY(cards_some(db, a, u->account, u->subject, u->n, UNIT_CARDS_BYTES, &rows, &n, u->taken, e));
    struct subject *s = arena_array(a, struct subject, n + 1);
    for (size_t i = 0; i < n; i++)
        if (rows[i].state == CARD_LIVE)
            s[live++].row = &rows[i];
    TRY(sharers(&l, s, live, &shared, &nshared, e));
    for (size_t i = 0; i < live; i++)
        find_candidates(&l, &s[i], shared, nshared);
    TRY(leave_out_different(&l, s, live, e));
    TRY(place_all(&l, s, live, e));
    dedupe_ask_head(in, l.region, merge, l.cards.v, l.cards.n);
    for (size_t i = 0; i < live; i++)
        ask(&l, &s[i], in);
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
                             .merged_json = f->merged.json,
                             .head = &f->merged.head,
                             .keys = f->merged.keys,
                             .nkeys = f->merged.nkeys,
                             .choices_json = S("{}"),
                             .actor = S("rule:certain"),
                             .prio = u->prio };
    enum rc          rc = merges_do(db, a, &ask, &id, e);

    if (rc == RC_CONFLICT || rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return pairs_decide(db, u->account, p.low, p.high, S("merged"), S("rule:certain"), e);
}

static enum rc withdraw_rest(struct sql *db, struct arena *a, const struct unit *u, const struct dedupe_found *f,
                             size_t n, struct err *e)
{
    int64_t *keep = arena_array(a, int64_t, n + 1);

    for (size_t i = 0; i < u->n; i++) {
        size_t nkeep = 0;
        for (size_t k = 0; k < n; k++)
            if (f[k].card == u->subject[i] || f[k].other == u->subject[i])
                keep[nkeep++] = f[k].card == u->subject[i] ? f[k].other : f[k].card;
        if (u->held[i])
            TRY(pairs_withdraw(db, a, u->account, u->subject[i], keep, nkeep, e));
    }
    return RC_OK;
}

/* Only pairs of subjects that are held with cards that are there; the others leave the list. */
static enum rc keep_sound(struct sql *db, struct arena *a, const struct unit *u, struct dedupe_found *f, size_t *n,
                          struct err *e)
{
    int64_t         *others = arena_array(a, int64_t, *n + 1);
    struct card_row *now;
    size_t           kept = 0;

    for (size_t i = 0; i < *n; i++)
        others[i] = f[i].other;
    TRY(cards_stand(db, a, u->account, others, *n, &now, e));
    for (size_t i = 0; i < *n; i++)
        if (is_held(u, f[i].card) && now[i].id)
            f[kept++] = f[i];
    *n = kept;
    return RC_OK;
}

static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    struct dedupe_found *f;
    size_t               n;

    if (!dedupe_found_read(a, out, &f, &n))
        return err_set(e, RC_INTERNAL, "dedupe: broken answer");
    TRY(keep_sound(db, a, u, f, &n, e));
    struct pair *pairs = arena_array(a, struct pair, n + 1);
    for (size_t i = 0; i < n; i++)
        pairs[i] = pair_of(&f[i]);
    TRY(withdraw_rest(db, a, u, f, n, e));
    TRY(pairs_suggest(db, u->account, pairs, n, NULL, e));
    for (size_t i = 0; i < n; i++)
        if (f[i].merged.json.n)
            TRY(merge(db, a, u, &f[i], e));
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
    .max = 300,
    .load = load,
    .run = dedupe_run,
    .save = save,
};
