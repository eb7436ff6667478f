/* Reads paths, queries, cookies and header parameters. */
#include "io/http/http_query.h"
#include "base/utf8.h"

static int hex(char c)
{
    if (ascii_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret)
{
    char  *p = arena_raw(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        p[n++] = c;
    }
    p[n] = '\0';
    *ret = (struct str){ p, n };
    return utf8_valid(*ret);
}

struct str query_get(const struct query *q, struct str name)
{
    for (size_t i = 0; i < q->n; i++)
        if (str_eq(q->field[i].name, name))
            return q->field[i].value;
    return (struct str){ NULL, 0 };
}

enum rc query_parse(struct arena *a, struct str text, struct query *ret, struct err *e)
{
    struct str pair, name, value;

    ret->n = 0;
    if (text.n > QUERY_BYTES_MAX)
        return err_set(e, RC_MALFORMED, "the query is longer than %d bytes", QUERY_BYTES_MAX);
    while (text.n && str_next(&text, '&', &pair)) {
        size_t eq = str_find(pair, S("="), 0);
        if (pair.n == 0)
            continue;
        if (!url_decode(a, str_head(pair, eq), true, &name) ||
            !url_decode(a, eq == SIZE_MAX ? S("") : str_from(pair, eq + 1), true, &value))
            return err_set(e, RC_MALFORMED, "the query is not percent-encoded UTF-8");
        if (ret->n == QUERY_FIELDS_MAX)
            return err_set(e, RC_MALFORMED, "the query has more than %d fields", QUERY_FIELDS_MAX);
        if (query_get(ret, name).p)
            return err_set(e, RC_MALFORMED, "a query field is given twice");
        ret->field[ret->n++] = (struct query_field){ name, value };
    }
    return RC_OK;
}

struct str cookie_get(struct str header, struct str name)
{
    struct str pair;

    while (header.n && str_next(&header, ';', &pair)) {
        pair = str_trim(pair);
        if (pair.n > name.n && pair.p[name.n] == '=' && str_starts(pair, name))
            return str_from(pair, name.n + 1);
    }
    return (struct str){ NULL, 0 };
}

struct str header_main(struct str value) { return str_trim(str_head(value, str_find(value, S(";"), 0))); }

/* Takes `name=value` or `name="quoted \" value"` off *rest, which begins after a ';'. */
static struct str param_value(struct arena *a, struct str *rest)
{
    if (!rest->n || rest->p[0] != '"') {
        struct str v = str_head(*rest, str_find(*rest, S(";"), 0));
        *rest = str_from(*rest, v.n);
        return str_trim(v);
    }
    char  *p = arena_raw(a, rest->n);
    size_t n = 0, i = 1;
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        p[n++] = rest->p[i];
    }
    *rest = str_from(*rest, i + 1);
    return (struct str){ p, n };
}

struct str header_param(struct arena *a, struct str value, struct str name)
{
    size_t at = str_find(value, S(";"), 0);

    while (at != SIZE_MAX && at < value.n) {
        value = str_from(value, at + 1);
        size_t eq = str_find(value, S("="), 0), next = str_find(value, S(";"), 0);
        if (eq == SIZE_MAX)
            break;
        if (next < eq) {
            at = next;
            continue;
        }
        struct str key = str_trim(str_head(value, eq));
        value = str_trim(str_from(value, eq + 1));
        struct str v = param_value(a, &value);
        if (str_ieq(key, name))
            return v;
        at = str_find(value, S(";"), 0);
    }
    return (struct str){ NULL, 0 };
}

bool header_accepts(struct str value, struct str token)
{
    struct str item;

    while (value.n && str_next(&value, ',', &item)) {
        if (!str_ieq(header_main(item), token))
            continue;
        size_t q = str_find(item, S("q="), 0);
        if (q == SIZE_MAX)
            return true;
        item = str_trim(str_from(item, q + 2));
        for (size_t i = 0; i < item.n; i++)
            if (item.p[i] >= '1' && item.p[i] <= '9')
                return true;
        return false;
    }
    return false;
}
