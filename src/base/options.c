/* The command line against a table of options: unknown ones, missing values, the nearest name, help. */
#include "base/options.h"
#include <assert.h>
#include <stdio.h>
#include "base/conf.h"

const char OPTION_MUST[] = "";

enum { NAME_MAX_ = 32, NAMES_MAX = 128, COLUMN = 30 };

/* ---- near names ---- */

/* Optimal string alignment: insert, delete, replace, exchange neighbours. */
static size_t distance(struct str x, struct str y)
{
    size_t row[NAME_MAX_ + 1][NAME_MAX_ + 1];

    for (size_t i = 0; i <= x.n; i++)
        for (size_t k = 0; k <= y.n; k++) {
            if (i == 0 || k == 0) {
                row[i][k] = i + k;
                continue;
            }
            bool same = x.p[i - 1] == y.p[k - 1];
            row[i][k] = size_min(size_min(row[i - 1][k], row[i][k - 1]) + 1, row[i - 1][k - 1] + !same);
            if (i > 1 && k > 1 && x.p[i - 1] == y.p[k - 2] && x.p[i - 2] == y.p[k - 1])
                row[i][k] = size_min(row[i][k], row[i - 2][k - 2] + 1);
        }
    return row[x.n][y.n];
}

const char *option_nearest(struct str word, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t      least = size_min(word.n / 3 > 1 ? word.n / 3 : 1, 3) + 1;

    for (size_t i = 0; word.n <= NAME_MAX_ && i < n; i++) {
        struct str name = str_of(names[i]);
        size_t     d = name.n <= NAME_MAX_ ? distance(word, name) : SIZE_MAX;
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

static const struct option_row *find(const struct options *o, struct str name)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_is(name, o->row[i].name))
            return &o->row[i];
    return NULL;
}

static enum rc unknown(const struct options *o, struct str name, struct err *e)
{
    const char *names[NAMES_MAX] = { "help" };
    size_t      n = 1;

    for (size_t i = 0; i < o->n && n < NAMES_MAX; i++)
        names[n++] = o->row[i].name;
    for (size_t i = 0; o->settings && i < conf_keys_n && n < NAMES_MAX; i++)
        names[n++] = conf_keys[i].name;
    const char *near = option_nearest(name, names, n);
    if (near)
        return err_set(e, RC_INVALID, "there is no option --" STR_FMT "; did you mean --%s?",
                       STR_ARG(str_head(name, NAME_MAX_)), near);
    return err_set(e, RC_INVALID, "there is no option --" STR_FMT, STR_ARG(str_head(name, NAME_MAX_)));
}

/* ---- checking ---- */

struct reading {
    const struct options *o;
    struct arena         *a;
    char                **in, **out;
    int                   at, n, kept, words;
    bool                  given[NAMES_MAX];
};

static void keep(struct reading *r, struct str word) { r->out[r->kept++] = (char *)(uintptr_t)str_copy(r->a, word).p; }

static enum rc own_option(struct reading *r, const struct option_row *row, struct str value, struct err *e)
{
    size_t which = (size_t)(row - r->o->row);

    if (r->given[which])
        return err_set(e, RC_INVALID, "--%s is given twice", row->name);
    r->given[which] = true;
    keep(r, str_fmt(r->a, "--%s", row->name));
    if (!row->value)
        return value.p ? err_set(e, RC_INVALID, "--%s takes no value", row->name) : RC_OK;
    if (!value.p && (r->at + 1 >= r->n || str_starts(str_of(r->in[r->at + 1]), S("--"))))
        return err_set(e, RC_INVALID, "--%s wants a value: %s", row->name, row->value);
    keep(r, value.p ? value : str_of(r->in[++r->at]));
    return RC_OK;
}

/* What a setting may be is looked at by conf_load(). */
static bool setting(struct reading *r, struct str name, struct str value)
{
    const char  *next = r->at + 1 < r->n ? r->in[r->at + 1] : NULL;
    enum conf_is is = conf_flag(name, next);

    if (!r->o->settings || is == CONF_IS_NONE)
        return false;
    keep(r, str_of(r->in[r->at]));
    if (is == CONF_IS_PAIR && !value.p && next)
        keep(r, str_of(r->in[++r->at]));
    return true;
}

static enum rc take_word(struct reading *r, struct err *e)
{
    struct str word = str_of(r->in[r->at]), value = str_from(word, 2), name = S("");

    if (!str_starts(word, S("--")) || word.n == 2) {
        if (word.n > 1 && word.p[0] == '-' && ascii_alpha(word.p[1]))
            return err_set(e, RC_INVALID, "options begin with two dashes: --%s", word.p + 1);
        r->words++;
        keep(r, word);
        return RC_OK;
    }
    str_next(&value, '=', &name);
    const struct option_row *row = find(r->o, name);
    if (row)
        return own_option(r, row, value, e);
    return setting(r, name, value) ? RC_OK : unknown(r->o, name, e);
}

static enum rc complete(const struct reading *r, struct err *e)
{
    for (size_t i = 0; i < r->o->n; i++)
        if (r->o->row[i].otherwise == OPTION_MUST && !r->given[i])
            return err_set(e, RC_INVALID, "--%s %s is missing", r->o->row[i].name, r->o->row[i].value);
    if (r->words < r->o->least)
        return err_set(e, RC_INVALID, "%s is missing", r->o->words);
    if (r->o->most >= 0 && r->words > r->o->most)
        return err_set(e, RC_INVALID, "'%.60s' is one word too many", r->out[r->kept - 1]);
    return RC_OK;
}

enum rc options_check(const struct options *o, int from, int *argc, char **argv, struct arena *a, struct err *e)
{
    struct reading r = { .o = o, .a = a, .at = from, .n = *argc };

    assert(o->n <= NAMES_MAX);
    r.in = arena_array(a, char *, (size_t)*argc + 1);
    memcpy(r.in, argv, sizeof *argv * (size_t)*argc);
    r.out = argv + from;
    for (; r.at < r.n; r.at++)
        TRY(take_word(&r, e));
    argv[ *argc = from + r.kept] = NULL;
    return complete(&r, e);
}

/* ---- help ---- */

void options_print(const struct options *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct option_row *row = &o->row[i];
        int n = printf("  --%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
        printf(n < COLUMN ? "%*s%s" : "\n%*s%s", n < COLUMN ? COLUMN - n : COLUMN, "", row->help);
        if (row->otherwise == OPTION_MUST)
            printf(" (must be given)");
        else if (row->otherwise)
            printf(" (otherwise %s)", row->otherwise);
        puts("");
    }
    if (o->settings)
        puts("  and every setting of `kith doctor --conf`, as --name VALUE");
}

/* ---- taking ---- */

static void take_out(int *argc, char **argv, int at, int n)
{
    for (int i = at; i + n <= *argc; i++)
        argv[i] = argv[i + n];
    *argc -= n;
}

const char *option_text(int *argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < *argc; i++) {
        if (strcmp(argv[i], name))
            continue;
        const char *value = argv[i + 1];
        take_out(argc, argv, i, 2);
        return value;
    }
    return NULL;
}

bool option_given(int *argc, char **argv, const char *name)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], name))
            continue;
        take_out(argc, argv, i, 1);
        return true;
    }
    return false;
}
