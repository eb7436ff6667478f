/* The zip of an export: its entries one after the other, a card or a piece of a file a step (libarchive). */
#include "api/resources/export_zip.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "contact/files/files.h"
#include "store/cards/blobs.h"
#include "store/work/imports.h"
#include "store/cards/records.h"

enum { IMPORTS_MOST = 500, NAME_BYTES_MAX = 120, PIECE_BYTES = 64 << 10 };
enum stage { CARDS, PLAN, CSV, ORIGINALS, PHOTOS, IMPORTS, MANIFEST, END };

struct export_zip {
    struct blob_dir     *blobs;
    struct arena        *a;     /* as long as the export */
    struct export_pages *pages; /* the export's */
    struct csv_plan      plan;
    struct archive      *zip;
    struct buf          *out, plain;
    enum stage           stage;
    enum export_format   format; /* of stage CARDS */
    bool                 open;   /* an entry is */
    struct str          rest; /* of the entry: borrowed until it is written, PIECE_BYTES a step: deflating takes time */
    bool                closes;  /* the entry, behind rest */
    struct record      *records; /* of the present card, and the next to be written */
    size_t              nrecords, record;
    int64_t             card, first_record;
    struct source      *sources;
    size_t              nsources, nimports, import;
    struct import      *imports;
    struct blob_reader *file;
    int64_t             now_ms, originals, photos;
};

static la_ssize_t wrote(struct archive *zip, void *to, const void *bytes, size_t n)
{
    struct export_zip *z = to;

    (void)zip;
    buf_put(z->out, (struct str){ bytes, n });
    return buf_full(z->out) ? -1 : (la_ssize_t)n;
}

struct export_zip *export_zip_new(struct blob_dir *blobs, struct export_pages *pages)
{
    struct arena      *a = arena_new(16384);
    struct export_zip *z = arena_new_of(a, struct export_zip);

    *z = (struct export_zip){ .blobs = blobs,
                              .a = a,
                              .pages = pages,
                              .plain = buf_of(EXPORT_CARD_BYTES),
                              .format = EXPORT_VCARD3,
                              .now_ms = clock_ms(),
                              .zip = archive_write_new() };
    archive_write_set_format_zip(z->zip);
    archive_write_set_options(z->zip, "zip:hdrcharset=UTF-8");
    archive_write_set_bytes_per_block(z->zip, 0);
    return z;
}

void export_zip_free(struct export_zip *z)
{
    struct buf rest = buf_of(EXPORT_CARD_BYTES); /* what libarchive still wants to say goes nowhere */

    z->out = &rest;
    archive_write_free(z->zip);
    blob_reader_free(z->file);
    buf_done(&rest);
    buf_done(&z->plain);
    arena_free(z->a);
}

static enum rc failed(struct export_zip *z, struct err *e)
{
    return err_set(e, RC_INTERNAL, "zip: %s",
                   archive_error_string(z->zip) ? archive_error_string(z->zip) : "no reason given");
}

/* size -1: unknown. */
static enum rc open_entry(struct export_zip *z, struct str name, int64_t size, struct err *e)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname_utf8(entry, str_copy(z->pages->a, name).p);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, z->now_ms / 1000, 0);
    if (size >= 0)
        archive_entry_set_size(entry, size);
    int done = archive_write_header(z->zip, entry);
    archive_entry_free(entry);
    z->open = true;
    return done >= ARCHIVE_WARN ? RC_OK : failed(z, e);
}

static enum rc put(struct export_zip *z, struct str bytes, struct err *e)
{
    return archive_write_data(z->zip, bytes.p, bytes.n) >= 0 ? RC_OK : failed(z, e);
}

static enum rc close_entry(struct export_zip *z, struct err *e)
{
    z->open = false;
    return archive_write_finish_entry(z->zip) >= ARCHIVE_WARN ? RC_OK : failed(z, e);
}

/* Written in the steps that follow. */
static enum rc whole_entry(struct export_zip *z, struct str name, struct str bytes, struct err *e)
{
    TRY(open_entry(z, name, (int64_t)bytes.n, e));
    z->rest = bytes;
    z->closes = true;
    return RC_OK;
}

static enum rc write_rest(struct export_zip *z, struct err *e)
{
    struct str piece = str_head(z->rest, PIECE_BYTES);

    z->rest = str_from(z->rest, piece.n);
    TRY(put(z, piece, e));
    if (z->rest.n || !z->closes)
        return RC_OK;
    z->closes = false;
    return close_entry(z, e);
}

/* ---- stages: each call does a card or a piece and says whether the stage is over ---- */

static enum rc cards_file(struct export_zip *z, enum export_format f, bool *ret_over, struct err *e)
{
    bool end;

    *ret_over = false;
    if (!z->open) {
        export_rewind(z->pages);
        TRY(open_entry(z, str_of(export_file_name(f)), -1, e));
    }
    buf_clear(&z->plain);
    TRY(export_card(z->pages, f, &z->plan, &z->plain, &end, e));
    z->rest = buf_str(&z->plain);
    if (!end)
        return RC_OK;
    TRY(write_rest(z, e)); /* what ends the file is short */
    *ret_over = true;
    export_rewind(z->pages);
    return close_entry(z, e);
}

/* A name that is a file name everywhere. */
static struct str safe_name(struct arena *a, struct str name)
{
    struct str copy = str_copy(a, name.n ? name : S("unnamed"));
    char      *p = (char *)(uintptr_t)copy.p;

    for (size_t i = 0; i < copy.n; i++)
        if ((unsigned char)p[i] < ' ' || strchr("/\\:*?\"<>|", p[i]) || (p[i] == '.' && i == 0))
            p[i] = '_';
    return utf8_head(copy, NAME_BYTES_MAX);
}

static struct str source_name(struct export_zip *z, int64_t id)
{
    for (size_t i = 0; i < z->nsources; i++)
        if (z->sources[i].id == id)
            return safe_name(z->pages->a, z->sources[i].name);
    return S("unknown");
}

/* ret NULL: there are no more, and the next stage begins at the first card. */
static enum rc next_card(struct export_zip *z, const struct card_row **ret, bool *ret_over, struct err *e)
{
    TRY(export_next(z->pages, ret, e));
    *ret_over = !*ret;
    if (*ret_over)
        export_rewind(z->pages);
    return RC_OK;
}

static struct str original_name(struct export_zip *z, int64_t card, const struct record *record, size_t number)
{
    const struct file_format *file = file_format_of(record->format);
    const char               *ext = file                              ? file->ending
                                    : str_is(record->format, "vcard") ? "vcf"
                                    : str_is(record->format, "csv")   ? "csv"
                                                                      : "json";

    return str_fmt(z->pages->a, "originals/" STR_FMT "/" STR_FMT "-%zu.%s", STR_ARG(source_name(z, record->source)),
                   STR_ARG(id_text(z->pages->a, card)), number, ext);
}

static enum rc next_records(struct export_zip *z, bool *ret_over, struct err *e)
{
    struct export_pages   *p = z->pages;
    const struct card_row *row;

    TRY(next_card(z, &row, ret_over, e));
    z->first_record = p->record;
    z->record = z->nrecords = 0;
    if (!row)
        return RC_OK;
    z->card = row->id;
    return records_of_card(p->db, p->a, p->account, row->id, p->record, &z->records, &z->nrecords, &p->record, e);
}

static enum rc originals(struct export_zip *z, bool *ret_over, struct err *e)
{
    *ret_over = false;
    if (z->record == z->nrecords)
        return next_records(z, ret_over, e);
    const struct record *record = &z->records[z->record++];
    struct str           name = original_name(z, z->card, record, (size_t)z->first_record + z->record);
    z->originals++;
    return whole_entry(z, name, record->original, e);
}

static const char *extension(struct str type)
{
    return str_ieq(type, S("image/jpeg"))   ? "jpg"
           : str_ieq(type, S("image/png"))  ? "png"
           : str_ieq(type, S("image/gif"))  ? "gif"
           : str_ieq(type, S("image/webp")) ? "webp"
                                            : "bin";
}

static enum rc photos(struct export_zip *z, bool *ret_over, struct err *e)
{
    struct export_pages   *p = z->pages;
    const struct card_row *row;
    struct json           *tree;
    struct blob            blob;

    TRY(next_card(z, &row, ret_over, e));
    if (!row)
        return RC_OK;
    TRY(json_parse(p->a, row->json, &tree, e));
    struct str key = blobs_photo(tree), id = id_text(p->a, row->id);
    if (!key.n || blobs_get(p->db, p->a, p->account, key, &blob, e) != RC_OK)
        return RC_OK;
    z->photos++;
    return whole_entry(z, str_fmt(p->a, "photos/" STR_FMT ".%s", STR_ARG(id), extension(blob.media_type)), blob.bytes,
                       e);
}

static enum rc uploads(struct export_zip *z, bool *ret_over, struct err *e)
{
    auto_buf piece = buf_of(BLOB_PIECE);
    int64_t  bytes;
    bool     end;

    *ret_over = z->import >= z->nimports;
    if (*ret_over)
        return RC_OK;
    const struct import *it = &z->imports[z->import];
    if (!z->file) {
        arena_reset(z->pages->a);
        if (blob_read(z->blobs, it->file_blob, &z->file, &bytes, e) != RC_OK) {
            z->import++; /* its file is gone; the manifest says what is there */
            return RC_OK;
        }
        struct str id = id_text(z->pages->a, it->id);
        TRY(open_entry(z,
                       str_fmt(z->pages->a, "imports/" STR_FMT "-" STR_FMT, STR_ARG(id),
                               STR_ARG(safe_name(z->pages->a, it->file_name))),
                       bytes, e));
    }
    TRY(blob_next(z->file, &piece, &end, e));
    TRY(put(z, buf_str(&piece), e));
    if (!end)
        return RC_OK;
    blob_reader_free(z->file);
    z->file = NULL;
    z->import++;
    return close_entry(z, e);
}

static enum rc manifest(struct export_zip *z, struct err *e)
{
    auto_buf        text = buf_of(1 << 20);
    struct json_out o = json_out_of(&text);

    arena_reset(z->pages->a);
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, S("made_by"), S("Kith"));
    json_out_time(&o, S("made_at"), z->now_ms);
    json_out_id(&o, S("account"), z->pages->account);
    json_out_i64(&o, S("originals"), z->originals);
    json_out_i64(&o, S("photos"), z->photos);
    json_out_open(&o, S("sources"), '[');
    for (size_t i = 0; i < z->nsources; i++) {
        json_out_open(&o, JSON_ELEMENT, '{');
        json_out_id(&o, S("id"), z->sources[i].id);
        json_out_text(&o, S("name"), z->sources[i].name);
        json_out_text(&o, S("kind"), z->sources[i].kind);
        json_out_i64(&o, S("cards"), z->sources[i].records);
        json_out_close(&o, '}');
    }
    json_out_close(&o, ']');
    json_out_open(&o, S("imports"), '[');
    for (size_t i = 0; i < z->nimports; i++) {
        json_out_open(&o, JSON_ELEMENT, '{');
        json_out_id(&o, S("id"), z->imports[i].id);
        json_out_text(&o, S("file"), z->imports[i].file_name);
        json_out_i64(&o, S("bytes"), z->imports[i].bytes);
        json_out_time(&o, S("at"), z->imports[i].created_ms);
        json_out_close(&o, '}');
    }
    json_out_close(&o, ']');
    json_out_close(&o, '}');
    TRY(open_entry(z, S("manifest.json"), (int64_t)text.n, e));
    TRY(put(z, buf_str(&text), e));
    return close_entry(z, e);
}

static enum rc begin(struct export_zip *z, struct err *e)
{
    if (z->sources)
        return RC_OK;
    if (archive_write_open(z->zip, z, NULL, wrote, NULL) != ARCHIVE_OK)
        return failed(z, e);
    TRY(sources_list(z->pages->db, z->a, z->pages->account, &z->sources, &z->nsources, e));
    TRY(imports_list(z->pages->db, z->a, z->pages->account, IMPORTS_MOST, &z->imports, &z->nimports, e));
    z->sources = z->sources ? z->sources : arena_new_of(z->a, struct source);
    return RC_OK;
}

static enum rc step(struct export_zip *z, bool *ret_over, struct err *e)
{
    *ret_over = true;
    switch (z->stage) {
    case CARDS:
        TRY(cards_file(z, z->format, ret_over, e));
        if (*ret_over && ++z->format < EXPORT_CSV)
            *ret_over = false;
        return RC_OK;
    case PLAN: TRY(export_plan(z->pages, z->a, &z->plan, ret_over, e)); return RC_OK;
    case CSV: return cards_file(z, EXPORT_CSV, ret_over, e);
    case ORIGINALS: return originals(z, ret_over, e);
    case PHOTOS: return photos(z, ret_over, e);
    case IMPORTS: return uploads(z, ret_over, e);
    case MANIFEST: TRY(manifest(z, e)); return archive_write_close(z->zip) == ARCHIVE_OK ? RC_OK : failed(z, e);
    case END: break;
    }
    return RC_OK;
}

enum rc export_zip_step(struct export_zip *z, struct buf *out, bool *ret_end, struct err *e)
{
    bool over;

    z->out = out;
    *ret_end = false;
    TRY(begin(z, e));
    if (z->rest.n || z->closes)
        return write_rest(z, e);
    TRY(step(z, &over, e));
    if (over)
        z->stage++;
    *ret_end = z->stage == END;
    return RC_OK;
}
