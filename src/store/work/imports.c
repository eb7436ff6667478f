/* Imports and their chunks. */
#include "base/hash.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/account/accounts.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/account/usage.h"

#define COLUMNS                                                                                                       \
    "id, source_id, book_id, bytes, chunks, chunks_done, created, updated, skipped, failed, created_ms, finished_ms," \
    " file_name, file_blob, content_blob, state, options_json, summary_json"
static const char CREATE[] =
    "insert into imports (account_id, id, file_name, file_blob, bytes, state, options_json, created_ms)"
    " values ($1, $2, $3, $4, $5, 'uploaded', $6, $7)";
static const char GET[] = "select " COLUMNS " from imports where account_id = $1 and id = $2";
static const char LIST[] = "select " COLUMNS " from imports where account_id = $1 order by id desc limit $2";
static const char MARK[] = "select id, state from imports where account_id = $1 order by id desc limit 20";
static const char STATE[] = "update imports set state = $3 where account_id = $1 and id = $2 and state = $4";
static const char SCANNED[] = "update imports set content_blob = $3, summary_json = $4, chunks = $5, chunks_done = 0,"
                              " state = 'ready' where account_id = $1 and id = $2";
static const char OPTIONS[] =
    "update imports set options_json = $3, source_id = $4, book_id = $5 where account_id = $1 and id = $2";
static const char SUMMARY[] = "update imports set summary_json = $3 where account_id = $1 and id = $2";
static const char COUNTS[] =
    "update imports set chunks_done = chunks_done + $7, created = created + $3, updated = updated + $4,"
    " skipped = skipped + $5, failed = failed + $6 where account_id = $1 and id = $2 returning chunks - chunks_done";
static const char FINISH[] =
    "update imports set state = 'done', finished_ms = $3 where account_id = $1 and id = $2 and state = 'running'";
static const char BLOBS[] = "select file_blob, content_blob from imports where account_id = $1";
static const char DELETE[] =
    "delete from imports where account_id = $1 and id = $2 and state in ('uploaded', 'ready', 'failed')"
    " returning bytes";

#define CHUNK_COLUMNS "id, import_id, no, start_byte, bytes, first_line, state, errors_json, waits_json"
static const char CHUNKS_DROP[] = "delete from import_chunks where account_id = $1 and import_id = $2";
static const char CHUNK_ADD[] =
    "insert into import_chunks (account_id, id, import_id, no, start_byte, bytes, first_line)"
    " values ($1, $2, $3, $4, $5, $6, $7)";
static const char CHUNK[] = "select " CHUNK_COLUMNS " from import_chunks where account_id = $1 and id = $2";
static const char CHUNKS[] =
    "select " CHUNK_COLUMNS " from import_chunks where account_id = $1 and import_id = $2 order by no";
static const char CHUNK_SAVED[] =
    "update import_chunks set state = $5, errors_json = $3, waits_json = $4 where account_id = $1 and id = $2"
    " and state = 0";

enum rc imports_create(struct sql *db, int64_t account, struct str file_name, struct str file_blob, int64_t bytes,
                       struct str options_json, int64_t *ret, struct err *e)
{
    auto_rollback own = { 0 };

    *ret = id_new();
    TRY(accounts_hold(db, &own, account, e));
    TRY(sql_run(db, e, CREATE,
                SQL_ARGS(I64(account), I64(*ret), TEXT(file_name), TEXT(file_blob), I64(bytes),
                         TEXT(options_json.n ? options_json : S("{}")), I64(clock_ms())),
                NULL));
    TRY(usage_add(db, account, &(struct usage){ .upload_bytes = bytes }, e));
    return sql_leave(&own, e);
}

static struct import take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct import){
        .id = row_i64(rows, 0),
        .source = row_i64(rows, 1),
        .book = row_i64(rows, 2),
        .bytes = row_i64(rows, 3),
        .chunks = row_i64(rows, 4),
        .chunks_done = row_i64(rows, 5),
        .created = row_i64(rows, 6),
        .updated = row_i64(rows, 7),
        .skipped = row_i64(rows, 8),
        .failed = row_i64(rows, 9),
        .created_ms = row_i64(rows, 10),
        .finished_ms = row_i64(rows, 11),
        .file_name = str_copy(a, row_text(rows, 12)),
        .file_blob = str_copy(a, row_text(rows, 13)),
        .content_blob = str_copy(a, row_text(rows, 14)),
        .state = str_copy(a, row_text(rows, 15)),
        .options_json = str_copy(a, row_text(rows, 16)),
        .summary_json = str_copy(a, row_text(rows, 17)),
    };
}

enum rc imports_get(struct sql *db, struct arena *a, int64_t account, int64_t id, struct import *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(id))));
    if (rows_next(&rows)) {
        *ret = take_row(a, &rows);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such import");
}

enum rc imports_mark(struct sql *db, int64_t account, uint64_t *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = 1;
    TRY(sql_rows(db, &rows, e, MARK, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        *ret = hash64_mix(*ret, hash64(row_text(&rows, 1), (uint64_t)row_i64(&rows, 0)));
    return rows_end(&rows, e);
}

enum rc imports_list(struct sql *db, struct arena *a, int64_t account, int limit, struct import **ret, size_t *ret_n,
                     struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct import) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account), I64(limit))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc imports_state(struct sql *db, int64_t account, int64_t id, struct str from, struct str to, struct err *e)
{
    for (struct str rest = from, one; str_next(&rest, ' ', &one);) {
        int64_t changed = 0;
        TRY(sql_run(db, e, STATE, SQL_ARGS(I64(account), I64(id), TEXT(to), TEXT(one)), &changed));
        if (changed)
            return RC_OK;
    }
    return err_set(e, RC_CONFLICT, "the import is in another state than " STR_FMT, STR_ARG(from));
}

enum rc imports_scanned(struct sql *db, int64_t account, int64_t id, struct str content_blob, struct str summary_json,
                        const struct import_chunk *chunks, size_t n, struct err *e)
{
    TRY(sql_run(db, e, CHUNKS_DROP, SQL_ARGS(I64(account), I64(id)), NULL));
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, CHUNK_ADD,
                    SQL_ARGS(I64(account), I64(id_new()), I64(id), I64((int64_t)i), I64(chunks[i].start_byte),
                             I64(chunks[i].bytes), I64(chunks[i].first_line)),
                    NULL));
    return sql_run(db, e, SCANNED,
                   SQL_ARGS(I64(account), I64(id), TEXT(content_blob), TEXT(summary_json), I64((int64_t)n)), NULL);
}

enum rc imports_options(struct sql *db, int64_t account, int64_t id, struct str options_json, int64_t source,
                        int64_t book, struct err *e)
{
    return sql_run(db, e, OPTIONS, SQL_ARGS(I64(account), I64(id), TEXT(options_json), I64(source), I64(book)), NULL);
}

enum rc imports_summary(struct sql *db, int64_t account, int64_t id, struct str summary_json, struct err *e)
{
    return sql_run(db, e, SUMMARY, SQL_ARGS(I64(account), I64(id), TEXT(summary_json)), NULL);
}

enum rc imports_start(struct sql *db, struct arena *a, int64_t account, int64_t id, struct err *e)
{
    auto_rollback        own = { 0 };
    struct import_chunk *chunks = NULL;
    size_t               n = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(imports_state(db, account, id, S("ready"), S("running"), e));
    TRY(imports_chunks(db, a, account, id, &chunks, &n, e));
    int64_t *ids = arena_array(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = chunks[i].id;
    TRY(jobs_add(db, account, KIND_IMPORT, JOB_PRIO_NORMAL, ids, n, e));
    if (n == 0)
        TRY(sql_run(db, e, FINISH, SQL_ARGS(I64(account), I64(id), I64(clock_ms())), NULL));
    return sql_leave(&own, e);
}

static struct import_chunk take_chunk(struct arena *a, const struct sql_rows *rows)
{
    return (struct import_chunk){ row_i64(rows, 0),
                                  row_i64(rows, 1),
                                  row_i64(rows, 2),
                                  row_i64(rows, 3),
                                  row_i64(rows, 4),
                                  row_i64(rows, 5),
                                  row_i64(rows, 6) == 1,
                                  str_copy(a, row_text(rows, 7)),
                                  str_copy(a, row_text(rows, 8)) };
}

enum rc imports_chunk(struct sql *db, struct arena *a, int64_t account, int64_t chunk, struct import_chunk *ret,
                      struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, CHUNK, SQL_ARGS(I64(account), I64(chunk))));
    if (rows_next(&rows)) {
        *ret = take_chunk(a, &rows);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such chunk");
}

enum rc imports_chunks(struct sql *db, struct arena *a, int64_t account, int64_t id, struct import_chunk **ret,
                       size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct import_chunk) list = { 0 };

    TRY(sql_rows(db, &rows, e, CHUNKS, SQL_ARGS(I64(account), I64(id))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_chunk(a, &rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc imports_chunk_saved(struct sql *db, int64_t account, const struct import_chunk *c,
                            const struct import_counts *counts, struct str errors_json, struct str waits_json,
                            struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       mine = 0, left = 0, done = waits_json.n == 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(sql_run(db, e, CHUNK_SAVED, SQL_ARGS(I64(account), I64(c->id), TEXT(errors_json), TEXT(waits_json), I64(done)),
                &mine));
    if (mine)
        TRY(sql_one_i64(db, e, COUNTS,
                        SQL_ARGS(I64(account), I64(c->import), I64(counts->created), I64(counts->updated),
                                 I64(counts->skipped), I64(counts->failed), I64(done)),
                        &left));
    if (mine && left == 0)
        TRY(sql_run(db, e, FINISH, SQL_ARGS(I64(account), I64(c->import), I64(clock_ms())), NULL));
    return sql_leave(&own, e);
}

enum rc imports_blobs(struct sql *db, struct arena *a, int64_t account, struct str **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct str) list = { 0 };

    TRY(sql_rows(db, &rows, e, BLOBS, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        for (int column = 0; column < 2; column++)
            if (row_text(&rows, column).n)
                *vec_push(a, &list) = str_copy(a, row_text(&rows, column));
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc imports_delete(struct sql *db, int64_t account, int64_t id, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       bytes = 0;

    TRY(accounts_hold(db, &own, account, e));
    enum rc rc = sql_one_i64(db, e, DELETE, SQL_ARGS(I64(account), I64(id)), &bytes);
    if (rc == RC_NOT_FOUND)
        return err_set(e, RC_CONFLICT, "an import that was committed can be undone, not deleted");
    TRY(rc);
    TRY(usage_add(db, account, &(struct usage){ .upload_bytes = -bytes }, e));
    TRY(sql_run(db, e, CHUNKS_DROP, SQL_ARGS(I64(account), I64(id)), NULL));
    return sql_leave(&own, e);
}
