/* Which code page words are in: each is read in each page, and the reading whose letters follow one another best is taken. */
#include "base/utf8.h"
#include <utf8proc.h>
#include "contact/charset/charset_int.h"
#include "contact/charset/charset_letters.h"

/* Costs are quarter bits: minus the logarithm of how likely a reading is. */
enum {
    COST_BROKEN = 240,  /* a byte that means nothing there */
    COST_CONTROL = 120, /* C1 */
    COST_SYMBOL = 60,   /* amid letters */
    COST_QUOTE = 36,
    COST_FOREIGN = 56,  /* a letter of another language */
    COST_LATIN = 24,    /* a Latin letter amid others */
    COST_MIXED = 40,    /* both beside one another in a word */
    COST_BESIDE = 20,   /* Latin letters beside signs */
    COST_USUAL = 21,    /* a byte of what is read as it should be, at most; else all pages are tried */
    COST_ACCIDENT = 12, /* what is UTF-8 by accident */
    COST_SWITCH = 24,   /* the next word is of another language */
    COST_CASE = 32,     /* lower case before upper case */
    COST_SMALL = 8,     /* a name in lower case */
    PAGE_LANGUAGES = 10,
};

/* The code pages that are tried, what is written in them, and what it takes to believe in them. */
static const struct page {
    enum charset cs;
    int          prior;
    int8_t       language[PAGE_LANGUAGES]; /* up to -1; of wide pages only kana */
    int8_t       signs;                    /* -1: none */
} pages[] = {
#define WEST                                                                                                \
    LANGUAGE_DE, LANGUAGE_FR, LANGUAGE_ES, LANGUAGE_PT, LANGUAGE_IT, LANGUAGE_NL, LANGUAGE_SV, LANGUAGE_DA, \
        LANGUAGE_FI, LANGUAGE_IS
#define CENTRE   LANGUAGE_PL, LANGUAGE_CS, LANGUAGE_SK, LANGUAGE_HU, LANGUAGE_RO, LANGUAGE_HR, LANGUAGE_DE, -1
#define CYRILLIC LANGUAGE_RU, LANGUAGE_UK, LANGUAGE_BG, LANGUAGE_BE, LANGUAGE_SR, LANGUAGE_MK, -1
#define BALTIC   LANGUAGE_LT, LANGUAGE_LV, LANGUAGE_ET, -1
    { CHARSET_WINDOWS_1252, 0, { WEST }, -1 },
    { CHARSET_WINDOWS_1250, 6, { CENTRE }, -1 },
    { CHARSET_WINDOWS_1251, 6, { CYRILLIC }, -1 },
    { CHARSET_WINDOWS_1253, 8, { LANGUAGE_EL, -1 }, -1 },
    { CHARSET_WINDOWS_1254, 8, { LANGUAGE_TR, LANGUAGE_DE, -1 }, -1 },
    { CHARSET_WINDOWS_1255, 8, { LANGUAGE_HE, -1 }, -1 },
    { CHARSET_WINDOWS_1256, 8, { LANGUAGE_AR, LANGUAGE_FA, -1 }, -1 },
    { CHARSET_WINDOWS_1257, 12, { BALTIC }, -1 },
    { CHARSET_WINDOWS_874, 8, { LANGUAGE_TH, -1 }, -1 },
    { CHARSET_GB18030, 4, { -1 }, SIGNS_ZH },
    { CHARSET_BIG5, 8, { -1 }, SIGNS_ZH_HANT },
    { CHARSET_EUC_KR, 8, { -1 }, SIGNS_KO },
    { CHARSET_SHIFT_JIS, 6, { LANGUAGE_JA, -1 }, SIGNS_JA },
    { CHARSET_EUC_JP, 28, { LANGUAGE_JA, -1 }, SIGNS_JA },
    { CHARSET_KOI8_R, 16, { LANGUAGE_RU, -1 }, -1 },
    { CHARSET_KOI8_U, 20, { LANGUAGE_UK, -1 }, -1 },
    { CHARSET_IBM_866, 24, { LANGUAGE_RU, LANGUAGE_UK, -1 }, -1 },
    { CHARSET_ISO_8859_2, 16, { CENTRE }, -1 },
    { CHARSET_ISO_8859_5, 40, { CYRILLIC }, -1 },
    { CHARSET_ISO_8859_6, 24, { LANGUAGE_AR, -1 }, -1 },
    { CHARSET_ISO_8859_7, 16, { LANGUAGE_EL, -1 }, -1 },
    { CHARSET_ISO_8859_13, 28, { BALTIC }, -1 },
    { CHARSET_MACINTOSH, 28, { WEST }, -1 },
    { CHARSET_MAC_CENTRAL_EUROPE, 32, { CENTRE }, -1 },
    { CHARSET_MAC_CYRILLIC, 28, { LANGUAGE_RU, LANGUAGE_UK, -1 }, -1 },
    { CHARSET_MAC_GREEK, 32, { LANGUAGE_EL, -1 }, -1 },
    { CHARSET_MAC_TURKISH, 32, { LANGUAGE_TR, -1 }, -1 },
};

/* ---- letters ---- */

/* Place from 1 of a code in ascending codes; 0: not there. */
static size_t place(const uint16_t *codes, size_t n, uint32_t code)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && codes[low] == code ? low + 1 : 0;
}

static int pair_cost(const struct charset_letters *l, size_t before, size_t letter)
{
    return l->cost[before * (l->n + 1) + letter] - CHARSET_COST_0;
}

static bool is_letter(uint32_t c)
{
    utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
    return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_ME;
}

/* What stands between the letters of a word, or a letter of others. */
static int stranger_cost(uint32_t c)
{
    if (!c)
        return COST_BROKEN;
    if (c < 0x80)
        return ascii_alpha((char)c) ? COST_LATIN : COST_QUOTE;
    if (c < 0xa0)
        return COST_CONTROL;
    bool quote = (c >= 0x2010 && c <= 0x2026) || c == 0xa0 || c == 0xab || c == 0xbb;
    return quote ? COST_QUOTE : is_letter(c) ? COST_FOREIGN : COST_SYMBOL;
}

/* A character of a word, and what it is in lower case. */
struct letter {
    uint32_t code, low;
    bool     big, small;
};
enum { WORD_MAX = 64 }; /* of a longer one the head is enough */

/* A word as one language has it. */
struct reading {
    const struct charset_letters *letters;
    size_t                        before; /* place of the letter before; 0: none */
    bool small, open, latin; /* the letter before: of lower case; of the language; Latin, which it has not */
    int  cost;
};

static void close_word(struct reading *r)
{
    if (r->open)
        r->cost += pair_cost(r->letters, r->before, 0);
    r->before = 0;
    r->open = false;
}

static struct letter letter_of(uint32_t c)
{
    if (c < 0x80)
        return (struct letter){ c, (uint32_t)ascii_lower((char)c), c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z' };
    if (c >= 0x2e80) /* signs and kana have no case */
        return (struct letter){ c, c, false, false };
    uint32_t low = c == 0x130 ? 'i' : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    return (struct letter){ c, low, low != c, low == c && (uint32_t)utf8proc_toupper((utf8proc_int32_t)c) != c };
}

static size_t letters_of(enum charset cs, struct str word, struct letter to[WORD_MAX])
{
    size_t n = 0;

    for (struct charset_char c; word.n && n < WORD_MAX; word = str_from(word, c.bytes)) {
        c = charset_char(cs, word);
        to[n++] = letter_of(c.code);
    }
    return n;
}

static void read_letter(struct reading *r, struct letter c)
{
    const uint16_t *codes = r->letters->code;
    bool            latin = c.low >= 'a' && c.low <= 'z';
    size_t          at = latin && codes[0] == 'a' ? c.low - 'a' + 1 : latin ? 0 : place(codes, r->letters->n, c.low);

    if (!at) {
        r->cost += stranger_cost(c.code) + (latin && r->open ? COST_MIXED : 0);
        close_word(r);
        r->small = false;
        r->latin = latin;
        return;
    }
    r->cost += pair_cost(r->letters, r->before, at) + (r->latin ? COST_MIXED : 0);
    r->cost += (r->open && r->small && c.big ? COST_CASE : 0) + (!r->open && c.small ? COST_SMALL : 0);
    r->before = at;
    r->latin = false;
    r->small = c.small;
    r->open = true;
}

static int letters_cost(const struct charset_letters *letters, const struct letter *word, size_t n)
{
    struct reading r = { .letters = letters };

    for (size_t i = 0; i < n; i++)
        read_letter(&r, word[i]);
    close_word(&r);
    return r.cost;
}

/* ---- signs ---- */

static int sign_cost(int signs, enum charset cs, uint32_t c, struct str s)
{
    unsigned char lead = (unsigned char)s.p[0];

    for (int i = 0; i < CHARSET_TIERS; i++)
        if (place((const uint16_t *)charset_signs[signs][i].sign, charset_signs[signs][i].n, c))
            return 24 + 8 * i;
    if (c == 0x3000 || c == 0x30fb || c == 0xff65 || (c >= 0xff01 && c <= 0xff5e))
        return COST_QUOTE;
    if (!is_letter(c))
        return COST_SYMBOL;
    if (c >= 0x3040 && c < 0x3100)
        return COST_SYMBOL; /* kana where none belong */
    bool ku = cs == CHARSET_BIG5        ? lead >= 0xa4 && lead <= 0xc6
              : cs == CHARSET_SHIFT_JIS ? lead < 0x99
              : cs == CHARSET_EUC_JP    ? lead < 0xd0
              : cs == CHARSET_GB18030   ? lead >= 0xb0 && lead < 0xd8 && (unsigned char)s.p[1] > 0xa0
                                        : c >= 0xac00 && lead >= 0xb0 && (unsigned char)s.p[1] > 0xa0;
    return ku ? 62 : (unsigned char)s.p[1] > 0xa0 || cs == CHARSET_BIG5 || cs == CHARSET_SHIFT_JIS ? 74 : 86;
}

/* Kana as the table has it: as katakana, with their mark apart (ret_mark 0: none); 0: no kana. */
static uint32_t kana(uint32_t c, uint32_t *ret_mark)
{
    static const char16_t half[] = u"ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
                                   u"マミムメモヤユヨラリルレロワン\u3099\u309a";

    *ret_mark = 0;
    if (c >= 0xff66 && c <= 0xff9f)
        return half[c - 0xff66];
    if (c >= 0x3041 && c <= 0x3094)
        c += 0x60;
    if (c == 0x30fc || c == 0x3099 || c == 0x309a)
        return c;
    if (c < 0x30a1 || c > 0x30f4)
        return 0;
    unsigned mark = c >= 0x30ab && c <= 0x30c2   ? (c & 1) == 0
                    : c >= 0x30c4 && c <= 0x30c9 ? c & 1
                    : c >= 0x30cf && c <= 0x30dd ? (c - 0x30cf) % 3
                                                 : c == 0x30f4;
    *ret_mark = mark ? 0x3098 + mark : 0;
    return c == 0x30f4 ? 0x30a6 : c - mark;
}

/* Kana and their mark; false: c is none. */
static bool read_kana(struct reading *r, uint32_t c)
{
    uint32_t mark = 0, plain = r->letters ? kana(c, &mark) : 0;

    if (plain)
        read_letter(r, letter_of(plain));
    if (plain && mark)
        read_letter(r, letter_of(mark));
    return plain;
}

static int signs_cost(const struct page *page, struct str word)
{
    struct reading r = { .letters = page->language[0] < 0 ? NULL : &charset_letters[page->language[0]] };
    bool           latin = ascii_alpha(word.p[0]), is_cut = word.n == CHARSET_WORD_MAX;

    for (struct charset_char c; word.n; word = str_from(word, c.bytes)) {
        c = charset_char(page->cs, word);
        if (!c.code && is_cut && word.n < 3)
            break;
        r.cost += latin != (c.code < 0x80 && ascii_alpha((char)c.code)) ? COST_BESIDE : 0;
        latin = c.code < 0x80 && ascii_alpha((char)c.code);
        if (read_kana(&r, c.code))
            continue;
        close_word(&r);
        r.cost += c.code < 0x80 ? stranger_cost(c.code) : sign_cost(page->signs, page->cs, c.code, word);
    }
    close_word(&r);
    return r.cost;
}

/* ---- a page ---- */

static bool next_word(struct str *words, struct str *ret)
{
    while (words->n && words->p[0] == ' ')
        *words = str_from(*words, 1);
    const char *end = words->n ? memchr(words->p, ' ', words->n) : NULL;
    *ret = str_head(*words, end ? (size_t)(end - words->p) : words->n);
    *words = str_from(*words, ret->n);
    return ret->n;
}

/* What a word adds to the cheapest way through each language of the page; returns the cheapest of all. */
static int add_word(const struct page *page, struct str word, int before, int best[PAGE_LANGUAGES])
{
    struct letter letters[WORD_MAX];
    size_t        n = letters_of(page->cs, word, letters);
    int           least = INT32_MAX;

    for (int i = 0; i < PAGE_LANGUAGES && page->language[i] >= 0; i++) {
        best[i] = (best[i] < before + COST_SWITCH ? best[i] : before + COST_SWITCH) +
                  letters_cost(&charset_letters[page->language[i]], letters, n);
        least = best[i] < least ? best[i] : least;
    }
    return least;
}

/* The cost of all words, each in some language of the page; as soon as it is more than `most`, that is enough. */
static int page_cost(const struct page *page, struct str words, int start, int most)
{
    int best[PAGE_LANGUAGES], least = start;

    for (int i = 0; i < PAGE_LANGUAGES; i++)
        best[i] = start;
    for (struct str word; least <= most && next_word(&words, &word);)
        least = page->signs < 0 ? add_word(page, word, least, best) : least + signs_cost(page, word);
    return least;
}

static const struct page *page_of(enum charset cs)
{
    for (size_t i = 0; i < countof(pages); i++)
        if (pages[i].cs == cs)
            return &pages[i];
    return NULL;
}

enum charset charset_words(struct str words, enum charset near)
{
    const struct page *beside = page_of(near), *found = beside ? beside : pages;
    int                least = INT32_MAX;

    words = str_head(words, CHARSET_WORDS_MAX);
    if (beside) {
        int cost = page_cost(beside, words, 0, INT32_MAX);
        if (cost <= (int)words.n * COST_USUAL)
            return near;
        least = cost + beside->prior - CHARSET_NEAR;
    }
    for (size_t i = 0; i < countof(pages); i++) {
        int cost = &pages[i] == beside ? least : page_cost(&pages[i], words, pages[i].prior, least);
        if (cost < least) {
            least = cost;
            found = &pages[i];
        }
    }
    return found->cs;
}

bool charset_beats_utf8(enum charset cs, struct str text)
{
    auto_buf           words = buf_of(CHARSET_WORDS_MAX);
    const struct page *named = page_of(cs);
    int                utf8 = INT32_MAX;

    charset_put_words(&words, text);
    for (size_t i = 0; named && i < countof(pages); i++) {
        struct page page = pages[i];
        page.cs = CHARSET_UTF8;
        int cost = page_cost(&page, buf_str(&words), 0, utf8);
        utf8 = cost < utf8 ? cost : utf8;
    }
    return named && page_cost(named, buf_str(&words), 0, utf8) < utf8 - COST_ACCIDENT;
}

bool charset_fits(enum charset cs, struct str words)
{
    if (cs == CHARSET_ISO_2022_JP || cs < CHARSET_WINDOWS_874 || cs >= CHARSET_UNKNOWN)
        return false;
    for (struct charset_char c; words.n; words = str_from(words, c.bytes)) {
        c = charset_char(cs, words);
        if (!c.code)
            return false;
    }
    return true;
}
