/* Reads what a worker needs to merge cards of a file with changed cards of ours. */
#include "work/import_merges.h"
#include "base/map.h"
#include "store/cards/journal.h"
#include "store/cards/records.h"
#include "work/all_kinds.h"

enum { LOOK = 100 }; /* records looked up at once */

enum rc import_merges_region(struct sql *db, struct arena *a, int64_t account, const struct import *it, struct str *ret,
                             struct err *e)
{
    struct json *options = NULL;

    *ret = S("");
    if (json_parse(a, it->options_json, &options, NULL) == RC_OK)
        *ret = json_get_text(options, S("country"));
    return ret->n ? RC_OK : account_country(db, a, account, ret, e);
}

enum rc import_merges_source(struct sql *db, int64_t account, const struct import *it, int64_t *ret, struct err *e)
{
    *ret = it->source;
    return *ret ? RC_OK : sources_ensure(db, account, S("file"), it->file_name, ret, e);
}

struct round {
    struct sql          *db;
    struct arena        *a;
    int64_t              account, source;
    struct map           met; /* cards of ours that are in this round */
    struct import_merge *merge;
    size_t               n, bytes;
};

static enum rc add(struct round *r, struct str key, const struct record *met, struct err *e)
{
    struct import_merge m = { .remote_key = key, .card = met->card };
    struct card_row     row;

    TRY(cards_get(r->db, r->a, r->account, met->card, &row, e));
    TRY(records_base(r->db, r->a, r->account, r->source, key, &m.base_json, e));
    if (!m.base_json.n)
        TRY(journal_first_text(r->db, r->a, r->account, met->home, &m.base_json, e));
    m.seq = row.seq;
    m.ours_json = row.json;
    r->bytes += m.base_json.n + m.ours_json.n;
    r->merge[r->n++] = m;
    return RC_OK;
}

static enum rc look(struct round *r, const struct str *keys, size_t n, struct err *e)
{
    struct record *found;

    TRY(records_find(r->db, r->a, r->account, r->source, keys, n, &found, e));
    for (size_t i = 0; i < n && r->bytes < MERGE_ROUND_BYTES; i++) {
        if (!found[i].card || found[i].card_state == CARD_TRASH)
            r->merge[r->n++] = (struct import_merge){ .remote_key = keys[i], .base_json = S(""), .ours_json = S("") };
        else if (!(*map_at_u64(&r->met, (uint64_t)found[i].card))++)
            TRY(add(r, keys[i], &found[i], e));
    }
    return RC_OK;
}

enum rc import_merges_load(struct sql *db, struct arena *a, int64_t account, const struct import *it,
                           struct str waits_json, struct import_ask *ask, struct err *e)
{
    struct round r = { .db = db, .a = a, .account = account, .met = map_of(a) };
    struct json *waits;
    struct str   keys[LOOK];
    size_t       n = 0, taken = 0;

    if (!waits_json.n)
        return RC_OK;
    TRY(json_parse(a, waits_json, &waits, e));
    TRY(import_merges_source(db, account, it, &r.source, e));
    r.merge = arena_array(a, struct import_merge, MERGE_ROUND_CARDS + 1);
    json_each(key, waits) {
        keys[n++] = json_text(key);
        if (++taken == waits->n || taken == MERGE_ROUND_CARDS || n == LOOK) {
            TRY(look(&r, keys, n, e));
            n = 0;
        }
        if (taken == MERGE_ROUND_CARDS || r.bytes >= MERGE_ROUND_BYTES)
            break;
    }
    ask->merge = r.merge;
    ask->nmerges = r.n;
    return r.n ? RC_OK : err_set(e, RC_INTERNAL, "import: a chunk waits for no card");
}
