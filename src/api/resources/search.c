/* Answers a search with rows of cards and what matched. */
#include "api/http/handlers.h"
#include "api/resources/view.h"
#include "base/clock.h"
#include "contact/fold.h"
#include "io/search/search.h"

enum { LIMIT_NORMAL = 50, LIMIT_MAX = 200, QUERY_MAX = 500, FACETS = 2 };

struct found {
    struct card_row         *rows;
    const enum search_field *field;
    struct str               words;
};

static bool has_word(struct arena *a, struct str text, struct str words)
{
    for (struct str rest = words, want; fold_word(a, &rest, &want);)
        for (struct str in = fold_text(a, text), word; fold_word(a, &in, &word);)
            if (str_starts(word, want))
                return true;
    return false;
}

static struct str digits_of(struct arena *a, struct str text)
{
    char  *p = arena_get(a, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        if (ascii_digit(text.p[i]))
            p[n++] = text.p[i];
    return (struct str){ p, n };
}

/* The value a person sees that made this card be found. */
static struct str matched_text(struct req *r, const struct card_row *row, enum search_field field, struct str words)
{
    static const enum card_map map[] = { [SEARCH_EMAIL] = CARD_EMAILS,
                                         [SEARCH_PHONE] = CARD_PHONES,
                                         [SEARCH_NOTES] = CARD_NOTES,
                                         [SEARCH_COMPANY] = CARD_ORGANIZATIONS };
    const struct json         *tree = view_tree(r, row);
    struct str                 digits = digits_of(r->a, words);

    if (field == SEARCH_NAME)
        return row->name;
    if (field == SEARCH_PLACE) {
        struct card_item at = card_first(tree, CARD_ADDRESSES);
        return card_has(&at) ? card_address_line(r->a, at.json) : S("");
    }
    if (field >= countof(map) || (field != SEARCH_EMAIL && map[field] == CARD_EMAILS))
        return S("");
    for (struct card_item it = card_first(tree, map[field]); card_has(&it); card_step(&it))
        if (has_word(r->a, it.value, words) ||
            (field == SEARCH_PHONE && digits.n && str_find(digits_of(r->a, it.value), digits, 0) != SIZE_MAX))
            return str_head(it.value, 200);
    return str_head(card_first(tree, map[field]).value, 200);
}

static void match_member(struct req *r, void *to, size_t i)
{
    static const char *const names[SEARCH_FIELDS] = { "name", "company", "email", "phone", "place", "notes", "other" };
    const struct found      *f = to;

    json_out_open(&r->json, S("match"), '{');
    json_out_text(&r->json, S("field"), str_of(names[f->field[i]]));
    json_out_text(&r->json, S("text"), matched_text(r, &f->rows[i], f->field[i], f->words));
    json_out_close(&r->json, '}');
}

static enum rc rows_in_order(struct req *r, const struct search_hit *hits, size_t n, struct found *f, size_t *ret_n,
                             struct err *e)
{
    int64_t           *ids = arena_array(r->a, int64_t, n + 1);
    enum search_field *field = arena_array(r->a, enum search_field, n + 1);
    struct card_row   *some;
    size_t             nsome;

    for (size_t i = 0; i < n; i++)
        ids[i] = hits[i].id;
    TRY(cards_listed(r->db, r->a, r->account, ids, n, &some, &nsome, e));
    f->rows = arena_array(r->a, struct card_row, n + 1);
    f->field = field;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < nsome; k++)
            if (some[k].id == hits[i].id && some[k].state == CARD_LIVE) {
                field[*ret_n] = hits[i].field;
                f->rows[(*ret_n)++] = some[k];
                break;
            }
    return RC_OK;
}

enum rc search_run(struct req *r, struct err *e)
{
    int64_t             began_us = clock_mono_us(), limit, book;
    struct str          q = str_trim(req_query(r, "q")), tag = req_query(r, "tag"), facet[FACETS];
    struct search_query ask = { .facet = facet };
    struct search_hit  *hits;
    struct found        f;
    size_t              n, total, shown;

    TRY(req_query_i64(r, "limit", 1, LIMIT_MAX, LIMIT_NORMAL, &limit, e));
    TRY(req_query_id(r, "book", &book, e));
    if (q.n == 0 || q.n > QUERY_MAX)
        return err_set(e, RC_INVALID, "q must have 1 to %d bytes", QUERY_MAX);
    if (tag.n)
        facet[ask.nfacets++] = str_fmt(r->a, "tag:" STR_FMT, STR_ARG(tag));
    if (book)
        facet[ask.nfacets++] = str_fmt(r->a, "book:" STR_FMT, STR_ARG(req_query(r, "book")));
    ask.words = f.words = fold_text(r->a, q);
    ask.limit = (size_t)limit;
    TRY(search_query(r->db, r->a, r->account, &ask, &hits, &n, &total, e));
    TRY(rows_in_order(r, hits, n, &f, &shown, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    TRY(view_rows(r, f.rows, shown, match_member, &f, e));
    json_out_close(&r->json, ']');
    json_out_i64(&r->json, S("took_us"), clock_mono_us() - began_us);
    json_out_i64(&r->json, S("total"), (int64_t)total);
    json_out_close(&r->json, '}');
    return RC_OK;
}
