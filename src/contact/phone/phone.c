/* Telephone numbers as identity keys in the form of E.164. */
#include "contact/phone/phone.h"
#include "base/utf8.h"
#include "contact/phone/phone_written.h"
#include "contact/phone/phone_table.h"

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

/* ---- what it means ---- */

/* Argentina's mobiles: "011 15 1234 5678" inside is "9 11 1234 5678" from everywhere. */
static struct str argentine(struct arena *a, struct str national)
{
    static const char three[] =
        " 220 221 223 230 236 237 249 260 261 263 264 266 280 291 294 297 298 299 336 341 342 343 345 348 351 353"
        " 358 362 364 370 376 379 380 381 383 385 387 388 ";
    struct str n = national;

    n = str_starts(n, S("0")) ? str_from(n, 1) : n;
    n = str_starts(n, S("9")) && n.n == 13 ? str_from(n, 1) : n;
    struct str area = str_head(n, str_starts(n, S("11"))                                   ? 2
                                  : str_find(str_of(three), str_head(n, 3), 0) != SIZE_MAX ? 3
                                                                                           : 4);
    if (n.n != 12 || !str_starts(str_from(n, area.n), S("15")))
        return national;
    return str_fmt(a, "9" STR_FMT STR_FMT, STR_ARG(area), STR_ARG(str_from(n, area.n + 2)));
}

/* Prefixes of carriers and of the past, with the digits that follow them in full. */
static const struct {
    unsigned    code;
    const char *begins;  /* dialled inside the country */
    uint8_t     any;     /* further digits of the carrier */
    uint32_t    lengths; /* bit n: so many digits follow */
} carriers[] = {
    { 52, "01 02 044 045 1", 0, 0x400 },
    { 55, "0", 2, 0xc00 },
    { 57, "03 05 07 09", 0, 0x500 },
    { 61, "1831 1832", 0, 0x200 },
    { 82, "081 082 083 084", 0, 0x700 },
    { 86, "179 12 13", 2, 0x800 },
    { 370, "8", 0, 0x100 },
    { 506, "190 191 192 196 197 199", 1, 0x100 },
    { 591, "01", 1, 0x100 },
    { 998, "8", 0, 0x200 },
    { 992, "8", 0, 0x200 },
};

static struct str without_carrier(struct arena *a, const struct phone_row *row, struct str national)
{
    if (row->code == 54)
        return argentine(a, national);
    if (row->code == 378 && national.n == 6 && strchr("89", national.p[0])) /* San Marino's own numbers */
        return str_join(a, S("0549"), S(""), national);
    if (row->code == 86 && national.n < 15)
        return national;
    for (size_t i = 0; i < countof(carriers); i++) {
        struct str begins = str_of(carriers[i].begins), one;
        while (carriers[i].code == row->code && str_next(&begins, ' ', &one)) {
            size_t n = one.n + carriers[i].any;
            if (str_starts(national, one) && national.n > n && national.n - n < 32 &&
                carriers[i].lengths >> (national.n - n) & 1)
                return str_from(national, n);
        }
    }
    return national;
}

/* The national number without the trunk prefix; as it is when that is no possible number. */
static struct str without_trunk(struct arena *a, const struct phone_row *row, struct str national, bool abroad)
{
    national = without_carrier(a, row, national);
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

static struct place from_abroad(struct arena *a, struct str digits)
{
    size_t                  n = 0;
    const struct phone_row *row = row_of_number(digits, &n);
    struct place            p = { row, row ? without_trunk(a, row, str_from(digits, n), true) : digits };

    return p;
}

/* "49 30 12345678": the plus got lost.  Sure when a number of this country would begin with the trunk prefix, or
 * could not be as long. */
static bool lost_its_plus(struct arena *a, const struct phone_row *home, struct str digits, struct str *ret_national)
{
    size_t                  n = 0;
    const struct phone_row *row = row_of_number(digits, &n);

    if (!row || row->code != home->code || str_starts(digits, str_of(home->trunk)) == (home->trunk[0] != 0))
        return false;
    struct str national = without_trunk(a, home, str_from(digits, n), true);
    if (!is_possible(home, national) || (is_possible(home, digits) && digits.n < 11))
        return false;
    *ret_national = national;
    return true;
}

static struct place at_home(struct arena *a, const struct phone_row *home, struct str digits)
{
    struct place p = { home, without_trunk(a, home, digits, false) };

    if (p.national.p == digits.p && p.national.n == digits.n) /* nothing was taken off */
        lost_its_plus(a, home, digits, &p.national);
    return p;
}

/* ---- numbers with letters ---- */

/* Plans that sell words: national numbers that begin so and have that many digits; more letters than that are dialled in vain. */
static const struct {
    unsigned    code;
    const char *begins;
    uint32_t    lengths;
} vanity_plans[] = {
    { 1, "800 888 877 866 855 844 833 822 900", 0x400 },
    { 27, "800 860 861", 0x200 },
    { 31, "800 900", 0x480 },
    { 32, "800 900", 0x100 },
    { 33, "80", 0x200 },
    { 41, "800 900 901 906", 0x200 },
    { 43, "800 900", 0x600 },
    { 44, "800 808", 0x600 },
    { 49, "800 700 900", 0xc00 },
    { 52, "800 900", 0x400 },
    { 55, "800", 0x400 },
    { 60, "1300 1800", 0x400 },
    { 61, "1300 1800", 0x400 },
    { 61, "13", 0x40 },
    { 64, "800 508", 0x600 },
    { 90, "800 444 850", 0x400 },
    { 353, "1800 1850 1890", 0x400 },
    { 972, "1700 1800", 0x400 },
};

/* The national number that `keys` spell: as many as the plan has; 0 when it has none so long. */
static size_t vanity_length(uint32_t lengths, size_t keys)
{
    for (size_t n = keys; n; n--)
        if (n < 32 && lengths >> n & 1)
            return n;
    return 0;
}

static bool begins_with_any(struct str s, const char *list, size_t *ret_n)
{
    struct str rest = str_of(list), one;

    while (str_next(&rest, ' ', &one))
        if (str_starts(s, one)) {
            *ret_n = one.n;
            return true;
        }
    return false;
}

/* keys: the national number with letters, `lettered` of it before the first letter. */
static bool is_vanity(const struct phone_row *row, struct str keys, size_t lettered, struct str *ret)
{
    for (size_t i = 0; i < countof(vanity_plans); i++) {
        size_t lead = 0, n = vanity_length(vanity_plans[i].lengths, keys.n);
        if (vanity_plans[i].code != row->code || !n || !begins_with_any(keys, vanity_plans[i].begins, &lead) ||
            lettered < lead || lettered > lead + 4 || n < lettered + 3)
            continue;
        *ret = str_head(keys, n);
        return true;
    }
    *ret = keys;
    return row->code == 1 && keys.n == 10 && lettered >= 6 && lettered <= 7;
}

/* Letters are dialled where the number is whole with them, and would not be without. */
static bool place_vanity(const struct phone_row *home, const struct phone_written *w, struct place *ret)
{
    struct str keys = w->vanity, begun = w->plus ? keys : behind_prefix(home, keys);
    size_t     n = 0;

    if (w->vanity.n < w->lettered + 3)
        return false;
    ret->row = begun.n ? row_of_number(begun, &n) : home ? home : str_starts(keys, S("18")) ? phone_rows : NULL;
    if (!ret->row)
        return false;
    keys = begun.n ? str_from(begun, n) : keys;
    struct str trunk = str_of(ret->row->trunk);
    if (trunk.n && str_starts(keys, trunk) && !str_starts(keys, S("13")))
        keys = str_from(keys, trunk.n);
    size_t cut = w->vanity.n - keys.n;
    return cut <= w->lettered && is_vanity(ret->row, keys, w->lettered - cut, &ret->national);
}

/* ---- all together ---- */

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
static bool is_service(const struct phone_written *w, const struct phone_row *home)
{
    size_t n = w->digits.n;
    return w->code || (!w->plus && n <= 6 && (!home || home->trunk[0] || n < 4 || !is_possible(home, w->digits)));
}

/* Italy keeps the zero that others write in brackets because it is not dialled from abroad. */
static void keep_zero(struct arena *a, const struct phone_written *w, struct place *p)
{
    if (w->zero && p->row && (p->row->code == 39 || p->row->code == 378) && !str_starts(p->national, S("0")))
        p->national = str_join(a, S("0"), S(""), p->national);
}

static void place_number(struct arena *a, const struct phone_written *w, struct str region, struct phone *ret)
{
    const struct phone_row *home = row_of_region(region);
    struct str   abroad = w->plus && !str_starts(w->digits, S("00")) ? w->digits : behind_prefix(home, w->digits);
    struct place p = { NULL, w->digits };

    if (place_vanity(home, w, &p))
        ret->digits = w->vanity;
    else if (!(ret->service = is_service(w, home)) && abroad.n)
        p = from_abroad(a, abroad);
    else if (!ret->service && home)
        p = at_home(a, home, w->digits);
    else
        p = (struct place){ NULL, w->digits };
    keep_zero(a, w, &p);
    ret->tail = ret->service ? S("") : tail_of(p.national);
    if (!p.row || !is_possible(p.row, p.national))
        return;
    ret->e164 = str_fmt(a, "+%u" STR_FMT, p.row->code, STR_ARG(p.national));
    memcpy(ret->region, region_of(p.row, p.national), 2);
}

enum rc phone_parse(struct arena *a, struct str raw, struct str region, struct phone *ret, struct err *e)
{
    struct phone_written w;
    struct phone         phone = { .e164 = S(""), .tail = S("") };
    struct str           rest = str_trim(raw);

    if (!phone_next(&rest, &raw) || raw.n > PHONE_RAW_MAX)
        return err_set(e, RC_INVALID, "phone: %zu bytes", raw.n);
    if (!phone_read(a, raw, &w))
        return err_set(e, RC_INVALID, w.full ? "phone: more than %d digits" : "phone: no number", PHONE_DIGITS_MAX);
    phone.digits = w.digits;
    phone.extension = w.extension;
    place_number(a, &w, region, &phone);
    *ret = phone;
    return RC_OK;
}

struct str phone_at_home(struct arena *a, const struct phone *p)
{
    size_t                  n = 0;
    const struct phone_row *row = p->e164.n ? row_of_number(str_from(p->e164, 1), &n) : NULL;

    return row ? str_join(a, str_of(row->trunk), S(""), str_from(p->e164, 1 + n)) : S("");
}
