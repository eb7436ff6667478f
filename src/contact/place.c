/* Countries by name and code (ISO 3166-1). */
#include "contact/place.h"
#include <stdlib.h>
#include "contact/card.h"
#include "contact/fold.h"
#include "contact/place_table.h"

static int by_code(const void *key, const void *row) { return memcmp(key, ((const struct place_row *)row)->code, 2); }

static const struct place_row *row_of(struct str code)
{
    char upper[2];

    if (code.n != 2)
        return NULL;
    upper[0] = ascii_upper(code.p[0]);
    upper[1] = ascii_upper(code.p[1]);
    return bsearch(upper, place_rows, place_rows_n, sizeof *place_rows, by_code);
}

static int by_name(const void *key, const void *row)
{
    return str_cmp(*(const struct str *)key, str_of(((const struct place_name *)row)->name));
}

struct str place_country(struct arena *a, struct str text)
{
    struct str key = fold_bare(a, text);

    if (str_is(key, "uk"))
        return S("GB");
    const struct place_row *row = row_of(key);
    if (row)
        return str_of(row->code);
    const struct place_name *name = bsearch(&key, place_names, place_names_n, sizeof *place_names, by_name);
    return name ? str_of(name->code) : S("");
}

struct str place_country_name(struct str code)
{
    const struct place_row *row = row_of(code);
    return row ? str_of(row->name) : S("");
}

struct str place_of_address(struct arena *a, const struct json *address)
{
    struct str country = place_country(a, json_get_text(address, S("countryCode")));

    if (!country.n)
        country = place_country(a, card_address_part(a, address, S("country")));
    if (country.n)
        return country;
    struct str full = str_trim(json_get_text(address, S("full")));
    size_t     at = full.n;
    while (at && full.p[at - 1] != '\n' && full.p[at - 1] != ',')
        at--;
    struct str last = str_trim(str_from(full, at));
    return last.n > 2 ? place_country(a, last) : S(""); /* "..., CA" is a state */
}
