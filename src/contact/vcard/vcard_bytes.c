/* Turns the bytes of a card's lines into UTF-8, whatever charset they are in. */
#include "contact/vcard/vcard_bytes.h"
#include "base/utf8.h"
#include "contact/vcard/vcard_decode.h"

/* More would say no more, and a card of nothing else costs some 30 us a 100 bytes of them. */
enum { CARD_WORDS_MAX = 512 };

bool vcard_bytes_clean(struct str s)
{
    return !(s.n && (memchr(s.p, 0, s.n) || memchr(s.p, '\x1b', s.n))) && utf8_valid(s);
}

/* ISO-2022-JP: of seven bits, and UTF-8 too. */
static bool is_jis(struct str s) { return s.n && memchr(s.p, '\x1b', s.n) && charset_is_iso2022(s); }

/* ---- the card's page ---- */

/* A charset of bytes; UTF-16 cannot stand in a line, whatever it says. */
static enum charset named(struct str label)
{
    enum charset cs = charset_by_name(label);
    return cs == CHARSET_UTF16LE || cs == CHARSET_UTF16BE ? CHARSET_UNKNOWN : cs;
}

/* What follows the next "CHARSET=" of the text, which moves past it; false: there is none. */
static bool next_label(struct str *text, struct str *ret)
{
    static const struct str key = { "CHARSET=", 8 };

    while (text->n > key.n) {
        if ((text->p[0] | 32) == 'c' && str_ieq(str_head(*text, key.n), key)) {
            size_t n = 0;
            *text = str_from(*text, key.n + (text->p[key.n] == '"'));
            while (n < text->n && !strchr(";:,\"\r\n", text->p[n]))
                n++;
            *ret = str_head(*text, n);
            return true;
        }
        *text = str_from(*text, 1);
    }
    return false;
}

/* What another line of the card names, when it can read these words. */
static enum charset of_neighbours(struct str card, struct str words)
{
    struct str label;

    for (enum charset last = CHARSET_UNKNOWN, cs; next_label(&card, &label); last = cs) {
        cs = named(label);
        if (cs != last && cs != CHARSET_UNKNOWN && cs != CHARSET_UTF8 && charset_fits(cs, words))
            return cs;
    }
    return CHARSET_UNKNOWN;
}

static enum charset of_file(struct vcard_near *near)
{
    auto_buf words = buf_of(CHARSET_WORDS_MAX);

    if (!near->known) {
        charset_collect(&words, str_head(near->look, CHARSET_LOOK));
        near->charset = words.n ? charset_words(buf_str(&words), CHARSET_UNKNOWN) : CHARSET_UNKNOWN;
        near->known = true;
    }
    return near->charset;
}

/* How many of the words stand in text when they are read in cs. */
static size_t stand_in(enum charset cs, struct str words, struct str text)
{
    auto_buf b = buf_of(4 * CHARSET_WORD_MAX);
    size_t   n = 0;

    for (const char *end; (end = memchr(words.p, ' ', words.n)) != NULL; buf_clear(&b)) {
        charset_put(&b, cs, str_head(words, (size_t)(end - words.p)));
        n += str_find(text, buf_str(&b), 0) != SIZE_MAX;
        words = str_from(words, (size_t)(end - words.p) + 1);
    }
    return n;
}

struct vcard_near vcard_near_again(struct str original, struct str read)
{
    struct vcard_near near = { .look = original };
    auto_buf          words = buf_of(CARD_WORDS_MAX);
    size_t            most = 0;

    charset_collect(&words, original);
    for (enum charset cs = CHARSET_WINDOWS_874; cs < CHARSET_ISO_2022_JP; cs++) {
        size_t n = stand_in(cs, buf_str(&words), read);
        if (n <= most)
            continue;
        most = n;
        near = (struct vcard_near){ .look = original, .known = true, .sure = true, .charset = cs };
    }
    return near;
}

static enum charset page(struct vcard_bytes *b, uint32_t no)
{
    auto_buf    words = buf_of(CARD_WORDS_MAX);
    const char *how = "as its other lines say";

    if (b->found)
        return b->page;
    charset_collect(&words, b->card);
    b->page = of_neighbours(b->card, buf_str(&words));
    if (b->page == CHARSET_UNKNOWN && b->near->sure) {
        b->page = b->near->charset;
        how = "as before";
    } else if (b->page == CHARSET_UNKNOWN) {
        b->page = charset_words(buf_str(&words), of_file(b->near));
        how = "a guess by its letters";
    }
    b->found = true;
    vcard_report_add(b->a, b->report, no, VCARD_WARNING, "bytes that are no UTF-8 were read as %s, %s",
                     charset_name(b->page), how);
    return b->page;
}

static enum charset broken(struct vcard_bytes *b, uint32_t no)
{
    vcard_report_add(b->a, b->report, no, VCARD_WARNING, "broken UTF-8, the bad bytes were replaced");
    return CHARSET_UTF8;
}

/* ---- a text ---- */

static bool is_plain(struct str label)
{
    for (size_t i = 0; i < label.n; i++)
        if (!ascii_digit(label.p[i]) && !ascii_alpha(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
            return false;
    return label.n < 32;
}

/* What s is in, which is not UTF-8: by its label, or as the card. */
static enum charset charset_of(struct vcard_bytes *b, const struct vcard_line *line, struct str s)
{
    struct str   label = str_trim(vcard_param(line, S("CHARSET")));
    enum charset cs = str_eq(label, b->label) ? b->labelled : named(label); /* the lines of a card say the same */

    b->label = label;
    b->labelled = cs;
    if (cs != CHARSET_UNKNOWN && cs != CHARSET_UTF8)
        return cs;
    if (label.n && cs == CHARSET_UNKNOWN && !b->told_unknown) {
        vcard_report_add(b->a, b->report, line->no, VCARD_WARNING, "no known charset: " STR_FMT,
                         STR_ARG(is_plain(label) ? label : S("its name is broken")));
        b->told_unknown = true;
    }
    return is_jis(s) ? CHARSET_ISO_2022_JP : charset_is_broken_utf8(s) ? broken(b, line->no) : page(b, line->no);
}

static struct str without_nul(struct arena *a, struct str s)
{
    if (!s.n || !memchr(s.p, 0, s.n))
        return s;
    char *to = arena_raw(a, s.n);
    for (size_t i = 0; i < s.n; i++)
        to[i] = s.p[i] ? s.p[i] : ' ';
    return (struct str){ to, s.n };
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Is this no UTF-8, or, by accident, also a UTF-8 that its label reads far better? */
static bool is_other(const struct vcard_line *line, struct str s)
{
    if (!utf8_valid(s) || is_jis(s))
        return true;
    struct str   label = vcard_param(line, S("CHARSET"));
    enum charset cs = label.n && !is_ascii(s) ? named(label) : CHARSET_UTF8;
    return cs != CHARSET_UTF8 && cs != CHARSET_UNKNOWN && charset_beats_utf8(cs, s);
}

static struct str clean(struct vcard_bytes *b, const struct vcard_line *line, struct str s)
{
    return without_nul(b->a, is_other(line, s) ? charset_to_utf8(b->a, charset_of(b, line, s), s) : s);
}

struct str vcard_bytes_text(struct vcard_bytes *b, uint32_t no, struct str text)
{
    return clean(b, &(struct vcard_line){ .no = no }, text);
}

/* Bytes that stand amid quoted-printable as they are, made part of it. */
static struct str all_quoted(struct arena *a, struct str s)
{
    char  *to = arena_raw(a, s.n * 3 + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80 || !c)
            to[n++] = '=';
        if (c >= 0x80 || !c)
            to[n++] = "0123456789ABCDEF"[c >> 4];
        to[n++] = c >= 0x80 || !c ? "0123456789ABCDEF"[c & 15] : s.p[i];
    }
    return (struct str){ to, n };
}

void vcard_bytes_line(struct vcard_bytes *b, struct vcard_line *line)
{
    if (line->nparams && vcard_encoding(line) == VCARD_QUOTED_PRINTABLE) {
        struct str hidden = vcard_quoted_printable(b->a, line->value);
        line->charset = is_other(line, hidden) ? charset_of(b, line, hidden) : CHARSET_UTF8;
        line->value = vcard_bytes_clean(line->value) ? line->value : all_quoted(b->a, line->value);
    } else {
        line->value = clean(b, line, line->value);
    }
    for (size_t i = 0; i < line->nparams; i++) {
        line->params[i].name = clean(b, line, line->params[i].name);
        line->params[i].value = clean(b, line, line->params[i].value);
    }
}
