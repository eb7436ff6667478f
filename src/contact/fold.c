/* Folds text to the form people compare: case, marks, width, spaces. */
#include "contact/fold.h"
#include <stdlib.h>
#include <utf8proc.h>
#include "base/utf8.h"

enum { MOST_PER_LETTER = 32, PIECE = 512 }; /* utf8proc's longest decomposition is 18 */

/* clang-format off */
/* Letters Unicode does not take apart, and other alphabets, in Latin letters.  Sorted by letter. */
static const struct letter { uint32_t from; const char *to; } letters[] = {
    { 0xe6, "ae" },   { 0xf0, "d" },    { 0xf8, "o" },    { 0xfe, "th" },   { 0x111, "d" },   { 0x127, "h" },
    { 0x131, "i" },   { 0x138, "k" },   { 0x142, "l" },   { 0x14b, "ng" },  { 0x153, "oe" },  { 0x167, "t" },
    { 0x180, "b" },   { 0x188, "c" },   { 0x192, "f" },   { 0x1dd, "e" },   { 0x1e5, "g" },   { 0x259, "e" },
    /* Greek */
    { 0x3b1, "a" },   { 0x3b2, "v" },   { 0x3b3, "g" },   { 0x3b4, "d" },   { 0x3b5, "e" },   { 0x3b6, "z" },
    { 0x3b7, "i" },   { 0x3b8, "th" },  { 0x3b9, "i" },   { 0x3ba, "k" },   { 0x3bb, "l" },   { 0x3bc, "m" },
    { 0x3bd, "n" },   { 0x3be, "x" },   { 0x3bf, "o" },   { 0x3c0, "p" },   { 0x3c1, "r" },   { 0x3c2, "s" },
    { 0x3c3, "s" },   { 0x3c4, "t" },   { 0x3c5, "y" },   { 0x3c6, "f" },   { 0x3c7, "ch" },  { 0x3c8, "ps" },
    { 0x3c9, "o" },
    /* Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian */
    { 0x430, "a" },   { 0x431, "b" },   { 0x432, "v" },   { 0x433, "g" },   { 0x434, "d" },   { 0x435, "e" },
    { 0x436, "zh" },  { 0x437, "z" },   { 0x438, "i" },   { 0x439, "i" },   { 0x43a, "k" },   { 0x43b, "l" },
    { 0x43c, "m" },   { 0x43d, "n" },   { 0x43e, "o" },   { 0x43f, "p" },   { 0x440, "r" },   { 0x441, "s" },
    { 0x442, "t" },   { 0x443, "u" },   { 0x444, "f" },   { 0x445, "kh" },  { 0x446, "ts" },  { 0x447, "ch" },
    { 0x448, "sh" },  { 0x449, "shch" }, { 0x44a, "" },   { 0x44b, "y" },   { 0x44c, "" },    { 0x44d, "e" },
    { 0x44e, "yu" },  { 0x44f, "ya" },  { 0x452, "dj" },  { 0x454, "ie" },  { 0x455, "dz" },  { 0x456, "i" },
    { 0x458, "j" },   { 0x459, "lj" },  { 0x45a, "nj" },  { 0x45b, "c" },   { 0x45f, "dz" },  { 0x491, "g" },
    /* quotes, dashes: what keyboards have for them */
    { 0x2010, "-" },  { 0x2011, "-" },  { 0x2012, "-" },  { 0x2013, "-" },  { 0x2014, "-" },  { 0x2015, "-" },
    { 0x2018, "'" },  { 0x2019, "'" },  { 0x201b, "'" },  { 0x201c, "\"" }, { 0x201d, "\"" }, { 0x2212, "-" },
};
/* clang-format on */

/* Marks that accents and vowel points are made of; other scripts' marks are letters. */
static bool is_mark(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x487) || (c >= 0x591 && c <= 0x5bd) || c == 0x5bf ||
           c == 0x5c1 || c == 0x5c2 || (c >= 0x64b && c <= 0x65f) || c == 0x670 || (c >= 0x1ab0 && c <= 0x1aff) ||
           (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

static bool is_space(uint32_t c)
{
    utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
    return c == 0xfffd || kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL ||
           kind == UTF8PROC_CATEGORY_ZP || kind == UTF8PROC_CATEGORY_CC;
}

static int by_letter(const void *key, const void *row)
{
    uint32_t c = *(const uint32_t *)key, from = ((const struct letter *)row)->from;
    return (c > from) - (c < from);
}

/* Greek upsilon is "u" after a, e, o (Papandreou). */
static void put_letter(struct buf *b, uint32_t before, uint32_t c)
{
    const struct letter *l = bsearch(&c, letters, countof(letters), sizeof *letters, by_letter);

    if (c == 0x3c5 && (before == 0x3b1 || before == 0x3b5 || before == 0x3bf))
        buf_char(b, 'u');
    else if (l)
        buf_put(b, str_of(l->to));
    else
        utf8_put(b, c);
}

/* White space runs to one blank, none at the ends; in place. */
static struct str squeezed(char *p, size_t n)
{
    size_t to = 0;

    for (size_t i = 0; i < n; i++)
        if (p[i] != ' ' || (to && p[to - 1] != ' '))
            p[to++] = p[i];
    if (to && p[to - 1] == ' ')
        to--;
    p[to] = 0;
    return (struct str){ p, to };
}

static bool is_ascii(struct str s)
{
    size_t   i = 0;
    uint64_t eight;

    for (; s.n - i >= 8; i += 8)
        if (memcpy(&eight, s.p + i, 8), eight & 0x8080808080808080u)
            return false;
    for (; i < s.n; i++)
        if (s.p[i] & 0x80)
            return false;
    return true;
}

static struct str fold_ascii(struct arena *a, struct str s)
{
    char *p = arena_raw(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] <= ' ' || s.p[i] == 0x7f ? ' ' : ascii_lower(s.p[i]);
    return squeezed(p, s.n);
}

/* The letters of s, decomposed and case folded, without marks; with `german`, an umlaut leaves an e behind. */
static size_t decompose(struct str s, bool german, int32_t *to)
{
    static const utf8proc_option_t how = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    size_t                         n = 0;
    uint32_t                       c;

    while (utf8_next(&s, &c)) {
        int32_t part[MOST_PER_LETTER];
        int     boundary = 0;
        if (is_space(c)) {
            to[n++] = ' ';
            continue;
        }
        utf8proc_ssize_t parts = utf8proc_decompose_char((utf8proc_int32_t)c, part, MOST_PER_LETTER, how, &boundary);
        for (utf8proc_ssize_t i = 0; i < parts && i < MOST_PER_LETTER; i++) {
            uint32_t mark = (uint32_t)part[i];
            if (!is_mark(mark))
                to[n++] = is_space(mark) ? ' ' : part[i];
            else if (german && n && mark == 0x308 && strchr("aou", to[n - 1] & 0x7f) && to[n - 1] < 0x80 &&
                     to[n - 1] > ' ')
                to[n++] = 'e';
            else if (german && n && mark == 0x30a && to[n - 1] == 'a')
                to[n++] = 'a';
        }
    }
    return n;
}

/* A head of s short enough for the letters on the stack; it ends before an ASCII character, which no mark joins
 * with what stands before it. */
static struct str piece_of(struct str s)
{
    size_t n = PIECE;

    if (s.n <= PIECE)
        return s;
    while (n && (s.p[n] & 0x80))
        n--;
    return n ? str_head(s, n) : utf8_head(s, PIECE);
}

static struct str fold(struct arena *a, struct str s, bool german)
{
    auto_buf b = buf_of(SIZE_MAX / 2);
    int32_t  letter[PIECE * MOST_PER_LETTER];

    if (is_ascii(s))
        return german ? S("") : fold_ascii(a, s);
    while (s.n) {
        struct str       piece = piece_of(s);
        size_t           n = decompose(piece, german, letter);
        utf8proc_ssize_t composed =
            utf8proc_normalize_utf32(letter, (utf8proc_ssize_t)n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
        for (utf8proc_ssize_t i = 0; i < composed; i++)
            put_letter(&b, i ? (uint32_t)letter[i - 1] : 0, (uint32_t)letter[i]);
        s = str_from(s, piece.n);
    }
    char *copy = arena_raw(a, b.n + 1);
    if (b.n)
        memcpy(copy, b.p, b.n);
    return squeezed(copy, b.n);
}

struct str fold_text(struct arena *a, struct str s) { return fold(a, s, false); }

struct str fold_alias(struct arena *a, struct str s)
{
    struct str alias = fold(a, s, true);
    return str_eq(alias, fold_text(a, s)) ? S("") : alias;
}

/* ---- words ---- */

enum glyph { WORD, JOINER, GAP };

static enum glyph glyph_of(uint32_t c)
{
    if (c < 0x80)
        return ascii_alpha((char)c) || ascii_digit((char)c) ? WORD : c == '\'' || c == '.' || c == '`' ? JOINER : GAP;
    if (c == 0xfffd)
        return GAP;
    utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
    return kind <= UTF8PROC_CATEGORY_NO && kind != UTF8PROC_CATEGORY_CN ? WORD : GAP;
}

static struct str without_joiners(struct arena *a, struct str word)
{
    char  *to = arena_raw(a, word.n);
    size_t n = 0;

    for (size_t i = 0; i < word.n; i++)
        if ((word.p[i] & 0x80) || glyph_of((unsigned char)word.p[i]) == WORD)
            to[n++] = word.p[i];
    return (struct str){ to, n };
}

/* Its end is looked for first: a copy has the size of the word, not of all that follows it. */
bool fold_word(struct arena *a, struct str *rest, struct str *ret_word)
{
    struct str  left = *rest, before = left;
    const char *from = NULL, *end = NULL;
    bool        joiner = false, inside = false; /* seen; seen with a letter behind it */
    uint32_t    c;

    for (; utf8_next(&left, &c); before = left) {
        enum glyph g = glyph_of(c);
        if (g == GAP && from)
            break;
        if (g == WORD) {
            from = from ? from : before.p;
            end = before.p + (before.n - left.n);
            inside |= joiner;
        }
        joiner |= g == JOINER && from;
    }
    *rest = left;
    *ret_word = (struct str){ from, from ? (size_t)(end - from) : 0 };
    if (inside)
        *ret_word = without_joiners(a, *ret_word);
    return from != NULL;
}

struct str fold_bare(struct arena *a, struct str s)
{
    struct str rest = fold_text(a, s), word;
    char      *to = arena_raw(a, rest.n + 1);
    size_t     n = 0;

    while (fold_word(a, &rest, &word)) {
        memcpy(to + n, word.p, word.n);
        n += word.n;
    }
    return (struct str){ to, n };
}
