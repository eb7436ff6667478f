/* Cards: list, read, make, change (JSON Merge Patch, PatchObject), delete. */
#include <stdio.h>
#include "api/http/handlers.h"
#include "api/resources/quota.h"
#include "api/http/problem.h"
#include "api/resources/totals.h"
#include "api/resources/view.h"
#include "base/rand.h"
#include "contact/diff.h"
#include "contact/merge.h"
#include "store/cards/journal.h"

enum { LIMIT_NORMAL = 100 };

struct word {
    const char *text;
    int         value;
};

static enum rc pick(struct req *r, const char *name, const struct word *words, size_t n, int *ret, struct err *e)
{
    struct str v = req_query(r, name);

    *ret = words[0].value;
    for (size_t i = 0; v.n && i < n; i++)
        if (str_is(v, words[i].text)) {
            *ret = words[i].value;
            return RC_OK;
        }
    return v.n ? err_set(e, RC_MALFORMED, "%s has no such value", name) : RC_OK;
}

static bool is_country(struct str code)
{
    return code.n == 2 && code.p[0] >= 'A' && code.p[0] <= 'Z' && code.p[1] >= 'A' && code.p[1] <= 'Z';
}

static enum rc read_page(struct req *r, struct card_page *p, struct err *e)
{
    static const struct word states[] = { { "live", CARD_LIVE }, { "trash", CARD_TRASH } };
    static const struct word sorts[] = { { "name", CARDS_BY_NAME },
                                         { "updated", CARDS_BY_UPDATED },
                                         { "created", CARDS_BY_CREATED },
                                         { "company", CARDS_BY_COMPANY } };
    static const struct word orders[] = { { "asc", false }, { "desc", true } };
    int                      state, sort, descending;
    int64_t                  limit;

    TRY(pick(r, "state", states, countof(states), &state, e));
    TRY(pick(r, "sort", sorts, countof(sorts), &sort, e));
    TRY(pick(r, "order", orders, countof(orders), &descending, e));
    TRY(req_query_id(r, "book", &p->filter.book, e));
    TRY(req_query_id(r, "source", &p->filter.source, e));
    TRY(req_query_i64(r, "limit", 1, CARDS_PAGE_MAX, LIMIT_NORMAL, &limit, e));
    TRY(req_query_i64(r, "offset", 0, INT64_MAX, 0, &p->offset, e));
    p->filter.state = (enum card_state)state;
    p->filter.tag = req_query(r, "tag");
    p->filter.country = req_query(r, "country");
    if (p->filter.country.n && !is_country(p->filter.country))
        return err_set(e, RC_MALFORMED, "country must be two letters");
    p->sort = (enum card_sort)sort;
    p->descending = descending;
    p->limit = (int)limit;
    p->cursor = req_query(r, "cursor");
    return RC_OK;
}

enum rc cards_list(struct req *r, struct err *e)
{
    struct card_page page = { 0 };
    struct card_row *rows;
    struct str       next;
    int64_t          total;
    size_t           n;

    TRY(read_page(r, &page, e));
    TRY(cards_page(r->db, r->a, r->account, &page, &rows, &n, &next, e));
    TRY(totals_of(r, &page.filter, &total, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    TRY(view_rows(r, rows, n, NULL, NULL, e));
    json_out_close(&r->json, ']');
    answer_next(r, next);
    json_out_i64(&r->json, S("total"), total);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc cards_read(struct req *r, struct err *e)
{
    int64_t id;

    TRY(req_id(r, 0, &id, e));
    return view_answer(r, id, e);
}

/* ---- writing ---- */

static struct str uid_new(struct arena *a)
{
    unsigned char b[16];

    rand_bytes(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    return str_fmt(a, "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                   b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static struct str text_of(struct req *r, const struct json *tree)
{
    struct buf text = buf_of(CARD_BYTES_MAX * 2);

    json_write(&text, tree);
    struct str copy = buf_full(&text) ? S("") : str_copy(r->a, buf_str(&text));
    buf_done(&text);
    return copy;
}

/* The members that say what the thing is may be left out by a caller who knows where it goes. */
static enum rc checked_text(struct req *r, struct json *card, struct str uid, struct str *ret, struct err *e)
{
    if (!json_get(card, S("@type")))
        json_set_text(r->a, card, S("@type"), S("Card"));
    if (!json_get(card, S("version")))
        json_set_text(r->a, card, S("version"), S("1.0"));
    json_set_text(r->a, card, S("uid"), uid);
    TRY(card_check(card, e));
    *ret = text_of(r, card);
    return ret->n ? RC_OK : err_set(e, RC_TOO_LARGE, "a card may have %d bytes", CARD_BYTES_MAX);
}

static struct card_batch one_change(struct req *r)
{
    return (struct card_batch){ .account = r->account, .actor = req_actor(r), .prio = 1 };
}

enum rc cards_create(struct req *r, struct err *e)
{
    struct json       *card = json_get(r->body, S("card"));
    struct card_batch  batch = one_change(r);
    struct card_change change = { .state = CARD_LIVE };

    if (!card || card->type != JSON_OBJECT)
        return answer_invalid(r, "card", e, "card must be a JSContact object");
    struct str uid = json_get_text(card, S("uid"));
    TRY(req_body_id(r, "book", &change.book, e));
    if (change.book)
        TRY(books_must_exist(r, change.book, e));
    TRY(checked_text(r, card, uid.n ? uid : uid_new(r->a), &change.json, e));
    TRY(quota_check(r, (struct quota_more){ .cards = 1, .bytes = (int64_t)change.json.n }, e));
    TRY(cards_save(r->db, r->a, &batch, &change, 1, NULL, e));
    api_count(r, TALLY_CONTACTS, 1);
    struct str id = id_text(r->a, change.id);
    answer_field(r, "Location", str_fmt(r->a, "/api/v1/cards/" STR_FMT, STR_ARG(id)));
    r->status = 201;
    return view_answer(r, change.id, e);
}

/* The card as the caller wants it, starting from what they saw. */
static enum rc wanted_card(struct req *r, const struct json *seen, struct json **ret, struct err *e)
{
    struct json *whole = json_get(r->body, S("card"));

    if (whole && whole->type == JSON_OBJECT && r->body->n == 1) {
        *ret = whole;
        return RC_OK;
    }
    if (!r->body)
        return err_set(e, RC_MALFORMED, "the body must be a patch or {\"card\": ...}");
    return diff_apply(r->a, seen, r->body, ret, e);
}

/* Somebody else was faster: what the card is now, and both changes in one as far as they get along. */
static enum rc offer_merge(struct req *r, const struct card_row *now, int64_t seen, struct err *e)
{
    struct card_row  before;
    struct json     *base, *mine;
    struct merge     merge = { 0 };
    struct json_out *o = &r->json;

    if (journal_card_at(r->db, r->a, r->account, now->id, seen, &before, NULL) == RC_OK &&
        json_parse(r->a, before.json, &base, NULL) == RC_OK && wanted_card(r, base, &mine, NULL) == RC_OK)
        merge_three(r->a, base, mine, view_tree(r, now), &merge);
    problem_open(r, 409, "CONFLICT", "the card was changed meanwhile");
    TRY(view_detail(r, S("current"), now, e));
    json_out_tree(o, S("merged"), merge.card);
    json_out_open(o, S("conflicts"), '[');
    for (size_t i = 0; i < merge.nconflicts; i++)
        json_out_text(o, JSON_ELEMENT, str_fmt(r->a, "/" STR_FMT, STR_ARG(merge.conflict[i].pointer)));
    json_out_close(o, ']');
    json_out_close(o, '}');
    answer_etag(r, now->seq);
    return problem_answer(r, 409);
}

static bool read_etag(struct str text, int64_t *ret)
{
    if (str_starts(text, S("W/")))
        text = str_from(text, 2);
    if (text.n > 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
        text = (struct str){ text.p + 1, text.n - 2 };
    return str_i64(text, 1, INT64_MAX, ret);
}

enum rc cards_change(struct req *r, struct err *e)
{
    struct str         match = http_header(r->http, "If-Match");
    struct card_batch  batch = one_change(r);
    struct card_change change = { 0 };
    struct card_row    row;
    struct json       *wanted;
    int64_t            id, seen;

    TRY(req_id(r, 0, &id, e));
    TRY(cards_get(r->db, r->a, r->account, id, &row, e));
    if (!match.n)
        return answer_refuse(r, 428, "PRECONDITION_REQUIRED", e, "send If-Match with the ETag of the card you saw");
    if (!read_etag(match, &seen))
        return err_set(e, RC_MALFORMED, "If-Match must be the ETag of the card");
    if (row.state != CARD_LIVE)
        return err_set(e, RC_CONFLICT, "this card is not live: restore it first");
    if (seen != row.seq)
        return offer_merge(r, &row, seen, e);
    TRY(wanted_card(r, view_tree(r, &row), &wanted, e));
    change = (struct card_change){ .id = id, .seq = seen, .state = CARD_LIVE };
    TRY(checked_text(r, wanted, row.uid, &change.json, e));
    TRY(quota_check(r, (struct quota_more){ .bytes = (int64_t)change.json.n }, e));
    enum rc rc = cards_save(r->db, r->a, &batch, &change, 1, NULL, e);
    if (rc != RC_CONFLICT) {
        TRY(rc);
        return view_answer(r, id, e);
    }
    TRY(cards_get(r->db, r->a, r->account, id, &row, e));
    return offer_merge(r, &row, seen, e);
}

enum rc cards_delete(struct req *r, struct err *e)
{
    struct str         match = http_header(r->http, "If-Match");
    struct card_batch  batch = one_change(r);
    struct card_change change = { .state = CARD_TRASH };
    struct card_row    row;

    TRY(req_id(r, 0, &change.id, e));
    if (match.n && !read_etag(match, &change.seq))
        return err_set(e, RC_MALFORMED, "If-Match must be the ETag of the card");
    TRY(cards_get(r->db, r->a, r->account, change.id, &row, e));
    if (row.state == CARD_MERGED)
        return err_set(e, RC_CONFLICT, "this card is part of another one");
    TRY(cards_save(r->db, r->a, &batch, &change, 1, NULL, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("id"), change.id);
    json_out_i64(&r->json, S("seq"), change.seq);
    json_out_close(&r->json, '}');
    return RC_OK;
}
