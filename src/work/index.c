/* KIND_INDEX: keeps the search index up to date. */
#include "base/pack.h"
#include "io/search/search.h"
#include "store/cards/cards.h"
#include "store/cards/facts.h"
#include "store/work/jobs.h"
#include "work/index_doc.h"
#include "work/all_kinds.h"

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    struct card_row *rows;
    struct facts    *facts;
    struct str       region;
    size_t           n;

    (void)files;
    TRY(account_country(db, a, u->account, &region, e));
    pack_str(in, region);
    TRY(cards_some(db, a, u->account, u->subject, u->n, UNIT_DOCS_BYTES, &rows, &n, u->taken, e));
    int64_t *ids = arena_array(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    TRY(facts_of_cards(db, a, u->account, ids, n, &facts, e));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].state != CARD_LIVE)
            continue;
        pack_i64(in, rows[i].id);
        pack_i64(in, rows[i].updated_ms);
        pack_i64(in, rows[i].book);
        pack_str(in, rows[i].json);
        pack_str(in, facts[i].json);
    }
    return RC_OK;
}

static enum rc run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct unpack u = unpack_of(in);
    struct str    region = unpack_str(&u);

    (void)files;
    while (!u.bad && u.left.n) {
        struct arena_mark   mark = arena_mark(a);
        struct index_source s = {
            .id = unpack_i64(&u), .order = unpack_i64(&u), .book = unpack_i64(&u), .region = region
        };
        struct search_doc doc;
        s.card_json = unpack_str(&u);
        s.facts_json = unpack_str(&u);
        TRY(index_doc(a, &s, &doc, e));
        pack_i64(out, doc.id);
        pack_i64(out, doc.order);
        for (size_t i = 0; i < SEARCH_FIELDS; i++)
            pack_str(out, doc.field[i]);
        pack_u32(out, (uint32_t)doc.nfacets);
        for (size_t i = 0; i < doc.nfacets; i++)
            pack_str(out, doc.facet[i]);
        arena_rewind(a, mark);
    }
    return unpack_end(&u) ? RC_OK : err_set(e, RC_MALFORMED, "index: broken question");
}

/* Subjects without a document have left sight. */
static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    struct search_doc *docs = arena_array(a, struct search_doc, u->n + 1);
    int64_t           *gone = arena_array(a, int64_t, u->n + 1);
    size_t             ndocs = 0, ngone = 0;

    for (struct unpack in = unpack_of(out); in.left.n; ndocs++)
        if (ndocs == u->n || !index_doc_read(a, &in, &docs[ndocs]))
            return err_set(e, RC_INTERNAL, "index: broken answer");
    size_t kept = 0;
    for (size_t i = 0; i < u->n; i++) {
        const struct search_doc *mine = NULL;
        for (size_t k = kept; k < ndocs && !mine; k++)
            if (docs[k].id == u->subject[i])
                mine = &docs[k];
        if (mine && u->held[i]) {
            struct search_doc doc = *mine;
            docs[mine - docs] = docs[kept];
            docs[kept++] = doc;
        } else if (u->held[i])
            gone[ngone++] = u->subject[i];
    }
    TRY(search_remove(db, u->account, gone, ngone, e));
    return search_put(db, u->account, docs, kept, e);
}

const struct worker worker_index = {
    .name = "index",
    .kind = KIND_INDEX,
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
