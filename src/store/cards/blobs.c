/* Photos of cards, kept by their content. */
#include <sodium.h>
#include "base/clock.h"
#include "base/vec.h"
#include "store/cards/blobs.h"
#include "store/account/usage.h"

static const char PUT[] =
    "insert into blobs (account_id, id, media_type, bytes, created_ms, known) values ($1, $2, $3, $4, $5, 1)"
    " on conflict (account_id, id) do nothing";
static const char SHOWN[] = "insert into card_blobs (account_id, card_id, blob_id) values ($1, $2, $3)"
                            " on conflict (account_id, card_id, blob_id) do nothing";
static const char OF_CARD[] = "select blob_id from card_blobs where account_id = $1 and card_id = $2 limit 1000";
static const char FORGET[] = "delete from card_blobs where account_id = $1 and card_id = $2 and blob_id = $3";
static const char DELETE[] = "delete from blobs where account_id = $1 and id = $2 and known = 1 and not exists"
                             " (select 1 from card_blobs k where k.account_id = $1 and k.blob_id = $2)"
                             " returning cast(length(bytes) as bigint)";
static const char GET[] = "select media_type, bytes from blobs where account_id = $1 and id = $2";

struct str blobs_id(struct arena *a, struct str media_type, struct str bytes)
{
    crypto_generichash_state state;
    unsigned char            hash[BLOB_ID_CHARS / 2];
    char                    *hex = arena_raw(a, BLOB_ID_CHARS + 1);

    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)media_type.p, media_type.n);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)bytes.p, bytes.n);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, BLOB_ID_CHARS + 1, hash, sizeof hash);
    return (struct str){ hex, BLOB_ID_CHARS };
}

/* "data:TYPE;base64,TEXT" whose text can be written again as it is. */
static bool read_data_uri(struct arena *a, struct str uri, struct blob *ret)
{
    static const struct str scheme = S("data:"), mark = S(";base64,");
    size_t                  comma = str_find(uri, mark, 0), n = 0;
    const char             *end = NULL;

    if (!str_starts(uri, scheme) || comma == SIZE_MAX)
        return false;
    struct str     text = str_from(uri, comma + mark.n);
    unsigned char *bytes = arena_raw(a, text.n / 4 * 3 + 3);
    if (sodium_base642bin(bytes, text.n / 4 * 3 + 3, text.p, text.n, NULL, &n, &end, sodium_base64_VARIANT_ORIGINAL) !=
            0 ||
        end != text.p + text.n)
        return false;
    ret->media_type = (struct str){ uri.p + scheme.n, comma - scheme.n };
    ret->bytes = (struct str){ (const char *)bytes, n };
    return n > 0 && n <= BLOB_BYTES_MAX;
}

void blobs_extract(struct arena *a, struct json *card, struct blob **ret, size_t *ret_n)
{
    VEC(struct blob) list = { 0 };

    json_each(entry, json_get(card, S("media"))) {
        struct json *uri = json_get(entry, S("uri"));
        struct blob  blob;
        if (json_text(uri).n <= BLOB_INLINE_MAX || json_get(entry, S("blobId")) ||
            !read_data_uri(a, json_text(uri), &blob))
            continue;
        blob.id = blobs_id(a, blob.media_type, blob.bytes);
        uri->key = S("blobId");
        uri->text = blob.id;
        *vec_push(a, &list) = blob;
    }
    *ret = list.v;
    *ret_n = list.n;
}

enum rc blobs_put(struct sql *db, int64_t account, const struct blob *blobs, size_t n, struct err *e)
{
    struct usage more = { 0 };

    for (size_t i = 0; i < n; i++) {
        int64_t is_new = 0;
        TRY(sql_run(
            db, e, PUT,
            SQL_ARGS(I64(account), TEXT(blobs[i].id), TEXT(blobs[i].media_type), BLOB(blobs[i].bytes), I64(clock_ms())),
            &is_new));
        more.photo_bytes += is_new ? (int64_t)blobs[i].bytes.n : 0;
    }
    return usage_add(db, account, &more, e);
}

enum rc blobs_shown(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str json, struct err *e)
{
    struct json *tree = NULL;

    if (str_find(json, S("\"blobId\""), 0) == SIZE_MAX)
        return RC_OK;
    TRY(json_parse(a, json, &tree, e));
    json_each(entry, json_get(tree, S("media"))) {
        struct str id = json_get_text(entry, S("blobId"));
        if (id.n == BLOB_ID_CHARS)
            TRY(sql_run(db, e, SHOWN, SQL_ARGS(I64(account), I64(card), TEXT(id)), NULL));
    }
    return RC_OK;
}

enum rc blobs_forget(struct sql *db, struct arena *a, int64_t account, int64_t card, struct err *e)
{
    auto_rows    rows = { 0 };
    struct usage less = { 0 };
    VEC(struct str) ids = { 0 };

    TRY(sql_rows(db, &rows, e, OF_CARD, SQL_ARGS(I64(account), I64(card))));
    while (rows_next(&rows))
        *vec_push(a, &ids) = str_copy(a, row_text(&rows, 0));
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < ids.n; i++) {
        int64_t bytes = 0;
        TRY(sql_run(db, e, FORGET, SQL_ARGS(I64(account), I64(card), TEXT(ids.v[i])), NULL));
        enum rc rc = sql_one_i64(db, e, DELETE, SQL_ARGS(I64(account), TEXT(ids.v[i])), &bytes);
        if (rc != RC_NOT_FOUND)
            TRY(rc);
        less.photo_bytes -= bytes;
    }
    return usage_add(db, account, &less, e);
}

enum rc blobs_get(struct sql *db, struct arena *a, int64_t account, struct str id, struct blob *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), TEXT(id))));
    if (rows_next(&rows)) {
        *ret = (struct blob){ id, str_copy(a, row_text(&rows, 0)), str_copy(a, row_text(&rows, 1)) };
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such picture");
}

static struct str data_uri(struct arena *a, const struct blob *b)
{
    size_t size = sodium_base64_encoded_len(b->bytes.n, sodium_base64_VARIANT_ORIGINAL);
    size_t head = 5 + b->media_type.n + 8;
    char  *to = arena_raw(a, head + size);

    memcpy(to, "data:", 5);
    memcpy(to + 5, b->media_type.p, b->media_type.n);
    memcpy(to + 5 + b->media_type.n, ";base64,", 8);
    sodium_bin2base64(to + head, size, (const unsigned char *)b->bytes.p, b->bytes.n, sodium_base64_VARIANT_ORIGINAL);
    return (struct str){ to, head + size - 1 };
}

enum rc blobs_inline(struct sql *db, struct arena *a, int64_t account, struct json *card, struct err *e)
{
    size_t room = BLOBS_CARD_BYTES_MAX;

    json_each(entry, json_get(card, S("media"))) {
        struct json *id = json_get(entry, S("blobId"));
        struct blob  blob;
        if (!id || id->type != JSON_STRING || json_get(entry, S("uri")))
            continue;
        enum rc rc = blobs_get(db, a, account, id->text, &blob, e);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        if (blob.bytes.n > room)
            break;
        room -= blob.bytes.n;
        id->key = S("uri");
        id->text = data_uri(a, &blob);
    }
    return RC_OK;
}

struct str blobs_photo(const struct json *card)
{
    static const struct str kinds[] = { S("photo"), S("logo") };

    for (size_t i = 0; i < countof(kinds); i++)
        json_each(entry, json_get(card, S("media")))
            if (str_eq(json_get_text(entry, S("kind")), kinds[i]) && json_get_text(entry, S("blobId")).n)
                return json_get_text(entry, S("blobId"));
    return S("");
}
