/* Makes index terms of a document's words. */
#include "base/hash.h"
#include "base/utf8.h"
#include "io/search/search_terms.h"

enum { FACET_BYTES_MAX = 256 };

/* ---- terms: account, a letter for the kind, the word ---- */

static bool word_char(char c) { return ascii_alpha(c) || ascii_digit(c) || (unsigned char)c >= 0x80; }

bool search_next_word(struct str *rest, struct str *ret)
{
    size_t i = 0, n;

    while (i < rest->n && !word_char(rest->p[i]))
        i++;
    for (n = i; n < rest->n && word_char(rest->p[n]); n++)
        ;
    *ret = utf8_head((struct str){ rest->p + i, n - i }, SEARCH_WORD_BYTES_MAX);
    *rest = str_from(*rest, n);
    return ret->n > 0;
}

bool search_all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static void put_term(struct buf *b, struct str account, char kind, struct str word)
{
    buf_put(b, account);
    buf_char(b, kind);
    buf_put(b, word);
    buf_char(b, ' ');
}

struct str search_reversed(struct str s, char to[SEARCH_WORD_BYTES_MAX])
{
    for (size_t i = 0; i < s.n; i++)
        to[i] = s.p[s.n - 1 - i];
    return (struct str){ to, s.n };
}

static void put_words(struct buf *b, struct str account, char kind, struct str text, bool phones)
{
    char space[SEARCH_WORD_BYTES_MAX];

    for (struct str word; search_next_word(&text, &word);) {
        put_term(b, account, kind, word);
        if (phones && search_all_digits(word))
            put_term(b, account, TERM_REVERSED, search_reversed(word, space));
    }
}

struct str search_facet_word(struct str facet, char to[16])
{
    char     clean[FACET_BYTES_MAX];
    size_t   n = utf8_head(facet, sizeof clean).n;
    uint64_t hash;

    for (size_t i = 0; i < n; i++)
        clean[i] = (unsigned char)facet.p[i] < ' ' ? ' ' : facet.p[i];
    hash = hash64((struct str){ clean, n }, 0);

    for (int i = 0; i < 16; i++)
        to[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
    return (struct str){ to, 16 };
}

/* ---- the body: one line a field, then one of facets with tabs between ---- */

void search_put_body(struct buf *b, const struct search_doc *d)
{
    size_t left = SEARCH_DOC_BYTES_MAX;

    for (int i = 0; i < SEARCH_FIELDS; i++) {
        struct str text = utf8_head(d->field[i], left);
        left -= text.n;
        for (size_t k = 0; k < text.n; k++)
            buf_char(b, (unsigned char)text.p[k] < ' ' ? ' ' : text.p[k]);
        buf_char(b, '\n');
    }
    for (size_t i = 0; i < size_min(d->nfacets, SEARCH_FACETS_MAX); i++) {
        if (i)
            buf_char(b, '\t');
        struct str facet = utf8_head(d->facet[i], FACET_BYTES_MAX);
        for (size_t k = 0; k < facet.n; k++)
            buf_char(b, (unsigned char)facet.p[k] < ' ' ? ' ' : facet.p[k]);
    }
}

struct search_body search_body_of(struct str text)
{
    struct search_body b = { .facets = { "", 0 } };

    for (int i = 0; i < SEARCH_FIELDS; i++)
        str_next(&text, '\n', &b.field[i]);
    if (text.p)
        b.facets = text;
    return b;
}

void search_terms_done(struct search_terms *t)
{
    buf_done(&t->name);
    buf_done(&t->other);
}

void search_put_terms(struct search_terms *t, struct str account, char name_kind, struct str text)
{
    struct search_body b = search_body_of(text);
    char               space[16];

    buf_clear(&t->name);
    buf_clear(&t->other);
    for (int i = 0; i < SEARCH_FIELDS; i++)
        put_words(i == SEARCH_NAME ? &t->name : &t->other, account, i == SEARCH_NAME ? name_kind : TERM_WORD,
                  b.field[i], i == SEARCH_PHONE);
    for (struct str facet; b.facets.n && str_next(&b.facets, '\t', &facet);)
        put_term(&t->other, account, TERM_FACET, search_facet_word(facet, space));
}

struct str search_no_zeros(struct str digits)
{
    while (digits.n > DIGITS_LEAST && digits.p[0] == '0')
        digits = str_from(digits, 1);
    return digits;
}
