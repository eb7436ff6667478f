/* Compares cards with their candidates: the pure part of KIND_DEDUPE. */
#include "work/dedupe_unit.h"
#include "base/pack.h"
#include "base/vec.h"
#include "contact/card.h"
#include "contact/merge.h"

void dedupe_ask_head(struct buf *b, struct str region, bool merge, const struct dedupe_card *cards, size_t n)
{
    pack_str(b, region);
    pack_u32(b, merge);
    pack_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        pack_i64(b, cards[i].id);
        pack_i64(b, cards[i].seq);
        pack_str(b, cards[i].json);
    }
}

void dedupe_ask_add(struct buf *b, const struct dedupe_ask *ask)
{
    pack_u32(b, ask->subject);
    pack_u32(b, (uint32_t)ask->n);
    for (size_t i = 0; i < ask->n; i++)
        pack_u32(b, ask->candidate[i]);
}

static bool read_found(struct arena *a, struct unpack *u, struct dedupe_found *ret)
{
    ret->card = unpack_i64(u);
    ret->other = unpack_i64(u);
    ret->card_seq = unpack_i64(u);
    ret->other_seq = unpack_i64(u);
    ret->score = unpack_i64(u);
    ret->evidence_json = unpack_str(u);
    return answer_card_read(a, u, &ret->merged) && ret->card != ret->other && ret->score >= MATCH_POSSIBLE_POINTS &&
           ret->score <= DEDUPE_SCORE_MAX && answer_is_json(a, ret->evidence_json, JSON_ARRAY, DEDUPE_EVIDENCE_MAX);
}

bool dedupe_found_read(struct arena *a, struct str out, struct dedupe_found **ret, size_t *ret_n)
{
    VEC(struct dedupe_found) list = { 0 };

    for (struct unpack u = unpack_of(out); u.left.n;)
        if (list.n == DEDUPE_CARDS_MAX || !read_found(a, &u, vec_push(a, &list)))
            return false;
    *ret = list.v;
    *ret_n = list.n;
    return true;
}

struct deck {
    struct dedupe_card *card;
    struct json       **tree;
    struct match_card **form;
    struct match_ctx   *ctx;
    size_t              n;
    struct str          region;
    bool                merge;
};

static enum rc read_deck(struct arena *a, struct unpack *u, struct deck *d, struct err *e)
{
    d->region = unpack_str(u);
    d->merge = unpack_u32(u);
    d->n = unpack_u32(u);
    if (u->bad || d->n > DEDUPE_CARDS_MAX)
        return err_set(e, RC_MALFORMED, "dedupe: broken question");
    d->card = arena_array(a, struct dedupe_card, d->n + 1);
    d->tree = arena_array(a, struct json *, d->n + 1);
    d->form = arena_array(a, struct match_card *, d->n + 1);
    for (size_t i = 0; i < d->n; i++) {
        d->card[i].id = unpack_i64(u);
        d->card[i].seq = unpack_i64(u);
        d->card[i].json = unpack_str(u);
        TRY(json_parse(a, d->card[i].json, &d->tree[i], e));
        d->form[i] = match_card(a, d->tree[i], d->region);
    }
    d->ctx = match_ctx(a, d->form, d->n);
    return RC_OK;
}

/* The card that was there first stays visible. */
static enum rc merge(struct arena *a, const struct deck *d, size_t x, size_t y, struct json **ret, struct buf *text,
                     struct err *e)
{
    size_t winner = d->card[x].id < d->card[y].id ? x : y, loser = winner == x ? y : x;

    TRY(merge_people(a, d->tree[winner], d->tree[loser], NULL, d->region, ret, e));
    json_write(text, *ret);
    return buf_full(text) ? err_set(e, RC_TOO_LARGE, "dedupe: the merged card is too large") : RC_OK;
}

static void put_found(struct arena *a, struct buf *out, const struct deck *d, size_t x, size_t y, const struct match *m,
                      struct str merged, const struct json *tree)
{
    auto_buf evidence = buf_of(DEDUPE_EVIDENCE_MAX);

    match_write(&evidence, m);
    pack_i64(out, d->card[x].id);
    pack_i64(out, d->card[y].id);
    pack_i64(out, d->card[x].seq);
    pack_i64(out, d->card[y].seq);
    pack_i64(out, m->score);
    pack_str(out, buf_full(&evidence) ? S("[]") : buf_str(&evidence));
    answer_card_write(a, out, merged, tree, d->region);
}

/* At most one merge a subject: the merged card comes back as a subject of its own. */
static enum rc one_subject(struct arena *a, const struct deck *d, size_t x, struct unpack *u, struct buf *out,
                           struct err *e)
{
    bool     merged = false;
    auto_buf text = buf_of(CARD_BYTES_MAX);

    for (uint32_t n = unpack_u32(u); n && !u->bad; n--) {
        size_t       y = unpack_u32(u);
        struct json *tree = NULL;
        struct match m;
        if (y >= d->n)
            return err_set(e, RC_MALFORMED, "dedupe: broken question");
        struct arena_mark mark = arena_mark(a);
        match_score(a, d->form[x], d->form[y], d->ctx, &m);
        buf_clear(&text);
        bool join = d->merge && !merged && m.certainty == MATCH_CERTAIN && merge(a, d, x, y, &tree, &text, e) == RC_OK;
        merged = merged || join;
        if (m.certainty >= MATCH_POSSIBLE)
            put_found(a, out, d, x, y, &m, join ? buf_str(&text) : S(""), tree);
        arena_rewind(a, mark);
    }
    return RC_OK;
}

enum rc dedupe_run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct unpack u = unpack_of(in);
    struct deck   d;

    (void)files;
    TRY(read_deck(a, &u, &d, e));
    while (!u.bad && u.left.n) {
        size_t x = unpack_u32(&u);
        if (x >= d.n)
            return err_set(e, RC_MALFORMED, "dedupe: broken question");
        TRY(one_subject(a, &d, x, &u, out, e));
    }
    return unpack_end(&u) ? RC_OK : err_set(e, RC_MALFORMED, "dedupe: broken question");
}
