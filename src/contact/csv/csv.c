/* The CSV reader and writer of records (RFC 4180). */
#include "contact/csv/csv.h"
#include "base/vec.h"

enum { LOOK_RECORDS = 20, LOOK_BYTES = 1 << 16, HEADER_WEIGHS = 2 * CSV_FIELDS_MAX };

typedef VEC(struct str) fields;

static bool is_end(char c) { return c == '\n' || c == '\r'; }

/* Past one line end, counted. */
static void skip_line_end(struct csv *c)
{
    if (c->at >= c->text.n || !is_end(c->text.p[c->at]))
        return;
    c->at += c->text.p[c->at] == '\r' && c->at + 1 < c->text.n && c->text.p[c->at + 1] == '\n' ? 2 : 1;
    c->line++;
}

static size_t lines_in(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
    return n;
}

/* Up to the delimiter or the line end. */
static struct str plain_field(struct csv *c)
{
    size_t from = c->at;

    while (c->at < c->text.n && c->text.p[c->at] != c->delimiter && !is_end(c->text.p[c->at]))
        c->at++;
    return (struct str){ c->text.p + from, c->at - from };
}

/* Place of the quote that closes, from the byte behind the opening one; SIZE_MAX when there is none near enough. */
static size_t closing_quote(const struct csv *c, size_t from, bool *ret_doubled)
{
    size_t end = size_min(c->text.n, from + CSV_FIELD_BYTES_MAX);

    *ret_doubled = false;
    while (from < end) {
        const char *at = memchr(c->text.p + from, '"', end - from);
        if (!at)
            break;
        from = (size_t)(at - c->text.p);
        if (from + 1 >= c->text.n || c->text.p[from + 1] != '"')
            return from;
        *ret_doubled = true;
        from += 2;
    }
    return SIZE_MAX;
}

static struct str undoubled(struct arena *a, struct str s, struct str tail)
{
    char  *p = arena_raw(a, s.n + tail.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        p[n++] = s.p[i];
        i += s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"';
    }
    if (tail.n)
        memcpy(p + n, tail.p, tail.n);
    return (struct str){ p, n + tail.n };
}

static struct str quoted_field(struct csv *c, struct arena *a, const char **fault)
{
    bool   doubled;
    size_t from = c->at + 1, close = closing_quote(c, from, &doubled);

    if (close == SIZE_MAX) {
        *fault = "a quote is not closed";
        return plain_field(c);
    }
    struct str inside = { c->text.p + from, close - from };
    c->line += lines_in(inside);
    c->at = close + 1;
    struct str tail = plain_field(c);
    if (tail.n)
        *fault = "text after a closing quote";
    return doubled || tail.n ? undoubled(a, inside, tail) : inside;
}

bool csv_next(struct csv *c, struct arena *a, struct csv_record *ret)
{
    fields list = { 0 };

    while (c->at < c->text.n && is_end(c->text.p[c->at]))
        skip_line_end(c);
    if (c->at >= c->text.n)
        return false;
    *ret = (struct csv_record){ .line = c->line };
    size_t from = c->at;
    for (bool more = true; more;) {
        bool       quoted = c->at < c->text.n && c->text.p[c->at] == '"';
        struct str field = quoted ? quoted_field(c, a, &ret->fault) : plain_field(c);
        more = c->at < c->text.n && c->text.p[c->at] == c->delimiter;
        c->at += more;
        if (list.n == CSV_FIELDS_MAX) {
            ret->fault = "more than 512 fields";
            continue;
        }
        if (field.n > CSV_FIELD_BYTES_MAX) {
            ret->fault = "a field of more than 1 MiB is cut";
            field.n = CSV_FIELD_BYTES_MAX;
        }
        *vec_push(a, &list) = field;
    }
    ret->raw = (struct str){ c->text.p + from, c->at - from };
    skip_line_end(c);
    ret->field = list.v;
    ret->n = list.n;
    return true;
}

struct csv csv_resume(struct str chunk, char delimiter, size_t line)
{
    return (struct csv){ .text = chunk, .line = line, .delimiter = delimiter };
}

/* How well this delimiter cuts the first records: records of the commonest width (of two at least), wide ones first.  That of the header
 * goes before any: what parts the values inside of cells does not part the names of columns. */
static size_t fit(struct str head, char delimiter)
{
    auto_free(arena) a = arena_new(1 << 14);
    struct csv        c = csv_resume(head, delimiter, 1);
    struct csv_record r;
    size_t            width[LOOK_RECORDS], n = 0, best = 0;

    while (n < LOOK_RECORDS && csv_next(&c, a, &r))
        width[n++] = r.fault ? 1 : r.n; /* "a";"b" is not cut by commas */
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = 0; k < n; k++)
            same += width[k] == width[i];
        bool   header = width[i] == width[0] && same * 2 > n;
        size_t score = width[i] > 1 ? same * width[i] * (header ? (size_t)HEADER_WEIGHS : 1) : 0;
        best = score > best ? score : best;
    }
    return best;
}

/* Excel's first line, which names the delimiter: sep=; or "sep=;" */
static bool sep_line(struct csv *c, struct str head)
{
    bool quoted = head.n && head.p[0] == '"';

    head = str_from(head, quoted ? 1 : 0);
    if (!str_ieq(str_head(head, 4), S("sep=")) || head.n < 5 || is_end(head.p[4]))
        return false;
    size_t end = 5 + (quoted && head.n > 5 && head.p[5] == '"' ? 1u : 0u);
    if (end < head.n && !is_end(head.p[end]))
        return false;
    c->delimiter = head.p[4];
    c->at += end + (quoted ? 1 : 0);
    skip_line_end(c);
    return true;
}

struct csv csv_open(struct str text)
{
    static const char candidates[] = ",;\t|";
    struct csv        c = { .text = text, .line = 1, .delimiter = ',' };
    size_t            best = 0;

    if (str_starts(text, S("\xef\xbb\xbf")))
        c.at = 3;
    struct str head = str_head(str_from(text, c.at), LOOK_BYTES);
    if (sep_line(&c, head))
        return c;
    for (size_t i = 0; candidates[i]; i++) {
        size_t score = fit(head, candidates[i]);
        if (score > best) {
            best = score;
            c.delimiter = candidates[i];
        }
    }
    return c;
}

/* ---- writing ---- */

static bool could_be_formula(struct str s, bool free_text)
{
    return s.n && s.p[0] && strchr(free_text ? "=@\t\r+-" : "=@\t\r", s.p[0]);
}

void csv_put(struct buf *b, bool first, struct str value, bool free_text)
{
    bool quote = false;

    if (!first)
        buf_char(b, ',');
    for (size_t i = 0; i < value.n && !quote; i++)
        quote = value.p[i] == '"' || value.p[i] == ',' || is_end(value.p[i]) || value.p[i] == ';' || value.p[i] == '\t';
    if (quote)
        buf_char(b, '"');
    if (could_be_formula(value, free_text))
        buf_char(b, '\'');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, value.p[i]);
    }
    if (quote)
        buf_char(b, '"');
}

void csv_end(struct buf *b) { buf_put(b, S("\r\n")); }

struct str csv_plain(struct str field)
{
    return field.n > 1 && field.p[0] == '\'' && could_be_formula(str_from(field, 1), true) ? str_from(field, 1) : field;
}
