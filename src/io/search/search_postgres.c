/* The search index in PostgreSQL's full text search. */
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "io/search/search_driver.h"
#include "io/search/search_terms.h"

/* A document is a row with its terms.  GIN keeps new ones in a list of their own and sorts in many at once: three times cheaper than
 * one by one, and a list of a quarter of a MiB costs the query that reads it, and the writer that empties it, a millisecond or a few. */
static const char SETUP[] =
    "create table if not exists search_docs (account_id bigint not null, card_id bigint not null,"
    " changed_ms bigint not null, body text not null, terms tsvector not null, primary key (account_id, card_id));"
    "create index if not exists search_docs_terms on search_docs using gin (terms)"
    " with (fastupdate = on, gin_pending_list_limit = 256);"
    "create index if not exists search_docs_newest on search_docs (account_id, changed_ms);";
static const char THERE[] = "select count(*) from pg_class where oid = to_regclass('search_docs_newest')";

static const char PUT[] =
    "insert into search_docs (account_id, card_id, changed_ms, body, terms)"
    " values ($1, $2, $3, $4, array_to_tsvector(string_to_array(rtrim($5), ' ')))"
    " on conflict (account_id, card_id) do update set changed_ms = excluded.changed_ms, body = excluded.body,"
    " terms = excluded.terms where search_docs.body <> excluded.body";
static const char CLEAR[] = "truncate search_docs";
static const char DROP[] = "delete from search_docs where account_id = $1 and card_id = $2";

/* What few match, by its terms.  The sum keeps the planner from walking through the account by time. */
#define FIND_BY(more)                                                                                             \
    "select card_id, changed_ms, body from search_docs where account_id = $1 and terms @@ $2::text::tsquery" more \
    " order by changed_ms + 0 desc limit 400"
static const char FIND[] = FIND_BY("");
/* By the terms that say most, then by all of them ($3); the function is the operator without its index. */
static const char FIND_AND_LOOK[] = FIND_BY(" and ts_match_vq(terms, $3::text::tsquery)");
/* What a large part of an account matches, as one letter: the newest are read until enough do. */
#define LOOK_AMONG(newest)                                                                            \
    "select card_id, changed_ms, body from (select card_id, changed_ms, body, terms from search_docs" \
    " where account_id = $1 order by changed_ms desc limit " newest ") newest"                        \
    " where terms @@ $2::text::tsquery limit 400"
static const char LOOK_FEW[] = LOOK_AMONG("1000");
static const char LOOK_MANY[] = LOOK_AMONG("8000");
/* A planner without statistics would read and sort all of the account for it. */
static const char IN_ORDER[] = "set local enable_bitmapscan = off";
static const char IN_ANY_ORDER[] = "set local enable_bitmapscan = on";
static const char CLEAN[] = "select gin_clean_pending_list('search_docs_terms'::regclass)";
_Static_assert(SEARCH_CANDIDATES_MAX == 400, "the limit is a literal in the statements");

enum { FEW_HAVE_IT = 80 }; /* of the 1,000 newest: less, and asking the index is cheaper than looking on */
enum { TERMS_MAX = SEARCH_DOC_BYTES_MAX * 12, QUERY_MAX = 64 << 10, ACCOUNT_CHARS = 6, FEW_LETTERS = 3 };

/* Terms of accounts lie apart.  That two of them might share their letters costs time, not secrecy: rows name the account. */
static struct str account_letters(int64_t account, char to[ACCOUNT_CHARS])
{
    uint64_t hash = hash64((struct str){ (const char *)&account, sizeof account }, 0);

    for (int i = 0; i < ACCOUNT_CHARS; i++)
        to[i] = "0123456789abcdefghijklmnopqrstuv"[hash >> (59 - 5 * i) & 31];
    return (struct str){ to, ACCOUNT_CHARS };
}

static enum rc setup(struct sql *db, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       there = 0;

    TRY(sql_one_i64(db, e, THERE, SQL_NONE, &there));
    if (there)
        return RC_OK;
    TRY(sql_join(db, &own, e));
    TRY(sql_script(db, e, str_of(SETUP)));
    return sql_leave(&own, e);
}

/* ---- writing ---- */

static enum rc put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e)
{
    auto_terms terms = { buf_of(TERMS_MAX), buf_of(TERMS_MAX) };
    auto_buf   body = buf_of(2 * SEARCH_DOC_BYTES_MAX + SEARCH_FACETS_MAX * 257);
    char       letters[ACCOUNT_CHARS];
    struct str prefix = account_letters(account, letters);

    for (size_t i = 0; i < n; i++) {
        buf_clear(&body);
        search_put_body(&body, &docs[i]);
        search_put_terms(&terms, prefix, TERM_NAME, buf_str(&body));
        buf_put(&terms.name, buf_str(&terms.other));
        TRY(sql_run(db, e, PUT,
                    SQL_ARGS(I64(account), I64(docs[i].id), I64(docs[i].order), TEXT(buf_str(&body)),
                             TEXT(buf_str(&terms.name))),
                    NULL));
    }
    return RC_OK;
}

static enum rc remove_all(struct sql *db, int64_t account, const int64_t *ids, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, DROP, SQL_ARGS(I64(account), I64(ids[i])), NULL));
    return RC_OK;
}

static enum rc clear(struct sql *db, struct err *e) { return sql_run(db, e, CLEAR, SQL_NONE, NULL); }

/* ---- asking ---- */

enum stage { NAME_EXACT, NAME_PREFIX, ANYWHERE };

static void put_term(struct buf *b, struct str account, char kind, struct str word, bool prefix)
{
    buf_char(b, '\'');
    buf_put(b, account);
    buf_char(b, kind);
    buf_put(b, word);
    buf_put(b, prefix ? S("':*") : S("'"));
}

static void put_anywhere(struct buf *b, struct str account, struct str word)
{
    char space[SEARCH_WORD_BYTES_MAX];

    buf_char(b, '(');
    put_term(b, account, TERM_NAME, word, true);
    buf_char(b, '|');
    put_term(b, account, TERM_WORD, word, true);
    if (search_all_digits(word) && word.n >= DIGITS_LEAST) {
        buf_char(b, '|');
        put_term(b, account, TERM_REVERSED, search_reversed(search_no_zeros(word), space), true);
    }
    buf_char(b, ')');
}

static void put_and(struct buf *b)
{
    if (b->n)
        buf_char(b, '&');
}

static size_t longest(const struct search_ask *ask)
{
    size_t n = 0;

    for (size_t i = 0; i < ask->n; i++)
        n = ask->word[i].n > n ? ask->word[i].n : n;
    return n;
}

/* Words of fewer letters than least are left out. */
static void put_query(struct buf *b, const struct search_ask *ask, enum stage stage, size_t least)
{
    char       letters[ACCOUNT_CHARS], space[FACET_CHARS];
    struct str account = account_letters(ask->account, letters);

    for (size_t i = 0; i < ask->n; i++) {
        if (ask->word[i].n < least)
            continue;
        put_and(b);
        if (stage == ANYWHERE)
            put_anywhere(b, account, ask->word[i]);
        else
            put_term(b, account, TERM_NAME, ask->word[i], stage == NAME_PREFIX);
    }
    for (size_t i = 0; i < ask->nfacets; i++) {
        put_and(b);
        put_term(b, account, TERM_FACET, search_facet_word(ask->facet[i], space), false);
    }
}

struct found {
    int64_t    id, changed_ms;
    struct str body;
};
struct founds {
    struct arena *a;
    VEC(struct found) list;
};

static enum rc collect(struct sql *db, const char *text, const struct sql_arg *args, size_t nargs, struct founds *to,
                       struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, text, args, nargs));
    to->list.n = 0;
    while (rows_next(&rows))
        *vec_push(to->a, &to->list) =
            (struct found){ row_i64(&rows, 0), row_i64(&rows, 1), str_copy(to->a, row_text(&rows, 2)) };
    return rows_end(&rows, e);
}

/* ret_enough: asking the index would not be worth it. */
static enum rc look(struct sql *db, const struct search_ask *ask, struct str query, struct founds *to, bool *ret_enough,
                    struct err *e)
{
    TRY(sql_run(db, e, IN_ORDER, SQL_NONE, NULL));
    TRY(collect(db, LOOK_FEW, SQL_ARGS(I64(ask->account), TEXT(query)), to, e));
    *ret_enough = to->list.n >= FEW_HAVE_IT;
    if (*ret_enough && to->list.n < SEARCH_CANDIDATES_MAX)
        TRY(collect(db, LOOK_MANY, SQL_ARGS(I64(ask->account), TEXT(query)), to, e));
    return sql_run(db, e, IN_ANY_ORDER, SQL_NONE, NULL);
}

static enum rc find_stage(struct sql *db, const struct search_ask *ask, enum stage stage, struct founds *to,
                          struct err *e)
{
    auto_buf query = buf_of(QUERY_MAX), most = buf_of(QUERY_MAX);
    size_t   letters = longest(ask);
    bool     enough = false;

    put_query(&query, ask, stage, 0);
    put_query(&most, ask, stage, letters < FEW_LETTERS ? letters : FEW_LETTERS);
    if (ask->n == 0 || (stage != NAME_EXACT && letters <= FEW_LETTERS))
        TRY(look(db, ask, buf_str(&query), to, &enough, e));
    if (enough && (to->list.n == SEARCH_CANDIDATES_MAX || stage == NAME_PREFIX))
        return RC_OK;
    if (str_eq(buf_str(&most), buf_str(&query)))
        return collect(db, FIND, SQL_ARGS(I64(ask->account), TEXT(buf_str(&query))), to, e);
    return collect(db, FIND_AND_LOOK, SQL_ARGS(I64(ask->account), TEXT(buf_str(&most)), TEXT(buf_str(&query))), to, e);
}

static void offer(struct search_ranking *to, struct map *seen, const struct founds *found)
{
    for (size_t i = 0; i < found->list.n; i++) {
        const struct found *f = &found->list.v[i];
        if (!(*map_at_u64(seen, (uint64_t)f->id))++)
            search_candidate(to, f->id, f->changed_ms, f->body);
    }
}

/* Of few letters names alone are mostly enough. */
static enum rc find_short(struct sql *db, const struct search_ask *ask, struct map *seen, struct search_ranking *to,
                          struct err *e)
{
    struct founds found = { .a = seen->a };

    for (enum stage s = NAME_EXACT; s <= ANYWHERE && seen->n < SEARCH_CANDIDATES_MAX; s++) {
        TRY(find_stage(db, ask, s, &found, e));
        offer(to, seen, &found);
    }
    return RC_OK;
}

/* Mostly all there is fits, and one question is enough. */
static enum rc find_long(struct sql *db, const struct search_ask *ask, struct map *seen, struct search_ranking *to,
                         struct err *e)
{
    struct founds anywhere = { .a = seen->a }, named = { .a = seen->a };

    TRY(find_stage(db, ask, ANYWHERE, &anywhere, e));
    for (enum stage s = NAME_EXACT; s < ANYWHERE && ask->n && anywhere.list.n == SEARCH_CANDIDATES_MAX; s++) {
        TRY(find_stage(db, ask, s, &named, e));
        offer(to, seen, &named);
    }
    offer(to, seen, &anywhere);
    return RC_OK;
}

static enum rc find(struct sql *db, const struct search_ask *ask, struct search_ranking *to, struct err *e)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct map seen = map_of(a);

    for (size_t i = 0; i < ask->n; i++)
        if (!utf8_valid(ask->word[i]))
            return RC_OK; /* no document has it */
    return (ask->n && longest(ask) <= FEW_LETTERS ? find_short : find_long)(db, ask, &seen, to, e);
}

static enum rc tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
{
    int64_t pages = 0;

    (void)ms;
    TRY(sql_one_i64(db, e, CLEAN, SQL_NONE, &pages));
    *ret_done = true;
    return RC_OK;
}

/* Vacuum takes what is gone out of a GIN index and out of its table. */
static enum rc rewrite(struct sql *db, struct err *e)
{
    (void)db, (void)e;
    return RC_OK;
}

const struct search_driver search_postgres = {
    .setup = setup,
    .put = put,
    .clear = clear,
    .remove = remove_all,
    .find = find,
    .tidy = tidy,
    .rewrite = rewrite,
};
