/* Turns the one SQL text into the words of SQLite or PostgreSQL. */
#include "io/sql/sql_dialect.h"

struct sql_dialect {
    struct str open, also; /* how its comments begin */
    struct {
        struct str from, to;
    } word[2];
};

const struct sql_dialect sql_dialect_sqlite = { .open = S("/*sqlite:"),
                                                .word = { { S("bigint"), S("integer") }, { S("bytea"), S("blob") } } };
const struct sql_dialect sql_dialect_postgres = { .open = S("/*postgres:"),
                                                  .word = { { S("text"), S("text collate \"C\"") } } };
const struct sql_dialect sql_dialect_sqlite_statement = { .open = S("/*sqlite:") };
const struct sql_dialect sql_dialect_postgres_statement = { .open = S("/*postgres:") };
const struct sql_dialect sql_dialect_citus_statement = { .open = S("/*postgres:"), .also = S("/*citus:") };

static bool in_word(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

/* Length of what begins at s: up to and with the end mark, or all that is left. */
static size_t upto(struct str s, struct str mark, size_t from)
{
    size_t at = str_find(s, mark, from);
    return at == SIZE_MAX ? s.n : at + mark.n;
}

static void put_word(struct buf *to, struct str word, const struct sql_dialect *d)
{
    for (size_t i = 0; i < countof(d->word); i++)
        if (d->word[i].from.n && str_ieq(word, d->word[i].from))
            word = d->word[i].to;
    buf_put(to, word);
}

/* Takes one token off s. */
static size_t put_token(struct buf *to, struct str s, const struct sql_dialect *d)
{
    static const struct str close = S("*/");
    size_t                  n = 1;

    if (str_starts(s, S("/*"))) {
        struct str open = d->also.n && str_starts(s, d->also) ? d->also : d->open;
        n = upto(s, close, 2);
        if (str_starts(s, open))
            sql_dialect(to, str_from(str_head(s, n - (str_ends(str_head(s, n), close) ? close.n : 0)), open.n), d);
        else
            buf_char(to, ' ');
        return n;
    }
    if (str_starts(s, S("--"))) {
        buf_char(to, '\n');
        return upto(s, S("\n"), 2);
    }
    if (in_word(s.p[0])) {
        while (n < s.n && in_word(s.p[n]))
            n++;
        put_word(to, str_head(s, n), d);
        return n;
    }
    if (s.p[0] == '\'' || s.p[0] == '"')
        n = upto(s, str_head(s, 1), 1);
    buf_put(to, str_head(s, n));
    return n;
}

void sql_dialect(struct buf *to, struct str text, const struct sql_dialect *d)
{
    while (text.n)
        text = str_from(text, put_token(to, text, d));
}
