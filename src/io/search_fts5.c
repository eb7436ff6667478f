#include <assert.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/vec.h"
#include "io/search_terms.h"

/* A document is a row here, with its folded words, and an entry in the index, which keeps no text of its own: to take an entry
 * out, its words are needed again.  Every put gives a new number, so numbers run in the order of change. */
static const char DOCS[] =
    "create table if not exists search_docs (doc integer primary key autoincrement, account_id integer not null,"
    " card_id integer not null, changed_ms integer not null, body text not null) strict";
static const char DOCS_BY_CARD[] =
    "create unique index if not exists search_docs_by_card on search_docs (account_id, card_id)";
static const char INDEX[] =
    "create virtual table if not exists search_index using fts5 (name, other, content = '', detail = 'column',"
    " prefix = '15 16 17', tokenize = 'ascii')";

static const char OLD[] = "select doc, body from search_docs where account_id = $1 and card_id = $2";
static const char DROP[] = "delete from search_docs where account_id = $1 and card_id = $2";
static const char ADD[] = "insert into search_docs (account_id, card_id, changed_ms, body) values ($1, $2, $3, $4)";
/* Not "returning": that would open a savepoint, at which FTS5 writes out what it has gathered, one document at a time. */
static const char ADDED[] = "select last_insert_rowid()";
static const char INDEX_ADD[] = "insert into search_index (rowid, name, other) values ($1, $2, $3)";
static const char INDEX_DROP[] =
    "insert into search_index (search_index, rowid, name, other) values ('delete', $1, $2, $3)";
static const char MATCH[] = "select rowid from search_index where search_index match $1 order by rowid desc limit $2";
static const char DOC[] = "select card_id, changed_ms, body from search_docs where doc = $1 and account_id = $2";
static const char MERGE[] = "insert into search_index (search_index, rank) values ('merge', $1)";
static const char CHANGES[] = "select total_changes()";

enum { TERMS_MAX = SEARCH_DOC_BYTES_MAX * 12, QUERY_MAX = 64 << 10, MERGE_PAGES = 200 };

enum rc search_setup(struct sql *db, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    TRY(sql_run(db, e, DOCS, SQL_NONE, NULL));
    TRY(sql_run(db, e, DOCS_BY_CARD, SQL_NONE, NULL));
    TRY(sql_run(db, e, INDEX, SQL_NONE, NULL));
    return sql_leave(&own, e);
}

/* ---- writing ---- */

struct old {
    int64_t    doc;
    struct str body;
};

static enum rc old_of(struct sql *db, struct arena *a, int64_t account, int64_t id, struct old *ret, struct err *e)
{
    auto_rows rows = { 0 };

    *ret = (struct old){ 0 };
    TRY(sql_rows(db, &rows, e, OLD, SQL_ARGS(I64(account), I64(id))));
    if (rows_next(&rows))
        *ret = (struct old){ row_i64(&rows, 0), str_copy(a, row_text(&rows, 1)) };
    return rows_end(&rows, e);
}

static enum rc drop(struct sql *db, struct search_terms *t, struct str name, int64_t account, int64_t id,
                    const struct old *old, struct err *e)
{
    search_put_terms(t, name, old->body);
    TRY(sql_run(db, e, INDEX_DROP, SQL_ARGS(I64(old->doc), TEXT(buf_str(&t->name)), TEXT(buf_str(&t->other))), NULL));
    return sql_run(db, e, DROP, SQL_ARGS(I64(account), I64(id)), NULL);
}

static enum rc add(struct sql *db, struct search_terms *t, struct str name, int64_t account, const struct search_doc *d,
                   struct str body, struct err *e)
{
    int64_t doc = 0;

    TRY(sql_run(db, e, ADD, SQL_ARGS(I64(account), I64(d->id), I64(d->order), TEXT(body)), NULL));
    TRY(sql_one_i64(db, e, ADDED, SQL_NONE, &doc));
    search_put_terms(t, name, body);
    return sql_run(db, e, INDEX_ADD, SQL_ARGS(I64(doc), TEXT(buf_str(&t->name)), TEXT(buf_str(&t->other))), NULL);
}

enum rc search_put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(32 << 10);
    auto_terms terms = { buf_of(TERMS_MAX), buf_of(TERMS_MAX) };
    auto_buf   body = buf_of(2 * SEARCH_DOC_BYTES_MAX + SEARCH_FACETS_MAX * 257);
    char       name[ID_CHARS];

    assert(sql_in_transaction(db));
    id_print(account, name);
    for (size_t i = 0; i < n; i++, arena_reset(a)) {
        const struct search_doc *d = &docs[i];
        struct str               prefix = { name, ID_CHARS };
        struct old               old;
        buf_clear(&body);
        search_put_body(&body, d);
        TRY(old_of(db, a, account, d->id, &old, e));
        if (old.doc && str_eq(old.body, buf_str(&body)))
            continue;
        if (old.doc)
            TRY(drop(db, &terms, prefix, account, d->id, &old, e));
        TRY(add(db, &terms, prefix, account, d, buf_str(&body), e));
    }
    return RC_OK;
}

enum rc search_remove(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(32 << 10);
    auto_terms terms = { buf_of(TERMS_MAX), buf_of(TERMS_MAX) };
    char       name[ID_CHARS];

    assert(sql_in_transaction(db));
    id_print(account, name);
    for (size_t i = 0; i < n; i++, arena_reset(a)) {
        struct old old;
        TRY(old_of(db, a, account, ids[i], &old, e));
        if (old.doc)
            TRY(drop(db, &terms, (struct str){ name, ID_CHARS }, account, ids[i], &old, e));
    }
    return RC_OK;
}

/* ---- asking ---- */

struct ask {
    struct str                 account;
    struct str                 word[SEARCH_WORDS_MAX];
    size_t                     n;
    const struct search_query *q;
};

enum stage { NAME_EXACT, NAME_PREFIX, ANYWHERE, STAGES };

static void put_quoted(struct buf *b, struct str account, char kind, struct str word, bool prefix)
{
    buf_char(b, '"');
    buf_put(b, account);
    buf_char(b, kind);
    buf_put(b, word);
    buf_put(b, prefix ? S("\" *") : S("\""));
}

/* A word, or the end of a number. */
static void put_anywhere(struct buf *b, struct str account, struct str word)
{
    char space[SEARCH_WORD_BYTES_MAX];

    buf_char(b, '(');
    put_quoted(b, account, TERM_WORD, word, true);
    if (search_all_digits(word) && word.n >= DIGITS_LEAST) {
        buf_put(b, S(" OR "));
        put_quoted(b, account, TERM_REVERSED, search_reversed(search_no_zeros(word), space), true);
    }
    buf_char(b, ')');
}

static void put_and(struct buf *b)
{
    if (b->n)
        buf_put(b, S(" AND "));
}

static void put_match(struct buf *b, const struct ask *ask, enum stage stage)
{
    char space[16];

    buf_clear(b);
    for (size_t i = 0; i < ask->n; i++) {
        put_and(b);
        if (stage == ANYWHERE)
            put_anywhere(b, ask->account, ask->word[i]);
        else {
            buf_put(b, S("name : "));
            put_quoted(b, ask->account, TERM_WORD, ask->word[i], stage == NAME_PREFIX);
        }
    }
    for (size_t i = 0; i < ask->q->nfacets; i++) {
        put_and(b);
        put_quoted(b, ask->account, TERM_FACET, search_facet_word(ask->q->facet[i], space), false);
    }
}

static enum rc candidates(struct sql *db, struct str match, struct map *seen, int64_t *docs, size_t *n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, MATCH, SQL_ARGS(TEXT(match), I64(SEARCH_CANDIDATES_MAX))));
    while (*n < SEARCH_CANDIDATES_MAX && rows_next(&rows)) {
        int64_t doc = row_i64(&rows, 0);
        if (!(*map_at_u64(seen, (uint64_t)doc))++)
            docs[(*n)++] = doc;
    }
    return rows_end(&rows, e);
}

/* ---- ranking ---- */

static const struct {
    int exact, prefix;
} points[SEARCH_FIELDS] = {
    [SEARCH_NAME] = { 100, 60 }, [SEARCH_COMPANY] = { 40, 30 }, [SEARCH_EMAIL] = { 35, 28 },
    [SEARCH_PHONE] = { 50, 32 }, [SEARCH_PLACE] = { 20, 15 },   [SEARCH_NOTES] = { 8, 6 },
    [SEARCH_OTHER] = { 10, 8 },
};

static int points_of(enum search_field field, struct str word, struct str asked)
{
    if (str_starts(word, asked))
        return word.n == asked.n ? points[field].exact : points[field].prefix;
    if (field == SEARCH_PHONE && search_all_digits(asked) && asked.n >= DIGITS_LEAST &&
        str_ends(word, search_no_zeros(asked)))
        return points[field].exact;
    return 0;
}

static int best_of(const struct search_body *b, struct str asked, enum search_field *ret_field)
{
    int best = 0;

    for (enum search_field f = 0; f < SEARCH_FIELDS; f++)
        for (struct str rest = b->field[f], word; points[f].exact > best && search_next_word(&rest, &word);) {
            int now = points_of(f, word, asked);
            if (now > best) {
                best = now;
                *ret_field = f;
            }
        }
    return best;
}

struct ranked {
    struct search_hit hit;
    int64_t           changed_ms;
};

static void rank(const struct ask *ask, struct str text, struct ranked *ret)
{
    struct search_body b = search_body_of(text);
    int                best = 0;

    for (size_t i = 0; i < ask->n; i++) {
        enum search_field field = SEARCH_OTHER;
        int               now = best_of(&b, ask->word[i], &field);
        ret->hit.score += now;
        if (now > best) {
            best = now;
            ret->hit.field = field;
        }
    }
    if (ask->n && str_starts(b.field[SEARCH_NAME], ask->word[0]))
        ret->hit.score += 5;
}

static int better(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->hit.score != b->hit.score)
        return a->hit.score > b->hit.score ? -1 : 1;
    if (a->changed_ms != b->changed_ms)
        return a->changed_ms > b->changed_ms ? -1 : 1;
    return (a->hit.id > b->hit.id) - (a->hit.id < b->hit.id);
}

static enum rc rank_docs(struct sql *db, int64_t account, const struct ask *ask, const int64_t *docs, size_t n,
                         struct ranked *ret, size_t *ret_n, struct err *e)
{
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        auto_rows rows = { 0 };
        TRY(sql_rows(db, &rows, e, DOC, SQL_ARGS(I64(docs[i]), I64(account))));
        if (rows_next(&rows)) {
            struct ranked *r = &ret[(*ret_n)++];
            *r = (struct ranked){ .hit = { .id = row_i64(&rows, 0), .field = SEARCH_OTHER },
                                  .changed_ms = row_i64(&rows, 1) };
            rank(ask, row_text(&rows, 2), r);
        }
        TRY(rows_end(&rows, e));
    }
    qsort(ret, *ret_n, sizeof *ret, better);
    return RC_OK;
}

/* "0151 123 456" was typed as one number. */
static void take_words(struct arena *a, struct ask *ask)
{
    bool digits_before = false;

    for (struct str rest = ask->q->words, word; search_next_word(&rest, &word);) {
        bool        digits = search_all_digits(word);
        struct str *last = ask->n ? &ask->word[ask->n - 1] : NULL;
        if (digits && digits_before && last->n + word.n <= SEARCH_WORD_BYTES_MAX)
            *last = str_join(a, *last, S(""), word);
        else if (ask->n < SEARCH_WORDS_MAX)
            ask->word[ask->n++] = word;
        digits_before = digits && ask->n > 0 && search_all_digits(ask->word[ask->n - 1]);
    }
}

enum rc search_query(struct sql *db, struct arena *a, int64_t account, const struct search_query *q,
                     struct search_hit **ret, size_t *ret_n, size_t *ret_total, struct err *e)
{
    struct ask     ask = { .account = id_text(a, account), .q = q };
    struct map     seen = map_of(a);
    int64_t       *docs = arena_array(a, int64_t, SEARCH_CANDIDATES_MAX);
    struct ranked *ranked = arena_array(a, struct ranked, SEARCH_CANDIDATES_MAX);
    auto_buf       match = buf_of(QUERY_MAX);
    auto_rollback  view = { 0 };
    size_t         n = 0;

    TRY(sql_view(db, &view, e));
    take_words(a, &ask);
    if (ask.n == 0 && q->nfacets == 0)
        return err_set(e, RC_INVALID, "there is no word to look for");
    for (enum stage stage = ask.n ? NAME_EXACT : ANYWHERE; stage < STAGES && n < SEARCH_CANDIDATES_MAX; stage++) {
        put_match(&match, &ask, stage);
        TRY(candidates(db, buf_str(&match), &seen, docs, &n, e));
    }
    TRY(rank_docs(db, account, &ask, docs, n, ranked, ret_total, e));
    *ret_n = size_min(*ret_total, q->limit);
    *ret = arena_array(a, struct search_hit, *ret_n ? *ret_n : 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = ranked[i].hit;
    return RC_OK;
}

enum rc search_tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
{
    int64_t until = clock_mono_us() + ms * 1000;

    for (*ret_done = false; !*ret_done && clock_mono_us() < until;) {
        int64_t before = 0, after = 0;
        TRY(sql_one_i64(db, e, CHANGES, SQL_NONE, &before));
        TRY(sql_run(db, e, MERGE, SQL_ARGS(I64(MERGE_PAGES)), NULL));
        TRY(sql_one_i64(db, e, CHANGES, SQL_NONE, &after));
        *ret_done = after - before < 2;
    }
    return RC_OK;
}
