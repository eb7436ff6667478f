#include "base/rand.h"
#include "io/search_driver.h"
#include "io/search_terms.h"

static const char DOCS[] =
    "create table if not exists search_docs (account_id bigint not null, card_id bigint not null,"
    " changed_ms bigint not null, body text collate \"C\" not null, primary key (account_id, card_id))";
static const char PUT[] = "insert into search_docs (account_id, card_id, changed_ms, body) values ($1, $2, $3, $4)"
                          " on conflict (account_id, card_id) do update set changed_ms = excluded.changed_ms, body = "
                          "excluded.body where search_docs.body <> excluded.body";
static const char DROP[] = "delete from search_docs where account_id = $1 and card_id = $2";
static const char ALL[] =
    "select card_id, changed_ms, body from search_docs where account_id = $1 order by changed_ms desc";

static enum rc setup(struct sql *db, struct err *e) { return sql_run(db, e, DOCS, SQL_NONE, NULL); }

static enum rc put(struct sql *db, int64_t account, const struct search_doc *docs, size_t n, struct err *e)
{
    auto_buf body = buf_of(2 * SEARCH_DOC_BYTES_MAX + SEARCH_FACETS_MAX * 257);

    for (size_t i = 0; i < n; i++) {
        buf_clear(&body);
        search_put_body(&body, &docs[i]);
        TRY(sql_run(db, e, PUT, SQL_ARGS(I64(account), I64(docs[i].id), I64(docs[i].order), TEXT(buf_str(&body))),
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

static bool has_word(struct str text, struct str asked, bool phones)
{
    for (struct str word; search_next_word(&text, &word);)
        if (str_starts(word, asked) ||
            (phones && search_all_digits(asked) && asked.n >= DIGITS_LEAST && str_ends(word, search_no_zeros(asked))))
            return true;
    return false;
}

static bool has_facet(struct str facets, struct str asked)
{
    for (struct str facet; facets.n && str_next(&facets, '\t', &facet);)
        if (str_eq(facet, asked))
            return true;
    return false;
}

static bool matches(const struct search_ask *ask, struct str text)
{
    struct search_body b = search_body_of(text);

    for (size_t i = 0; i < ask->n; i++) {
        bool found = false;
        for (int f = 0; f < SEARCH_FIELDS && !found; f++)
            found = has_word(b.field[f], ask->word[i], f == SEARCH_PHONE);
        if (!found)
            return false;
    }
    for (size_t i = 0; i < ask->nfacets; i++)
        if (!has_facet(b.facets, ask->facet[i]))
            return false;
    return true;
}

static enum rc find(struct sql *db, const struct search_ask *ask, struct search_ranking *to, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, ALL, SQL_ARGS(I64(ask->account))));
    while (rows_next(&rows))
        if (matches(ask, row_text(&rows, 2)))
            search_candidate(to, row_i64(&rows, 0), row_i64(&rows, 1), row_text(&rows, 2));
    return rows_end(&rows, e);
}

static enum rc tidy(struct sql *db, int64_t ms, bool *ret_done, struct err *e)
{
    (void)db;
    (void)ms;
    (void)e;
    *ret_done = true;
    return RC_OK;
}

const struct search_driver search_postgres = {
    .setup = setup,
    .put = put,
    .remove = remove_all,
    .find = find,
    .tidy = tidy,
};
