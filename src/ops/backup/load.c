/* ops/backup/load.c - the order of a backup's members, checked while it is read. */
#include "ops/backup/load.h"
#include "base/rand.h"
#include "io/bundle.h"

enum { UPLOAD_PIECE = 256 << 10, KEY_CHARS = 2 * ID_CHARS + 1 };

struct load {
    struct bundle_reader   *in;
    const struct load_sink *sink;
    struct arena           *a, *page; /* the whole reading; one piece */
    struct manifest        *m;
    struct buf              buf;
    size_t                  table;  /* whose pieces come now */
    int64_t                 number; /* of its last piece */
    bool                    begun, tables_over, settings, over;
};

/* Calls a function of the sink when it is there. */
#define HAND(l, part, ...) ((l)->sink->part ? (l)->sink->part((l)->sink->to, __VA_ARGS__) : RC_OK)

static enum rc misplaced(struct str name, struct err *e)
{
    return err_set(e, RC_INVALID, "it is damaged, or no backup of Kith: '" STR_FMT "' is out of place",
                   STR_ARG(str_head(name, 80)));
}

static enum rc read_member(struct load *l, size_t most, struct err *e)
{
    buf_clear(&l->buf);
    l->buf.cap = most;
    return bundle_read_all(l->in, &l->buf, e);
}

static enum rc first(struct load *l, struct err *e)
{
    TRY(read_member(l, MANIFEST_MAX, e));
    TRY(manifest_read_first(l->a, str_copy(l->a, buf_str(&l->buf)), l->m, e));
    l->begun = true;
    return HAND(l, first, l->m, e);
}

/* The pieces of a table are numbered, the tables in the order of the first part. */
static bool next_piece(struct load *l, struct str name)
{
    char want[MANIFEST_NAME_MAX + 32];

    if (str_eq(name, manifest_piece_name(&l->m->table[l->table], l->number + 1, want))) {
        l->number++;
        return true;
    }
    for (size_t i = l->table + 1; i < l->m->ntables; i++)
        if (str_eq(name, manifest_piece_name(&l->m->table[i], 1, want))) {
            l->table = i;
            l->number = 1;
            return true;
        }
    return false;
}

static enum rc piece(struct load *l, struct str name, struct err *e)
{
    struct table_page page;

    if (l->tables_over || !next_piece(l, name))
        return misplaced(name, e);
    arena_reset(l->page);
    TRY(read_member(l, MANIFEST_PIECE_MAX, e));
    TRY(manifest_read_piece(l->page, &l->m->table[l->table], buf_str(&l->buf), &page, e));
    tables_add(&l->m->sum[l->table], &l->m->table[l->table], &page);
    return HAND(l, rows, l->table, &page, e);
}

static enum rc end_tables(struct load *l, struct err *e)
{
    if (l->tables_over)
        return RC_OK;
    l->tables_over = true;
    return HAND(l, tables_end, e);
}

static enum rc upload_bytes(struct load *l, struct err *e)
{
    l->buf.cap = UPLOAD_PIECE;
    for (;;) {
        buf_clear(&l->buf);
        TRY(bundle_read(l->in, &l->buf, UPLOAD_PIECE, e));
        if (l->buf.n == 0)
            return RC_OK;
        TRY(HAND(l, upload_bytes, buf_str(&l->buf), e));
    }
}

static enum rc upload(struct load *l, struct str name, int64_t bytes, struct err *e)
{
    struct str key = str_from(name, MANIFEST_UPLOADS.n);
    int64_t    account, id;

    if (l->settings || key.n != KEY_CHARS || key.p[ID_CHARS] != '/' || !id_parse(str_head(key, ID_CHARS), &account) ||
        !id_parse(str_from(key, ID_CHARS + 1), &id))
        return misplaced(name, e);
    TRY(HAND(l, upload_begin, key, bytes, e));
    TRY(upload_bytes(l, e));
    l->m->uploads++;
    l->m->upload_bytes += bytes;
    return HAND(l, upload_end, e);
}

static enum rc settings(struct load *l, struct str name, struct err *e)
{
    if (l->settings)
        return misplaced(name, e);
    l->settings = true;
    TRY(read_member(l, MANIFEST_CONF_MAX, e));
    return HAND(l, settings, buf_str(&l->buf), e);
}

static enum rc last(struct load *l, struct err *e)
{
    l->over = true;
    TRY(read_member(l, MANIFEST_MAX, e));
    return manifest_agrees(l->a, str_copy(l->a, buf_str(&l->buf)), l->m, e);
}

static enum rc take(struct load *l, const struct bundle_member *part, struct err *e)
{
    if (!l->begun)
        return str_eq(part->name, MANIFEST_FIRST) ? first(l, e) : misplaced(part->name, e);
    if (l->over)
        return misplaced(part->name, e);
    if (str_starts(part->name, MANIFEST_TABLES))
        return piece(l, part->name, e);
    TRY(end_tables(l, e));
    if (str_starts(part->name, MANIFEST_UPLOADS))
        return upload(l, part->name, part->bytes, e);
    if (str_eq(part->name, MANIFEST_CONF))
        return settings(l, part->name, e);
    return str_eq(part->name, MANIFEST_LAST) ? last(l, e) : misplaced(part->name, e);
}

static enum rc take_all(struct load *l, struct err *e)
{
    struct bundle_member part;
    bool                 end = false;

    for (;;) {
        TRY(bundle_next(l->in, &part, &end, e));
        if (end)
            return l->over ? RC_OK : misplaced(S("seal"), e);
        TRY(take(l, &part, e));
        if (l->sink->progress)
            l->sink->progress(l->sink->to, bundle_read_bytes(l->in));
    }
}

enum rc load_read(int fd, const struct load_sink *sink, struct arena *a, struct manifest *ret, struct err *e)
{
    auto_free(bundle_reader) in = NULL;
    auto_free(arena) page = arena_new(1 << 20);
    struct load l = { .sink = sink, .a = a, .page = page, .m = ret };

    *ret = (struct manifest){ 0 };
    TRY(bundle_open(&in, fd, e));
    l.in = in;
    enum rc rc = take_all(&l, e);
    buf_done(&l.buf);
    return rc;
}
