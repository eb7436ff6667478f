/* Cards as files, a card a step, in constant memory. */
#include "api/resources/export_pages.h"
#include "contact/vcard/vcard_card.h"
#include "store/cards/blobs.h"
#include "store/cards/records.h"

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

void export_begin(struct export_pages *p)
{
    p->rows_a = arena_new(65536);
    p->a = arena_new(65536);
}

void export_end(struct export_pages *p)
{
    arena_free(p->rows_a);
    arena_free(p->a);
}

void export_rewind(struct export_pages *p)
{
    p->after = p->cards = 0;
    p->n = p->at = 0;
    p->record = 0;
}

static enum rc read_rows(struct export_pages *p, struct err *e)
{
    int limit = (int)i64_min(EXPORT_PAGE, p->most - p->cards);

    p->n = p->at = 0;
    arena_reset(p->rows_a);
    if (limit > 0)
        TRY(cards_after(p->db, p->rows_a, p->account, &p->filter, p->after, limit, &p->rows, &p->n, e));
    return RC_OK;
}

enum rc export_next(struct export_pages *p, const struct card_row **ret, struct err *e)
{
    arena_reset(p->a);
    *ret = p->record ? &p->rows[p->at - 1] : NULL;
    if (*ret)
        return RC_OK;
    p->verbatim = 0;
    if (p->at == p->n)
        TRY(read_rows(p, e));
    if (p->at == p->n)
        return RC_OK;
    *ret = &p->rows[p->at++];
    p->after = (*ret)->id;
    p->cards++;
    return RC_OK;
}

static void put_line_end(struct buf *out)
{
    if (out->n && out->p[out->n - 1] != '\n')
        buf_put(out, S("\r\n"));
}

static enum rc put_originals(struct export_pages *p, const struct card_row *row, struct buf *out, struct err *e)
{
    struct record *records;
    size_t         n;

    TRY(records_of_card(p->db, p->a, p->account, row->id, p->record, &records, &n, &p->record, e));
    for (size_t i = 0; i < n; i++)
        if (str_is(records[i].format, "vcard")) {
            buf_put(out, records[i].original);
            put_line_end(out);
            p->verbatim++;
        }
    return RC_OK;
}

static enum rc put_vcard(struct export_pages *p, enum vcard_version v, const struct card_row *row,
                         const struct json *tree, struct buf *out, struct err *e)
{
    struct str original;

    TRY(records_vcard(p->db, p->a, p->account, row->id, &original, e));
    vcard_write(out, p->a, tree, v, original);
    return RC_OK;
}

static enum rc put_card(struct export_pages *p, enum export_format f, const struct csv_plan *plan,
                        const struct card_row *row, bool first, struct buf *out, struct err *e)
{
    struct json *tree;

    if (p->original && (f == EXPORT_VCARD3 || f == EXPORT_VCARD4)) {
        TRY(put_originals(p, row, out, e));
        if (p->record || p->verbatim)
            return RC_OK;
    }
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

static void put_end(enum export_format f, bool any, struct buf *out)
{
    if (f == EXPORT_JSCONTACT)
        buf_put(out, any ? S("\n]\n") : S("[]\n"));
}

enum rc export_card(struct export_pages *p, enum export_format f, const struct csv_plan *plan, struct buf *out,
                    bool *ret_end, struct err *e)
{
    const struct card_row *row;
    bool                   first = p->after == 0;

    TRY(export_next(p, &row, e));
    *ret_end = !row;
    if (first && f == EXPORT_CSV)
        csv_write_header(out, plan);
    if (row)
        TRY(put_card(p, f, plan, row, first, out, e));
    else
        put_end(f, !first, out);
    return buf_full(out)
               ? err_set(e, RC_TOO_LARGE, "a card with its pictures is larger than %d MiB", EXPORT_CARD_BYTES >> 20)
               : RC_OK;
}

enum rc export_plan(struct export_pages *p, struct arena *keep, struct csv_plan *plan, bool *ret_end, struct err *e)
{
    const struct card_row *row;
    struct json           *tree;
    size_t                 before = plan->nextra;

    TRY(export_next(p, &row, e));
    *ret_end = !row;
    if (!row)
        return RC_OK;
    TRY(json_parse(p->a, row->json, &tree, e));
    csv_plan_card(p->a, plan, tree);
    for (size_t x = before; x < plan->nextra; x++)
        plan->extra[x] = str_copy(keep, plan->extra[x]); /* it was borrowed from the card */
    return RC_OK;
}
