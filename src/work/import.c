/* KIND_IMPORT: hands chunks of a file to workers, saves the cards they made of it. */
#include <sys/mman.h>
#include <unistd.h>
#include "base/rand.h"
#include "io/blob/blob.h"
#include "store/account/accounts.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/cards/records.h"
#include "work/import_merges.h"
#include "work/import_save.h"
#include "work/import_choice.h"
#include "work/all_kinds.h"

/* ---- load ---- */

static size_t repeats_of(struct arena *a, const struct import *it, const struct import_chunk *c, const int64_t **ret)
{
    struct json *summary;
    size_t       n = 0;

    if (json_parse(a, it->summary_json, &summary, NULL) != RC_OK)
        return 0;
    const struct json *list = json_get(summary, S("repeats"));
    int64_t           *repeats = arena_array(a, int64_t, list ? list->n + 1 : 1);
    json_each(item, list)
        if (json_i64(item, &repeats[n]) && repeats[n] >= c->start_byte && repeats[n] < c->start_byte + c->bytes)
            n++;
    *ret = repeats;
    return n;
}

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    struct import_chunk chunk = { 0 };
    struct import       it;
    int64_t             bytes;

    enum rc rc = imports_chunk(db, a, u->account, u->subject[0], &chunk, e);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    struct import_ask ask = {
        .scan = rc == RC_NOT_FOUND, .start = chunk.start_byte, .bytes = chunk.bytes, .first_line = chunk.first_line
    };
    TRY(imports_get(db, a, u->account, ask.scan ? u->subject[0] : chunk.import, &it, e));
    ask.options_json = it.options_json;
    TRY(import_merges_region(db, a, u->account, &it, &ask.region, e));
    if (!ask.scan) {
        ask.options_json = import_options_decided(a, it.options_json, it.summary_json);
        ask.nrepeats = repeats_of(a, &it, &chunk, &ask.repeats);
        TRY(import_merges_load(db, a, u->account, &it, chunk.waits_json, &ask, e));
    }
    import_ask_write(in, &ask);
    TRY(blob_fd(u->blobs, it.file_blob, &files->fd[0], &bytes, e));
    files->n = 1;
    return RC_OK;
}

/* ---- run ---- */

struct mapping {
    void  *p;
    size_t n;
};

static void mapping_done(struct mapping *m)
{
    if (m->p)
        munmap(m->p, m->n);
}

static enum rc run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    __attribute__((cleanup(mapping_done))) struct mapping m = { 0 };

    off_t bytes = files->n == 1 ? lseek(files->fd[0], 0, SEEK_END) : -1; /* the cage does not know fstat() */
    if (bytes < 0)
        return err_set(e, RC_INTERNAL, "import: no file was handed over");
    if (bytes) {
        void *p = mmap(NULL, (size_t)bytes, PROT_READ, MAP_PRIVATE, files->fd[0], 0);
        if (p == MAP_FAILED)
            return err_set(e, RC_TOO_LARGE, "import: a file of %lld bytes cannot be mapped", (long long)bytes);
        m = (struct mapping){ p, (size_t)bytes };
        madvise(p, m.n, MADV_SEQUENTIAL);
    }
    return import_run(a, in, (struct str){ m.p ? m.p : "", m.n }, out, e);
}

/* ---- save: a scan ---- */

struct will {
    int64_t create, update, unchanged;
};

/* Of some cards' fate that of all: exact up to IMPORT_KEYS_MAX cards. */
static struct will scaled(struct will some, int64_t n, int64_t all)
{
    if (n == 0 || all <= n)
        return some;
    some.update = some.update * all / n;
    some.unchanged = some.unchanged * all / n;
    some.create = all - some.update - some.unchanged;
    return some;
}

/* What a commit would do, when the source it will most likely be given is known already. */
static enum rc foresee(struct sql *db, struct arena *a, int64_t account, const struct import *it,
                       const struct import_scan *scan, struct str program, struct will *ret, struct err *e)
{
    struct source *sources;
    struct record *found;
    size_t         n;
    int64_t        source = it->source;

    *ret = (struct will){ .create = (int64_t)scan->nknown };
    TRY(sources_list(db, a, account, &sources, &n, e));
    for (size_t i = 0; i < n && !source; i++)
        if (program.n && str_is(sources[i].kind, "file") && str_eq(sources[i].name, program))
            source = sources[i].id;
    if (!source)
        return RC_OK;
    struct str *keys = arena_array(a, struct str, scan->nknown + 1);
    for (size_t i = 0; i < scan->nknown; i++)
        keys[i] = scan->known[i].remote_key;
    TRY(records_find(db, a, account, source, keys, scan->nknown, &found, e));
    for (size_t i = 0; i < scan->nknown; i++)
        if (found[i].card && found[i].card_state != CARD_TRASH) {
            ret->create--;
            *(found[i].fingerprint == scan->known[i].fingerprint ? &ret->unchanged : &ret->update) += 1;
        }
    return RC_OK;
}

static enum rc save_scan(struct sql *db, struct arena *a, int64_t account, int64_t id, struct str out, struct err *e)
{
    struct import      it;
    struct import_scan scan;
    struct json       *summary;
    struct will        will;
    auto_buf           text = buf_of(UNIT_OUTPUT_MAX);

    TRY(imports_get(db, a, account, id, &it, e));
    if (!str_is(it.state, "uploaded") && !str_is(it.state, "scanning"))
        return RC_OK; /* committed or deleted meanwhile */
    if (!import_scan_read(a, out, &scan))
        return err_set(e, RC_INTERNAL, "import: broken answer to a scan");
    if (scan.failed) {
        TRY(imports_summary(db, account, id, scan.summary_json, e));
        return imports_state(db, account, id, S("uploaded scanning"), S("failed"), e);
    }
    TRY(json_parse(a, scan.summary_json, &summary, e));
    TRY(foresee(db, a, account, &it, &scan, json_get_text(summary, S("program")), &will, e));
    struct json *o = json_child(a, summary, S("will"));
    will = scaled(will, (int64_t)scan.nknown, json_get_i64(summary, S("good"), 0));
    json_add(o, S("create"), json_new_i64(a, will.create));
    json_add(o, S("update"), json_new_i64(a, will.update));
    json_add(o, S("unchanged"), json_new_i64(a, will.unchanged));
    json_write(&text, summary);
    struct import_chunk *chunks = arena_array(a, struct import_chunk, scan.ncuts + 1);
    for (size_t i = 0; i < scan.ncuts; i++)
        chunks[i] = (struct import_chunk){ .start_byte = scan.cut[i].start,
                                           .bytes = scan.cut[i].bytes,
                                           .first_line = scan.cut[i].line };
    return imports_scanned(db, account, id, S(""), buf_str(&text), chunks, scan.ncuts, e);
}

static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str out, struct err *e)
{
    struct import_chunk chunk;

    if (!u->held[0])
        return RC_OK;
    enum rc rc = imports_chunk(db, a, u->account, u->subject[0], &chunk, e);
    if (rc == RC_NOT_FOUND)
        return save_scan(db, a, u->account, u->subject[0], out, e);
    TRY(rc);
    return import_save_chunk(db, a, u, &chunk, out, e);
}

const struct worker worker_import = {
    .name = "import",
    .kind = KIND_IMPORT,
    .unit = 1,
    .lease_s = 120,
    .max_tries = 5,
    .memory_mb = 3072,
    .one_account = true,
    .min = 0,
    .max = 300,
    .load = load,
    .run = run,
    .save = save,
};
