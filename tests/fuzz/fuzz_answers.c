/* A wild worker: any bytes as the answer of a worker, of the kind that the first byte chooses.  What a reader lets through can be
 * stored: texts are UTF-8 without NUL and within their caps, JSON parses, a card is one, a picture's id is its content. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/keys.h"
#include "work/dedupe_unit.h"
#include "work/import_units.h"
#include "work/index_doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void must_be_text(struct str s, size_t most) { must(s.n <= most && utf8_valid(s) && !memchr(s.p, 0, s.n)); }

static void must_be_json(struct arena *a, struct str s, enum json_type type)
{
    struct json *tree;
    must(json_parse(a, s, &tree, NULL) == RC_OK && tree->type == type);
}

static void must_be_card(struct arena *a, const struct answer_card *c)
{
    if (!c->json.n)
        return;
    must_be_json(a, c->json, JSON_OBJECT);
    must_be_text(c->json, CARD_BYTES_MAX);
    must_be_text(c->head.uid, CARD_BYTES_MAX);
    must_be_text(c->head.name, CARD_BYTES_MAX);
    must(c->head.uid.n && c->nkeys <= KEYS_MAX && c->head.ntags <= CARD_ITEMS_MAX);
    for (size_t i = 0; i < c->head.ntags; i++)
        must_be_text(c->head.tags[i], CARD_BYTES_MAX);
}

static void scan(struct arena *a, struct str out)
{
    struct import_scan s;

    if (!import_scan_read(a, out, &s))
        return;
    must_be_json(a, s.summary_json, JSON_OBJECT);
    must(s.ncuts <= IMPORT_CUTS_MAX && s.nknown <= IMPORT_KEYS_MAX);
    for (size_t i = 0; i < s.ncuts; i++)
        must(s.cut[i].start >= 0 && s.cut[i].bytes >= 0 && s.cut[i].line > 0 &&
             s.cut[i].start <= INT64_MAX - s.cut[i].bytes);
    for (size_t i = 0; i < s.nknown; i++)
        must_be_text(s.known[i].remote_key, IMPORT_KEY_BYTES_MAX);
}

static void cards(struct arena *a, struct str out)
{
    struct str          format;
    struct import_card *c;
    size_t              n;

    if (!import_cards_read(a, out, &format, &c, &n))
        return;
    must(n <= CARDS_BATCH_MAX && format.n);
    for (size_t i = 0; i < n; i++) {
        must_be_card(a, &c[i].made);
        must_be_text(c[i].remote_key, IMPORT_KEY_BYTES_MAX);
        must_be_text(c[i].message, IMPORT_MESSAGE_MAX);
        must_be_text(c[i].name, CARD_BYTES_MAX);
        for (size_t b = 0; c[i].made.json.n && b < c[i].nblobs; b++)
            must(str_eq(c[i].blobs[b].id, blobs_id(a, c[i].blobs[b].media_type, c[i].blobs[b].bytes)));
    }
}

static void pairs(struct arena *a, struct str out)
{
    struct dedupe_found *f;
    size_t               n;

    if (!dedupe_found_read(a, out, &f, &n))
        return;
    must(n <= DEDUPE_CARDS_MAX);
    for (size_t i = 0; i < n; i++) {
        must(f[i].card != f[i].other && f[i].score >= MATCH_POSSIBLE_POINTS && f[i].score <= DEDUPE_SCORE_MAX);
        must_be_json(a, f[i].evidence_json, JSON_ARRAY);
        must_be_card(a, &f[i].merged);
    }
}

static void docs(struct arena *a, struct str out)
{
    struct search_doc doc;

    for (struct unpack u = unpack_of(out); u.left.n && index_doc_read(a, &u, &doc);) {
        must(doc.nfacets <= SEARCH_FACETS_MAX);
        for (size_t i = 0; i < SEARCH_FIELDS; i++)
            must_be_text(doc.field[i], SEARCH_DOC_BYTES_MAX);
        for (size_t i = 0; i < doc.nfacets; i++)
            must_be_text(doc.facet[i], SEARCH_DOC_BYTES_MAX);
    }
}

static void facts(struct arena *a, struct str out)
{
    struct answer_facts f;

    for (struct unpack u = unpack_of(out); u.left.n && answer_facts_read(a, &u, &f);) {
        must_be_json(a, f.facts, JSON_ARRAY);
        must_be_text(f.facts, ANSWER_FACTS_MAX);
        must_be_text(f.earlier, ANSWER_FACTS_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const reader[])(struct arena *, struct str) = { scan, cards, pairs, docs, facts };
    auto_free(arena) a = arena_new(64 << 10);

    if (n)
        reader[data[0] % countof(reader)](a, (struct str){ (const char *)data + 1, n - 1 });
    return 0;
}
