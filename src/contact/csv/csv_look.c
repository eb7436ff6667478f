/* Looks at the cells of a CSV file for what its header does not say. */
#include "contact/csv/csv_look.h"
#include "contact/dates.h"

enum { SHARE = 5, PHONE_DIGITS = 7, PHONE_DIGITS_MAX = 15, NAME_WORDS = 4, OLD_YEAR = 1990 };

enum kind { KIND_OTHER, KIND_EMAIL, KIND_LINK, KIND_PHONE, KIND_DATE, KIND_POSTCODE, KIND_WORDS, KIND_END };
struct tally {
    size_t  full, of[KIND_END], words; /* words: of cells that are words */
    int64_t oldest;
};

static bool is_email(struct str s)
{
    size_t at = str_find(s, S("@"), 0);
    size_t open = str_find(s, S("<"), 0);

    if (open != SIZE_MAX && at > open && str_ends(s, S(">")))
        return is_email(str_head(str_from(s, open + 1), s.n - open - 2));
    struct str host = str_from(s, at == SIZE_MAX ? s.n : at + 1);
    return at && host.n > 2 && str_find(host, S("."), 0) < host.n - 1 && str_find(s, S(" "), 0) == SIZE_MAX;
}

/* Digits and what people put between them; a bare number is one only when it begins as numbers are dialled. */
static bool is_phone(struct str s)
{
    size_t digits = 0, gaps = 0;

    for (size_t i = 0; i < s.n; i++) {
        digits += ascii_digit(s.p[i]);
        gaps += strchr(" -/.()", s.p[i]) != NULL;
        if (!ascii_digit(s.p[i]) && !strchr(" +-/.()", s.p[i]))
            return false;
    }
    bool dialled = gaps || s.p[0] == '+' || s.p[0] == '0' || (digits == 11 && s.p[0] == '1');
    return dialled && digits >= PHONE_DIGITS && digits <= PHONE_DIGITS_MAX;
}

static bool is_postcode(struct str s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.n; i++)
        digits += ascii_digit(s.p[i]);
    return digits == s.n && s.n >= 4 && s.n <= 6;
}

static size_t words_of(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (ascii_digit(s.p[i]) || strchr("@:/_<>=+#", s.p[i]))
            return 0;
    for (struct str word; str_next_word(&s, &word);)
        n++;
    return n <= NAME_WORDS ? n : 0;
}

static enum kind kind_of(struct arena *a, struct str s, struct tally *t)
{
    struct written_date d;

    if (is_email(s))
        return KIND_EMAIL;
    if (str_starts(s, S("http://")) || str_starts(s, S("https://")) || str_starts(s, S("www.")))
        return KIND_LINK;
    if ((dates_read(a, s, DATE_ORDER_DMY, &d) || dates_read(a, s, DATE_ORDER_MDY, &d)) && d.day) {
        t->oldest = d.year && (!t->oldest || d.year < t->oldest) ? d.year : t->oldest;
        return KIND_DATE;
    }
    size_t words = words_of(s);
    t->words += words;
    return is_phone(s) ? KIND_PHONE : is_postcode(s) ? KIND_POSTCODE : words ? KIND_WORDS : KIND_OTHER;
}

bool csv_look_is_data(struct arena *a, const struct csv_record *row)
{
    struct tally none = { 0 };

    for (size_t i = 0; i < row->n; i++) {
        struct str cell = csv_plain(str_trim(row->field[i]));
        enum kind  kind = cell.n ? kind_of(a, cell, &none) : KIND_OTHER;
        if (kind == KIND_EMAIL || kind == KIND_PHONE)
            return true;
    }
    return false;
}

static void tally_rows(struct arena *a, struct str text, const struct csv_map *map, struct tally *t)
{
    struct csv        rows = csv_resume(str_from(text, map->body), map->delimiter, map->line);
    struct csv_record row;

    for (int n = 0; n < CSV_LOOK_ROWS && csv_next(&rows, a, &row); n++)
        for (size_t i = 0; i < row.n && i < map->n; i++) {
            struct str cell = csv_plain(str_trim(row.field[i]));
            if (!cell.n)
                continue;
            t[i].full++;
            t[i].of[kind_of(a, cell, &t[i])]++;
        }
}

static bool mostly(const struct tally *t, enum kind kind)
{
    return t->of[kind] && t->of[kind] * SHARE >= t->full * (SHARE - 1);
}

static bool has_base(const struct csv_map *map, const char *base, const char *part)
{
    for (size_t i = 0; i < map->n; i++) {
        struct csv_target t = csv_target_of(map->column[i].target);
        if (str_is(t.base, base) && (!part || str_is(t.part, part)))
            return true;
    }
    return false;
}

static void aim(struct csv_map *map, size_t i, const char *target)
{
    map->column[i].target = str_of(target);
    map->column[i].by_content = true;
    map->mapped++;
}

static const char *target_of(const struct csv_map *map, const struct tally *t)
{
    if (mostly(t, KIND_EMAIL))
        return "emails";
    if (mostly(t, KIND_LINK))
        return "links";
    if (mostly(t, KIND_PHONE))
        return "phones";
    if (mostly(t, KIND_DATE) && t->oldest && t->oldest < OLD_YEAR && !has_base(map, "birthday", NULL))
        return "birthday";
    if (mostly(t, KIND_POSTCODE) && has_base(map, "addresses", "locality") && !has_base(map, "addresses", "postcode"))
        return "addresses/postcode";
    return NULL;
}

/* Where nothing is known of names: the first column of words, or two of one word each. */
static void aim_names(struct csv_map *map, const struct tally *t)
{
    if (has_base(map, "name", NULL) || !(has_base(map, "emails", NULL) || has_base(map, "phones", NULL)))
        return;
    for (size_t i = 0; i < map->n; i++) {
        if (map->column[i].target.n || !mostly(&t[i], KIND_WORDS))
            continue;
        bool two = i + 1 < map->n && !map->column[i + 1].target.n && mostly(&t[i + 1], KIND_WORDS) &&
                   t[i].words == t[i].of[KIND_WORDS] && t[i + 1].words == t[i + 1].of[KIND_WORDS];
        aim(map, i, two ? "name/given" : "name/full");
        if (two)
            aim(map, i + 1, "name/surname");
        return;
    }
}

void csv_look_content(struct arena *a, struct str text, struct csv_map *map)
{
    struct tally *t = arena_array(a, struct tally, map->n + 1);

    if (map->mapped == map->n)
        return;
    tally_rows(a, text, map, t);
    for (size_t i = 0; i < map->n; i++) {
        const char *target = map->column[i].target.n ? NULL : target_of(map, &t[i]);
        if (target)
            aim(map, i, target);
    }
    aim_names(map, t);
}

/* ---- the order of dates ---- */

/* Countries that write the month first. */
static bool month_first(struct str region)
{
    return str_is(region, "US") || str_is(region, "PH") || str_is(region, "PR") || str_is(region, "GU") ||
           str_is(region, "FM");
}

static void see(struct arena *a, struct str cell, struct csv_column *c)
{
    enum date_order shown = cell.n ? dates_show(a, cell) : DATE_ORDER_LOOK;

    c->open_dates += shown == DATE_ORDER_BOTH;
    c->shows_dmy |= shown == DATE_ORDER_DMY;
    c->shows_mdy |= shown == DATE_ORDER_MDY;
}

/* What all columns that show an order agree on; LOOK when they do not, or none does. */
static enum date_order shown_by_all(const struct csv_map *map)
{
    bool dmy = false, mdy = false;

    for (size_t i = 0; i < map->n; i++) {
        dmy |= map->column[i].shows_dmy;
        mdy |= map->column[i].shows_mdy;
    }
    return dmy == mdy ? DATE_ORDER_LOOK : dmy ? DATE_ORDER_DMY : DATE_ORDER_MDY;
}

static void settle(struct csv_column *c, const struct csv_map *map, struct str region)
{
    bool year_first = map->language == CSV_ZH || map->language == CSV_JA;

    if (c->shows_dmy != c->shows_mdy)
        c->dates = c->shows_dmy ? DATE_ORDER_DMY : DATE_ORDER_MDY;
    else if (c->shows_dmy || !c->open_dates)
        c->dates = DATE_ORDER_LOOK;
    else if (shown_by_all(map))
        c->dates = shown_by_all(map);
    else if (map->header && map->language != CSV_EN)
        c->dates = year_first ? DATE_ORDER_MDY : DATE_ORDER_DMY;
    else if (region.n)
        c->dates = month_first(region) ? DATE_ORDER_MDY : DATE_ORDER_DMY;
}

bool csv_target_is_date(struct str target)
{
    struct csv_target t = csv_target_of(target);
    return !t.part.n &&
           (str_is(t.base, "birthday") || str_is(t.base, "anniversary") || str_is(t.base, "anniversaries"));
}

static bool has_dates(const struct csv_map *map)
{
    for (size_t i = 0; i < map->n; i++)
        if (csv_target_is_date(map->column[i].target))
            return true;
    return false;
}

static size_t undecided(const struct csv_map *map)
{
    size_t n = 0;

    for (size_t i = 0; i < map->n; i++)
        n += csv_target_is_date(map->column[i].target) && !map->column[i].shows_dmy && !map->column[i].shows_mdy;
    return n;
}

void csv_look_dates(struct str text, struct csv_map *map, const struct csv_choice *choice)
{
    struct csv        rows = csv_resume(str_from(text, map->body), map->delimiter, map->line);
    struct csv_record row;
    auto_free(arena) one = arena_new(1 << 14);

    for (size_t i = 0; i < map->n; i++)
        map->column[i].dates = choice->dates;
    if (choice->dates)
        return;
    if (!has_dates(map))
        return;
    for (int n = 0; n < CSV_LOOK_DATES && (n < CSV_LOOK_SURE || undecided(map)) && csv_next(&rows, one, &row);
         n++, arena_reset(one))
        for (size_t i = 0; i < row.n && i < map->n; i++)
            if (csv_target_is_date(map->column[i].target))
                see(one, csv_plain(str_trim(row.field[i])), &map->column[i]);
    for (size_t i = 0; i < map->n; i++)
        if (csv_target_is_date(map->column[i].target))
            settle(&map->column[i], map, choice->region);
}
