/* Saves one chunk of an import: makes cards, sees known ones again, keeps what has to be merged for the next round. */
#include "work/import_save.h"
#include "base/map.h"
#include "base/rand.h"
#include "store/work/jobs.h"
#include "store/cards/records.h"
#include "work/import_merges.h"
#include "work/import_units.h"

struct saving {
    struct sql                *db;
    struct arena              *a;
    int64_t                    account, source;
    struct import              it;
    struct str                 format, region;
    bool                       create, update;
    struct import_card        *card;
    struct record             *found; /* found[i] belongs to card[i] */
    struct card_row           *now;   /* so does the card it meets, as it stands */
    size_t                     n;
    struct card_change        *change;
    struct record             *put; /* put[i].card is taken from change[at[i]] when that made it */
    size_t                    *at;
    const struct import_card **of; /* put[i] is what came of it */
    size_t                     nchanges, nputs;
    struct str                *seen;
    size_t                     nseen;
    struct map                 keys;  /* of cards that were decided in this round */
    struct json               *waits; /* keys for the next round */
    struct import_counts       counts;
};

static void add_change(struct saving *s, const struct import_card *c, const struct record *r, struct card_change change,
                       struct str base)
{
    change.json = c->made.json;
    change.head = &c->made.head;
    change.keys = c->made.keys;
    change.nkeys = c->made.nkeys;
    s->at[s->nputs] = s->nchanges;
    s->of[s->nputs] = c;
    s->change[s->nchanges++] = change;
    s->put[s->nputs++] = (struct record){ .source = s->source,
                                          .card = r->card,
                                          .home = r->home,
                                          .fingerprint = c->fingerprint,
                                          .remote_key = c->remote_key,
                                          .format = s->format,
                                          .base_json = base,
                                          .original = c->original };
}

static void make_card(struct saving *s, const struct import_card *c, const struct record *r)
{
    if (!s->create) {
        s->counts.skipped++;
        return;
    }
    add_change(s, c, r, (struct card_change){ .id = r->card, .book = s->it.book, .state = CARD_LIVE },
               r->card ? c->made.json : S(""));
    s->counts.created++;
}

static void wait(struct saving *s, struct str key) { json_push(s->waits, json_new_text(s->a, key)); }

/* ours is what the worker saw: then its merge is what we want. */
static void change_card(struct saving *s, size_t i)
{
    const struct import_card *c = &s->card[i];
    const struct record      *r = &s->found[i];
    const struct card_row    *now = &s->now[i];

    if (c->merged != r->card || c->merged_seq != now->seq) {
        wait(s, c->remote_key);
        return;
    }
    add_change(
        s, c, r,
        (struct card_change){ .id = r->card, .seq = now->seq, .state = now->state, .merged_into = now->merged_into },
        c->theirs_json);
    s->counts.updated++;
}

static void decide(struct saving *s, size_t i)
{
    const struct import_card *c = &s->card[i];
    const struct record      *r = &s->found[i];
    uint64_t                 *before = c->remote_key.n ? map_at(&s->keys, c->remote_key) : NULL;

    if (!c->made.json.n)
        s->counts.failed++;
    else if (*before)
        s->counts.skipped++;
    else if (!r->card || r->card_state == CARD_TRASH)
        c->merged ? wait(s, c->remote_key) : make_card(s, c, r);
    else if (r->fingerprint == c->fingerprint) {
        s->seen[s->nseen++] = c->remote_key;
        s->counts.skipped++;
    } else if (s->update)
        change_card(s, i);
    else
        s->counts.skipped++;
    if (before)
        *before = 1;
}

static enum rc write_chunk(struct saving *s, struct err *e)
{
    struct card_batch batch = { .account = s->account,
                                .batch = s->it.id,
                                .region = s->region,
                                .prio = JOB_PRIO_BULK,
                                .actor = str_fmt(s->a, "import:" STR_FMT, STR_ARG(id_text(s->a, s->it.id))) };

    for (size_t i = 0; i < s->nputs; i++)
        if (s->of[i]->nblobs)
            TRY(blobs_put(s->db, s->account, s->of[i]->blobs, s->of[i]->nblobs, e));
    if (s->nchanges)
        TRY(cards_save(s->db, s->a, &batch, s->change, s->nchanges, NULL, e));
    for (size_t i = 0; i < s->nputs; i++) {
        int64_t id = s->change[s->at[i]].id;
        s->put[i].card = s->put[i].card ? s->put[i].card : id;
        s->put[i].home = s->put[i].home ? s->put[i].home : id;
    }
    TRY(records_put(s->db, s->account, s->it.id, s->put, s->nputs, e));
    return records_seen(s->db, s->account, s->source, s->seen, s->nseen, e);
}

/* ---- what is kept with the chunk ---- */

/* Errors of this round after those of the rounds before. */
static struct str chunk_errors(struct saving *s, struct str before)
{
    auto_buf     text = buf_of(1 << 20);
    struct json *list;

    if (json_parse(s->a, before, &list, NULL) != RC_OK || list->type != JSON_ARRAY)
        list = json_new(s->a, JSON_ARRAY);
    for (size_t i = 0; i < s->n && list->n < IMPORT_ERRORS_KEPT; i++) {
        if (!s->card[i].message.n ||
            (s->card[i].made.json.n && s->card[i].merged)) /* told when the card was first read */
            continue;
        struct json *o = json_push(list, json_new(s->a, JSON_OBJECT));
        json_add(o, S("line"), json_new_i64(s->a, s->card[i].line));
        json_set_text(s->a, o, S("message"), s->card[i].message);
    }
    json_write(&text, list);
    return str_copy(s->a, buf_full(&text) ? S("[]") : buf_str(&text));
}

/* Those of before that were not answered wait on; when nothing was, the first is given up, so that every round gets on. */
static enum rc keep_waiting(struct saving *s, struct str before, struct str *ret, struct err *e)
{
    auto_buf     text = buf_of(UNIT_OUTPUT_MAX);
    struct json *list;
    bool         first = true;

    *ret = S("");
    if (before.n) {
        TRY(json_parse(s->a, before, &list, e));
        json_each(key, list) {
            if (!map_find(&s->keys, json_text(key)) && !(first && s->n == 0))
                wait(s, json_text(key));
            else if (first && s->n == 0)
                s->counts.failed++;
            first = false;
        }
    }
    if (!s->waits->n)
        return RC_OK;
    json_write(&text, s->waits);
    *ret = str_copy(s->a, buf_str(&text));
    return buf_full(&text) ? err_set(e, RC_TOO_LARGE, "import: too many cards wait") : RC_OK;
}

/* ---- the whole ---- */

static void read_options(struct saving *s)
{
    struct json *options = NULL;

    if (json_parse(s->a, s->it.options_json, &options, NULL) != RC_OK)
        options = NULL;
    struct str mode = json_get_text(options, S("mode"));
    s->create = !str_is(mode, "update");
    s->update = !str_is(mode, "create");
}

static enum rc read_answer(struct saving *s, struct str out, struct err *e)
{
    if (!import_cards_read(s->a, out, &s->format, &s->card, &s->n))
        return err_set(e, RC_INTERNAL, "import: broken answer to a chunk");
    struct str *keys = arena_array(s->a, struct str, s->n + 1);
    int64_t    *cards = arena_array(s->a, int64_t, s->n + 1);
    for (size_t i = 0; i < s->n; i++)
        keys[i] = s->card[i].remote_key;
    TRY(records_find(s->db, s->a, s->account, s->source, keys, s->n, &s->found, e));
    for (size_t i = 0; i < s->n; i++)
        cards[i] = s->found[i].card;
    TRY(cards_stand(s->db, s->a, s->account, cards, s->n, &s->now, e));
    s->change = arena_array(s->a, struct card_change, s->n + 1);
    s->put = arena_array(s->a, struct record, s->n + 1);
    s->at = arena_array(s->a, size_t, s->n + 1);
    s->of = arena_array(s->a, const struct import_card *, s->n + 1);
    s->seen = arena_array(s->a, struct str, s->n + 1);
    return RC_OK;
}

enum rc import_save_chunk(struct sql *db, struct arena *a, const struct unit *u, const struct import_chunk *chunk,
                          struct str out, struct err *e)
{
    struct saving s = { .db = db, .a = a, .account = u->account, .keys = map_of(a), .waits = json_new(a, JSON_ARRAY) };
    struct str    waits;

    if (chunk->done)
        return RC_OK;
    TRY(imports_get(db, a, u->account, chunk->import, &s.it, e));
    if (!str_is(s.it.state, "running"))
        return RC_OK;
    TRY(import_merges_source(db, u->account, &s.it, &s.source, e));
    TRY(import_merges_region(db, a, u->account, &s.it, &s.region, e));
    read_options(&s);
    TRY(read_answer(&s, out, e));
    for (size_t i = 0; i < s.n; i++)
        decide(&s, i);
    TRY(write_chunk(&s, e));
    *u->cards += s.counts.created;
    TRY(keep_waiting(&s, chunk->waits_json, &waits, e));
    TRY(imports_chunk_saved(db, u->account, chunk, &s.counts, chunk_errors(&s, chunk->errors_json), waits, e));
    return waits.n ? jobs_add(db, u->account, KIND_IMPORT, u->prio, u->subject, 1, e) : RC_OK;
}
