/* Makes dates of a card of the cells of a CSV row. */
#include "contact/csv/csv_card_int.h"
#include "contact/dates.h"
#include "contact/fold.h"

static bool is_none(struct str s) { return str_is(s, "0/0/00") || str_is(s, "00/00/0000") || str_is(s, "0000-00-00"); }

static void add_date(struct row *r, struct str kind, struct str label, const struct written_date *d)
{
    struct json *entry = card_add(r->a, r->card, CARD_ANNIVERSARIES), *date;

    json_set_text(r->a, entry, S("kind"), kind);
    if (label.n)
        json_set_text(r->a, entry, S("label"), label);
    date = json_child(r->a, entry, S("date"));
    if (d->year)
        json_set(date, S("year"), json_new_i64(r->a, d->year));
    if (d->month)
        json_set(date, S("month"), json_new_i64(r->a, d->month));
    if (d->day)
        json_set(date, S("day"), json_new_i64(r->a, d->day));
}

/* "Birth Day" beside "Birth Month" and "Birth Year": made once, by the day's column. */
static bool put_parts(struct row *r, const struct csv_target *t)
{
    struct str month = csv_cell_of(r, t->head, "month"), year = csv_cell_of(r, t->head, "year"),
               day = csv_cell_of(r, t->head, "day");
    struct str text = str_fmt(r->a, STR_FMT "-" STR_FMT "-" STR_FMT, STR_ARG(day), STR_ARG(month), STR_ARG(year));
    struct written_date d;

    if (!year.n || str_is(year, "0"))
        text = str_fmt(r->a, STR_FMT "." STR_FMT ".", STR_ARG(day), STR_ARG(month));
    if (!day.n || !month.n || !dates_read(r->a, text, DATE_ORDER_DMY, &d))
        return false;
    if (str_is(t->part, "day"))
        add_date(r, S("birth"), S(""), &d);
    return true;
}

/* Google's "Anniversary" is the wedding; any other label is the kind, too. */
static struct str kind_of(struct row *r, const struct csv_target *t, struct str *label)
{
    if (str_is(t->base, "birthday"))
        return S("birth");
    struct str folded = fold_text(r->a, *label);
    bool       wedding = !folded.n || str_is(folded, "anniversary") || str_is(folded, "wedding");
    bool       known = wedding || str_is(folded, "birth") || str_is(folded, "birthday") || str_is(folded, "death");
    if (known)
        *label = S("");
    return str_is(t->base, "anniversary") || wedding ? S("wedding") : str_is(folded, "birthday") ? S("birth") : folded;
}

bool csv_card_date(struct row *r, size_t column, const struct csv_target *t, struct str value)
{
    struct str          label = csv_cell_of(r, t->head, "label"), one;
    struct written_date d;

    if (t->part.n)
        return put_parts(r, t);
    for (struct str all = value; csv_value_next(&all, &one);)
        if (one.n && !is_none(one) && !dates_read(r->a, one, r->map->column[column].dates, &d))
            return false;
    struct str kind = kind_of(r, t, &label);
    while (csv_value_next(&value, &one))
        if (dates_read(r->a, one, r->map->column[column].dates, &d))
            add_date(r, kind, label, &d);
    return true;
}
