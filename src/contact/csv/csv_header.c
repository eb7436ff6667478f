/* Understands column names by the words in them. */
#include "contact/csv/csv_header.h"
#include "base/vec.h"
#include "contact/csv/csv_map.h"
#include "contact/fold.h"

enum { NAME_MAX_BYTES = 80, READINGS = 6, COST_WORD = 8, COST_FOREIGN = 1, COST_UNKNOWN = 60 };
#define QUALIFIERS (UINT64_C(1) << MEANS_WORK | UINT64_C(1) << MEANS_HOME | UINT64_C(1) << MEANS_OTHER)

struct entry {
    struct str        word;
    enum csv_meaning  means;
    enum csv_language language;
};
struct lexicon {
    VEC(struct entry) at[256]; /* by first byte */
};
/* One way to cut the name up to a byte. */
struct reading {
    uint64_t means;
    unsigned cost;
};
struct readings {
    struct reading v[READINGS];
    size_t         n;
};

static struct lexicon *lexicon_of(struct arena *a)
{
    struct lexicon *lex = arena_new_of(a, struct lexicon);

    for (size_t i = 0; i < csv_words_n; i++)
        for (size_t l = 0; l < CSV_LANGUAGES; l++)
            for (struct str rest = str_of(csv_words[i].in[l]), word; rest.n && str_next(&rest, '|', &word);) {
                struct str bare = fold_bare(a, word);
                if (bare.n)
                    *vec_push(a, &lex->at[(unsigned char)bare.p[0]]) =
                        (struct entry){ bare, csv_words[i].means, (enum csv_language)l };
            }
    return lex;
}

static void add_reading(struct readings *to, uint64_t means, unsigned cost)
{
    size_t worst = 0;

    for (size_t i = 0; i < to->n; i++) {
        if (to->v[i].means == means) {
            to->v[i].cost = to->v[i].cost < cost ? to->v[i].cost : cost;
            return;
        }
        worst = to->v[i].cost > to->v[worst].cost ? i : worst;
    }
    if (to->n < READINGS)
        to->v[to->n++] = (struct reading){ means, cost };
    else if (cost < to->v[worst].cost)
        to->v[worst] = (struct reading){ means, cost };
}

static void read_from(const struct lexicon *lex, struct str name, size_t at, enum csv_language language,
                      struct readings *by_byte)
{
    struct str rest = str_from(name, at);

    for (size_t i = 0; i < lex->at[(unsigned char)rest.p[0]].n; i++) {
        const struct entry *w = &lex->at[(unsigned char)rest.p[0]].v[i];
        bool                foreign = w->language != language;
        if (!str_starts(rest, w->word) || (foreign && w->word.n <= 2))
            continue;
        uint64_t means = w->means == MEANS_NOTHING ? 0 : UINT64_C(1) << w->means;
        for (size_t k = 0; k < by_byte[at].n; k++)
            add_reading(&by_byte[at + w->word.n], by_byte[at].v[k].means | means,
                        by_byte[at].v[k].cost + COST_WORD + (foreign ? COST_FOREIGN : 0));
    }
}

static const struct csv_rule *rule_of(uint64_t means)
{
    for (size_t i = 0; i < csv_rules_n; i++)
        if (csv_rules[i].means == means)
            return &csv_rules[i];
    return NULL;
}

/* The cheapest reading that is a rule; *cost is what it cost. */
static const struct csv_rule *understand(const struct lexicon *lex, struct str name, enum csv_language language,
                                         uint64_t *ret_means, unsigned *cost)
{
    struct readings        by_byte[NAME_MAX_BYTES + 1] = { 0 };
    const struct csv_rule *best = NULL;

    *cost = COST_UNKNOWN;
    if (!name.n || name.n > NAME_MAX_BYTES)
        return NULL;
    add_reading(&by_byte[0], 0, 0);
    for (size_t at = 0; at < name.n; at++)
        if (by_byte[at].n)
            read_from(lex, name, at, language, by_byte);
    for (size_t k = 0; k < by_byte[name.n].n; k++) {
        const struct reading  *r = &by_byte[name.n].v[k];
        const struct csv_rule *rule = rule_of(r->means & ~QUALIFIERS);
        if (!rule || r->cost >= *cost)
            continue;
        best = rule;
        *cost = r->cost;
        *ret_means = r->means;
    }
    return best;
}

/* "phones@,fax" at work: "phones:work,fax". */
static struct str filled(struct arena *a, const char *target, uint64_t means)
{
    struct str  t = str_of(target);
    size_t      at = str_find(t, S("@"), 0);
    const char *flag = means & UINT64_C(1) << MEANS_WORK ? "work" : means & UINT64_C(1) << MEANS_HOME ? "private" : "";
    bool        other = means & UINT64_C(1) << MEANS_OTHER;

    if (at == SIZE_MAX)
        return t;
    struct str rest = str_from(t, at + 1), head = str_head(t, at);
    if (!*flag && other && str_is(head, "addresses"))
        return str_fmt(a, "addresses#2" STR_FMT, STR_ARG(rest));
    if (!*flag && !str_starts(rest, S(",")))
        return str_fmt(a, STR_FMT STR_FMT, STR_ARG(head), STR_ARG(rest));
    rest = *flag ? rest : str_from(rest, 1);
    return str_fmt(a, STR_FMT ":%s" STR_FMT, STR_ARG(head), flag, STR_ARG(rest));
}

static unsigned read_all(struct arena *a, const struct lexicon *lex, const struct str *names, size_t n,
                         enum csv_language language, struct str *ret)
{
    unsigned sum = 0, cost;
    uint64_t means = 0;

    for (size_t i = 0; i < n; i++) {
        const struct csv_rule *rule = understand(lex, names[i], language, &means, &cost);
        sum += names[i].n ? cost : 0;
        if (ret)
            ret[i] = rule ? filled(a, rule->target, means) : S("");
    }
    return sum;
}

enum csv_language csv_header_read(struct arena *a, const struct str *names, size_t n, struct str *ret)
{
    enum { LOOK = 60 }; /* columns tell the language */
    const struct lexicon *lex = lexicon_of(a);
    enum csv_language     best = CSV_EN;
    unsigned              least = UINT32_MAX;

    for (int l = 0; l < CSV_LANGUAGES; l++) {
        unsigned sum = read_all(a, lex, names, size_min(n, LOOK), (enum csv_language)l, NULL);
        if (sum < least) {
            least = sum;
            best = (enum csv_language)l;
        }
    }
    read_all(a, lex, names, n, best, ret);
    return best;
}

/* ---- what the whole tells ---- */

static bool any(const struct str *targets, size_t n, const char *target)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(targets[i], target))
            return true;
    return false;
}

static void replace(struct str *targets, size_t n, const char *old, const char *by)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(targets[i], old))
            targets[i] = str_of(by);
}

static void settle_title(struct str *targets, size_t n)
{
    bool job = any(targets, n, "organization/title"), role = any(targets, n, "organization/role");
    bool of_person = (job || role || any(targets, n, "name/generation")) && !any(targets, n, "name/title");

    if (!any(targets, n, "title"))
        return;
    replace(targets, n, "title", of_person ? "name/title" : "organization/title");
    if (of_person && !job)
        replace(targets, n, "organization/role", "organization/title");
}

/* Is there a column of the same address that makes a lone line its street? */
static bool has_parts(const struct str *targets, size_t n, struct str head)
{
    for (size_t i = 0; i < n; i++) {
        struct csv_target t = csv_target_of(targets[i]);
        if (str_eq(t.head, head) &&
            (str_is(t.part, "locality") || str_is(t.part, "postcode") || str_is(t.part, "country")))
            return true;
    }
    return false;
}

static void settle_lines(struct arena *a, struct str *targets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct csv_target t = csv_target_of(targets[i]);
        if (str_is(t.part, "line"))
            targets[i] = str_fmt(a, STR_FMT "/%s", STR_ARG(t.head), has_parts(targets, n, t.head) ? "street" : "full");
    }
}

static void settle_birthday(struct str *targets, size_t n)
{
    bool parts = any(targets, n, "birthday/year") && any(targets, n, "birthday/month");

    if (parts && !any(targets, n, "birthday/day"))
        replace(targets, n, "birthday", "birthday/day");
    if (parts && any(targets, n, "birthday/day"))
        return;
    replace(targets, n, "birthday/year", "");
    replace(targets, n, "birthday/month", "");
    replace(targets, n, "birthday/day", "");
}

/* "Name" beside a first name and no last name is the last name. */
static void settle_name(struct str *targets, size_t n)
{
    bool last = any(targets, n, "name/given") && !any(targets, n, "name/surname");
    replace(targets, n, "name/any", last ? "name/surname" : "name/full");
}

void csv_header_settle(struct arena *a, struct str *targets, size_t n)
{
    settle_name(targets, n);
    settle_title(targets, n);
    settle_lines(a, targets, n);
    settle_birthday(targets, n);
}
