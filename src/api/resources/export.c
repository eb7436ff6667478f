/* Export of one file or a zip, made piece by piece as it is read. */
#include "api/resources/export_zip.h"
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "api/http/turns.h"
#include "base/clock.h"

/* A piece ends with the step that passes it; one step writes at most EXPORT_CARD_BYTES. */
enum { PIECE_BYTES = 256 << 10, PIECE_MAX = PIECE_BYTES + EXPORT_CARD_BYTES };

struct export
{
    struct req         *r;
    struct export_pages pages;
    struct export_zip  *zip;
    enum export_format  format;
    struct csv_plan    *plan; /* NULL when it is made, or needs none */
    struct csv_plan     made;
    struct turn         turn;
    struct buf          piece; /* made, not yet taken by the server */
    bool                ended;
    enum rc             rc;
    struct err          err;
};

static void export_done(struct req *r)
{
    struct export *x = r->own;

    turn_cancel(&x->turn);
    buf_done(&x->piece);
    if (x->zip)
        export_zip_free(x->zip);
    export_end(&x->pages);
}

static enum rc step(struct export *x, struct err *e)
{
    bool planned;

    if (x->zip)
        return export_zip_step(x->zip, &x->piece, &x->ended, e);
    if (!x->plan)
        return export_card(&x->pages, x->format, &x->made, &x->piece, &x->ended, e);
    TRY(export_plan(&x->pages, x->r->a, x->plan, &planned, e));
    if (planned) {
        x->plan = NULL;
        export_rewind(&x->pages);
    }
    return RC_OK;
}

/* Its turn: steps until the time of a slice is over or the piece is large enough; without a byte it asks for the next turn. */
static void slice(void *to)
{
    struct export *x = to;
    int64_t        until_us = clock_mono_us() + SLICE_US;

    do
        x->rc = step(x, &x->err);
    while (x->rc == RC_OK && !x->ended && x->piece.n < PIECE_BYTES && clock_mono_us() < until_us);
    if (x->rc == RC_OK && !x->ended && !x->piece.n)
        turn_ask(x->r->api->turns, &x->turn, x->r->account, slice, x);
    else
        http_wake(x->r->http);
}

/* The server has sent what it had.  No turn is asked for before that: who does not read costs one piece of memory and no time. */
static enum rc more(void *to, struct buf *out, bool *ret_end, struct err *e)
{
    struct export *x = to;
    struct buf     taken = *out;

    if (x->rc != RC_OK)
        return err_set(e, x->rc, "%s", x->err.text);
    *out = x->piece;
    x->piece = taken;
    *ret_end = x->ended;
    if (!out->n && !x->ended)
        turn_ask(x->r->api->turns, &x->turn, x->r->account, slice, x);
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

/* What was taken out; what cannot be read is refused by export_run(). */
enum rc export_noted(struct req *r, struct err *e)
{
    struct export x;
    bool       zip;
    struct err why = { 0 };

    return read_format(r, &x, &zip, &why) == RC_OK ? req_audit(r, AUDIT_EXPORT, req_query(r, "format"), e) : RC_OK;
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
                                      .account = r->account,
                                      .original = original,
                                      .filter = { .state = CARD_LIVE, .book = book, .tag = req_query(r, "tag") },
                                      .most = r->api->conf->export_max_cards };
    x->piece = buf_of(PIECE_MAX);
    export_begin(&x->pages);
    if (zip)
        x->zip = export_zip_new(r->api->blobs, &x->pages);
    else if (x->format == EXPORT_CSV)
        x->plan = &x->made;
    r->own = x;
    r->own_done = export_done;
    answer_attachment(r, zip ? S("kith.zip") : str_of(export_file_name(x->format)));
    struct http_stream s = { .more = more, .to = x, .chunk_cap = PIECE_MAX };
    return answer_stream(r, zip ? S("application/zip") : str_of(export_media_type(x->format)), &s);
}
