/* Reads cells: marks of spreadsheets, several values in one, labels. */
#include "contact/csv/csv_card_int.h"
#include "contact/fold.h"

/* ="0170" is how a spreadsheet is told that 0170 is text. */
static struct str without_formula(struct str s)
{
    return s.n > 3 && str_starts(s, S("=\"")) && str_ends(s, S("\"")) ? str_trim(str_head(str_from(s, 2), s.n - 3)) : s;
}

struct str csv_cell(const struct row *r, size_t column)
{
    return column < r->record->n ? csv_plain(without_formula(str_trim(r->record->field[column]))) : S("");
}

struct str csv_cell_of(const struct row *r, struct str head, const char *part)
{
    for (size_t i = 0; i < r->map->n; i++) {
        const struct csv_target *t = &r->map->column[i].parts;
        if (str_eq(t->head, head) && str_is(t->part, part))
            return csv_cell(r, i);
    }
    return S("");
}

bool csv_value_next(struct str *rest, struct str *ret)
{
    if (!rest->p)
        return false;
    size_t at = str_find(*rest, S(":::"), 0);
    *ret = str_trim(str_head(*rest, size_min(at, rest->n)));
    *rest = at == SIZE_MAX ? (struct str){ 0 } : str_from(*rest, at + 3);
    return true;
}

/* ---- several values, parted as people part them ---- */

static bool is_whole(struct str s, enum card_map map)
{
    if (map == CARD_EMAILS)
        return str_find(s, S("@"), 0) != SIZE_MAX;
    return str_find(s, S("."), 0) != SIZE_MAX && str_find(s, S(" "), 0) == SIZE_MAX;
}

static size_t separator(struct str s, const char *between)
{
    size_t i = 0;

    while (i < s.n && !strchr(between, s.p[i]))
        i++;
    return i;
}

/* Each piece is a value of its own: then they are several. */
static bool all_whole(struct str s, const char *between, enum card_map map)
{
    size_t n = 0;

    for (; s.n; n++) {
        size_t     at = separator(s, between);
        struct str one = str_trim(str_head(s, at));
        if (one.n && !is_whole(one, map))
            return false;
        s = str_from(s, at + 1);
    }
    return n > 1;
}

static struct str parted(struct arena *a, struct str s, const char *between)
{
    auto_buf b = buf_of(CARD_BYTES_MAX * 2);

    while (s.n) {
        size_t     at = separator(s, between);
        struct str one = str_trim(str_head(s, at));
        if (one.n)
            buf_join(&b, S(" ::: "), one);
        s = str_from(s, at + 1);
    }
    return str_copy(a, buf_str(&b));
}

struct str csv_cell_values(struct arena *a, struct str cell, enum card_map map)
{
    static const char *const betweens[] = { "\n\r", ";\n\r", "|", ",;\n\r", " ,;\n\r" };

    if (str_find(cell, S(":::"), 0) != SIZE_MAX)
        return cell;
    for (size_t i = 0; i < countof(betweens) - (map != CARD_EMAILS); i++)
        if (separator(cell, betweens[i]) < cell.n && all_whole(cell, betweens[i], map))
            return parted(a, cell, betweens[i]);
    return cell;
}

/* ---- labels ---- */

static const struct {
    const char *word, *set, *flag;
} words[] = {
    { "home", "contexts", "private" },
    { "private", "contexts", "private" },
    { "privat", "contexts", "private" },
    { "personal", "contexts", "private" },
    { "work", "contexts", "work" },
    { "business", "contexts", "work" },
    { "office", "contexts", "work" },
    { "geschaftlich", "contexts", "work" },
    { "arbeit", "contexts", "work" },
    { "mobile", "features", "mobile" },
    { "mobil", "features", "mobile" },
    { "cell", "features", "mobile" },
    { "fax", "features", "fax" },
    { "pager", "features", "pager" },
    { "textphone", "features", "textphone" },
    { "main", "features", "main-number" },
    { "voice", "features", "voice" },
    { "other", NULL, NULL },
};

static bool put_word(struct arena *a, struct json *entry, struct str word, bool phone)
{
    for (size_t i = 0; i < countof(words); i++) {
        if (!str_is(word, words[i].word))
            continue;
        if (words[i].set && str_is(str_of(words[i].set), "features") && !phone)
            return false;
        if (words[i].set)
            card_flag(a, entry, str_of(words[i].set), str_of(words[i].flag));
        return true;
    }
    return false;
}

/* All of its words say what it is for; any other is a label. */
static void put_label(struct arena *a, struct json *entry, struct str label, bool phone)
{
    struct str rest = fold_text(a, label), word;
    bool       all = true;

    for (struct json *trial = json_new(a, JSON_OBJECT); all && fold_word(a, &rest, &word);)
        all = put_word(a, trial, word, phone);
    if (!all)
        json_set_text(a, entry, S("label"), label);
    for (rest = fold_text(a, label); all && fold_word(a, &rest, &word);)
        put_word(a, entry, word, phone);
}

void csv_label(struct arena *a, struct json *entry, struct str label, bool phone)
{
    struct str one;

    if (str_starts(label, S("*"))) {
        label = str_trim(str_from(label, 1));
        json_set(entry, S("pref"), json_new_i64(a, 1));
    }
    while (csv_value_next(&label, &one))
        if (one.n)
            put_label(a, entry, one, phone);
}

void csv_label_flags(struct arena *a, struct json *entry, struct str flags)
{
    for (struct str rest = flags, one; flags.n && str_next(&rest, ',', &one);)
        put_word(a, entry, one, true);
}
