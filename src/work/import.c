/* KIND_IMPORT: hands chunks of a file to workers, saves the cards they made of it. */
#include <sys/mman.h>
#include <sys/stat.h>
#include "base/rand.h"
#include "contact/merge.h"
#include "io/blob/blob.h"
#include "store/accounts.h"
#include "store/imports.h"
#include "store/jobs.h"
#include "store/journal.h"
#include "store/records.h"
#include "work/import_units.h"
#include "work/all_kinds.h"

/* ---- load ---- */

static const struct json *options_of(struct arena *a, const struct import *it)
{
    struct json *options;
    return json_parse(a, it->options_json, &options, NULL) == RC_OK ? options : NULL;
}

static enum rc region_of(struct sql *db, struct arena *a, int64_t account, const struct import *it, struct str *ret,
                         struct err *e)
{
    struct str country = json_get_text(options_of(a, it), S("country"));

    *ret = country;
    return country.n ? RC_OK : account_country(db, a, account, ret, e);
}

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
    TRY(region_of(db, a, u->account, &it, &ask.region, e));
    if (!ask.scan)
        ask.nrepeats = repeats_of(a, &it, &chunk, &ask.repeats);
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
    struct stat                                           st;

    if (files->n != 1 || fstat(files->fd[0], &st))
        return err_set(e, RC_INTERNAL, "import: no file was handed over");
    if (st.st_size) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, files->fd[0], 0);
        if (p == MAP_FAILED)
            return err_set(e, RC_TOO_LARGE, "import: a file of %lld bytes cannot be mapped", (long long)st.st_size);
        m = (struct mapping){ p, (size_t)st.st_size };
        madvise(p, m.n, MADV_SEQUENTIAL);
    }
    return import_run(a, in, (struct str){ m.p ? m.p : "", m.n }, out, e);
}

/* ---- save: a scan ---- */

struct will {
    int64_t create, update, unchanged;
};

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

/* ---- save: a chunk ---- */

struct saving {
    struct sql          *db;
    struct arena        *a;
    int64_t              account;
    struct import        it;
    struct str           format, region;
    bool                 create, update;
    struct import_card  *card;
    struct record       *found; /* found[i] belongs to card[i] */
    size_t               n;
    struct card_change  *change;
    struct record       *put; /* put[i].card is taken from change[at[i]] when that made it */
    size_t              *at;
    size_t               nchanges, nputs;
    struct str          *seen;
    size_t               nseen;
    struct import_counts counts;
};

/* What the original meant when it was last seen: kept with the record, else the card as it was first made. */
static enum rc base_of(struct saving *s, const struct record *r, struct str *ret, struct err *e)
{
    struct journal_row *rows;
    size_t              n;
    int64_t             before = 0;

    *ret = r->base_json;
    while (!ret->n) {
        TRY(journal_of_card(s->db, s->a, s->account, r->home, before, 100, &rows, &n, &before, e));
        if (n == 0 || before == 0) {
            *ret = n ? rows[n - 1].next_json : S("{}");
            return RC_OK;
        }
    }
    return RC_OK;
}

static struct card_change *pending(struct saving *s, int64_t card)
{
    for (size_t i = 0; i < s->nchanges; i++)
        if (card && s->change[i].id == card)
            return &s->change[i];
    return NULL;
}

static size_t add_change(struct saving *s, struct card_change change)
{
    s->change[s->nchanges] = change;
    return s->nchanges++;
}

static void add_record(struct saving *s, const struct import_card *c, const struct record *r, struct str base,
                       size_t change)
{
    s->at[s->nputs] = change;
    s->put[s->nputs++] = (struct record){ .source = s->it.source,
                                          .card = r->card,
                                          .home = r->home,
                                          .fingerprint = c->fingerprint,
                                          .remote_key = c->remote_key,
                                          .format = s->format,
                                          .base_json = base,
                                          .original = c->original };
}

static void make_card(struct saving *s, const struct import_card *c, const struct record *r)
{
    if (!s->create) {
        s->counts.skipped++;
        return;
    }
    size_t at = add_change(s, (struct card_change){ .id = r->card,
                                                    .book = s->it.book,
                                                    .state = CARD_LIVE,
                                                    .json = c->json,
                                                    .head = &c->head,
                                                    .keys = c->keys,
                                                    .nkeys = c->nkeys });
    add_record(s, c, r, r->card ? c->json : S(""), at);
    s->counts.created++;
}

static enum rc change_card(struct saving *s, const struct import_card *c, const struct record *r, struct err *e)
{
    struct card_change *before = pending(s, r->card);
    struct json        *base, *ours, *theirs;
    struct card_row     row;
    struct merge        merged;
    struct str          base_json;
    auto_buf            text = buf_of(CARD_BYTES_MAX);

    if (!before)
        TRY(cards_get(s->db, s->a, s->account, r->card, &row, e));
    TRY(base_of(s, r, &base_json, e));
    TRY(json_parse(s->a, base_json, &base, e));
    TRY(json_parse(s->a, before ? before->json : row.json, &ours, e));
    TRY(json_parse(s->a, c->json, &theirs, e));
    merge_three(s->a, base, ours, theirs, &merged);
    json_write(&text, merged.card);
    if (buf_full(&text)) {
        s->counts.failed++;
        return RC_OK;
    }
    struct str json = str_copy(s->a, buf_str(&text));
    size_t     at =
        before
                ? (size_t)(before - s->change)
                : add_change(s, (struct card_change){ .id = r->card, .state = row.state, .merged_into = row.merged_into });
    s->change[at].json = json;
    s->change[at].head = NULL;
    add_record(s, c, r, c->json, at);
    s->counts.updated++;
    return RC_OK;
}

static bool came_before(const struct saving *s, size_t i)
{
    for (size_t k = 0; k < s->nputs; k++)
        if (str_eq(s->put[k].remote_key, s->card[i].remote_key))
            return true;
    return false;
}

static enum rc decide(struct saving *s, size_t i, struct err *e)
{
    const struct import_card *c = &s->card[i];
    const struct record      *r = &s->found[i];

    if (!c->remote_key.n) {
        s->counts.failed++;
        return RC_OK;
    }
    if (!r->card || r->card_state == CARD_TRASH) {
        if (came_before(s, i))
            s->counts.skipped++;
        else
            make_card(s, c, r);
        return RC_OK;
    }
    if (r->fingerprint == c->fingerprint) {
        s->seen[s->nseen++] = c->remote_key;
        s->counts.skipped++;
        return RC_OK;
    }
    if (s->update)
        return change_card(s, c, r, e);
    s->counts.skipped++;
    return RC_OK;
}

static enum rc write_chunk(struct saving *s, struct err *e)
{
    struct card_batch batch = { .account = s->account,
                                .batch = s->it.id,
                                .region = s->region,
                                .prio = JOB_PRIO_BULK,
                                .actor = str_fmt(s->a, "import:" STR_FMT, STR_ARG(id_text(s->a, s->it.id))) };

    for (size_t i = 0; i < s->n; i++)
        if (s->card[i].nblobs)
            TRY(blobs_put(s->db, s->account, s->card[i].blobs, s->card[i].nblobs, e));
    if (s->nchanges)
        TRY(cards_save(s->db, s->a, &batch, s->change, s->nchanges, NULL, e));
    for (size_t i = 0; i < s->nputs; i++) {
        int64_t id = s->change[s->at[i]].id;
        s->put[i].card = s->put[i].card ? s->put[i].card : id;
        s->put[i].home = s->put[i].home ? s->put[i].home : id;
    }
    TRY(records_put(s->db, s->account, s->it.id, s->put, s->nputs, e));
    return records_seen(s->db, s->account, s->it.source, s->seen, s->nseen, e);
}

static struct str chunk_errors(struct saving *s)
{
    auto_buf        text = buf_of(1 << 20);
    struct json_out o = json_out_of(&text);

    json_out_open(&o, JSON_ELEMENT, '[');
    for (size_t i = 0, told = 0; i < s->n && told < IMPORT_ERRORS_KEPT; i++) {
        if (!s->card[i].message.n)
            continue;
        told++;
        json_out_open(&o, JSON_ELEMENT, '{');
        json_out_i64(&o, S("line"), s->card[i].line);
        json_out_text(&o, S("message"), s->card[i].message);
        json_out_close(&o, '}');
    }
    json_out_close(&o, ']');
    return str_copy(s->a, buf_full(&text) ? S("[]") : buf_str(&text));
}

static void saving_room(struct saving *s)
{
    s->change = arena_array(s->a, struct card_change, s->n + 1);
    s->put = arena_array(s->a, struct record, s->n + 1);
    s->at = arena_array(s->a, size_t, s->n + 1);
    s->seen = arena_array(s->a, struct str, s->n + 1);
}

static enum rc save_chunk(struct sql *db, struct arena *a, const struct unit *u, const struct import_chunk *chunk,
                          struct str out, struct err *e)
{
    int64_t       account = u->account;
    struct saving s = { .db = db, .a = a, .account = account };
    bool          all;

    if (chunk->done)
        return RC_OK;
    TRY(imports_get(db, a, account, chunk->import, &s.it, e));
    if (!str_is(s.it.state, "running"))
        return RC_OK;
    if (!import_cards_read(a, out, &s.format, &s.card, &s.n))
        return err_set(e, RC_INTERNAL, "import: broken answer to a chunk");
    if (!s.it.source)
        TRY(sources_ensure(db, account, S("file"), s.it.file_name, &s.it.source, e));
    TRY(region_of(db, a, account, &s.it, &s.region, e));
    struct str mode = json_get_text(options_of(a, &s.it), S("mode"));
    s.create = !str_is(mode, "update");
    s.update = !str_is(mode, "create");
    struct str *keys = arena_array(a, struct str, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        keys[i] = s.card[i].remote_key;
    TRY(records_find(db, a, account, s.it.source, keys, s.n, &s.found, e));
    saving_room(&s);
    for (size_t i = 0; i < s.n; i++)
        TRY(decide(&s, i, e));
    TRY(write_chunk(&s, e));
    *u->cards += s.counts.created;
    return imports_chunk_done(db, account, chunk, &s.counts, chunk_errors(&s), &all, e);
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
    return save_chunk(db, a, u, &chunk, out, e);
}

const struct worker worker_import = {
    .name = "import",
    .kind = KIND_IMPORT,
    .unit = 1,
    .lease_s = 120,
    .max_tries = 5,
    .memory_mb = 3072,
    .min = 0,
    .max = 300,
    .load = load,
    .run = run,
    .save = save,
};
