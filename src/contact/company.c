/* Names of companies as keys: legal forms cut, domains read. */
#include "contact/company.h"
#include "contact/fold.h"

/* clang-format off */
/* Legal forms, folded, dots gone.  Long ones of several words are met word by word. */
static const char *const forms[] = {
    "ab", "ag", "aps", "as", "asa", "asbl", "bhd", "bt", "bv", "bvba", "ca", "cia", "co", "company", "coop", "corp", "corporation",
    "cv", "cvba", "da", "dba", "dd", "doo", "ead", "eg", "eeig", "eirl", "ek", "ent", "ento", "eood", "epe", "eu", "ev", "ewiv",
    "fa", "gbr", "genossenschaft", "ges", "gesellschaft", "gesmbh", "ggmbh", "gie", "gmbh", "gmbhco", "hb", "hf", "ike", "inc",
    "incorporated", "jsc", "jv", "kb", "kda", "kft", "kg", "kgaa", "kk", "kkt", "kom", "ks", "lc", "llc", "llp", "lllp", "lp", "ltd",
    "ltda", "ltee", "limited", "limitada", "limitee", "mbb", "mbh", "nv", "nyrt", "oao", "od", "ohg", "ood", "ooo", "oo", "oy", "oyj", "ou",
    "oe", "pao", "partg", "partgmbb", "plc", "pjsc", "pllc", "pbc", "psc", "pt", "pte", "pty", "pvt", "private", "sa", "sab", "sae",
    "sagl", "sal", "sapi", "sarl", "sas", "sasu", "sc", "sca", "scop", "scrl", "scs", "sdn", "se", "sia", "sicav", "sl", "slu",
    "slne", "snc", "societe", "sp", "spa", "spk", "spol", "spolka", "spzoo", "srl", "srls", "sro", "stg", "stiftung", "tbk", "uab",
    "ug", "vof", "vzw", "zao", "zoo", "zrt", "haftungsbeschrankt", "ao", "tov", "ltdsti", "sti", "anonimsirketi", "kabushiki",
    "kaisha", "gk",
};
/* Words between the legal forms at the end: "GmbH & Co. KG", "Sp. z o.o.", "S.A. de C.V.", "S. r. o.". */
static const char *const joints[] = { "and", "und", "et", "y", "de", "z", "o", "s", "r", "l", "a", "p", "v", "c", "k", "g" };
static const char *const starts[] = { "the", "die", "der", "das", "le", "la", "les", "el", "los", "firma", "fa", "pt", "ooo", "oao",
                                      "zao", "pao", "ao", "tov" };
/* clang-format on */

enum { WORDS_MAX = 32 };
/* folded words of a name */
struct words {
    struct str folded[WORDS_MAX];
    size_t     n;
};

static bool among(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}

static bool is_cut(char c) { return strchr(" \t\r\n,;/()&+|", c) != NULL; }

static void cut_words(struct arena *a, struct str s, struct words *w)
{
    w->n = 0;
    while (s.n && w->n < WORDS_MAX) {
        while (s.n && s.p[0] && is_cut(s.p[0]))
            s = str_from(s, 1);
        size_t n = 0;
        while (n < s.n && (!s.p[n] || !is_cut(s.p[n])))
            n++;
        if (w->n == WORDS_MAX - 1)
            n = s.n;
        struct str folded = fold_bare(a, str_head(s, n));
        if (folded.n)
            w->folded[w->n++] = folded;
        s = str_from(s, n);
    }
}

/* from..to without what only says how the company is registered; at least one word stays. */
static void trim_words(const struct words *w, size_t *from, size_t *to)
{
    *from = 0;
    *to = w->n;
    size_t end = w->n;
    while (end > 1) {
        struct str word = w->folded[end - 1];
        if (among(word, forms, countof(forms)))
            *to = --end;
        else if (among(word, joints, countof(joints)))
            end--; /* goes only with a legal form before it */
        else
            break;
    }
    /* "Johnson & Co", "Sp. z o.o.": joints left at the end after a form was cut */
    while (*to<w->n && * to> 1 && among(w->folded[*to - 1], joints, 5))
        --*to;
    while (*to - *from > 1 && among(w->folded[*from], starts, countof(starts)))
        ++*from;
}

struct str company_key(struct arena *a, struct str name)
{
    struct words w;
    size_t       from, to, n = 0;

    cut_words(a, name, &w);
    trim_words(&w, &from, &to);
    for (size_t i = from; i < to; i++)
        n += w.folded[i].n;
    char *key = arena_raw(a, n + 1), *p = key;
    for (size_t i = from; i < to; i++) {
        memcpy(p, w.folded[i].p, w.folded[i].n);
        p += w.folded[i].n;
    }
    return (struct str){ key, n };
}

/* ---- domains ---- */

/* Second labels under which others register: co.uk, com.br, ac.at ... */
static bool is_shared_label(struct str label)
{
    static const char *const shared[] = { "ac",   "asn",  "co",  "com", "edu", "firm", "gen", "gob", "gov",
                                          "gouv", "govt", "gub", "id",  "ind", "info", "ltd", "me",  "mil",
                                          "ne",   "net",  "nic", "nom", "or",  "org",  "plc", "sch" };
    return among(label, shared, countof(shared));
}

/* The part of s before its last dot, and what is behind it. */
static struct str last_label(struct str s, struct str *ret_before)
{
    size_t at = s.n;

    while (at && s.p[at - 1] != '.')
        at--;
    *ret_before = at ? str_head(s, at - 1) : S("");
    return str_from(s, at);
}

struct str company_site(struct str domain)
{
    struct str before, rest, top, second;

    while (domain.n && domain.p[domain.n - 1] == '.')
        domain.n--;
    top = last_label(domain, &before);
    second = last_label(before, &rest);
    if (!before.n || !second.n)
        return S("");
    if (top.n == 2 && rest.n && is_shared_label(second))
        second = last_label(rest, &before);
    else if (top.n == 2 && !rest.n && is_shared_label(second))
        return S("");
    return (struct str){ second.p, (size_t)(domain.p + domain.n - second.p) };
}

struct str company_label(struct arena *a, struct str domain)
{
    struct str site = company_site(domain);
    return fold_bare(a, str_head(site, size_min(str_find(site, S("."), 0), site.n)));
}
