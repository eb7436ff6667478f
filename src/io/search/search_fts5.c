/* The search index in SQLite's FTS5. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/vec.h"
#include "io/search/search_driver.h"
#include "io/search/search_terms.h"

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
static const char CLEAR[] = "delete from search_docs";
static const char INDEX_CLEAR[] = "insert into search_index (search_index) values ('delete-all')";
static const char MATCH[] = "select rowid from search_index where search_index match $1 order by rowid desc limit $2";
static const char DOC[] = "select card_id, changed_ms, body from search_docs where doc = $1 and account_id = $2";
static const char MERGE[] = "insert into search_index (search_index, rank) values ('merge', $1)";
static const char CHANGES[] = "select total_changes()";

enum { TERMS_MAX = SEARCH_DOC_BYTES_MAX * 12, QUERY_MAX = 64 << 10, MERGE_PAGES = 200 };

static enum rc setup(struct sql *db, struct err *e)
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
    search_put_terms(t, name, TERM_WORD, old->body);
    TRY(sql_run(db, e, INDEX_DROP, SQL_ARGS(I64(old->doc), TEXT(buf_str(&t->name)), TEXT(buf_str(&t->other))), NULL));
    return sql_run(db, e, DROP, SQL_ARGS(I64(account), I64(id)), NULL);
}

static enum rc add(struct sql *db, struct search_terms *t, struct str name, int64_t account, const struct search_doc *d,
                   struct str body, struct err *e)
{
    int64_t doc = 0;

    TRY(sql_run(db, e, ADD, SQL_ARGS(I64(account), I64(d->id), I64(d->order), TEXT(body)), NULL));
    TRY(sql_one_i64(db, e, ADDED, SQL_NONE, &doc));
    search_put_terms(t, name, TERM_WORD, body);
    return sql_run(db, e, INDEX_ADD, SQL_ARGS(I64(doc), TEXT(buf_str(&t->name)), TEXT(buf_str(&t->other))), NULL);
}

static enum rc put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(32 << 10);
    auto_terms terms = { buf_of(TERMS_MAX), buf_of(TERMS_MAX) };
    auto_buf   body = buf_of(2 * SEARCH_DOC_BYTES_MAX + SEARCH_FACETS_MAX * 257);
    char       name[ID_CHARS];

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

static enum rc remove_all(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e)
{
    auto_free(arena) a = arena_new(32 << 10);
    auto_terms terms = { buf_of(TERMS_MAX), buf_of(TERMS_MAX) };
    char       name[ID_CHARS];

    id_print(account, name);
    for (size_t i = 0; i < n; i++, arena_reset(a)) {
        struct old old;
        TRY(old_of(db, a, account, ids[i], &old, e));
        if (old.doc)
            TRY(drop(db, &terms, (struct str){ name, ID_CHARS }, account, ids[i], &old, e));
    }
    return RC_OK;
}

static enum rc clear(struct sql *db, struct err *e)
{
    TRY(sql_run(db, e, INDEX_CLEAR, SQL_NONE, NULL));
    return sql_run(db, e, CLEAR, SQL_NONE, NULL);
}

/* ---- asking ---- */

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

static void put_match(struct buf *b, struct str account, const struct search_ask *ask, enum stage stage)
{
    char space[16];

    buf_clear(b);
    for (size_t i = 0; i < ask->n; i++) {
        put_and(b);
        if (stage == ANYWHERE)
            put_anywhere(b, account, ask->word[i]);
        else {
            buf_put(b, S("name : "));
            put_quoted(b, account, TERM_WORD, ask->word[i], stage == NAME_PREFIX);
        }
    }
    for (size_t i = 0; i < ask->nfacets; i++) {
        put_and(b);
        put_quoted(b, account, TERM_FACET, search_facet_word(ask->facet[i], space), false);
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

static enum rc rank_docs(struct sql *db, int64_t account, const int64_t *docs, size_t n, struct search_ranking *to,
                         struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        auto_rows rows = { 0 };
        TRY(sql_rows(db, &rows, e, DOC, SQL_ARGS(I64(docs[i]), I64(account))));
        if (rows_next(&rows))
            search_candidate(to, row_i64(&rows, 0), row_i64(&rows, 1), row_text(&rows, 2));
        TRY(rows_end(&rows, e));
    }
    return RC_OK;
}

static enum rc find(struct sql *db, const struct search_ask *ask, struct search_ranking *to, struct err *e)
{
    auto_free(arena) a = arena_new(16 << 10);
    struct map seen = map_of(a);
    int64_t    docs[SEARCH_CANDIDATES_MAX];
    auto_buf   match = buf_of(QUERY_MAX);
    size_t     n = 0;

    for (enum stage stage = ask->n ? NAME_EXACT : ANYWHERE; stage < STAGES && n < SEARCH_CANDIDATES_MAX; stage++) {
        put_match(&match, id_text(a, ask->account), ask, stage);
        TRY(candidates(db, buf_str(&match), &seen, docs, &n, e));
    }
    return rank_docs(db, ask->account, docs, n, to, e);
}

static enum rc tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
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

/* A merge of a negative number puts all pieces on one level, so that those that follow join them all. */
static enum rc rewrite(struct sql *db, struct err *e)
{
    return sql_run(db, e, MERGE, SQL_ARGS(I64(-MERGE_PAGES)), NULL);
}

const struct search_driver search_fts5 = {
    .setup = setup,
    .put = put,
    .clear = clear,
    .remove = remove_all,
    .find = find,
    .tidy = tidy,
    .rewrite = rewrite,
};
