/* KIND_EXPIRE: takes away what has had its time. */
#include "base/clock.h"
#include "base/json.h"
#include "io/blob/blob.h"
#include "store/account/audit.h"
#include "store/cards/cards.h"
#include "store/account/idempotency.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"
#include "store/account/sessions.h"
#include "store/account/usage.h"
#include "work/all_kinds.h"

enum { SLICE = 500, DAY_MS = 24 * 3600 * 1000, MOMENT_MS = 1000 };

/* ---- load: what only reads ---- */

static enum rc load(struct sql *db, struct arena *a, const struct unit *u, struct buf *in, struct files *files,
                    struct err *e)
{
    struct usage wrong_by;
    bool         due;

    (void)a, (void)files;
    TRY(usage_count(db, u->account, &due, &wrong_by, e));
    if (due)
        buf_put(in, (struct str){ (const char *)&wrong_by, sizeof wrong_by });
    return RC_OK;
}

/* ---- save ---- */

static struct str told(struct arena *a, struct str member, const struct dead_job *job, int64_t line)
{
    auto_buf        text = buf_of(4096);
    struct json_out o = json_out_of(&text);

    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, member, str_fmt(a, "this part could not be read: " STR_FMT, STR_ARG(job->why)));
    if (line)
        json_out_i64(&o, S("line"), line);
    json_out_close(&o, '}');
    return str_copy(a, buf_str(&text));
}

/* An import must end, also when a part of it killed every worker that tried: that part counts as failed. */
static enum rc end_import(struct sql *db, struct arena *a, int64_t account, const struct dead_job *job, struct err *e)
{
    struct import_chunk  chunk;
    struct import_counts counts = { .failed = 1 };
    enum rc              rc = imports_chunk(db, a, account, job->subject, &chunk, e);

    if (rc == RC_OK && !chunk.done) {
        struct str errors = str_fmt(a, "[" STR_FMT "]", STR_ARG(told(a, S("message"), job, chunk.first_line)));
        return imports_chunk_saved(db, account, &chunk, &counts, errors, S(""), e);
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = imports_state(db, account, job->subject, S("uploaded scanning"), S("failed"), e);
    if (rc == RC_OK)
        return imports_summary(db, account, job->subject, told(a, S("error"), job, 0), e);
    return rc == RC_CONFLICT ? RC_OK : rc;
}

static enum rc end_imports(struct sql *db, struct arena *a, int64_t account, struct err *e)
{
    struct dead_job *dead;
    size_t           n;

    TRY(jobs_dead(db, a, account, 0, SLICE, &dead, &n, e));
    for (size_t i = 0; i < n; i++)
        if (dead[i].kind == KIND_IMPORT)
            TRY(end_import(db, a, account, &dead[i], e));
    return RC_OK;
}

/* Uploads nobody came back for, and those a crash left half. */
static enum rc collect_uploads(struct sql *db, struct arena *a, const struct unit *u, int64_t before_ms, struct err *e)
{
    struct str *keys;
    size_t      n;

    TRY(imports_blobs(db, a, u->account, &keys, &n, e));
    return blob_collect(u->blobs, u->account, keys, n, before_ms, e);
}

static enum rc count_usage(struct sql *db, int64_t account, struct str loaded, struct err *e)
{
    struct usage wrong_by;

    if (loaded.n != sizeof wrong_by)
        return RC_OK;
    memcpy(&wrong_by, loaded.p, sizeof wrong_by);
    return usage_counted(db, account, &wrong_by, e);
}

/* What has been in the trash too long, sessions and answers nobody will ask for, what a new column still lacks; the agent gives every account its turn. */
static enum rc save(struct sql *db, struct arena *a, const struct unit *u, struct str loaded, struct err *e)
{
    int64_t now = clock_ms(), filled, swept;
    size_t  n;
    bool    more;

    if (!u->held[0])
        return RC_OK;
    TRY(count_usage(db, u->account, loaded, e));
    TRY(end_imports(db, a, u->account, e));
    TRY(cards_expire(db, a, u->account, now, SLICE, &n, &more, e));
    TRY(sessions_expire(db, u->account, e));
    TRY(audit_expire(db, u->account, now, SLICE, &swept, e));
    TRY(idem_expire(db, u->account, now - DAY_MS, e));
    TRY(collect_uploads(db, a, u, now - DAY_MS, e));
    TRY(migrate_backfill(db, u->account, &filled, e));
    if (!more && filled == 0 && swept < SLICE)
        return RC_OK;
    return jobs_add_later(db, u->account, KIND_EXPIRE, u->subject[0], now + MOMENT_MS, JOB_PRIO_BULK, e);
}

const struct worker worker_expire = {
    .name = "expire",
    .kind = KIND_EXPIRE,
    .unit = 1,
    .lease_s = 60,
    .max_tries = 5,
    .memory_mb = 64,
    .min = 0,
    .max = 1,
    .load = load,
    .save = save,
};
