/* Names of people, taken apart into components, and as keys. */
#include "contact/name.h"
#include <utf8proc.h>
#include "base/utf8.h"
#include "base/vec.h"
#include "contact/card.h"
#include "contact/fold.h"

/* clang-format off */
/* Folded, without dots. */
static const char *const honorifics[] = {
    "abg", "archbishop", "baroness", "capt", "captain", "cavaliere", "col", "colonel", "countess", "dame", "dhr",
    "dipl", "dipling", "docteur", "doctor", "doktor", "dona", "dott", "dottore", "dottoressa", "dottssa", "dr", "dra",
    "drmed", "drphil", "drs", "fr", "frau", "fraulein", "gospodin", "gospozha", "habil", "hc", "herr", "herrn", "hon",
    "honorable", "hr", "ing", "ir", "lady", "lic", "lieutenant", "lord", "lt", "maam", "madam", "madame",
    "mademoiselle", "maitre", "mevr", "mevrouw", "mgr", "miss", "mister", "mlle", "mme", "monsieur", "mr", "mrs",
    "ms", "mstr", "mx", "pani", "pastor", "phdr", "president", "prof", "profa", "profdr", "professor", "professora",
    "rabbi", "rev", "reverend", "senator", "senhor", "senhora", "senor", "senora", "senorita", "sgt", "sheikh", "sig",
    "signor", "signora", "signorina", "sigra", "sir", "sr", "sra", "srta", "univ", "univprof",
};
static const char *const generations[] = { "jr", "junior", "sr", "senior", "ii", "iii", "iv", "2nd", "3rd", "filho", "neto", "hijo", "fils" };
static const char *const credentials[] = {
    "ba", "beng", "bsc", "cbe", "cfa", "cissp", "cpa", "dba", "dds", "dmd", "do", "edd", "emba", "esq", "esquire",
    "facs", "jd", "kbe", "kc", "llb", "llm", "ma", "mba", "mbe", "md", "mph", "mphil", "mpp", "msc", "msw", "obe",
    "pe", "phd", "pmp", "qc", "ret", "rn", "scd", "shrmcp", "sphr", "usaf", "usmc", "usn",
};
static const char *const particles[] = {
    "al", "af", "ap", "av", "aw", "bar", "ben", "bin", "bint", "d", "da", "dal", "dalla", "das", "de", "degli", "dei", "del", "della",
    "delle", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "i", "ibn", "la", "las", "le", "lo", "los", "op", "san", "santa",
    "st", "t", "te", "ten", "ter", "van", "vander", "vom", "von", "y", "zu", "zum", "zur",
};
/* clang-format on */

static bool among(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (word.n && word.p[0] == list[i][0] && str_is(word, list[i])) /* one byte first: most differ there */
            return true;
    return false;
}

bool name_is_honorific(struct str w) { return among(w, honorifics, countof(honorifics)); }
bool name_is_particle(struct str w) { return among(w, particles, countof(particles)); }

static bool is_generation(struct str w) { return among(w, generations, countof(generations)); }
static bool is_credential(struct str w) { return among(w, credentials, countof(credentials)); }
bool        name_is_suffix(struct str w) { return is_generation(w) || is_credential(w); }

/* ---- taking apart ---- */

enum { WORDS_MAX = 24 };
struct words {
    struct str raw[WORDS_MAX], folded[WORDS_MAX];
    size_t     n;
};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void cut_words(struct arena *a, struct str s, struct words *w)
{
    w->n = 0;
    while (w->n < WORDS_MAX && (s = str_trim(s)).n) {
        size_t n = 0;
        while (n < s.n && !is_blank(s.p[n]))
            n++;
        if (w->n == WORDS_MAX - 1) /* the last word keeps whatever is left */
            n = s.n;
        w->raw[w->n] = str_head(s, n);
        w->folded[w->n++] = fold_bare(a, str_head(s, n));
        s = str_from(s, n);
    }
}

/* The words from..to as they stand. */
static struct str span(const struct words *w, size_t from, size_t to)
{
    if (from >= to)
        return S("");
    struct str last = w->raw[to - 1];
    return (struct str){ w->raw[from].p, (size_t)(last.p + last.n - w->raw[from].p) };
}

/* "Ann Smith (ACME)" -> "Ann Smith", aside "ACME". */
static struct str without_aside(struct arena *a, struct str s, struct str *ret_aside)
{
    size_t open = str_find(s, S("("), 0), close = open == SIZE_MAX ? SIZE_MAX : str_find(s, S(")"), open);

    *ret_aside = S("");
    if (close == SIZE_MAX)
        return s;
    struct str before = str_trim(str_head(s, open)), after = str_trim(str_from(s, close + 1));
    if (!before.n && !after.n)
        return s;
    *ret_aside = str_trim((struct str){ s.p + open + 1, close - open - 1 });
    return str_join(a, before, S(" "), after);
}

bool name_is_east_asian(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
}

static bool is_east_asian(struct str s)
{
    uint32_t c;
    return utf8_next(&s, &c) && name_is_east_asian(c);
}

static struct str drop_comma(struct str s)
{
    while (s.n && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
        s.n--;
    return str_trim(s);
}

/* "Ann Smith MBA" and "Smith, PhD", but Jack Ma and Nguyen Van Do: after a comma, or in capitals behind two words. */
static bool is_credential_at(const struct words *w, size_t from, size_t i)
{
    struct str raw = w->raw[i];
    size_t     capitals = 0;

    if (i <= from || !is_credential(w->folded[i]))
        return false;
    for (size_t k = 0; k < raw.n; k++)
        capitals += raw.p[k] >= 'A' && raw.p[k] <= 'Z';
    return str_ends(w->raw[i - 1], S(",")) || (i > from + 1 && capitals > 1);
}

/* Titles from the front, suffixes from the back; at least one word stays. */
static void strip_ends(const struct words *w, size_t *from, size_t *to, struct name *ret)
{
    size_t first = *from, last = *to;

    while (*to - *from > 1 && name_is_honorific(w->folded[*from]))
        ++*from;
    ret->title = span(w, first, *from);
    while (is_credential_at(w, *from, *to - 1))
        --*to;
    ret->credential = drop_comma(span(w, *to, last));
    last = *to;
    while (*to - *from > 2 && is_generation(w->folded[*to - 1]))
        --*to;
    ret->generation = drop_comma(span(w, *to, last));
}

static void given_names(const struct words *w, size_t from, size_t to, struct name *ret)
{
    ret->given = span(w, from, size_min(from + 1, to));
    ret->given2 = span(w, from + 1, to);
}

/* Where the surname begins: the last word and the particles before it. */
static size_t surname_at(const struct words *w, size_t from, size_t to)
{
    size_t at = to - 1;

    while (at > from + 1 && name_is_particle(w->folded[at - 1]))
        at--;
    return at;
}

static void split_plain(struct arena *a, struct str s, struct name *ret)
{
    struct words w;
    size_t       from = 0, to;

    cut_words(a, s, &w);
    to = w.n;
    if (!to)
        return;
    strip_ends(&w, &from, &to, ret);
    if (to - from == 1) {
        *(ret->title.n ? &ret->surname : &ret->given) = drop_comma(span(&w, from, to));
    } else if (is_east_asian(w.raw[from])) {
        ret->surname = w.raw[from];
        given_names(&w, from + 1, to, ret);
    } else {
        size_t at = surname_at(&w, from, to);
        given_names(&w, from, at, ret);
        ret->surname = drop_comma(span(&w, at, to));
    }
}

static bool is_all_suffix(struct arena *a, struct str s)
{
    struct words w;

    cut_words(a, s, &w);
    for (size_t i = 0; i < w.n; i++)
        if (!name_is_suffix(w.folded[i]))
            return false;
    return w.n > 0;
}

/* "Surname, First Second" with titles on either side. */
static void split_comma(struct arena *a, struct str surname, struct str given, struct name *ret)
{
    struct words w;
    size_t       from = 0, to;
    struct name  left = { 0 };

    cut_words(a, given, &w);
    to = w.n;
    strip_ends(&w, &from, &to, ret);
    given_names(&w, from, to, ret);
    ret->given = drop_comma(ret->given);
    ret->given2 = drop_comma(ret->given2);
    cut_words(a, surname, &w);
    from = 0;
    to = w.n;
    strip_ends(&w, &from, &to, &left);
    ret->surname = span(&w, from, to);
    if (!ret->title.n)
        ret->title = left.title;
    if (!ret->generation.n)
        ret->generation = left.generation;
}

void name_split(struct arena *a, struct str full, struct name *ret)
{
    struct str aside;

    *ret = (struct name){
        .title = S(""), .given = S(""), .given2 = S(""), .surname = S(""), .generation = S(""), .credential = S("")
    };
    full = str_trim(without_aside(a, str_trim(full), &aside));
    ret->aside = aside;
    size_t     comma = str_find(full, S(","), 0);
    struct str before = comma == SIZE_MAX ? full : str_trim(str_head(full, comma));
    struct str after = comma == SIZE_MAX ? S("") : str_trim(str_from(full, comma + 1));
    if (!before.n || !after.n)
        split_plain(a, drop_comma(before.n ? before : after), ret);
    else if (is_all_suffix(a, str_head(after, size_min(str_find(after, S(","), 0), after.n))))
        split_plain(a, full, ret);
    else
        split_comma(a, before, after, ret);
}

struct json *name_object(struct arena *a, struct str full)
{
    struct name  n;
    struct json *name = json_new(a, JSON_OBJECT);

    name_split(a, full, &n);
    json_set_text(a, name, S("full"), full);
    const struct {
        struct str kind, value;
    } parts[] = {
        { S("title"), n.title },     { S("given"), n.given },           { S("given2"), n.given2 },
        { S("surname"), n.surname }, { S("generation"), n.generation }, { S("credential"), n.credential },
    };
    for (size_t i = 0; i < countof(parts); i++)
        if (parts[i].value.n)
            card_component(a, name, parts[i].kind, parts[i].value);
    return name;
}

/* ---- keys ---- */

static int by_text(const void *x, const void *y) { return str_cmp(*(const struct str *)x, *(const struct str *)y); }

struct str name_key(struct arena *a, struct str full)
{
    VEC(struct str) words = { 0 };
    struct str aside, rest = fold_text(a, without_aside(a, full, &aside)), word;
    size_t     kept = 0;
    auto_buf   b = buf_of(4096);

    while (words.n < WORDS_MAX && fold_word(a, &rest, &word))
        *vec_push(a, &words) = word;
    for (size_t i = 0; i < words.n; i++) {
        bool ornament = words.n > 1 && (name_is_honorific(words.v[i]) || (i > 1 && name_is_suffix(words.v[i])));
        if (!ornament || (kept == 0 && i + 1 == words.n))
            words.v[kept++] = words.v[i];
    }
    if (kept)
        qsort(words.v, kept, sizeof *words.v, by_text);
    for (size_t i = 0; i < kept; i++) {
        buf_put(&b, i ? S(" ") : S(""));
        buf_put(&b, words.v[i]);
    }
    return str_copy(a, buf_str(&b));
}

/* ---- initials ---- */

/* First letter or digit of s, as a capital. */
static bool put_initial(struct buf *b, struct str s)
{
    uint32_t c;

    while (utf8_next(&s, &c)) {
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
        if (c == 0xfffd || kind == UTF8PROC_CATEGORY_CN ||
            (kind > UTF8PROC_CATEGORY_LO && kind != UTF8PROC_CATEGORY_ND))
            continue;
        utf8_put(b, (uint32_t)utf8proc_toupper((utf8proc_int32_t)c));
        return true;
    }
    return false;
}

struct str name_initials(struct arena *a, const struct json *card)
{
    auto_buf   b = buf_of(16);
    struct str given = card_name_part(a, card, S("given")), surname = card_name_part(a, card, S("surname"));

    if (!given.n && !surname.n && card_kind(card) == CARD_INDIVIDUAL) {
        struct name n;
        name_split(a, json_get_text(json_get(card, S("name")), S("full")), &n);
        given = n.given;
        surname = n.surname;
    }
    put_initial(&b, is_east_asian(surname) ? S("") : given);
    put_initial(&b, surname);
    if (!b.n && !put_initial(&b, card_display_name(a, card)))
        buf_char(&b, '?');
    return str_copy(a, buf_str(&b));
}
