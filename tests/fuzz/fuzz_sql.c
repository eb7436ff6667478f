/* Any bytes as a statement or a schema file, of the kind that the first byte chooses.  A text without comments, and without words of the schema, comes
 * out as it went in, and what is made of it is not larger than the words make it. */
#include <stdlib.h>
#include "base/arena.h"
#include "io/sql/pg_each.h"
#include "io/sql/sql_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct sql_dialect *const dialects[] = { &sql_dialect_sqlite, &sql_dialect_postgres,
                                                      &sql_dialect_sqlite_statement, &sql_dialect_postgres_statement,
                                                      &sql_dialect_citus_statement };
enum { STATEMENTS_FROM = 2, WORDS_GROW = 5 };

static void must(bool truth)
{
    if (!truth)
        abort();
}

static bool has(struct str s, struct str part) { return str_find(s, part, 0) != SIZE_MAX; }

static void dialect(struct str text, size_t which)
{
    auto_buf b = buf_of(SQL_SCRIPT_MAX);

    sql_dialect(&b, text, dialects[which]);
    must(buf_str(&b).n <= WORDS_GROW * text.n);
    if (which >= STATEMENTS_FROM && !has(text, S("/*")) && !has(text, S("--")))
        must(str_eq(buf_str(&b), text));
}

/* A statement as store/ writes them, with anything where its columns and conditions stand. */
static void each(struct arena *a, struct str text, size_t which)
{
    static const char *const    shape[] = { "select " STR_FMT, "insert into t values (" STR_FMT,
                                            "delete from t where " STR_FMT, "update t set " STR_FMT " where true" };
    static const struct sql_arg args[1], key[2] = { { .type = SQL_TEXT }, { .type = SQL_I64 } };
    const struct sql_each       e = { .args = args, .key = key, .nargs = 1, .width = 2, .n = 1 };
    auto_buf                    b = buf_of(SQL_SCRIPT_MAX);
    struct str                  statement = str_fmt(a, shape[which % countof(shape)], STR_ARG(text));

    pg_each_text(&b, statement, &e);
    must(has(buf_str(&b), S("unnest($2::text[], $3::bigint[]) with ordinality as k(v2, v3, ord)")));
    must(has(buf_str(&b), S("$1")) == has(text, S("$1")) || has(text, S("$")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(64 << 10);

    if (!n)
        return 0;
    struct str text = { (const char *)data + 1, n - 1 };
    if (data[0] < countof(dialects))
        dialect(text, data[0]);
    else
        each(a, text, data[0]);
    return 0;
}
