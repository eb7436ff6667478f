/* Makes cards of one chunk of a file: the pure part of an import. */
#include "base/hash.h"
#include "base/pack.h"
#include "contact/card.h"
#include "contact/keys.h"
#include "work/import_units.h"

static void put_failed(struct buf *out, const struct upload_card *card, struct str name, struct str message)
{
    pack_str(out, S(""));
    pack_i64(out, 0);
    pack_u32(out, card->line);
    pack_str(out, name);
    pack_str(out, message);
}

static void put_head(struct arena *a, struct buf *out, const struct json *card, struct str region)
{
    struct card_head head;
    int64_t          keys[KEYS_MAX];

    card_head(a, card, &head);
    pack_str(out, head.uid);
    pack_str(out, head.name);
    pack_str(out, head.sort_key);
    pack_str(out, head.company);
    pack_u32(out, (uint32_t)head.ntags);
    for (size_t i = 0; i < head.ntags; i++)
        pack_str(out, head.tags[i]);
    size_t n = keys_of_card(a, card, region, keys);
    pack_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        pack_i64(out, keys[i]);
}

static struct str fault_of(const struct upload_card *card)
{
    for (size_t i = 0; i < card->report.list.n; i++)
        if (card->report.list.v[i].severity == VCARD_ERROR)
            return card->report.list.v[i].message;
    return S("");
}

static void put_card(struct arena *a, struct buf *out, struct upload_card *card, const struct json *tags,
                     struct str region, bool repeat)
{
    auto_buf     text = buf_of(CARD_BYTES_MAX);
    struct blob *blobs;
    size_t       nblobs;
    int64_t      fingerprint = hash63(card->original, 0);
    struct str   key = import_remote_key(a, card, fingerprint, repeat);

    blobs_extract(a, card->card, &blobs, &nblobs);
    json_each(tag, tags)
        json_set(json_child(a, card->card, S("keywords")), json_text(tag), json_new_bool(a, true));
    json_write(&text, card->card);
    if (buf_full(&text)) {
        put_failed(out, card, card_display_name(a, card->card), S("the card is larger than 1 MiB without its photos"));
        return;
    }
    pack_str(out, key);
    pack_i64(out, fingerprint);
    pack_u32(out, card->line);
    pack_str(out, card_display_name(a, card->card));
    pack_str(out, fault_of(card));
    pack_str(out, buf_str(&text));
    pack_str(out, card->original);
    put_head(a, out, card->card, region);
    pack_u32(out, (uint32_t)nblobs);
    for (size_t i = 0; i < nblobs; i++) {
        pack_str(out, blobs[i].id);
        pack_str(out, blobs[i].media_type);
        pack_str(out, blobs[i].bytes);
    }
}

static bool is_repeat(const struct import_ask *ask, size_t offset)
{
    for (size_t i = 0; i < ask->nrepeats; i++)
        if (ask->repeats[i] == (int64_t)offset)
            return true;
    return false;
}

enum rc import_run_chunk(struct arena *a, const struct import_ask *ask, struct upload *u, struct buf *out,
                         struct err *e)
{
    struct upload_reader r = upload_read(u, (size_t)ask->start, (size_t)ask->bytes, (uint32_t)ask->first_line);
    struct upload_card   card;
    struct json         *options = NULL;
    auto_free(arena) one = arena_new(64 << 10);

    TRY(json_parse(a, ask->options_json, &options, e));
    struct str country = json_get_text(options, S("country"));
    pack_str(out, str_of(upload_format_name(u)));
    for (; upload_next(&r, one, &card); arena_reset(one))
        if (card.card)
            put_card(one, out, &card, json_get(options, S("tags")), country.n ? country : ask->region,
                     is_repeat(ask, card.offset));
        else
            put_failed(out, &card, S(""), fault_of(&card));
    return RC_OK;
}

/* ---- the worker's one entry for both ---- */

static size_t columns_of(struct arena *a, struct str options_json, struct str **ret)
{
    struct json *options, *columns;
    size_t       n = 0;

    if (json_parse(a, options_json, &options, NULL) != RC_OK || !(columns = json_get(options, S("columns"))))
        return 0;
    *ret = arena_array(a, struct str, columns->n + 1);
    json_each(target, columns)
        (*ret)[n++] = json_text(target);
    return n;
}

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
    struct import_ask ask;
    struct str       *targets = NULL;
    auto_upload       u = { 0 };

    if (!import_ask_read(a, in, &ask))
        return err_set(e, RC_MALFORMED, "import: broken question");
    size_t  n = columns_of(a, ask.options_json, &targets);
    enum rc rc = upload_open(&u, a, file, targets, n, e);
    if (rc == RC_OK)
        rc = ask.scan ? import_run_scan(a, &ask, &u, out, e) : import_run_chunk(a, &ask, &u, out, e);
    bool verdict = rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_TOO_LARGE;
    if (ask.scan && verdict) { /* an answer for the user, not a failure of the work */
        answer_unreadable(out, str_of(e->text));
        return RC_OK;
    }
    return rc;
}
