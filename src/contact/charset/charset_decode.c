/* Turns text of any code page into UTF-8. */
#include "base/utf8.h"
#include "contact/charset/charset_int.h"
#include "contact/charset/charset_tables.h"

static void put_utf16(struct buf *to, bool big, struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t             high = 0;

    for (size_t i = 0; i + 1 < s.n; i += 2) {
        uint32_t c = big ? (uint32_t)(p[i] << 8 | p[i + 1]) : (uint32_t)(p[i + 1] << 8 | p[i]);
        bool     low = c >= 0xdc00 && c <= 0xdfff;
        if (high)
            utf8_put(to, low ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : 0xfffd);
        bool paired = high && low;
        high = c >= 0xd800 && c <= 0xdbff ? c : 0;
        if (!high && !paired)
            utf8_put(to, c);
    }
    if (high || s.n % 2)
        utf8_put(to, 0xfffd);
}

static void put_utf8(struct buf *to, struct str s)
{
    for (size_t good; s.n; s = str_from(s, good + 1)) {
        good = utf8_valid_prefix(s);
        buf_put(to, str_head(s, good));
        if (good == s.n)
            return;
        utf8_put(to, 0xfffd);
    }
}

/* ---- one character of several bytes; 0: none, its first byte is broken ---- */

static struct charset_char two_bytes(uint32_t code) { return (struct charset_char){ code, code ? 2 : 1 }; }

/* The last range that begins at the pointer or before it. */
static const struct charset_range *gb_range(uint32_t pointer)
{
    size_t low = 0, high = charset_gb18030_n; /* the first begins at 0 */

    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (charset_gb18030[middle].pointer <= pointer)
            low = middle;
        else
            high = middle;
    }
    return &charset_gb18030[low];
}

static struct charset_char gb_four(const unsigned char *p)
{
    uint32_t pointer = ((p[0] - 0x81u) * 10 + p[1] - 0x30u) * 1260 + (p[2] - 0x81u) * 10 + p[3] - 0x30u, code = 0;

    if (pointer >= 189000 && pointer < 1237576)
        code = pointer - 189000 + 0x10000;
    if (pointer < 39420)
        code = pointer - gb_range(pointer)->pointer + gb_range(pointer)->code;
    return (struct charset_char){ code, 4 };
}

static struct charset_char gb18030(const unsigned char *p, size_t n)
{
    if (p[0] == 0x80)
        return (struct charset_char){ 0x20ac, 1 }; /* page 936 */
    if (p[0] == 0xff || n < 2)
        return two_bytes(0);
    if (p[1] >= 0x40 && p[1] != 0x7f && p[1] != 0xff)
        return two_bytes(charset_gbk[(p[0] - 0x81) * 190 + p[1] - (p[1] < 0x7f ? 0x40 : 0x41)]);
    bool four = n > 3 && ascii_digit((char)p[1]) && p[2] >= 0x81 && p[2] != 0xff && ascii_digit((char)p[3]);
    return four ? gb_four(p) : two_bytes(0);
}

static struct charset_char big5(const unsigned char *p, size_t n)
{
    bool low = n > 1 && p[1] >= 0x40 && p[1]<0x7f, high = n> 1 && p[1] >= 0xa1 && p[1] < 0xff;

    if (p[0] == 0x80 || p[0] == 0xff || (!low && !high))
        return two_bytes(0);
    return two_bytes(charset_big5[(p[0] - 0x81) * 157 + p[1] - (low ? 0x40 : 0x62)]);
}

static struct charset_char euc_kr(const unsigned char *p, size_t n)
{
    bool pair = n > 1 && p[0] > 0x80 && p[0] < 0xff && p[1] >= 0x41 && p[1] < 0xff;
    return two_bytes(pair ? charset_euc_kr[(p[0] - 0x81) * 190 + p[1] - 0x41] : 0);
}

static struct charset_char shift_jis(const unsigned char *p, size_t n)
{
    if (p[0] >= 0xa1 && p[0] < 0xe0)
        return (struct charset_char){ 0xff61u + p[0] - 0xa1u, 1 };
    bool pair = n > 1 && p[0] > 0x80 && p[0] != 0xa0 && p[0] < 0xfd && p[1] >= 0x40 && p[1] != 0x7f && p[1] < 0xfd;
    return two_bytes(
        pair ? charset_jis0208[(p[0] - (p[0] < 0xa0 ? 0x81 : 0xc1)) * 188 + p[1] - (p[1] < 0x7f ? 0x40 : 0x41)] : 0);
}

static bool is_euc(unsigned char c) { return c >= 0xa1 && c < 0xff; }

static struct charset_char euc_jp(const unsigned char *p, size_t n)
{
    if (p[0] == 0x8e && n > 1 && p[1] >= 0xa1 && p[1] < 0xe0)
        return two_bytes(0xff61u + p[1] - 0xa1u);
    if (p[0] == 0x8f && n > 2 && is_euc(p[1]) && is_euc(p[2])) {
        uint32_t c = charset_jis0212[(p[1] - 0xa1) * 94 + p[2] - 0xa1];
        return (struct charset_char){ c, c ? 3 : 1 };
    }
    return two_bytes(n > 1 && is_euc(p[0]) && is_euc(p[1]) ? charset_jis0208[(p[0] - 0xa1) * 94 + p[1] - 0xa1] : 0);
}

static struct charset_char utf8_char(struct str s)
{
    struct str rest = s;
    uint32_t   code;

    utf8_next(&rest, &code);
    return (struct charset_char){ code == 0xfffd ? 0 : code, (unsigned)(s.n - rest.n) };
}

struct charset_char charset_char(enum charset cs, struct str s)
{
    static struct charset_char (*const wide[])(const unsigned char *, size_t) = {
        [CHARSET_GB18030] = gb18030,     [CHARSET_BIG5] = big5,     [CHARSET_EUC_KR] = euc_kr,
        [CHARSET_SHIFT_JIS] = shift_jis, [CHARSET_EUC_JP] = euc_jp,
    };
    const unsigned char *p = (const unsigned char *)s.p;

    if (p[0] < 0x80)
        return (struct charset_char){ p[0], 1 };
    if (cs == CHARSET_UTF8)
        return utf8_char(s);
    if (cs >= CHARSET_GB18030 && cs <= CHARSET_EUC_JP)
        return wide[cs](p, s.n);
    return (struct charset_char){ charset_upper[cs][p[0] - 0x80], 1 };
}

static void put_chars(struct buf *to, enum charset cs, struct str s)
{
    while (s.n) {
        size_t n = 0;
        while (n < s.n && (unsigned char)s.p[n] < 0x80)
            n++;
        buf_put(to, str_head(s, n));
        s = str_from(s, n);
        if (s.n) {
            struct charset_char c = charset_char(cs, s);
            utf8_put(to, c.code ? c.code : 0xfffd);
            s = str_from(s, c.bytes);
        }
    }
}

/* ---- ISO-2022-JP: escapes change what the bytes mean ---- */

enum jis { JIS_ASCII, JIS_KANA, JIS_0208, JIS_0212 };

/* Past an escape; false: none that is known. */
static bool jis_escape(struct str *s, enum jis *set)
{
    static const struct {
        struct str escape;
        enum jis   set;
    } all[] = { { { "\x1b(B", 3 }, JIS_ASCII }, { { "\x1b(J", 3 }, JIS_ASCII }, { { "\x1b(I", 3 }, JIS_KANA },
                { { "\x1b$@", 3 }, JIS_0208 },  { { "\x1b$B", 3 }, JIS_0208 },  { { "\x1b$(D", 4 }, JIS_0212 } };

    for (size_t i = 0; i < countof(all); i++) {
        if (str_starts(*s, all[i].escape)) {
            *set = all[i].set;
            *s = str_from(*s, all[i].escape.n);
            return true;
        }
    }
    return false;
}

static struct charset_char jis_char(enum jis set, struct str s)
{
    unsigned char c = (unsigned char)s.p[0], next = s.n > 1 ? (unsigned char)s.p[1] : 0;

    if (set == JIS_ASCII || c <= ' ')
        return (struct charset_char){ c < 0x80 && c != 0x1b ? c : 0xfffd, 1 };
    if (set == JIS_KANA)
        return (struct charset_char){ c >= 0x21 && c < 0x60 ? 0xff61u + c - 0x21u : 0xfffd, 1 };
    bool pair = c > 0x20 && c < 0x7f && next > 0x20 && next < 0x7f;
    return two_bytes(!pair ? 0 : (set == JIS_0208 ? charset_jis0208 : charset_jis0212)[(c - 0x21) * 94 + next - 0x21]);
}

static void put_iso2022(struct buf *to, struct str s)
{
    enum jis set = JIS_ASCII;

    while (s.n) {
        if (jis_escape(&s, &set))
            continue;
        struct charset_char c = jis_char(set, s);
        set = s.p[0] == '\n' ? JIS_ASCII : set; /* RFC 1468: each line begins in ASCII */
        utf8_put(to, c.code ? c.code : 0xfffd);
        s = str_from(s, c.bytes);
    }
}

void charset_put(struct buf *to, enum charset cs, struct str s)
{
    if (cs == CHARSET_UTF8)
        put_utf8(to, s);
    else if (cs == CHARSET_UTF16LE || cs == CHARSET_UTF16BE)
        put_utf16(to, cs == CHARSET_UTF16BE, s);
    else if (cs == CHARSET_ISO_2022_JP)
        put_iso2022(to, s);
    else
        put_chars(to, cs == CHARSET_UNKNOWN ? CHARSET_WINDOWS_1252 : cs, s);
}

struct str charset_to_utf8(struct arena *a, enum charset cs, struct str s)
{
    auto_buf b = buf_of(s.n * 3 + 3);

    if (cs == CHARSET_UTF8 && utf8_valid(s))
        return s;
    charset_put(&b, cs, s);
    return str_copy(a, buf_str(&b));
}
