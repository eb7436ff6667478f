/* Sends an account's cards as a file or a zip, made as it is sent. */
#include "api/resources/export_zip.h"
#include "api/http/handlers.h"
#include "base/clock.h"

enum { SLICE_US = 4000 };

struct export
{
    struct req         *r;
    struct export_pages pages;
    struct export_zip  *zip;
    enum export_format  format;
    struct csv_plan    *plan; /* NULL when it is made, or needs none */
    struct csv_plan     made;
    struct loop_timer   timer;
};

static void export_done(struct req *r)
{
    struct export *x = r->own;

    loop_cancel(&x->timer);
    if (x->zip)
        export_zip_free(x->zip);
    arena_free(x->pages.a);
}

static enum rc step(struct export *x, struct buf *out, bool *ret_end, struct err *e)
{
    bool planned;

    *ret_end = false;
    if (x->zip)
        return export_zip_step(x->zip, out, ret_end, e);
    if (!x->plan)
        return export_page(&x->pages, x->format, &x->made, out, ret_end, e);
    TRY(export_plan(&x->pages, x->r->a, x->plan, &planned, e));
    if (planned) {
        x->plan = NULL;
        export_rewind(&x->pages);
    }
    return RC_OK;
}

static void go_on(void *to)
{
    struct export *x = to;
    http_wake(x->r->http);
}

/* Steps that make no bytes give the loop to others now and then. */
static enum rc more(void *to, struct buf *out, bool *ret_end, struct err *e)
{
    struct export *x = to;
    int64_t        until_us = clock_mono_us() + SLICE_US;

    do
        TRY(step(x, out, ret_end, e));
    while (!*ret_end && out->n == 0 && clock_mono_us() < until_us);
    if (!*ret_end && out->n == 0)
        loop_after(x->r->api->loop, &x->timer, 0, go_on, x);
    return RC_OK;
}

static enum rc read_format(struct req *r, struct export *x, bool *ret_zip, struct err *e)
{
    static const char *const names[] = { "vcard3", "vcard4", "jscontact", "csv" };
    struct str               name = req_query(r, "format");

    *ret_zip = str_is(name, "zip");
    for (size_t i = 0; i < countof(names); i++)
        if (str_is(name, names[i])) {
            x->format = (enum export_format)i;
            return RC_OK;
        }
    return *ret_zip ? RC_OK : err_set(e, RC_MALFORMED, "format must be vcard3, vcard4, jscontact, csv or zip");
}

enum rc export_run(struct req *r, struct err *e)
{
    struct export *x = arena_new_of(r->a, struct export);
    int64_t        book, original;
    bool           zip;

    TRY(read_format(r, x, &zip, e));
    TRY(req_query_id(r, "book", &book, e));
    TRY(req_query_i64(r, "original", 0, 1, 0, &original, e));
    if (book)
        TRY(books_must_exist(r, book, e));
    x->r = r;
    x->pages = (struct export_pages){ .db = r->db,
                                      .a = arena_new(65536),
                                      .account = r->account,
                                      .original = original,
                                      .filter = { .state = CARD_LIVE, .book = book, .tag = req_query(r, "tag") },
                                      .most = r->api->conf->export_max_cards };
    if (zip)
        x->zip = export_zip_new(r->api->blobs, &x->pages);
    else if (x->format == EXPORT_CSV)
        x->plan = &x->made;
    r->own = x;
    r->own_done = export_done;
    answer_attachment(r, zip ? S("kith.zip") : str_of(export_file_name(x->format)));
    struct http_stream s = { .more = more, .to = x, .chunk_cap = (size_t)EXPORT_PAGE_BYTES + (16 << 20) };
    return answer_stream(r, zip ? S("application/zip") : str_of(export_media_type(x->format)), &s);
}
