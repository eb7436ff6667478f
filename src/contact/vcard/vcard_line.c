/* Unfolds one content line and takes its name, group and parameters apart. */
#include "contact/vcard/vcard_line.h"
#include "contact/vcard/scan.h"

/* ---- the head: [group.]name *(;param) : ---- */

enum { PLAIN, IN_NAME, ENDS_VALUE };

static const uint8_t kinds[256] = {
    ['A' ... 'Z'] = IN_NAME, ['a' ... 'z'] = IN_NAME, ['0' ... '9'] = IN_NAME, ['-'] = IN_NAME,    ['_'] = IN_NAME,
    ['.'] = IN_NAME,         ['/'] = IN_NAME,         [':'] = ENDS_VALUE,      [';'] = ENDS_VALUE, [','] = ENDS_VALUE,
};

static inline uint8_t kind(char c) { return kinds[(unsigned char)c]; }

struct head {
    struct arena      *a;
    const char        *p, *end;
    bool               escapes;
    const char        *trouble;
    size_t             n;
    struct vcard_param params[VCARD_PARAMS_MAX];
};

/* RFC 6868: ^n ^^ ^' */
static struct str undo_caret(struct arena *a, struct str s)
{
    char  *to = arena_raw(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char next = s.p[i] == '^' && i + 1 < s.n ? s.p[i + 1] : 0;
        bool escape = next == 'n' || next == '^' || next == '\'';
        to[n++] = !escape ? s.p[i] : next == 'n' ? '\n' : next == '^' ? '^' : '"';
        i += escape;
    }
    return (struct str){ to, n };
}

static void add_param(struct head *h, struct str name, struct str value)
{
    if (h->n == VCARD_PARAMS_MAX) {
        h->trouble = "too many parameters, some were left out";
        return;
    }
    if (h->escapes && value.n && memchr(value.p, '^', value.n))
        value = undo_caret(h->a, value);
    h->params[h->n++] = (struct vcard_param){ name, value };
}

/* vCard 2.1 leaves the name away: ";WORK;QUOTED-PRINTABLE". */
static struct str name_of_bare(struct str value)
{
    static const struct {
        struct str value, name;
    } known[] = {
        { { "QUOTED-PRINTABLE", 16 }, { "ENCODING", 8 } },
        { { "BASE64", 6 }, { "ENCODING", 8 } },
        { { "B", 1 }, { "ENCODING", 8 } },
        { { "8BIT", 4 }, { "ENCODING", 8 } },
        { { "7BIT", 4 }, { "ENCODING", 8 } },
        { { "INLINE", 6 }, { "VALUE", 5 } },
        { { "CONTENT-ID", 10 }, { "VALUE", 5 } },
        { { "CID", 3 }, { "VALUE", 5 } },
    };
    for (size_t i = 0; i < countof(known); i++)
        if (str_ieq(known[i].value, value))
            return known[i].name;
    return S("TYPE");
}

/* TYPE="home,voice" is meant as a list by everyone who writes it. */
static void add_quoted(struct head *h, struct str name, struct str value)
{
    if (!value.n || !memchr(value.p, ',', value.n) || !str_ieq(name, S("TYPE"))) {
        add_param(h, name, value);
        return;
    }
    for (struct str one; str_next(&value, ',', &one);)
        add_param(h, name, one);
}

static void param_values(struct head *h, struct str name)
{
    do {
        const char *from = ++h->p, *quote = NULL; /* past '=' or ',' */
        if (from < h->end && *from == '"') {
            quote = memchr(from + 1, '"', (size_t)(h->end - from - 1));
            if (!quote)
                h->trouble = "a quote in the parameters is not closed";
        }
        if (quote) {
            add_quoted(h, name, (struct str){ from + 1, (size_t)(quote - from - 1) });
            h->p = quote + 1;
            from = h->p;
        }
        while (h->p < h->end && kind(*h->p) != ENDS_VALUE)
            h->p++;
        if (!quote)
            add_param(h, name, (struct str){ from, (size_t)(h->p - from) });
    } while (h->p < h->end && *h->p == ',');
}

/* Samsung's label in bytes: "X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E6=89=8B)" is one type. */
static bool take_custom(struct head *h, const char *from)
{
    struct str  s = { from, (size_t)(h->end - from) };
    const char *end = s.n > 9 && str_ieq(str_head(s, 9), S("X-CUSTOM(")) ? memchr(from, ')', s.n) : NULL;

    if (!end || memchr(from, ':', (size_t)(end - from)))
        return false;
    h->p = end + 1;
    add_param(h, S("TYPE"), (struct str){ from, (size_t)(h->p - from) });
    return true;
}

static void one_param(struct head *h)
{
    const char *from = ++h->p; /* past ';', or what stands for it */

    if (take_custom(h, from))
        return;
    while (h->p < h->end && *h->p != '=' && kind(*h->p) != ENDS_VALUE)
        h->p++;
    struct str name = str_trim((struct str){ from, (size_t)(h->p - from) });
    if (h->p < h->end && *h->p == '=') {
        param_values(h, name);
        return;
    }
    while (h->p < h->end && *h->p != ':' && *h->p != ';') /* "TEL;WORK,VOICE:" */
        h->p++;
    struct str all = { from, (size_t)(h->p - from) };
    for (struct str one; str_next(&all, ',', &one);)
        if (str_trim(one).n)
            add_param(h, name_of_bare(str_trim(one)), str_trim(one));
}

static bool split_name(struct str s, struct vcard_line *ret)
{
    const char *dot = memrchr(s.p, '.', s.n);

    ret->group = (struct str){ s.p, dot ? (size_t)(dot - s.p) : 0 };
    ret->name = dot ? str_from(s, (size_t)(dot + 1 - s.p)) : s;
    ret->prop = vcard_name_of(ret->name);
    return ret->name.n > 0;
}

static bool parse_params(struct arena *a, struct str text, const char *p, bool escapes, struct vcard_line *ret,
                         const char **ret_trouble)
{
    struct head h;

    h.a = a;
    h.p = p;
    h.end = text.p + text.n;
    h.escapes = escapes;
    h.trouble = NULL;
    h.n = 0;
    while (h.p < h.end && *h.p != ':')
        one_param(&h);
    if (h.p == h.end)
        return false;
    ret->params = arena_raw(a, sizeof *h.params * h.n);
    memcpy(ret->params, h.params, sizeof *h.params * h.n);
    ret->nparams = h.n;
    ret->value = str_from(text, (size_t)(h.p + 1 - text.p));
    *ret_trouble = h.trouble ? h.trouble : *ret_trouble;
    return true;
}

/* "TEL ;CELL:", "LABEL,TYPE=HOME:", "TEL=CELL:": a blank, a comma or a sign of equality where none belongs, behind a name that we know,
 * in capitals.  Anything else may be prose ("Tel : 123" in a note whose lines are not folded). */
static const char *end_of_name(struct str text, const char *name_end, struct vcard_line *ret)
{
    const char *p = name_end, *end = text.p + text.n;

    for (const char *c = text.p; c < name_end; c++)
        if (*c >= 'a' && *c <= 'z')
            return NULL;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (p == end || !strchr(":;,=", *p) || !memchr(p, ':', (size_t)(end - p)) ||
        !split_name((struct str){ text.p, (size_t)(name_end - text.p) }, ret) || ret->prop == VC_OTHER)
        return NULL;
    return p;
}

bool vcard_head_parse(struct arena *a, struct str text, bool escapes, struct vcard_line *ret, const char **ret_trouble)
{
    const char *p = text.p, *end = text.p + text.n;

    while (p < end && kind(*p) == IN_NAME)
        p++;
    if (p == end || p == text.p)
        return false;
    if (*p != ':' && *p != ';') {
        p = end_of_name(text, p, ret);
        if (!p)
            return false;
        *ret_trouble = "a blank, a comma or a sign of equality behind the property's name";
    } else if (!split_name((struct str){ text.p, (size_t)(p - text.p) }, ret)) {
        return false;
    }
    if (*p != ':')
        return parse_params(a, text, p, escapes, ret, ret_trouble);
    ret->params = NULL;
    ret->nparams = 0;
    ret->value = str_from(text, (size_t)(p + 1 - text.p));
    return true;
}

/* ---- folding ---- */

static bool blank(char c) { return c == ' ' || c == '\t'; }

static bool is_base64_line(const char *p, const char *eol)
{
    if (p == eol)
        return false;
    for (; p < eol; p++)
        if (!ascii_alpha(*p) && !ascii_digit(*p) && *p != '+' && *p != '/' && *p != '=' && !blank(*p))
            return false;
    return true;
}

static bool is_soft(enum vcard_folding how)
{
    return how == FOLD_QUOTED_PRINTABLE || how == FOLD_QUOTED_PRINTABLE_FOLDED;
}

/* Does the content line go on at p, after `sofar`? */
static bool goes_on(enum vcard_folding how, struct str sofar, const char *p, const char *end)
{
    if (p == end)
        return false;
    if (is_soft(how) && sofar.n && sofar.p[sofar.n - 1] == '=')
        return true;
    return blank(*p) || (how == FOLD_BASE64 && is_base64_line(p, scan_eol(p, end)));
}

/* One piece's bytes to the buffer; n bytes stand there already. */
static size_t append(char *to, size_t n, enum vcard_folding how, struct str piece, bool soft)
{
    if (how == FOLD_BASE64) {
        for (size_t i = 0; i < piece.n; i++)
            if (!blank(piece.p[i]))
                to[n++] = piece.p[i];
        return n;
    }
    bool fold = soft ? how == FOLD_QUOTED_PRINTABLE_FOLDED && piece.n && blank(piece.p[0]) : how != FOLD_SPACE_KEPT;
    if (fold)
        piece = str_from(piece, 1);
    if (piece.n)
        memcpy(to + n, piece.p, piece.n);
    return n + piece.n;
}

struct str vcard_unfold(struct arena *a, struct str first, enum vcard_folding how, const char **p, const char *end,
                        uint32_t *lines)
{
    const char *start = *p;
    struct str  piece = first;
    uint32_t    n_lines = 0;

    while (goes_on(how, piece, *p, end)) {
        const char *eol = scan_eol(*p, end);
        piece = (struct str){ *p, (size_t)(eol - *p) };
        *p = scan_past_eol(eol, end);
        n_lines++;
    }
    *lines += n_lines;
    if (n_lines == 0)
        return first;
    char  *to = arena_raw(a, first.n + (size_t)(*p - start) + 1);
    size_t n = append(to, 0, how, first, true);
    for (const char *q = start; n_lines--;) {
        const char *eol = scan_eol(q, end);
        bool        soft = is_soft(how) && n && to[n - 1] == '=';
        n = append(to, n - soft, how, (struct str){ q, (size_t)(eol - q) }, soft);
        q = scan_past_eol(eol, end);
    }
    return (struct str){ to, n };
}

/* ---- looking ---- */

struct str vcard_param(const struct vcard_line *line, struct str name)
{
    for (size_t i = 0; i < line->nparams; i++)
        if (line->params[i].name.n == name.n && str_ieq(line->params[i].name, name))
            return line->params[i].value;
    return (struct str){ "", 0 };
}

bool vcard_param_has(const struct vcard_line *line, struct str name, struct str value)
{
    for (size_t i = 0; i < line->nparams; i++)
        if (line->params[i].value.n == value.n && str_ieq(line->params[i].value, value) &&
            str_ieq(line->params[i].name, name))
            return true;
    return false;
}

const struct vcard_line *vcard_find(const struct vcard *v, enum vcard_name prop)
{
    for (size_t i = 0; i < v->nlines; i++)
        if (v->lines[i].prop == prop)
            return &v->lines[i];
    return NULL;
}
