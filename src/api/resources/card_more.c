/* What a card has besides itself: history, picture, originals, duplicates; its way back from the trash. */
#include <sodium.h>
#include "api/http/handlers.h"
#include "api/resources/duplicates.h"
#include "api/resources/view.h"
#include "base/utf8.h"
#include "contact/diff.h"
#include "contact/name.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "store/cards/blobs.h"
#include "store/cards/journal.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"
#include "store/cards/undo.h"

enum { HISTORY_NORMAL = 50, HISTORY_MAX = 200, YEAR_S = 31536000 };
/* Of one version: what a person can read.  Past it the version says "more". */
enum { CHANGES_MAX = 100, CHANGE_TEXT_MAX = 2000 };
/* An answer of originals ends behind the one that passes it. */
enum { ORIGINALS_BYTES = 1 << 20 };

enum rc cards_restore(struct req *r, struct err *e)
{
    struct card_batch  batch = { .account = r->account, .actor = req_actor(r), .prio = 1 };
    struct card_change change = { .state = CARD_LIVE };
    struct card_row    row;
    int64_t            seq = json_get_i64(r->body, S("seq"), 0);

    TRY(req_id(r, 0, &change.id, e));
    TRY(cards_get(r->db, r->a, r->account, change.id, &row, e));
    if (seq) {
        TRY(undo_card(r->db, r->a, r->account, change.id, seq, req_actor(r), &row, e));
    } else if (row.state == CARD_MERGED) {
        return err_set(e, RC_CONFLICT, "this card is part of another one: undo the merge");
    } else {
        TRY(cards_save(r->db, r->a, &batch, &change, 1, NULL, e));
    }
    return view_answer(r, change.id, e);
}

/* ---- history ---- */

static struct str why(struct req *r, const struct journal_row *row)
{
    struct str rest = row->actor, kind, name;

    str_next(&rest, ':', &kind);
    name = rest.p ? rest : S("");
    if (str_is(kind, "import"))
        return S("Import");
    if (str_is(kind, "merge") || str_is(row->op, "merge"))
        return str_is(kind, "rule") ? S("Certainly the same person") : S("Merge of duplicates");
    if (str_is(kind, "rule"))
        return enrich_rule_text(name);
    if (str_is(kind, "undo"))
        return S("Undo");
    return row->batch ? S("Change of many cards") : str_copy(r->a, S("Edited"));
}

static void change_write(struct req *r, const struct diff_change *c)
{
    struct json_out *o = &r->json;

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("field"), utf8_head(c->field, CHANGE_TEXT_MAX));
    json_out_text(o, S("label"), utf8_head(c->label, CHANGE_TEXT_MAX));
    json_out_text(o, S("before"), utf8_head(c->before, CHANGE_TEXT_MAX));
    json_out_text(o, S("after"), utf8_head(c->after, CHANGE_TEXT_MAX));
    json_out_close(o, '}');
}

static size_t changes_of(struct req *r, const struct journal_row *row, struct diff_change **ret)
{
    struct json *before, *after;

    if (json_parse(r->a, row->prev_json.n ? row->prev_json : S("{}"), &before, NULL) != RC_OK ||
        json_parse(r->a, row->next_json.n ? row->next_json : S("{}"), &after, NULL) != RC_OK)
        return 0;
    return diff_changes(r->a, before, after, ret);
}

static void version_write(struct req *r, const struct journal_row *row)
{
    struct json_out    *o = &r->json;
    struct diff_change *changes;
    size_t              n = changes_of(r, row, &changes);

    json_out_open(o, JSON_ELEMENT, '{');
    json_out_i64(o, S("seq"), row->seq);
    json_out_time(o, S("at"), row->at_ms);
    json_out_text(o, S("op"), row->op);
    json_out_text(o, S("actor"), row->actor);
    json_out_text(o, S("why"), why(r, row));
    if (row->batch)
        json_out_id(o, S("batch"), row->batch);
    json_out_open(o, S("changes"), '[');
    for (size_t i = 0; i < size_min(n, CHANGES_MAX); i++)
        change_write(r, &changes[i]);
    json_out_close(o, ']');
    if (n > CHANGES_MAX)
        json_out_i64(o, S("more"), (int64_t)(n - CHANGES_MAX));
    json_out_close(o, '}');
}

enum rc cards_history(struct req *r, struct err *e)
{
    struct journal_row *rows;
    struct card_row     card;
    int64_t             id, before, limit, next;
    size_t              n;

    TRY(req_id(r, 0, &id, e));
    TRY(req_query_i64(r, "cursor", 0, INT64_MAX, 0, &before, e));
    TRY(req_query_i64(r, "limit", 1, HISTORY_MAX, HISTORY_NORMAL, &limit, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    TRY(journal_of_card(r->db, r->a, r->account, id, before, (int)limit, &rows, &n, &next, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(r->a);
        version_write(r, &rows[i]);
        arena_rewind(r->a, mark);
    }
    json_out_close(&r->json, ']');
    if (next)
        json_out_text(&r->json, S("next"), str_fmt(r->a, "%lld", (long long)next));
    else
        json_out_raw(&r->json, S("next"), S("null"));
    json_out_close(&r->json, '}');
    return RC_OK;
}

/* ---- picture ---- */

/* A small picture that stayed in the card as data: URI. */
static bool inline_picture(struct req *r, const struct json *tree, struct blob *ret)
{
    struct card_item media = card_first(tree, CARD_MEDIA);
    struct str       uri = card_has(&media) ? json_get_text(media.json, S("uri")) : S("");
    size_t           comma = str_find(uri, S(";base64,"), 0);

    if (!str_starts(uri, S("data:image/")) || comma == SIZE_MAX)
        return false;
    struct str text = str_from(uri, comma + 8);
    char      *bytes = arena_get(r->a, text.n + 1);
    size_t     n = 0;
    if (sodium_base642bin((unsigned char *)bytes, text.n, text.p, text.n, "\r\n ", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *ret = (struct blob){ .media_type = { uri.p + 5, comma - 5 }, .bytes = { bytes, n } };
    return true;
}

static bool is_picture(struct str type)
{
    static const char *const types[] = {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"
    };

    for (size_t i = 0; i < countof(types); i++)
        if (str_ieq(type, str_of(types[i])))
            return true;
    return false;
}

enum rc cards_photo(struct req *r, struct err *e)
{
    struct card_row row;
    struct blob     blob = { 0 };
    int64_t         id;

    TRY(req_id(r, 0, &id, e));
    TRY(cards_get(r->db, r->a, r->account, id, &row, e));
    struct json *tree = view_tree(r, &row);
    struct str   key = blobs_photo(tree);
    if (!key.n || blobs_get(r->db, r->a, r->account, key, &blob, e) != RC_OK)
        inline_picture(r, tree, &blob);
    if (!is_picture(blob.media_type)) {
        avatar_svg(&r->out, name_initials(r->a, tree), avatar_hue(r->a, tree));
        blob = (struct blob){ .media_type = S("image/svg+xml"), .bytes = buf_str(&r->out) };
    }
    bool fixed = req_query(r, "v").n > 0;
    answer_field(r, "Cache-Control",
                 fixed ? str_fmt(r->a, "private, max-age=%d, immutable", YEAR_S) : S("private, max-age=60"));
    answer_field(r, "Content-Security-Policy", S("default-src 'none'; sandbox"));
    return answer_bytes(r, 200, blob.media_type, blob.bytes);
}

/* ---- where it came from ---- */

static void original_write(struct req *r, const struct record *record)
{
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("source"), record->source);
    json_out_text(&r->json, S("format"), record->format);
    json_out_text(&r->json, S("text"), record->original);
    json_out_close(&r->json, '}');
}

/* Where the rest is (RFC 8288). */
static void link_to_next(struct req *r, int64_t next)
{
    answer_field(r, "Link",
                 str_fmt(r->a, "</api/v1/cards/" STR_FMT "/original?from=%lld>; rel=\"next\"", STR_ARG(r->part[0]),
                         (long long)next));
}

enum rc cards_original(struct req *r, struct err *e)
{
    struct record  *records;
    struct card_row card;
    int64_t         id, from, next;
    size_t          n, i;
    bool            more;

    TRY(req_id(r, 0, &id, e));
    TRY(req_query_i64(r, "from", 0, INT32_MAX, 0, &from, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    json_out_open(&r->json, JSON_ELEMENT, '[');
    do {
        TRY(records_of_card(r->db, r->a, r->account, id, from, &records, &n, &next, e));
        for (i = 0; i < n && r->out.n < ORIGINALS_BYTES; i++)
            original_write(r, &records[i]);
        from += (int64_t)i;
        more = i < n || next;
    } while (more && r->out.n < ORIGINALS_BYTES);
    json_out_close(&r->json, ']');
    if (more)
        link_to_next(r, from);
    return RC_OK;
}

/* Pairs after the one that the page before ended with. */
static enum rc after_cursor(struct req *r, struct pair **pairs, size_t *n, struct err *e)
{
    struct str text = req_query(r, "cursor");
    int64_t    low = 0, high = 0;

    if (text.n && !duplicates_pair_id(text, &low, &high))
        return err_set(e, RC_INVALID, "the cursor belongs to another list");
    while (*n && ((*pairs)->low < low || ((*pairs)->low == low && (*pairs)->high <= high))) {
        ++*pairs;
        --*n;
    }
    return RC_OK;
}

enum rc cards_duplicates(struct req *r, struct err *e)
{
    struct pair    *pairs;
    struct card_row card;
    int64_t         id, total;
    size_t          n, written;

    TRY(req_id(r, 0, &id, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    TRY(pairs_of_card(r->db, r->a, r->account, id, &pairs, &n, e));
    total = (int64_t)n;
    TRY(after_cursor(r, &pairs, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    TRY(duplicates_write(r, pairs, n, &written, e));
    json_out_close(&r->json, ']');
    if (written < n)
        json_out_text(&r->json, S("next"), duplicates_pair_text(r->a, &pairs[written - 1]));
    else
        json_out_raw(&r->json, S("next"), S("null"));
    json_out_i64(&r->json, S("total"), total);
    json_out_close(&r->json, '}');
    return RC_OK;
}
