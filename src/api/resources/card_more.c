/* What else there is of a card: history, photo, original, duplicates, restore. */
#include <sodium.h>
#include "api/http/handlers.h"
#include "api/resources/duplicates.h"
#include "api/resources/view.h"
#include "contact/diff.h"
#include "contact/name.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "store/blobs.h"
#include "store/journal.h"
#include "store/pairs.h"
#include "store/records.h"
#include "store/undo.h"

enum { HISTORY_NORMAL = 50, HISTORY_MAX = 200, YEAR_S = 31536000 };

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

static void change_members(struct req *r, const struct journal_row *row)
{
    struct json_out    *o = &r->json;
    struct json        *before, *after;
    struct diff_change *changes;

    json_out_open(o, S("changes"), '[');
    if (json_parse(r->a, row->prev_json.n ? row->prev_json : S("{}"), &before, NULL) == RC_OK &&
        json_parse(r->a, row->next_json.n ? row->next_json : S("{}"), &after, NULL) == RC_OK) {
        size_t n = diff_changes(r->a, before, after, &changes);
        for (size_t i = 0; i < n; i++) {
            json_out_open(o, JSON_ELEMENT, '{');
            json_out_text(o, S("field"), changes[i].field);
            json_out_text(o, S("label"), changes[i].label);
            json_out_text(o, S("before"), changes[i].before);
            json_out_text(o, S("after"), changes[i].after);
            json_out_close(o, '}');
        }
    }
    json_out_close(o, ']');
}

enum rc cards_history(struct req *r, struct err *e)
{
    struct json_out    *o = &r->json;
    struct journal_row *rows;
    struct card_row     card;
    int64_t             id, before, limit, next;
    size_t              n;

    TRY(req_id(r, 0, &id, e));
    TRY(req_query_i64(r, "cursor", 0, INT64_MAX, 0, &before, e));
    TRY(req_query_i64(r, "limit", 1, HISTORY_MAX, HISTORY_NORMAL, &limit, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    TRY(journal_of_card(r->db, r->a, r->account, id, before, (int)limit, &rows, &n, &next, e));
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_open(o, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_i64(o, S("seq"), rows[i].seq);
        json_out_time(o, S("at"), rows[i].at_ms);
        json_out_text(o, S("op"), rows[i].op);
        json_out_text(o, S("actor"), rows[i].actor);
        json_out_text(o, S("why"), why(r, &rows[i]));
        if (rows[i].batch)
            json_out_id(o, S("batch"), rows[i].batch);
        change_members(r, &rows[i]);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    if (next)
        json_out_text(o, S("next"), str_fmt(r->a, "%lld", (long long)next));
    else
        json_out_raw(o, S("next"), S("null"));
    json_out_close(o, '}');
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

enum rc cards_original(struct req *r, struct err *e)
{
    struct record  *records;
    struct card_row card;
    int64_t         id;
    size_t          n;

    TRY(req_id(r, 0, &id, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    TRY(records_of_card(r->db, r->a, r->account, id, &records, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_id(&r->json, S("source"), records[i].source);
        json_out_text(&r->json, S("format"), records[i].format);
        json_out_text(&r->json, S("text"), records[i].original);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    return RC_OK;
}

enum rc cards_duplicates(struct req *r, struct err *e)
{
    struct pair    *pairs;
    struct card_row card;
    int64_t         id;
    size_t          n;

    TRY(req_id(r, 0, &id, e));
    TRY(cards_get(r->db, r->a, r->account, id, &card, e));
    TRY(pairs_of_card(r->db, r->a, r->account, id, &pairs, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    TRY(duplicates_write(r, pairs, n, e));
    json_out_close(&r->json, ']');
    json_out_raw(&r->json, S("next"), S("null"));
    json_out_i64(&r->json, S("total"), (int64_t)n);
    json_out_close(&r->json, '}');
    return RC_OK;
}
