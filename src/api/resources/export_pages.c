/* Makes the bytes of an export, a page of cards at a time. */
#include "api/resources/export_pages.h"
#include "contact/vcard/vcard_card.h"
#include "store/blobs.h"
#include "store/records.h"

static const struct {
    const char *file, *type;
} formats[] = {
    [EXPORT_VCARD3] = { "contacts-3.0.vcf", "text/vcard; charset=utf-8" },
    [EXPORT_VCARD4] = { "contacts-4.0.vcf", "text/vcard; charset=utf-8" },
    [EXPORT_JSCONTACT] = { "contacts.json", "application/json" },
    [EXPORT_CSV] = { "contacts.csv", "text/csv; charset=utf-8" },
};

const char *export_file_name(enum export_format f) { return formats[f].file; }
const char *export_media_type(enum export_format f) { return formats[f].type; }

void export_rewind(struct export_pages *p)
{
    p->after = 0;
    p->cards = 0;
}

static enum rc next_rows(struct export_pages *p, struct card_row **ret, size_t *ret_n, bool *ret_end, struct err *e)
{
    int limit = (int)i64_min(EXPORT_PAGE, p->most - p->cards);

    *ret_n = 0;
    arena_reset(p->a);
    if (limit > 0)
        TRY(cards_after(p->db, p->a, p->account, &p->filter, p->after, limit, ret, ret_n, e));
    *ret_end = *ret_n < EXPORT_PAGE;
    if (*ret_n)
        p->after = (*ret)[*ret_n - 1].id;
    p->cards += (int64_t)*ret_n;
    return RC_OK;
}

/* The vCard this card was made from; "" when there is none or it was made of something else. */
static struct str own_original(const struct record *records, size_t n, int64_t card)
{
    for (size_t i = 0; i < n; i++)
        if (records[i].home == card && str_is(records[i].format, "vcard"))
            return records[i].original;
    return S("");
}

static void put_line_end(struct buf *out)
{
    if (out->n && out->p[out->n - 1] != '\n')
        buf_put(out, S("\r\n"));
}

static enum rc put_vcard(struct export_pages *p, enum vcard_version v, const struct card_row *row,
                         const struct json *tree, struct buf *out, struct err *e)
{
    struct record *records;
    size_t         n, verbatim = 0;

    TRY(records_of_card(p->db, p->a, p->account, row->id, &records, &n, e));
    for (size_t i = 0; p->original && i < n; i++)
        if (str_is(records[i].format, "vcard")) {
            buf_put(out, records[i].original);
            put_line_end(out);
            verbatim++;
        }
    if (!verbatim)
        vcard_write(out, p->a, tree, v, own_original(records, n, row->id));
    return RC_OK;
}

static enum rc put_card(struct export_pages *p, enum export_format f, const struct csv_plan *plan,
                        const struct card_row *row, bool first, struct buf *out, struct err *e)
{
    struct json *tree;

    TRY(json_parse(p->a, row->json, &tree, e));
    if (f != EXPORT_CSV)
        TRY(blobs_inline(p->db, p->a, p->account, tree, e));
    switch (f) {
    case EXPORT_VCARD3: return put_vcard(p, VCARD_3_0, row, tree, out, e);
    case EXPORT_VCARD4: return put_vcard(p, VCARD_4_0, row, tree, out, e);
    case EXPORT_CSV: csv_write_card(p->a, out, plan, tree); return RC_OK;
    default:
        buf_put(out, first ? S("[\n") : S(",\n"));
        json_write(out, tree);
        return RC_OK;
    }
}

enum rc export_page(struct export_pages *p, enum export_format f, const struct csv_plan *plan, struct buf *out,
                    bool *ret_end, struct err *e)
{
    struct card_row *rows;
    size_t           n;
    bool             first = p->after == 0;

    TRY(next_rows(p, &rows, &n, ret_end, e));
    if (first && f == EXPORT_CSV)
        csv_write_header(out, plan);
    for (size_t i = 0; i < n; i++)
        TRY(put_card(p, f, plan, &rows[i], first && i == 0, out, e));
    if (*ret_end && f == EXPORT_JSCONTACT)
        buf_put(out, p->cards ? S("\n]\n") : S("[]\n"));
    return buf_full(out) ? err_set(e, RC_TOO_LARGE, "a page of cards is larger than %d MiB", EXPORT_PAGE_BYTES >> 20)
                         : RC_OK;
}

enum rc export_plan(struct export_pages *p, struct arena *a, struct csv_plan *plan, bool *ret_end, struct err *e)
{
    struct card_row *rows;
    size_t           n;

    TRY(next_rows(p, &rows, &n, ret_end, e));
    for (size_t i = 0; i < n; i++) {
        struct json *tree;
        size_t       before = plan->nextra;
        TRY(json_parse(p->a, rows[i].json, &tree, e));
        csv_plan_card(p->a, plan, tree);
        for (size_t x = before; x < plan->nextra; x++)
            plan->extra[x] = str_copy(a, plan->extra[x]); /* it was borrowed from a page */
    }
    return RC_OK;
}
