/* store/work/imports.h - imports and their chunks.  States: uploaded scanning ready running done undoing undone failed. */
#pragma once
#include "io/sql/sql.h"

struct import {
    int64_t    id, source, book, bytes, chunks, chunks_done, created, updated, skipped, failed, created_ms, finished_ms;
    struct str file_name, file_blob, content_blob, state, options_json, summary_json;
};
struct import_chunk {
    int64_t    id, import, no, start_byte, bytes, first_line;
    bool       done;
    struct str errors_json;
    struct str waits_json; /* remote keys of cards still to be merged, a JSON array; "": none */
};

enum rc imports_create(struct sql *db, int64_t account, struct str file_name, struct str file_blob, int64_t bytes,
                       struct str options_json, int64_t *ret, struct err *e) must_use;
enum rc imports_get(struct sql *db, struct arena *a, int64_t account, int64_t id, struct import *ret,
                    struct err *e) must_use;
/* Newest first; at most limit. */
enum rc imports_list(struct sql *db, struct arena *a, int64_t account, int limit, struct import **ret, size_t *ret_n,
                     struct err *e) must_use;
/* A number that moves when one of the newest 20 begins, ends or changes its state: for those who ask often. */
enum rc imports_mark(struct sql *db, int64_t account, uint64_t *ret, struct err *e) must_use;

/* From one state to another; RC_CONFLICT when it is in none of `from` ("uploaded ready"). */
enum rc imports_state(struct sql *db, int64_t account, int64_t id, struct str from, struct str to,
                      struct err *e) must_use;
/* What a scan found; replaces the chunks of an earlier scan.  Inside a transaction. */
enum rc imports_scanned(struct sql *db, int64_t account, int64_t id, struct str content_blob, struct str summary_json,
                        const struct import_chunk *chunks, size_t n, struct err *e) must_use;
enum rc imports_options(struct sql *db, int64_t account, int64_t id, struct str options_json, int64_t source,
                        int64_t book, struct err *e) must_use;
enum rc imports_summary(struct sql *db, int64_t account, int64_t id, struct str summary_json, struct err *e) must_use;
/* Commit: state running, one KIND_IMPORT job a chunk.  RC_CONFLICT unless ready. */
enum rc imports_start(struct sql *db, struct arena *a, int64_t account, int64_t id, struct err *e) must_use;

/* The chunk that a job's subject names; RC_NOT_FOUND: the subject is the import itself (scan it). */
enum rc imports_chunk(struct sql *db, struct arena *a, int64_t account, int64_t chunk, struct import_chunk *ret,
                      struct err *e) must_use;
enum rc imports_chunks(struct sql *db, struct arena *a, int64_t account, int64_t id, struct import_chunk **ret,
                       size_t *ret_n, struct err *e) must_use;
/* What was saved of a chunk, and which cards of it wait; with none waiting the chunk is done, and the last chunk makes the import done.
 * A chunk that is done counts no more, however often it is told. */
struct import_counts {
    int64_t created, updated, skipped, failed;
};
enum rc imports_chunk_saved(struct sql *db, int64_t account, const struct import_chunk *c,
                            const struct import_counts *counts, struct str errors_json, struct str waits_json,
                            struct err *e) must_use;
/* Keys of all blobs the account's imports hold. */
enum rc imports_blobs(struct sql *db, struct arena *a, int64_t account, struct str **ret, size_t *ret_n,
                      struct err *e) must_use;
/* Not committed ones only (RC_CONFLICT); the caller deletes the blobs. */
enum rc imports_delete(struct sql *db, int64_t account, int64_t id, struct err *e) must_use;
