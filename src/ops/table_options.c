/* Reads and checks the options that say how a CSV file is to be read. */
#include "ops/table_options.h"
#include "base/options.h"
#include "contact/charset/charset.h"
#include "contact/csv/csv_map.h"

struct table_options table_options_take(int *argc, char **argv)
{
    return (struct table_options){ .columns = option_text(argc, argv, "--columns"),
                                   .charset = option_text(argc, argv, "--charset"),
                                   .delimiter = option_text(argc, argv, "--delimiter"),
                                   .dates = option_text(argc, argv, "--date-order"),
                                   .no_header = option_given(argc, argv, "--no-header") };
}

/* "name/given,,emails": a target a column; one with a comma is written with + ("phones:work+fax"). */
static struct json *columns_of(struct arena *a, struct str text)
{
    struct json *list = json_new(a, JSON_ARRAY);

    for (struct str one; str_next(&text, ',', &one);) {
        struct str target = str_copy(a, str_trim(one));
        for (size_t i = 0; i < target.n; i++)
            if (target.p[i] == '+')
                ((char *)(uintptr_t)target.p)[i] = ',';
        json_push(list, json_new_text(a, target));
    }
    return list;
}

static enum rc check_table(const struct table_options *t, struct err *e)
{
    if (t->charset && charset_by_name(str_of(t->charset)) == CHARSET_UNKNOWN)
        return err_set(e, RC_INVALID, "--charset %s: none that Kith knows; utf-8, windows-1252, windows-1251 ...",
                       t->charset);
    if (t->delimiter && strlen(t->delimiter) > 1 && strcmp(t->delimiter, "tab"))
        return err_set(e, RC_INVALID, "--delimiter %s: one character, or tab", t->delimiter);
    if (t->dates && !date_order_by_name(str_of(t->dates)))
        return err_set(e, RC_INVALID, "--date-order %s: dmy, mdy or ymd", t->dates);
    for (struct str rest = str_of(t->columns ? t->columns : ""), one; rest.n && str_next(&rest, ',', &one);) {
        one = str_trim(one);
        one = str_head(one, size_min(str_find(one, S("+"), 0), one.n));
        if (one.n && !csv_map_target_known(one))
            return err_set(e, RC_INVALID,
                           "--columns: " STR_FMT " is no target; name/given, name/surname, emails, phones:work ...",
                           STR_ARG(one));
    }
    return RC_OK;
}

enum rc table_options_put(struct arena *a, const struct table_options *t, struct json *to, struct err *e)
{
    TRY(check_table(t, e));
    if (t->columns)
        json_set(to, S("columns"), columns_of(a, str_of(t->columns)));
    if (t->charset)
        json_set_text(a, to, S("charset"), str_of(t->charset));
    if (t->delimiter)
        json_set_text(a, to, S("delimiter"), str_of(t->delimiter));
    if (t->dates)
        json_set_text(a, to, S("date_order"), str_of(t->dates));
    if (t->no_header)
        json_set(to, S("has_header"), json_new_bool(a, false));
    return RC_OK;
}
