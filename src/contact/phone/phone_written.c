/* Reads what people write into a phone field: digits, extension, remarks. */
#include "contact/phone/phone_written.h"
#include <utf8proc.h>
#include "base/utf8.h"

enum { EXTENSION_MAX = 7, LABEL_MAX = 24, ENOUGH = 7 };

/* 0-9 of the scripts phones are written in; -1 when it is none. */
int phone_digit(uint32_t c)
{
    static const uint32_t zeros[] = { '0',   0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66,  0xae6,  0xb66,
                                      0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10 };

    if (c < 0x80)
        return c - '0' < 10 ? (int)(c - '0') : -1;
    for (size_t i = 1; i < countof(zeros); i++)
        if (c - zeros[i] < 10)
            return (int)(c - zeros[i]);
    return -1;
}

static bool is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
           c == 0xfeff;
}

/* ASCII digits and signs, lower case, no marks that nobody sees. */
static void put_plain(struct buf *b, uint32_t c)
{
    int digit = phone_digit(c);

    if (is_invisible(c))
        return;
    if (digit >= 0)
        c = (uint32_t)('0' + digit);
    else if (c > 0xff00 && c < 0xff5f)
        c -= 0xfee0;
    else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30fc)
        c = '-';
    else if (c <= ' ' || c == 0x7f || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS)
        c = ' ';
    utf8_put(b, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
}

static bool is_letter(char c) { return ascii_alpha(c) || (c & 0x80); }

static struct str word_of(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_letter(s.p[n]))
        n++;
    return str_head(s, n);
}

static size_t digits_in(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ascii_digit(s.p[i]);
    return n;
}

static struct str without_any(struct str s, const char *set)
{
    while (s.n && s.p[0] && strchr(set, s.p[0]))
        s = str_from(s, 1);
    return s;
}

struct reading {
    char                  digit[PHONE_DIGITS_MAX], key[PHONE_DIGITS_MAX];
    size_t                n, keys;
    bool                  lettered; /* letters were met: from here on key[] is ahead of digit[] */
    bool                  ended;    /* a remark stood behind the number: what follows is none of it */
    struct phone_written *w;
    struct str            context; /* of tel: URIs */
};

static void add_key(struct reading *r, char key)
{
    if (r->keys < PHONE_DIGITS_MAX)
        r->key[r->keys++] = key;
}

static void add_digit(struct reading *r, char digit)
{
    add_key(r, digit);
    if (r->ended)
        return;
    r->w->full |= r->n == PHONE_DIGITS_MAX;
    if (!r->w->full)
        r->digit[r->n++] = digit;
}

/* Digits at the start of s, blanks and signs before them skipped, as an extension. */
static bool take_extension(struct reading *r, struct str s)
{
    size_t n = 0;

    s = without_any(s, " .:=-#(,;");
    while (n < s.n && ascii_digit(s.p[n]))
        n++;
    if (n == 0 || n > EXTENSION_MAX)
        return false;
    r->w->extension = str_head(s, n);
    return true;
}

static bool is_extension_word(struct str word)
{
    static const char *const words[] = {
        "anexo",     "app",         "apparat",     "dahili", "doorkiesnummer", "durchwahl", "dw",      "ext",
        "extension", "extn",        "hausapparat", "int",    "intern",         "interno",   "interne", "klappe",
        "kl",        "nebenstelle", "nst",         "poste",  "ramal",          "toestel",   "tst",     "wew",
        "wewn",      "wewnętrzny",  "x",           "доб",    "добавочный",     "вн",        "внутр",   "εσωτ",
        "εσωτερικό", "内线",        "內線",        "分机",   "分機",           "内線",      "転送",
    };
    for (size_t i = 0; i < countof(words); i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

/* What stands in brackets: "(0)", digits of the number, an extension, a remark.  Returns what is left to read. */
static struct str in_brackets(struct reading *r, struct str s)
{
    size_t     n = 1;
    bool       letters = false, carrier = false;
    struct str word = S("");

    while (n < s.n && !strchr(")]}>", s.p[n])) {
        letters |= is_letter(s.p[n]);
        word = word.n || !is_letter(s.p[n]) ? word : word_of(str_from(s, n));
        n++;
    }
    struct str inside = str_trim((struct str){ s.p + 1, n - 1 }), behind = str_from(s, size_min(n + 1, s.n));
    carrier = str_is(word, "xx"); /* "(0xx11)" */
    if (str_is(inside, "0") && r->n) {
        r->w->zero = true;
        return behind;
    }
    if (letters && !carrier) {
        if (is_extension_word(word))
            take_extension(r, str_from(s, (size_t)(word.p - s.p) + word.n));
        return behind;
    }
    return inside.n < 2 && r->n >= ENOUGH && !digits_in(behind) ? behind : str_from(s, 1); /* "(2)": the second one */
}

/* "FLOWERS" may be part of the number, "mobil" is not: the plan decides.  Remarks end a number that is long enough. */
static void read_word(struct reading *r, struct str word)
{
    static const char keypad[] = "22233344455566677778889999";

    if (str_is(word, "xx") || r->n == 0) /* a carrier to choose in Brazil; a label */
        return;
    if (!r->lettered)
        r->w->lettered = r->keys;
    r->lettered = true;
    for (size_t i = 0; i < word.n; i++)
        add_key(r, ascii_alpha(word.p[i]) ? keypad[word.p[i] - 'a'] : '0');
    r->ended |= r->n >= ENOUGH;
}

/* A letter: an extension, a pause or a word.  Returns what is left. */
static struct str at_letter(struct reading *r, struct str s, bool behind_digit)
{
    struct str word = word_of(s), rest = str_from(s, word.n);
    bool       pause = behind_digit && (str_is(word, "p") || str_is(word, "w")) && rest.n && ascii_digit(rest.p[0]);

    if (r->n && (pause || is_extension_word(word)) && take_extension(r, rest))
        return S("");
    if (pause)
        return S("");
    read_word(r, word);
    return rest;
}

/* ";ext=12;phone-context=+49" of RFC 3966. */
static void read_parameters(struct reading *r, struct str s)
{
    struct str one;

    while (str_next(&s, ';', &one)) {
        size_t     at = str_find(one, S("="), 0);
        struct str name = str_trim(str_head(one, size_min(at, one.n))),
                   value = at == SIZE_MAX ? S("") : str_from(one, at + 1);
        if (str_is(name, "ext"))
            take_extension(r, value);
        else if (str_is(name, "phone-context") && str_starts(value, S("+")))
            r->context = value;
    }
}

/* "#12", ",,12", ";12": dialled after the answer.  Anything else behind such a sign is no part of the number. */
static struct str at_pause(struct reading *r, struct str s)
{
    struct str rest = without_any(s, " ,;#");

    if (s.p[0] == ';' && rest.n && is_letter(rest.p[0])) {
        read_parameters(r, rest);
        return S("");
    }
    if (r->n < 3)
        return rest;
    if (rest.n && ascii_digit(rest.p[0]))
        take_extension(r, rest);
    return rest.n && is_letter(rest.p[0]) ? rest : S("");
}

static void read_number(struct reading *r, struct str s)
{
    bool digit = false;

    while (s.n) {
        char c = s.p[0];
        if (c == '+' && !r->n)
            r->w->plus = true;
        if (ascii_digit(c))
            add_digit(r, c);
        if (c == '+' && r->n >= ENOUGH)
            return;
        if (strchr("([{<", c))
            s = in_brackets(r, s);
        else if (c == '#' || c == ',' || c == ';')
            s = at_pause(r, s);
        else if (is_letter(c))
            s = at_letter(r, s, digit);
        else
            s = str_from(s, 1);
        digit = ascii_digit(c);
    }
}

/* "Telefon 2: 030 ...": up to a colon with hardly a digit before it. */
static struct str without_label(struct str s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.n && i < LABEL_MAX && digits < 2; i++) {
        digits += ascii_digit(s.p[i]);
        if (s.p[i] == ':' && i && !ascii_digit(s.p[0]))
            return str_trim(str_from(s, i + 1));
    }
    return s;
}

/* "*31#0170 1234567", "#31#...", "*67 212 ...": codes of the network before a number. */
static struct str without_code(struct str s, bool *ret_code)
{
    size_t from = 0;

    if (!s.n || (s.p[0] != '*' && s.p[0] != '#'))
        return s;
    for (size_t i = 0; i < s.n; i++)
        from = s.p[i] == '#' ? i + 1 : from;
    if (from > 1 && digits_in(str_from(s, from)) >= 5)
        return str_from(s, from);
    if (s.n > 3 && digits_in(str_head(s, 3)) == 2 && digits_in(str_from(s, 3)) >= ENOUGH)
        return str_from(s, 3);
    *ret_code = true;
    return s;
}

static struct str plain_text(struct arena *a, struct str raw)
{
    char  *to = arena_raw(a, raw.n + 1);
    size_t n = 0;

    while (n < raw.n && !(raw.p[n] & 0x80)) {
        to[n] = raw.p[n] <= ' ' || raw.p[n] == 0x7f ? ' ' : ascii_lower(raw.p[n]);
        n++;
    }
    if (n == raw.n)
        return str_trim((struct str){ to, n });
    auto_buf b = buf_of(PHONE_RAW_MAX * 4);
    uint32_t c;
    while (utf8_next(&raw, &c))
        put_plain(&b, c);
    return str_trim(str_copy(a, buf_str(&b)));
}

bool phone_read(struct arena *a, struct str raw, struct phone_written *ret)
{
    *ret = (struct phone_written){ .digits = S(""), .vanity = S(""), .extension = S("") };
    struct reading r = { .w = ret };

    read_number(&r, without_code(without_label(plain_text(a, raw)), &ret->code));
    ret->digits = str_copy(a, (struct str){ r.digit, r.n });
    if (r.lettered)
        ret->vanity = str_copy(a, (struct str){ r.key, r.keys });
    if (r.context.n && !ret->plus) {
        struct phone_written around;
        if (phone_read(a, r.context, &around))
            ret->digits = str_head(str_join(a, around.digits, S(""), ret->digits), PHONE_DIGITS_MAX);
        ret->plus = true;
    }
    return r.n > 0 && !ret->full;
}
