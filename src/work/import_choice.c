/* Carries what is known about a CSV file from the user and the dry run to the chunks. */
#include "work/import_choice.h"
#include "base/json.h"

static void take_columns(struct arena *a, const struct json *columns, struct csv_choice *to)
{
    struct str *target = arena_array(a, struct str, (columns ? columns->n : 0) + 1);

    to->n = 0;
    json_each(one, columns)
        target[to->n++] = json_text(one);
    to->target = target;
}

static void take_decided(struct arena *a, const struct json *decided, struct csv_choice *to)
{
    if (!decided)
        return;
    to->decided = true;
    to->head = (size_t)i64_max(0, json_get_i64(decided, S("head"), 0));
    to->line = (size_t)i64_max(1, json_get_i64(decided, S("line"), 1));
    to->delimiter = (char)json_get_i64(decided, S("delimiter"), ',');
    to->header = json_get_bool(decided, S("has_header"), true) ? CSV_HEADER_YES : CSV_HEADER_NO;
    take_columns(a, json_get(decided, S("columns")), to);
}

void import_choice(struct arena *a, const struct import_ask *ask, struct upload_choice *ret)
{
    struct json       *o = NULL;
    const struct json *header;

    *ret = (struct upload_choice){ .charset = S("") };
    ret->csv.region = ask->region;
    if (json_parse(a, ask->options_json, &o, NULL) != RC_OK)
        return;
    struct str delimiter = json_get_text(o, S("delimiter")), country = json_get_text(o, S("country"));
    ret->charset = json_get_text(o, S("charset"));
    ret->csv.region = country.n ? country : ask->region;
    ret->csv.delimiter = str_is(delimiter, "tab") ? '\t' : delimiter.n ? delimiter.p[0] : 0;
    ret->csv.dates = date_order_by_name(json_get_text(o, S("date_order")));
    header = json_get(o, S("has_header"));
    if (header && (header->type == JSON_TRUE || header->type == JSON_FALSE))
        ret->csv.header = json_get_bool(o, S("has_header"), true) ? CSV_HEADER_YES : CSV_HEADER_NO;
    take_columns(a, json_get(o, S("columns")), &ret->csv);
    take_decided(a, json_get(o, S("decided")), &ret->csv);
}

struct json *import_decided(struct arena *a, const struct csv_map *map)
{
    struct json *o = json_new(a, JSON_OBJECT), *columns = json_new(a, JSON_ARRAY);

    json_add(o, S("head"), json_new_i64(a, (int64_t)map->head));
    json_add(o, S("line"), json_new_i64(a, (int64_t)map->head_line));
    json_add(o, S("delimiter"), json_new_i64(a, map->delimiter));
    json_add(o, S("has_header"), json_new_bool(a, map->header));
    for (size_t i = 0; i < map->n; i++) {
        struct str target = map->column[i].target, order = date_order_name(map->column[i].dates);
        bool       date = order.n && csv_target_is_date(target);
        json_push(columns,
                  json_new_text(a, date ? str_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(target), STR_ARG(order)) : target));
    }
    json_add(o, S("columns"), columns);
    return o;
}

struct str import_options_decided(struct arena *a, struct str options_json, struct str summary_json)
{
    struct json *options, *summary, *decided;
    auto_buf     text = buf_of(IMPORT_SUMMARY_MAX);

    if (json_parse(a, summary_json, &summary, NULL) != RC_OK || !(decided = json_get(summary, S("decided"))) ||
        json_parse(a, options_json, &options, NULL) != RC_OK)
        return options_json;
    json_set(options, S("decided"), decided);
    json_write(&text, options);
    return str_copy(a, buf_str(&text));
}
