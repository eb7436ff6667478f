/* Imports: upload, dry run, commit, undo, remove. */
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>
#include "api/http/handlers.h"
#include "api/resources/quota.h"
#include "api/http/origin.h"
#include "api/resources/import_view.h"
#include "base/utf8.h"
#include "contact/charset/charset.h"
#include "contact/csv/csv_map.h"
#include "io/http/http_multipart.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/cards/records.h"
#include "store/cards/undo.h"

enum {
    LIST_NORMAL = 50,
    LIST_MAX = 500,
    FILE_NAME_MAX = 255,
    TAGS_MAX = 50,
    COLUMNS_MAX = 512,
    OPTIONS_MAX = 256 << 10
};

/* ---- showing ---- */

static enum rc answer_import(struct req *r, int64_t id, struct err *e)
{
    struct import it;
    struct str    source;

    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    TRY(sources_name(r->db, r->a, r->account, it.source, &source, e));
    import_write(&r->json, r->a, &it, source, true);
    return RC_OK;
}

enum rc imports_show(struct req *r, struct err *e)
{
    struct import *list;
    struct str     source;
    int64_t        limit;
    size_t         n;

    TRY(req_query_i64(r, "limit", 1, LIST_MAX, LIST_NORMAL, &limit, e));
    TRY(imports_list(r->db, r->a, r->account, (int)limit, &list, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        TRY(sources_name(r->db, r->a, r->account, list[i].source, &source, e));
        import_write(&r->json, r->a, &list[i], source, false);
    }
    json_out_close(&r->json, ']');
    json_out_raw(&r->json, S("next"), S("null"));
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc imports_read(struct req *r, struct err *e)
{
    int64_t id;

    TRY(req_id(r, 0, &id, e));
    return answer_import(r, id, e);
}

/* ---- uploading ---- */

struct upload {
    struct blob_writer *writer;
    struct multipart    form;
    bool                is_form;
    struct str          name, key; /* key: it is stored */
    int64_t             bytes;
    bool hashes; /* for the Idempotency-Key: the file, not the form around it, which each attempt may cut differently */
    crypto_hash_sha256_state hash;
};

static void upload_done(struct req *r)
{
    struct upload *u = r->own;
    blob_writer_free(u->writer);
}

static enum rc take_bytes(void *to, struct str bytes, struct err *e)
{
    struct upload *u = to;

    if (u->hashes)
        crypto_hash_sha256_update(&u->hash, (const unsigned char *)bytes.p, bytes.n);
    return blob_write(u->writer, bytes, e);
}

static uint64_t content_hash(struct upload *u)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    uint64_t      hash;

    crypto_hash_sha256_final(&u->hash, digest);
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

static enum rc take_form(void *to, struct str bytes, struct err *e)
{
    struct upload *u = to;
    return multipart_feed(&u->form, bytes, e);
}

static struct str clean_name(struct arena *a, struct str name)
{
    for (size_t slash;
         (slash = str_find(name, S("/"), 0)) != SIZE_MAX || (slash = str_find(name, S("\\"), 0)) != SIZE_MAX;)
        name = str_from(name, slash + 1);
    name = str_copy(a, utf8_head(name, FILE_NAME_MAX));
    return name.n && utf8_valid(name) ? name : S("contacts");
}

static enum rc store_file(struct req *r, struct err *e)
{
    struct upload *u = r->own;
    struct str     none;

    if (u->key.n)
        return RC_OK; /* it is only the database that is asked again */
    enum rc rc = http_body(r->http, &none, e);
    if (rc == RC_TOO_LARGE)
        return err_set(e, RC_TOO_LARGE, "a file may have %lld MiB here", (long long)r->api->conf->upload_max_mb);
    TRY(rc);
    if (u->is_form) {
        TRY(multipart_end(&u->form, e));
        u->name = u->name.n ? u->name : str_of(u->form.file_name);
    }
    u->bytes = blob_written(u->writer);
    if (u->bytes == 0)
        return err_set(e, RC_INVALID, "the file is empty");
    if (u->hashes)
        r->content = content_hash(u);
    TRY(quota_check(r, (struct quota_more){ .bytes = u->bytes, .imports = 1 }, e));
    return blob_finish(&u->writer, r->a, &u->key, e);
}

static enum rc uploaded(struct req *r, struct err *e)
{
    struct upload *u = r->own;
    int64_t        id;

    TRY(imports_create(r->db, r->account, clean_name(r->a, u->name), u->key, u->bytes, S("{}"), &id, e));
    TRY(jobs_add(r->db, r->account, KIND_IMPORT, JOB_PRIO_NOW, &id, 1, e));
    r->status = 202;
    return answer_import(r, id, e);
}

enum rc imports_upload(struct req *r, struct err *e)
{
    struct upload *u = arena_new_of(r->a, struct upload);
    struct str     type = http_header(r->http, "Content-Type");
    int64_t        cap = r->api->conf->upload_max_mb << 20;

    TRY(quota_check(r, (struct quota_more){ .bytes = 1, .imports = 1 }, e)); /* before its body is taken */
    u->name = req_query(r, "filename");
    u->hashes = http_header(r->http, "Idempotency-Key").n > 0;
    crypto_hash_sha256_init(&u->hash);
    u->is_form = str_ieq(header_main(type), S("multipart/form-data"));
    if (u->is_form)
        TRY(multipart_init(&u->form, r->a, type, S("file"), take_bytes, u, e));
    TRY(blob_create(r->api->blobs, r->account, cap, &u->writer, e));
    r->own = u;
    r->own_done = upload_done;
    r->received = store_file;
    r->then = uploaded;
    http_body_sink(r->http, cap, u->is_form ? take_form : take_bytes, u);
    return RC_OK;
}

/* ---- options ---- */

static enum rc check_columns(struct req *r, struct err *e)
{
    const struct json *columns = json_get(r->body, S("columns"));

    if (!columns || columns->type == JSON_NULL)
        return RC_OK;
    if (columns->type != JSON_ARRAY || columns->n > COLUMNS_MAX)
        return answer_invalid(r, "columns", e, "columns must be an array of at most %d targets", COLUMNS_MAX);
    json_each(target, columns)
        if (target->type != JSON_NULL &&
            (target->type != JSON_STRING || (target->text.n && !csv_map_target_known(target->text))))
            return answer_invalid(r, "columns", e, "columns holds an unknown target");
    return RC_OK;
}

/* How a table is to be read: charset, delimiter, date_order, has_header. */
static enum rc check_table(struct req *r, struct err *e)
{
    const struct json *header = json_get(r->body, S("has_header"));
    struct str         charset, delimiter, order;

    TRY(req_text(r, "charset", 0, 40, &charset, e));
    TRY(req_text(r, "delimiter", 0, 3, &delimiter, e));
    TRY(req_text(r, "date_order", 0, 3, &order, e));
    if (charset.n && charset_by_name(charset) == CHARSET_UNKNOWN)
        return answer_invalid(r, "charset", e,
                              "charset is none that Kith knows: utf-8, windows-1252, windows-1251 ...");
    if (delimiter.n > 1 && !str_is(delimiter, "tab"))
        return answer_invalid(r, "delimiter", e, "delimiter must be one character, or tab");
    if (order.n && !date_order_by_name(order))
        return answer_invalid(r, "date_order", e, "date_order must be dmy, mdy or ymd");
    if (header && header->type != JSON_NULL && header->type != JSON_TRUE && header->type != JSON_FALSE)
        return answer_invalid(r, "has_header", e, "has_header must be true, false or null");
    return RC_OK;
}

static enum rc check_tags(struct req *r, struct err *e)
{
    const struct json *tags = json_get(r->body, S("tags"));

    if (!tags)
        return RC_OK;
    if (tags->type != JSON_ARRAY || tags->n > TAGS_MAX)
        return answer_invalid(r, "tags", e, "tags must be an array of at most %d texts", TAGS_MAX);
    json_each(tag, tags)
        if (tag->type != JSON_STRING || !tag->text.n || tag->text.n > 200)
            return answer_invalid(r, "tags", e, "a tag must be text of 1 to 200 bytes");
    return RC_OK;
}

/* The options of before with the members of this body over them. */
static enum rc merged_options(struct req *r, const struct import *it, struct str *ret, struct err *e)
{
    static const char *const names[] = { "mode",    "source_name", "tags",       "country",   "columns",
                                         "charset", "delimiter",   "date_order", "has_header" };
    struct json             *options;
    auto_buf                 text = buf_of(OPTIONS_MAX);

    if (json_parse(r->a, it->options_json, &options, NULL) != RC_OK)
        options = json_new(r->a, JSON_OBJECT);
    for (size_t i = 0; i < countof(names); i++) {
        const struct json *v = json_get(r->body, str_of(names[i]));
        if (v)
            json_set(options, str_of(names[i]), json_copy(r->a, v));
    }
    json_write(&text, options);
    if (buf_full(&text))
        return err_set(e, RC_TOO_LARGE, "the options are too large");
    *ret = str_copy(r->a, buf_str(&text));
    return RC_OK;
}

static enum rc store_options(struct req *r, const struct import *it, struct err *e)
{
    struct str   options, name, country, program = S("");
    int64_t      book, source = it->source;
    struct json *summary;

    TRY(check_columns(r, e));
    TRY(check_table(r, e));
    TRY(check_tags(r, e));
    TRY(req_text(r, "source_name", 0, 100, &name, e));
    TRY(req_text(r, "country", 0, 2, &country, e));
    TRY(req_body_id(r, "book", &book, e));
    if (book)
        TRY(books_must_exist(r, book, e));
    if (json_parse(r->a, it->summary_json, &summary, NULL) == RC_OK)
        program = json_get_text(summary, S("program"));
    if (name.n || !source)
        TRY(sources_ensure(r->db, r->account, S("file"),
                           name.n      ? name
                           : program.n ? program
                                       : it->file_name,
                           &source, e));
    TRY(merged_options(r, it, &options, e));
    return imports_options(r->db, r->account, it->id, options, source, book ? book : it->book, e);
}

/* ---- going on ---- */

/* Its cards become cards, its file their originals. */
static enum rc may_hold(struct req *r, const struct import *it, struct str mode, struct err *e)
{
    struct quota_more more = { .bytes = it->bytes };
    struct json      *summary;

    if (!str_is(mode, "update") && json_parse(r->a, it->summary_json, &summary, NULL) == RC_OK)
        more.book = json_get_i64(summary, S("good"), 1);
    return quota_check(r, more, e);
}

enum rc imports_commit(struct req *r, struct err *e)
{
    struct str    mode = json_get_text(r->body, S("mode"));
    struct import it;
    int64_t       id;

    TRY(req_id(r, 0, &id, e));
    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    if (mode.n && !str_is(mode, "create") && !str_is(mode, "update") && !str_is(mode, "both"))
        return answer_invalid(r, "mode", e, "mode must be create, update or both");
    if (!str_is(it.state, "ready"))
        return err_set(e, RC_CONFLICT, "this import is not waiting to be committed");
    TRY(may_hold(r, &it, mode, e));
    TRY(store_options(r, &it, e));
    TRY(imports_start(r->db, r->a, r->account, id, e));
    api_count(r, TALLY_IMPORTS, 1);
    r->status = 202;
    return answer_import(r, id, e);
}

enum rc imports_rescan(struct req *r, struct err *e)
{
    struct import it;
    int64_t       id;

    TRY(req_id(r, 0, &id, e));
    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    TRY(store_options(r, &it, e));
    TRY(imports_state(r->db, r->account, id, S("ready failed"), S("uploaded"), e));
    TRY(jobs_add(r->db, r->account, KIND_IMPORT, JOB_PRIO_NOW, &id, 1, e));
    r->status = 202;
    return answer_import(r, id, e);
}

enum rc imports_undo(struct req *r, struct err *e)
{
    struct import it;
    struct undo   u;
    int64_t       id;

    TRY(req_id(r, 0, &id, e));
    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    if (!str_is(it.state, "done"))
        return err_set(e, RC_CONFLICT, "only an import that is done can be undone");
    TRY(undo_batch(r->db, r->a, r->account, id, req_actor(r), &u, e));
    TRY(req_audit(r, AUDIT_IMPORT_UNDONE, it.file_name, e));
    r->status = 202;
    return answer_import(r, id, e);
}

enum rc imports_remove(struct req *r, struct err *e)
{
    struct import it;
    int64_t       id;

    TRY(req_id(r, 0, &id, e));
    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    TRY(imports_delete(r->db, r->account, id, e));
    TRY(blob_delete(r->api->blobs, it.file_blob, e));
    if (it.content_blob.n)
        TRY(blob_delete(r->api->blobs, it.content_blob, e));
    return answer_empty(r);
}

/* ---- the file, as it came ---- */

static enum rc file_more(void *to, struct buf *out, bool *ret_end, struct err *e)
{
    return blob_next(to, out, ret_end, e);
}

static void file_done(struct req *r) { blob_reader_free(r->own); }

enum rc imports_file(struct req *r, struct err *e)
{
    struct import       it;
    struct blob_reader *file;
    int64_t             id, bytes;

    TRY(req_id(r, 0, &id, e));
    TRY(imports_get(r->db, r->a, r->account, id, &it, e));
    TRY(blob_read(r->api->blobs, it.file_blob, &file, &bytes, e));
    r->own = file;
    r->own_done = file_done;
    answer_attachment(r, it.file_name);
    struct http_stream s = { .more = file_more, .to = file, .chunk_cap = BLOB_PIECE };
    return answer_stream(r, S("application/octet-stream"), &s);
}
