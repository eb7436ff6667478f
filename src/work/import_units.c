/* Packs and reads what agent and import workers tell each other. */
#include "work/import_units.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "contact/card.h"

void import_ask_write(struct buf *b, const struct import_ask *ask)
{
    pack_u32(b, ask->scan);
    pack_str(b, ask->options_json);
    pack_str(b, ask->region);
    pack_i64(b, ask->start);
    pack_i64(b, ask->bytes);
    pack_i64(b, ask->first_line);
    pack_u32(b, (uint32_t)ask->nrepeats);
    for (size_t i = 0; i < ask->nrepeats; i++)
        pack_i64(b, ask->repeats[i]);
    pack_u32(b, (uint32_t)ask->nmerges);
    for (size_t i = 0; i < ask->nmerges; i++) {
        const struct import_merge *m = &ask->merge[i];
        pack_str(b, m->remote_key);
        pack_i64(b, m->card);
        pack_i64(b, m->seq);
        pack_str(b, m->base_json);
        pack_str(b, m->ours_json);
    }
}

static void read_merges(struct arena *a, struct unpack *u, struct import_ask *ask)
{
    ask->nmerges = size_min(unpack_u32(u), u->left.n / (3 * 4 + 2 * sizeof(int64_t)));
    struct import_merge *merge = arena_array(a, struct import_merge, ask->nmerges + 1);

    for (struct import_merge *m = merge; m < merge + ask->nmerges; m++) {
        m->remote_key = unpack_str(u);
        m->card = unpack_i64(u);
        m->seq = unpack_i64(u);
        m->base_json = unpack_str(u);
        m->ours_json = unpack_str(u);
    }
    ask->merge = merge;
}

bool import_ask_read(struct arena *a, struct str in, struct import_ask *ret)
{
    struct unpack u = unpack_of(in);

    *ret = (struct import_ask){ .scan = unpack_u32(&u), .options_json = unpack_str(&u), .region = unpack_str(&u) };
    ret->start = unpack_i64(&u);
    ret->bytes = unpack_i64(&u);
    ret->first_line = unpack_i64(&u);
    ret->nrepeats = unpack_u32(&u);
    if (u.bad || ret->nrepeats > u.left.n / sizeof(int64_t))
        return false;
    int64_t *repeats = arena_array(a, int64_t, ret->nrepeats + 1);
    for (size_t i = 0; i < ret->nrepeats; i++)
        repeats[i] = unpack_i64(&u);
    ret->repeats = repeats;
    read_merges(a, &u, ret);
    return unpack_end(&u);
}

static bool is_cut(const struct import_cut *c)
{
    return c->start >= 0 && c->bytes >= 0 && c->bytes <= INT64_MAX - c->start && c->line >= 1 && c->line <= UINT32_MAX;
}

bool import_scan_read(struct arena *a, struct str out, struct import_scan *ret)
{
    struct unpack u = unpack_of(out);

    *ret = (struct import_scan){ .failed = unpack_u32(&u), .summary_json = unpack_str(&u) };
    ret->ncuts = unpack_u32(&u);
    if (u.bad || ret->ncuts > u.left.n / sizeof(struct import_cut) || ret->ncuts > IMPORT_CUTS_MAX ||
        !answer_is_json(a, ret->summary_json, JSON_OBJECT, IMPORT_SUMMARY_MAX))
        return false;
    ret->cut = arena_array(a, struct import_cut, ret->ncuts + 1);
    for (size_t i = 0; i < ret->ncuts; i++) {
        ret->cut[i].start = unpack_i64(&u);
        ret->cut[i].bytes = unpack_i64(&u);
        ret->cut[i].line = unpack_i64(&u);
        if (!is_cut(&ret->cut[i]))
            return false;
    }
    ret->nknown = unpack_u32(&u);
    if (u.bad || ret->nknown > IMPORT_KEYS_MAX)
        return false;
    ret->known = arena_array(a, struct import_known, ret->nknown + 1);
    for (size_t i = 0; i < ret->nknown; i++) {
        ret->known[i].remote_key = unpack_str(&u);
        ret->known[i].fingerprint = unpack_i64(&u);
        if (!answer_is_text(ret->known[i].remote_key, IMPORT_KEY_BYTES_MAX))
            return false;
    }
    return unpack_end(&u);
}

/* Its id is its content: nobody takes the place of another's picture. */
static bool is_blob(struct arena *a, const struct blob *b)
{
    return answer_is_text(b->media_type, 255) && b->bytes.n && b->bytes.n <= BLOB_BYTES_MAX &&
           str_eq(b->id, blobs_id(a, b->media_type, b->bytes));
}

static bool read_blobs(struct arena *a, struct unpack *u, struct import_card *card)
{
    bool good = true;

    card->nblobs = unpack_u32(u);
    if (u->bad || card->nblobs > CARD_ITEMS_MAX)
        return false;
    card->blobs = arena_array(a, struct blob, card->nblobs + 1);
    for (struct blob *b = card->blobs; good && b < card->blobs + card->nblobs; b++) {
        b->id = unpack_str(u);
        b->media_type = unpack_str(u);
        b->bytes = unpack_str(u);
        good = !u->bad && is_blob(a, b);
    }
    return good;
}

static bool read_card(struct arena *a, struct unpack *u, struct import_card *card)
{
    card->remote_key = unpack_str(u);
    card->fingerprint = unpack_i64(u);
    card->line = unpack_u32(u);
    card->name = unpack_str(u);
    card->message = unpack_str(u);
    if (u->bad || !answer_is_text(card->remote_key, IMPORT_KEY_BYTES_MAX) ||
        !answer_is_text(card->name, CARD_BYTES_MAX) || !answer_is_text(card->message, IMPORT_MESSAGE_MAX) ||
        !answer_card_read(a, u, &card->made))
        return false;
    if (!card->made.json.n)
        return true;
    card->merged = unpack_i64(u);
    card->merged_seq = unpack_i64(u);
    card->theirs_json = unpack_str(u);
    card->original = unpack_str(u);
    return card->remote_key.n && (!card->merged || answer_is_card(a, card->theirs_json)) && read_blobs(a, u, card);
}

_Static_assert((int)IMPORT_CHUNK_CARDS <= (int)CARDS_BATCH_MAX, "a chunk is saved as one batch");

bool import_cards_read(struct arena *a, struct str out, struct str *ret_format, struct import_card **ret, size_t *ret_n)
{
    struct unpack u = unpack_of(out);
    VEC(struct import_card) cards = { 0 };

    *ret_format = unpack_str(&u);
    if (!upload_format_known(*ret_format))
        return false;
    while (!u.bad && u.left.n && cards.n < CARDS_BATCH_MAX) {
        struct import_card *card = vec_push(a, &cards);
        if (!read_card(a, &u, card))
            return false;
    }
    *ret = cards.v;
    *ret_n = cards.n;
    return unpack_end(&u);
}

/* UID, else content; cards of one file that share a UID are kept apart by their content. */
struct str import_remote_key(struct arena *a, const struct upload_card *card, int64_t fingerprint, bool repeat)
{
    if (!card->has_uid)
        return str_fmt(a, "#%016llx", (unsigned long long)fingerprint);
    struct str uid = utf8_head(card_uid(card->card), 500);
    return repeat ? str_fmt(a, STR_FMT "#%016llx", STR_ARG(uid), (unsigned long long)fingerprint) : uid;
}
