/* Scores whether two cards are the same person, with evidence. */
#include "match/score.h"
#include "match/comparable.h"
#include "match/similar.h"

/* What a comparison finds besides points: whether the pair may be called certain. */
struct proof {
    bool name, name_fits, mail, mobile, handle, contradiction, doubt, shared;
};

static void say(struct match *m, struct str field, struct str label, struct str a, struct str b, int points,
                struct str text)
{
    if (m->n < MATCH_EVIDENCE_MAX) {
        m->evidence[m->n++] = (struct evidence){ field, label, a, b, points, text };
        m->score += points;
    }
}

/* ---- names ---- */

enum surname { S_EQUAL, S_PART, S_TYPO, S_MISSING, S_DIFFERENT };
/* G_MORE: one says further names, G_MISSING: one says none. */
enum given { G_EQUAL, G_NICKNAME, G_INITIAL, G_MISSING, G_MORE, G_TYPO, G_DIFFERENT };

static const int name_points[5][7] = {
    /* given:       equal nickname initial missing more typo different */
    [S_EQUAL] = { 750, 600, 350, 250, 700, 550, -700 },
    [S_PART] = { 600, 450, 250, 200, 600, 400, -600 },
    [S_TYPO] = { 550, 400, 200, 100, 500, 200, -800 },
    [S_MISSING] = { 200, 150, 50, 0, 150, 100, -500 },
    [S_DIFFERENT] = { -200, -300, -450, -300, -250, -450, -1000 },
};

static bool part_of(const struct match_words *few, const struct match_words *many)
{
    for (size_t i = 0; i < few->n; i++) {
        bool found = false;
        for (size_t k = 0; k < many->n && !found; k++)
            found = str_eq(few->w[i], many->w[k]);
        if (!found)
            return false;
    }
    return few->n > 0;
}

static bool words_equal(const struct match_words *x, const struct match_words *y)
{
    return x->n && (str_eq(x->joined, y->joined) || (x->alias.n && str_eq(x->alias, y->joined)) ||
                    (y->alias.n && str_eq(x->joined, y->alias)));
}

/* Jaro's greedy choice depends on the order of its arguments; the score must not. */
static bool typo(struct str x, struct str y)
{
    int jw = str_cmp(x, y) < 0 ? similar_jw(x, y) : similar_jw(y, x);
    return x.n >= 4 && y.n >= 4 && (jw >= 920 || similar_one_edit(x, y));
}

static enum surname compare_surnames(const struct match_words *x, const struct match_words *y)
{
    if (!x->n || !y->n)
        return S_MISSING;
    if (words_equal(x, y))
        return S_EQUAL;
    if (x->n <= y->n ? part_of(x, y) : part_of(y, x))
        return S_PART;
    if (x->joined.n == 1 || y->joined.n == 1)
        return x->joined.p[0] == y->joined.p[0] ? S_MISSING : S_DIFFERENT;
    return typo(x->joined, y->joined) ? S_TYPO : S_DIFFERENT;
}

/* Maria and Mario, Daniel and Daniela: brothers and sisters, not slips of the pen. */
static bool ends_apart(struct str x, struct str y)
{
    size_t same = 0;
    while (same < x.n && same < y.n && x.p[same] == y.p[same])
        same++;
    return same + 1 >= x.n && same + 1 >= y.n;
}

static bool nicknames(const struct match_card *x, const struct match_card *y)
{
    if (!x->nicks_known || !y->nicks_known)
        return similar_nickname(x->given.w[0], y->given.w[0]);
    for (size_t i = 0; i < x->nnicks; i++)
        for (size_t k = 0; k < y->nnicks; k++)
            if (x->nick[i] == y->nick[k])
                return true;
    return false;
}

/* "hanspeter" and "hans peter". */
static bool equal_but_blanks(struct str x, struct str y)
{
    size_t i = 0, k = 0;

    for (; i < x.n || k < y.n; i++, k++) {
        i += i < x.n && x.p[i] == ' ';
        k += k < y.n && y.p[k] == ' ';
        if (i >= x.n || k >= y.n || x.p[i] != y.p[k])
            return false;
    }
    return true;
}

/* Two words of given names, neither of them the first of both cards. */
static enum given compare_words(struct str x, struct str y)
{
    if (str_eq(x, y))
        return G_EQUAL;
    if (x.n == 1 || y.n == 1)
        return x.p[0] == y.p[0] ? G_INITIAL : G_DIFFERENT;
    if (similar_nickname(x, y))
        return G_NICKNAME;
    return typo(x, y) && !ends_apart(x, y) ? G_TYPO : G_DIFFERENT;
}

static enum given compare_first(const struct match_card *x, const struct match_card *y)
{
    struct str g = x->given.w[0], h = y->given.w[0];

    if (str_eq(g, h))
        return G_EQUAL;
    if (g.n == 1 || h.n == 1)
        return g.p[0] == h.p[0] ? G_INITIAL : G_DIFFERENT;
    if (nicknames(x, y))
        return G_NICKNAME;
    return typo(g, h) && !ends_apart(g, h) ? G_TYPO : G_DIFFERENT;
}

/* The word of `many` from place `from` on that fits best; how it fits. */
static enum given best_word(struct str word, const struct match_words *many, size_t from)
{
    enum given best = G_DIFFERENT;

    for (size_t k = from; k < many->n && best != G_EQUAL; k++) {
        enum given how = compare_words(word, many->w[k]);
        best = how < best ? how : best;
    }
    return best;
}

/* How well the further words of one find their like in the other; an initial that fits is as good as the word. */
static enum given worst_word(const struct match_words *of, const struct match_words *in)
{
    enum given worst = G_EQUAL;

    for (size_t i = 1; i < of->n; i++) {
        enum given how = best_word(of->w[i], in, 1);
        worst = how != G_INITIAL && how > worst ? how : worst;
    }
    return worst;
}

/* All words count: Hans-Peter is not Hans-Juergen, nor is Anna Maria quite Anna.  A further initial says nothing. */
static enum given compare_given(const struct match_card *x, const struct match_card *y)
{
    const struct match_words *few = x->given.n <= y->given.n ? &x->given : &y->given,
                             *many = few == &x->given ? &y->given : &x->given;

    if (!few->n)
        return G_MISSING;
    if (words_equal(few, many) || equal_but_blanks(few->joined, many->joined))
        return G_EQUAL;
    enum given worst = compare_first(x, y);
    if (worst == G_DIFFERENT) /* called by a later name */
        return part_of(few, many) ? G_TYPO : G_DIFFERENT;
    enum given rest = worst_word(few, many);
    if (few->n == many->n) /* the same whoever asks */
        rest = worst_word(many, few) > rest ? worst_word(many, few) : rest;
    worst = rest > worst ? rest : worst;
    for (size_t i = few->n; i < many->n && worst < G_MORE; i++)
        worst = many->w[i].n > 1 ? G_MORE : worst;
    return worst;
}

/* Both are words with single blanks; at least two of them. */
static bool words_within(struct str few, struct str many)
{
    size_t     n = 0;
    struct str word, other;

    while (str_next(&few, ' ', &word)) {
        bool found = false;
        for (struct str rest = many; !found && str_next(&rest, ' ', &other);)
            found = str_eq(word, other);
        if (!found)
            return false;
        n++;
    }
    return n >= 2;
}

static struct str name_text(enum surname s, enum given g)
{
    if (s == S_DIFFERENT)
        return g == G_EQUAL ? S("same first name, another surname") : S("different names");
    switch (g) {
    case G_EQUAL:
        return s == S_EQUAL  ? S("same full name")
               : s == S_PART ? S("same name, one with more surnames")
               : s == S_TYPO ? S("same name but for the spelling of the surname")
                             : S("same first name");
    case G_NICKNAME: return S("first names that stand for one another, matching surname");
    case G_INITIAL: return S("initial fits the first name, matching surname");
    case G_MORE: return S("matching names, one with more first names");
    case G_TYPO: return S("first names spelt almost alike, matching surname");
    case G_MISSING: return s == S_MISSING ? S("a name is missing") : S("same surname, one first name missing");
    case G_DIFFERENT: break;
    }
    return S("different first names");
}

static bool swapped(const struct match_card *x, const struct match_card *y)
{
    return words_equal(&x->given, &y->surname) && words_equal(&x->surname, &y->given);
}

/* True when both are people with different first names and one surname: a family, if they share something. */
static bool compare_names(struct match *m, const struct match_card *x, const struct match_card *y, struct proof *p)
{
    if (x->is_company || y->is_company) {
        bool same = x->is_company && y->is_company && str_eq(x->company_key, y->company_key);
        p->name = p->name_fits = same;
        say(m, S("organizations"), S("Organisation"), x->display, y->display, same ? 750 : -1000,
            same                             ? S("same organisation")
            : x->is_company && y->is_company ? S("different organisations")
                                             : S("an organisation and a person"));
        return false;
    }
    if (x->foreign != y->foreign && x->name_key.n && y->name_key.n) {
        say(m, S("name"), S("Name"), x->display, y->display, 0, S("names in different scripts, not comparable"));
        p->name_fits = true;
        return false;
    }
    enum surname s = compare_surnames(&x->surname, &y->surname);
    enum given   g = compare_given(x, y);
    if (s == S_DIFFERENT && (g == G_EQUAL || g == G_MORE) &&
        (words_within(x->name_key, y->name_key) || words_within(y->name_key, x->name_key)))
        s = S_PART; /* "Jose Garcia Marquez" taken apart as two first names and one surname */
    bool two_words = memchr(x->name_key.p, ' ', x->name_key.n) != NULL;
    if (two_words && s != S_EQUAL && str_eq(x->name_key, y->name_key)) {
        p->name = p->name_fits = true;
        say(m, S("name"), S("Name"), x->display, y->display, swapped(x, y) ? 650 : 700,
            swapped(x, y) ? S("same name with first name and surname swapped") : S("same words in the name"));
        return false;
    }
    p->name = s == S_EQUAL && g == G_EQUAL;
    p->name_fits = s <= S_MISSING && g <= G_MISSING;
    if (s != S_MISSING || g != G_MISSING)
        say(m, S("name"), S("Name"), x->display, y->display, name_points[s][g], name_text(s, g));
    return g == G_DIFFERENT && s <= S_TYPO;
}

/* ---- addresses and numbers ---- */

/* Up to two names may be two spellings of one; from three on a value says less and less. */
static int discount(unsigned wearers)
{
    int bits = 0;
    for (unsigned k = wearers; k > 2; k = (k + 1) / 2)
        bits++;
    return bits * 250;
}

static struct str worn(struct arena *a, const char *what, unsigned wearers)
{
    return wearers > 2 ? str_fmt(a, "same %s, but %u differently named people have it", what, wearers)
                       : str_fmt(a, "same %s", what);
}

static void compare_mails(struct arena *a, struct match *m, const struct match_card *x, const struct match_card *y,
                          const struct match_ctx *ctx, struct proof *p)
{
    const struct mail *best_x = NULL, *best_y = NULL;
    int                best = 0;
    unsigned           wearers = 1;

    for (size_t i = 0; i < x->nmails; i++)
        for (size_t k = 0; k < y->nmails; k++) {
            if (x->mail[i].hash != y->mail[k].hash)
                continue;
            unsigned n = match_wearers(ctx, x->mail[i].hash);
            int      points = x->mail[i].role ? 150 : 900 - discount(n);
            if (!best_x || points > best)
                best_x = &x->mail[i], best_y = &y->mail[k], best = points, wearers = n;
        }
    if (best_x) {
        p->mail = p->mail || (!best_x->role && wearers <= 2);
        p->shared = true;
        say(m, S("emails"), S("E-mail"), best_x->written, best_y->written, best > 0 ? best : 0,
            best_x->role ? S("same mailbox, but one of a function, not of a person")
                         : worn(a, "e-mail address", wearers));
    } else if (x->nmails && y->nmails) {
        const struct mail *u = &x->mail[0], *v = &y->mail[0];
        bool               apart = u->free == v->free && !u->role && !v->role;
        say(m, S("emails"), S("E-mail"), u->written, v->written, apart ? -200 : -50,
            apart ? S("different e-mail addresses") : S("different e-mail addresses, one of them for work"));
    }
}

/* A number without its country is taken for the one with, when the rest agrees. */
static bool same_number(const struct match_phone *u, const struct match_phone *v)
{
    return str_eq(u->key, v->key) || (u->hash == v->hash && !(u->international && v->international));
}

static void compare_phones(struct arena *a, struct match *m, const struct match_card *x, const struct match_card *y,
                           const struct match_ctx *ctx, struct proof *p)
{
    const struct match_phone *best_x = NULL, *best_y = NULL;
    int                       best = 0;
    bool                      mobile = false;
    unsigned                  wearers = 1;

    for (size_t i = 0; i < x->nlines; i++)
        for (size_t k = 0; k < y->nlines; k++) {
            const struct match_phone *u = &x->line[i], *v = &y->line[k];
            if (!same_number(u, v))
                continue;
            bool     is_mobile = u->type == LINE_MOBILE || v->type == LINE_MOBILE;
            unsigned n = match_wearers(ctx, u->hash);
            int points = (is_mobile ? 850 : u->type == LINE_FIXED || v->type == LINE_FIXED ? 350 : 600) - discount(n);
            if (!best_x || points > best)
                best_x = u, best_y = v, best = points, wearers = n, mobile = is_mobile;
        }
    if (best_x) {
        p->mobile = p->mobile || (mobile && wearers <= 2);
        p->shared = true;
        say(m, S("phones"), S("Phone"), best_x->written, best_y->written, best > 0 ? best : 0,
            worn(a, mobile ? "mobile" : "number", wearers));
    } else if (x->nlines && y->nlines) {
        bool apart = x->line[0].type == LINE_MOBILE && y->line[0].type == LINE_MOBILE;
        p->doubt = p->doubt || apart;
        say(m, S("phones"), S("Phone"), x->line[0].written, y->line[0].written, apart ? -200 : -50,
            apart ? S("different mobiles") : S("different numbers"));
    }
}

static void compare_handles(struct match *m, const struct match_card *x, const struct match_card *y, struct proof *p)
{
    for (size_t i = 0; i < x->nhandles; i++)
        for (size_t k = 0; k < y->nhandles; k++)
            if (str_eq(x->handle[i], y->handle[k])) {
                p->handle = true;
                say(m, S("onlineServices"), S("Profile"), x->handle[i], y->handle[k], 800, S("same online profile"));
                return;
            }
}

/* ---- the rest ---- */

static void compare_births(struct arena *a, struct match *m, const struct match_card *x, const struct match_card *y,
                           struct proof *p)
{
    if (!x->month || !y->month || !x->day || !y->day)
        return;
    bool years = x->year && y->year;
    bool same = x->month == y->month && x->day == y->day && (!years || x->year == y->year);
    p->contradiction = p->contradiction || !same;
    say(m, S("anniversaries"), S("Birthday"), str_fmt(a, "%04d-%02d-%02d", x->year, x->month, x->day),
        str_fmt(a, "%04d-%02d-%02d", y->year, y->month, y->day),
        !same   ? -1200
        : years ? 500
                : 350,
        !same   ? S("born on different days")
        : years ? S("born on the same day")
                : S("same birthday, one without the year"));
}

static void compare_generations(struct match *m, const struct match_card *x, const struct match_card *y,
                                struct proof *p)
{
    if (str_eq(x->generation, y->generation))
        return;
    bool both = x->generation.n && y->generation.n;
    p->contradiction = p->contradiction || both;
    p->doubt = true;
    say(m, S("name"), S("Generation"), x->generation, y->generation, both ? -1500 : -150,
        both ? S("elder and younger of one name") : S("only one says junior or senior"));
}

static bool same_work_domain(const struct match_card *x, const struct match_card *y)
{
    for (size_t i = 0; i < x->nmails; i++)
        for (size_t k = 0; k < y->nmails; k++)
            if (!x->mail[i].free && str_eq(x->mail[i].domain, y->mail[k].domain) && x->mail[i].hash != y->mail[k].hash)
                return true;
    return false;
}

static void compare_work(struct match *m, const struct match_card *x, const struct match_card *y)
{
    if (x->is_company || y->is_company)
        return;
    bool same = x->company_key.n && str_eq(x->company_key, y->company_key);
    if (same || same_work_domain(x, y))
        say(m, S("organizations"), S("Company"), x->company, y->company, 200, S("same company"));
    else if (x->company_key.n && y->company_key.n)
        say(m, S("organizations"), S("Company"), x->company, y->company, -50, S("different companies"));
    if (same && x->title.n && str_eq(x->title, y->title))
        say(m, S("titles"), S("Job title"), x->title, y->title, 50, S("same job title"));
}

static void compare_places(struct match *m, const struct match_card *x, const struct match_card *y, struct proof *p)
{
    if (x->street.n > 3 && str_eq(x->street, y->street) && str_eq(x->place, y->place)) {
        p->shared = true;
        say(m, S("addresses"), S("Address"), x->street, y->street, 250, S("same street and number"));
    } else if (x->place.n && str_eq(x->place, y->place))
        say(m, S("addresses"), S("Address"), x->place, y->place, 50, S("same town"));
}

/* Couples, families and functions are nobody to merge unasked, and none of the people in them. */
static void compare_persons(struct match *m, const struct match_card *x, const struct match_card *y, struct proof *p)
{
    bool one = x->person == PERSON_ONE, other = y->person == PERSON_ONE;

    if (one && other)
        return;
    p->doubt = true;
    p->contradiction = p->contradiction || one != other;
    say(m, S("name"), S("People"), x->display, y->display, one != other ? -400 : 0,
        one != other ? S("one is no single person") : S("no single person: a couple, a family or a function"));
}

/* Members that two exports of one card may differ in. */
static bool same_content(struct arena *a, const struct json *x, const struct json *y)
{
    static const char *const ignored[] = { "uid",     "updated", "created",  "prodId",
                                           "version", "@type",   "keywords", "vCardProps" };
    struct json             *u = json_copy(a, x), *v = json_copy(a, y);

    for (size_t i = 0; i < countof(ignored); i++) {
        json_remove(u, str_of(ignored[i]));
        json_remove(v, str_of(ignored[i]));
    }
    return u->n > 1 && json_equal(u, v);
}

/* The certainty follows from the score, so what the proofs allow is one more line of it. */
static void conclude(struct match *m, const struct proof *p, bool equal)
{
    int  ids = p->mail + p->mobile + p->handle;
    bool sure = !p->contradiction && !p->doubt && (equal || (p->name && ids) || (p->name_fits && ids >= 2));
    int  most = sure ? m->score : p->contradiction ? MATCH_LIKELY_POINTS - 1 : MATCH_CERTAIN_POINTS - 1;

    if (sure && m->score < MATCH_CERTAIN_POINTS)
        say(m, S(""), S("Proof"), S(""), S(""), MATCH_CERTAIN_POINTS - m->score,
            equal ? S("the cards say the same") : S("independent proofs agree and nothing contradicts"));
    else if (m->score > most)
        say(m, S(""), S("Caution"), S(""), S(""), most - m->score,
            p->contradiction ? S("a contradiction: only a person can tell") : S("not two independent proofs"));
    m->certainty = certainty_of(m->score);
}

void match_score(struct arena *a, const struct match_card *x, const struct match_card *y, const struct match_ctx *ctx,
                 struct match *ret)
{
    struct proof p = { 0 };

    *ret = (struct match){ 0 };
    bool family = compare_names(ret, x, y, &p);
    compare_persons(ret, x, y, &p);
    compare_mails(a, ret, x, y, ctx, &p);
    compare_phones(a, ret, x, y, ctx, &p);
    compare_handles(ret, x, y, &p);
    compare_births(a, ret, x, y, &p);
    compare_generations(ret, x, y, &p);
    compare_work(ret, x, y);
    compare_places(ret, x, y, &p);
    if (family && p.shared) {
        p.contradiction = true;
        say(ret, S("name"), S("Household"), x->display, y->display, -400,
            S("different first names in one family share it"));
    }
    bool equal = ret->score > 0 && same_content(a, x->card, y->card);
    conclude(ret, &p, equal);
}

enum certainty certainty_of(int64_t score)
{
    return score >= MATCH_CERTAIN_POINTS    ? MATCH_CERTAIN
           : score >= MATCH_LIKELY_POINTS   ? MATCH_LIKELY
           : score >= MATCH_POSSIBLE_POINTS ? MATCH_POSSIBLE
                                            : MATCH_NO;
}

const char *certainty_name(enum certainty c)
{
    static const char *const names[] = { "no", "possible", "likely", "certain" };
    return names[c];
}

void match_write(struct buf *b, const struct match *m)
{
    struct json_out o = json_out_of(b);

    json_out_open(&o, JSON_ELEMENT, '[');
    for (size_t i = 0; i < m->n; i++) {
        const struct evidence *v = &m->evidence[i];
        json_out_open(&o, JSON_ELEMENT, '{');
        json_out_text(&o, S("field"), v->field);
        json_out_text(&o, S("label"), v->label);
        json_out_text(&o, S("a"), v->a);
        json_out_text(&o, S("b"), v->b);
        json_out_i64(&o, S("points"), v->points);
        json_out_text(&o, S("text"), v->text);
        json_out_close(&o, '}');
    }
    json_out_close(&o, ']');
}
