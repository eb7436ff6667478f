/* Telephone numbers as identity keys in the form of E.164. */
#include "contact/phone.h"
#include "base/utf8.h"
#include "contact/tables/phone_table.h"

/* ---- the table ---- */

static const struct phone_row *main_row(const struct phone_row *row)
{
    while (row > phone_rows && row[-1].code == row->code)
        row--;
    return row;
}

/* The row whose numbering plan holds for the region: of a shared calling code the first. */
static const struct phone_row *row_of_region(struct str region)
{
    if (region.n == 2)
        for (size_t i = 0; i < phone_rows_n; i++)
            if (phone_rows[i].region[0] == ascii_upper(region.p[0]) &&
                phone_rows[i].region[1] == ascii_upper(region.p[1]))
                return main_row(&phone_rows[i]);
    return NULL;
}

/* No calling code begins with another one, so the first that fits is it. */
static const struct phone_row *row_of_number(struct str digits, size_t *ret_code_n)
{
    unsigned code = 0;

    if (str_starts(digits, S("0")))
        return NULL;
    for (size_t n = 1; n <= 3 && n <= digits.n; n++) {
        code = code * 10 + (unsigned)(digits.p[n - 1] - '0');
        for (size_t i = 0; i < phone_rows_n && phone_rows[i].code <= code; i++) {
            if (phone_rows[i].code == code) {
                *ret_code_n = n;
                return &phone_rows[i];
            }
        }
    }
    return NULL;
}

/* By leading digits, else the main region of the code: the same whoever asks. */
static const char *region_of(const struct phone_row *row, struct str national)
{
    for (size_t i = 0; i < phone_leads_n; i++) {
        struct str begins = str_of(phone_leads[i].begins), one;
        while (phone_leads[i].code == row->code && str_next(&begins, ' ', &one))
            if (str_starts(national, one))
                return phone_leads[i].region;
    }
    return row->region;
}

static bool is_possible(const struct phone_row *row, struct str national)
{
    return national.n < 32 && row->lengths >> national.n & 1;
}

/* ---- what was written ---- */

struct dialled {
    char       digit[PHONE_DIGITS_MAX];
    size_t     n;
    bool       plus, full;
    struct str extension;
};

/* 0-9 of the scripts phones are written in; -1 when it is none. */
static int digit_of(uint32_t c)
{
    static const uint32_t zeros[] = { '0', 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10 };

    for (size_t i = 0; i < countof(zeros); i++)
        if (c - zeros[i] < 10)
            return (int)(c - zeros[i]);
    return -1;
}

/* "tel:", "Mobile: ", "T. " before the number. */
static struct str without_label(struct str s)
{
    for (size_t i = 0; i < s.n && i < 24; i++) {
        if (s.p[i] == ':' || (i && s.p[i] == '.' && ascii_alpha(s.p[i - 1])))
            return str_trim(str_from(s, i + 1));
        if (!ascii_alpha(s.p[i]) && s.p[i] != ' ' && s.p[i] != '.')
            break;
    }
    return s;
}

/* Cuts the extension off the end: "x12", "ext. 12", "#12", ";ext=12", "Durchwahl 12", ",,12". */
static struct str without_extension(struct str s, struct str *ret_extension)
{
    static const char *const marks[] = { ";ext=", "extension", "ext",  "durchwahl", "nebenstelle", "poste",
                                         "anexo", "interno",   "app.", "x",         "#",           "," };
    size_t                   from = s.n;

    while (from && ascii_digit(s.p[from - 1]))
        from--;
    struct str digits = str_from(s, from), head = str_head(s, from);
    *ret_extension = S("");
    if (!digits.n || digits.n > 7)
        return s;
    while (head.n && strchr(" .:-=(", head.p[head.n - 1]) && !str_ends(head, S("app.")))
        head.n--;
    for (size_t i = 0; i < countof(marks); i++) {
        struct str mark = str_of(marks[i]);
        while (mark.n && head.n && mark.p[mark.n - 1] == '=')
            mark.n--;
        if (head.n <= mark.n + 2 || !str_ieq(str_from(head, head.n - mark.n), mark))
            continue;
        *ret_extension = digits;
        head.n -= mark.n;
        while (head.n && strchr(" ,;.-", head.p[head.n - 1]))
            head.n--;
        return head;
    }
    return s;
}

static bool add_digit(struct dialled *d, int digit)
{
    d->full |= d->n == PHONE_DIGITS_MAX;
    if (!d->full)
        d->digit[d->n++] = (char)('0' + digit);
    return !d->full;
}

/* False when the text is no number. */
static bool read_digits(struct str s, struct dialled *d)
{
    static const char keypad[] = "22233344455566677778889999";
    uint32_t          c;

    for (struct str rest = s; utf8_next(&rest, &c);) {
        int digit = digit_of(c);
        if (digit >= 0) {
            if (!add_digit(d, digit))
                return false;
        } else if ((c == '+' || c == 0xff0b) && !d->n) {
            d->plus = true;
        } else if (c < 0x80 && ascii_alpha((char)c)) {
            if (d->n < 3 || !add_digit(d, keypad[ascii_lower((char)c) - 'a'] - '0'))
                return false; /* 1-800-FLOWERS, but not "call Bob" */
        } else if (c == ';') {
            break; /* parameters of tel: URIs */
        }
    }
    return d->n > 0;
}

/* "+49 (0)30": the trunk prefix is only dialled inside the country. */
static struct str without_optional_trunk(struct arena *a, struct str s)
{
    size_t at = str_find(s, S("(0)"), 0);
    if (at == SIZE_MAX || at == 0)
        return s;
    return str_join(a, str_head(s, at), S(" "), str_from(s, at + 3));
}

/* ---- what it means ---- */

/* The national number without the trunk prefix; as it is when that is no possible number. */
static struct str without_trunk(const struct phone_row *row, struct str national, bool abroad)
{
    struct str trunk = str_of(row->trunk), rest = str_from(national, trunk.n);

    /* from abroad it is not dialled: taken off when the number must be wrong with it */
    if (trunk.n && trunk.p[0] != '0' && str_starts(national, trunk) && is_possible(row, rest) &&
        !(abroad && is_possible(row, national)))
        national = rest;
    /* where there is a trunk prefix no number begins with 0 */
    if (trunk.n > 1 && trunk.p[0] == '0' && str_starts(national, trunk) && is_possible(row, rest))
        national = rest;
    while (trunk.n && str_starts(national, S("0")) && is_possible(row, str_from(national, 1)))
        national = str_from(national, 1);
    return national;
}

/* Digits behind an international prefix, or empty. */
static struct str behind_prefix(const struct phone_row *home, struct str digits)
{
    struct str own = home ? str_of(home->out) : S("00");

    if (own.n > 1 && str_starts(digits, own))
        return str_from(digits, own.n);
    return str_starts(digits, S("00")) ? str_from(digits, 2) : S("");
}

struct place {
    const struct phone_row *row;
    struct str              national;
};

static struct place from_abroad(struct str digits)
{
    size_t                  n = 0;
    const struct phone_row *row = row_of_number(digits, &n);
    struct place            p = { row, row ? without_trunk(row, str_from(digits, n), true) : digits };

    return p;
}

/* "49 30 12345678": the plus got lost.  Sure when a number of this country would begin with the trunk prefix, or
 * could not be as long. */
static bool lost_its_plus(const struct phone_row *home, struct str digits, struct str *ret_national)
{
    size_t                  n = 0;
    const struct phone_row *row = row_of_number(digits, &n);

    if (!row || row->code != home->code || str_starts(digits, str_of(home->trunk)) == (home->trunk[0] != 0))
        return false;
    struct str national = without_trunk(home, str_from(digits, n), true);
    if (!is_possible(home, national) || (is_possible(home, digits) && digits.n < 11))
        return false;
    *ret_national = national;
    return true;
}

static struct place at_home(const struct phone_row *home, struct str digits)
{
    struct place p = { home, without_trunk(home, digits, false) };

    lost_its_plus(home, digits, &p.national);
    return p;
}

static struct str tail_of(struct str national)
{
    while (national.n && national.p[0] == '0')
        national = str_from(national, 1);
    if (national.n > PHONE_TAIL)
        national = str_from(national, national.n - PHONE_TAIL);
    return national.n < 7 ? S("") : national;
}

/* Up to six digits are a service or a number that only the same town can dial, but for small countries without trunk
 * prefixes: there they may be all there is. */
static bool is_service(const struct dialled *d, const struct phone_row *home, struct str digits)
{
    return !d->plus && d->n <= 6 && (!home || home->trunk[0] || d->n < 4 || !is_possible(home, digits));
}

static void place_number(struct arena *a, const struct dialled *d, struct str region, struct phone *ret)
{
    const struct phone_row *home = row_of_region(region);
    struct str              abroad = d->plus ? ret->digits : behind_prefix(home, ret->digits);
    struct place            p = { NULL, ret->digits };

    ret->service = is_service(d, home, ret->digits);
    if (!ret->service && abroad.n)
        p = from_abroad(abroad);
    else if (!ret->service && home)
        p = at_home(home, ret->digits);
    ret->tail = tail_of(p.national);
    if (!p.row || !is_possible(p.row, p.national))
        return;
    ret->e164 = str_fmt(a, "+%u" STR_FMT, p.row->code, STR_ARG(p.national));
    memcpy(ret->region, region_of(p.row, p.national), 2);
}

enum rc phone_parse(struct arena *a, struct str raw, struct str region, struct phone *ret, struct err *e)
{
    struct dialled d = { 0 };
    struct phone   phone = { .e164 = S(""), .digits = S(""), .tail = S(""), .extension = S("") };

    raw = str_trim(raw);
    if (raw.n > PHONE_RAW_MAX)
        return err_set(e, RC_INVALID, "phone: %zu bytes", raw.n);
    struct str number = without_extension(without_label(raw), &phone.extension);
    if (!read_digits(without_optional_trunk(a, number), &d))
        return err_set(e, RC_INVALID, d.full ? "phone: more than %d digits" : "phone: no number", PHONE_DIGITS_MAX);
    phone.digits = str_copy(a, (struct str){ d.digit, d.n });
    place_number(a, &d, region, &phone);
    *ret = phone;
    return RC_OK;
}
