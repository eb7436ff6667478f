/* Decides which column of a CSV file is which field of a card. */
#include "contact/csv/csv_map.h"
#include "contact/csv/csv_columns.h"
#include "contact/fold.h"

/* clang-format off */
const char *const csv_targets[] = {
    "name/full", "name/given", "name/given2", "name/surname", "name/title", "name/generation", "name/credential", "name/nickname",
    "name/phonetic-given", "name/phonetic-surname", "emails", "emails:work", "emails:private", "phones", "phones:mobile", "phones:work",
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
    "birthday", "anniversary", "notes", "keywords", "language", "uid", "photo",
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
        { "name", " full given given2 surname title generation credential nickname phonetic-given phonetic-surname " },
        { "addresses", " full street locality region postcode country postOfficeBox extended label " },
        { "organization", " name unit title role " },
        { "emails", "  label " },
        { "phones", "  label " },
        { "links", "  label " },
        { "onlineServices", "  label " },
        { "anniversaries", "  label " },
        { "related", "  label " },
        { "birthday", "  " },
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

static struct str target_of(struct arena *a, const struct csv_program *program, const struct plain *column)
{
    const char *target = program ? lookup(program->own, program->nown, column->name) : NULL;
    struct str  number = column->number;

    if (!target)
        target = lookup(csv_known, csv_known_n, column->name);
    if (!target)
        return S("");
    size_t at = str_find(str_of(target), S("##"), 0);
    if (at == SIZE_MAX)
        return str_of(target);
    return str_fmt(a, "%.*s#" STR_FMT "%s", (int)at, target, STR_ARG(number.n ? number : S("1")), target + at + 2);
}

static void name_columns(struct arena *a, const struct csv_record *header, struct csv_map *map)
{
    struct plain *plain = arena_array(a, struct plain, header->n);
    for (size_t i = 0; i < header->n; i++)
        plain[i] = plain_name(a, header->field[i]);
    const struct csv_program *program = program_of(plain, header->n);

    map->program = program ? str_of(program->name) : S("");
    map->n = header->n;
    map->column = arena_array(a, struct csv_column, header->n);
    map->mapped = 0;
    for (size_t i = 0; i < header->n; i++) {
        struct str name = str_copy(a, str_trim(header->field[i]));
        map->column[i] = (struct csv_column){ name, target_of(a, program, &plain[i]) };
        map->mapped += map->column[i].target.n > 0;
    }
}

/* LinkedIn puts a note and a blank line before the header: the header is the first of some records that maps at least two
 * columns, else the first record. */
enum rc csv_map_read(struct arena *a, struct str text, struct csv_map *ret, struct err *e)
{
    enum { LOOK = 10 };
    struct csv        c = csv_open(text);
    struct csv_record r;
    struct csv_map    found = { 0 };

    for (int i = 0; i < LOOK && csv_next(&c, a, &r); i++) {
        struct csv_map map = { .body = c.at, .line = c.line, .delimiter = c.delimiter };
        if (i && r.n < 2)
            continue;
        name_columns(a, &r, &map);
        if (!found.column || (map.mapped > found.mapped && found.mapped < 2))
            found = map;
        if (found.mapped >= 2)
            break;
    }
    if (!found.column)
        return err_set(e, RC_INVALID, "csv: no header row");
    *ret = found;
    return RC_OK;
}

enum rc csv_map_change(struct arena *a, struct csv_map *map, const struct str *target, size_t n, struct err *e)
{
    if (n != map->n)
        return err_set(e, RC_INVALID, "csv: %zu targets for %zu columns", n, map->n);
    for (size_t i = 0; i < n; i++)
        if (target[i].n && !csv_map_target_known(target[i]))
            return err_set(e, RC_INVALID, "csv: column %zu: unknown target", i + 1);
    struct csv_column *column = arena_array(a, struct csv_column, n);
    map->mapped = 0;
    for (size_t i = 0; i < n; i++) {
        column[i] = (struct csv_column){ map->column[i].name, target[i].n ? target[i] : S("") };
        map->mapped += target[i].n > 0;
    }
    map->column = column;
    return RC_OK;
}
