/* Knows the character sets by name, and tells which one a whole file is in. */
#include "base/utf8.h"
#include "contact/charset/charset_int.h"

/* Canonical names, and all that are met, of letters and digits only. */
static const struct {
    enum charset cs;
    const char  *name, *labels; /* labels: apart by a blank */
} labels[] = {
    { CHARSET_UTF8, "utf-8", "utf8 usascii ascii unicode11utf8 utf8mb4 ansix341968 iso646us cp65001 65001" },
    { CHARSET_UTF16LE, "utf-16le", "utf16le utf16 unicode ucs2 ucs2le iso10646ucs2 cp1200" },
    { CHARSET_UTF16BE, "utf-16be", "utf16be unicodefffe ucs2be cp1201" },
    { CHARSET_WINDOWS_874, "windows-874", "windows874 cp874 tis620 iso885911 dos874 thai" },
    { CHARSET_WINDOWS_1250, "windows-1250", "windows1250 cp1250 win1250 1250" },
    { CHARSET_WINDOWS_1251, "windows-1251", "windows1251 cp1251 win1251 1251" },
    { CHARSET_WINDOWS_1252, "windows-1252", "windows1252 cp1252 win1252 1252" },
    { CHARSET_WINDOWS_1253, "windows-1253", "windows1253 cp1253 win1253 1253" },
    { CHARSET_WINDOWS_1254, "windows-1254", "windows1254 cp1254 win1254 1254" },
    { CHARSET_WINDOWS_1255, "windows-1255", "windows1255 cp1255 win1255 1255" },
    { CHARSET_WINDOWS_1256, "windows-1256", "windows1256 cp1256 win1256 1256" },
    { CHARSET_WINDOWS_1257, "windows-1257", "windows1257 cp1257 win1257 1257" },
    { CHARSET_WINDOWS_1258, "windows-1258", "windows1258 cp1258 win1258 1258" },
    { CHARSET_ISO_8859_1, "iso-8859-1", "iso88591 88591 latin1 l1 cp819 ibm819 isoir100" },
    { CHARSET_ISO_8859_2, "iso-8859-2", "iso88592 88592 latin2 l2" },
    { CHARSET_ISO_8859_3, "iso-8859-3", "iso88593 88593 latin3 l3" },
    { CHARSET_ISO_8859_4, "iso-8859-4", "iso88594 88594 latin4 l4" },
    { CHARSET_ISO_8859_5, "iso-8859-5", "iso88595 88595 cyrillic" },
    { CHARSET_ISO_8859_6, "iso-8859-6", "iso88596 88596 arabic asmo708 iso88596i iso88596e" },
    { CHARSET_ISO_8859_7, "iso-8859-7", "iso88597 88597 greek greek8 elot928" },
    { CHARSET_ISO_8859_8, "iso-8859-8", "iso88598 88598 hebrew iso88598i iso88598e logical visual" },
    { CHARSET_ISO_8859_9, "iso-8859-9", "iso88599 88599 latin5 l5" },
    { CHARSET_ISO_8859_10, "iso-8859-10", "iso885910 885910 latin6 l6" },
    { CHARSET_ISO_8859_13, "iso-8859-13", "iso885913 885913 latin7" },
    { CHARSET_ISO_8859_14, "iso-8859-14", "iso885914 885914 latin8" },
    { CHARSET_ISO_8859_15, "iso-8859-15", "iso885915 885915 latin9 l9" },
    { CHARSET_ISO_8859_16, "iso-8859-16", "iso885916 885916 latin10" },
    { CHARSET_KOI8_R, "koi8-r", "koi8r koi8 koi" },
    { CHARSET_KOI8_U, "koi8-u", "koi8u koi8ru" },
    { CHARSET_IBM_437, "ibm437", "ibm437 cp437 437 dos437" },
    { CHARSET_IBM_850, "ibm850", "ibm850 cp850 850 dos850" },
    { CHARSET_IBM_852, "ibm852", "ibm852 cp852 852 dos852" },
    { CHARSET_IBM_866, "ibm866", "ibm866 cp866 866 dos866" },
    { CHARSET_MACINTOSH, "macintosh", "macintosh mac macroman cp10000" },
    { CHARSET_MAC_CENTRAL_EUROPE, "x-mac-ce", "macce maclatin2 maccentraleurroman maccentraleurope cp10029" },
    { CHARSET_MAC_CYRILLIC, "x-mac-cyrillic", "maccyrillic macukrainian cp10007" },
    { CHARSET_MAC_GREEK, "x-mac-greek", "macgreek cp10006" },
    { CHARSET_MAC_TURKISH, "x-mac-turkish", "macturkish cp10081" },
    { CHARSET_GB18030, "gb18030",
      "gb18030 gbk gb2312 gb231280 gb cp936 936 windows936 ms936 euccn chinese csgb2312 isoir58" },
    { CHARSET_BIG5, "big5", "big5 big5hkscs big5eten cp950 950 windows950 ms950 cnbig5 csbig5" },
    { CHARSET_EUC_KR, "euc-kr",
      "euckr cp949 949 windows949 ms949 uhc ksc56011987 ksc56011989 ksc5601 ksx1001 korean cseuckr" },
    { CHARSET_SHIFT_JIS, "shift_jis", "shiftjis sjis cp932 932 windows932 windows31j ms932 mskanji csshiftjis pck" },
    { CHARSET_EUC_JP, "euc-jp", "eucjp ujis eucjpms cp51932 cp20932 cseucpkdfmtjapanese" },
    { CHARSET_ISO_2022_JP, "iso-2022-jp",
      "iso2022jp jis csiso2022jp iso2022jp1 iso2022jp2 iso2022jpms cp50220 cp50221 cp50222" },
};

/* What is left of a label without what people write between its parts and before them. */
static struct str bare(struct str label, char to[48])
{
    size_t n = 0;

    label = str_trim(label);
    if (label.n > 2 && (label.p[0] | 32) == 'x' && label.p[1] == '-')
        label = str_from(label, 2);
    for (size_t i = 0; i < label.n && n < 48; i++)
        if (ascii_digit(label.p[i]) || ascii_alpha(label.p[i]))
            to[n++] = ascii_lower(label.p[i]);
    return (struct str){ to, n };
}

static bool has_word(const char *words, struct str wanted)
{
    struct str all = str_of(words);

    for (size_t at = 0; (at = str_find(all, wanted, at)) != SIZE_MAX; at++)
        if ((!at || all.p[at - 1] == ' ') && (at + wanted.n == all.n || all.p[at + wanted.n] == ' '))
            return true;
    return false;
}

enum charset charset_by_name(struct str label)
{
    char       letters[48];
    struct str wanted = bare(label, letters);

    for (size_t i = 0; wanted.n && i < countof(labels); i++)
        if (has_word(labels[i].labels, wanted))
            return labels[i].cs;
    return CHARSET_UNKNOWN;
}

const char *charset_name(enum charset cs)
{
    for (size_t i = 0; i < countof(labels); i++)
        if (labels[i].cs == cs)
            return labels[i].name;
    return "unknown";
}

/* Text of bytes has no NUL; in UTF-16 those of line ends, digits and Latin letters stand all at odd places, or all at even ones. */
static enum charset utf16_by_nuls(struct str s)
{
    size_t nuls[2] = { 0 }, enough = s.n / 64 + 1;

    for (size_t i = 0; i < s.n; i++)
        nuls[i & 1] += s.p[i] == 0;
    if (nuls[1] > enough && nuls[0] * 8 < nuls[1])
        return CHARSET_UTF16LE;
    return nuls[0] > enough && nuls[1] * 8 < nuls[0] ? CHARSET_UTF16BE : CHARSET_UNKNOWN;
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

bool charset_is_iso2022(struct str s)
{
    bool kanji = str_find(s, S("\x1b$B"), 0) != SIZE_MAX || str_find(s, S("\x1b$@"), 0) != SIZE_MAX;

    for (size_t i = 0; i < s.n && kanji; i++)
        kanji = (unsigned char)s.p[i] < 0x80;
    return kanji;
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
    if (good == look.n || cut || charset_is_broken_utf8(look))
        return charset_is_iso2022(look) ? CHARSET_ISO_2022_JP : CHARSET_UTF8;
    auto_buf words = buf_of(CHARSET_WORDS_MAX);
    charset_collect(&words, look);
    return charset_words(buf_str(&words), CHARSET_UNKNOWN);
}
