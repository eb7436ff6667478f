/* KIND_ENRICH: facts of a card from what it says. */
#include "enrich/enrich.h"
#include "base/pack.h"
#include "store/cards/cards.h"
#include "store/cards/facts.h"
#include "store/work/jobs.h"
#include "work/all_kinds.h"
#include "work/answer.h"

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    struct card_row *rows;
    struct facts    *facts;
    struct str       region;
    size_t           n;

    (void)files;
    TRY(account_country(db, a, u->account, &region, e));
    TRY(cards_some(db, a, u->account, u->subject, u->n, UNIT_CARDS_BYTES, &rows, &n, u->taken, e));
    int64_t *ids = arena_array(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    TRY(facts_of_cards(db, a, u->account, ids, n, &facts, e));
    pack_str(in, region);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].state != CARD_LIVE)
            continue;
        pack_i64(in, rows[i].id);
        pack_str(in, rows[i].json);
        pack_str(in, facts[i].json);
    }
    return RC_OK;
}

static enum rc run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct unpack       u = unpack_of(in);
    struct enrich_hints hints = { .region = unpack_str(&u) };
    auto_buf            text = buf_of(ANSWER_FACTS_MAX);

    (void)files;
    while (!u.bad && u.left.n) {
        struct arena_mark mark = arena_mark(a);
        int64_t           id = unpack_i64(&u);
        struct str        card_json = unpack_str(&u), earlier = unpack_str(&u);
        struct json      *card;
        struct fact      *facts;
        size_t            n;
        TRY(json_parse(a, card_json, &card, e));
        enrich_card(a, card, &hints, &facts, &n);
        buf_clear(&text);
        json_write(&text, enrich_row(a, earlier, facts, n));
        pack_i64(out, id);
        pack_str(out, earlier);
        pack_str(out, buf_str(&text));
        arena_rewind(a, mark);
    }
    return unpack_end(&u) ? RC_OK : err_set(e, RC_MALFORMED, "enrich: broken question");
}

static size_t place_of(const struct unit *u, int64_t id)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->subject[i] == id)
            return i;
    return SIZE_MAX;
}

static bool blank(struct str facts) { return facts.n <= 2; }

/* A decision made while the unit ran must not be overwritten: then the card is done again. */
static enum rc decided_meanwhile(struct sql *db, struct arena *a, int64_t account, int64_t id, struct str earlier,
                                 bool *ret, struct err *e)
{
    struct facts *now;

    *ret = false;
    if (blank(earlier))
        return RC_OK;
    TRY(facts_of_cards(db, a, account, &id, 1, &now, e));
    *ret = !str_eq(now[0].json, earlier);
    return RC_OK;
}

static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    struct unpack in = unpack_of(out);
    struct facts *facts = arena_array(a, struct facts, u->n + 1);
    int64_t      *done = arena_array(a, int64_t, u->n + 1);
    size_t        nfacts = 0, ndone = 0;

    while (in.left.n) {
        struct answer_facts f;
        bool                again;
        if (ndone == u->n || !answer_facts_read(a, &in, &f))
            return err_set(e, RC_INTERNAL, "enrich: broken answer");
        size_t at = place_of(u, f.card);
        if (at == SIZE_MAX || !u->held[at])
            continue;
        TRY(decided_meanwhile(db, a, u->account, f.card, f.earlier, &again, e));
        if (again) {
            u->rc[at] = RC_CONFLICT;
            u->why[at] = S("a fact was decided meanwhile");
            continue;
        }
        if (!str_eq(f.facts, f.earlier) && !(blank(f.facts) && blank(f.earlier)))
            facts[nfacts++] = (struct facts){ .card = f.card, .json = f.facts };
        done[ndone++] = f.card;
    }
    TRY(facts_put(db, u->account, facts, nfacts, e));
    TRY(jobs_add(db, u->account, KIND_DEDUPE, u->prio, done, ndone, e));
    return jobs_add(db, u->account, KIND_INDEX, u->prio, done, ndone, e);
}

const struct worker worker_enrich = {
    .name = "enrich",
    .kind = KIND_ENRICH,
    .unit = 100,
    .lease_s = 30,
    .max_tries = 5,
    .memory_mb = 256,
    .min = 1,
    .max = 300,
    .load = load,
    .run = run,
    .save = save,
};
