/* Decodes the value of a content line: escapes, quoted-printable, base64, URIs. */
#include "contact/vcard/vcard_decode.h"
#include "base/utf8.h"

enum vcard_encoding vcard_encoding(const struct vcard_line *line)
{
    for (size_t i = 0; i < line->nparams; i++) {
        const struct vcard_param *p = &line->params[i];
        if (p->name.n != 8 || !str_ieq(p->name, S("ENCODING")))
            continue;
        if (str_ieq(p->value, S("QUOTED-PRINTABLE")) || str_ieq(p->value, S("Q")))
            return VCARD_QUOTED_PRINTABLE;
        if (str_ieq(p->value, S("B")) || str_ieq(p->value, S("BASE64")))
            return VCARD_BASE64;
    }
    return VCARD_PLAIN;
}

/* ---- quoted-printable ---- */

static int hex(char c)
{
    if (ascii_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct str vcard_quoted_printable(struct arena *a, struct str s)
{
    char  *to = arena_raw(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '=' && s.n - i > 2 ? hex(s.p[i + 1]) : -1, low = high >= 0 ? hex(s.p[i + 2]) : -1;
        if (low < 0) {
            to[n++] = s.p[i];
            continue;
        }
        char c = (char)(high << 4 | low);
        if (c == '\n' && n && to[n - 1] == '\r')
            n--; /* a line feed, as everywhere else */
        if (c)
            to[n++] = c;
        i += 2;
    }
    return (struct str){ to, n };
}

struct str vcard_value(struct arena *a, const struct vcard_line *line)
{
    if (!line->nparams || vcard_encoding(line) != VCARD_QUOTED_PRINTABLE)
        return line->value;
    return charset_to_utf8(a, line->charset, vcard_quoted_printable(a, line->value));
}

/* ---- escapes ---- */

static bool is_escape(enum vcard_version v, char c)
{
    if (v == VCARD_2_1)
        return c == ';' || c == '\\' || c == ':' || c == ',';
    return c == ';' || c == '\\' || c == ':' || c == ',' || c == 'n' || c == 'N';
}

struct str vcard_unescape(struct arena *a, enum vcard_version v, struct str s)
{
    const char *slash = s.n ? memchr(s.p, '\\', s.n) : NULL;

    if (!slash)
        return s;
    char  *to = arena_raw(a, s.n + 1);
    size_t n = (size_t)(slash - s.p);
    memcpy(to, s.p, n);
    for (size_t i = n; i < s.n; i++) {
        char next = s.p[i] == '\\' && i + 1 < s.n ? s.p[i + 1] : 0;
        bool escape = next && is_escape(v, next);
        to[n++] = !escape ? s.p[i] : (next | 32) == 'n' ? '\n' : next;
        i += escape;
    }
    return (struct str){ to, n };
}

struct str vcard_text(struct arena *a, enum vcard_version v, const struct vcard_line *line)
{
    return vcard_unescape(a, v, vcard_value(a, line));
}

bool vcard_part_raw(struct str *rest, char sep, struct str *ret_part)
{
    size_t n = 0;

    if (!rest->p)
        return false;
    for (; n < rest->n && rest->p[n] != sep; n++)
        n += rest->p[n] == '\\' && n + 1 < rest->n;
    *ret_part = (struct str){ rest->p, n };
    *rest = n < rest->n ? (struct str){ rest->p + n + 1, rest->n - n - 1 } : (struct str){ 0 };
    return true;
}

bool vcard_part(struct arena *a, enum vcard_version v, struct str *rest, char sep, struct str *ret_part)
{
    if (!vcard_part_raw(rest, sep, ret_part))
        return false;
    *ret_part = vcard_unescape(a, v, *ret_part);
    return true;
}

/* ---- binary ---- */

/* By the first characters of the base64, which stand for the first bytes. */
static struct str media_type_of(struct str base64)
{
    static const struct {
        struct str start, type;
    } magic[] = {
        { { "/9j/", 4 }, { "image/jpeg", 10 } }, { { "iVBORw0K", 8 }, { "image/png", 9 } },
        { { "R0lGOD", 6 }, { "image/gif", 9 } }, { { "UklGR", 5 }, { "image/webp", 10 } },
        { { "Qk", 2 }, { "image/bmp", 9 } },     { { "SUQz", 4 }, { "audio/mpeg", 10 } },
    };
    for (size_t i = 0; i < countof(magic); i++)
        if (str_starts(base64, magic[i].start))
            return magic[i].type;
    return S("application/octet-stream");
}

static struct str media_type(struct arena *a, const struct vcard_line *line, struct str base64)
{
    struct str type = vcard_param(line, S("MEDIATYPE"));

    if (type.n)
        return type;
    type = vcard_param(line, S("TYPE"));
    if (!type.n || str_ieq(type, S("home")) || str_ieq(type, S("work")) || str_ieq(type, S("pref")))
        return media_type_of(base64);
    type = str_lower(a, type);
    if (memchr(type.p, '/', type.n))
        return type;
    if (str_eq(type, S("jpg")))
        return S("image/jpeg");
    const char *family = line->prop == VC_SOUND ? "audio" : line->prop == VC_KEY ? "application" : "image";
    return str_fmt(a, "%s/" STR_FMT, family, STR_ARG(type));
}

/* Letters of base64 only: without blanks, line ends and what else was put between them. */
static struct str letters_of_base64(struct arena *a, struct str s)
{
    static const char others[256] = { ['+'] = 1, ['/'] = 1, ['='] = 1 };
    size_t            n = 0;

    while (n < s.n && (ascii_alpha(s.p[n]) || ascii_digit(s.p[n]) || others[(unsigned char)s.p[n]]))
        n++;
    if (n == s.n)
        return s;
    char *to = arena_raw(a, s.n + 1);
    n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (ascii_alpha(s.p[i]) || ascii_digit(s.p[i]) || others[(unsigned char)s.p[i]])
            to[n++] = s.p[i];
    return (struct str){ to, n };
}

static struct str data_uri(struct arena *a, struct str type, struct str base64)
{
    struct str head = S("data:"), middle = S(";base64,");
    size_t     n = head.n + type.n + middle.n + base64.n;
    char      *to = arena_raw(a, n + 1), *p = to;

    p = mempcpy(p, head.p, head.n);
    p = mempcpy(p, type.p, type.n);
    p = mempcpy(p, middle.p, middle.n);
    memcpy(p, base64.p, base64.n);
    return (struct str){ to, n };
}

enum { DATA_HEAD_MAX = 200, BARE_BASE64_LEAST = 64 };

/* "data:image/png;base64,iVBO...", also where it was mangled: escaped, with blanks, without its type, twice.  Takes its head off; the type
 * it gave is "" when it gave none.  False: it is no base64. */
static bool take_data_head(struct str *s, struct str *ret_type)
{
    struct str head = str_head(*s, DATA_HEAD_MAX), type = str_from(head, size_min(head.n, 5));
    size_t     at = 5;

    *ret_type = S("");
    while (at + 6 <= head.n && !str_ieq((struct str){ head.p + at, 6 }, S("base64")))
        at++;
    if (at + 6 > head.n)
        return false;
    size_t n = 0;
    while (n < type.n && (ascii_alpha(type.p[n]) || ascii_digit(type.p[n]) || strchr("/.+-", type.p[n])))
        n++;
    if (n < at && memchr(type.p, '/', n))
        *ret_type = str_head(type, n);
    for (at += 6; at < s->n && !ascii_alpha(s->p[at]) && !ascii_digit(s->p[at]) && s->p[at] != '/' && s->p[at] != '+';)
        at++;
    *s = str_from(*s, at);
    return true;
}

static bool is_data(struct str s) { return s.n > 5 && str_ieq(str_head(s, 5), S("data:")); }

/* "image/png;base64,...": somebody took "data:" away. */
static bool lacks_data(struct str s)
{
    struct str head = str_head(s, 64);
    return head.n == 64 && str_ieq(str_head(head, 6), S("image/")) && str_find(head, S(";base64"), 0) != SIZE_MAX;
}

/* Nothing, when nothing is in it. */
static struct str inline_uri(struct arena *a, const struct vcard_line *line, struct str s)
{
    struct str type = S(""), one, whole = s;
    int        heads = 0;

    for (; heads < 4 && is_data(s); heads++) {
        if (!take_data_head(&s, &one))
            return whole; /* data: of text, or of a kind we do not know */
        type = one.n ? one : type;
        s = str_trim(s);
    }
    struct str base64 = letters_of_base64(a, s);
    if (!base64.n)
        return S("");
    bool sound = heads == 1 && type.n && base64.p == s.p && !memcmp(s.p - 8, ";base64,", 8);
    if (sound && s.p + s.n == whole.p + whole.n)
        return whole;
    return data_uri(a, type.n ? type : media_type(a, line, base64), base64);
}

/* Base64 of a picture without any word that it is. */
static bool is_bare_base64(struct str s)
{
    if (s.n < BARE_BASE64_LEAST || str_eq(media_type_of(s), S("application/octet-stream")))
        return false;
    for (size_t i = 0; i < BARE_BASE64_LEAST; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && !strchr("+/ ", s.p[i]))
            return false;
    return true;
}

struct str vcard_uri(struct arena *a, enum vcard_version v, const struct vcard_line *line)
{
    struct str s = str_trim(vcard_encoding(line) == VCARD_BASE64 ? line->value : vcard_text(a, v, line));

    if (vcard_encoding(line) == VCARD_BASE64 &&
        memchr(str_head(s, DATA_HEAD_MAX).p, '\\', size_min(s.n, DATA_HEAD_MAX)))
        s = vcard_unescape(a, VCARD_3_0, s);
    if (lacks_data(s))
        s = str_join(a, S("data:"), S(""), s);
    return vcard_encoding(line) == VCARD_BASE64 || is_data(s) || is_bare_base64(s) ? inline_uri(a, line, s) : s;
}
