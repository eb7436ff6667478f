/* Makes cards of one chunk of a file: the pure part of an import. */
#include "base/hash.h"
#include "base/map.h"
#include "base/pack.h"
#include "contact/card.h"
#include "contact/merge.h"
#include "work/import_choice.h"

/* What becomes of one card of the file. */
struct making {
    struct arena             *a; /* of this card */
    struct buf               *out;
    const struct upload_card *card;
    struct str                key, region;
    int64_t                   fingerprint;
    const struct json        *tags;
};

static void put_failed(const struct making *m, struct str name, struct str message)
{
    pack_str(m->out, m->key);
    pack_i64(m->out, m->fingerprint);
    pack_u32(m->out, m->card->line);
    pack_str(m->out, name);
    pack_str(m->out, message);
    pack_str(m->out, S(""));
}

static struct str fault_of(const struct upload_card *card)
{
    for (size_t i = 0; i < card->report.list.n; i++)
        if (card->report.list.v[i].severity == VCARD_ERROR)
            return card->report.list.v[i].message;
    return S("");
}

static void put_blobs(struct buf *out, const struct blob *blobs, size_t n)
{
    pack_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        pack_str(out, blobs[i].id);
        pack_str(out, blobs[i].media_type);
        pack_str(out, blobs[i].bytes);
    }
}

/* json: what will be ours; theirs: what the source says alone, "" when that is the same. */
static void put_made(const struct making *m, const struct json *card, struct str json, const struct import_merge *with,
                     struct str theirs, const struct blob *blobs, size_t nblobs)
{
    pack_str(m->out, m->key);
    pack_i64(m->out, m->fingerprint);
    pack_u32(m->out, m->card->line);
    pack_str(m->out, card_display_name(m->a, card));
    pack_str(m->out, fault_of(m->card));
    answer_card_write(m->a, m->out, json, card, m->region);
    pack_i64(m->out, with ? with->card : 0);
    pack_i64(m->out, with ? with->seq : 0);
    pack_str(m->out, theirs);
    pack_str(m->out, m->card->original);
    put_blobs(m->out, blobs, nblobs);
}

/* The card with theirs changes done to it; NULL with the reason in e. */
static struct json *merge(struct arena *a, const struct import_merge *with, const struct json *theirs, struct err *e)
{
    struct json *base, *ours;
    struct merge merged;

    if (json_parse(a, with->base_json, &base, e) != RC_OK || json_parse(a, with->ours_json, &ours, e) != RC_OK)
        return NULL;
    merge_three(a, base, ours, theirs, &merged);
    return merged.card;
}

static void put_card(const struct making *m, const struct import_merge *with)
{
    auto_buf     theirs = buf_of(CARD_BYTES_MAX), text = buf_of(CARD_BYTES_MAX);
    struct json *card = m->card->card;
    struct blob *blobs;
    size_t       nblobs;
    struct err   e = { 0 };

    blobs_extract(m->a, card, &blobs, &nblobs);
    json_each(tag, m->tags)
        json_set(json_child(m->a, card, S("keywords")), json_text(tag), json_new_bool(m->a, true));
    struct str name = card_display_name(m->a, card);
    json_write(&theirs, card);
    if (buf_full(&theirs)) {
        put_failed(m, name, S("the card is larger than 1 MiB without its photos"));
        return;
    }
    if (!with || !with->card) {
        put_made(m, card, buf_str(&theirs), NULL, S(""), blobs, nblobs);
        return;
    }
    struct json *merged = merge(m->a, with, card, &e);
    if (merged)
        json_write(&text, merged);
    if (!merged || buf_full(&text))
        put_failed(m, name, S("together with what the contact has already the card is too large"));
    else
        put_made(m, merged, buf_str(&text), with, buf_str(&theirs), blobs, nblobs);
}

static bool is_repeat(const struct import_ask *ask, size_t offset)
{
    for (size_t i = 0; i < ask->nrepeats; i++)
        if (ask->repeats[i] == (int64_t)offset)
            return true;
    return false;
}

/* ---- which cards are wanted ---- */

struct wanted {
    struct map                 by_key; /* hash of a remote key -> 1 + place; 0 once it was found */
    const struct import_merge *merge;
    size_t                     n;
};

static struct wanted wanted_of(struct arena *a, const struct import_ask *ask)
{
    struct wanted w = { map_of(a), ask->merge, ask->nmerges };

    for (size_t i = 0; i < w.n; i++)
        *map_at(&w.by_key, w.merge[i].remote_key) = i + 1;
    return w;
}

/* False: not wanted in this round, or an earlier card of the file was it. */
static bool wants(struct wanted *w, struct str key, const struct import_merge **ret)
{
    uint64_t *at = map_find(&w->by_key, key);

    *ret = at && *at ? &w->merge[*at - 1] : NULL;
    if (at)
        *at = 0;
    return w->n == 0 || *ret;
}

static void make_card(const struct import_ask *ask, struct wanted *w, struct making *m)
{
    const struct import_merge *with = NULL;

    if (!m->card->card) {
        if (!w->n)
            put_failed(m, S(""), fault_of(m->card));
        return;
    }
    m->fingerprint = hash63(m->card->original, 0);
    m->key = import_remote_key(m->a, m->card, m->fingerprint, is_repeat(ask, m->card->offset));
    if (wants(w, m->key, &with))
        put_card(m, with);
}

enum rc import_run_chunk(struct arena *a, const struct import_ask *ask, struct upload *u, struct buf *out,
                         struct err *e)
{
    struct upload_reader r = upload_read(u, (size_t)ask->start, (size_t)ask->bytes, (uint32_t)ask->first_line);
    struct upload_card   card;
    struct json         *options = NULL;
    struct wanted        wanted = wanted_of(a, ask);
    auto_free(arena) one = arena_new(64 << 10);

    TRY(json_parse(a, ask->options_json, &options, e));
    struct str    country = json_get_text(options, S("country"));
    struct making m = { .a = one,
                        .out = out,
                        .card = &card,
                        .region = country.n ? country : ask->region,
                        .tags = json_get(options, S("tags")) };
    pack_str(out, str_of(upload_format_name(u)));
    for (; upload_next(&r, one, &card); arena_reset(one)) {
        m.key = S("");
        m.fingerprint = 0;
        make_card(ask, &wanted, &m);
    }
    return RC_OK;
}

/* ---- the worker's one entry for both ---- */

static void answer_unreadable(struct buf *out, struct str why)
{
    auto_buf        text = buf_of(4096);
    struct json_out o = json_out_of(&text);

    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, S("error"), why);
    json_out_close(&o, '}');
    buf_clear(out);
    pack_u32(out, 1);
    pack_str(out, buf_str(&text));
    pack_u32(out, 0);
    pack_u32(out, 0);
}

enum rc import_run(struct arena *a, struct str in, struct str file, struct buf *out, struct err *e)
{
    struct import_ask    ask;
    struct upload_choice choice;
    auto_upload          u = { 0 };

    if (!import_ask_read(a, in, &ask))
        return err_set(e, RC_MALFORMED, "import: broken question");
    import_choice(a, &ask, &choice);
    enum rc rc = upload_open(&u, a, file, &choice, e);
    if (rc == RC_OK)
        rc = ask.scan ? import_run_scan(a, &ask, &u, out, e) : import_run_chunk(a, &ask, &u, out, e);
    bool verdict = rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_TOO_LARGE;
    if (ask.scan && verdict) { /* an answer for the user, not a failure of the work */
        answer_unreadable(out, str_of(e->text));
        return RC_OK;
    }
    return rc;
}
