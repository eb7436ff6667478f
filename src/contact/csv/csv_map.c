/* Decides which column of a CSV file is which field of a card. */
#include "contact/csv/csv_map.h"
#include "contact/csv/csv_columns.h"
#include "contact/csv/csv_header.h"
#include "contact/csv/csv_look.h"
#include "contact/fold.h"

/* clang-format off */
const char *const csv_targets[] = {
    "name/full", "name/given", "name/given2", "name/surname", "name/title", "name/generation", "name/credential", "name/nickname",
    "name/phonetic-given", "name/phonetic-given2", "name/phonetic-surname", "emails", "emails:work", "emails:private", "phones", "phones:mobile", "phones:work",
    "phones:private", "phones:fax", "phones:work,fax", "phones:private,fax", "phones:pager", "phones:textphone",
    "addresses/full", "addresses/street", "addresses/locality", "addresses/region", "addresses/postcode", "addresses/country",
    "addresses/postOfficeBox", "addresses/extended",
    "addresses:work/full", "addresses:work/street", "addresses:work/locality", "addresses:work/region", "addresses:work/postcode",
    "addresses:work/country", "addresses:work/postOfficeBox",
    "addresses:private/full", "addresses:private/street", "addresses:private/locality", "addresses:private/region",
    "addresses:private/postcode", "addresses:private/country", "addresses:private/postOfficeBox",
    "organization/name", "organization/unit", "organization/title", "organization/role", "links", "links:work", "links:private",
    "onlineServices", "onlineServices:LinkedIn", "onlineServices:Twitter", "onlineServices:Facebook", "onlineServices:Instagram",
    "onlineServices:GitHub", "onlineServices:Xing", "onlineServices:Skype", "onlineServices:Mastodon",
    "birthday", "birthday/year", "birthday/month", "birthday/day", "anniversary", "related:spouse", "related:child",
    "notes", "keywords", "language", "uid", "photo",
};
const size_t csv_targets_n = countof(csv_targets);
/* clang-format on */

struct csv_target csv_target_of(struct str text)
{
    struct csv_target t = { .head = str_head(text, size_min(str_find(text, S("/"), 0), text.n)) };

    t.part = str_from(text, t.head.n + 1);
    size_t colon = size_min(str_find(t.head, S(":"), 0), t.head.n);
    t.flags = str_from(t.head, colon + 1);
    t.base = str_head(t.head, colon);
    t.base = str_head(t.base, size_min(str_find(t.base, S("#"), 0), t.base.n));
    return t;
}

bool csv_map_target_known(struct str target)
{
    static const char *const parts[][2] = {
        { "name", " full given given2 surname title generation credential nickname phonetic-given phonetic-given2 "
                  "phonetic-surname " },
        { "addresses", " full street locality region postcode country postOfficeBox extended label " },
        { "organization", " name unit title role " },
        { "emails", "  label " },
        { "phones", "  label " },
        { "links", "  label " },
        { "onlineServices", "  label " },
        { "anniversaries", "  label " },
        { "related", "  label " },
        { "birthday", "  year month day " },
        { "anniversary", "  " },
        { "notes", "  " },
        { "keywords", "  " },
        { "uid", "  " },
        { "language", "  " },
        { "photo", "  " },
    };
    struct csv_target t = csv_target_of(target);
    char              wanted[40];

    if (t.part.n > sizeof wanted - 3 || memchr(t.part.p, ' ', t.part.n))
        return false;
    wanted[0] = ' ';
    memcpy(wanted + 1, t.part.p, t.part.n);
    wanted[t.part.n + 1] = ' ';
    for (size_t i = 0; i < countof(parts); i++)
        if (str_is(t.base, parts[i][0]))
            return str_find(str_of(parts[i][1]), (struct str){ wanted, t.part.n + 2 }, 0) != SIZE_MAX;
    return false;
}

/* ---- reading a header ---- */

/* A column's name as the tables have it, and the number in it. */
struct plain {
    struct str name, number;
};

/* "E-mail 2 - Value" -> "email#value", number 2. */
static struct plain plain_name(struct arena *a, struct str header)
{
    struct str bare = fold_bare(a, header);
    size_t     from = 0, to;

    while (from < bare.n && !ascii_digit(bare.p[from]))
        from++;
    for (to = from; to < bare.n && ascii_digit(bare.p[to]);)
        to++;
    if (from == to)
        return (struct plain){ bare, S("") };
    return (struct plain){ str_fmt(a, "%.*s#" STR_FMT, (int)from, bare.p, STR_ARG(str_from(bare, to))),
                           (struct str){ bare.p + from, to - from } };
}

static bool has_column(const struct plain *column, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(column[i].name, name))
            return true;
    return false;
}

static const struct csv_program *program_of(const struct plain *column, size_t n)
{
    for (size_t i = 0; i < csv_programs_n; i++) {
        bool all = true;
        for (size_t k = 0; all && k < countof(csv_programs[i].has) && csv_programs[i].has[k]; k++)
            all = has_column(column, n, csv_programs[i].has[k]);
        if (all)
            return &csv_programs[i];
    }
    return NULL;
}

static const char *lookup(const struct csv_known *known, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, known[i].name))
            return known[i].target;
    return NULL;
}

/* By the tables of programs; p NULL when they do not have it. */
static struct str target_of(struct arena *a, const struct csv_program *program, const struct plain *column)
{
    const char *target = program ? lookup(program->own, program->nown, column->name) : NULL;
    struct str  number = column->number;

    if (!target)
        target = lookup(csv_known, csv_known_n, column->name);
    if (!target)
        return (struct str){ 0 };
    size_t at = str_find(str_of(target), S("##"), 0);
    if (at == SIZE_MAX)
        return str_of(target);
    return str_fmt(a, "%.*s#" STR_FMT "%s", (int)at, target, STR_ARG(number.n ? number : S("1")), target + at + 2);
}

/* The name without its number: words say what it is. */
static struct str wordy(struct arena *a, struct str header)
{
    struct str bare = fold_bare(a, header);
    char      *p = arena_raw(a, bare.n + 1);
    size_t     n = 0;

    for (size_t i = 0; i < bare.n; i++)
        if (!ascii_digit(bare.p[i]))
            p[n++] = bare.p[i];
    return (struct str){ p, n };
}

/* "City 2" beside "City": parts of a second address. */
static struct str numbered(struct arena *a, struct str target, struct str number)
{
    struct csv_target t = csv_target_of(target);
    bool              own = str_is(t.base, "addresses") && t.head.n == t.base.n && number.n == 1 && number.p[0] > '1';

    if (!own || str_is(t.part, "street") || str_is(t.part, "line"))
        return target;
    return str_fmt(a, "addresses#" STR_FMT "/" STR_FMT, STR_ARG(number), STR_ARG(t.part));
}

static void understand(struct arena *a, const struct csv_record *header, const struct plain *plain, struct csv_map *map,
                       struct str *target)
{
    const struct csv_program *program = program_of(plain, header->n);
    struct str               *names = arena_array(a, struct str, header->n + 1);
    struct str               *meant = arena_array(a, struct str, header->n + 1);

    map->program = program ? str_of(program->name) : S("");
    for (size_t i = 0; i < header->n; i++)
        names[i] = wordy(a, header->field[i]);
    map->language = csv_header_read(a, names, header->n, meant);
    for (size_t i = 0; i < header->n; i++) {
        target[i] = target_of(a, program, &plain[i]);
        if (!target[i].p)
            target[i] = numbered(a, meant[i], plain[i].number);
    }
    csv_header_settle(a, target, header->n);
}

/* One column a field; targets by the header's names, unless the choice has them. */
static void name_columns(struct arena *a, const struct csv_record *header, const struct csv_choice *choice,
                         struct csv_map *map)
{
    struct plain *plain = arena_array(a, struct plain, header->n);
    struct str   *target = arena_array(a, struct str, header->n);

    for (size_t i = 0; i < header->n; i++)
        plain[i] = plain_name(a, header->field[i]);
    if (!choice->decided)
        understand(a, header, plain, map, target);
    map->n = header->n;
    map->column = arena_array(a, struct csv_column, header->n);
    map->mapped = 0;
    map->header = true;
    for (size_t i = 0; i < header->n; i++) {
        map->column[i] =
            (struct csv_column){ .name = str_copy(a, csv_plain(str_trim(header->field[i]))), .target = target[i] };
        map->mapped += target[i].n > 0;
    }
}

static void without_header(struct arena *a, const struct csv *c, const struct csv_record *first, struct csv_map *map)
{
    *map = (struct csv_map){ .program = S(""),
                             .n = first->n,
                             .body = (size_t)(first->raw.p - c->text.p),
                             .line = first->line,
                             .head = (size_t)(first->raw.p - c->text.p),
                             .head_line = first->line,
                             .delimiter = c->delimiter };
    map->column = arena_array(a, struct csv_column, first->n);
    for (size_t i = 0; i < first->n; i++)
        map->column[i] = (struct csv_column){ .name = str_fmt(a, "Column %zu", i + 1), .target = S("") };
}

/* LinkedIn puts a note and a blank line before the header: the header is the first of some records that maps at least two
 * columns, else the first record. */
static enum rc find_header(struct arena *a, struct csv c, const struct csv_choice *choice, struct csv_map *ret,
                           struct err *e)
{
    enum { LOOK = 10 };
    struct csv_record r;
    struct csv_map    found = { 0 };

    for (int i = 0; i < LOOK && csv_next(&c, a, &r); i++) {
        struct csv_map map = { .body = c.at,
                               .line = c.line,
                               .head = (size_t)(r.raw.p - c.text.p),
                               .head_line = r.line,
                               .delimiter = c.delimiter,
                               .program = S("") };
        if (i && r.n < 2)
            continue;
        if (choice->header == CSV_HEADER_NO) {
            without_header(a, &c, &r, ret);
            return RC_OK;
        }
        name_columns(a, &r, choice, &map);
        if (!i && !map.mapped && !choice->header && csv_look_is_data(a, &r))
            without_header(a, &c, &r, &map);
        if (!found.column || (found.header && map.mapped > found.mapped && found.mapped < 2))
            found = map;
        if (found.mapped >= 2 || choice->decided || !found.header)
            break;
    }
    if (!found.column)
        return err_set(e, RC_INVALID, "csv: no header row");
    *ret = found;
    return RC_OK;
}

/* "birthday:dmy": the order is the column's. */
static void take_order(struct arena *a, struct csv_column *c)
{
    struct csv_target t = csv_target_of(c->target);

    c->dates = csv_target_is_date(c->target) ? date_order_by_name(t.flags) : DATE_ORDER_LOOK;
    if (c->dates)
        c->target = str_copy(a, str_head(c->target, c->target.n - t.flags.n - 1));
}

static enum rc take_targets(struct arena *a, struct csv_map *map, const struct csv_choice *choice, struct err *e)
{
    if (choice->n != map->n)
        return err_set(e, RC_INVALID, "columns: %zu targets for the %zu columns of this file", choice->n, map->n);
    map->mapped = 0;
    for (size_t i = 0; i < map->n; i++) {
        struct str target = choice->target[i];
        if (target.n && !csv_map_target_known(target))
            return err_set(e, RC_INVALID, "columns: the target of column %zu is unknown", i + 1);
        map->column[i].target = target.n ? target : S("");
        map->column[i].by_content = false;
        map->mapped += target.n > 0;
    }
    for (size_t i = 0; choice->decided && i < map->n; i++)
        take_order(a, &map->column[i]);
    return RC_OK;
}

enum rc csv_map_read(struct arena *a, struct str text, const struct csv_choice *choice, struct csv_map *ret,
                     struct err *e)
{
    static const struct csv_choice none = { .region = { "", 0 } };
    struct csv                     c = csv_open(text);

    choice = choice ? choice : &none;
    c.delimiter = choice->delimiter ? choice->delimiter : c.delimiter;
    if (choice->decided) {
        c.at = size_min(choice->head, text.n);
        c.line = choice->line;
    }
    TRY(find_header(a, c, choice, ret, e));
    if (choice->n)
        TRY(take_targets(a, ret, choice, e));
    else if (!choice->decided)
        csv_look_content(a, text, ret);
    if (!choice->decided)
        csv_look_dates(text, ret, choice);
    for (size_t i = 0; i < ret->n; i++)
        ret->column[i].parts = csv_target_of(ret->column[i].target);
    return RC_OK;
}

struct str csv_map_unknown(struct arena *a, const struct csv_map *map, size_t *ret_n)
{
    auto_buf b = buf_of(4096);

    *ret_n = 0;
    for (size_t i = 0; i < map->n; i++) {
        if (map->column[i].target.n)
            continue;
        buf_join(&b, S(", "), map->column[i].name.n ? map->column[i].name : str_fmt(a, "Column %zu", i + 1));
        ++*ret_n;
    }
    return str_copy(a, buf_str(&b));
}

bool csv_map_names_cards(const struct csv_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        struct csv_target t = csv_target_of(map->column[i].target);
        if ((str_is(t.base, "name") && !str_is(t.part, "title") && !str_is(t.part, "generation")) ||
            str_is(t.base, "emails") || str_is(t.base, "phones") || str_is(t.base, "organization"))
            return true;
    }
    return false;
}
