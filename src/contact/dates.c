/* Reads dates as people write them. */
#include "contact/dates.h"
#include "contact/fold.h"

enum { CELL_MAX = 64, PIVOT = 30 };

/* Beginnings of the names of months, folded: en, de, fr, it, es, pt, nl, pl, ru, el, tr. */
static const char *const months[12] = {
    "jan|gen|ene|sty|yan|ian|oca",
    "feb|fev|lut|fevr|sub",
    "mar|maa|maerz|mrt",
    "apr|avr|abr|kwi|nis",
    "may|mai|mag|mei|maj",
    "jun|juin|giu|cze|iyun|ioun|haz",
    "jul|juil|lug|lip|iyul|ioul|tem",
    "aug|aou|ago|sie|avg|agu|aug",
    "sep|set|wrz|eyl",
    "oct|okt|ott|out|paz|eki",
    "nov|noe|lis|kas",
    "dec|dez|dic|gru|dek|ara",
};

struct token {
    int64_t number; /* of the month when it is a word */
    size_t  digits; /* 0: a month's name */
};
struct tokens {
    struct token v[3];
    size_t       n;
    char         gap; /* the first between two */
    bool         no_year;
};

static int64_t month_of(struct str word)
{
    for (size_t m = 0; m < countof(months); m++)
        for (struct str rest = str_of(months[m]), stem; str_next(&rest, '|', &stem);)
            if (str_starts(word, stem))
                return (int64_t)m + 1;
    return 0;
}

/* Words that stand in dates and say nothing; days of the week end with a comma or a dot. */
static bool is_filler(struct str word, struct str rest)
{
    static const char *const fillers[] = { "de",  "del", "of", "the", "st", "nd", "rd",   "th", "er",
                                           "den", "o",   "g",  "年",  "月", "日", "年月", "r" };

    for (size_t i = 0; i < countof(fillers); i++)
        if (str_is(word, fillers[i]))
            return true;
    return rest.n && (rest.p[0] == ',') && !ascii_digit(word.p[0]);
}

static size_t run(struct str s, bool digits)
{
    size_t n = 0;

    while (n < s.n && (digits ? ascii_digit(s.p[n]) : !ascii_digit(s.p[n]) && !strchr(" -/.,':()", s.p[n])))
        n++;
    return n;
}

static bool take_number(struct tokens *t, struct str digits)
{
    struct token *to = &t->v[t->n];

    if (t->n == 3 || digits.n > 4 || !str_i64(digits, 0, 9999, &to->number))
        return false;
    to->digits = digits.n;
    t->n++;
    return true;
}

/* True: a word of a date; *ret_end: a time begins. */
static bool take_word(struct tokens *t, struct str word, struct str rest, bool *ret_end)
{
    int64_t month = month_of(word);

    *ret_end = str_is(word, "t") && t->n == 3;
    if (*ret_end)
        return true;
    if (!month || is_filler(word, rest))
        return is_filler(word, rest);
    if (t->n == 3)
        return false;
    t->v[t->n++] = (struct token){ month, 0 };
    return true;
}

/* The numbers and months of a cell; false when anything else is in it. */
static bool take(struct str s, struct tokens *t)
{
    *t = (struct tokens){ .no_year = str_starts(s, S("--")) };
    for (bool end = false; s.n && !end;) {
        size_t digits = run(s, true), word = digits ? 0 : run(s, false);
        if (t->n == 3 && digits && digits < s.n && s.p[digits] == ':')
            return true; /* a time */
        if (digits && !take_number(t, str_head(s, digits)))
            return false;
        if (word && !take_word(t, str_head(s, word), str_from(s, word), &end))
            return false;
        s = str_from(s, digits + word);
        if (s.n && strchr(" -/.,'", s.p[0])) {
            t->gap = t->n == 1 && (!t->gap || t->gap == ' ') ? s.p[0] : t->gap;
            s = str_from(s, 1);
        } else if (!digits && !word) {
            return false;
        }
    }
    return t->n >= 1;
}

/* 19900203 */
static bool take_eight(struct str s, struct tokens *t)
{
    int64_t all;

    if (s.n != 8 || !str_i64(s, 10000101, 99991231, &all) || s.p[0] == '+')
        return false;
    *t = (struct tokens){ { { all / 10000, 4 }, { all / 100 % 100, 2 }, { all % 100, 2 } }, 3, '-', false };
    return true;
}

static bool read_tokens(struct arena *a, struct str cell, struct tokens *ret)
{
    struct str s = str_trim(cell);

    if (!s.n || s.n > CELL_MAX)
        return false;
    s = fold_text(a, s);
    return take_eight(s, ret) || take(s, ret);
}

static enum date_order order_of(const struct tokens *t, enum date_order order)
{
    int64_t first = t->v[0].number, second = t->v[1].number;

    if (!t->v[0].digits)
        return DATE_ORDER_MDY;
    if (t->n == 3 && (t->v[0].digits > 2 || first > 31))
        return DATE_ORDER_YMD;
    if (!t->v[1].digits || t->gap == '.' || first > 12)
        return DATE_ORDER_DMY;
    if (second > 12 || first == second)
        return DATE_ORDER_MDY;
    if (t->n == 2 && (t->no_year || t->gap == '-'))
        return DATE_ORDER_MDY;
    return order;
}

static int64_t whole_year(const struct token *t)
{
    return t->digits > 2 ? t->number : t->number + (t->number <= PIVOT ? 2000 : 1900);
}

static bool in_calendar(const struct written_date *d)
{
    static const int64_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= days[d->month - 1] &&
           (!d->year || d->year >= 1000);
}

/* 1980, 1980-07: days and months that are not said are 0. */
static bool year_alone(const struct tokens *t, struct written_date *ret)
{
    if (t->n > 2 || t->v[0].digits != 4 || (t->n == 2 && !t->v[1].digits))
        return false;
    *ret = (struct written_date){ t->v[0].number, t->n == 2 ? t->v[1].number : 0, 0 };
    return ret->year >= 1000 && ret->month <= 12;
}

bool dates_read(struct arena *a, struct str cell, enum date_order order, struct written_date *ret)
{
    struct tokens t;

    if (!read_tokens(a, cell, &t))
        return false;
    if (year_alone(&t, ret))
        return true;
    if (t.n < 2)
        return false;
    order = order_of(&t, order);
    size_t month = order == DATE_ORDER_MDY ? 0 : 1, day = order == DATE_ORDER_MDY ? 1 : order == DATE_ORDER_DMY ? 0 : 2;
    if (order == DATE_ORDER_LOOK || t.n <= day || (t.n == 2 && order == DATE_ORDER_YMD))
        return false;
    const struct token *year = t.n == 2 ? NULL : &t.v[order == DATE_ORDER_YMD ? 0 : 2];
    if (year && (!year->digits || (!t.v[day].digits)))
        return false;
    *ret = (struct written_date){ year ? whole_year(year) : 0, t.v[month].number, t.v[day].number };
    if (ret->year == 1604) /* Apple's "no year" */
        ret->year = 0;
    return in_calendar(ret);
}

enum date_order dates_show(struct arena *a, struct str cell)
{
    struct tokens t;

    if (!read_tokens(a, cell, &t) || t.n < 2 || !t.v[0].digits || !t.v[1].digits || t.v[0].digits > 2 ||
        t.v[0].number > 31)
        return DATE_ORDER_LOOK;
    enum date_order shown = order_of(&t, DATE_ORDER_BOTH);
    return t.v[0].number == t.v[1].number ? DATE_ORDER_LOOK : shown;
}

static const char *const names[] = {
    [DATE_ORDER_LOOK] = "", [DATE_ORDER_DMY] = "dmy", [DATE_ORDER_MDY] = "mdy", [DATE_ORDER_YMD] = "ymd"
};

struct str date_order_name(enum date_order order) { return str_of(order < countof(names) ? names[order] : ""); }

enum date_order date_order_by_name(struct str name)
{
    for (size_t i = DATE_ORDER_DMY; i < countof(names); i++)
        if (str_is(name, names[i]))
            return (enum date_order)i;
    return DATE_ORDER_LOOK;
}
