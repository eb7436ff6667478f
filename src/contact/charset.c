/* Finds the character set of a file and turns it into UTF-8. */
#include "contact/charset.h"
#include "base/utf8.h"
#include "contact/tables/charset_tables.h"

static const struct {
    struct str   name;
    enum charset cs;
} labels[] = {
    { { "utf-8", 5 }, CHARSET_UTF8 },
    { { "utf8", 4 }, CHARSET_UTF8 },
    { { "us-ascii", 8 }, CHARSET_UTF8 },
    { { "ascii", 5 }, CHARSET_UTF8 },
    { { "utf-16le", 8 }, CHARSET_UTF16LE },
    { { "utf-16be", 8 }, CHARSET_UTF16BE },
    { { "windows-1250", 12 }, CHARSET_WINDOWS_1250 },
    { { "cp1250", 6 }, CHARSET_WINDOWS_1250 },
    { { "windows-1251", 12 }, CHARSET_WINDOWS_1251 },
    { { "cp1251", 6 }, CHARSET_WINDOWS_1251 },
    { { "windows-1252", 12 }, CHARSET_WINDOWS_1252 },
    { { "cp1252", 6 }, CHARSET_WINDOWS_1252 },
    { { "windows-1253", 12 }, CHARSET_WINDOWS_1253 },
    { { "cp1253", 6 }, CHARSET_WINDOWS_1253 },
    { { "windows-1254", 12 }, CHARSET_WINDOWS_1254 },
    { { "cp1254", 6 }, CHARSET_WINDOWS_1254 },
    { { "windows-1257", 12 }, CHARSET_WINDOWS_1257 },
    { { "cp1257", 6 }, CHARSET_WINDOWS_1257 },
    { { "iso-8859-1", 10 }, CHARSET_ISO_8859_1 },
    { { "latin1", 6 }, CHARSET_ISO_8859_1 },
    { { "iso-8859-2", 10 }, CHARSET_ISO_8859_2 },
    { { "latin2", 6 }, CHARSET_ISO_8859_2 },
    { { "iso-8859-5", 10 }, CHARSET_ISO_8859_5 },
    { { "iso-8859-7", 10 }, CHARSET_ISO_8859_7 },
    { { "iso-8859-9", 10 }, CHARSET_ISO_8859_9 },
    { { "latin5", 6 }, CHARSET_ISO_8859_9 },
    { { "iso-8859-15", 11 }, CHARSET_ISO_8859_15 },
    { { "latin9", 6 }, CHARSET_ISO_8859_15 },
    { { "koi8-r", 6 }, CHARSET_KOI8_R },
};

enum charset charset_by_name(struct str label)
{
    label = str_trim(label);
    for (size_t i = 0; i < countof(labels); i++)
        if (str_ieq(labels[i].name, label))
            return labels[i].cs;
    return CHARSET_UNKNOWN;
}

const char *charset_name(enum charset cs)
{
    for (size_t i = 0; i < countof(labels); i++)
        if (labels[i].cs == cs)
            return labels[i].name.p;
    return "unknown";
}

/* Text in UTF-16 has its many ASCII characters' NULs all at odd places, or all at even ones. */
static enum charset utf16_by_nuls(struct str s)
{
    size_t nuls[2] = { 0 };

    for (size_t i = 0; i < s.n; i++)
        nuls[i & 1] += s.p[i] == 0;
    if (nuls[1] > s.n / 4 && nuls[0] * 8 < nuls[1])
        return CHARSET_UTF16LE;
    return nuls[0] > s.n / 4 && nuls[1] * 8 < nuls[0] ? CHARSET_UTF16BE : CHARSET_UNKNOWN;
}

bool charset_is_broken_utf8(struct str s)
{
    size_t broken = 0, sequences = 0;

    for (size_t good; s.n; s = str_from(s, good + 1)) {
        good = utf8_valid_prefix(s);
        for (size_t i = 0; i < good; i++)
            sequences += (unsigned char)s.p[i] >= 0xc0;
        broken += good < s.n;
    }
    return sequences > broken * 2;
}

enum charset charset_guess(struct str text, size_t *ret_bom)
{
    static const struct {
        struct str   bom;
        enum charset cs;
    } boms[] = {
        { { "\xef\xbb\xbf", 3 }, CHARSET_UTF8 },
        { { "\xff\xfe", 2 }, CHARSET_UTF16LE },
        { { "\xfe\xff", 2 }, CHARSET_UTF16BE },
    };
    struct str look = str_head(text, CHARSET_LOOK);

    *ret_bom = 0;
    for (size_t i = 0; i < countof(boms); i++) {
        if (str_starts(text, boms[i].bom)) {
            *ret_bom = boms[i].bom.n;
            return boms[i].cs;
        }
    }
    enum charset cs = utf16_by_nuls(str_head(look, 4096));
    if (cs != CHARSET_UNKNOWN)
        return cs;
    size_t good = utf8_valid_prefix(look);
    bool   cut = look.n < text.n && look.n - good < 4;
    return good == look.n || cut || charset_is_broken_utf8(look) ? CHARSET_UTF8 : CHARSET_WINDOWS_1252;
}

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

static void put_bytes(struct buf *to, enum charset cs, struct str s)
{
    const uint16_t *upper = upper_halves[cs];

    while (s.n) {
        size_t n = 0;
        while (n < s.n && (unsigned char)s.p[n] < 0x80)
            n++;
        buf_put(to, str_head(s, n));
        for (; n < s.n && (unsigned char)s.p[n] >= 0x80; n++) {
            uint32_t c = upper[(unsigned char)s.p[n] - 0x80];
            utf8_put(to, c ? c : 0xfffd);
        }
        s = str_from(s, n);
    }
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

void charset_put(struct buf *to, enum charset cs, struct str s)
{
    if (cs == CHARSET_UTF8)
        put_utf8(to, s);
    else if (cs == CHARSET_UTF16LE || cs == CHARSET_UTF16BE)
        put_utf16(to, cs == CHARSET_UTF16BE, s);
    else
        put_bytes(to, cs == CHARSET_UNKNOWN ? CHARSET_WINDOWS_1252 : cs, s);
}

struct str charset_to_utf8(struct arena *a, enum charset cs, struct str s)
{
    auto_buf b = buf_of(s.n * 3 + 3);

    if (cs == CHARSET_UTF8 && utf8_valid(s))
        return s;
    charset_put(&b, cs, s);
    return str_copy(a, buf_str(&b));
}
