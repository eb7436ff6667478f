/* Finds the words of a text by which its code page can be told. */
#include "base/utf8.h"
#include "contact/charset/charset_int.h"

/* One line as it was meant: unfolded, quoted-printable undone, the rest cut. */
struct line {
    unsigned char byte[1024];
    size_t        n;
    bool          high, named, quoted; /* named: its colon was met; quoted: it said QUOTED-PRINTABLE before */
};

static int hex(char c)
{
    c = ascii_lower(c);
    return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool says_quoted(const struct line *l)
{
    static const struct str word = { "QUOTED-PRINTABLE", 16 };

    for (size_t i = 0; i + word.n <= l->n; i++)
        if (str_ieq((struct str){ (const char *)l->byte + i, word.n }, word))
            return true;
    return false;
}

static void add(struct line *l, unsigned char c)
{
    if (c == ':' && !l->named) {
        l->quoted = says_quoted(l);
        l->named = true;
    }
    if (l->n < sizeof l->byte)
        l->byte[l->n++] = c;
    l->high = l->high || c >= 0x80;
}

/* Bytes of a line end at s.p[i]; 0: there is none. */
static size_t line_end(struct str s, size_t i)
{
    if (i < s.n && s.p[i] == '\r')
        return i + 1 < s.n && s.p[i + 1] == '\n' ? 2 : 1;
    return i < s.n && s.p[i] == '\n';
}

/* Takes a line off the text. */
static void take_line(struct str *s, struct line *l)
{
    size_t i = 0;

    *l = (struct line){ .n = 0 };
    while (i < s->n) {
        bool   quoted = l->quoted && s->p[i] == '=';
        size_t eol = line_end(*s, i), soft = quoted ? line_end(*s, i + 1) : 0;
        bool   fold = eol && i + eol < s->n && (s->p[i + eol] == ' ' || s->p[i + eol] == '\t');
        int    high = quoted && s->n - i > 2 ? hex(s->p[i + 1]) : -1, low = high >= 8 ? hex(s->p[i + 2]) : -1;
        if (eol && !fold)
            break;
        if (!fold && !soft)
            add(l, low >= 0 ? (unsigned char)(high << 4 | low) : (unsigned char)s->p[i]);
        i += fold ? eol + 1 : soft ? soft + 1 : low >= 0 ? 3 : 1;
    }
    *s = str_from(*s, size_min(s->n, i + line_end(*s, i)));
}

/* Bytes from 0x40 on may be parts of characters; the others end a word.  One byte alone says nothing. */
void charset_put_words(struct buf *to, struct str s)
{
    for (size_t i = 0, n; i < s.n; i += n + 1) {
        bool high = false;
        for (n = 0; i + n < s.n && (unsigned char)s.p[i + n] >= 0x40; n++)
            high = high || (unsigned char)s.p[i + n] >= 0x80;
        if (high && n > 1) {
            buf_put(to, str_head(str_from(s, i), size_min(n, CHARSET_WORD_MAX)));
            buf_char(to, ' ');
        }
    }
}

/* UTF-8, also when a character was cut or broken. */
static bool is_utf8(const struct line *l)
{
    struct str s = { (const char *)l->byte, l->n };
    size_t     good = utf8_valid_prefix(s);

    return good == s.n || (l->n == sizeof l->byte && s.n - good < 4) || charset_is_broken_utf8(s);
}

void charset_collect(struct buf *to, struct str text)
{
    struct line l;

    while (text.n && !buf_full(to)) {
        take_line(&text, &l);
        if (l.high && !is_utf8(&l))
            charset_put_words(to, (struct str){ (const char *)l.byte, l.n });
    }
}
