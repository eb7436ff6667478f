#include "io/sql_dialect.h"

static const struct {
    struct str from, to;
} words[] = {
    { S("bigint"), S("integer") },
    { S("bytea"), S("blob") },
};

static bool in_word(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

/* Length of what begins at s: up to and with the end mark, or all that is left. */
static size_t upto(struct str s, struct str mark, size_t from)
{
    size_t at = str_find(s, mark, from);
    return at == SIZE_MAX ? s.n : at + mark.n;
}

static void put_word(struct buf *to, struct str word)
{
    for (size_t i = 0; i < countof(words); i++)
        if (str_ieq(word, words[i].from))
            word = words[i].to;
    buf_put(to, word);
}

/* Takes one token off s. */
static size_t put_token(struct buf *to, struct str s)
{
    static const struct str open = S("/*sqlite:"), close = S("*/");
    size_t                  n = 1;

    if (str_starts(s, open)) {
        n = upto(s, close, open.n);
        sql_dialect_sqlite(to, (struct str){ s.p + open.n, n - open.n - close.n });
        return n;
    }
    if (in_word(s.p[0])) {
        while (n < s.n && in_word(s.p[n]))
            n++;
        put_word(to, str_head(s, n));
        return n;
    }
    if (str_starts(s, S("/*")))
        n = upto(s, close, 2);
    else if (str_starts(s, S("--")))
        n = upto(s, S("\n"), 2);
    else if (s.p[0] == '\'' || s.p[0] == '"')
        n = upto(s, str_head(s, 1), 1);
    buf_put(to, str_head(s, n));
    return n;
}

void sql_dialect_sqlite(struct buf *to, struct str script)
{
    while (script.n)
        script = str_from(script, put_token(to, script));
}
